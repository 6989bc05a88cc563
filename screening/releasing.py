"""Releases into the ledger and out of it: what has gone out of a window, and one more that goes."""

import hashlib
import json
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.writes import Recorder
from screening.disclosure import Counts, Table
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
    return [
        Gone(
            Table(
                {cell: Counts(*counts) for cell, counts in one.cells.items()},
                {line: frozenset(cells) for line, cells in one.lines.items()},
            ),
            frozenset(one.hidden),
        )
        for one in released
        if one.window_id == window.id
    ]


def keep(window: AssessmentWindow, by: str, told: Gone, answer: Json, recorder: Recorder) -> ReleasedTable:
    """One more row of the ledger. Flushes."""
    number = sa.select(sa.func.count()).select_from(ReleasedTable).where(ReleasedTable.window_id == window.id)
    printed = json.dumps(answer, ensure_ascii=False, sort_keys=True)
    table = told.table
    row = ReleasedTable(
        window_id=window.id,
        grouped_by=by,
        number=(db.session.scalar(number) or 0) + 1,
        cells={cell: [found.under_goal, found.at_goal, found.missing] for cell, found in table.cells.items()},
        lines={line: sorted(cells) for line, cells in table.lines.items()},
        hidden=sorted(told.hidden),
        digest=hashlib.sha256(printed.encode()).hexdigest(),
        account_id=recorder.account_id,
        duty_id=recorder.duty_id,
    )
    db.session.add(row)
    db.session.flush()
    return row
