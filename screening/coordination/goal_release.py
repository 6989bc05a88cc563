"""Counting a goal: what it was in each year, as it may go out beside everything that has gone out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from assessments import windows
from assessments.access.taking_part import schools_outside
from assessments.database import db
from assessments.models import AssessmentWindow, Season
from assessments.writes import Recorder
from screening.coordination import goal_table, ledger
from screening.coordination.goal_table import Asked
from screening.coordination.goals import of_goal
from screening.coordination.ledger import About
from screening.coordination.models import GoalKind, HalvingGoal, ReleasedFigures, Subject
from screening.coordination.observing import Cells, observed
from screening.disclosure import IN_FILES
from screening.disclosure_releases import Gone
from screening.initiative_counts import places
from screening.rejudging import refuse_half_counted
from screening.released import ReleasedTable

IN_A_CELL = 4  # academic year, school, year, sv or sva


def about(goal: HalvingGoal) -> About:
    """What the ledger calls the goal."""
    return About(Subject.GOAL, IN_FILES, part=str(goal.id))


def release(goal: HalvingGoal, recorder: Recorder) -> ReleasedFigures:
    """Count every year there is and keep what may be said of it. The same number of queries always. Flushes.

    On PostgreSQL two who count goals wait for each other here, as SQLite's writers do at BEGIN.
    """
    refuse_half_counted()
    db.session.execute(sa.select(HalvingGoal.id).order_by(HalvingGoal.id).with_for_update(key_share=True))
    everywhere, found = places(), observed(goal)
    schools = frozenset(place.school_id for place in of_goal(goal, everywhere))
    # A number entered by hand is about the goal's year by what it is, and says nothing of others.
    year = None if goal.kind is GoalKind.INDICATOR else goal.year
    asked = Asked(schools, year, goal.baseline_year, found.outside)
    told = sorted({*_of_other_goals(goal), *_of_windows(goal, found.cells)}, key=sorted)
    gone = goal_table.release(asked, found.cells, everywhere, told, ledger.earlier(about(goal)))
    facts = {
        "cohorts": goal_table.cohorts(asked, found.cells),
        "judged_by": dict(found.judged_by),
        "texts": dict(found.texts),
        "limits": dict(found.limits),
    }
    return ledger.keep(about(goal), gone, recorder, facts)


def latest_releases(goals: list[HalvingGoal]) -> dict[int, ReleasedFigures]:
    """By goal what last went out of it. One query."""
    return {int(row.part): row for row in _releases(goals)}


def _releases(goals: Sequence[HalvingGoal]) -> Sequence[ReleasedFigures]:
    """All that has gone out of the goals, oldest first. One query."""
    rows = sa.select(ReleasedFigures).where(
        ReleasedFigures.subject == Subject.GOAL, ReleasedFigures.part.in_([str(goal.id) for goal in goals])
    )
    return db.session.scalars(rows.order_by(ReleasedFigures.id)).all()


def _of_other_goals(goal: HalvingGoal) -> Iterator[frozenset[str]]:
    """Sums of the same cells that other goals have shown."""
    alike = sa.select(HalvingGoal).where(
        HalvingGoal.kind == goal.kind,
        HalvingGoal.season == goal.season,
        HalvingGoal.measure == goal.measure if goal.measure else HalvingGoal.measure.is_(None),
        HalvingGoal.id != goal.id,
    )
    if goal.kind is GoalKind.INDICATOR:
        return  # numbers entered by hand are those of one goal
    for row in _releases(db.session.scalars(alike).all()):
        yield from _shown(ledger.table_of(row))


def _shown(gone: Gone) -> Iterator[frozenset[str]]:
    return (of for line, of in gone.table.lines.items() if line not in gone.hidden)


def told_of_windows(season: Season, codes: Mapping[str, str]) -> list[frozenset[str]]:
    """What goals of every year (årskurs) have told of the season's windows, as sums of the cells of
    ``initiative_lattice``. ``codes``: of the windows there, by academic year. Two queries.

    Goals of one year are no sums of those cells: see ``given_away``.
    """
    whole = sa.select(HalvingGoal).filter_by(kind=GoalKind.WINDOW, season=season, year=None)
    found = set()
    for row in _releases(db.session.scalars(whole).all()):
        for of in _shown(ledger.table_of(row)):
            parts = [name.split(" ") for name in of]
            if all(len(part) == IN_A_CELL and part[0] in codes for part in parts):
                found.add(frozenset(f"{codes[year]} {school} {one}" for year, school, _, one in parts))
    return sorted(found, key=sorted)


def given_away(
    window: AssessmentWindow, gone: Gone, earlier: Sequence[Gone], measure: str | None = None
) -> frozenset[str]:
    """The lines that a table of the window must hide besides, for goals have told of single years of the same
    pupils; of ``measure``, and where somebody has left, of any. ``earlier``: the window's own tables. One
    query where there is no such goal, else at most eleven."""
    kind = GoalKind.MEASURE if measure else GoalKind.WINDOW
    alike = sa.select(HalvingGoal).filter_by(kind=kind, season=window.season, measure=measure)
    if not measure and not schools_outside(window.closes_on):
        alike = alike.where(HalvingGoal.year.is_not(None))  # of every year: see ``told_of_windows``
    goals = db.session.scalars(alike).all()
    released = [ledger.table_of(row) for row in _releases(goals)] if goals else []
    if not released:
        return frozenset()
    everybody = observed(HalvingGoal(kind=kind, season=window.season, measure=measure))
    cells = {name: counts for one in released for name, counts in one.table.cells.items()}
    years = {one.code: one.academic_year for one in windows.in_order() if one.season is window.season}
    of_windows = (goal_table.told_lines(one, everybody.cells, years) for one in earlier)
    told = {of for one in released for of in _shown(one)} | {of for one in of_windows for _, of in one}
    return goal_table.given_away(gone, cells, sorted(told, key=sorted), everybody, places(), years)


def _of_windows(goal: HalvingGoal, counts: Cells) -> Iterator[frozenset[str]]:
    """Sums of the same cells that the tables of windows have shown, by their level or by the goal's measure.
    Two queries."""
    of_season = {one.id: one for one in windows.in_order() if one.season is goal.season}
    years = {one.code: one.academic_year for one in of_season.values()}
    rows: sa.Select[Any]
    if goal.kind is GoalKind.WINDOW:
        rows = sa.select(ReleasedTable).where(ReleasedTable.window_id.in_(of_season))
    elif goal.kind is GoalKind.MEASURE:
        of_measure = (ReleasedFigures.subject == Subject.MEASURE, ReleasedFigures.part == goal.measure)
        rows = sa.select(ReleasedFigures).where(ReleasedFigures.window_id.in_(of_season), *of_measure)
    else:
        return
    for row in db.session.scalars(rows):
        yield from (of for _, of in goal_table.told_lines(ledger.table_of(row), counts, years))
