"""What the municipality has decided, and whose records wait. Verbs flush; callers commit."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from assessments.clock import now, today
from assessments.database import db
from assessments.one_line import one_line
from assessments.refusals import Refused
from assessments.retention.kinds import kind_named
from assessments.retention.models import Basis, RetentionHold, RetentionRule
from assessments.roster.models import Municipality, Pupil
from assessments.writes import Recorder

LONGEST, MOST_YEARS = 200, 99


def rules_of(municipality_id: int) -> Mapping[str, RetentionRule]:
    """The rule that holds for each kind that has one."""
    asked = sa.select(RetentionRule).filter_by(municipality_id=municipality_id).order_by(RetentionRule.id)
    return {rule.kind: rule for rule in db.session.scalars(asked)}


def everybodys_rule(code: str) -> RetentionRule | None:
    """For what belongs to no municipality: that with most years, where each has decided that it goes."""
    asked = sa.select(RetentionRule).filter_by(kind=code).order_by(RetentionRule.id)
    latest = {rule.municipality_id: rule for rule in db.session.scalars(asked)}
    here = [latest.get(one) for one in db.session.scalars(sa.select(Municipality.id))]
    decided = [rule for rule in here if rule is not None and rule.years is not None]
    if len(decided) < len(here):
        return None
    return max(decided, key=lambda rule: (rule.years, -rule.id), default=None)


def decide(
    municipality: Municipality,
    code: str,
    years: int | None,
    basis: Basis,
    decision: str,
    decided_on: date,
    by: Recorder,
) -> RetentionRule:
    """Write the rule down if it is news; the former one stays in the history. ``years`` None: kept for good.
    ``basis`` is asked of records of pupils: the others have one each."""
    kind = kind_named(code)
    basis = basis if kind.is_of_pupils else kind.basis
    said = one_line(decision, LONGEST, "Skriv vem som har beslutat och var det står.")
    reasons = []
    if years is not None and not 1 <= years <= MOST_YEARS:
        reasons.append(f"Skriv antal år mellan 1 och {MOST_YEARS}, eller lämna tomt för att bevara.")
    if basis not in kind.bases:
        reasons.append(f"{kind.name} räknas alltid från det att eleven slutade.")
    if decided_on > today():
        reasons.append("Beslutet är daterat i framtiden.")
    if reasons:
        raise Refused(reasons)
    told = {"years": years, "basis": basis, "decision": said, "decided_on": decided_on}
    held = rules_of(municipality.id).get(code)
    if held and all(getattr(held, name) == value for name, value in told.items()):
        return held
    rule = RetentionRule(
        municipality_id=municipality.id, kind=code, account_id=by.account_id, duty_id=by.duty_id, **told
    )
    db.session.add(rule)
    db.session.flush()
    return rule


def hold(pupil: Pupil, reason: str, by: Recorder) -> RetentionHold:
    """Nothing about the pupil goes until somebody says so. Once is enough."""
    said = one_line(reason, LONGEST, "Skriv varför eleven undantas.")
    if _standing(pupil) is not None:
        raise Refused("Eleven är redan undantagen från gallring.")
    row = RetentionHold(pupil_id=pupil.id, reason=said, account_id=by.account_id, duty_id=by.duty_id)
    db.session.add(row)
    db.session.flush()
    return row


def release(pupil: Pupil, by: Recorder) -> RetentionHold:
    """The rules hold for the pupil again."""
    row = _standing(pupil)
    if row is None:
        raise Refused("Eleven är inte undantagen från gallring.")
    row.released_at, row.released_duty_id = now(), by.duty_id
    db.session.flush()
    return row


def _standing(pupil: Pupil) -> RetentionHold | None:
    return db.session.scalar(sa.select(RetentionHold).filter_by(pupil_id=pupil.id, released_at=None))
