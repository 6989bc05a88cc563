"""huey is the doorbell: it wakes the workers, wherever they are. What there is to do stands in job tables.

A ring that is lost loses nothing: every worker is rung for once a minute, as long as the queue answers. The
queue is a file of its own in the instance, or what ``LASSPAR_QUEUE_URL`` says: redis, valkey or postgresql.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app

from assessments.jobs.running import me, work_off
from assessments.logs import log
from assessments.refusals import Refused
from assessments.settings import instance_path

MOST_RINGS = 8  # workers that are woken for one order; the others come when they look around
QUEUE, SCHEMA = "lasspar", "lasspar_queue"
MAKING = 5  # tries: two workers that start at once may both begin to make the tables
LOOKS_AFTER_SECONDS = 0.1  # into the queue's own file; the other queues wake who waits for them


def ring(parts: int) -> None:
    """Wake workers, after the commit that ordered the parts. A bell that is broken only delays the work."""
    try:
        wake = _wake(current_app._get_current_object())  # type: ignore[attr-defined]  # a proxy's own method
        for _ in range(min(parts, MOST_RINGS)):
            wake()
    except Exception as error:  # whatever the queue's own library raises: the order itself is safe
        log.warning("nobody was woken", exc_info=error)


def answer(app: Flask) -> None:
    """Work off what waits now, then whatever the bell tells of, until a signal ends the process.

    SIGINT finishes the part in hand, SIGTERM lets it go: another begins it anew when its lease ends.
    """
    wake = _wake(app)
    try:
        wake()
    except Exception as error:  # the queue's machine has not come up yet: the consumer asks until it has
        log.warning("the queue does not answer", exc_info=error)
    huey = app.extensions["lasspar.doorbell"][0]
    huey.create_consumer(workers=1, worker_type="thread", max_delay=LOOKS_AFTER_SECONDS).run()


def _wake(app: Flask) -> Callable[[], Any]:
    """The huey task that works off; made once per app, when first needed."""
    if "lasspar.doorbell" not in app.extensions:
        from huey import crontab  # no page needs it until somebody orders something

        huey = _huey(app.config["LASSPAR_QUEUE_URL"])
        holder = me()

        def come() -> None:
            with app.app_context():
                work_off(holder)

        huey.periodic_task(crontab(), name="look_around")(come)
        app.extensions["lasspar.doorbell"] = huey, huey.task(name="ring")(come)
    wake: Callable[[], Any] = app.extensions["lasspar.doorbell"][1]
    return wake


def _huey(url: str | None) -> Any:
    import huey

    if not url:
        folder = instance_path()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return huey.SqliteHuey(QUEUE, filename=str(folder / "queue.sqlite"), results=False)
    scheme, _, rest = url.partition("://")
    if scheme in ("redis", "rediss", "unix"):
        return huey.RedisHuey(QUEUE, url=url, results=False)
    if scheme in ("valkey", "valkeys"):
        return huey.RedisHuey(QUEUE, url=f"redis{scheme.removeprefix('valkey')}://{rest}", results=False)
    if scheme in ("postgresql", "postgres"):
        return _in_postgresql(url)
    # The address itself is not shown: it may hold a password.
    raise Refused("LASSPAR_QUEUE_URL går inte att läsa. Skriv som redis://, valkey:// eller postgresql://.")


def _in_postgresql(url: str) -> Any:
    """The queue makes its tables where there are none, in a schema of its own: it may share a database with
    all else, and no copy of that holds it. Raises Refused where the server does not answer.
    """
    import huey
    import psycopg

    def connected() -> Any:
        return psycopg.connect(url, options=f"-c search_path={SCHEMA}", connect_timeout=5)

    for _ in range(MAKING):
        try:
            with connected() as connection:
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            return huey.PostgresHuey(QUEUE, connection=connected, results=False)
        except psycopg.errors.UniqueViolation:  # another worker is making them just now
            continue
        except psycopg.OperationalError as error:
            raise Refused("Kön i LASSPAR_QUEUE_URL svarar inte. Är servern igång?") from error
    raise Refused("Kön i LASSPAR_QUEUE_URL gick inte att förbereda. Försök igen.")
