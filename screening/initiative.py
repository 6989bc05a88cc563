"""``lasspar initiative compare``: the share that does not yet reach the goal, by school or municipality.

Everyone enrolled on the window's closing date whose year has a window, grundskola only, is counted, with or
without results and with or without protected identity. One fixed table of schools, municipalities and all is
audited as a whole, so that the two ways of looking at it never give each other away.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from assessments import windows
from assessments.collation import swedish_key
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Enrolment, Municipality, Pupil, School, SchoolClass, SchoolForm
from screening.benchmarks.catalogue import Benchmarks, InForce, benchmarks, in_force
from screening.disclosure import IN_FILES, Counts, Ledger, Table, publish
from screening.levels import Level
from screening.models import Judgement
from screening.runs import NOT_ADOPTED
from screening.statistics import wilson

Json = dict[str, Any]
By = Literal["school", "municipality"]

EVERYBODY = "all"
COUNTED_AS = {
    Level.BELOW_GOAL: "under_goal",
    Level.NEAR_GOAL: "under_goal",
    Level.AT_GOAL: "at_goal",
    Level.ABOVE_GOAL: "at_goal",
}


@dataclass(frozen=True)
class _Place:
    """A school, and the municipality it is in."""

    school_id: int
    school: str
    code: str | None
    municipality_id: int
    municipality: str

    @property
    def cell(self) -> str:
        return f"school {self.school_id}"

    @property
    def line_above(self) -> str:
        return f"municipality {self.municipality_id}"


def compare(window: AssessmentWindow, by: By) -> Json:
    """The shares as they may be published. A line too small, or that would give one away, has only nulls.

    The pattern stays fixed over the windows of the academic year: what an earlier one hid stays hidden.
    """
    adopted = in_force(windows.in_order())
    if window.id not in adopted:
        raise Refused(NOT_ADOPTED)
    sets = benchmarks({found.set_id for found in adopted.values()}, measures())
    places = _places()
    ledger, hidden, table = Ledger(), frozenset[str](), Table({}, {})
    for one in _series(window):
        table = _table(_counts(one, adopted[one.id], sets), places)
        hidden, ledger = publish(table, one.code, ledger, IN_FILES)
    groups = [
        {"code": code, "name": name, **_shown(table, line, hidden)}
        for line, code, name in _groups(places, by)
        if line in table.lines
    ]
    everybody = {"code": None, "name": "Alla", **_shown(table, EVERYBODY, hidden)}
    return {"window": window.code, "groups": groups, "total": everybody}


def lines(answer: Json) -> list[str]:
    """The same for people: of those with results and of all, both always."""
    return [f"{group['name']}: {_words(group)}" for group in (*answer["groups"], answer["total"])]


def _words(group: Json) -> str:
    if group["suppressed"]:
        return "visas inte (små grupper)"
    under, assessed, enrolled = (group[key] for key in ("under_goal", "assessed", "enrolled"))
    share, low, high = (round(100 * group[key]) for key in ("share", "low", "high"))
    return (
        f"{under} når ännu inte målet, av {assessed} som har resultat och av alla {enrolled} "
        f"({share} % av alla, {low} till {high} %)"
    )


def _series(window: AssessmentWindow) -> list[AssessmentWindow]:
    """The windows of the academic year up to this one."""
    place = windows.place_in_time
    return [
        one
        for one in windows.in_order()
        if one.academic_year == window.academic_year and place(one) <= place(window)
    ]


def _counts(window: AssessmentWindow, force: InForce, sets: Mapping[int, Benchmarks]) -> dict[int, Counts]:
    """By school, those whose year the window is for. One query."""
    told: dict[int, Counts] = defaultdict(Counts)
    for school_id, year, level, count in db.session.execute(_standing(window)):
        plan = sets[force.set_id].plan(year, window.season)
        if plan.decides or plan.composite is not None:
            told[school_id] += Counts(**{COUNTED_AS.get(level, "missing"): count})
    return told


def _standing(window: AssessmentWindow) -> sa.Select[*tuple[Any, ...]]:
    """How many of each school, year and level. Of two enrolments on one day the later one counts."""
    latest = sa.func.row_number().over(
        partition_by=Enrolment.pupil_id, order_by=(Enrolment.starts_on.desc(), Enrolment.id.desc())
    )
    placed = (
        sa.select(Enrolment.pupil_id, Enrolment.year, SchoolClass.school_id, latest.label("place"))
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
    return (
        sa.select(placed.c.school_id, year, Judgement.level, sa.func.count())
        .select_from(placed)
        .outerjoin(Judgement, judged)
        .where(placed.c.place == 1)
        .group_by(placed.c.school_id, year, Judgement.level)
    )


def _places() -> list[_Place]:
    """Every school, by municipality and name."""
    rows = db.session.execute(
        sa.select(School.id, School.name, School.code, Municipality.id, Municipality.name).join(
            Municipality, Municipality.id == School.municipality_id
        )
    )
    return sorted(
        (_Place(*row) for row in rows),
        key=lambda one: (swedish_key(one.municipality), swedish_key(one.school)),
    )


def _table(counts: Mapping[int, Counts], places: Sequence[_Place]) -> Table:
    here = [place for place in places if place.school_id in counts]
    above: dict[str, set[str]] = {}
    for place in here:
        above.setdefault(place.line_above, set()).add(place.cell)
    cells = {place.cell: counts[place.school_id] for place in here}
    lines = {cell: frozenset([cell]) for cell in cells}
    lines |= {line: frozenset(own) for line, own in above.items()}
    return Table(cells, lines | ({EVERYBODY: frozenset(cells)} if cells else {}))


def _groups(places: Sequence[_Place], by: By) -> list[tuple[str, str, str]]:
    """Line, code and name of each group in reading order; who has no code is told by name."""
    if by == "school":
        return [(place.cell, place.code or place.school, place.school) for place in places]
    return list(dict.fromkeys((place.line_above, place.municipality, place.municipality) for place in places))


def _shown(table: Table, line: str, hidden: frozenset[str]) -> Json:
    keys = ("enrolled", "assessed", "under_goal", "share", "low", "high")
    if line in hidden or line not in table.lines:
        return {**dict.fromkeys(keys), "suppressed": True}
    found = table.counts(line)
    share = wilson(found.under_goal, found.enrolled)
    numbers = (
        found.enrolled,
        found.assessed,
        found.under_goal,
        *map(float, (share.share, share.low, share.high)),
    )
    return {**dict(zip(keys, numbers, strict=True)), "suppressed": False}
