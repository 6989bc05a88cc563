"""Who goes in a class during a window, and which results are expected of them there."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from assessments.access.permissions import Permission, pupils_open_to
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.doors import screening
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow, SchoolMeasure, Score
from assessments.roster.among import is_among
from assessments.roster.models import Enrolment, Pupil, SchoolClass, SchoolForm

Place = tuple[int, int]  # school id, year
Words = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Enrolled:
    """A pupil of a class on the day the window is counted by. ``name`` is the alias of a protected pupil,
    whose place in a list gives no family name away either."""

    pupil_id: int
    class_id: int
    school_id: int
    year: int
    name: str
    first_name: str
    sort_name: str
    is_protected: bool
    is_judged: bool  # not in anpassad grundskola: no limits are made for its pupils

    @property
    def place(self) -> Place:
        return self.school_id, self.year


def counting_day(window: AssessmentWindow) -> date:
    """Whoever goes in the class this day is on its sheet: today, or the end nearest to it."""
    return min(max(today(), window.opens_on), window.closes_on)


def years_of(window: AssessmentWindow, class_id: int) -> dict[int, int | None]:
    """The years by whose limits the class's pupils are judged, by pupil id; None: by no limits. Those who are
    open to the signed-in person; one query."""
    words = _years_among(pupils_open_to(Permission.SEE_SCORES))
    return {row.pupil_id: row.year for row in _asked(words, window, [class_id])}


def narrowed_in(window: AssessmentWindow, class_id: int) -> set[int]:
    """The pupils who would stand there too if their record might be used; two queries."""
    words = _years_among(pupils_open_to(Permission.SEE_SCORES, with_narrowed=True))
    everybody = {row.pupil_id for row in _asked(words, window, [class_id])}
    return everybody - years_of(window, class_id).keys()


@lru_cache(maxsize=500)
def _years_among(pupils: sa.Select[Pupil]) -> Words:
    """Asked at every save: built once for each reach, as ``pupils`` is."""
    year = sa.case((Pupil.school_form == SchoolForm.GRUNDSKOLA, Enrolment.year)).label("year")
    return _enrolments(pupils, Enrolment.pupil_id, year)


def enrolled(window: AssessmentWindow, class_ids: Collection[int]) -> list[Enrolled]:
    """The pupils of the classes whose scores the signed-in person may see, by family name; one query."""
    columns = (Enrolment.school_class_id, Enrolment.year, SchoolClass.school_id, Pupil)
    rows = _asked(_enrolments(pupils_open_to(Permission.SEE_SCORES), *columns), window, class_ids)
    found = [
        Enrolled(
            pupil.id,
            class_id,
            school_id,
            year,
            pupil.name,
            pupil.first_name,
            _sort_name(pupil),
            pupil.is_protected,
            pupil.school_form is SchoolForm.GRUNDSKOLA,
        )
        for class_id, year, school_id, pupil in rows
    ]
    return sorted(found, key=lambda pupil: (swedish_key(pupil.sort_name), pupil.pupil_id))


def _enrolments(pupils: sa.Select[Pupil], *columns: Any) -> Words:
    """Of those among ``pupils`` who go in the classes ``class_ids`` on the ``day``."""
    day = sa.bindparam("day", type_=Enrolment.starts_on.type)
    return (
        sa.select(*columns)
        .select_from(Enrolment)
        .join(Pupil, Enrolment.pupil_id == Pupil.id)
        .join(SchoolClass, Enrolment.school_class_id == SchoolClass.id)
        .where(
            Enrolment.school_class_id.in_(sa.bindparam("class_ids", expanding=True)),
            Enrolment.starts_on <= day,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
            is_among(Enrolment.pupil_id, pupils),
        )
    )


def _asked(words: Words, window: AssessmentWindow, class_ids: Collection[int]) -> sa.Result[*tuple[Any, ...]]:
    return db.session.execute(words, {"class_ids": list(class_ids), "day": counting_day(window)})


def _sort_name(pupil: Pupil) -> str:
    return pupil.first_name if pupil.is_protected else f"{pupil.family_name} {pupil.first_name}"


def chosen_measures(school_ids: Collection[int]) -> dict[int, set[str]]:
    """The measures each school has chosen to use; a school that is missing here has chosen none."""
    every = sa.select(SchoolMeasure.school_id, SchoolMeasure.measure)
    rows = db.session.execute(every.where(SchoolMeasure.school_id.in_(school_ids)))
    chosen: dict[int, set[str]] = {}
    for school_id, code in rows:
        chosen.setdefault(school_id, set()).add(code)
    return chosen


def expected_at(window: AssessmentWindow, places: set[Place]) -> dict[Place, list[str]]:
    """The measures expected of each year at each school, narrowed to those the school uses."""
    return screening().expected_at(window, places)


@dataclass(frozen=True)
class Filled:
    """How much of a class is there: results and codes (``f a u s k o``) count as filled in."""

    filled: int
    expected: int
    lacks: tuple[tuple[str, int], ...] = ()  # measure code and how many miss it, in reading order
    recorded: int = 0  # whether expected or not

    @property
    def missing(self) -> int:
        return self.expected - self.filled


def filled_by_class(
    window: AssessmentWindow, pupils: Sequence[Enrolled], recorded: set[tuple[int, str]]
) -> dict[int, Filled]:
    """By class id; ``recorded`` holds the cells (pupil id, measure) where something stands."""
    wanted = expected_at(window, {pupil.place for pupil in pupils})
    order = list(measures())
    cells: dict[int, list[tuple[int, str]]] = {}
    stand, here = Counter(pupil_id for pupil_id, _code in recorded), Counter[int]()
    for pupil in pupils:
        here[pupil.class_id] += stand[pupil.pupil_id]
        asked = [(pupil.pupil_id, code) for code in wanted.get(pupil.place, [])]
        cells.setdefault(pupil.class_id, []).extend(asked)
    found = {}
    for class_id, asked in cells.items():
        lacks = Counter(code for pupil_id, code in asked if (pupil_id, code) not in recorded)
        told = tuple(sorted(lacks.items(), key=lambda one: order.index(one[0])))
        found[class_id] = Filled(len(asked) - lacks.total(), len(asked), told, here[class_id])
    return found


def recorded_cells(window: AssessmentWindow, pupil_ids: Collection[int]) -> set[tuple[int, str]]:
    """The cells where a result or a code stands; one query."""
    rows = db.session.execute(
        sa.select(Score.pupil_id, Score.measure).where(
            Score.window_id == window.id, Score.pupil_id.in_(pupil_ids)
        )
    )
    return {(pupil_id, code) for pupil_id, code in rows}
