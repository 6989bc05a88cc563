"""How many of each school stand where in a window: everybody enrolled, by school and by sv and sva.

Everyone enrolled on the window's closing date whose year has a window, grundskola only, is counted, with or
without results and with or without protected identity.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa

from assessments.collation import swedish_key
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Curriculum, Municipality, School
from screening.benchmarks.catalogue import Benchmarks, InForce
from screening.disclosure import Counts
from screening.rollup.models import WHOLE_WINDOW, SchoolCount

SUMS = cast(sa.Table, SchoolCount.__table__)
OF_WINDOW = sa.select(SUMS).where(SUMS.c.window_id == sa.bindparam("window"), SUMS.c.measure == WHOLE_WINDOW)
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
    """By school and curriculum, those whose year the window is for. One query, of sums and not of pupils."""
    told: dict[tuple[int, Curriculum], Counts] = defaultdict(Counts)
    for row in db.session.execute(OF_WINDOW, {"window": window.id}):
        plan = sets[force.set_id].plan(row.year, window.season)
        if plan.decides or plan.composite is not None:
            told[row.school_id, row.curriculum] += Counts(
                under_goal=row.below_goal + row.near_goal,
                at_goal=row.at_goal + row.above_goal,
                missing=row.no_level,
            )
    return {place: counts for place, counts in told.items() if counts.enrolled}
