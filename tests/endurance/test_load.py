"""Teachers at once, one save each every three seconds, while class sets are printed: trust.md's figures.

    .venv/bin/pytest -s tests/endurance/test_load.py -k sqlite        # 200 teachers, 60 seconds
    .venv/bin/pytest -s tests/endurance/test_load.py -k postgresql    # 1,000 teachers, two servers

ENDURANCE_TEACHERS, ENDURANCE_SECONDS and ENDURANCE_SETS say otherwise, ENDURANCE_PROCESSES how many
processes each server has. Ends by itself. The teachers take processor time too: figures are of a machine
that does both. Goals: saves p95 at most 50 ms and p99 200 ms, pages p95 200 ms, no faults.
"""

import asyncio
import os
import random
from collections import Counter
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from cast import PASSWORD
from crowd import Teacher, Told, crowd
from machines import AS_SERVED, Machine
from nation import nation
from postgres import postgres

from app import create_app
from assessments.access.models import Account
from assessments.access.passwords import hash_password
from assessments.database import db
from assessments.roster.models import Duty, Role, SchoolClass, StaffMember

MOST_TEACHERS, MOST_SECONDS = 2000, 600
SECONDS = min(float(os.environ.get("ENDURANCE_SECONDS", "60")), MOST_SECONDS)
SETS = int(os.environ.get("ENDURANCE_SETS", "20"))
PROCESSES = int(os.environ.get("ENDURANCE_PROCESSES", "2"))
A_CLASS, MEASURE, WINDOW, TODAY = 25, "ord_per_minut", "2026-27-spring", "2027-04-20"
# As somebody would run it: what is said to be saved is on the disk.
DURABLE = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "256MB",
    "random_page_cost": "1.1",
}  # fmt: skip


def teachers(usual: int) -> int:
    return min(int(os.environ.get("ENDURANCE_TEACHERS", usual)), MOST_TEACHERS)


def test_load_on_sqlite(tmp_path: Path) -> None:
    file = tmp_path / "one" / "lasspar.sqlite"
    file.parent.mkdir()
    sheets = filled(f"sqlite:///{file}", teachers(200))
    measure([Machine(file.parent, {}, TODAY)], sheets)


def test_load_on_postgresql(tmp_path: Path) -> None:
    """Two servers, as two machines would be, and one PostgreSQL."""
    with postgres(**DURABLE) as url:
        sheets = filled(url, teachers(1000))
        shared = {"LASSPAR_DATABASE_URL": url.replace("+psycopg", "")}
        measure([Machine(tmp_path / name, shared, TODAY) for name in ("one", "two")], sheets)


def filled(url: str, how_many: int) -> dict[str, str]:
    """A class of 25 with three years behind it for each teacher; the sheets by username."""
    nation(url, how_many * A_CLASS, [MEASURE])
    password_hash, found = (
        hash_password(PASSWORD),
        {},
    )  # a real one, made once: signing in costs what it costs
    with create_app({"SQLALCHEMY_DATABASE_URI": url}).app_context():
        now = sa.select(SchoolClass.id).filter_by(academic_year="2026/27").order_by(SchoolClass.id)
        for class_id in db.session.scalars(now.limit(how_many)).all():
            member = StaffMember(name=f"Lärare {class_id}")
            duty = Duty(staff_member=member, role=Role.TEACHER, starts_on=date(2024, 8, 1))
            duty.school_class_id = class_id
            account = Account(staff_member=member, username=f"larare{class_id}", password_hash=password_hash)
            db.session.add_all([duty, account])
            found[account.username] = f"/classes/{class_id}/windows/{WINDOW}/sheet"
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return found


def measure(machines: list[Machine], sheets: dict[str, str]) -> None:
    told, chance = Told(), random.Random(2026)
    with ExitStack() as running:
        ports = [running.enter_context(machine.server(PROCESSES, 4, *AS_SERVED)) for machine in machines]
        people = [
            Teacher(ports[place % len(ports)], username, sheet, MEASURE, told, random.Random(chance.random()))
            for place, (username, sheet) in enumerate(sheets.items())
        ]
        signing_in = asyncio.run(crowd(people, PASSWORD, SECONDS, SETS))
    print(f"\n{len(people)} teachers, {len(ports)} servers of {PROCESSES} processes, {SECONDS:.0f} s")
    print(f"all signed in after {signing_in:.1f} s", *told.lines(), sep="\n")
    assert not told.faults, Counter(told.faults).most_common(10)
