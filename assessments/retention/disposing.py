"""Taking away what has had its time, by the conditions that counted it, and the protocol of it."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa
from blinker import signal

from assessments.clock import today
from assessments.database import Base, db
from assessments.refusals import Refused
from assessments.retention import staff, trail
from assessments.retention.due import PUPIL, Condition, Due, due, until_day
from assessments.retention.kinds import STAFF, STAYS, TRAIL
from assessments.retention.models import Disposal, DisposedPupil
from assessments.retention.planning import Other, Plan, number_held, planned
from assessments.retention.rules import everybodys_rule, rules_of
from assessments.roster.models import Municipality, Pupil, new_external_id
from assessments.writes import Recorder

about_to_dispose = signal("about-to-dispose")
"""Sent with ``going``, conditions by table name, before a kind's rows go: whoever keeps sums keeps them."""
RESULTS = "results"
OTHERS = {STAFF: staff.due_staff, TRAIL: trail.due_rows}
CHANGED = "Något har ändrats sedan du granskade. Granska igen innan du gallrar."


def plan(municipality: Municipality) -> Plan:
    """What disposal would take away today."""
    return _planned(municipality)[0]


def dispose(municipality: Municipality, by: Recorder, seen: str | None = None) -> Disposal:
    """Take it away and write the protocol, all or nothing. Flushes; the caller commits.

    Raises Refused where there is nothing, or where ``seen`` is not the plan that holds now.
    """
    # What belongs to none is taken once, whoever disposes; the others' pupils may come meanwhile.
    db.session.execute(sa.select(Municipality.id).order_by(Municipality.id).with_for_update(key_share=True))
    db.session.execute(sa.select(Municipality.id).filter_by(id=municipality.id).with_for_update())
    told, parts, others = _planned(municipality)
    if seen is not None and seen != told.seen:
        raise Refused(CHANGED)
    if not told.total:
        raise Refused("Det finns inget att gallra: inget har passerat en beslutad frist.")
    done = Disposal(
        municipality_id=municipality.id, pupils=told.pupils, held=told.held,
        kinds=[asdict(line) for line in told.lines], account_id=by.account_id, duty_id=by.duty_id,
    )  # fmt: skip
    db.session.add(done)
    db.session.flush()
    for part in parts:
        _take_away(part)
    for other in others:
        if other.line in told.lines:
            other.take_away(done)
    db.session.expire_all()
    if plan(municipality).total:
        raise Refused("Allt som skulle gallras gick inte att ta bort. Inget är ändrat.")
    return done


def _planned(municipality: Municipality) -> tuple[Plan, list[Due], list[Other]]:
    rules = rules_of(municipality.id)
    parts = due(municipality.id, rules, today())
    others = [
        of(municipality, rule, until_day(rule.years, rule.basis, today()))
        for code, of in OTHERS.items()
        if (rule := rules.get(code)) and rule.years is not None
    ]
    others += _of_none()
    return planned(municipality, parts, others, list(rules)), parts, others


def _of_none() -> Iterator[Other]:
    """What belongs to no municipality is everybody's: it goes with the next disposal, whoever's, when all
    have decided, by the longest of their times, and while nobody is held anywhere."""
    if number_held(None):
        return
    for code, of in OTHERS.items():
        rule = everybodys_rule(code)
        if rule and rule.years is not None:
            found = of(None, rule, until_day(rule.years, rule.basis, today()))
            yield replace(found, line=replace(found.line, name=f"{found.line.name}, utanför kommunerna"))


def _take_away(part: Due) -> None:
    """First what points at the rows lets go, then children go before their parents."""
    about_to_dispose.send(part.kind.code, going={table.name: rows for table, rows in part.going.items()})
    if part.kind.code == RESULTS:
        _mark(part)
    for column, rows in part.loose:
        db.session.execute(sa.update(column.table).where(rows).values({column.name: _instead(column)}))
    for table, rows in reversed(list(part.going.items())):
        if table is PUPIL:
            _empty(rows)
        db.session.execute(sa.delete(table).where(rows))


def _instead(column: sa.Column[int]) -> Any:
    """Nothing; but a handover that was accepted stays accepted, for the pupil that it was made of."""
    table = column.table
    return table.c.pupil_id if (table.name, column.name) == ("handover", "accepted_pupil_id") else None


def _mark(part: Due) -> None:
    """From now on nobody is judged, or called unassessed, in windows whose results are gone."""
    table: Any = DisposedPupil.__table__
    there = sa.select(table.c.pupil_id).correlate(None)
    (pupil_id,) = part.pupils.subquery().c
    until = sa.literal(part.until, table.c.until.type)
    known = sa.update(table).where(table.c.pupil_id.in_(part.pupils), table.c.until < until)
    db.session.execute(known.values(until=until))
    new = sa.select(pupil_id, until).where(pupil_id.not_in(there))
    db.session.execute(sa.insert(table).from_select(["pupil_id", "until"], new))


def _empty(rows: Condition) -> None:
    """The pupils whose row must stay, without anything that says who it was: the log of notes points at it,
    or it is the last one, whose id would otherwise become somebody else's."""
    log = Base.metadata.tables[next(iter(STAYS))]
    is_logged = sa.exists().where(log.c.pupil_id == PUPIL.c.id)
    last = sa.select(sa.func.max(PUPIL.c.id)).correlate(None).scalar_subquery()
    asked = sa.select(Pupil).where(rows, sa.or_(is_logged, PUPIL.c.id == last))
    for pupil in db.session.scalars(asked):
        for name, value in _nobody(pupil.id).items():
            setattr(pupil, name, value)
    db.session.flush()


def _nobody(pupil_id: int) -> dict[str, Any]:
    """Values of every column that says something."""
    said = ("preferred_name", "alias", "second_letter_language", "new_in_swedish_school_on")
    numbers = ("personnummer_encrypted", "personnummer_hash")
    return {
        **dict.fromkeys((*said, *numbers)),
        "code": f"gallrad-{pupil_id}",
        "external_id": new_external_id(),
        "given_name": "",
        "family_name": "",
        "letter_language": Pupil.__table__.c.letter_language.default.arg,
        "school_form": Pupil.__table__.c.school_form.default.arg,
        "curriculum": Pupil.__table__.c.curriculum.default.arg,
        "is_protected": False,
    }
