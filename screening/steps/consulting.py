"""Samråd: one function asks another, and it is held with somebody who has special-needs competence.

Nobody closes it alone without that competence (skollagen 3 kap., the guarantee). Verbs flush.
"""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Duty, Pupil, Role
from screening.rules.catalogue import rules_on
from screening.steps.lines import WHO_TOOK_PART, Competence, faults, refuse, tidy
from screening.steps.models import Consultation

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
    waiting = sa.select(Consultation).filter_by(
        pupil_id=pupil.id, about=asking.about, asked_role=asking.role, closed_on=None
    )
    if there := db.session.scalar(waiting.limit(1)):
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
    roles = {
        duty.id: duty.role
        for duty in db.session.scalars(
            sa.select(Duty).where(Duty.id.in_([one for one in (by.duty_id, consultation.duty_id) if one]))
        )
    }
    if roles.get(by.duty_id or 0) != roles.get(consultation.duty_id or 0):
        raise Refused("Bara den funktion som bad om samrådet kan dra tillbaka det.")
    _close(consultation, by)


def _refuse_when_closed(consultation: Consultation) -> None:
    """What it says now stands until the commit: it may be withdrawn just as it is held."""
    db.session.refresh(consultation, with_for_update=True)
    if consultation.closed_on is not None:
        raise Refused("Samrådet är redan avslutat.")


def _close(consultation: Consultation, by: Recorder) -> None:
    consultation.closed_on = today()
    consultation.closed_account_id, consultation.closed_duty_id = by.account_id, by.duty_id
    db.session.flush()
