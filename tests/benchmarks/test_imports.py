"""Files in, beside an import as it is usually written: look up, get, set, add, one row at a time.

Run with ``pytest tests/benchmarks --benchmark-only``. The peer stores the same (pupil found by elev-id, year
frozen from the enrolment, history of every change) and is timed in the same run. Goal: 40 times faster.
"""

import csv
import io
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from assessments import windows
from assessments.clock import now
from assessments.database import db
from assessments.models import AssessmentWindow, Score, ScoreChange
from assessments.recording import Recorder, scores_recorded
from assessments.roster.applying import apply_roster
from assessments.roster.importing import plan_roster
from assessments.roster.models import Enrolment, Pupil
from assessments.roster.tables import FROM_THE_COMMAND_LINE
from assessments.score_files import Terms, import_scores

PUPILS = 10_000
PEER_ROWS = 600  # the peer is slow: its rate is measured on fewer rows
MEASURES = ("bokstavsljud", "ord_per_minut")
START = date(2026, 8, 18)


def class_list() -> bytes:
    rows = (
        f"{10000000 + n // 500};Skola {n // 500};Ekby;{n // 25 % 20}A;{1 + n % 3};e{n};Namn{n};Ek{n % 1000}"
        for n in range(PUPILS)
    )
    return "\n".join(
        ["skolenhetskod;skola;kommun;klass;årskurs;elev-id;förnamn;efternamn", *rows, ""]
    ).encode()


def scores(pupils: int) -> str:
    rows = (f"e{n};{measure};{n % 25};2026-09-15" for n in range(pupils) for measure in MEASURES)
    return "\n".join(["elev-id;mått;resultat;datum", *rows, ""])


@pytest.fixture
def window(database: None) -> Iterator[AssessmentWindow]:
    """A window, a large roster, and nobody who judges: that is measured elsewhere."""
    judges = dict(scores_recorded.receivers)
    scores_recorded.receivers.clear()
    apply_roster(plan_roster("k.csv", class_list(), FROM_THE_COMMAND_LINE, START), end_missing=False)
    opened, _ = windows.open_window("2026/27-autumn", date(2026, 9, 1), date(2026, 11, 13))
    db.session.commit()
    yield opened
    scores_recorded.receivers.update(judges)


def row_by_row(window: AssessmentWindow, text: str) -> None:
    """The import most programs have."""
    for row in csv.DictReader(io.StringIO(text), delimiter=";"):
        day, points = date.fromisoformat(row["datum"]), Decimal(row["resultat"].replace(",", "."))
        pupil = db.session.scalars(sa.select(Pupil).filter_by(code=row["elev-id"])).one()
        key = {"pupil_id": pupil.id, "window_id": window.id, "measure": row["mått"]}
        score = db.session.scalars(sa.select(Score).filter_by(**key)).one_or_none()
        if score is None:
            gone = sa.select(Enrolment).filter_by(pupil_id=pupil.id).where(Enrolment.starts_on <= day)
            enrolment = db.session.scalars(gone.order_by(Enrolment.starts_on.desc())).first()
            score = Score(**key, year=enrolment.year, version=0)
            db.session.add(score)
        if score.points != points:
            score.points, score.assessed_on, score.version = points, day, score.version + 1
            change = {"version": score.version, "points": points, "assessed_on": day, "changed_at": now()}
            db.session.add(ScoreChange(**key, **change))
    db.session.flush()


def set_wise(window: AssessmentWindow, text: str) -> None:
    told = import_scores(window, "r.csv", text.encode(), FROM_THE_COMMAND_LINE, Terms(by=Recorder()))
    assert told.problems == []


def seconds_a_row(
    work: Callable[[AssessmentWindow, str], None], window: AssessmentWindow, text: str
) -> float:
    """Processor time: other programs on the machine do not count."""
    begun = time.process_time()
    work(window, text)
    spent = time.process_time() - begun
    db.session.rollback()
    return spent / text.count("2026-09-15")


def test_a_score_file_beside_one_row_at_a_time(window: AssessmentWindow, benchmark: Any) -> None:
    few, many = scores(PEER_ROWS // len(MEASURES)), scores(PUPILS)
    rounds = [
        (seconds_a_row(row_by_row, window, few), seconds_a_row(set_wise, window, many)) for _ in range(3)
    ]
    ratios = sorted(peer / ours for peer, ours in rounds)
    benchmark.extra_info["times faster than the peer"] = [round(ratio, 1) for ratio in ratios]
    benchmark.extra_info["rows a second"] = round(1 / min(ours for _, ours in rounds))
    print("\ntimes faster", benchmark.extra_info)
    benchmark.pedantic(seconds_a_row, (set_wise, window, many), rounds=2)


def test_a_class_list_again_beside_one_row_at_a_time(window: AssessmentWindow, benchmark: Any) -> None:
    """The usual case in a school year: almost everything is as it was."""
    content = class_list()

    def ours() -> float:
        begun = time.process_time()
        plan = plan_roster("k.csv", content, FROM_THE_COMMAND_LINE, START)
        assert plan.unchanged == PUPILS
        return (time.process_time() - begun) / PUPILS

    def peer() -> float:
        begun = time.process_time()
        lines = csv.DictReader(io.StringIO(content.decode()), delimiter=";")
        for _, row in zip(range(PEER_ROWS), lines, strict=False):
            pupil = db.session.scalars(sa.select(Pupil).filter_by(code=row["elev-id"])).one()
            pupil.given_name, pupil.family_name = row["förnamn"], row["efternamn"]
            (enrolment,) = pupil.enrolments
            assert enrolment.school_class.name == row["klass"]
        db.session.rollback()
        return (time.process_time() - begun) / PEER_ROWS

    ratios = sorted(peer() / ours() for _ in range(3))
    benchmark.extra_info["times faster than the peer"] = [round(ratio, 1) for ratio in ratios]
    print("\ntimes faster", benchmark.extra_info)
    benchmark.pedantic(ours, rounds=2)
