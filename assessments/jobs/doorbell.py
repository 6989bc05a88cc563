"""huey is the doorbell: it wakes the workers, wherever they are. What there is to do stands in job tables.

A ring that is lost loses nothing: every worker is rung for once a minute, as long as the queue answers. The
queue is a file of its own in the instance, or what ``LASSPAR_QUEUE_URL`` says: redis, valkey or postgresql.
"""

import time
from collections.abc import Callable
from typing import Any

import click
from flask import Flask, current_app

from assessments.database.connections import place_for
from assessments.jobs.running import me, work_off
from assessments.logs import log, speak_for
from assessments.refusals import Refused
from assessments.settings import ANSWERS_WITHIN, instance_path

MOST_RINGS = 8  # workers that are woken for one order; the others come when they look around
QUEUE, SCHEMA = "lasspar", "lasspar_queue"
MAKING = 5  # tries: two workers that start at once may both begin to make the tables
LOOKS_AFTER_SECONDS = 0.1  # into the queue's own file; the other queues wake who waits for them
TRIES_AFTER_SECONDS = 5  # a queue on another machine that does not answer
SILENT = (
    "Obs: kön i LASSPAR_QUEUE_URL svarar inte. Det som beställs sparas, och börjar när kön svarar."
    " Kontrollera adressen, lösenordet och att kön är igång."
)


class NoAddress(Refused):
    """``LASSPAR_QUEUE_URL`` is the address of no queue that we know."""


def ring(parts: int) -> None:
    """Wake workers, after the commit that ordered the parts. A bell that is broken only delays the work."""
    try:
        wake = _wake(current_app._get_current_object())  # type: ignore[attr-defined]  # a proxy's own method
        for _ in range(min(parts, MOST_RINGS)):
            wake()
    except Exception as error:  # whatever the queue's own library raises: the order itself is safe
        log.warning("nobody was woken", exc_info=error)


def tell_if_silent(app: Flask) -> None:
    """Say on stderr that the queue on another machine does not answer: the server does without for a while.

    Raises Refused where its address is none, and OSError where the queue's own file is not ours to write in.
    """
    if not app.config["LASSPAR_QUEUE_URL"]:
        _wake(app)
        return
    try:
        _wake(app)
        app.extensions["lasspar.doorbell"][0].pending_count()
    except NoAddress:
        raise
    except Exception:  # whatever the queue's own library raises
        click.echo(SILENT, err=True)


def wait_for_queue(app: Flask) -> None:
    """Try until the queue answers: nobody starts the worker beside a server anew."""
    while True:
        try:
            _wake(app)
        except NoAddress:
            raise
        except Refused as error:
            log.warning("the queue does not answer", exc_info=error)
            time.sleep(TRIES_AFTER_SECONDS)
        else:
            return


def answer(app: Flask) -> None:
    """Work off what waits now, then whatever the bell tells of, until a signal ends the process.

    SIGINT finishes the part in hand, SIGTERM lets it go: another begins it anew when its lease ends.
    """
    wake = _wake(app)
    try:
        wake()
    except Exception as error:  # the queue's machine has not come up yet: the consumer asks until it has
        log.warning("the queue does not answer", exc_info=error)
    speak_for("huey")
    looks_after = TRIES_AFTER_SECONDS if app.config["LASSPAR_QUEUE_URL"] else LOOKS_AFTER_SECONDS
    huey = app.extensions["lasspar.doorbell"][0]
    huey.create_consumer(workers=1, worker_type="thread", max_delay=looks_after).run()


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
        file = instance_path() / "queue.sqlite"
        place_for(file)
        return huey.SqliteHuey(QUEUE, filename=str(file), results=False)
    scheme, _, rest = url.partition("://")
    if scheme in ("redis", "rediss", "unix"):
        return huey.RedisHuey(QUEUE, url=url, results=False)
    if scheme in ("valkey", "valkeys"):
        return huey.RedisHuey(QUEUE, url=f"redis{scheme.removeprefix('valkey')}://{rest}", results=False)
    if scheme in ("postgresql", "postgres"):
        return _in_postgresql(url)
    # The address itself is not shown: it may hold a password.
    raise NoAddress("LASSPAR_QUEUE_URL går inte att läsa. Skriv som redis://, valkey:// eller postgresql://.")


def _in_postgresql(url: str) -> Any:
    """The queue makes its tables where there are none, in a schema of its own: it may share a database with
    all else, and no copy of that holds it. Raises Refused where the server does not answer.
    """
    import huey
    import psycopg

    def connected() -> Any:
        return psycopg.connect(url, options=f"-c search_path={SCHEMA}", **ANSWERS_WITHIN)

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
