"""The class lists that were taken in: which file, when, by whom, and what it came to.

Read only: pupils have moved, got results or changed names since, so a class list is put right pupil by pupil.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from assessments.access.models import AuditEntry
from assessments.cell_history import COMMAND
from assessments.database import db
from assessments.queries import function_names
from assessments.roster.models import Municipality, QuarantinedRow, RosterImport

MOST = 100


@dataclass(frozen=True)
class ListRow:
    """A class list as a page shows it. ``set_aside``: rows in quarantine, settled or not."""

    file_name: str
    taken_in_at: datetime
    by: str
    digest: str
    effective_on: date
    rows: int
    new: int
    moved: int
    set_aside: int


def class_lists(municipalities: sa.Select[Municipality], account_id: int) -> list[ListRow]:
    """The latest of these municipalities', and the person's own that named several. Four queries."""
    mine = sa.select(AuditEntry.subject).filter_by(account_id=account_id, action="roster:imported")
    subject = sa.literal("rosterimport:", sa.Text()) + sa.cast(RosterImport.id, sa.Text())
    here = RosterImport.municipality_id.in_(municipalities.with_only_columns(Municipality.id))
    asked = sa.select(RosterImport).where(sa.or_(here, subject.in_(mine)))
    found = db.session.scalars(asked.order_by(RosterImport.id.desc()).limit(MOST)).all()
    traces = _traces([f"rosterimport:{one.id}" for one in found])
    functions = function_names({one.duty_id for one in traces.values() if one.duty_id is not None})
    aside = _set_aside([one.id for one in found])
    rows = []
    for one in found:
        trace = traces.get(f"rosterimport:{one.id}")
        told = trace.details if trace else {}
        rows.append(
            ListRow(
                file_name=one.file_name or "–",
                taken_in_at=one.created_at,
                by=functions.get((trace and trace.duty_id) or 0, COMMAND),
                digest=one.file_digest[:12],
                effective_on=one.effective_on,
                rows=one.rows,
                new=told.get("new", 0),
                moved=told.get("moved", 0),
                set_aside=aside.get(one.id, 0),
            )
        )
    return rows


def _traces(subjects: list[str]) -> dict[str, AuditEntry]:
    asked = sa.select(AuditEntry).where(AuditEntry.subject.in_(subjects))
    rows = db.session.scalars(asked.where(AuditEntry.action == "roster:imported"))
    return {row.subject: row for row in rows}


def _set_aside(ids: list[int]) -> dict[int, int]:
    counted = sa.select(QuarantinedRow.roster_import_id, sa.func.count())
    here = counted.where(QuarantinedRow.roster_import_id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(here.group_by(QuarantinedRow.roster_import_id))}
