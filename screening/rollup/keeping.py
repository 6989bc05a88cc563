"""From what pupils were counted as to what they should be counted as, and what it makes of the sums.

Set-wise: a statement for each kind of change, whatever the number of pupils. Verbs flush, callers commit.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from assessments.database import db
from assessments.database.questions import Change, Question, is_one_of
from assessments.models import AssessmentWindow
from assessments.roster.holding import hold_schools
from screening.levels import Level
from screening.rollup.models import CountedPupil, SchoolCount
from screening.rollup.placing import Placed, Placements, should_be
from screening.whereabouts import LOCKED

COUNTED, SUMS = (cast(sa.Table, kind.__table__) for kind in (CountedPupil, SchoolCount))
KEY = tuple(column.name for column in SUMS.primary_key)
# By rank; -1, no level, is the last of them.
COUNTS = (*(level.value for level in Level if level is not Level.NOT_DETERMINED), "no_level")
Key = tuple[Any, ...]  # the values of KEY
CHUNK = 1000  # pupils at a time, as they are judged
NOTHING: Mapping[str, int] = {}

# Asked at every save: built once, for building costs more than asking.
STANDING = Question(
    sa.select(COUNTED).where(is_one_of(COUNTED.c.pupil_id, "ids"), is_one_of(COUNTED.c.window_id, "windows"))
)
HERE = sa.and_(COUNTED.c.pupil_id == sa.bindparam("pupil"), COUNTED.c.window_id == sa.bindparam("window"))
NEW, CHANGED, GONE = (
    Change(sa.insert(COUNTED)),
    Change(sa.update(COUNTED).where(HERE)),
    Change(sa.delete(COUNTED).where(HERE)),
)


@dataclass(frozen=True)
class Tally:
    """By how much each sum changes. Written once, in one order: who save at one school wait, never block."""

    changes: dict[Key, list[int]] = field(default_factory=dict)  # as COUNTS

    def add(self, window_id: int, placed: Placed, times: int, but: Mapping[str, int] = NOTHING) -> None:
        """One pupil more (1) or fewer (-1). ``but``: what is left as it is."""
        for measure, rank in placed.levels.items():
            if but.get(measure) == rank:
                continue
            key = (window_id, measure, *placed[:4])
            self.changes.setdefault(key, [0] * len(COUNTS))[rank] += times

    def write(self) -> None:
        """Add the changes to the sums."""
        rows = [
            {**dict(zip(KEY, key, strict=True)), **dict(zip(COUNTS, counts, strict=True))}
            for key, counts in sorted(self.changes.items())
            if any(counts)
        ]
        _adding(db.engine.dialect.name).write(rows)


@cache
def _adding(dialect: str) -> Change:
    insert = sqlite.insert(SUMS) if dialect == "sqlite" else postgresql.insert(SUMS)
    more: dict[str, Any] = {name: SUMS.c[name] + insert.excluded[name] for name in COUNTS}
    return Change(insert.on_conflict_do_update(index_elements=KEY, set_=more))


def counted(pupil_ids: Sequence[int], window_ids: Sequence[int]) -> Placements:
    """As what these pupils are counted now. One query."""
    rows = STANDING.kept(ids=pupil_ids, windows=window_ids)
    return {
        (pupil_id, window_id): Placed._make((*where, told if isinstance(told, dict) else _levels(told)))
        for pupil_id, window_id, *where, told in rows
    }


@lru_cache(maxsize=4096)
def _levels(told: str) -> Mapping[str, int]:
    """Levels as SQLite keeps them; nobody changes what comes back."""
    levels: dict[str, int] = json.loads(told)
    return levels


def keep(stands: Placements, wanted: Placements, tally: Tally) -> None:
    """Count pupils as they should be counted; the sums follow when the tally is written."""
    new, changed, gone = [], [], []
    for place, placed in wanted.items():
        if (old := stands.get(place)) == placed:
            continue
        if old is None:
            tally.add(place[1], placed, 1)
            new.append(_row(place, placed))
        else:
            stays = old[:4] == placed[:4]  # and mostly on all measures but one or two
            tally.add(place[1], placed, 1, old.levels if stays else NOTHING)
            tally.add(place[1], old, -1, placed.levels if stays else NOTHING)
            both = zip(placed._fields, placed, old, strict=True)
            said = {name: value for name, value, before in both if value != before}
            changed.append({"pupil": place[0], "window": place[1], **said})
    for place, old in stands.items():
        if place not in wanted:
            tally.add(place[1], old, -1)
            gone.append({"pupil": place[0], "window": place[1]})
    for statement, rows in ((CHANGED, changed), (NEW, new), (GONE, gone)):
        statement.write(rows)


def _row(place: tuple[int, int], placed: Placed) -> dict[str, Any]:
    return {"pupil_id": place[0], "window_id": place[1], **placed._asdict()}


def locked(pupil_ids: Sequence[int]) -> Sequence[Any]:
    """The pupils, whom nobody else counts or judges before this transaction ends. One query."""
    return LOCKED.rows(ids=pupil_ids)


def recount(pupil_ids: Iterable[int], windows: Sequence[AssessmentWindow]) -> None:
    """Count these pupils anew in the windows: what is stored of them has changed, or the windows have."""
    ids, tally = sorted(set(pupil_ids)), Tally()
    window_ids = [window.id for window in windows]
    hold_schools(ids)
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        locked(part)
        keep(counted(part, window_ids), should_be(part, windows), tally)
    tally.write()


def let_counts_go(pupil_id: int, since: date) -> None:
    """What is kept of the pupil is not used from that day on: the pupil is counted in no window that closes
    then or later. What was counted before stays."""
    later = sa.select(AssessmentWindow.id).where(AssessmentWindow.closes_on >= since)
    tally = Tally()
    keep(counted([pupil_id], list(db.session.scalars(later))), {}, tally)
    tally.write()
