"""What the pages about quarantine and protected pupils print: rows and papers, never what a row said."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments import windows
from assessments.access.models import AuditEntry
from assessments.clock import day_of
from assessments.database import db
from assessments.roster.models import (
    Duty,
    Pupil,
    QuarantinedRow,
    QuarantineNote,
    QuarantineWord,
    RosterImport,
    School,
    SchoolClass,
)
from assessments.row_ids import row_id
from assessments.ss12000.models import CALLED
from assessments.words import function_of

W = QuarantineWord
WORDS = {
    W.ADDED: "Rektor har lagt in eleven med alias",
    W.PROTECTED: "Eleven fanns redan och är nu skyddad",
    W.WRONG: "Markeringen var fel, raden läses in igen",
    W.NOT_HERE: "Eleven börjar inte här",
    W.REOPENED: "Öppnad igen",
}
MOST_SETTLED = 50
DOCUMENTS = {
    "class_report": "Klassrapport",
    "class_set": "Blad hem, hela klassen",
    "guardian": "Blad hem",
    "staff": "Underlag inför samråd",
    "blank_sheet": "Blad att skriva på, hela klassen",
    "reading_groups": "Grupplista",
    "support_period": "Stödperiod",
}
ON_THE_COMMAND_LINE = "kommandoraden"


@dataclass(frozen=True)
class Note:
    text: str
    function: str
    noted_at: datetime


@dataclass(frozen=True)
class Aside:
    """A quarantined row. ``about``: what is known of its pupil, None where it is nobody we have."""

    id: int
    row: int
    file: str | None
    school_id: int
    school: str
    arrived_on: date
    about: QuarantineWord | None
    is_open: bool
    notes: tuple[Note, ...]

    @property
    def is_fetched(self) -> bool:
        """Whether the row came from the school administration: nobody has its file."""
        return (self.file or "").startswith(CALLED)


def quarantine(open_rows: sa.Select[QuarantinedRow]) -> tuple[list[Aside], list[Aside]]:
    """The rows that wait, the oldest first, and the latest that have been dealt with."""
    rows = db.session.execute(
        sa.select(QuarantinedRow, RosterImport.file_name, School.name)
        .join(RosterImport, QuarantinedRow.roster_import_id == RosterImport.id)
        .join(School, QuarantinedRow.school_id == School.id)
        .where(QuarantinedRow.id.in_(open_rows.with_only_columns(QuarantinedRow.id)))
        .order_by(QuarantinedRow.id)
    ).all()
    notes = _notes({row.id for row, _, _ in rows})
    found = [_aside(row, file, school, notes.get(row.id, [])) for row, file, school in rows]
    settled = sorted((one for one in found if not one.is_open), key=lambda one: one.notes[-1].noted_at)
    return [one for one in found if one.is_open], settled[::-1][:MOST_SETTLED]


def waiting(open_rows: sa.Select[QuarantinedRow], school_id: int | None = None) -> int:
    """How many rows wait for somebody, at one school or at all that are open."""
    asked = open_rows.where(QuarantinedRow.resolved_at.is_(None))
    if school_id is not None:
        asked = asked.where(QuarantinedRow.school_id == school_id)
    return db.session.scalar(sa.select(sa.func.count()).select_from(asked.subquery())) or 0


def waiting_row(open_rows: sa.Select[QuarantinedRow], school_id: int, number: str) -> QuarantinedRow | None:
    """The row at the school that waits for its pupil to be added."""
    return db.session.scalar(
        open_rows.where(
            QuarantinedRow.id == row_id(number),
            QuarantinedRow.school_id == school_id,
            QuarantinedRow.resolved_at.is_(None),
        )
    )


def _notes(row_ids: set[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    asked = (
        sa.select(QuarantineNote, Duty)
        .join(Duty, QuarantineNote.duty_id == Duty.id, isouter=True)
        .where(QuarantineNote.quarantined_row_id.in_(row_ids))
        .order_by(QuarantineNote.id)
        .options(*_scopes())
    )
    for note, duty in db.session.execute(asked):
        found.setdefault(note.quarantined_row_id, []).append((note, duty))
    return found


def _aside(row: QuarantinedRow, file: str | None, school: str, notes: list[Any]) -> Aside:
    about = next((note.word for note, _ in notes if note.word not in WORDS), None)
    return Aside(
        id=row.id,
        row=row.row,
        file=file,
        school_id=row.school_id,
        school=school,
        arrived_on=day_of(row.created_at),
        about=about,
        is_open=row.resolved_at is None,
        notes=tuple(
            Note(WORDS[note.word], _function(duty), note.noted_at)
            for note, duty in notes
            if note.word in WORDS
        ),
    )


@dataclass(frozen=True)
class Printed:
    """A paper with the pupil's name on it: what, for which window, when and by which function."""

    document: str
    window: str
    printed_at: datetime
    function: str


def printed(pupil: Pupil) -> list[Printed]:
    """Every paper about the pupil that the audit trail knows of, the latest first."""
    rows = db.session.execute(
        sa.select(AuditEntry, Duty)
        .join(Duty, AuditEntry.duty_id == Duty.id, isouter=True)
        .where(AuditEntry.subject == f"pupil:{pupil.id}", AuditEntry.action.endswith(":printed"))
        .order_by(AuditEntry.created_at.desc(), AuditEntry.id.desc())
        .options(*_scopes())
    ).all()
    labels = {window.id: window.label for window in windows.in_order()}
    return [
        Printed(
            document=DOCUMENTS.get(entry.details.get("document", ""), "Utskrift"),
            window=labels.get(entry.details.get("window", 0), ""),
            printed_at=entry.created_at,
            function=_function(duty),
        )
        for entry, duty in rows
    ]


def _function(duty: Duty | None) -> str:
    return function_of(duty) if duty else ON_THE_COMMAND_LINE


def _scopes() -> tuple[Any, ...]:
    return (
        joinedload(Duty.school_class).joinedload(SchoolClass.school),
        joinedload(Duty.school),
        joinedload(Duty.municipality),
    )
