"""What the inbox is narrowed to, and in which order it stands: the newest need first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments import calendar
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.instruments.catalogue import Measure
from screening.levels import Certainty, Level
from screening.queries.follow_up_rows import Classes
from screening.signal_ages import age_words
from screening.signals import Kind, need_order

EVERYTHING, SIGNALS, FOLLOW_UPS, CONSULTATIONS, HANDLED = "", "signals", "due", "consultations", "handled"
SHOWN = (EVERYTHING, SIGNALS, FOLLOW_UPS, CONSULTATIONS, HANDLED)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; None is all. ``show`` is one of SHOWN, ``age`` one of AGES."""

    school_id: int | None = None
    class_id: int | None = None
    year: int | None = None
    kind: str | None = None
    age: str | None = None
    show: str = EVERYTHING
    page: int = 1

    @property
    def is_handled(self) -> bool:
        return self.show == HANDLED

    def shows(self, part: str) -> bool:
        return self.show in (EVERYTHING, part)

    def fit_place(self, row: Any) -> bool:
        """Whether the pupil of the row goes where the list is narrowed to."""
        wanted = (self.school_id, row.school_id), (self.class_id, row.class_id), (self.year, row.year_now)
        return all(want is None or want == there for want, there in wanted)

    def may_name(self, row: Any) -> bool:
        """Lists above the class never name a pupil with protected identity; the class's own list does."""
        return bool(self.class_id) or not row.Pupil.is_protected


@dataclass(frozen=True)
class Choices:
    """What the filters can be set to, as (value, words)."""

    schools: tuple[tuple[int, str], ...]
    classes: tuple[tuple[int, str], ...]
    years: tuple[tuple[int, str], ...]
    kinds: tuple[tuple[str, str], ...]
    ages: tuple[tuple[str, str], ...]


def choices(classes: Classes, rows: Sequence[Any]) -> Choices:
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
        ages=tuple(age_words().items()),
    )


def newest_need_first(row: Any, known: Mapping[str, Measure]) -> tuple[Any, ...]:
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
