"""Two wrote in one cell, and one lets the other's value stand: both values stay in the history.

What she wrote is stored as a change, and what stood there is stored again after it. Nobody else can come
between: both are one transaction, behind the lock the first was written behind.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.import_traces import BESIDE
from assessments.instruments.catalogue import Measure
from assessments.models import AssessmentWindow
from assessments.recording import CHANGES, SCORES, Outcome, Recorder, Status, Write, record_scores
from assessments.sheets import Key

BACK = "-back"  # the second write has a client id of its own, so that a repeated one is known too
DONE = (Status.STORED, Status.UNCHANGED)


def record_and_give_way(
    window: AssessmentWindow,
    writes: Sequence[Write],
    yielding: Collection[str],
    by: Recorder,
    known: dict[str, Measure],
) -> list[Outcome]:
    """Record the writes; what those of ``yielding`` (client ids) stored is undone by a change after it."""
    there = {one.pupil_id for one in writes if one.client_id in yielding}
    counted = _counted(window, there) if there else {}  # what the changes themselves do not hold
    outcomes = record_scores(window, writes, by, known=known)
    mine = [one for one in outcomes if one.write.client_id in yielding and one.status in DONE]
    if not mine:
        return outcomes
    changes = _changes(window, there)
    back = [replace(_standing_before(one, changes), **counted.get(one.write.cell, {})) for one in mine]
    undone = record_scores(window, back, by, known=known)
    given = dict(zip((one.write.client_id for one in mine), undone, strict=True))
    return [given.get(one.write.client_id, one) for one in outcomes]


def _counted(window: AssessmentWindow, pupil_ids: set[int]) -> dict[Key, dict[str, Any]]:
    here = (SCORES.c.window_id == window.id, SCORES.c.pupil_id.in_(pupil_ids))
    rows = db.session.execute(sa.select(SCORES).where(*here))
    names = (*BESIDE, "is_on_agreed_text")
    return {(row.pupil_id, row.measure): {name: getattr(row, name) for name in names} for row in rows}


def _changes(window: AssessmentWindow, pupil_ids: set[int]) -> Mapping[tuple[Key, int], Any]:
    rows = db.session.execute(
        sa.select(CHANGES).where(CHANGES.c.window_id == window.id, CHANGES.c.pupil_id.in_(pupil_ids))
    )
    return {((row.pupil_id, row.measure), row.version): row for row in rows}


def _standing_before(mine: Outcome, changes: Mapping[tuple[Key, int], Any]) -> Write:
    """The write that puts back what stood there before ours."""
    theirs = changes.get((mine.write.cell, mine.write.expected_version or 0))
    back = Write(*mine.write.cell, expected_version=mine.version, client_id=f"{mine.write.client_id}{BACK}")
    if theirs is None:
        return back
    value = {name: getattr(theirs, name) for name in ("points", "absence", "is_discontinued", "assessed_on")}
    return replace(back, **value)
