"""Compare a set with the one in force on what was put down, and keep what was told in the ledger.

Verbs flush; views and commands commit.
"""

import hashlib
from collections.abc import Mapping

import sqlalchemy as sa

from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow
from assessments.roster.models import School
from assessments.writes import Recorder
from screening.benchmarks.catalogue import Benchmarks, InForce, benchmarks, in_force
from screening.benchmarks.differences import differences
from screening.compared import Json, ReleasedComparison
from screening.disclosure import Counts, Table
from screening.level_changes import level_changes
from screening.released import ReleasedTable
from screening.shown_changes import Told, Untold, tell

TABLES = ("before", "after", "changed")
UNTOLD = "untold"


def digest_of(candidate: Benchmarks) -> str:
    """Of how the set judges: two that judge alike have one, whatever their sources and names."""
    said = [
        sorted((str(key), repr(cut.limits)) for key, cut in candidate.cuts.items()),
        sorted((str(key), repr(plan)) for key, plan in candidate.plans.items()),
        sorted((str(key), repr(one)) for key, one in candidate.composites.items()),
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def latest(window: AssessmentWindow, candidate: Benchmarks, fewest: int) -> ReleasedComparison | None:
    """What was last told of the candidate beside the set in force, for groups of that size. Two queries.

    None too of what went out before it was said which numbers stood too far from the truth: count anew.
    """
    force = in_force([window]).get(window.id)
    row = db.session.scalars(
        sa.select(ReleasedComparison)
        .filter_by(
            window_id=window.id,
            digest=digest_of(candidate),
            against_id=force.set_id if force else None,
            fewest=fewest,
        )
        .order_by(ReleasedComparison.id.desc())
    ).first()
    return row if row and UNTOLD in row.lines else None


def compare(
    window: AssessmentWindow, candidate: Benchmarks, fewest: int, recorder: Recorder
) -> ReleasedComparison:
    """Judge the window both ways, and keep what may be said of it. ``fewest``: the smallest group shown.

    On PostgreSQL two who compare on a window wait for each other here, as SQLite's writers do at BEGIN.
    """
    db.session.execute(sa.select(AssessmentWindow.id).filter_by(id=window.id).with_for_update(key_share=True))
    force = in_force([window]).get(window.id)
    found = differences(former(force), candidate)
    changes = level_changes(window, candidate)
    touched = (
        {year for year, season in found.places() if season == window.season},
        [
            (code, year)
            for code, year, season in (one.place for one in found.limits if not one.judges_alike)
            if season == window.season
        ],
    )
    schools = db.session.execute(sa.select(School.id, School.municipality_id)).all()
    homes: Mapping[int, int] = {row.id: row.municipality_id for row in schools}
    rows = sa.select(ReleasedComparison).filter_by(window_id=window.id).order_by(ReleasedComparison.id)
    earlier = [told_in(row) for row in db.session.scalars(rows)]
    told = tell(changes, homes, touched, earlier, fewest, _told_of_shares(window))
    row = ReleasedComparison(
        window_id=window.id,
        against_id=force.set_id if force else None,
        digest=digest_of(candidate),
        fewest=fewest,
        **{name: _cells(getattr(told, name)) for name in TABLES},
        lines={
            **{name: _lines(getattr(told, name)) for name in ("before", "changed")},
            UNTOLD: {name: sorted(getattr(told.untold, name)) for name in TABLES},
        },
        hidden=sorted(told.hidden),
        hidden_changed=sorted(told.hidden_changed),
        account_id=recorder.account_id,
        duty_id=recorder.duty_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _told_of_shares(window: AssessmentWindow) -> frozenset[str]:
    """The schools, municipalities and all whose shares of the window have gone out. One query."""
    rows = db.session.scalars(sa.select(ReleasedTable).filter_by(window_id=window.id))
    return frozenset(line for row in rows for line in row.lines.keys() - set(row.hidden))


def told_of(window: AssessmentWindow) -> frozenset[str]:
    """The schools, municipalities and all whose levels some comparison of the window has told. One query."""
    rows = db.session.scalars(sa.select(ReleasedComparison).filter_by(window_id=window.id))
    found = ((told.before.lines.keys() - told.hidden - told.untold.before) for told in map(told_in, rows))
    return frozenset().union(*found)


def former(force: InForce | None) -> Benchmarks:
    """What judges now; nothing where nothing is adopted."""
    return benchmarks({force.set_id}, measures())[force.set_id] if force else Benchmarks()


def told_in(row: ReleasedComparison) -> Told:
    """The comparison as it went out."""
    levels, changed = (
        {line: frozenset(cells) for line, cells in row.lines[name].items()} for name in ("before", "changed")
    )
    before, after, moved = (
        {cell: Counts(*counts) for cell, counts in cells.items()}
        for cells in (row.before, row.after, row.changed)
    )
    return Told(
        before=Table(before, levels),
        after=Table(after, levels),
        changed=Table(moved, changed),
        hidden=frozenset(row.hidden),
        hidden_changed=frozenset(row.hidden_changed),
        untold=Untold(**{name: frozenset(of) for name, of in row.lines.get(UNTOLD, {}).items()}),
    )


def _cells(table: Table) -> Json:
    return {cell: [one.under_goal, one.at_goal, one.missing] for cell, one in table.cells.items()}


def _lines(table: Table) -> Json:
    return {line: sorted(cells) for line, cells in table.lines.items()}
