"""Elever att följa upp: the open signals of a function's pupils, those that wait for a step first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments import calendar
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.instruments.catalogue import Measure, measures
from screening.class_first import ClassAnswer
from screening.levels import Certainty, Level
from screening.queries.follow_up_rows import (
    Classes,
    Group,
    class_answers,
    open_threads,
    visible_classes,
    visible_pupils,
)
from screening.queries.signal_cards import Card, background, card
from screening.rules.catalogue import Step
from screening.signals import Family, Kind, need_order

PAGE = 20
GROUPED = (Family.NEED, Family.CHANGE)  # what the class answer speaks of


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; None is all."""

    school_id: int | None = None
    class_id: int | None = None
    year: int | None = None
    kind: str | None = None
    is_handled: bool = False
    page: int = 1


@dataclass(frozen=True)
class Item:
    """A line of the list: the signal, and where its pupil goes."""

    card: Card
    name: str
    class_id: int
    class_name: str
    school_name: str
    year: str


@dataclass(frozen=True)
class ClassGroup:
    """A class that gets the answer before its pupils do."""

    class_name: str
    school_name: str
    window: str
    answer: ClassAnswer
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Choices:
    """What the filters can be set to, as (value, words)."""

    schools: tuple[tuple[int, str], ...]
    classes: tuple[tuple[int, str], ...]
    years: tuple[tuple[int, str], ...]
    kinds: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FollowUp:
    groups: tuple[ClassGroup, ...]
    items: tuple[Item, ...]  # of this page
    waiting: int
    late: int
    handled: int
    overdue: int
    pages: int
    protected: int  # signals of pupils with protected identity, kept out of lists above the class
    choices: Choices
    class_ids: tuple[int, ...]  # whose pupils stand on the page
    common_steps: tuple[Step, ...]  # that fit several at once

    @property
    def is_empty(self) -> bool:
        return not self.waiting and not self.handled


def follow_up(filters: Filters) -> FollowUp:
    """What the signed-in person follows up. About a dozen queries, however many signals there are."""
    classes = visible_classes()
    rows = open_threads(classes)
    answers = class_answers(classes, rows)
    known = background(visible_pupils())
    chosen = [row for row in rows if _fits(row, filters)]
    # Lists above the class never name a pupil with protected identity; the class's own list does.
    open_list = [row for row in chosen if filters.class_id or not row.Pupil.is_protected]
    measured = measures()
    order = sorted(open_list, key=lambda row: _newest_need_first(row, measured))
    items = [_item(row, card(row, row.AssessmentWindow, row.Pupil, known), classes) for row in order]
    waiting = [item for item in items if item.card.waits]
    handled = [item for item in items if not item.card.waits]
    windows = {row.id: row.AssessmentWindow.id for row in order}
    groups = () if filters.is_handled else _groups(waiting, windows, answers)
    grouped = {item.card.flag_id for group in groups for item in group.items}
    listed = handled if filters.is_handled else [one for one in waiting if one.card.flag_id not in grouped]
    shown = tuple(listed[(filters.page - 1) * PAGE : filters.page * PAGE])
    there = [*shown, *(item for group in groups for item in group.items)]
    return FollowUp(
        groups=groups,
        items=shown,
        waiting=len(waiting),
        late=sum(item.card.has_waited_long for item in waiting),
        handled=len(handled),
        overdue=sum(item.card.is_overdue for item in waiting),
        pages=max(1, -(-len(listed) // PAGE)),
        protected=len(chosen) - len(open_list),
        choices=_choices(classes, rows),
        class_ids=tuple(sorted({item.class_id for item in there})),
        common_steps=tuple(known.rules.offered(has_official_result=True, is_newly_arrived=False)),
    )


def _fits(row: Any, filters: Filters) -> bool:
    wanted = (
        (filters.school_id, row.school_id), (filters.class_id, row.class_id), (filters.year, row.year_now),
        (filters.kind, row.kind),
    )  # fmt: skip
    return all(want is None or want == there for want, there in wanted)


def _newest_need_first(row: Any, known: Mapping[str, Measure]) -> tuple[Any, ...]:
    """The latest window first; within it the order of need, and then names."""
    level = row.window_level or Level.NOT_DETERMINED
    order = need_order(
        row.level, level, Certainty(row.certainty or "unknown"), *_distance_and_movement(row, known)
    )
    return (-int(row.place.replace("/", "")), *order, swedish_key(row.Pupil.name), row.id)


def _distance_and_movement(row: Any, known: Mapping[str, Measure]) -> tuple[float | None, float | None]:
    """How far below its goal the worst measure is, and its fall, as shares of the measure's range."""
    distances, changes = [], []
    for told in row.evidence.get("measures", []):
        measure = known[told["measure"]]
        sign, span = (1 if measure.higher_is_better else -1), float(measure.maximum - measure.minimum)
        if told.get("goal_from") is not None:
            distances.append((told["goal_from"] - told["value"]) * sign / span)
        if told.get("previous") is not None:
            changes.append((told["value"] - told["previous"]) * sign / span)
    return max(distances, default=None), min(changes, default=None)


def _item(row: Any, told: Card, classes: Classes) -> Item:
    school_class = classes[row.class_id]
    return Item(
        card=told,
        name=row.Pupil.name,
        class_id=row.class_id,
        class_name=school_class.name,
        school_name=school_class.school.name,
        year=calendar.year_label(row.year_now, school_class.academic_year),
    )


def _groups(
    waiting: Sequence[Item], windows: Mapping[int, int], answers: Mapping[Group, ClassAnswer]
) -> tuple[ClassGroup, ...]:
    """Classes that get the answer first, with their signals of level 2 and 1; level 3 is shown one by one."""
    grouped: dict[Group, list[Item]] = {}
    for item in waiting:
        place = item.class_id, windows[item.card.flag_id]
        if item.card.family in GROUPED and place in answers and answers[place].is_first:
            grouped.setdefault(place, []).append(item)
    return tuple(
        ClassGroup(
            its[0].class_name, its[0].school_name, its[0].card.window, answers[place],
            tuple(item for item in its if (item.card.level or 0) < 3),
        )
        for place, its in grouped.items()
    )  # fmt: skip


def _choices(classes: Classes, rows: Sequence[Any]) -> Choices:
    schools = {one.school_id: one.school.name for one in classes.values()}
    several = len(schools) > 1
    named = [(one.id, f"{one.name}, {one.school.name}" if several else one.name) for one in classes.values()]
    year = calendar.academic_year_on(today())
    years = sorted({row.year_now for row in rows})
    there = {row.kind for row in rows}
    return Choices(
        schools=tuple(sorted(schools.items(), key=lambda one: swedish_key(one[1]))) if several else (),
        classes=tuple(sorted(named, key=lambda one: swedish_key(one[1]))),
        years=tuple((one, calendar.year_label(one, year)) for one in years),
        kinds=tuple((kind.value, kind.label) for kind in Kind if kind.value in there),
    )
