"""How many of each school stand where in a window: everybody enrolled, by school and by sv and sva.

Everyone enrolled on the window's closing date whose year has a window, grundskola only, is counted, with or
without results and with or without protected identity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa

from assessments.access.taking_part import schools_outside
from assessments.collation import swedish_key
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Curriculum, Municipality, School
from screening.benchmarks.catalogue import Benchmarks, InForce
from screening.disclosure import Counts
from screening.rollup.models import WHOLE_WINDOW, SchoolCount

SUMS = cast(sa.Table, SchoolCount.__table__)
# Summed over years and sets by the database; the word of sv and sva as it is kept.
OF_WINDOW = (
    sa.select(
        SUMS.c.school_id,
        sa.type_coerce(SUMS.c.curriculum, sa.types.NullType()),
        sa.func.sum(SUMS.c.below_goal + SUMS.c.near_goal, type_=sa.BigInteger),
        sa.func.sum(SUMS.c.at_goal + SUMS.c.above_goal, type_=sa.BigInteger),
        sa.func.sum(SUMS.c.no_level, type_=sa.BigInteger),
        sa.func.sum(SUMS.c.below_goal, type_=sa.BigInteger),
    )
    .where(
        SUMS.c.window_id == sa.bindparam("window"),
        SUMS.c.measure == WHOLE_WINDOW,
        SUMS.c.year.in_(sa.bindparam("years", expanding=True)),
    )
    .group_by(SUMS.c.school_id, SUMS.c.curriculum)
)
CURRICULUM_OF = {one.value: one for one in Curriculum}
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
    """By school and curriculum, those whose year the window is for, of the municipalities that take part when
    it closes. Two queries at most, of sums and not of pupils, and one of who takes part."""
    plans = sets[force.set_id].plans.items()
    years = [
        year
        for (year, season), plan in plans
        if season is window.season and (plan.decides or plan.composite is not None)
    ]
    rows, outside = (
        db.session.execute(OF_WINDOW, {"window": window.id, "years": years}).all(),
        schools_outside(window.closes_on),
    )
    return {
        (school_id, CURRICULUM_OF[curriculum]): Counts(int(under), int(at_goal), int(missing), int(below))
        for school_id, curriculum, under, at_goal, missing, below in rows
        if (under or at_goal or missing) and school_id not in outside
    }
