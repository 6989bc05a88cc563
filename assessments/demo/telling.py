"""The example told in order: people first, then window after window, each with the clock at its own time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zlib import crc32

import numpy as np

from assessments import windows
from assessments.agreed_texts import agree, same_text_places
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.demo.calendars import write_calendars
from assessments.demo.children import Child, intake, numbered
from assessments.demo.moves import moved
from assessments.demo.plans import Plan, WindowPlan
from assessments.demo.rows import ClassKey, Roster, class_key, write_roster
from assessments.demo.scores import Abilities, Given, Papers, Seat, abilities, seats
from assessments.demo.staff import SignIn, Staffing
from assessments.doors import screening
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow, HandIn, Season
from assessments.recording import Recorder, Write, record_scores

TEXTS = {Season.AUTUMN: "Sommarlovet", Season.WINTER: "Snöfallet", Season.SPRING: "Utflykten"}
CORRECTED = 2  # results of a window that somebody with an account wrote wrong and put right


@dataclass(frozen=True)
class Example:
    """What stands in the database before the first window, and what the windows are drawn from."""

    plan: Plan
    seed: int
    roster: Roster
    abilities: Abilities
    sign_ins: list[SignIn]
    recorders: dict[ClassKey, Recorder]  # of the classes whose teacher has an account


@contextmanager
def clock_at(day: date) -> Iterator[None]:
    """Inside it is that day, so that what is written there is dated then."""
    before = os.environ.get("LASSPAR_TODAY")
    os.environ["LASSPAR_TODAY"] = day.isoformat()
    try:
        yield
    finally:
        if before is None:
            del os.environ["LASSPAR_TODAY"]
        else:
            os.environ["LASSPAR_TODAY"] = before


def lot(seed: int, *about: str) -> np.random.Generator:
    """Chance for one part of the example; the other parts stay as they are when this one changes."""
    return np.random.default_rng([seed, *(crc32(word.encode()) for word in about)])


def people(plan: Plan, seed: int) -> list[Child]:
    """The invented pupils of all three academic years."""
    children = numbered(intake(plan, lot(seed, "people")))
    return moved(plan, children, lot(seed, "moves"))


def populate(plan: Plan, seed: int) -> Example:
    """Write schools, pupils, staff and accounts. Flushes."""
    children = people(plan, seed)
    with clock_at(plan.windows[0].opens):
        roster = write_roster(plan, children)
        write_calendars(plan, roster.municipalities)
        staffing = Staffing(plan, roster, lot(seed, "staff"))
        staffing.everybody()
        sign_ins = staffing.accounts()
        db.session.flush()
    found = abilities(plan, children, lot(seed, "abilities"))
    return Example(plan, seed, roster, found, sign_ins, staffing.recorders())


def score(example: Example, number: int) -> tuple[AssessmentWindow, date]:
    """Open a window, fill it in and hand its classes in; returns it with the day that was done.

    The class half entered is left as it is. Flushes.
    """
    told = example.plan.windows[number]
    with clock_at(told.opens):
        window, _ = windows.open_window(told.code, told.opens, told.closes)
        window.makeup_days = example.plan.makeup_days
        db.session.flush()
        _agree_on_texts(window)
    seated = seats(example.plan, told, example.roster.children, lot(example.seed, told.code, "seats"))
    papers = Papers(example.plan, number, seated, example.abilities, measures())
    writes = list(papers.writes(_given(example.plan, window), lot(example.seed, told.code, "results")))
    classes = {seat.index + 1: class_key(seat.stay) for seat in seated}
    half = _half_entered(example.plan, told)
    handed_in_on = max(seat.day for seat in seated)
    with clock_at(handed_in_on):
        _record(example, window, [write for write in writes if classes[write.pupil_id] != half], classes)
        _hand_in(example, window, {classes[write.pupil_id] for write in writes} - {half})
    if half is not None:
        theirs = [seat for seat in seated if class_key(seat.stay) == half]
        _record(example, window, _half(example.plan, writes, theirs), classes)
    return window, handed_in_on


def _agree_on_texts(window: AssessmentWindow) -> None:
    """Everybody of a year reads the same, and it has a name."""
    known = measures()
    for year, code in same_text_places(known):
        agree(window, (year, code), f"{TEXTS[window.season]} {year}", None, known)


def _given(plan: Plan, window: AssessmentWindow) -> Given:
    """The measures taken: those a school has chosen, else those the set expects of the year."""
    given: Given = {}
    for year in range(10):
        expected = screening().expected_measures(window, {year})
        for school in plan.schools:
            given[school.code, year] = [*school.measures] or [*expected, *plan.everywhere]
    return given


def _record(
    example: Example, window: AssessmentWindow, writes: list[Write], classes: dict[int, ClassKey]
) -> None:
    """The classes of somebody with an account in that name, all others at once."""
    theirs: dict[Recorder, list[Write]] = {}
    for write in writes:
        theirs.setdefault(example.recorders.get(classes[write.pupil_id], Recorder()), []).append(write)
    for recorder, part in theirs.items():
        first_try = [] if recorder == Recorder() else list(_mistyped(part))[:CORRECTED]
        record_scores(window, [*first_try, *part], recorder)


def _mistyped(writes: list[Write]) -> Iterator[Write]:
    """Results one too low, which somebody wrote before the right ones."""
    for write in writes:
        if write.points is not None and write.points >= 2:
            yield replace(write, points=write.points - 1)


def _hand_in(example: Example, window: AssessmentWindow, keys: set[ClassKey]) -> None:
    for key in sorted(keys):
        account_id = example.recorders.get(key, Recorder()).account_id
        class_id = example.roster.classes[key]
        db.session.add(HandIn(school_class_id=class_id, window_id=window.id, account_id=account_id))
    db.session.flush()


def _half_entered(plan: Plan, told: WindowPlan) -> ClassKey | None:
    story = plan.stories["half_entered"]
    return (story["school"], story["class"], told.academic_year) if told is plan.windows[-1] else None


def _half(plan: Plan, writes: list[Write], theirs: list[Seat]) -> list[Write]:
    """What somebody has had time for: the first of the class by name, tested yesterday."""
    children = sorted(
        theirs, key=lambda seat: swedish_key(f"{seat.child.family_name} {seat.child.given_name}")
    )
    entered = {seat.index + 1 for seat in children[: plan.stories["half_entered"]["entered"]]}
    yesterday = min(today(), plan.today) - timedelta(days=1)
    return [replace(write, assessed_on=yesterday) for write in writes if write.pupil_id in entered]
