"""What has stood in a cell: by which function, when and how; never whose account it was."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from assessments.access.permissions import Permission, pupils_open_to
from assessments.cells import written
from assessments.database import db
from assessments.import_models import ScoreFileChange
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow, How, ScoreChange, ScoreChangeNote
from assessments.queries import function_names
from assessments.roster.models import Pupil
from assessments.windows import place_in_time
from assessments.words import moment

COMMAND = "kommandoraden"


@dataclass(frozen=True)
class HistoryRow:
    """One change of one cell. ``before`` and ``after`` are as people read them; empty is no value."""

    window: str
    window_slug: str
    measure: str
    code: str
    version: int
    at: datetime
    by: str
    how: str
    before: str
    after: str
    assessed_on: date | None
    is_restorable: bool  # a value, and not the one that stands now
    others: tuple[int, ...] = ()  # pupils whose names ``how`` tells


def score_history(pupil: Pupil) -> list[HistoryRow]:
    """Every change of the pupil's scores: latest window first, measures in reading order, latest first."""
    known = measures()
    order = {code: place for place, code in enumerate(known)}
    rows = sorted(_changes(pupil.id), key=lambda row: (order.get(row[0].measure, 0), -row[0].version))
    return _told(sorted(rows, key=lambda row: place_in_time(row[1]), reverse=True), known)


def cell_history(pupil: Pupil, window: AssessmentWindow, measure: Measure) -> list[HistoryRow]:
    """Every change of one cell, the latest first."""
    rows = _changes(pupil.id, ScoreChange.window_id == window.id, ScoreChange.measure == measure.code)
    return _told(sorted(rows, key=lambda row: -row[0].version), measures())


def _changes(pupil_id: int, *where: sa.ColumnElement[bool]) -> list[Any]:
    """Changes with their window, the change before, the note, the change and window the note names, and what
    they undid of a file."""
    former, other, there = aliased(ScoreChange), aliased(ScoreChange), aliased(AssessmentWindow)
    same_cell = [
        getattr(former, name) == getattr(ScoreChange, name) for name in ("pupil_id", "window_id", "measure")
    ]
    asked = (
        sa.select(ScoreChange, AssessmentWindow, former, ScoreChangeNote, other, there, ScoreFileChange)
        .join(AssessmentWindow, ScoreChange.window_id == AssessmentWindow.id)
        .outerjoin(former, sa.and_(*same_cell, former.version == ScoreChange.version - 1))
        .outerjoin(ScoreChangeNote, ScoreChangeNote.change_id == ScoreChange.id)
        .outerjoin(other, other.id == ScoreChangeNote.counterpart_id)
        .outerjoin(there, there.id == other.window_id)
        .outerjoin(ScoreFileChange, ScoreFileChange.undone_by_id == ScoreChange.id)
    )
    return list(db.session.execute(asked.where(ScoreChange.pupil_id == pupil_id, *where)).all())


def _told(rows: Sequence[Any], known: Mapping[str, Measure]) -> list[HistoryRow]:
    """The rows in words; ``rows`` come with each cell's latest change first."""
    functions = function_names({row[0].duty_id for row in rows if row[0].duty_id is not None})
    names = _names({row[4].pupil_id for row in rows if row[4] and row[4].pupil_id != row[0].pupil_id})
    latest: dict[tuple[int, str], ScoreChange] = {}
    for change, *_ in rows:
        latest.setdefault((change.window_id, change.measure), change)
    return [_row(row, known, functions, names, latest[row[0].window_id, row[0].measure]) for row in rows]


def _row(
    row: Any,
    known: Mapping[str, Measure],
    functions: Mapping[int, str],
    names: Mapping[int, str],
    latest: ScoreChange,
) -> HistoryRow:
    change, window, former, note, other, there, undone = row
    measure = known[change.measure]
    names_other = note is not None and note.how is How.MOVED and other.pupil_id != change.pupil_id
    return HistoryRow(
        window=window.label,
        window_slug=window.slug,
        measure=measure.name,
        code=measure.code,
        version=change.version,
        at=change.changed_at,
        by=functions.get(change.duty_id or 0, COMMAND),
        how=_how(change, note, other, _place(change, other, there, known, names), undone is not None),
        before=said(former, measure) if former else "",
        after=said(change, measure),
        assessed_on=change.assessed_on if said(change, measure) else None,
        is_restorable=bool(said(change, measure)) and said(change, measure) != said(latest, measure),
        others=(other.pupil_id,) if names_other and other.pupil_id in names else (),
    )


def said(change: ScoreChange, measure: Measure) -> str:
    """What the cell said after the change: points, or the word of a code."""
    if change.absence:
        return change.absence.label
    told = written(measure, change.points, None)
    return f"{told} (avbrutet)" if change.is_discontinued and told and not measure.labels else told


def _how(
    change: ScoreChange,
    note: ScoreChangeNote | None,
    other: ScoreChange | None,
    place: str,
    undoes_file: bool,
) -> str:
    """``på sidan``, ``från en fil``, ``flyttat till Noor Alm``: how the change came about."""
    told = "på kommandoraden" if change.account_id is None else "på sidan"
    told = "inläsning av fil ångrad" if undoes_file else told
    if note is None:
        return told
    if note.how is How.FILE:
        told = "från en fil"
    elif other is not None and note.how is How.RESTORED:
        told = f"återställt till det som stod {moment(other.changed_at)}"
    elif other is not None and note.how is How.MOVED:
        told = f"{_direction(change, other)} {place}"
    return told if note.is_on_agreed_text else f"{told}, annan text"


def _direction(change: ScoreChange, other: ScoreChange) -> str:
    if _is_empty(change):
        return "flyttat till"
    return "flyttat från" if _is_empty(other) else "bytt med"


def _is_empty(change: ScoreChange) -> bool:
    return change.points is None and change.absence is None


def _place(
    change: ScoreChange,
    other: ScoreChange | None,
    there: AssessmentWindow | None,
    known: Mapping[str, Measure],
    names: Mapping[int, str],
) -> str:
    """What is another at the other end: the pupil, the measure, the window."""
    if other is None or there is None:
        return ""
    parts = [names.get(other.pupil_id, "en annan elev")] if other.pupil_id != change.pupil_id else []
    parts += [known[other.measure].name] if other.measure != change.measure else []
    parts += [there.label.lower()] if there.id != change.window_id else []
    return ", ".join(parts)


def _names(pupil_ids: Collection[int]) -> dict[int, str]:
    """The pupils' names, of those whose scores the signed-in person may see."""
    if not pupil_ids:
        return {}
    pupils = db.session.scalars(pupils_open_to(Permission.SEE_SCORES).where(Pupil.id.in_(pupil_ids)))
    return {pupil.id: pupil.name for pupil in pupils}
