"""Elever att följa upp: the inbox of a function. What waits for it today, and what has a next step."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from assessments import calendar
from assessments.clock import today
from assessments.roster.models import Pupil, SchoolClass
from screening.class_first import ClassAnswer
from screening.queries.consultations import waiting_consultations
from screening.queries.follow_up_desk import Desk, class_codes
from screening.queries.follow_up_order import (
    CONSULTATIONS,
    EVERYTHING,
    FOLLOW_UPS,
    SIGNALS,
    Filters,
    choices,
)
from screening.queries.follow_up_rows import (
    Classes,
    class_answers,
    open_threads,
    visible_classes,
    visible_pupils,
)
from screening.queries.follow_up_shown import ClassGroup, FollowUp, Item
from screening.queries.functions_held import functions_held
from screening.queries.other_work import other_work
from screening.queries.signal_cards import background, card
from screening.queries.thread_work import StepTaken, Thread, steps_taken
from screening.rules.catalogue import rules_on

PAGE = 20
A_FEW = 8  # of what stands before the signals, while everything is shown
CLASSES = 6  # that get the answer first, on a page
T = TypeVar("T")


def follow_up(filters: Filters) -> FollowUp:
    """What the signed-in person follows up. A fixed number of queries, however many signals there are."""
    classes, rules = visible_classes(), rules_on(today())
    rows = open_threads(classes)
    steps = steps_taken(visible_pupils(), rules)
    answers = class_answers(classes, rows)
    windows = {row.window_id: row.AssessmentWindow.label for row in rows}
    desk = Desk.sort_out(rows, steps, answers, filters)
    samrad, other = waiting_consultations(classes, filters), other_work(classes, filters)
    asked = [row for row in samrad if row.is_mine]
    due = _shown(desk.due, FOLLOW_UPS, filters)
    groups = _shown(list(desk.grouped), SIGNALS, filters, CLASSES)
    listed = _listed(desk, filters)
    items = _items([*due, *(row for one in groups for row in desk.grouped[one]), *listed], classes, steps)
    return FollowUp(
        functions=functions_held(),
        consultations=tuple(_shown(asked if filters.show == EVERYTHING else samrad, CONSULTATIONS, filters)),
        open_consultations=len(samrad),
        other=tuple(_shown(other, FOLLOW_UPS, filters)),
        follow_ups=tuple(items[row.id] for row in due),
        groups=tuple(
            _group(
                classes[one[0]], windows[one[1]], answers[one], [items[row.id] for row in desk.grouped[one]]
            )
            for one in groups
        ),
        items=tuple(items[row.id] for row in listed),
        counts=desk.counts(consultations=len(asked), other=other),
        pages=_pages(desk, filters, len(samrad), len(other)),
        protected=desk.protected,
        choices=choices(classes, rows),
        common_steps=tuple(rules.offered(has_official_result=True, is_newly_arrived=False)),
        class_steps=tuple(rules.for_class()),
    )


def _shown(rows: Sequence[T], part: str, filters: Filters, size: int = PAGE) -> Sequence[T]:
    """This page's of a part: all of it when asked for alone, the first few before the signals."""
    if not filters.shows(part):
        return ()
    if part != SIGNALS and filters.show == EVERYTHING:
        return rows[:A_FEW] if filters.page == 1 else ()
    return rows[(filters.page - 1) * size : filters.page * size]


def _listed(desk: Desk, filters: Filters) -> Sequence[Any]:
    """The signals one by one: those that wait, or those that have a next step."""
    if filters.is_handled:
        return desk.handled[(filters.page - 1) * PAGE : filters.page * PAGE]
    return _shown(desk.single, SIGNALS, filters)


def _pages(desk: Desk, filters: Filters, consultations: int, other: int) -> int:
    if filters.is_handled:
        counts = [(len(desk.handled), PAGE)]
    elif filters.shows(SIGNALS):
        counts = [(len(desk.single), PAGE), (len(desk.grouped), CLASSES)]
    elif filters.show == CONSULTATIONS:
        counts = [(consultations, PAGE)]
    else:
        counts = [(len(desk.due), PAGE), (other, PAGE)]
    return max(1, *(-(-count // size) for count, size in counts))


def _items(
    rows: Sequence[Any], classes: Classes, steps: Mapping[Thread, tuple[StepTaken, ...]]
) -> dict[int, Item]:
    """The lines of the page. Cards are made for these pupils only."""
    pupils = sa.select(Pupil.id).where(Pupil.id.in_({row.pupil_id for row in rows}))
    known = background(pupils, steps)
    return {
        row.id: Item(
            card=card(row, row.AssessmentWindow, row.Pupil, known, row.began_at),
            name=row.Pupil.name,
            class_id=row.class_id,
            class_name=classes[row.class_id].name,
            school_name=classes[row.class_id].school.name,
            year=calendar.year_label(row.year_now, classes[row.class_id].academic_year),
        )
        for row in rows
    }


def _group(school_class: SchoolClass, window: str, answer: ClassAnswer, items: Sequence[Item]) -> ClassGroup:
    as_class = class_codes()
    due = [step for item in items for step in item.card.due if step.kind in as_class]
    return ClassGroup(
        class_id=school_class.id,
        class_name=school_class.name,
        school_name=school_class.school.name,
        window=window,
        answer=answer,
        items=tuple(items),
        answered=due[0] if due else None,
    )
