"""Changing pupils by hand: what is known of them, and which class they go in from which day.

Scores hang on the pupil and the window, never on the class: none of this touches them.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from datetime import date, timedelta

import sqlalchemy as sa
from blinker import signal

from assessments import calendar
from assessments.clock import today
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster import cells
from assessments.roster.cells import CellFault
from assessments.roster.holding import hold
from assessments.roster.models import Curriculum, Enrolment, Pupil, SchoolClass, SchoolForm

pupils_changed = signal("pupils-changed")
"""Sent with ``pupil_ids``, in the same transaction, when class, year, school form, curriculum or day was
changed, or they are new: what screening says of them may no longer hold. ``were_at``: ids of schools that
they are no longer said to have gone at, where it may no longer hold of others either."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PupilDetails:
    """What is known of a pupil. ``code`` is the elev-id, unique in the municipality."""

    code: str
    given_name: str
    family_name: str
    preferred_name: str | None = None
    school_form: SchoolForm = SchoolForm.GRUNDSKOLA
    curriculum: Curriculum = Curriculum.SWEDISH
    letter_language: str = "sv"
    second_letter_language: str | None = None
    new_in_swedish_school_on: date | None = None


def add_pupil(
    school_class: SchoolClass, details: PupilDetails, year: int, starts_on: date
) -> tuple[Pupil, bool]:
    """A pupil in the class from the day on; True when it is one who left and comes back with the history.

    Raises Refused with every reason.
    """
    details = _checked(details)
    day_fits(school_class, starts_on)
    municipality_id = school_class.school.municipality_id
    former = _former(municipality_id, details, starts_on)
    if former is None:
        _code_is_free(municipality_id, details.code, None)
    pupil = former or Pupil(municipality_id=municipality_id, **_columns(details))
    db.session.add(pupil)
    db.session.flush()
    enrol(pupil, school_class, year, starts_on)
    _written(pupil)
    return pupil, former is not None


def _former(municipality_id: int, details: PupilDetails, starts_on: date) -> Pupil | None:
    """Who left the municipality's schools with this elev-id and this name before the day."""
    found = db.session.scalar(
        sa.select(Pupil).filter_by(
            municipality_id=municipality_id,
            code=details.code,
            given_name=details.given_name,
            family_name=details.family_name,
            is_protected=False,
        )
    )
    if found is None:
        return None
    last_days = db.session.scalars(sa.select(Enrolment.ends_on).filter_by(pupil_id=found.id)).all()
    return found if all(day is not None and day < starts_on for day in last_days) else None


def correct_pupil(pupil: Pupil, details: PupilDetails) -> list[str]:
    """Write what was wrong; returns the names of the columns that changed, never what they said."""
    details = _checked(details)
    hold({pupil.id})
    _code_is_free(pupil.municipality_id, details.code, pupil)
    changed = [name for name, value in _columns(details).items() if getattr(pupil, name) != value]
    for name in changed:
        setattr(pupil, name, getattr(details, name))
    _written(pupil)
    return changed


def move_pupil(pupil: Pupil, to_class: SchoolClass, year: int, from_day: date) -> Enrolment:
    """The pupil goes in another class from the day on, and in the former to the day before.

    Where several years go in one class, it may be the same class in another year.
    """
    hold({pupil.id}, [to_class.school_id])
    now = latest(pupil)
    _same_municipality(pupil, to_class)
    day_fits(to_class, from_day)
    if (now.school_class_id, now.year) == (to_class.id, year) and _holds_on(now, from_day):
        raise Refused(f"Eleven går redan i {to_class.name} den dagen.")
    if from_day <= now.starts_on:
        raise Refused(
            f"Eleven började i {now.school_class.name} {now.starts_on}. Välj en senare dag, "
            "eller rätta klassen om den var fel från början."
        )
    leaves_on = now.ends_on
    if leaves_on is None or leaves_on >= from_day:
        now.ends_on = from_day - ONE_DAY
    moved = enrol(pupil, to_class, year, from_day)
    if leaves_on is not None and leaves_on >= from_day:
        moved.ends_on = leaves_on
    _written(pupil)
    return moved


def correct_class(pupil: Pupil, right_class: SchoolClass, year: int) -> Enrolment:
    """The latest class was wrong from its first day: the pupil went in the right one all that time.

    A move that should not have been is undone: the former enrolment in the right class goes on.
    """
    hold({pupil.id}, [right_class.school_id])
    wrong = latest(pupil)
    _same_municipality(pupil, right_class)
    if (wrong.school_class_id, wrong.year) == (right_class.id, year):
        raise Refused(f"Eleven står redan i {right_class.name}.")
    if wrong.school_class.academic_year != right_class.academic_year:
        raise Refused(f"{right_class.name} är en klass läsåret {right_class.academic_year}.")
    were_at = {wrong.school_class.school_id}
    former = _just_before(wrong)
    if former is not None and (former.school_class_id, former.year) == (right_class.id, year):
        former.ends_on = wrong.ends_on
        db.session.delete(wrong)
        _written(pupil, were_at)
        return former
    wrong.school_class_id, wrong.year = right_class.id, year
    _written(pupil, were_at)
    return wrong


def end_enrolment(pupil: Pupil, last_day: date) -> Enrolment:
    """The pupil leaves: the day is the last one in class. Scores and history stay."""
    hold({pupil.id})
    now = latest(pupil)
    if last_day < now.starts_on:
        raise Refused(f"Eleven började {now.starts_on}. Sista dagen kan inte vara före den.")
    if last_day < today() - timedelta(days=366):
        raise Refused(f"{last_day} ligger mer än ett år tillbaka. Kontrollera datumet.")
    if last_day > today() + timedelta(days=366):
        raise Refused(f"{last_day} ligger mer än ett år fram. Kontrollera datumet.")
    now.ends_on = last_day
    _written(pupil)
    return now


def take_back_end(pupil: Pupil) -> Enrolment:
    """The pupil did not leave after all."""
    hold({pupil.id})
    now = latest(pupil)
    if now.ends_on is None:
        raise Refused("Eleven har ingen sista dag.")
    now.ends_on = None
    _written(pupil)
    return now


def enrol(pupil: Pupil, school_class: SchoolClass, year: int, starts_on: date) -> Enrolment:
    """The pupil goes in the class from the day on, which ``day_fits`` has been asked about."""
    enrolment = Enrolment(pupil_id=pupil.id, school_class_id=school_class.id, year=year, starts_on=starts_on)
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def _written(pupil: Pupil, were_at: Collection[int] = ()) -> None:
    db.session.flush()
    pupils_changed.send(pupil_ids={pupil.id}, were_at=were_at)


def latest(pupil: Pupil) -> Enrolment:
    """The enrolment that began last. Raises ``Refused`` where there is none."""
    found = db.session.scalar(
        sa.select(Enrolment)
        .filter_by(pupil_id=pupil.id)
        .order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())
        .limit(1)
    )
    if found is None:
        raise Refused("Eleven går inte i någon klass.")
    return found


def _just_before(enrolment: Enrolment) -> Enrolment | None:
    return db.session.scalar(
        sa.select(Enrolment).filter_by(pupil_id=enrolment.pupil_id, ends_on=enrolment.starts_on - ONE_DAY)
    )


def _holds_on(enrolment: Enrolment, day: date) -> bool:
    return enrolment.starts_on <= day and (enrolment.ends_on is None or enrolment.ends_on >= day)


def _same_municipality(pupil: Pupil, school_class: SchoolClass) -> None:
    if school_class.school.municipality_id != pupil.municipality_id:
        raise Refused("Klassen hör till en annan kommun. Där läggs eleven in på nytt.")


def day_fits(school_class: SchoolClass, day: date) -> None:
    """Refuse a day outside the academic year of the class."""
    first, last = (
        calendar.first_day(school_class.academic_year),
        calendar.last_day(school_class.academic_year),
    )
    if not first <= day <= last:
        raise Refused(f"{day} ligger utanför läsåret {school_class.academic_year} ({first} till {last}).")


def _code_is_free(municipality_id: int, code: str, own: Pupil | None) -> None:
    twin = sa.select(Pupil.id).where(Pupil.municipality_id == municipality_id, Pupil.code == code)
    if own is not None:
        twin = twin.where(Pupil.id != own.id)
    with db.session.no_autoflush:
        if db.session.scalar(twin) is not None:
            raise Refused(f"Elev-id {code} används redan i kommunen. Varje elev har ett eget.")


def _checked(details: PupilDetails) -> PupilDetails:
    """The details as they are kept; every fault of every name at once."""
    kept: dict[str, str | None] = {"preferred_name": None}
    reasons = []
    told: list[tuple[str, Callable[[str], str], str]] = [
        ("code", cells.code, "Elev-id"),
        ("given_name", cells.name, "Förnamn"),
        ("family_name", cells.name, "Efternamn"),
    ]
    if details.preferred_name:
        told.append(("preferred_name", cells.name, "Tilltalsnamn"))
    for column, reader, word in told:
        try:
            kept[column] = reader(getattr(details, column) or "")
        except CellFault as fault:
            reasons.append(f"{word}: {fault.reason}.")
    if reasons:
        raise Refused(reasons)
    values = {one.name: getattr(details, one.name) for one in fields(details)} | kept
    return PupilDetails(**values)


def _columns(details: PupilDetails) -> dict[str, object]:
    return {one.name: getattr(details, one.name) for one in fields(details)}
