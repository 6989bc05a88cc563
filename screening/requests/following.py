"""The step "Begär hjälp" goes with its request: ticked off as it is sent, planned again when that is undone.

A request that has been stopped or withdrawn asks nobody for help: its step is planned once more, and the next
request takes it up. Verbs flush.
"""

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.recording import Recorder
from assessments.roster.models import TeamFunction
from assessments.words import TEAM_WORDS, capitalize_first
from screening.models import Flag, NextStep
from screening.requests.models import HelpRequest, RequestState, RequestStep
from screening.rules.catalogue import rules_on
from screening.signals import Family
from screening.steps.ending import Ending, end_step, open_steps
from screening.steps.models import StepOutcome

ASKED = (RequestState.SENT, RequestState.RECEIVED, RequestState.ANSWERED, RequestState.CLOSED)
"""Somebody has been asked for help."""
LEADS_HERE = "request"


def receiver_words(receiver: TeamFunction | None, elsewhere: str | None) -> str:
    """``Skolsocialt team``, or the name of whoever has no accounts."""
    return elsewhere or capitalize_first(TEAM_WORDS[receiver or TeamFunction.SOCIAL_TEAM])


def take_up(request: HelpRequest) -> None:
    """The planned steps of asking for help about the pupil are this request's: those of its signal's thread,
    or all of them where it was written without a signal."""
    db.session.execute(sa.delete(RequestStep).where(RequestStep.help_request_id == request.id))
    about = db.session.get(Flag, request.flag_id) if request.flag_id else None
    families = list(Family) if about is None else [about.family]
    threads = {(request.pupil_id, family) for family in families}
    known = rules_on(today())
    for steps in open_steps({request.pupil_id}, threads).values():
        for step in steps:
            rule = known.known(step.kind)
            if rule is not None and rule.leads_to == LEADS_HERE:
                db.session.merge(RequestStep(next_step_id=step.id, help_request_id=request.id))
    db.session.flush()


def has_step(request: HelpRequest) -> bool:
    """Whether a step is the request's."""
    asked = sa.select(RequestStep.next_step_id).filter_by(help_request_id=request.id)
    return db.session.scalar(asked.limit(1)) is not None


def follow(request: HelpRequest, before: RequestState, by: Recorder) -> None:
    """The request stood at ``before`` and stands otherwise now: its steps stand as it does."""
    if (request.state in ASKED) == (before in ASKED):
        return
    mine = sa.select(RequestStep.next_step_id).filter_by(help_request_id=request.id)
    if request.state not in ASKED:
        db.session.execute(sa.delete(StepOutcome).where(StepOutcome.next_step_id.in_(mine)))
        return
    told = Ending(line=f"Begäran skickad: {receiver_words(request.receiver, request.elsewhere)}.")
    for step in db.session.scalars(sa.select(NextStep).where(NextStep.id.in_(mine))):
        end_step(step, told, by)
