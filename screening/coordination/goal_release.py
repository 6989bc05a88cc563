"""Counting a goal: what it was in each year, as it may go out beside everything that has gone out."""

from collections.abc import Iterator

import sqlalchemy as sa

from assessments import windows
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.writes import Recorder
from screening.coordination import goal_table, ledger
from screening.coordination.goal_table import Asked
from screening.coordination.goals import of_goal
from screening.coordination.ledger import About
from screening.coordination.models import GoalKind, HalvingGoal, ReleasedFigures, Subject
from screening.coordination.observing import Cells, observed
from screening.disclosure import IN_FILES
from screening.initiative_counts import places
from screening.released import ReleasedTable


def about(goal: HalvingGoal) -> About:
    """What the ledger calls the goal."""
    return About(Subject.GOAL, IN_FILES, part=str(goal.id))


def release(goal: HalvingGoal, recorder: Recorder) -> ReleasedFigures:
    """Count every year there is and keep what may be said of it. The same number of queries always. Flushes.

    On PostgreSQL two who count goals wait for each other here, as SQLite's writers do at BEGIN.
    """
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


def _of_windows(goal: HalvingGoal, counts: Cells) -> Iterator[frozenset[str]]:
    """Sums of the same cells that the windows' own tables have shown."""
    if goal.kind is not GoalKind.WINDOW:
        return
    of_season = {one.id: one for one in windows.in_order() if one.season is goal.season}
    last = sa.select(sa.func.max(ReleasedTable.id)).group_by(ReleasedTable.window_id)
    rows = sa.select(ReleasedTable).where(ReleasedTable.id.in_(last), ReleasedTable.window_id.in_(of_season))
    for row in db.session.scalars(rows):
        window: AssessmentWindow = of_season[row.window_id]
        yield from goal_table.whole_lines(ledger.table_of(row), counts, window.academic_year)
