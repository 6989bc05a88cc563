"""Steps that have just been recorded, as the page to which their reader comes back tells of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from assessments.access.permissions import Permission
from assessments.clock import today
from assessments.database import db
from assessments.roster.models import Pupil
from screening.models import Flag, NextStep
from screening.queries.onward import Onward, onward_for
from screening.reach import next_steps_open_to
from screening.rules.catalogue import rules_on


@dataclass(frozen=True)
class Recorded:
    """The same step for one signal, or several. ``pupil``: whom they are about, where it is one."""

    label: str
    signals: int
    pupil: Pupil | None
    flag_id: int
    is_closing: bool
    leads_to: str | None
    ways: Onward


def recorded(step_ids: Sequence[int]) -> Recorded | None:
    """Of those that the person may see. A query, and two where the step leads on."""
    if not step_ids:
        return None
    seen = next_steps_open_to(Permission.SEE_SIGNALS).join(Pupil, Pupil.id == Flag.pupil_id)
    asked = seen.with_only_columns(NextStep, Pupil).where(NextStep.id.in_(step_ids))
    rows = db.session.execute(asked.order_by(NextStep.id)).all()
    if not rows:
        return None
    rules, pupils = rules_on(today()), {row.Pupil.id: row.Pupil for row in rows}
    step: NextStep = rows[0].NextStep
    rule = rules.known(step.kind)
    leads_to = rule.leads_to if rule and len(pupils) == 1 else None
    return Recorded(
        label=rules.past(step.kind),
        signals=len(rows),
        pupil=rows[0].Pupil if len(pupils) == 1 else None,
        flag_id=step.flag_id,
        is_closing=step.is_closing,
        leads_to=leads_to,
        ways=onward_for(set(pupils) if leads_to else set()),
    )
