"""What is being done at a school: signals by age, next steps, groups and support, as they stand today."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments import calendar
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, School, SchoolClass
from assessments.roster.narrowing import NARROWED
from assessments.words import counted
from reports.figures.school import Counted, SignalLine
from screening.models import ReadingGroup, ReadingGroupSet
from screening.queries.follow_up_desk import works_of
from screening.queries.follow_up_rows import open_threads
from screening.queries.school.support import SupportCounts, support_counts
from screening.queries.thread_work import StepTaken, ThreadWork, steps_taken
from screening.rules.catalogue import rules_on
from screening.signal_ages import AGES, LATE

PLANNED, OVERDUE = "planerat", "försenat"


@dataclass(frozen=True)
class Work:
    """The school's present classes by id, each with the work of its open signals; and support."""

    classes: Mapping[int, SchoolClass]
    threads: Mapping[int, Sequence[ThreadWork]]
    support: SupportCounts

    @property
    def late(self) -> int:
        """Signals that have waited more than ten school days for a next step."""
        return sum(_by_age(works)[LATE] for works in self.threads.values())


def work_at(school: School) -> Work:
    """About a dozen queries."""
    rows = db.session.scalars(
        sa.select(SchoolClass)
        .where(
            SchoolClass.school_id == school.id,
            SchoolClass.academic_year >= calendar.academic_year_on(today()),
        )
        .options(joinedload(SchoolClass.school))
    )
    classes = {one.id: one for one in rows}
    pupils = sa.select(Enrolment.pupil_id).where(
        Enrolment.school_class_id.in_(list(classes)),
        Enrolment.pupil_id.not_in(NARROWED),
        sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today()),
    )
    signals = open_threads(classes, pupils)
    works = works_of(signals, steps_taken(pupils, rules_on(today())))
    threads: defaultdict[int, list[ThreadWork]] = defaultdict(list)
    for signal in signals:
        threads[signal.class_id].append(works[signal.id])
    return Work(classes, threads, support_counts(pupils))


def signal_lines(work: Work, window: AssessmentWindow) -> tuple[SignalLine, ...]:
    """The classes with signals or groups, in order. One query."""
    groups = _groups(work, window)
    named = sorted(work.classes.values(), key=lambda one: swedish_key(one.name))
    told = [
        SignalLine(
            one.name,
            tuple(_by_age(work.threads.get(one.id, ()))[age] for age in AGES),  # type: ignore[arg-type]  # three
            sum(thread.is_overdue for thread in work.threads.get(one.id, ())),
            groups.get(one.id, ""),
        )
        for one in named
    ]
    return tuple(line for line in told if sum(line.ages) or line.overdue or line.groups)


def steps_of(work: Work) -> tuple[Counted, ...]:
    """The steps of open signals by kind and by how far they have come."""
    found = Counter(
        (step.label, _state(step))
        for threads in work.threads.values()
        for thread in threads
        for step in thread.steps_since
    )
    return _told(found)


def running_support(work: Work) -> tuple[Counted, ...]:
    return _told(Counter(dict(work.support.running)))


def ended_support(work: Work) -> tuple[Counted, ...]:
    return _told(Counter(dict(work.support.ended)))


def _by_age(threads: Sequence[ThreadWork]) -> Counter[str]:
    """Signals that wait for a next step, by age; those whose day of follow-up has come stand as overdue."""
    return Counter(one.age for one in threads if one.waits and not one.is_due)


def _state(step: StepTaken) -> str:
    if step.ended is not None:
        return step.ended.word
    return OVERDUE if step.is_overdue else PLANNED


def _told(found: Counter[tuple[str, str]]) -> tuple[Counted, ...]:
    in_order = sorted(found.items(), key=lambda one: (swedish_key(one[0][0]), one[0][1]))
    return tuple(Counted(what, state, count) for (what, state), count in in_order)


def _groups(work: Work, window: AssessmentWindow) -> dict[int, str]:
    """The latest saved groups of each class in the window: how many, and when."""
    rows: Sequence[Any] = db.session.execute(
        sa.select(ReadingGroupSet.school_class_id, ReadingGroupSet.saved_on, sa.func.count())
        .join(ReadingGroup, ReadingGroup.reading_group_set_id == ReadingGroupSet.id)
        .where(
            ReadingGroupSet.school_class_id.in_(list(work.classes)), ReadingGroupSet.window_id == window.id
        )
        .group_by(ReadingGroupSet.school_class_id, ReadingGroupSet.saved_on, ReadingGroupSet.id)
        .order_by(ReadingGroupSet.saved_on, ReadingGroupSet.id)
    ).all()
    return {class_id: f"{counted(count, 'grupp', 'grupper')} {day}" for class_id, day, count in rows}
