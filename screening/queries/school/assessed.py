"""Who has been assessed in a window and who has not, class by class."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from assessments.database import db
from assessments.expected import counting_day
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow, HandIn
from assessments.roster.models import Enrolment, Pupil, SchoolClass, SchoolForm
from screening.levels import Level
from screening.models import Judgement
from screening.queries.standards import standards


@dataclass
class Assessed:
    """Pupils in grundskola whose year is in the window: how many have a level, and are under a goal."""

    pupils: int = 0
    assessed: int = 0
    under_goal: int = 0
    is_handed_in: bool = False

    @property
    def missing(self) -> int:
        return self.pupils - self.assessed


def assessed(window: AssessmentWindow, classes: Mapping[int, SchoolClass]) -> dict[int, Assessed]:
    """By class id; only classes with pupils in the window. Six queries."""
    day, found = counting_day(window), defaultdict[int, Assessed](Assessed)
    judged = sa.and_(Judgement.pupil_id == Enrolment.pupil_id, Judgement.window_id == window.id)
    groups = Enrolment.school_class_id, Enrolment.year, Judgement.level
    rows = db.session.execute(
        sa.select(*groups, sa.func.count())
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .outerjoin(Judgement, judged)
        .where(
            Enrolment.school_class_id.in_(list(classes)),
            Enrolment.starts_on <= day,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
            Pupil.school_form == SchoolForm.GRUNDSKOLA,
        )
        .group_by(*groups)
    )
    judged_by = standards([window], measures())
    for class_id, year, level, count in rows:
        if judged_by.has_window(window, year):
            here, has_level = found[class_id], level not in (None, Level.NOT_DETERMINED)
            here.pupils += count
            here.assessed += count if has_level else 0
            here.under_goal += count if has_level and level < Level.AT_GOAL else 0
    handed_in = sa.select(HandIn.school_class_id).where(HandIn.window_id == window.id)
    for class_id in db.session.scalars(handed_in.where(HandIn.school_class_id.in_(found.keys()))):
        found[class_id].is_handed_in = True
    return found
