"""When signals reach the inbox: handed in, or two quiet school days; observations at once."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from scoring import a_window, flag, record

from assessments.clock import SWEDEN
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.models import AssessmentWindow, ScoreChange, Season
from assessments.recording import Recorder
from assessments.roster.models import Enrolment, Pupil
from screening import inbox
from screening.models import ObservedBy
from screening.reviewing import Decision, Seen, raise_observation, record_next_step
from screening.signals import Family, FlagState


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda day: monkeypatch.setenv("LASSPAR_TODAY", day)


def arrived(*pupils: Pupil, through: AssessmentWindow | None = None, only_arrived: bool = True) -> list[str]:
    ids = sa.select(Pupil.id).where(Pupil.id.in_([pupil.id for pupil in pupils]))
    rows = db.session.execute(inbox.standing(ids, through=through, only_arrived=only_arrived))
    return sorted(row.kind for row in rows)


def needs(ids: sa.SelectBase) -> list[FlagState]:
    rows = db.session.execute(inbox.standing(ids))
    return [row.state for row in rows if row.family == Family.NEED]


@pytest.mark.parametrize(
    ("today", "since"),
    [
        (date(2026, 10, 15), date(2026, 10, 14)),  # a Thursday: Wednesday's changes have seen one school day
        (date(2026, 10, 19), date(2026, 10, 16)),  # a Monday: Friday's have
        (date(2026, 10, 18), date(2026, 10, 15)),  # a Sunday counts from Friday
        (date(2026, 11, 2), date(2026, 10, 23)),  # the Monday after the autumn break
    ],
)
def test_two_school_days_are_counted_by_the_schools_calendar(today: date, since: date) -> None:
    assert inbox.quiet_since(today) == datetime(since.year, since.month, since.day, tzinfo=SWEDEN)


@pytest.mark.both_databases
def test_a_signal_waits_for_the_hand_in(ekbacken: Ekbacken) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    assert arrived(ekbacken.kim) == []
    assert arrived(ekbacken.kim, only_arrived=False) == ["watch"]
    hand_in(ekbacken.class_1a, ekbacken.autumn, None)
    assert arrived(ekbacken.kim) == ["watch"]


@pytest.mark.both_databases
def test_or_for_two_school_days_after_the_classs_last_change(
    ekbacken: Ekbacken, on: Callable[[str], None]
) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    for day, kinds in (("2026-10-16", []), ("2026-10-18", []), ("2026-10-19", ["watch"])):
        on(day)
        assert arrived(ekbacken.kim) == kinds
    on("2026-10-19")
    record(ekbacken.autumn, ekbacken.noor, bokstavsljud=25)  # a classmate: the class is not done
    assert arrived(ekbacken.kim) == []


def test_another_class_does_not_hold_it_back(ekbacken: Ekbacken) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    hand_in(ekbacken.class_1a, ekbacken.autumn, None)
    record(ekbacken.autumn, ekbacken.olle, bokstavsljud=7)
    assert arrived(ekbacken.kim, ekbacken.olle) == ["watch"]


def test_an_observation_comes_at_once(ekbacken: Ekbacken) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    raise_observation(
        ekbacken.kim, ekbacken.autumn, Seen(ObservedBy.GUARDIAN, "Vill inte läsa hemma."), Recorder()
    )
    assert arrived(ekbacken.kim) == ["observation"]


@pytest.mark.both_databases
def test_until_then_the_thread_shows_where_it_stood(ekbacken: Ekbacken, on: Callable[[str], None]) -> None:
    winter = a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 12))
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    hand_in(ekbacken.class_1a, ekbacken.autumn, None)
    on("2027-01-20")
    record(winter, ekbacken.kim, bokstavsljud=12)
    ids = sa.select(Pupil.id).where(Pupil.id == ekbacken.kim.id)
    assert needs(ids) == [FlagState.NEW]
    hand_in(ekbacken.class_1a, winter, None)
    assert needs(ids) == [FlagState.PERSISTENT]
    assert arrived(ekbacken.kim, through=ekbacken.autumn) == ["watch"]


def test_what_somebody_has_closed_is_gone(ekbacken: Ekbacken) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    hand_in(ekbacken.class_1a, ekbacken.autumn, None)
    record_next_step([flag(ekbacken.kim)], Decision("close", reason="not_needed"), Recorder())
    assert arrived(ekbacken.kim) == []


def test_a_pupil_who_moved_is_held_back_by_either_class(ekbacken: Ekbacken) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    hand_in(ekbacken.class_1a, ekbacken.autumn, None)
    moved = db.session.scalars(sa.select(Enrolment).filter_by(pupil_id=ekbacken.kim.id)).one()
    moved.ends_on = date(2026, 10, 9)
    db.session.add(
        Enrolment(
            pupil_id=ekbacken.kim.id,
            school_class_id=ekbacken.other_class.id,
            year=1,
            starts_on=date(2026, 10, 10),
        )
    )
    db.session.flush()
    assert arrived(ekbacken.kim) == []


def test_changes_of_other_windows_do_not_count(ekbacken: Ekbacken, on: Callable[[str], None]) -> None:
    winter = a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 12))
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    on("2027-01-20")
    record(winter, ekbacken.noor, bokstavsljud=25)
    assert db.session.scalar(sa.select(sa.func.count(ScoreChange.id))) == 2
    assert arrived(ekbacken.kim) == ["watch"]
