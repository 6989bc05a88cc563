"""The class lists that were taken in: which file, when, by whom, what it came to, and until when it can be
undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from assessments.access.models import AuditEntry
from assessments.cell_history import COMMAND
from assessments.database import db
from assessments.imports.queries.states import State
from assessments.imports.roster_undoing import why_not
from assessments.queries import function_names
from assessments.roster.models import Municipality, QuarantinedRow, RosterImport
from assessments.roster.trace_models import RosterTrace
from assessments.taken_back import last_day

MOST = 100


@dataclass(frozen=True)
class ListRow:
    """A class list as a page shows it. ``set_aside``: rows in quarantine, settled or not; ``renamed``: what
    it said of classes, "1A heter nu 1B"."""

    id: int
    file_name: str
    taken_in_at: datetime
    by: str
    digest: str
    effective_on: date
    rows: int
    new: int
    moved: int
    set_aside: int
    renamed: tuple[str, ...]
    state: State


def of_person(municipalities: sa.Select[Municipality], account_id: int) -> sa.Select[Any]:
    """The class lists of these municipalities, and the person's own that named several."""
    mine = sa.select(AuditEntry.subject).filter_by(account_id=account_id, action="roster:imported")
    subject = sa.literal("rosterimport:", sa.Text()) + sa.cast(RosterImport.id, sa.Text())
    here = RosterImport.municipality_id.in_(municipalities.with_only_columns(Municipality.id))
    return sa.select(RosterImport).where(sa.or_(here, subject.in_(mine)))


def class_lists(lists: sa.Select[Any]) -> list[ListRow]:
    """The latest of the class lists. Five queries."""
    found = db.session.scalars(lists.order_by(RosterImport.id.desc()).limit(MOST)).all()
    return list_rows(found)


def list_rows(found: Sequence[RosterImport]) -> list[ListRow]:
    """The class lists in the order given. Four queries."""
    traces = _traces([f"rosterimport:{one.id}" for one in found])
    kept = {one.roster_import_id: one for one in _kept([one.id for one in found])}
    duties = {one.duty_id for one in traces.values()} | {one.undone_duty_id for one in kept.values()}
    functions = function_names({duty for duty in duties if duty is not None})
    aside = _set_aside([one.id for one in found])
    rows = []
    for one in found:
        trace = traces.get(f"rosterimport:{one.id}")
        told = trace.details if trace else {}
        rows.append(
            ListRow(
                id=one.id,
                file_name=one.file_name or "–",
                taken_in_at=one.created_at,
                by=functions.get((trace and trace.duty_id) or 0, COMMAND),
                digest=one.file_digest[:12],
                effective_on=one.effective_on,
                rows=one.rows,
                new=told.get("new", 0),
                moved=told.get("moved", 0),
                set_aside=aside.get(one.id, 0),
                renamed=_renamed(kept.get(one.id)),
                state=_state(one, kept.get(one.id), functions),
            )
        )
    return rows


def _renamed(trace: RosterTrace | None) -> tuple[str, ...]:
    said = trace.places.get("renamed", ()) if trace else ()
    return tuple(f"{one['before']} heter nu {one['after']}" for one in said)


def _state(one: RosterImport, trace: RosterTrace | None, functions: dict[int, str]) -> State:
    return State(
        undone_at=trace.undone_at if trace else None,
        undone_by=functions.get((trace and trace.undone_duty_id) or 0, COMMAND),
        open_until=None if why_not(one, trace) else last_day(one.created_at),
    )


def _kept(ids: list[int]) -> Sequence[RosterTrace]:
    return db.session.scalars(sa.select(RosterTrace).where(RosterTrace.roster_import_id.in_(ids))).all()


def _traces(subjects: list[str]) -> dict[str, AuditEntry]:
    asked = sa.select(AuditEntry).where(AuditEntry.subject.in_(subjects))
    rows = db.session.scalars(asked.where(AuditEntry.action == "roster:imported"))
    return {row.subject: row for row in rows}


def _set_aside(ids: list[int]) -> dict[int, int]:
    counted = sa.select(QuarantinedRow.roster_import_id, sa.func.count())
    here = counted.where(QuarantinedRow.roster_import_id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(here.group_by(QuarantinedRow.roster_import_id))}
