"""Real workers, killed as a power cut would: what is printed in the end is the same, byte for byte.

The short form, in one process and at every place where something is written, stands in test_print_jobs.py.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

ORDERS = 2
START = "from assessments.starting import lasspar; lasspar()"
BUILD = """
import sys
from app import cli

for words in (
    ["init"],
    ["windows", "open", "2026/27-autumn", "--opens", "2026-09-01", "--closes", "2026-11-13"],
    ["roster", "import", sys.argv[1], "--date", "2026-08-18"],
    ["scores", "import", sys.argv[2], "--window", "2026/27-autumn"],
):
    cli(words, standalone_mode=False)
"""
ORDER = """
import sys

import sqlalchemy as sa
from app import app_for_commands
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import SchoolClass
from reports.print_jobs.models import Purpose
from reports.print_jobs.ordering import Wanted, order_prints

with app_for_commands().app_context():
    window = db.session.scalars(sa.select(AssessmentWindow)).one()
    wanted = [Wanted(one) for one in db.session.scalars(sa.select(SchoolClass))]
    orders = [order_prints(window, wanted, Purpose.TALK) for _ in range(int(sys.argv[1]))]
    print(*[one.folder for one in orders])
    db.session.commit()
"""


class House:
    """A database of its own with two classes of twelve, and what its workers do."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "LASSPAR_DATABASE_URL"},
            "LASSPAR_INSTANCE_PATH": str(folder),
            "LASSPAR_SECRET_KEY": "x" * 40,
        }
        self.prints = folder / "prints"
        self.database = sa.create_engine(f"sqlite:///{folder / 'lasspar.sqlite'}", poolclass=sa.NullPool)
        pupils = [(name, number) for name in ("2A", "2B") for number in range(12)]
        codes = [f"{name}{number:02}" for name, number in pupils]
        head = "kommun;skola;klass;årskurs;elev-id;förnamn;efternamn"
        rows = [f"Ekby;Ekbacken;{code[:2]};2;{code};Elev{code[2:]};Ek" for code in codes]
        scores = [f"{code};{10 + 3 * number}" for number, code in enumerate(codes)]
        roster, results = folder / "elever.csv", folder / "resultat.csv"
        roster.write_text("\n".join([head, *rows]), encoding="utf-8")
        results.write_text("\n".join(["elev-id;ord_per_minut", *scores]), encoding="utf-8")
        self.run(BUILD, str(roster), str(results))

    def run(self, code: str, *words: str) -> str:
        command = [sys.executable, "-c", code, *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout

    def order(self, times: int) -> list[Path]:
        return [self.prints / name for name in self.run(ORDER, str(times)).split()]

    def open_jobs(self) -> int:
        with self.database.connect() as connection:
            found = connection.execute(sa.text("SELECT count(*) FROM job WHERE ended_at IS NULL"))
            return int(found.scalar_one())

    def let_leases_end(self) -> None:
        """As a minute does."""
        ended = "UPDATE job_part SET lease_until = '2000-01-01T00:00:00+00:00' WHERE lease_until IS NOT NULL"
        with self.database.begin() as connection:
            connection.execute(sa.text(ended))

    def work_and_die(self, after: float) -> None:
        """A worker that is killed so many seconds after it has begun to write."""
        command = [sys.executable, "-c", START, "worker", "--once"]
        before = self.written()
        with subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL) as worker:
            while worker.poll() is None and self.written() == before:
                time.sleep(0.02)
            time.sleep(after)
            worker.send_signal(signal.SIGKILL)

    def written(self) -> set[Path]:
        return set(self.prints.glob("*/*"))


@pytest.mark.long
def test_killed_workers_leave_what_an_undisturbed_one_would_have_made(tmp_path: Path) -> None:
    house, chance = House(tmp_path), random.Random(6)
    (folder,) = house.order(1)
    house.run(START, "worker", "--once")
    right = {one.name: one.read_bytes() for one in folder.iterdir()}
    assert sorted(right) == ["1.pdf", "2.pdf", "all.pdf"]
    folders, cut_off = house.order(ORDERS), 0
    while house.open_jobs() > 1:
        house.work_and_die(chance.uniform(0, 2))
        house.let_leases_end()
        cut_off += 1
    house.run(START, "worker", "--once")
    assert cut_off
    for number, folder in enumerate(folders):
        assert {one.name: one.read_bytes() for one in folder.iterdir()} == right, f"order {number}"
