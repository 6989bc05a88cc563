"""Flow between two windows: from where each pupil is counted in both, let out through the ledger."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from assessments import windows
from assessments.access.taking_part import schools_outside
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import School
from assessments.writes import Recorder
from screening.benchmarks.catalogue import benchmarks, in_force
from screening.coordination import flow_table, ledger
from screening.coordination.flow_table import ALL, Standing
from screening.coordination.ledger import About
from screening.coordination.models import ReleasedFigures, Subject
from screening.disclosure import IN_FILES
from screening.initiative_lattice import EVERYBODY
from screening.levels import Level
from screening.models import Judgement
from screening.rejudging import refuse_half_counted
from screening.rollup.models import CountedPupil
from screening.runs import NOT_ADOPTED

LEVELS = (Level.BELOW_GOAL, Level.NEAR_GOAL, Level.AT_GOAL, Level.ABOVE_GOAL)


def about(first: AssessmentWindow, second: AssessmentWindow) -> About:
    """What the ledger calls the flow."""
    return About(Subject.FLOW, IN_FILES, part=str(first.id), window_id=second.id)


def windows_before(window: AssessmentWindow) -> list[AssessmentWindow]:
    """What the window can be set beside: the one before it, and the same season a year before."""
    place = windows.place_in_time
    earlier = [one for one in windows.in_order() if place(one) < place(window)]
    alike = [one for one in earlier if one.season is window.season]
    return list(dict.fromkeys([*earlier[-1:], *alike[-1:]]))


def release(first: AssessmentWindow, second: AssessmentWindow, recorder: Recorder) -> ReleasedFigures:
    """Count, hide what is too small, and keep it. The same number of queries always. Flushes."""
    refuse_half_counted()
    db.session.execute(sa.select(AssessmentWindow.id).filter_by(id=second.id).with_for_update(key_share=True))
    moves = {tuple(row[:4]): row[4] for row in _moves(first, second)}
    never = (_hidden(first), _hidden(second))
    before = ledger.earlier(about(first, second))
    gone = flow_table.release(moves, never, before)
    return ledger.keep(about(first, second), gone, recorder, {})


def _hidden(window: AssessmentWindow) -> list[str]:
    """Whose shares of the window are hidden wherever they are told."""
    row = ledger.latest_shares(window)
    if row is None:
        return []
    return [ALL if line == EVERYBODY else line.removeprefix("municipality ") for line in row.hidden]


def _moves(first: AssessmentWindow, second: AssessmentWindow) -> Iterator[Any]:
    """(municipality then and now, standing then and now, pupils). Two queries and those of the sets."""
    force = in_force([first, second])
    if len(force) < 2:
        raise Refused(NOT_ADOPTED)
    sets = benchmarks({one.set_id for one in force.values()}, measures())

    def years(window: AssessmentWindow) -> list[int]:
        plans = sets[force[window.id].set_id].plans.items()
        return [
            year
            for (year, season), plan in plans
            if season == window.season and (plan.decides or plan.composite)
        ]

    then, now = _placed(first, years(first)), _placed(second, years(second))
    away = sa.literal(Standing.ELSEWHERE.value)
    stayed = sa.select(
        then.c.municipality_id, now.c.municipality_id, then.c.place, sa.func.coalesce(now.c.place, away)
    ).join_from(then, now, now.c.pupil_id == then.c.pupil_id, isouter=True)
    came = sa.select(sa.null(), now.c.municipality_id, away, now.c.place).where(
        ~sa.select(then.c.pupil_id).where(then.c.pupil_id == now.c.pupil_id).exists()
    )
    for question in (stayed, came):
        parts = question.subquery("moves")
        columns = list(parts.c)
        for *at, count in db.session.execute(sa.select(*columns, sa.func.count()).group_by(*columns)):
            yield at[0], at[1], Standing(at[2]), Standing(at[3]), count


def _placed(window: AssessmentWindow, years: list[int]) -> sa.CTE:
    """(pupil_id, municipality_id, place) of everybody whose year is in the window."""
    counted, judged = aliased(CountedPupil), aliased(Judgement)
    place = sa.case(
        *((judged.level == level, Standing(level.value).value) for level in LEVELS),
        else_=Standing.WITHOUT_LEVEL.value,
    )
    return (
        sa.select(counted.pupil_id, School.municipality_id, place.label("place"))
        .join(School, School.id == counted.school_id)
        .outerjoin(
            judged, sa.and_(judged.pupil_id == counted.pupil_id, judged.window_id == counted.window_id)
        )
        .where(
            counted.window_id == window.id,
            counted.year.in_(years),
            counted.school_id.not_in(schools_outside(window.closes_on)),
        )
        .cte(f"placed_{window.id}")
    )
