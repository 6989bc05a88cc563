"""What this room asks of the rooms above, without importing them: they are connected in app.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, cast

import sqlalchemy as sa
from flask import current_app

from assessments.models import AssessmentWindow


@dataclass(frozen=True)
class CellLevel:
    """The level of one score as a sheet shows it: word for people, shape's name, code for scripts."""

    code: str
    word: str
    shape: str


@dataclass(frozen=True)
class LimitSource:
    """A source, and in words the limits that rest on it."""

    name: str
    limits: tuple[str, ...]


@dataclass(frozen=True)
class ClassCounts:
    """What "Mina klasser" says of a class in a window: signals that have reached the inbox or wait."""

    to_follow_up: int
    waiting_for_hand_in: int


class Screening(Protocol):
    """What screening knows that sheets and lists of this room show."""

    def expected_measures(self, window: AssessmentWindow, years: set[int]) -> list[str]:
        """Codes of the measures the window's set expects of these years."""

    def expected_at(
        self, window: AssessmentWindow, places: set[tuple[int, int]]
    ) -> dict[tuple[int, int], list[str]]:
        """The same for each (school id, year), narrowed to what the school uses, so that the sheet and
        the signal "Resultat saknas" never disagree. A fixed number of queries."""

    def limits(
        self, window: AssessmentWindow, years: set[int]
    ) -> dict[tuple[str, int], dict[str, Decimal | None]]:
        """Limits by measure and year, for the sheet: near_from, goal_from, above_from."""

    def limit_sources(self, window: AssessmentWindow, places: Sequence[tuple[str, int]]) -> list[LimitSource]:
        """What the limits of each (measure, year) rest on, in the order given."""

    def cell_levels(
        self, window: AssessmentWindow, cells: list[tuple[str, int, Decimal]]
    ) -> list[CellLevel | None]:
        """The level of each (measure, year, points), in order; None where there are no limits."""

    def may_see(self, pupil_id: int, window: AssessmentWindow) -> bool:
        """Whether the pupil's results of the window are open where the pupil goes now: what was before a move
        is not, until it has been handed over."""

    def is_open(self, pupil_id: Any, window_id: Any, seen_from: AssessmentWindow) -> sa.ColumnElement[bool]:
        """The same as a condition on rows of a pupil and a window, on a page about another one."""

    def class_counts(self, window: AssessmentWindow, class_ids: list[int]) -> dict[int, ClassCounts]:
        """Signals per class."""


def screening() -> Screening:
    return cast(Screening, current_app.extensions["lasspar.screening"])
