"""A municipality joins from a day on. One that has been counted is in since before anybody said so: its first
day cannot be said afterwards, as it would leave every window before that day.

The verb flushes; the caller commits.
"""

from datetime import date

import sqlalchemy as sa

from assessments.access.governed import GovernedSetting
from assessments.access.taking_part import turns_by_municipality
from assessments.clock import today
from assessments.database import db
from assessments.governing import members
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Municipality, School
from assessments.writes import Recorder
from screening.coordination.models import ReleasedFigures
from screening.released import ReleasedTable
from screening.rollup.models import WHOLE_WINDOW, SchoolCount

LEVELS = (SchoolCount.below_goal, SchoolCount.near_goal, SchoolCount.at_goal, SchoolCount.above_goal)
SOMEBODY = sa.or_(*(count > 0 for count in (*LEVELS, SchoolCount.no_level)))  # rows stay when all have moved


def join(municipality: Municipality, first_day: date, reason: str, by: Recorder) -> GovernedSetting:
    """The municipality takes part from the day on: it is counted in windows that close then or later.

    Raises Refused for one that nobody has said anything of and that has been counted already.
    """
    if municipality.id not in turns_by_municipality() and _has_been_counted(municipality):
        raise Refused(
            f"{municipality.name} är redan med i satsningen, sedan början, och har räknats. "
            "En första dag går bara att ange för en kommun som inte har räknats i någon period."
        )
    return members.join(municipality, first_day, reason, by)


def _has_been_counted(municipality: Municipality) -> bool:
    """In a window that has closed, or in shares that have gone out."""
    counted = (
        sa.select(SchoolCount.window_id)
        .join(School, School.id == SchoolCount.school_id)
        .join(AssessmentWindow, AssessmentWindow.id == SchoolCount.window_id)
        .where(
            School.municipality_id == municipality.id,
            SchoolCount.measure == WHOLE_WINDOW,
            SOMEBODY,
            AssessmentWindow.closes_on < today(),
        )
    )
    line = f"municipality {municipality.id}"
    if db.session.scalar(counted.limit(1)) is not None:
        return True
    gone = (db.session.scalars(sa.select(kind.lines)) for kind in (ReleasedTable, ReleasedFigures))
    told = (one for rows in gone for lines in rows for one in lines)
    return any(one.endswith(line) for one in told)  # "supported municipality 3" too
