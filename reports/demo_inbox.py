"""What waits in the inboxes of the example, and who has acted for a function (inbox.toml)."""

import functools
import tomllib
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments import clock, windows
from assessments.calendar import academic_year_on, first_day
from assessments.database import db
from assessments.demo import telling
from assessments.demo.plans import HERE
from assessments.recording import Recorder
from assessments.roster.models import Duty, Enrolment, Pupil, Role, School, SchoolClass, StaffMember
from assessments.school_days import USUAL
from reports.demo_follow_up import special_teachers
from screening.models import Flag, NextStep
from screening.reviewing import Decision, record_next_step
from screening.rules.catalogue import OWN
from screening.signals import Family
from screening.steps.cases import CaseTold, note_case
from screening.steps.consulting import Asking, Holding, ask, hold
from screening.steps.lines import Competence
from screening.steps.models import StepOutcome
from screening.steps.ticking import Ticked, tick

WEEKS_TO_A_DECISION = 6


@functools.cache
def told() -> dict[str, Any]:
    return tomllib.loads((HERE / "inbox.toml").read_text(encoding="utf-8"))


def fill(example: telling.Example) -> None:
    """After the last window. Flushes."""
    school = db.session.scalars(sa.select(School).filter_by(code=told()["substitute"]["school"])).one()
    tick_off(example)
    _substitute(school)
    special = special_teachers()[school.id]
    for story in told()["consultation"]:
        _consult(story, _pupil(story, school), example, special)
    for story in told()["report"]:
        _report(story, _pupil(story, school), school, special)
    for story in told()["tick"]:
        by = example.recorders.get((school.code or "", story["class"], _year()), Recorder())
        with telling.clock_at(story["on"]):
            tick(_pupil(story, school), Ticked(story["item"]), by)
    db.session.flush()


def tick_off(example: telling.Example) -> None:
    """Most steps whose day has passed have been followed up, by the function that took them."""
    chance, this_year = telling.lot(example.seed, "ticked off"), first_day(_year())
    planned = (
        sa.select(NextStep)
        .outerjoin(StepOutcome, StepOutcome.next_step_id == NextStep.id)
        .where(NextStep.due_on < clock.today(), StepOutcome.next_step_id.is_(None))
        .order_by(NextStep.id)
    )
    for step in db.session.scalars(planned).all():
        due_on = step.due_on or clock.today()
        share = told()["ticked_off"]["earlier" if due_on < this_year else "now"]
        if chance.random() < share:
            db.session.add(_outcome(step, due_on))
    db.session.flush()


def _outcome(step: NextStep, day: date) -> StepOutcome:
    return StepOutcome(
        next_step_id=step.id, is_done=True, ended_on=day, competence=told()["competence"],
        account_id=step.account_id, duty_id=step.duty_id,
    )  # fmt: skip


def _substitute(school: School) -> None:
    story = told()["substitute"]
    db.session.add(
        Duty(
            staff_member=StaffMember(name=story["name"]), role=Role.SPECIAL_TEACHER, school=school,
            starts_on=story["from"], ends_on=story["to"],
        )
    )  # fmt: skip


def _consult(story: dict[str, Any], pupil: Pupil, example: telling.Example, special: Recorder) -> None:
    key = told()["substitute"]["school"], story["class"], _year()
    with telling.clock_at(story["asked_on"]):
        asking = Asking(story["about"], Role.SPECIAL_TEACHER, story.get("question"))
        consultation, _ = ask(pupil, asking, example.recorders.get(key, Recorder()))
    if "held_on" in story:
        with telling.clock_at(story["held_on"]):
            hold(consultation, Holding(Competence(OWN), answer=story.get("answer")), special)


def _report(story: dict[str, Any], pupil: Pupil, school: School, by: Recorder) -> None:
    """To the principal, who notes what becomes of it."""
    with telling.clock_at(story["reported_on"]):
        due_on = USUAL.in_weeks(story["reported_on"], WEEKS_TO_A_DECISION)
        decision = Decision(
            "report_to_principal", line=story["line"], due_on=due_on, competence=told()["competence"]
        )
        (report,) = record_next_step(_signals(pupil)[:1], decision, by)
    for note in story.get("notes", []):
        with telling.clock_at(note["on"]):
            note_case(report, CaseTold(note["kind"], note["on"], note.get("line")), _principal(school))


def _signals(pupil: Pupil) -> Sequence[Flag]:
    window = windows.in_order()[-1]
    chosen = sa.select(Flag).filter_by(pupil_id=pupil.id, window_id=window.id, family=Family.NEED)
    return db.session.scalars(chosen).all()


def _principal(school: School) -> Recorder:
    duty_id = sa.select(Duty.id).filter_by(role=Role.PRINCIPAL, school_id=school.id)
    return Recorder(None, db.session.scalars(duty_id.limit(1)).one())


def _pupil(story: dict[str, Any], school: School) -> Pupil:
    """The pupil of the class whose need is so many from the greatest, by the latest window's signals."""
    window = windows.in_order()[-1]
    return db.session.scalars(
        sa.select(Pupil)
        .join(Flag, Flag.pupil_id == Pupil.id)
        .join(Enrolment, Enrolment.pupil_id == Pupil.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(
            SchoolClass.school_id == school.id,
            SchoolClass.name == story["class"],
            SchoolClass.academic_year == window.academic_year,
            Enrolment.ends_on.is_(None),
            Flag.window_id == window.id,
            Flag.family == Family.NEED,
            Pupil.is_protected.is_(False),
        )
        .order_by(Flag.level.desc(), Pupil.id)
        .offset(story["place"] - 1)
        .limit(1)
    ).one()


def _year() -> str:
    return academic_year_on(clock.today())
