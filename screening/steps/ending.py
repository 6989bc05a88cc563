"""Steps are ticked off: by hand, by the next step taken when their day has come, or with their signal.

A step that needs samråd is not ticked off as done by one person without the competence. Verbs flush.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from assessments.clock import today
from assessments.database import db
from assessments.recording import Recorder
from assessments.roster.holding import hold
from assessments.taken_back import is_too_late
from screening.handovers.seeing import is_open_on
from screening.models import Flag, NextStep
from screening.rules.catalogue import Step, rules_on
from screening.signals import Family
from screening.steps.lines import WHO_TOOK_PART, faults, refuse, tidy
from screening.steps.models import CaseNote, Consultation, StepOutcome

Thread = tuple[int, Family]  # pupil id, family
DECIDED = "Rektor har antecknat ett beslut om anmälan. Rektor ångrar det på sidan Skolan."


@dataclass(frozen=True)
class Ending:
    """What became of a step. ``is_done`` False: it came to nothing."""

    is_done: bool = True
    line: str | None = None
    competence: str | None = None
    ended_on: date | None = None  # today


def end_step(step: NextStep, ending: Ending, by: Recorder) -> StepOutcome:
    """Tick the step off. What has been ticked off already stays as it was. Raises ``Refused``."""
    there = db.session.get(StepOutcome, step.id)
    if there is not None:
        return there
    competence = tidy(ending.competence) or _held_since(step)
    refuse(_wrong(step, ending, competence))
    outcome = _outcome(step, ending, competence, by)
    db.session.add(outcome)
    db.session.flush()
    return outcome


def open_again(step: NextStep) -> bool:
    """The step was ticked off by mistake: it is planned once more. False where nobody had ticked it off.

    Raises ``Refused`` after 30 days, or once its signal has been closed: what was done until then is history.
    A report that the principal has decided about is hers to open again (``cases.take_back_note``).
    """
    about, later = db.session.get_one(Flag, step.flag_id), aliased(NextStep)
    hold({about.pupil_id})
    there = db.session.get(StepOutcome, step.id, populate_existing=True)
    if there is None:
        return False
    decisions = {kind.code for kind in rules_on(today()).cases.values() if kind.is_last}
    noted = sa.select(CaseNote.kind).where(CaseNote.next_step_id == step.id)
    closed = (
        sa.select(later.id)
        .join(Flag, Flag.id == later.flag_id)
        .where(Flag.pupil_id == about.pupil_id, Flag.family == about.family)
        .where(later.is_closing, later.id > step.id)
    )
    refuse(["Avbockningen är äldre än 30 dagar."] if is_too_late(there.created_at) else [])
    refuse(["Signalen är avslutad sedan dess."] if db.session.scalar(closed.limit(1)) else [])
    refuse([DECIDED] if any(kind in decisions for kind in db.session.scalars(noted)) else [])
    db.session.delete(there)
    db.session.flush()
    return True


def end_with(flags: Sequence[Flag], competence: str | None, is_closing: bool, by: Recorder) -> None:
    """A new step takes the place of those whose day has come; closing takes all that need samråd along.

    Raises ``Refused`` where one of them needs samråd and nobody's competence is told.
    """
    ending = [
        step
        for steps in open_steps({flag.pupil_id for flag in flags}, _threads(flags)).values()
        for step in steps
        if _has_come(step) or (is_closing and needs_consultation(step))
    ]
    told = {step.id: competence or _held_since(step) for step in ending}
    lacks = [step for step in ending if needs_consultation(step) and not told[step.id]]
    refuse([WHO_TOOK_PART] if lacks else [])
    db.session.add_all(_outcome(step, Ending(), told[step.id], by) for step in ending)


def _has_come(step: NextStep) -> bool:
    """The day of its follow-up; a step taken today is still the latest word."""
    return step.due_on is not None and step.due_on <= today() and step.taken_on < today()


def is_of_closing(step: NextStep) -> bool:
    """Whether such a step closes a signal. One that was taken back does so no longer."""
    rule: Step | None = rules_on(today()).known(step.kind)
    return rule is not None and rule.is_closing


def needs_consultation(step: NextStep) -> bool:
    """Whether the law wants samråd about it."""
    rule: Step | None = rules_on(today()).known(step.kind)
    return rule is not None and rule.needs_consultation


def open_steps(pupil_ids: Collection[int], threads: Collection[Thread]) -> dict[Thread, list[NextStep]]:
    """The planned steps of the threads since each was last closed, the oldest first, as far as whoever asks
    may know of them. One query."""
    rows = db.session.execute(
        sa.select(Flag.pupil_id, Flag.family, NextStep, StepOutcome.next_step_id)
        .join(Flag, Flag.id == NextStep.flag_id)
        .outerjoin(StepOutcome, StepOutcome.next_step_id == NextStep.id)
        .where(Flag.pupil_id.in_(pupil_ids), is_open_on(Flag.pupil_id, NextStep.taken_on))
        .order_by(NextStep.taken_on, NextStep.id)
    )
    found: dict[Thread, list[NextStep]] = {}
    for pupil_id, family, step, ended in rows:
        thread = pupil_id, family
        if step.is_closing:
            found[thread] = []
        elif ended is None and thread in threads:
            found.setdefault(thread, []).append(step)
    return found


def _threads(flags: Sequence[Flag]) -> set[Thread]:
    return {(flag.pupil_id, flag.family) for flag in flags}


def _wrong(step: NextStep, ending: Ending, competence: str | None) -> list[str]:
    wrong = faults(ending.line, ending.competence, day=ending.ended_on, not_before=step.taken_on)
    if step.is_closing:
        wrong.append("Att avsluta är inget steg att bocka av.")
    if ending.is_done and needs_consultation(step) and not competence:
        wrong.append(WHO_TOOK_PART)
    return wrong


def _outcome(step: NextStep, ending: Ending, competence: str | None, by: Recorder) -> StepOutcome:
    return StepOutcome(
        next_step_id=step.id,
        is_done=ending.is_done,
        ended_on=ending.ended_on or today(),
        line=tidy(ending.line),
        competence=competence,
        account_id=by.account_id,
        duty_id=by.duty_id,
    )


def _held_since(step: NextStep) -> str | None:
    """The competence of a samråd about the pupil that has been held since the step was taken."""
    if not needs_consultation(step):
        return None
    pupil_id = sa.select(Flag.pupil_id).where(Flag.id == step.flag_id).scalar_subquery()
    return db.session.scalar(
        sa.select(Consultation.competence)
        .where(Consultation.pupil_id == pupil_id, Consultation.held_on >= step.taken_on)
        .order_by(Consultation.held_on.desc(), Consultation.id.desc())
        .limit(1)
    )
