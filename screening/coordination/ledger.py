"""Figures into the ledger and out of it: what has gone out of a subject, and one more that goes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.writes import Recorder
from screening import releasing
from screening.coordination.models import ReleasedFigures, Subject
from screening.disclosure_releases import Gone
from screening.released import ReleasedTable

Json = dict[str, Any]


@dataclass(frozen=True)
class About:
    """What figures are about. ``part`` as in ``ReleasedFigures``; ``fewest``: the smallest group shown."""

    subject: Subject
    fewest: int
    part: str = ""
    window_id: int | None = None


def latest(about: About) -> ReleasedFigures | None:
    """What last went out. One query."""
    return db.session.scalars(_rows(about).order_by(ReleasedFigures.id.desc()).limit(1)).first()


def earlier(about: About) -> list[Gone]:
    """All that has gone out, oldest first. One query."""
    return [table_of(one) for one in db.session.scalars(_rows(about).order_by(ReleasedFigures.id))]


def _rows(about: About) -> sa.Select[ReleasedFigures]:
    return sa.select(ReleasedFigures).where(
        ReleasedFigures.subject == about.subject,
        ReleasedFigures.part == about.part,
        ReleasedFigures.window_id == about.window_id
        if about.window_id is not None
        else ReleasedFigures.window_id.is_(None),
    )


def latest_shares(window: AssessmentWindow) -> ReleasedTable | None:
    """The shares of the window as they last went out, to whoever asked. One query."""
    rows = sa.select(ReleasedTable).filter_by(window_id=window.id)
    return db.session.scalars(rows.order_by(ReleasedTable.id.desc()).limit(1)).first()


def table_of(row: ReleasedFigures | ReleasedTable) -> Gone:
    """A release as the audit reads it."""
    return releasing.read(row.cells, row.lines, row.hidden)


def keep(about: About, gone: Gone, recorder: Recorder, facts: Mapping[str, Any]) -> ReleasedFigures:
    """One more row of the ledger. Flushes."""
    cells, lines = releasing.cells_of(gone), releasing.lines_of(gone)
    told: Sequence[Any] = [cells, lines, sorted(gone.hidden), dict(facts)]
    printed = json.dumps(told, ensure_ascii=False, sort_keys=True)
    row = ReleasedFigures(
        subject=about.subject,
        part=about.part,
        window_id=about.window_id,
        fewest=about.fewest,
        cells=cells,
        lines=lines,
        hidden=sorted(gone.hidden),
        facts=dict(facts),
        digest=hashlib.sha256(printed.encode()).hexdigest(),
        account_id=recorder.account_id,
        duty_id=recorder.duty_id,
    )
    db.session.add(row)
    db.session.flush()
    return row
