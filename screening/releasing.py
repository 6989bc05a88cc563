"""Releases into the ledger and out of it: what has gone out of a window, and one more that goes.

A row holds by cell the counts it went out with, and by line the cells that it summed; a line told in its two
parts stands there once more, under the name of the parts.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.writes import Recorder
from screening.disclosure import Counts, Table
from screening.disclosure_parts import PARTS, parts_of, whole_of
from screening.disclosure_releases import Gone
from screening.released import ReleasedTable

Json = dict[str, Any]


def of_years(academic_years: Collection[str], window: AssessmentWindow) -> list[ReleasedTable]:
    """Every release of these years' windows, oldest first. Two queries.

    On PostgreSQL two who release a window's table wait for each other here, as SQLite's writers do at BEGIN.
    """
    db.session.execute(sa.select(AssessmentWindow.id).filter_by(id=window.id).with_for_update(key_share=True))
    rows = sa.select(ReleasedTable).join(AssessmentWindow).options(joinedload(ReleasedTable.window))
    chosen = rows.where(AssessmentWindow.academic_year.in_(academic_years)).order_by(ReleasedTable.id)
    return list(db.session.scalars(chosen))


def gone(released: Sequence[ReleasedTable], window: AssessmentWindow) -> list[Gone]:
    """The window's own tables as they went out, oldest first."""
    return [read(one.cells, one.lines, one.hidden) for one in released if one.window_id == window.id]


def read(cells: Mapping[str, Any], lines: Mapping[str, Any], hidden: Collection[str]) -> Gone:
    """A row of the ledger as the audit reads it."""
    counts = {cell: Counts(*found) for cell, found in cells.items()}
    own = {line: frozenset(of) for line, of in lines.items() if not line.startswith(PARTS)}
    told = frozenset(whole_of(line) for line in lines if line.startswith(PARTS))
    return Gone(Table(counts, own), frozenset(hidden), told)


def cells_of(gone: Gone) -> Json:
    """As a row keeps them; those below the goal stand last, where they have been counted."""
    return {
        cell: [one.under_goal, one.at_goal, one.missing, *_if_counted(one.below_goal)]
        for cell, one in gone.table.cells.items()
    }


def _if_counted(count: int | None) -> list[int]:
    return [] if count is None else [count]


def lines_of(gone: Gone) -> Json:
    """As a row keeps them."""
    told = {parts_of(line): gone.table.lines[line] for line in gone.parts}
    return {line: sorted(cells) for line, cells in {**gone.table.lines, **told}.items()}


def keep(window: AssessmentWindow, by: str, told: Gone, answer: Json, recorder: Recorder) -> ReleasedTable:
    """One more row of the ledger. Flushes."""
    number = sa.select(sa.func.count()).select_from(ReleasedTable).where(ReleasedTable.window_id == window.id)
    printed = json.dumps(answer, ensure_ascii=False, sort_keys=True)
    row = ReleasedTable(
        window_id=window.id,
        grouped_by=by,
        number=(db.session.scalar(number) or 0) + 1,
        cells=cells_of(told),
        lines=lines_of(told),
        hidden=sorted(told.hidden),
        digest=hashlib.sha256(printed.encode()).hexdigest(),
        account_id=recorder.account_id,
        duty_id=recorder.duty_id,
    )
    db.session.add(row)
    db.session.flush()
    return row
