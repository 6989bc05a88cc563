"""Judging everybody again, beside reading their rows and beside a plain loop over objects.

Run with ``pytest tests/benchmarks/test_rejudging.py -s`` (PUPILS=350000 for a nation): six measures, nine
windows. Goals: 25 times faster than the loop with its fetching, and memory that does not grow with pupils.
"""

import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from nation import MEASURES, SCHOOL, TODAY, Nation, nation

from app import create_app
from assessments import windows
from assessments.clock import now
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import Score
from assessments.roster.models import Enrolment
from screening import flagging
from screening.levels import Level
from screening.models import Judgement
from screening.queries.standards import points_judged, standards

FEW, MANY = 2_250, int(os.environ.get("PUPILS", "9000"))
ROUNDS = 3
PEER = 25  # the loop is slow: its rate is measured on a class
READ = ("score", "enrolment", "judgement", "flag", "counted_pupil")


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nation]:
    monkeypatch.setenv("LASSPAR_TODAY", TODAY)
    monkeypatch.setenv("LASSPAR_INSTANCE_PATH", str(tmp_path))
    filled = nation(f"sqlite:///{tmp_path / 'school.sqlite'}", SCHOOL, MEASURES, judged=False)
    with create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": filled.url}).app_context():
        yield filled
        db.session.remove()
        db.engine.dispose()


def one_by_one(ids: list[int]) -> None:
    """The loop most programs have: levels of scores and windows only, no signals, threads or sums."""
    declared = windows.in_order()
    known = measures()
    judged_by = standards(declared, known)
    for pupil_id in ids:
        for window in declared:
            year = db.session.scalars(
                sa.select(Enrolment.year)
                .where(Enrolment.pupil_id == pupil_id, Enrolment.starts_on <= window.closes_on)
                .order_by(Enrolment.starts_on.desc())
            ).first()
            levels = {}
            for score in db.session.scalars(
                sa.select(Score).filter_by(pupil_id=pupil_id, window_id=window.id)
            ):
                points = points_judged(known[score.measure], score.points, score.absence)
                levels[score.measure] = judged_by.level(window, (score.measure, score.year), points)
            said = [
                next((levels[code] for code in group if levels.get(code)), None)
                for group in judged_by.groups(window, year or 0)
            ]
            found = [level for level in said if level]
            judgement = db.session.scalar(
                sa.select(Judgement).filter_by(pupil_id=pupil_id, window_id=window.id)
            )
            assert judgement is not None
            judgement.level = min(found) if found else Level.NOT_DETERMINED
            judgement.judged_at = now()
            db.session.flush()


def rows_read(ids: list[int]) -> None:
    """The floor: the pupils' rows, by the driver alone."""
    marks = ",".join("?" * len(ids))
    with closing(sqlite3.connect(str(db.engine.url.database))) as connection:
        for table in READ:
            connection.execute(f"SELECT * FROM {table} WHERE pupil_id IN ({marks})", ids).fetchall()  # noqa: S608 - own names


def test_judging_a_school_again_beside_its_rows_and_beside_a_loop(school: Nation) -> None:
    ids = list(range(1, SCHOOL + 1))
    flagging.judge_pupils(ids)
    db.session.commit()
    ways: dict[str, Callable[[], None]] = {
        "rows": lambda: rows_read(ids),
        "judging": lambda: flagging.judge_pupils(ids),
        "loop": lambda: one_by_one(ids[:PEER]),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begun = time.process_time()
            way()
            taken[name].append((time.process_time() - begun) / (PEER if name == "loop" else SCHOOL))
            db.session.rollback()
    rows, ours, loop = (statistics.median(taken[name]) for name in ways)
    print(f"\n{1 / ours:.0f} pupils a second, {ours / rows:.1f} x their rows; the loop {loop / ours:.1f} x")


@pytest.mark.parametrize("pupils", [FEW, MANY])
def test_memory_and_speed_over_many_schools(pupils: int, tmp_path: Path) -> None:
    """In a process of its own, whose memory is ours alone; everybody is new, so that every row is written."""
    surroundings = {
        **os.environ,
        "LASSPAR_TODAY": TODAY,
        "LASSPAR_INSTANCE_PATH": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    file = tmp_path / "nation.sqlite"
    for work in ("fill", "judge"):
        done = subprocess.run(
            [sys.executable, __file__, work, f"sqlite:///{file}", str(pupils)],
            env=surroundings, check=True, capture_output=True, text=True,
        )  # fmt: skip
        print(f"\n{done.stdout.strip()}")
    print(f"the database: {file.stat().st_size / 2**20:.0f} MiB")
    file.unlink()


def _judge(url: str) -> None:
    with create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": url}).app_context():
        begun = time.process_time()
        judged = 0
        for ids in flagging.by_school(sa.select(Enrolment.pupil_id)):
            flagging.judge_pupils(ids)
            db.session.commit()
            judged += len(ids)
        spent = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{judged} pupils: {judged / spent:.0f} a second of processor time, {peak:.0f} MiB at most")


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        nation(sys.argv[2], int(sys.argv[3]), MEASURES, judged=False)
    else:
        _judge(sys.argv[2])
