"""Elever att följa upp: the inbox of a function, and the next step recorded from it."""

from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, fetch, needs
from assessments.clock import today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import SchoolClass
from assessments.words import counted
from screening.forms import NextStepForm
from screening.models import Flag
from screening.queries.chosen_signals import chosen_signals
from screening.queries.follow_up import Filters, FollowUp, follow_up
from screening.reach import may_act_on
from screening.reviewing import record_next_step
from screening.rules.catalogue import rules_on
from screening.views.room import bp

P = Permission
KEPT = ("school", "class", "year", "kind", "show", "page")  # of the address, when a step has been recorded


@bp.get("/follow-up")
@needs(P.SEE_SIGNALS)
def inbox() -> str:
    filters = _filters(request.args)
    found = follow_up(filters)
    for school_class in db.session.scalars(sa.select(SchoolClass).where(SchoolClass.id.in_(found.class_ids))):
        audit.note_read("follow_up:shown", school_class, school_id=school_class.school_id)
    return render_template(
        "screening/follow_up.html",
        found=found,
        sentence=_sentence(found),
        filters=filters,
        kept=_kept(),
        closing_reasons=rules_on(today()).reasons,
        may_act_on=may_act_on(_ids(found)),
        may_observe=bool(duties_giving(P.OBSERVE)),
        acts_on_reported=bool(duties_giving(P.ACT_ON_REPORTED)),
    )


@bp.post("/follow-up/steps")
@needs(P.ACT_ON_SIGNALS, P.ACT_ON_REPORTED)
def record_step() -> Any:
    """One step for one signal, or the same for several. What is wrong is told with everything still typed."""
    form = NextStepForm()
    is_well_formed = form.validate()
    flags = [fetch("flag", flag_id, P.ACT_ON_SIGNALS, P.ACT_ON_REPORTED) for flag_id in _flag_ids(form)]
    if not is_well_formed:
        return _step_page(form, flags, [told for faults in form.errors.values() for told in faults]), 422
    try:
        taken = record_next_step(flags, form.decision(), Recorder(g.account.id, _duty_id()))
    except Refused as refused:
        db.session.rollback()
        return _step_page(form, flags, refused.reasons), 422
    for step in taken:
        audit.note("next_step:recorded", step, flag=step.flag_id, kind=step.kind)
    db.session.commit()
    told = rules_on(today()).past(form.kind.data)
    flash(f"{told}: sparat för {counted(len(taken), 'signal', 'signaler')}.")
    return _back()


def _filters(told: MultiDict[str, str]) -> Filters:
    """What cannot be read filters nothing."""
    return Filters(
        school_id=told.get("school", type=int),
        class_id=told.get("class", type=int),
        year=told.get("year", type=int),
        kind=told.get("kind") or None,
        is_handled=told.get("show") == "handled",
        page=max(1, told.get("page", 1, type=int)),
    )


def _kept() -> dict[str, str]:
    return {name: request.args[name] for name in KEPT if request.args.get(name)}


def _ids(found: FollowUp) -> set[int]:
    items = [*found.items, *(item for group in found.groups for item in group.items)]
    return {item.card.flag_id for item in items}


def _sentence(found: FollowUp) -> str:
    if found.is_empty:
        return "Inga signaler att följa upp."
    told = [f"{counted(found.waiting, 'signal väntar', 'signaler väntar')} på nästa steg"]
    if found.late:
        told.append(f"{found.late} har väntat mer än 10 skoldagar")
    if found.overdue:
        told.append(f"{counted(found.overdue, 'uppföljning är försenad', 'uppföljningar är försenade')}")
    return "; ".join(told) + "."


def _flag_ids(form: NextStepForm) -> list[int]:
    return list(dict.fromkeys(form.flag.data or []))


def _duty_id() -> int | None:
    return g.opening_duty.id if "opening_duty" in g else None


def _step_page(form: NextStepForm, flags: list[Flag], reasons: list[str]) -> str:
    chosen = chosen_signals(flags)
    for pupil in chosen.pupils:
        audit.note_read("pupil:seen", pupil)
    return render_template(
        "screening/next_step.html",
        chosen=chosen,
        reasons=reasons,
        kept=_kept(),
        told=form.decision(),
        pupil_id=request.args.get("pupil", type=int),
        closing_reasons=rules_on(today()).reasons,
    )


def _back() -> Response:
    pupil_id = request.args.get("pupil", type=int)
    if pupil_id is not None:
        return redirect(url_for("screening.pupil", pupil_id=pupil_id, _anchor="signals"), code=303)
    return redirect(f"{url_for('screening.inbox')}?{urlencode(_kept())}", code=303)
