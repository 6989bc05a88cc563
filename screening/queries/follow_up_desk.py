"""The open signals sorted as on a desk: due, answered as a class, one by one, and with a next step."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.clock import today
from assessments.instruments.catalogue import measures
from screening.class_first import ClassAnswer
from screening.queries.follow_up_order import Filters, newest_need_first
from screening.queries.follow_up_rows import Group
from screening.queries.follow_up_shown import Counts
from screening.queries.other_work import OtherWork
from screening.queries.thread_work import StepTaken, Thread, ThreadWork, waits_since
from screening.reviewing import FAR_BELOW
from screening.rules.catalogue import rules_on
from screening.signal_ages import LATE, Ages
from screening.signals import Family, FlagState

GROUPED = (Family.NEED, Family.CHANGE)  # what the class answer speaks of
Answers = Mapping[Group, ClassAnswer]


@dataclass(frozen=True)
class Desk:
    """Rows of ``open_threads`` that the filters let through. ``works`` by signal id.

    ``grouped``: classes that get the answer first, also those where only signals of level 3 wait.
    """

    works: Mapping[int, ThreadWork]
    due: Sequence[Any]  # the oldest day first
    grouped: Mapping[Group, Sequence[Any]]
    single: Sequence[Any]  # the newest need first, as are those handled
    handled: Sequence[Any]
    protected: int

    @classmethod
    def sort_out(
        cls,
        rows: Sequence[Any],
        steps: Mapping[Thread, tuple[StepTaken, ...]],
        answers: Answers,
        filters: Filters,
    ) -> "Desk":
        chosen = [row for row in rows if filters.fit_place(row) and filters.kind in (None, row.kind)]
        works = works_of(chosen, steps)
        chosen = [row for row in chosen if filters.age in (None, works[row.id].age)]
        known = measures()
        named = sorted(filter(filters.may_name, chosen), key=lambda row: newest_need_first(row, known))
        waiting = [row for row in named if works[row.id].waits]
        grouped = _grouped(waiting, works, answers)
        apart = {row.id for its in grouped.values() for row in its}
        left = [row for row in waiting if row.id not in apart]
        return cls(
            works=works,
            due=sorted(
                (row for row in left if works[row.id].is_due), key=lambda row: works[row.id].due_since
            ),
            grouped=grouped,
            single=[row for row in left if not works[row.id].is_due],
            handled=[row for row in named if not works[row.id].waits],
            protected=len(chosen) - len(named),
        )

    def counts(self, consultations: int, other: Sequence[OtherWork]) -> Counts:
        in_groups = [row for its in self.grouped.values() for row in its]
        waiting = [self.works[row.id] for row in [*self.single, *in_groups] if not self.works[row.id].is_due]
        due = [self.works[row.id] for row in [*self.due, *in_groups] if self.works[row.id].is_due]
        return Counts(
            signals=len(waiting),
            late=sum(work.age == LATE for work in waiting),
            due=len(due),
            overdue=sum(work.is_overdue for work in due),
            handled=len(self.handled),
            consultations=consultations,
            other=len(other),
            other_overdue=sum(one.is_overdue for one in other),
        )


def works_of(rows: Collection[Any], steps: Mapping[Thread, tuple[StepTaken, ...]]) -> dict[int, ThreadWork]:
    """The work that each row of ``open_threads`` is, by signal id. At most one query."""
    ages, works = Ages.fetch(), {}
    for row in rows:
        its = steps.get((row.pupil_id, Family(row.family)), ())
        since = waits_since(row, row.began_at, its)
        works[row.id] = ThreadWork(
            flag_id=row.id,
            state=FlagState(row.state),
            since=since,
            age=ages.of(row.Pupil.municipality_id, since),
            steps=its,
        )
    return works


def class_codes() -> set[str]:
    """The steps that answer a class as a class."""
    return {step.code for step in rules_on(today()).for_class()}


def _grouped(
    waiting: Sequence[Any], works: Mapping[int, ThreadWork], answers: Answers
) -> dict[Group, list[Any]]:
    """Level 2 and 1 of the classes that get the answer first; level 3 is shown one by one.

    A signal whose own follow-up has come stands with the follow-ups, unless its class was answered as one.
    """
    grouped: dict[Group, list[Any]] = {}
    as_class = class_codes()
    for row in waiting:
        place, due = (row.class_id, row.window_id), works[row.id].due
        if row.family in GROUPED and place in answers and answers[place].is_first:
            its = grouped.setdefault(place, [])
            if (row.level or 0) < FAR_BELOW and all(step.kind in as_class for step in due):
                its.append(row)
    return grouped
