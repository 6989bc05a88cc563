"""How many of each school stand where in a window: everybody enrolled, by school and by sv and sva.

Everyone enrolled on the window's closing date whose year has a window, grundskola only, is counted, with or
without results and with or without protected identity.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assessments.collation import swedish_key
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import (
    Curriculum,
    Enrolment,
    Municipality,
    Pupil,
    School,
    SchoolClass,
    SchoolForm,
)
from screening.benchmarks.catalogue import Benchmarks, InForce
from screening.disclosure import Counts
from screening.levels import Level
from screening.models import Judgement

COUNTED_AS = {
    Level.BELOW_GOAL: "under_goal",
    Level.NEAR_GOAL: "under_goal",
    Level.AT_GOAL: "at_goal",
    Level.ABOVE_GOAL: "at_goal",
}
SchoolCounts = Mapping[tuple[int, Curriculum], Counts]


@dataclass(frozen=True)
class Place:
    """A school, and the municipality it is in."""

    school_id: int
    school: str
    code: str | None
    municipality_id: int
    municipality: str

    @property
    def line(self) -> str:
        return f"school {self.school_id}"

    @property
    def line_above(self) -> str:
        return f"municipality {self.municipality_id}"


def places() -> list[Place]:
    """Every school, by municipality and name."""
    rows = db.session.execute(
        sa.select(School.id, School.name, School.code, Municipality.id, Municipality.name).join(
            Municipality, Municipality.id == School.municipality_id
        )
    )
    return sorted(
        (Place(*row) for row in rows),
        key=lambda one: (swedish_key(one.municipality), swedish_key(one.school)),
    )


def school_counts(window: AssessmentWindow, force: InForce, sets: Mapping[int, Benchmarks]) -> SchoolCounts:
    """By school and curriculum, those whose year the window is for. One query."""
    told: dict[tuple[int, Curriculum], Counts] = defaultdict(Counts)
    for school_id, curriculum, year, level, count in db.session.execute(_standing(window)):
        plan = sets[force.set_id].plan(year, window.season)
        if plan.decides or plan.composite is not None:
            told[school_id, curriculum] += Counts(**{COUNTED_AS.get(level, "missing"): count})
    return told


def _standing(window: AssessmentWindow) -> sa.Select[*tuple[Any, ...]]:
    """How many of each kind. Of two enrolments on one day the later one counts."""
    latest = sa.func.row_number().over(
        partition_by=Enrolment.pupil_id, order_by=(Enrolment.starts_on.desc(), Enrolment.id.desc())
    )
    placed = (
        sa.select(
            Enrolment.pupil_id,
            Enrolment.year,
            Pupil.curriculum,
            SchoolClass.school_id,
            latest.label("place"),
        )
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .where(
            Pupil.school_form == SchoolForm.GRUNDSKOLA,
            SchoolClass.academic_year == window.academic_year,
            Enrolment.starts_on <= window.closes_on,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= window.closes_on),
        )
        .subquery()
    )
    judged = sa.and_(Judgement.pupil_id == placed.c.pupil_id, Judgement.window_id == window.id)
    year = sa.func.coalesce(Judgement.year, placed.c.year)  # the year a score was taken in is frozen on it
    groups = (placed.c.school_id, placed.c.curriculum, year, Judgement.level)
    return (
        sa.select(*groups, sa.func.count())
        .select_from(placed)
        .outerjoin(Judgement, judged)
        .where(placed.c.place == 1)
        .group_by(*groups)
    )
