"""Counting a goal: what it was in each year, as it may go out beside everything that has gone out."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from assessments import windows
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
    asked = Asked(schools, year, goal.baseline_year)
    told = [*_of_other_goals(goal), *_of_windows(goal, found.cells)]
    gone = goal_table.release(asked, found.cells, everywhere, told, ledger.earlier(about(goal)))
    facts = {
        "cohorts": goal_table.cohorts(asked, found.cells),
        "judged_by": dict(found.judged_by),
        "texts": dict(found.texts),
    }
    return ledger.keep(about(goal), gone, recorder, facts)


def latest_releases(goals: list[HalvingGoal]) -> dict[int, ReleasedFigures]:
    """By goal what last went out of it. One query."""
    rows = sa.select(ReleasedFigures).where(
        ReleasedFigures.subject == Subject.GOAL, ReleasedFigures.part.in_([str(goal.id) for goal in goals])
    )
    newest_last = rows.order_by(ReleasedFigures.id)
    return {int(row.part): row for row in db.session.scalars(newest_last)}


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
    for row in latest_releases(list(db.session.scalars(alike))).values():
        told = ledger.table_of(row)
        yield from (of for line, of in told.table.lines.items() if line not in told.hidden)


def told_of_windows(season: Season, codes: Mapping[str, str]) -> list[frozenset[str]]:
    """What goals of every year (årskurs) have told of the season's windows, as sums of the cells of
    ``initiative_lattice``. ``codes``: of the windows there, by academic year. Two queries.

    Goals of one year are no sums of those cells: see ``given_away``.
    """
    whole = sa.select(HalvingGoal).filter_by(kind=GoalKind.WINDOW, season=season, year=None)
    found = []
    for row in latest_releases(list(db.session.scalars(whole))).values():
        gone = ledger.table_of(row)
        for line, of in gone.table.lines.items():
            parts = [name.split(" ") for name in of]
            if line not in gone.hidden and all(len(part) == IN_A_CELL and part[0] in codes for part in parts):
                found.append(frozenset(f"{codes[year]} {school} {one}" for year, school, _, one in parts))
    return found


def given_away(window: AssessmentWindow, gone: Gone, measure: str | None = None) -> frozenset[str]:
    """The lines that a table of the window must hide besides, for goals have told of single years of the same
    pupils; of ``measure``, of any. One query where there is no such goal, else at most eleven."""
    kind = GoalKind.MEASURE if measure else GoalKind.WINDOW
    alike = sa.select(HalvingGoal).filter_by(kind=kind, season=window.season, measure=measure)
    goals = db.session.scalars(alike if measure else alike.where(HalvingGoal.year.is_not(None))).all()
    released = [ledger.table_of(row) for row in latest_releases(list(goals)).values()] if goals else []
    if not released:
        return frozenset()
    everybody = observed(HalvingGoal(kind=kind, season=window.season, measure=measure))
    cells = {name: counts for one in released for name, counts in one.table.cells.items()}
    told = {of for one in released for line, of in one.table.lines.items() if line not in one.hidden}
    years = {one.code: one.academic_year for one in windows.in_order() if one.season is window.season}
    return goal_table.given_away(gone, cells, sorted(told, key=sorted), everybody.cells, places(), years)


def _of_windows(goal: HalvingGoal, counts: Cells) -> Iterator[frozenset[str]]:
    """Sums of the same cells that the tables of windows have shown, by their level or by the goal's measure.
    Two queries."""
    of_season = {one.id: one for one in windows.in_order() if one.season is goal.season}
    years = {one.code: one.academic_year for one in of_season.values()}
    rows: sa.Select[Any]
    if goal.kind is GoalKind.WINDOW:
        rows = _latest(ReleasedTable, ReleasedTable.window_id.in_(of_season))
    elif goal.kind is GoalKind.MEASURE:
        of_measure = (ReleasedFigures.subject == Subject.MEASURE, ReleasedFigures.part == goal.measure)
        rows = _latest(ReleasedFigures, ReleasedFigures.window_id.in_(of_season), *of_measure)
    else:
        return
    for row in db.session.scalars(rows):
        yield from (of for _, of in goal_table.told_lines(ledger.table_of(row), counts, years))


def _latest(
    released: type[ReleasedTable] | type[ReleasedFigures], *chosen: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    """Of each window what was last let out."""
    last = sa.select(sa.func.max(released.id)).where(*chosen).group_by(released.window_id)
    return sa.select(released).where(released.id.in_(last))
