"""The classes move up: new classes, everybody's new enrolment, teachers who follow; and all of it taken back.

Verbs: they change and flush, set-wise; the caller commits.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from assessments import calendar
from assessments.clock import now
from assessments.database import db
from assessments.models import AssessmentWindow, Score
from assessments.new_year.models import NewYear
from assessments.new_year.naming import following
from assessments.new_year.planning import (
    Choices,
    Step,
    begins_on,
    goes_to,
    one_spelling,
    parts,
    steps,
    teaching,
)
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.editing import pupils_changed
from assessments.roster.holding import hold
from assessments.roster.models import Duty, Enrolment, Pupil, Role, School, SchoolClass

ENROLMENTS, CLASSES, DUTIES = (cast(sa.Table, kind.__table__) for kind in (Enrolment, SchoolClass, Duty))
ONE_DAY = timedelta(days=1)


def move_up(school: School, academic_year: str, choices: Choices, by: Recorder) -> NewYear:
    """Everybody of the school's classes in the academic year goes on to the next one.

    Raises Refused with every reason; also where nobody is left to move.
    """
    hold({pupil.pupil_id for part in parts(school, academic_year) for pupil in part.pupils})
    found = parts(school, academic_year)  # as they stand now that nobody else moves them
    if not found:
        raise Refused(f"Alla på skolan har redan flyttats upp från läsåret {academic_year}.")
    choices = one_spelling(school, academic_year, found, choices)
    made = steps(found, choices)
    starts_on, to_year = begins_on(academic_year), following(academic_year)
    ids, new = _classes(school, to_year, {step.class_name for step in made if step.class_name})
    trace = {
        "classes": new,
        "ended": _end(made, starts_on - ONE_DAY),
        "enrolments": _enrol(made, ids, starts_on),
    }
    names = goes_to(found, choices)
    follow = {(key.class_id, ids[names[key]]) for key in choices.teachers if names.get(key) in ids}
    former = {class_id for class_id, _ in follow}
    duties = teaching([part for part in found if part.key.class_id in former], academic_year)
    trace["duties_ended"], trace["duties"] = _follow(follow, duties, academic_year)
    new_year = NewYear(
        school_id=school.id, academic_year=to_year, trace=trace,
        account_id=by.account_id, duty_id=by.duty_id,
    )  # fmt: skip
    db.session.add(new_year)
    db.session.flush()
    pupils_changed.send(pupil_ids={step.pupil.pupil_id for step in made})
    return new_year


def _classes(school: School, academic_year: str, names: set[str]) -> tuple[dict[str, int], list[int]]:
    """The ids of the classes by name, and which of them are new."""
    there = sa.select(SchoolClass.name, SchoolClass.id).filter_by(
        school_id=school.id, academic_year=academic_year
    )
    ids: dict[str, int] = dict(db.session.execute(there).all())
    new = [
        SchoolClass(school_id=school.id, name=name, academic_year=academic_year)
        for name in sorted(names - ids.keys())
    ]
    db.session.add_all(new)
    db.session.flush()
    ids.update({one.name: one.id for one in new})
    return ids, [one.id for one in new]


def _end(made: Sequence[Step], last_day: date) -> list[list[Any]]:
    """Everybody's last day where they were; each enrolment with the day that stood there."""
    ids = [step.pupil.enrolment_id for step in made]
    chosen = ENROLMENTS.c.id.in_(ids)
    stood = db.session.execute(sa.select(ENROLMENTS.c.id, ENROLMENTS.c.ends_on).where(chosen)).all()
    db.session.execute(sa.update(ENROLMENTS).where(chosen).values(ends_on=last_day))
    return [[number, day and day.isoformat()] for number, day in stood]


def _enrol(made: Sequence[Step], classes: dict[str, int], starts_on: date) -> list[int]:
    rows = [
        {
            "pupil_id": step.pupil.pupil_id, "school_class_id": classes[step.class_name], "year": step.year,
            "starts_on": starts_on, "created_at": now(),
        }
        for step in made
        if step.class_name is not None
    ]  # fmt: skip
    if not rows:
        return []
    return list(db.session.scalars(sa.insert(ENROLMENTS).returning(ENROLMENTS.c.id), rows))


def _follow(
    follow: set[tuple[int, int]], duties: Sequence[Duty], academic_year: str
) -> tuple[list[list[Any]], list[int]]:
    """Teachers of the former classes have the new ones; their former duties end with the academic year.

    A duty for the academic year is for the next one then; one with a later last day keeps that day.
    """
    last_day, year_after = (calendar.last_day(one) for one in (academic_year, following(academic_year)))
    already = {  # of those who moved up earlier
        tuple(row)
        for row in db.session.execute(
            sa.select(Duty.staff_member_id, Duty.school_class_id).where(
                Duty.role == Role.TEACHER, Duty.school_class_id.in_([into for _, into in follow])
            )
        )
    }
    ended = [[duty.id, duty.ends_on and duty.ends_on.isoformat()] for duty in duties]
    new = [
        Duty(
            staff_member_id=duty.staff_member_id, role=Role.TEACHER, school_class_id=into,
            starts_on=last_day + ONE_DAY, ends_on=year_after if duty.ends_on == last_day else duty.ends_on,
        )
        for duty in duties
        for former, into in sorted(follow)
        if former == duty.school_class_id and (duty.staff_member_id, into) not in already
    ]  # fmt: skip
    for duty in duties:
        duty.ends_on = last_day
    db.session.add_all(new)
    db.session.flush()
    return ended, [one.id for one in new]


def latest(school: School) -> NewYear | None:
    """The school's latest move that has not been taken back."""
    made = sa.select(NewYear).filter_by(school_id=school.id, taken_back_at=None)
    return db.session.scalar(made.order_by(NewYear.id.desc()).limit(1))


def told(new_year: NewYear) -> tuple[int, int]:
    """How many went on and how many left, of those whom pages show: the numbers of the preview."""
    shown = sa.select(sa.func.count()).select_from(Enrolment).join(Pupil).where(~Pupil.is_protected)
    ended = [number for number, _ in new_year.trace["ended"]]
    all_of_them, went_on = (
        db.session.scalar(shown.where(Enrolment.id.in_(ids))) or 0
        for ids in (ended, new_year.trace["enrolments"])
    )
    return went_on, all_of_them - went_on


def take_back(new_year: NewYear) -> None:
    """Everything as it was before. Raises Refused where somebody has built on it since."""
    trace = new_year.trace
    pupils = _pupils(trace["ended"])
    hold(pupils)
    reasons = _built_on(new_year, pupils)
    if reasons:
        raise Refused(reasons)
    try:
        with db.session.begin_nested():
            _delete(ENROLMENTS, trace["enrolments"])
            _delete(DUTIES, trace["duties"])
            _delete(CLASSES, trace["classes"])
    except IntegrityError as used:
        raise Refused("De nya klasserna har börjat användas, och kan inte tas bort.") from used
    last_day = calendar.first_day(new_year.academic_year) - ONE_DAY
    _put_back(ENROLMENTS, trace["ended"], last_day)
    _put_back(DUTIES, trace["duties_ended"], last_day)
    new_year.taken_back_at = now()
    db.session.flush()
    db.session.expire_all()
    pupils_changed.send(pupil_ids=pupils)


def _pupils(ended: list[list[Any]]) -> set[int]:
    chosen = sa.select(Enrolment.pupil_id).where(Enrolment.id.in_([number for number, _ in ended]))
    return set(db.session.scalars(chosen))


def _built_on(new_year: NewYear, pupils: set[int]) -> list[str]:
    """What has happened since that taking back would lose."""
    year, trace = new_year.academic_year, new_year.trace
    stand = sa.select(sa.func.count()).where(
        Enrolment.id.in_(trace["enrolments"]),
        Enrolment.starts_on == calendar.first_day(year), Enrolment.ends_on.is_(None),
    )  # fmt: skip
    others = sa.select(sa.func.count()).where(
        Enrolment.pupil_id.in_(pupils), Enrolment.id.not_in(trace["enrolments"]),
        Enrolment.starts_on >= calendar.first_day(year),
    )  # fmt: skip
    if db.session.scalar(stand) != len(trace["enrolments"]) or db.session.scalar(others):
        return ["Elever har flyttats sedan dess. Ändra elev för elev i stället."]
    windows = sa.select(AssessmentWindow.id).filter_by(academic_year=year)
    scored = sa.select(Score.pupil_id).where(Score.pupil_id.in_(pupils), Score.window_id.in_(windows))
    if db.session.scalar(scored.limit(1)) is not None:
        return [f"Det finns redan resultat i läsåret {year}. Ändra elev för elev i stället."]
    return []


def _delete(table: sa.Table, ids: Sequence[int]) -> None:
    db.session.execute(sa.delete(table).where(table.c.id.in_(ids)))


def _put_back(table: sa.Table, ended: list[list[Any]], last_day: date) -> None:
    """The last days that stood before ours; one that somebody has set since is theirs."""
    rows = [{"number": number, "day": day and date.fromisoformat(day)} for number, day in ended]
    if rows:
        statement = sa.update(table).where(table.c.id == sa.bindparam("number"), table.c.ends_on == last_day)
        db.session.connection().execute(statement.values(ends_on=sa.bindparam("day")), rows)
