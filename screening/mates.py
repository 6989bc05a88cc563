"""Whose expected results change though nothing was put down of them: somebody else at the school was the
first to have a result of a measure, or the last.

Without a list of its own a school uses what anybody there has a record of (``screening.narrowing``). So the
first result of a measure that stands beside others in a group may change what is missing for everybody there.
"""

from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from itertools import chain, combinations
from typing import Any, cast

import sqlalchemy as sa

from assessments.database import db
from assessments.database.questions import Question, is_one_of
from assessments.models import AssessmentWindow
from assessments.roster.models import School
from screening.benchmarks.catalogue import Plan
from screening.frame import Frame
from screening.in_use import CHOICES, CLASSES, ENROLLED, MEASURES, SCORES, recorded_at
from screening.narrowing import narrowed

YEARS = range(10)
SCHOOLS = cast(sa.Table, School.__table__)
OF_SCHOOL = CLASSES.alias()
MATES = ENROLLED.alias()
# Each school once, however many of its pupils are asked about: what follows is asked of schools.
THEIRS = (
    sa.select(CLASSES.c.school_id)
    .join(ENROLLED, ENROLLED.c.school_class_id == CLASSES.c.id)
    .where(is_one_of(ENROLLED.c.pupil_id, "ids"), CLASSES.c.academic_year == sa.bindparam("academic_year"))
    .distinct()
    .subquery()
)


def _alone(school_id: sa.ColumnElement[int]) -> sa.Select[Any]:
    """Of each school that has no list of its own: the measures that nobody but these pupils has a record of.
    Ends at the first who has one: asked at saves."""
    return (
        sa.select(school_id, MEASURES.c.code)
        .join(MEASURES, is_one_of(MEASURES.c.code, "measures"))
        .where(
            ~sa.exists().where(CHOICES.c.school_id == school_id),
            ~sa.exists().where(
                OF_SCHOOL.c.school_id == school_id,
                OF_SCHOOL.c.academic_year == sa.bindparam("academic_year"),
                MATES.c.school_class_id == OF_SCHOOL.c.id,
                ~is_one_of(MATES.c.pupil_id, "ids"),
                # Mate by mate: joined, SQLite would go through everybody's scores of the window.
                sa.exists()
                .where(
                    SCORES.c.pupil_id == MATES.c.pupil_id,
                    SCORES.c.window_id == sa.bindparam("window"),
                    SCORES.c.measure == MEASURES.c.code,
                )
                .correlate(MATES, MEASURES),  # of this measure: said, or it would be of any
            ),
        )
    )


ALONE = Question(_alone(THEIRS.c.school_id))
ALONE_AT = Question(_alone(SCHOOLS.c.id).where(is_one_of(SCHOOLS.c.id, "schools")))


def concerned(
    frame: Frame,
    window: AssessmentWindow,
    ids: Collection[int],
    measures: Collection[str],
    were_at: Collection[int] = (),
) -> set[int]:
    """The pupils beside ``ids`` who are to be judged again in the window, after something was put down, or
    taken away, of these measures. ``were_at``: schools that they took their records away from. No query where
    no measure has another beside it, else mostly one."""
    plans = [frame.sets[frame.in_force[window.id].set_id].plan(year, window.season) for year in YEARS]
    asked = {code for plan in plans for group in _groups(plan) for code in group if len(group) > 1}
    if not asked.intersection(measures):
        return set()
    of: dict[str, Any] = {
        "ids": sorted(ids), "window": window.id, "academic_year": window.academic_year,
        "measures": sorted(asked.intersection(measures)),
    }  # fmt: skip
    rows = list(ALONE.rows(**of))
    if were_at:
        rows += ALONE_AT.rows(**of, schools=sorted(were_at))
    alone: dict[int, set[str]] = {}
    for school_id, code in rows:
        alone.setdefault(school_id, set()).add(code)
    rest: dict[int, set[str]] = {}
    for (school_id, _window), code in recorded_at([(school_id, window.id) for school_id in alone]):
        rest.setdefault(school_id, set()).add(code)
    schools = [one for one, codes in alone.items() if _sways(plans, rest.get(one, set()) - codes, codes)]
    return set(_pupils(window, schools)) - set(ids)


def brought(
    frame: Frame, ids: Collection[int], were_at: Collection[int]
) -> Iterator[tuple[AssessmentWindow, set[int]]]:
    """The same of pupils who go elsewhere now: by window, whom their results make others expected of, where
    they are now and ``were_at`` schools."""
    found: dict[int, set[str]] = {}
    rows = sa.select(SCORES.c.window_id, SCORES.c.measure).where(SCORES.c.pupil_id.in_(ids)).distinct()
    for window_id, code in db.session.execute(rows):
        found.setdefault(window_id, set()).add(code)
    for window in frame.windows:
        if others := concerned(frame, window, ids, found.get(window.id, ()), were_at):
            yield window, others


def _groups(plan: Plan) -> Iterator[tuple[str, ...]]:
    yield from (*plan.decides, *plan.also)


def _sways(plans: Collection[Plan], others: AbstractSet[str], codes: Collection[str]) -> bool:
    """Whether it matters to what some year is expected to have which of these measures are in use."""
    parts = (combinations(sorted(codes), size) for size in range(len(codes) + 1))
    in_use = [others | set(part) for part in chain.from_iterable(parts)]
    return any(
        len({narrowed(plan.expected, tuple(_groups(plan)), frozenset(), used) for used in in_use}) > 1
        for plan in plans
    )


def _pupils(window: AssessmentWindow, schools: Collection[int]) -> Iterator[int]:
    """Who goes at the schools on the window's closing date."""
    if not schools:
        return
    rows = sa.select(ENROLLED.c.pupil_id).join(CLASSES, CLASSES.c.id == ENROLLED.c.school_class_id)
    here = (CLASSES.c.school_id.in_(schools), CLASSES.c.academic_year == window.academic_year)
    there = (
        ENROLLED.c.starts_on <= window.closes_on,
        sa.or_(ENROLLED.c.ends_on.is_(None), ENROLLED.c.ends_on >= window.closes_on),
    )
    yield from db.session.scalars(rows.where(*here, *there))
