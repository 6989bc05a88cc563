"""Where each pupil of a school stands in a window, and how each measure spreads there.

What is counted from it names nobody; who is named where is for the caller to decide. Everybody in grundskola
whose year is in the window is counted, with or without results and with or without protected identity.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple, cast

import sqlalchemy as sa

from assessments import windows
from assessments.database import db
from assessments.expected import counting_day
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow
from assessments.roster.models import Curriculum, Enrolment, Pupil, School, SchoolClass, SchoolForm
from assessments.roster.narrowing import NARROWED
from screening.levels import Level
from screening.models import Judgement
from screening.queries.standards import Standards, standards
from screening.rollup.models import WHOLE_WINDOW, SchoolCount

SUMS = cast(sa.Table, SchoolCount.__table__)
LEVELS = (Level.BELOW_GOAL, Level.NEAR_GOAL, Level.AT_GOAL, Level.ABOVE_GOAL)
IN_SUMS = (SUMS.c.below_goal, SUMS.c.near_goal, SUMS.c.at_goal, SUMS.c.above_goal, SUMS.c.no_level)
LevelCounts = Mapping[Level | None, int]


class Stands(NamedTuple):
    """A pupil of the school on the day that the window is counted by. ``level`` None: not determined."""

    pupil_id: int
    class_id: int
    year: int
    curriculum: Curriculum
    level: Level | None
    reason: str | None


def standings(
    school: School, window: AssessmentWindow, judged_by: Standards | None = None
) -> dict[int, Stands]:
    """By pupil id. One query, and those of the standards where they are not given."""
    day, judged_by = counting_day(window), judged_by or standards([window], measures())
    rows = db.session.execute(
        sa.select(
            Enrolment.pupil_id, Enrolment.school_class_id, Enrolment.year, Pupil.curriculum,
            Judgement.level, Judgement.reason,
        )
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .outerjoin(
            Judgement, sa.and_(Judgement.pupil_id == Enrolment.pupil_id, Judgement.window_id == window.id)
        )
        .where(
            SchoolClass.school_id == school.id,
            SchoolClass.academic_year == window.academic_year,
            Enrolment.starts_on <= day,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
            Pupil.school_form == SchoolForm.GRUNDSKOLA,
            Pupil.id.not_in(NARROWED),
        )
        .order_by(Enrolment.starts_on, Enrolment.id)  # of two on one day the later one
    )  # fmt: skip
    found = {}
    for pupil_id, class_id, year, curriculum, level, reason in rows:
        if judged_by.has_window(window, year):
            known = None if level is Level.NOT_DETERMINED else level
            found[pupil_id] = Stands(pupil_id, class_id, year, curriculum, known, reason)
    return found


def window_before(school: School, window: AssessmentWindow) -> AssessmentWindow | None:
    """The latest earlier window in which somebody was judged at the school. Two queries."""
    place = windows.place_in_time
    earlier = [one for one in windows.in_order() if place(one) < place(window)]
    judged = set(
        db.session.scalars(
            sa.select(SUMS.c.window_id)
            .where(
                SUMS.c.window_id.in_([one.id for one in earlier]),  # the key begins with it
                SUMS.c.measure == WHOLE_WINDOW,
                SUMS.c.school_id == school.id,
            )
            .group_by(SUMS.c.window_id)
            .having(sum((sa.func.sum(column) for column in IN_SUMS[:-1]), sa.literal(0)) > 0)
        )
    )
    found = [one for one in earlier if one.id in judged]
    return found[-1] if found else None


def measure_counts(school: School, window: AssessmentWindow) -> dict[tuple[int, str], LevelCounts]:
    """By (year, measure) of what has something written down; None: without a level. One query, of sums."""
    found: defaultdict[tuple[int, str], dict[Level | None, int]] = defaultdict(dict)
    rows = db.session.execute(
        sa.select(SUMS.c.year, SUMS.c.measure, *map(sa.func.sum, IN_SUMS))
        .where(SUMS.c.window_id == window.id, SUMS.c.school_id == school.id, SUMS.c.measure != WHOLE_WINDOW)
        .group_by(SUMS.c.year, SUMS.c.measure)
    )
    for year, measure, *sums in rows:
        counts = map(int, sums)  # PostgreSQL sums whole numbers to decimals
        found[year, measure] = dict(zip((*LEVELS, None), counts, strict=True))
    return dict(found)
