"""Judging asks only about these pupils and their schools, and leaves out nothing that says something."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from scoring import a_window, record

from assessments.database import db
from assessments.models import Absence, SchoolMeasure, Season
from screening.frame import Frame
from screening.in_use import USED, chosen_at, recorded_at
from screening.lives import Acts, rows
from screening.material import gather
from screening.score_arrays import ScoreArrays
from screening.standards import Mark


def test_records_are_looked_up_pupil_by_pupil_never_through_a_window_of_everybody(database: None) -> None:
    asked = USED.statement.params(schools=[1], windows=[1])
    statement = asked.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = [row.detail for row in db.session.execute(sa.text(f"EXPLAIN QUERY PLAN {statement}"))]
    (scores,) = [step for step in plan if "score " in step]
    assert "pupil_id=? AND window_id=?" in scores


def test_a_measure_is_used_where_somebody_at_the_school_has_a_record_of_it(ekbacken: Ekbacken) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=20, ord_per_minut=Decimal(30))
    record(ekbacken.autumn, ekbacken.olle, fonologisk_medvetenhet=0)
    here, there = (school.id for school in (ekbacken.school, ekbacken.other_school))
    assert set(recorded_at([(school, ekbacken.autumn.id) for school in (here, there)])) == {
        ((here, ekbacken.autumn.id), "bokstavsljud"),
        ((here, ekbacken.autumn.id), "ord_per_minut"),
        ((there, ekbacken.autumn.id), "fonologisk_medvetenhet"),
    }


def test_a_schools_own_list_is_told_of_the_schools_asked_about(ekbacken: Ekbacken) -> None:
    for school in (ekbacken.school, ekbacken.other_school):
        db.session.add(SchoolMeasure(school_id=school.id, measure="bokstavsljud"))
    db.session.flush()
    assert chosen_at({ekbacken.school.id}) == {ekbacken.school.id: frozenset({"bokstavsljud"})}


def test_windows_that_say_nothing_of_the_pupils_change_nothing(ekbacken: Ekbacken) -> None:
    a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 5))
    a_window("2025/26", Season.SPRING, date(2026, 4, 12), date(2026, 5, 7))
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=3, ord_per_minut=5)
    frame, ids = Frame.fetch(), [ekbacken.kim.id, ekbacken.noor.id]
    everything, some = gather(frame, ids), gather(frame, ids, unless_empty=())
    assert [len(found.windows) for found in (everything, some)] == [3, 1]
    assert rows(everything, Acts()) == rows(some, Acts())
    assert rows(some, Acts()).flags


@pytest.mark.both_databases
def test_scores_of_a_window_begun_meanwhile_wait_for_its_judging(ekbacken: Ekbacken) -> None:
    """Between the question for the windows and that for the scores, another may have begun one."""
    winter = a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 5))
    record(ekbacken.autumn, ekbacken.kim, ord_per_minut=5, bokstavsljud=Absence.DECLINED)
    record(winter, ekbacken.kim, ord_per_minut=9, fonologisk_medvetenhet=3)
    frame, ids = Frame.fetch(), [ekbacken.kim.id]
    less = replace(frame, windows=[one for one in frame.windows if one.id != winter.id])
    told = ScoreArrays.fetch(less, ids)
    cells = zip(
        told.column.tolist(), told.values["points"].tolist(), told.values["marks"].tolist(), strict=True
    )
    codes = list(frame.measures)
    assert sorted((codes[column], points, mark) for column, points, mark in cells) == [
        ("bokstavsljud", 0, Mark.DECLINED), ("ord_per_minut", 5000, Mark.POINTS),
    ]  # fmt: skip
    assert set(told.window.tolist()) == {frame.number_of[ekbacken.autumn.id]}
    assert len(ScoreArrays.fetch(frame, ids).row) == 4
    assert len(ScoreArrays.fetch(frame, [ekbacken.noor.id]).row) == 0
