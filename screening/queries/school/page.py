"""Skolan: what a principal answers for, on one page. Never a note of the elevhälsa."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments.access.permissions import Permission, classes_open_to
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import SchoolClass
from screening.queries.follow_up_desk import works_of
from screening.queries.follow_up_rows import (
    Classes,
    open_threads,
    place_words,
    visible_classes,
    visible_pupils,
)
from screening.queries.school.assessed import Assessed, assessed
from screening.queries.school.reported import Reported, reported
from screening.queries.thread_work import ThreadWork, steps_taken
from screening.rules.catalogue import rules_on
from screening.signal_ages import LATE

if TYPE_CHECKING:
    from screening.queries.school.flow import SchoolFlow
    from screening.queries.school.support import SupportCounts
    from screening.support.effects import EffectLine

MOST_OVERDUE = 40


@dataclass
class ClassLine:
    """A class: who is assessed in the window, and its signals without a next step by age."""

    class_id: int
    name: str
    school: str
    school_id: int
    assessed: Assessed = field(default_factory=Assessed)
    ages: Counter[str] = field(default_factory=Counter)
    overdue: int = 0


@dataclass(frozen=True)
class Overdue:
    """A step whose day has passed and that nobody has ticked off."""

    pupil_id: int
    class_id: int
    name: str
    place: str
    what: str
    due_on: date
    by: str


@dataclass(frozen=True)
class SchoolPage:
    classes: tuple[ClassLine, ...]
    overdue: tuple[Overdue, ...]  # of pupils who may be named, the oldest first
    reported: tuple[Reported, ...]
    # About pupils with protected identity, who are named on no list of the school: late steps, open reports.
    hidden_overdue: int
    hidden_reported: int
    support: "SupportCounts"
    flows: "tuple[SchoolFlow, ...]"  # a school each
    effects: "tuple[EffectLine, ...]"
    cases: Mapping[str, Any]

    @property
    def total(self) -> ClassLine:
        """All classes together."""
        whole = ClassLine(0, "", "", 0)
        for line in self.classes:
            whole.assessed.levels += line.assessed.levels
            whole.ages += line.ages
            whole.overdue += line.overdue
        return whole

    @property
    def schools(self) -> list[tuple[int, str]]:
        """Those with pupils in the window: id and name, in order."""
        return list(dict.fromkeys((one.school_id, one.school) for one in self.classes if one.assessed.pupils))

    @property
    def level_rows(self) -> list[tuple[str, tuple[int, ...]]]:
        """The classes with pupils in the window, and their counts by level; with the school where several."""
        is_one = len(self.schools) == 1
        return [
            (one.name if is_one else f"{one.name}, {one.school}", one.assessed.by_level)
            for one in self.classes
            if one.assessed.pupils
        ]

    @property
    def caution(self) -> str:
        """What stands under every table of what came of support."""
        from screening.conditional_growth import CAUTION  # brings SciPy, which no page needs at start

        return CAUTION

    @property
    def late(self) -> int:
        return self.total.ages[LATE]

    @property
    def class_ids(self) -> set[int]:
        """Where pupils are named."""
        return {row.class_id for rows in (self.overdue, self.reported) for row in rows}


def school_page(window: AssessmentWindow) -> SchoolPage:
    """The schools that the signed-in person leads. A fixed number of queries, however many pupils."""
    from screening.queries.school.flow import school_flows
    from screening.queries.school.support import support_counts
    from screening.support.effects import recent_effects  # NumPy is not loaded at the server's start

    here = visible_classes(Permission.LEAD_SCHOOL)
    pupils = visible_pupils(Permission.LEAD_SCHOOL)
    rows = open_threads(here, pupils)
    works = works_of(rows, steps_taken(pupils, rules_on(today())))
    overdue, all_reported = _overdue(rows, works, here), reported(here)
    lines = _lines(window, rows, works)
    led = dict.fromkeys(line.school_id for line in lines if line.assessed.pupils)
    return SchoolPage(
        classes=lines,
        overdue=tuple(one for one, is_protected in overdue if not is_protected)[:MOST_OVERDUE],
        reported=tuple(one for one in all_reported if not one.is_protected),
        hidden_overdue=sum(is_protected for _, is_protected in overdue),
        hidden_reported=sum(one.is_protected and one.is_open for one in all_reported),
        support=support_counts(pupils),
        flows=school_flows(list(led), window),
        effects=recent_effects(pupils),
        cases=rules_on(today()).cases,
    )


def _lines(
    window: AssessmentWindow, rows: Sequence[Any], works: Mapping[int, ThreadWork]
) -> tuple[ClassLine, ...]:
    """The classes of the window's academic year, and those that have signals now."""
    chosen = classes_open_to(Permission.LEAD_SCHOOL).options(joinedload(SchoolClass.school))
    years = sa.or_(
        SchoolClass.academic_year == window.academic_year, SchoolClass.id.in_({row.class_id for row in rows})
    )
    found = {one.id: one for one in db.session.scalars(chosen.where(years))}
    lines = {one.id: ClassLine(one.id, one.name, one.school.name, one.school_id) for one in found.values()}
    for class_id, told in assessed(window, found).items():
        lines[class_id].assessed = told
    for row in rows:
        work, line = works[row.id], lines[row.class_id]
        line.overdue += work.is_overdue
        line.ages[work.age] += work.waits and not work.is_due
    shown = [line for line in lines.values() if line.assessed.pupils or line.ages.total() or line.overdue]
    return tuple(sorted(shown, key=lambda line: (swedish_key(line.school), swedish_key(line.name))))


def _overdue(
    rows: Sequence[Any], works: Mapping[int, ThreadWork], classes: Classes
) -> list[tuple[Overdue, bool]]:
    """Every one, the oldest first, and whether the pupil is protected."""
    found = [
        (
            Overdue(
                row.pupil_id, row.class_id, row.Pupil.name, place_words(row, classes), step.label,
                step.due_on, step.by,
            ),
            row.Pupil.is_protected,
        )
        for row in rows
        for step in works[row.id].steps_since
        if step.is_overdue and step.due_on
    ]  # fmt: skip
    return sorted(found, key=lambda one: one[0].due_on)
