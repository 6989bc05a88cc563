"""Samråd: one function asks another, and it is held with somebody who has special-needs competence.

Nobody closes it alone without that competence (skollagen 3 kap., the guarantee). Verbs flush.
"""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments.clock import start_of, today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.holding import hold as hold_pupils
from assessments.roster.models import Duty, Pupil, Role
from assessments.taken_back import is_too_late
from screening.handovers.seeing import is_open_on
from screening.models import Flag, NextStep
from screening.rules.catalogue import rules_on
from screening.steps.lines import WHO_TOOK_PART, Competence, faults, refuse, tidy
from screening.steps.models import Consultation, StepOutcome

ASKED = (Role.SPECIAL_TEACHER, Role.TEACHER)  # the functions that samråd is asked of


@dataclass(frozen=True)
class Asking:
    """What samråd is wanted about, and with whom. ``question`` may be left out."""

    about: str
    role: Role
    question: str | None = None


@dataclass(frozen=True)
class Holding:
    """That it was held: when, with whose competence, and what was agreed on, on a line."""

    competence: Competence
    held_on: date | None = None  # today
    answer: str | None = None


def ask(pupil: Pupil, asking: Asking, by: Recorder) -> tuple[Consultation, bool]:
    """The samråd, and whether it is new: asking again while one waits changes nothing. Raises ``Refused``."""
    wrong = faults(asking.question)
    if asking.about not in rules_on(today()).consultations:
        wrong.append("Välj vad samrådet ska handla om.")
    if asking.role not in ASKED:
        wrong.append("Välj vilken funktion du vill samråda med.")
    refuse(wrong)
    if there := db.session.scalar(_waiting(pupil.id, asking.about, asking.role)):
        return there, False
    consultation = Consultation(
        pupil_id=pupil.id, about=asking.about, asked_role=asking.role, question=tidy(asking.question),
        asked_on=today(), account_id=by.account_id, duty_id=by.duty_id,
    )  # fmt: skip
    db.session.add(consultation)
    db.session.flush()
    return consultation, True


def hold(consultation: Consultation, holding: Holding, by: Recorder) -> None:
    """Close it as held. Raises ``Refused``, also where one does it alone without the competence."""
    _refuse_when_closed(consultation)
    words = holding.competence.words(rules_on(today()))
    wrong = faults(words, holding.answer, day=holding.held_on)
    is_alone = by.account_id == consultation.account_id
    says_with_whom = holding.competence.is_own or tidy(holding.competence.who) is not None
    if words is None or (is_alone and not says_with_whom):
        wrong.append(WHO_TOOK_PART)
    refuse(wrong)
    consultation.held_on = holding.held_on or today()
    consultation.competence, consultation.answer = words, tidy(holding.answer)
    _close(consultation, by)


def withdraw(consultation: Consultation, by: Recorder) -> None:
    """Those who asked need it no longer: the function, whoever holds it now. Raises ``Refused``."""
    _refuse_when_closed(consultation)
    if not is_same_function(by.duty_id, consultation.duty_id):
        raise Refused("Bara den funktion som bad om samrådet kan dra tillbaka det.")
    _close(consultation, by)


def open_again(consultation: Consultation, by: Recorder) -> bool:
    """It was documented, or withdrawn, by mistake: it waits once more. False where it waits already.

    Raises ``Refused`` after 30 days, for another function than the one that closed it, where a step has been
    ticked off by it since, and where the same samråd has been asked for anew.
    """
    hold_pupils({consultation.pupil_id})
    db.session.refresh(consultation)
    if consultation.closed_on is None:
        return False
    wrong = []
    if not can_be_opened_again(consultation):
        wrong.append("Samrådet avslutades för mer än 30 dagar sedan.")
    if not is_same_function(by.duty_id, consultation.closed_duty_id):
        wrong.append("Bara den funktion som avslutade samrådet kan ångra det.")
    if consultation.held_on is not None and _has_ticked_off(consultation):
        wrong.append("Ett steg är avbockat med det här samrådet. Ångra avbockningen först.")
    if db.session.scalar(_waiting(consultation.pupil_id, consultation.about, consultation.asked_role)):
        wrong.append("Samma samråd väntar redan på nytt.")
    refuse(wrong)
    consultation.held_on = consultation.competence = consultation.answer = None
    consultation.closed_on = consultation.closed_account_id = consultation.closed_duty_id = None
    db.session.flush()
    return True


def can_be_opened_again(consultation: Consultation) -> bool:
    """By its age."""
    return consultation.closed_on is not None and not is_too_late(start_of(consultation.closed_on))


def is_same_function(one: int | None, other: int | None) -> bool:
    """Whether two duties are of one role: of the same pupil, that is the function, whoever holds it now."""
    asked = sa.select(Duty.id, Duty.role).where(Duty.id.in_({one, other} - {None}))
    roles = {duty.id: duty.role for duty in db.session.execute(asked)}
    return roles.get(one) == roles.get(other)


def _waiting(pupil_id: int, about: str, role: Role) -> sa.Select[Consultation]:
    """Not one that a school before has asked, and whoever asks does not see."""
    alike = {"pupil_id": pupil_id, "about": about, "asked_role": role, "closed_on": None}
    here = is_open_on(Consultation.pupil_id, Consultation.asked_on)
    return sa.select(Consultation).filter_by(**alike).where(here).limit(1)


def _has_ticked_off(consultation: Consultation) -> bool:
    """A step taken before it was held, ticked off in its name after it was written down."""
    ticked_off = (
        sa.select(StepOutcome.next_step_id)
        .join(NextStep, NextStep.id == StepOutcome.next_step_id)
        .join(Flag, Flag.id == NextStep.flag_id)
        .where(
            Flag.pupil_id == consultation.pupil_id,
            NextStep.taken_on <= consultation.held_on,
            StepOutcome.competence == consultation.competence,
            StepOutcome.ended_on >= consultation.held_on,
        )
    )
    return db.session.scalar(ticked_off.limit(1)) is not None


def _refuse_when_closed(consultation: Consultation) -> None:
    """What it says now stands until the commit: it may be withdrawn just as it is held."""
    hold_pupils({consultation.pupil_id})
    db.session.refresh(consultation)
    if consultation.closed_on is not None:
        raise Refused("Samrådet är redan avslutat.")


def _close(consultation: Consultation, by: Recorder) -> None:
    consultation.closed_on = today()
    consultation.closed_account_id, consultation.closed_duty_id = by.account_id, by.duty_id
    db.session.flush()
