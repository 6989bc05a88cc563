"""Requests for help, a contact with a home and handovers in the example (help.toml)."""

import functools
import tomllib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from assessments.access.models import Account
from assessments.calendar import academic_year_on
from assessments.clock import today
from assessments.database import db
from assessments.demo import telling
from assessments.demo.plans import HERE
from assessments.recording import Recorder
from assessments.roster.models import (
    Duty,
    Enrolment,
    Municipality,
    Pupil,
    Role,
    School,
    SchoolClass,
    TeamFunction,
)
from assessments.school_days import USUAL
from screening.facts.queries import Within, facts_of
from screening.handovers.holding import hold_earlier_moves
from screening.handovers.making import PRESET, Making, make_handover
from screening.handovers.models import HandoverKind
from screening.models import Flag, SupportPeriod
from screening.open_support.places import save_place
from screening.requests.asking import Asking, consent_of, note_consent, send, write_request
from screening.requests.contacts import Contact, note_contact
from screening.requests.events import Answer, answer
from screening.requests.models import ContactAbout, ContactWay, EventKind, HelpRequest, Said
from screening.signals import FlagState

GUARDIANS = 2


@functools.cache
def told() -> dict[str, Any]:
    return tomllib.loads((HERE / "help.toml").read_text(encoding="utf-8"))


def ask(example: telling.Example) -> None:
    """Every request as far as it has come, and a contact with a home. Flushes."""
    code = example.plan.stories["printed"]["school"]
    school = db.session.scalars(sa.select(School).filter_by(code=code)).one()
    pupils = _pupils(school, len(told()["request"]))
    asks = _holder(Duty.role == Role.SPECIAL_TEACHER, Duty.school_id == school.id)
    answers = _holder(Duty.role == Role.TEAM, Duty.municipality_id == school.municipality_id)
    for story, pupil in zip(told()["request"], pupils, strict=True):
        day = example.plan.today - timedelta(days=story["days"])
        with telling.clock_at(day):
            request = _written(pupil, school, story, asks)
        with telling.clock_at(min(day + timedelta(days=4), example.plan.today)):
            _heard(request, story, answers)
    with telling.clock_at(example.plan.today - timedelta(days=5)):
        contact = Contact(ContactWay.PHONE, ContactAbout.BOTH, line=told()["contact"]["line"])
        note_contact(pupils[0], school.id, contact, asks)


def _written(pupil: Pupil, school: School, story: dict[str, Any], by: Recorder) -> HelpRequest:
    receiver = TeamFunction(story["receiver"]) if "receiver" in story else None
    due_on = USUAL.in_weeks(today(), story["weeks_to_answer"])
    asking = Asking(receiver, story.get("elsewhere"), story["question"], story["parts"], GUARDIANS, due_on)
    request = write_request(pupil, school.id, asking, by)
    for guardian in range(1, 2 if story["goes"] == "asked_one" else GUARDIANS + 1):
        note_consent(request, guardian, Said.YES, today(), story["parts"], by)
    consent = consent_of(request)
    if consent.is_given:
        facts = facts_of(pupil, consent.parts(request.parts), Within(until=today(), most_windows=2))
        send(request, facts, by)
    return request


def _heard(request: HelpRequest, story: dict[str, Any], by: Recorder) -> None:
    """What the receiver has said so far."""
    if story["goes"] not in ("next_step", "answered"):
        return
    answer(request, Answer(EventKind.RECEIVED), by)
    if story["goes"] == "answered":
        answer(request, Answer(EventKind.ANSWER, story["line"]), by)
        return
    due_on = USUAL.in_weeks(today(), 3)
    answer(request, Answer(EventKind.NEXT_STEP, story["line"], story["owner"], due_on), by)


def keep_open_support() -> None:
    """Where families of each municipality can turn by themselves. Flushes."""
    for municipality in db.session.scalars(sa.select(Municipality)):
        for place in told()["open_support"]:
            save_place(municipality, None, place)


def hand_over(example: telling.Example) -> None:
    """Whoever came from another school is held; one of this year's is handed over and waits to be accepted.
    Flushes."""
    code = example.plan.stories["printed"]["school"]
    school = db.session.scalars(sa.select(School).filter_by(code=code)).one()
    came = _came_to(school)
    hold_earlier_moves()
    for pupil, before in came[:1]:
        making = Making(
            HandoverKind.NEXT_SCHOOL, PRESET, told()["handover"]["line"], to_school_id=school.id,
            guardian_informed_on=today(),
        )  # fmt: skip
        by = _holder(Duty.role == Role.SPECIAL_TEACHER, Duty.school_id == before.school_class.school_id)
        facts = facts_of(pupil, making.parts, Within(until=before.ends_on, has_left=True))
        content = {"class": before.school_class.name, "year": f"åk {before.year}", **facts}
        make_handover(pupil, before, making, content, by)


def _came_to(school: School) -> list[tuple[Pupil, Enrolment]]:
    """Pupils who go at the school and went at another before, with where; the latest to come first."""
    here = sa.select(Enrolment.pupil_id).join(SchoolClass).where(SchoolClass.school_id == school.id)
    rows = db.session.scalars(
        sa.select(Enrolment)
        .join(SchoolClass)
        .where(
            SchoolClass.school_id != school.id,
            Enrolment.pupil_id.in_(here.where(Enrolment.ends_on.is_(None))),
            Enrolment.ends_on.is_not(None),
        )
        .order_by(Enrolment.ends_on.desc(), Enrolment.pupil_id)
    )
    latest: dict[int, tuple[Pupil, Enrolment]] = {}
    for one in rows:
        if not one.pupil.is_protected:
            latest.setdefault(one.pupil_id, (one.pupil, one))
    return list(latest.values())


def _pupils(school: School, many: int) -> Sequence[Pupil]:
    """Those with the greatest open need at the school now, who have support first."""
    need = sa.select(Flag.pupil_id).where(Flag.level == 3, Flag.state != FlagState.CLOSED)
    helped = sa.select(SupportPeriod.pupil_id)
    return db.session.scalars(
        sa.select(Pupil)
        .join(Enrolment)
        .join(SchoolClass)
        .where(
            SchoolClass.school_id == school.id,
            SchoolClass.academic_year == academic_year_on(today()),
            Enrolment.ends_on.is_(None),
            Pupil.id.in_(need),
            ~Pupil.is_protected,
        )
        .order_by(Pupil.id.not_in(helped), Pupil.id)
        .limit(many)
    ).all()


def _holder(*where: sa.ColumnElement[bool]) -> Recorder:
    """Who holds the function today."""
    row = db.session.execute(
        sa.select(Account.id, Duty.id)
        .select_from(Duty)
        .outerjoin(Account, Account.staff_member_id == Duty.staff_member_id)
        .where(*where)
        .order_by(Duty.id)
    ).first()
    return Recorder(*row) if row else Recorder()
