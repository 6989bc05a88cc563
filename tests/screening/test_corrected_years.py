"""A year (årskurs) that was wrong from the beginning: results are judged by the right one afterwards too."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from scoring import class_2b, record

from assessments.database import db
from assessments.models import Score
from assessments.recording import Recorder
from assessments.roster import editing
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from screening.levels import Level
from screening.models import Flag, Judgement

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def disa(ekbacken: Ekbacken) -> Pupil:
    """In year 2, where 45 words a minute are enough; in year 3 they are not."""
    _, (pupil,) = class_2b(ekbacken, [45])
    db.session.commit()
    return pupil


def standing(pupil: Pupil) -> tuple[list[int], Level, list[str]]:
    """The years of the scores, the level of the window, and what stands of the need."""
    db.session.rollback()
    years = db.session.scalars(sa.select(Score.year).filter_by(pupil_id=pupil.id).order_by(Score.id)).all()
    level = db.session.scalars(sa.select(Judgement.level).filter_by(pupil_id=pupil.id)).one()
    flags = db.session.scalars(sa.select(Flag.kind).filter_by(pupil_id=pupil.id).order_by(Flag.id)).all()
    return list(years), level, list(flags)


def put_right(client: FlaskClient, pupil: Pupil, school_class: SchoolClass, year: int) -> str:
    form = {"right-right_class": school_class.id, "right-year": year}
    return str(post(client, f"/pupils/{pupil.id}/right-class", form, follow_redirects=True).text)


@pytest.mark.parametrize("closes_on", [None, date(2026, 10, 9)])
def test_what_was_scored_under_a_wrong_year_is_judged_by_the_right_one(
    ekbacken: Ekbacken, signed_in: SignIn, disa: Pupil, closes_on: date | None
) -> None:
    if closes_on:
        ekbacken.autumn.closes_on = closes_on
        db.session.commit()
    assert standing(disa)[:2] == ([2], Level.AT_GOAL)
    told = put_right(signed_in(ekbacken.ada), disa, disa.enrolments[0].school_class, 3)
    assert "Resultaten är kvar. 1 resultat bedöms nu efter åk 3." in told
    years, level, flags = standing(disa)
    assert (years, level) == ([3], Level.BELOW_GOAL)
    assert "below_goal" in flags


def test_a_year_that_a_class_list_put_right_can_be_given_to_the_results_too(
    ekbacken: Ekbacken, signed_in: SignIn, disa: Pupil
) -> None:
    enrolment = disa.enrolments[0]
    enrolment.year = 3
    db.session.commit()
    desk = signed_in(ekbacken.ada)
    assert "1 resultat bedöms nu efter åk 3." in put_right(desk, disa, enrolment.school_class, 3)
    assert standing(disa)[:2] == ([3], Level.BELOW_GOAL)
    again = put_right(desk, disa, enrolment.school_class, 3)
    assert "Eleven står redan i 2B." in again


def test_who_skips_a_year_in_the_same_class_keeps_what_was_judged_before(
    ekbacken: Ekbacken, signed_in: SignIn, disa: Pupil
) -> None:
    school_class = disa.enrolments[0].school_class
    form = {"move-to_class": school_class.id, "move-year": 3, "move-from_day": "2026-10-12"}
    told = post(signed_in(ekbacken.ada), f"/pupils/{disa.id}/move", form, follow_redirects=True).text
    assert "Eleven går i 2B, Ekbackens skola, från 2026-10-12." in told
    assert standing(disa)[:2] == ([2], Level.AT_GOAL)
    asked = sa.select(Enrolment.year, Enrolment.ends_on).filter_by(pupil_id=disa.id)
    rows = db.session.execute(asked.order_by(Enrolment.starts_on)).all()
    assert [tuple(row) for row in rows] == [(2, date(2026, 10, 11)), (3, None)]


def test_what_was_scored_in_the_class_before_keeps_its_year(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    kim = ekbacken.kim
    record(ekbacken.autumn, kim, bokstavsljud=20)
    db.session.execute(sa.update(Score).values(assessed_on=date(2026, 9, 7)))
    other = SchoolClass(name="2-3", academic_year="2026/27", school=ekbacken.school)
    db.session.add(other)
    db.session.flush()
    editing.move_pupil(kim, other, 2, ekbacken.autumn.opens_on + timedelta(days=14))
    record(ekbacken.autumn, kim, Recorder(), ord_per_minut=45)
    db.session.commit()
    assert standing(kim)[0] == [1, 2]
    assert "1 resultat bedöms nu efter åk 3." in put_right(signed_in(ekbacken.ada), kim, other, 3)
    assert standing(kim)[0] == [1, 3]
