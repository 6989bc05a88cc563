"""Elever att följa upp: the inbox of a function, and the next step recorded from it."""

from typing import Any

import sqlalchemy as sa
from flask import g, render_template, request, session
from werkzeug.datastructures import MultiDict

from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, fetch_several, needs
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import SchoolClass
from assessments.words import counted
from screening.forms import NextStepForm
from screening.models import Flag, NextStep
from screening.queries.chosen_signals import chosen_signals
from screening.queries.follow_up import follow_up
from screening.queries.follow_up_order import EVERYTHING, SHOWN, Filters
from screening.queries.follow_up_shown import FollowUp
from screening.queries.onward import onward
from screening.reach import may_act_on
from screening.reviewing import record_next_step
from screening.signal_ages import AGES, limits
from screening.views.room import bp
from screening.views.step_pages import JUST_RECORDED, back, faults, just_recorded, kept, step_words

P = Permission
Opened = dict[int, tuple[Flag, Any]]  # by signal id, with the duty that reaches it


@bp.get("/follow-up")
@needs(P.SEE_SIGNALS)
def inbox() -> str:
    filters = _filters(request.args)
    found = follow_up(filters)
    classes = sa.select(SchoolClass).where(SchoolClass.id.in_(found.class_ids))
    for school_class in db.session.scalars(classes) if found.class_ids else ():
        audit.note_read("follow_up:shown", school_class, school_id=school_class.school_id)
    told = just_recorded()
    if told and told.pupil:
        audit.note_read("pupil:named", told.pupil)
    return render_template(
        "screening/follow_up.html",
        found=found,
        recorded=told,
        sentence=_sentence(found),
        filters=filters,
        kept=kept(),
        words=step_words(),
        may_act_on=may_act_on({item.card.flag_id for item in found.cards}),
        ways=onward(item.card for item in found.cards),
        may_observe=bool(duties_giving(P.OBSERVE)),
        may_consult=bool(duties_giving(P.CONSULT)),
        acts_on_reported=bool(duties_giving(P.ACT_ON_REPORTED)),
    )


@bp.post("/follow-up/steps")
@needs(P.ACT_ON_SIGNALS, P.ACT_ON_REPORTED)
def record_step() -> Any:
    """One step for one signal, or the same for several. What is wrong is told with everything still typed."""
    form = NextStepForm()
    is_well_formed = form.validate()
    ids = list(dict.fromkeys(form.flag.data or []))
    opened: Opened = fetch_several("flag", ids, P.ACT_ON_SIGNALS, P.ACT_ON_REPORTED)
    flags = [opened[flag_id][0] for flag_id in ids]
    if not is_well_formed:
        return _step_page(flags, faults(form)), 422
    try:
        taken = _record(opened, form)
    except Refused as refused:
        db.session.rollback()
        return _step_page(flags, refused.reasons), 422
    ids = [step.id for step in taken]
    db.session.commit()
    session[JUST_RECORDED] = ids
    return back()


def _record(opened: Opened, form: NextStepForm) -> list[NextStep]:
    """Each by the duty that reaches it: two schools may stand in one list."""
    by_duty: dict[int, list[Flag]] = {}
    for flag, duty in opened.values():
        by_duty.setdefault(duty.id, []).append(flag)
    taken: list[NextStep] = []
    for duty_id, flags in (by_duty or {0: []}).items():
        steps = record_next_step(flags, form.decision(), Recorder(g.account.id, duty_id))
        for step in steps:
            audit.note("next_step:recorded", step, duty_id=duty_id, flag=step.flag_id, kind=step.kind)
        taken += steps
    return taken


def _filters(told: MultiDict[str, str]) -> Filters:
    """What cannot be read filters nothing."""
    return Filters(
        school_id=told.get("school", type=int),
        class_id=told.get("class", type=int),
        year=told.get("year", type=int),
        kind=told.get("kind") or None,
        age=told.get("age") if told.get("age") in AGES else None,
        show=told.get("show", "") if told.get("show") in SHOWN else EVERYTHING,
        page=max(1, told.get("page", 1, type=int)),
    )


def _sentence(found: FollowUp) -> str:
    """Each part counts what the tab of its name does."""
    counts = found.counts
    if counts.is_empty:
        return "Inga signaler att följa upp."
    old = f"äldre än {limits()[1]} skoldagar"
    told = [
        counted(counts.signals, "signal väntar", "signaler väntar")
        + f" på nästa steg{_of_them(counts.late, counts.signals, (old, old))}"
    ]
    if counts.follow_ups:
        late = _of_them(counts.late_follow_ups, counts.follow_ups, ("försenad", "försenade"))
        told.append(f"{counted(counts.follow_ups, 'uppföljning', 'uppföljningar')} att göra nu{late}")
    if found.open_consultations > counts.consultations:
        told.append(f"{found.open_consultations} samråd är öppna, {counts.consultations} av dem väntar på er")
    elif counts.consultations:
        told.append(f"{counts.consultations} samråd väntar på er")
    return "; ".join(told) + "."


def _of_them(part: int, whole: int, word: tuple[str, str]) -> str:
    """``, 2 av dem är försenade``; the word of one and of several."""
    if not part:
        return ""
    if part == whole:
        return f", den är {word[0]}" if whole == 1 else f", alla är {word[1]}"
    return f", {part} av dem är {word[part > 1]}"


def _step_page(flags: list[Flag], reasons: list[str]) -> str:
    chosen = chosen_signals(flags)
    for pupil in chosen.pupils:
        audit.note_read("pupil:seen", pupil)
    return render_template(
        "screening/next_step.html",
        chosen=chosen,
        ways=onward(card for _, card in chosen.items),
        reasons=reasons,
        kept=kept(),
        typed=request.form,
        pupil_id=request.args.get("pupil", type=int),
        words=step_words(),
    )
