"""Filling in after the window has closed: a teacher asks in one line, a class is opened until a date.

Whoever looks after windows answers, and nobody else: the coordinator has windows and sets, the principal only
reads scores (domain.md, section 1). A window is the same for the whole initiative and every school's shares
are counted from it: it is not opened by those whose shares they are.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from assessments import phases, window_dates
from assessments.access.permissions import (
    FETCHES,
    Fetch,
    Permission,
    classes_open_to,
    municipalities_open_to,
    pupils_open_to,
)
from assessments.clock import day_of, now, today
from assessments.database import db
from assessments.models import AssessmentWindow, LateEntry
from assessments.one_line import one_line
from assessments.refusals import Refused
from assessments.roster.models import Duty, Enrolment, Municipality, Pupil, School, SchoolClass
from assessments.roster.protecting import ALIAS
from assessments.said_already import said_already
from assessments.window_dates import WindowDates
from assessments.writes import Recorder

LONGEST = 300
WORDS = re.compile(r"[^\W\d_]{3,}")
FARTHEST = 60  # days: what somebody forgot does not stay open


def why_closed(school_class: SchoolClass, window: AssessmentWindow) -> str | None:
    """Why nothing can be filled in for the class today; None while it can."""
    return why_each_closed([school_class], window)[school_class.id]


def why_each_closed(classes: Collection[SchoolClass], window: AssessmentWindow) -> dict[int, str | None]:
    """The same for several classes, by id. At most three queries."""
    dates = window_dates.of_classes(window, classes)
    reasons = {number: phases.why_closed(days) for number, days in dates.items()}
    closed = [number for number, reason in reasons.items() if reason]
    return reasons | dict.fromkeys(open_until(window, closed) if closed else ())


def open_until(window: AssessmentWindow, class_ids: Collection[int]) -> dict[int, date]:
    """The last day of those classes that are open today though the window has closed. One query."""
    rows = db.session.scalars(
        sa.select(LateEntry)
        .where(
            LateEntry.window_id == window.id,
            LateEntry.school_class_id.in_(class_ids),
            LateEntry.open_until >= today(),
        )
        .order_by(LateEntry.open_until)
    )
    return {row.school_class_id: row.open_until for row in rows if row.open_until is not None}


def why_all_closed(window: AssessmentWindow) -> str | None:
    """Why no result of anybody's can be taken in today; None while some class of the person's is open."""
    reasons = {school_id: phases.why_closed(dates) for school_id, dates in _my_schools(window).items()}
    if None in reasons.values() or db.session.scalars(_open_to_me(window).limit(1)).all():
        return None
    return next(iter(reasons.values()), None) or phases.why_closed(window_dates.usual(window))


def pupils_to_fill_in(window: AssessmentWindow) -> sa.Select[Pupil]:
    """The pupils whom a file of results may name today: where the window has closed those of open classes."""
    pupils = pupils_open_to(Permission.RECORD_SCORES, with_narrowed=True)
    schools = _my_schools(window)
    closed = [school_id for school_id, dates in schools.items() if phases.why_closed(dates)]
    if schools and not closed:
        return pupils
    in_time = SchoolClass.school_id.in_(set(schools) - set(closed))
    is_open = sa.or_(
        SchoolClass.id.in_(_open_to_me(window)),
        sa.and_(in_time, SchoolClass.academic_year == window.academic_year),
    )
    here = classes_open_to(Permission.RECORD_SCORES).where(is_open).with_only_columns(SchoolClass.id)
    return pupils.where(
        Pupil.id.in_(sa.select(Enrolment.pupil_id).where(Enrolment.school_class_id.in_(here)))
    )


def _my_schools(window: AssessmentWindow) -> dict[int, WindowDates]:
    """The days of the window at the schools where the person may record."""
    mine = classes_open_to(Permission.RECORD_SCORES).with_only_columns(SchoolClass.school_id).distinct()
    here = mine.where(SchoolClass.academic_year == window.academic_year)
    return window_dates.at_schools(window, list(db.session.scalars(here)))


def _open_to_me(window: AssessmentWindow) -> sa.Select[int]:
    mine = classes_open_to(Permission.RECORD_SCORES).with_only_columns(SchoolClass.id)
    is_open = (LateEntry.window_id == window.id, LateEntry.open_until >= today())
    return sa.select(LateEntry.school_class_id).where(*is_open, LateEntry.school_class_id.in_(mine))


@dataclass(frozen=True)
class LateState:
    """How it stands with a class after the window has closed: open, asked for, refused, or nothing."""

    may_ask: bool = False
    open_until: date | None = None
    asked_on: date | None = None
    line: str | None = None
    refusal: str | None = None

    @property
    def told(self) -> str | None:
        """The same in one sentence, for lists."""
        if self.open_until:
            return f"Öppen i efterhand till {self.open_until}."
        if self.asked_on:
            return f"Begäran från {self.asked_on} väntar på svar."
        return f"Begäran fick nej: {self.refusal}" if self.refusal else None


def states(window: AssessmentWindow, class_ids: Collection[int]) -> dict[int, LateState]:
    """How it stands with each of the classes where the window has closed. At most five queries."""
    class_ids = _closed(window, class_ids)
    if not class_ids:
        return {}
    open_now = open_until(window, class_ids)
    latest: dict[int, LateEntry] = {}
    for row in db.session.scalars(
        sa.select(LateEntry)
        .where(LateEntry.window_id == window.id, LateEntry.school_class_id.in_(class_ids))
        .order_by(LateEntry.id)
    ):
        latest[row.school_class_id] = row
    return {
        class_id: LateState(open_until=open_now[class_id])
        if class_id in open_now
        else _state(latest.get(class_id))
        for class_id in class_ids
    }


def _closed(window: AssessmentWindow, class_ids: Collection[int]) -> list[int]:
    asked = sa.select(SchoolClass.id, SchoolClass.school_id).where(SchoolClass.id.in_(class_ids))
    schools = {row.id: row.school_id for row in db.session.execute(asked)}
    dates = window_dates.at_schools(window, set(schools.values()))
    return [one for one in class_ids if phases.phase(dates[schools[one]]) is phases.Phase.CLOSED]


def _state(latest: LateEntry | None) -> LateState:
    if latest is None:
        return LateState(may_ask=True)
    if latest.answered_at is None:
        return LateState(asked_on=day_of(latest.created_at), line=latest.line)
    return LateState(may_ask=True, refusal=latest.refusal)


def ask(school_class: SchoolClass, window: AssessmentWindow, line: str, by: Recorder) -> LateEntry:
    """Ask for the class to be opened. Refused while it is open, while one waits, and without a reason."""
    state = states(window, [school_class.id]).get(school_class.id)
    if state is None:
        raise Refused("Perioden är inte stängd: det finns inget att be om.")
    if not state.may_ask:
        raise Refused(state.told or "")
    told = _says_no_name(one_line(line, LONGEST, "Skriv på en rad varför."), school_class)
    request = LateEntry(
        school_class=school_class, window=window, line=told, account_id=by.account_id, duty_id=by.duty_id
    )
    try:
        with db.session.begin_nested():
            db.session.add(request)
    except sa.exc.IntegrityError as error:  # a colleague asked at the same moment
        raise Refused("En begäran för klassen väntar redan på svar.") from error
    return request


def grant(request: LateEntry, until: date, duty_id: int | None) -> None:
    """Open the class until a day (included). What was answered before is answered anew."""
    if until < today():
        raise Refused(f"Sista dagen {until} har redan varit.")
    if until > today() + timedelta(days=FARTHEST):
        raise Refused(f"Högst {FARTHEST} dagar framåt: senast {today() + timedelta(days=FARTHEST)}.")
    request.open_until, request.refusal = until, None
    _answered(request, duty_id)


def refuse(request: LateEntry, reason: str, duty_id: int | None) -> None:
    """Say no, with a reason; a class that was open is closed again."""
    request.refusal = one_line(reason, LONGEST, "Skriv på en rad varför det inte går.")
    request.open_until = None
    _answered(request, duty_id)


def open_unasked(school_class: SchoolClass, window: AssessmentWindow, until: date, by: Recorder) -> LateEntry:
    """Open a class though nobody has asked; a request that waits is answered by it."""
    if school_class.academic_year != window.academic_year:
        raise Refused(f"Klassen {school_class.name} finns läsåret {school_class.academic_year}.")
    if phases.phase(window_dates.of_class(window, school_class)) is not phases.Phase.CLOSED:
        raise Refused("Perioden är inte stängd: klassen går redan att fylla i, eller ska inte fyllas i ännu.")
    place = {"school_class_id": school_class.id, "window_id": window.id}
    if before := said_already(LateEntry, by.account_id, open_until=until, **place):
        return before[0]
    waiting = db.session.scalar(sa.select(LateEntry).filter_by(answered_at=None, **place))
    request = waiting or LateEntry(
        school_class=school_class, window=window, account_id=by.account_id, duty_id=by.duty_id
    )
    grant(request, until, by.duty_id)
    db.session.add(request)
    db.session.flush()
    return request


def _answered(request: LateEntry, duty_id: int | None) -> None:
    request.answered_at, request.answered_duty_id = now(), duty_id
    db.session.flush()


def _says_no_name(line: str, school_class: SchoolClass) -> str:
    """The line is read by somebody who sees no pupils."""
    names = sa.select(Pupil.given_name, Pupil.preferred_name, Pupil.family_name, Pupil.alias)
    here = names.join(Enrolment, Enrolment.pupil_id == Pupil.id).where(
        Enrolment.school_class_id == school_class.id
    )
    parts = {part for row in db.session.execute(here) for name in row if name for part in WORDS.findall(name)}
    parts.discard(ALIAS)  # "Elev 7" stands instead of a name; "elev" is what every child is called
    if said := {word for word in WORDS.findall(line) if word in parts or word.removesuffix("s") in parts}:
        raise Refused(f"Skriv utan elevers namn ({', '.join(sorted(said))}): samordnaren ser inga elever.")
    return line


def late_entries_open_to(
    permission: Permission | None = None, among: Sequence[Duty] | None = None
) -> sa.Select[LateEntry]:
    """The requests of the municipalities where a duty gives this permission."""
    municipalities = municipalities_open_to(permission, among).with_only_columns(Municipality.id)
    classes = (
        sa.select(SchoolClass.id)
        .join(School, SchoolClass.school_id == School.id)
        .where(School.municipality_id.in_(municipalities))
    )
    return sa.select(LateEntry).where(LateEntry.school_class_id.in_(classes))


def waiting() -> int:
    """How many requests wait for an answer of the signed-in person."""
    theirs = late_entries_open_to(Permission.MANAGE_WINDOWS).where(LateEntry.answered_at.is_(None))
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(theirs.subquery())) or 0)


FETCHES["late_entry"] = Fetch(LateEntry, "late_entry_id", late_entries_open_to)
