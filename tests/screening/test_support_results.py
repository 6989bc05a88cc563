"""Repeated results in all orders of writing: what is stored is what somebody saw, and nothing is lost."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.database import db
from assessments.recording import Recorder
from assessments.writes import Status
from screening.models import StartFrom, SupportPeriod, SupportResult
from screening.support.models import SupportResultChange
from screening.support.results import Standing, Write, record_results, standings

STARTED = date(2026, 9, 7)
DAYS = [STARTED + timedelta(weeks=week) for week in range(3)]
# Of each write: the day it is for, the day it stood on (None: new), the points, and whether the person looks
# at the page again before it (else the seal is what was there when the page was first opened).
writes = st.lists(
    st.tuples(
        st.sampled_from(DAYS), st.sampled_from([None, *DAYS]),
        st.none() | st.integers(0, 9).map(Decimal), st.booleans(),
    ),
    max_size=8,
)  # fmt: skip


def stored(period_id: int) -> dict[date, Decimal]:
    asked = sa.select(SupportResult.measured_on, SupportResult.points)
    return dict(db.session.execute(asked.filter_by(support_period_id=period_id)).all())


def latest(period_id: int) -> dict[date, Decimal]:
    """What the history says stands."""
    asked = sa.select(SupportResultChange).filter_by(support_period_id=period_id)
    rows = db.session.scalars(asked.order_by(SupportResultChange.version))
    said = {row.measured_on: row.points for row in rows}
    return {on: points for on, points in said.items() if points is not None}


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=writes)
def test_only_who_saw_what_stood_changes_it(
    ekbacken: Ekbacken, said: list[tuple[date, date, Decimal, bool]]
) -> None:
    period = SupportPeriod(
        pupil_id=ekbacken.kim.id, measure="ord_per_minut", starts_on=STARTED, start=Decimal(1),
        start_from=StartFrom.GIVEN, goal_on=STARTED + timedelta(weeks=10), goal=Decimal(20),
    )  # fmt: skip
    db.session.add(period)
    db.session.flush()
    opened = standings([period.id])
    for day, was_on, points, looks_again in said:
        now = standings([period.id])
        seen = (now if looks_again else opened).get((period.id, was_on or day), Standing())
        before = stored(period.id)
        (outcome,) = record_results([Write(period.id, day, was_on, points, False, seen.seal)], Recorder())
        after = stored(period.id)
        if outcome.status is not Status.STORED:
            assert after == before
        else:
            touched = {was_on or day} if points is None else {day, was_on or day}
            assert {on: before.get(on) for on in DAYS if on not in touched} == {
                on: after.get(on) for on in DAYS if on not in touched
            }
            assert after.get(day if points is not None else was_on or day) == points
            was = now.get((period.id, was_on or day), Standing())
            assert seen.seal == was.seal or was.points is None
        assert latest(period.id) == after
    db.session.rollback()
