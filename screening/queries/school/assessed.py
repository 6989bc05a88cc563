"""Who has been assessed in a window and who has not, class by class."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from assessments.database import db
from assessments.expected import counting_day
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow, HandIn
from assessments.roster.models import Enrolment, Pupil, SchoolClass, SchoolForm
from assessments.roster.narrowing import NARROWED
from screening.levels import Level
from screening.models import Judgement
from screening.queries.standards import standards

WORST_FIRST = (Level.BELOW_GOAL, Level.NEAR_GOAL, Level.AT_GOAL, Level.ABOVE_GOAL, None)


@dataclass
class Assessed:
    """Pupils in grundskola whose year is in the window, by level."""

    levels: Counter[Level | None] = field(default_factory=Counter)  # None: not determined
    is_handed_in: bool = False

    @property
    def pupils(self) -> int:
        return self.levels.total()

    @property
    def assessed(self) -> int:
        return self.pupils - self.missing

    @property
    def under_goal(self) -> int:
        return self.levels[Level.BELOW_GOAL] + self.levels[Level.NEAR_GOAL]

    @property
    def missing(self) -> int:
        return self.levels[None]

    @property
    def by_level(self) -> tuple[int, ...]:
        """Worst first, last those without."""
        return tuple(self.levels[level] for level in WORST_FIRST)


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
            Pupil.id.not_in(NARROWED),
        )
        .group_by(*groups)
    )
    judged_by = standards([window], measures())
    for class_id, year, level, count in rows:
        if judged_by.has_window(window, year):
            found[class_id].levels[None if level is Level.NOT_DETERMINED else level] += count
    handed_in = sa.select(HandIn.school_class_id).where(HandIn.window_id == window.id)
    for class_id in db.session.scalars(handed_in.where(HandIn.school_class_id.in_(found.keys()))):
        found[class_id].is_handed_in = True
    return found
