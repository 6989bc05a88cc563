"""A handover is made, taken back, and accepted by the school it went to. Verbs flush."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments.clock import now, today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from assessments.roster.narrowing import NARROWED
from assessments.said_already import said_already
from screening.facts.ways import Part, in_order
from screening.handovers.holding import hold_history, judge_anew
from screening.handovers.models import Handover, HandoverKind
from screening.steps.lines import faults, tidy

PRESET = (Part.RESULTS, Part.SUPPORT, Part.STEPS)
"""What the next teacher or school needs; never notes of the elevhälsa, contacts with the home or requests."""
NOTHING_CHOSEN = "Välj minst en sak att lämna över."
NOBODY_CHOSEN = "Kryssa i minst en elev."
PROTECTED = "Eleven har skyddade personuppgifter. Rektor lämnar över utanför Lässpår."


@dataclass(frozen=True)
class Making:
    """What is handed over to whom. ``to_school_id``: a school here; ``elsewhere``: any other, by name."""

    kind: HandoverKind
    parts: Sequence[str]
    line: str | None = None
    to_school_id: int | None = None
    elsewhere: str | None = None
    guardian_informed_on: date | None = None


def make_handover(
    pupil: Pupil, enrolment: Enrolment, making: Making, content: dict[str, Any], by: Recorder
) -> Handover:
    """Freeze what was chosen. ``enrolment``: where the pupil goes, or went, with those who hand over. Raises
    ``Refused`` with every reason."""
    school_id, line, elsewhere = enrolment.school_class.school_id, tidy(making.line), tidy(making.elsewhere)
    to_school_id = school_id if making.kind is HandoverKind.NEXT_TEACHER else making.to_school_id
    wrong = faults(line, day=making.guardian_informed_on)
    if not _are_open({pupil.id}):
        wrong.append(PROTECTED)
    if not making.parts:
        wrong.append(NOTHING_CHOSEN)
    if making.kind is HandoverKind.NEXT_SCHOOL:
        wrong += _wrong_about_school(making, school_id, elsewhere)
    if wrong:
        raise Refused(wrong)
    told = {
        "pupil_id": pupil.id, "kind": making.kind, "from_school_id": school_id,
        "from_class_id": enrolment.school_class_id, "to_school_id": to_school_id,
        "elsewhere": elsewhere if to_school_id is None else None, "parts": in_order(making.parts),
        "line": line, "content": content, "guardian_informed_on": making.guardian_informed_on,
    }  # fmt: skip
    before = _made_just_now(by, told)
    handover = before[0] if before else _new(by, told)
    db.session.flush()
    return handover


def hand_over_class(
    school_class: SchoolClass, contents: Mapping[int, dict[str, Any]], parts: Sequence[str], by: Recorder
) -> list[Handover]:
    """A handover to the next teacher for each pupil (by id) with what is told, frozen as it stands. Raises
    ``Refused``."""
    wrong = [] if contents else [NOBODY_CHOSEN]
    wrong += [] if parts else [NOTHING_CHOSEN]
    wrong += [] if _are_open(contents) else [PROTECTED]
    if wrong:
        raise Refused(wrong)
    told = {
        "kind": HandoverKind.NEXT_TEACHER, "from_school_id": school_class.school_id,
        "from_class_id": school_class.id, "to_school_id": school_class.school_id, "parts": in_order(parts),
        "line": None, "guardian_informed_on": None,
    }  # fmt: skip
    before = {
        one.pupil_id: one for one in _made_just_now(by, told) if one.content == contents.get(one.pupil_id)
    }
    made = [
        before.get(pupil_id) or _new(by, {**told, "pupil_id": pupil_id, "content": content})
        for pupil_id, content in contents.items()
    ]
    db.session.flush()
    return made


def _made_just_now(by: Recorder, told: Mapping[str, Any]) -> list[Handover]:
    """What the form has made already, if it was sent twice; one that somebody has taken back or accepted
    since is another. One query."""
    waits = {"taken_back_at": None, "accepted_on": None, "made_on": today(), "duty_id": by.duty_id}
    return said_already(Handover, by.account_id, **waits, **told)


def _new(by: Recorder, told: Mapping[str, Any]) -> Handover:
    handover = Handover(account_id=by.account_id, duty_id=by.duty_id, made_on=today(), **told)
    db.session.add(handover)
    return handover


def _are_open(pupil_ids: Collection[int]) -> bool:
    """Whether none of them has a protected identity, or is not to be used, which stands until the commit:
    somebody may be protecting one of them at this moment."""
    hold(pupil_ids)
    closed = sa.or_(Pupil.is_protected, Pupil.id.in_(NARROWED))
    protected = sa.select(Pupil.id).where(Pupil.id.in_(pupil_ids), closed)
    return db.session.scalar(protected.limit(1)) is None


def _wrong_about_school(making: Making, from_school_id: int, elsewhere: str | None) -> list[str]:
    wrong = []
    if (making.to_school_id is None) == (elsewhere is None):
        wrong.append("Välj vilken skola, eller skriv namnet på en skola som inte är med här.")
    if making.to_school_id == from_school_id:
        wrong.append("Det är den egna skolan. Välj till nästa lärare i stället.")
    if making.guardian_informed_on is None:
        wrong.append("Ange vilken dag vårdnadshavarna informerades.")
    if len(elsewhere or "") > 100:
        wrong.append("Skolans namn får ha högst 100 tecken.")
    return wrong


def _hold(handover: Handover, *accepted_ids: int) -> None:
    """What it says now stands until the commit: it may be taken back just as somebody accepts it."""
    hold({handover.pupil_id, *accepted_ids})
    db.session.refresh(handover)


def take_back(handover: Handover, by: Recorder) -> bool:
    """It was wrong: nobody sees it but those who made it. One that has been accepted stays. Whether it is
    news."""
    _hold(handover)
    if handover.accepted_on is not None:
        raise Refused("Överlämningen är redan mottagen. Be den mottagande skolan ångra det först.")
    if handover.taken_back_at is not None:
        return False
    handover.taken_back_at, handover.taken_back_duty_id = now(), by.duty_id
    db.session.flush()
    return True


def accept(handover: Handover, pupil: Pupil, by: Recorder) -> bool:
    """The receiving function takes it: from now on the history follows. ``pupil``: whom it is about here.
    Whether it is news."""
    _hold(handover, pupil.id)
    if handover.taken_back_at is not None or handover.to_school_id is None:
        raise Refused("Överlämningen är inte längre aktuell.")
    if pupil.is_protected:
        raise Refused(PROTECTED)
    if handover.accepted_on is not None:
        return False
    handover.accepted_on, handover.accepted_at, handover.accepted_pupil_id = today(), now(), pupil.id
    handover.accepted_account_id, handover.accepted_duty_id = by.account_id, by.duty_id
    db.session.flush()
    judge_anew(hold_history([pupil.id]))
    return True


def accept_all(handovers: Sequence[Handover], by: Recorder) -> list[Handover]:
    """Everything that a teacher gets of pupils who stay at the school, in one go; what is taken back at that
    moment is left. Returns the others."""
    hold({one.pupil_id for one in handovers})
    waiting = sa.select(Handover).where(
        Handover.id.in_([one.id for one in handovers]),
        Handover.accepted_on.is_(None),
        Handover.taken_back_at.is_(None),
    )
    again = waiting.order_by(Handover.id).execution_options(populate_existing=True)
    accepted, ids = list(db.session.scalars(again)), []
    for handover in accepted:
        handover.accepted_on, handover.accepted_at = today(), now()
        handover.accepted_pupil_id = handover.pupil_id
        handover.accepted_account_id, handover.accepted_duty_id = by.account_id, by.duty_id
        ids.append(handover.pupil_id)
    db.session.flush()
    judge_anew(hold_history(ids))
    return accepted


def take_back_acceptance(handover: Handover) -> bool:
    """It was accepted by mistake: the history is held again. Who did what stands in the audit trail. Whether
    it is news."""
    _hold(handover)
    if handover.accepted_pupil_id is None:
        return False
    pupil_id, handover.accepted_pupil_id = handover.accepted_pupil_id, None
    handover.accepted_on = handover.accepted_at = None
    handover.accepted_account_id = handover.accepted_duty_id = None
    db.session.flush()
    judge_anew(hold_history([pupil_id]))
    return True
