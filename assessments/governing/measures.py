"""Measures switched on and off by the initiative: for a year, a window, a school, or all of them.

Beside what the benchmark set expects and what a school says of itself. What is more particular goes first: a
school before all, a window before every window, a year before every year. Of two about the same the latest.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

import sqlalchemy as sa

from assessments.access.governed import NO, YES, GovernedSetting
from assessments.database.questions import Question
from assessments.governing.choosing import LONGEST_REASON, NO_REASON, About, note_choice
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow
from assessments.one_line import one_line
from assessments.refusals import Refused
from assessments.writes import Recorder

MEASURE, NO_EXCEPTION = "measure", "no_exception"
ROWS = cast(sa.Table, GovernedSetting.__table__)
# Asked at every save: built once, of the table, with no values.
SAID = Question(
    sa.select(
        ROWS.c.about, ROWS.c.year, ROWS.c.window_id, ROWS.c.school_id, ROWS.c.value,
        ROWS.c.valid_from,
    )
    .where(ROWS.c.code == sa.literal_column(f"'{MEASURE}'"))
    .order_by(ROWS.c.valid_from, ROWS.c.id)
)  # fmt: skip


@dataclass(frozen=True)
class Switch:
    """One choice. None: every year, every window that opens on the day or later, every school."""

    measure: str
    year: int | None
    window_id: int | None
    school_id: int | None
    value: str
    valid_from: date

    @property
    def place(self) -> tuple[str, int | None, int | None, int | None]:
        return self.measure, self.year, self.window_id, self.school_id

    @property
    def weight(self) -> tuple[bool, bool, bool]:
        return self.school_id is not None, self.window_id is not None, self.year is not None

    def is_about(self, window_id: int, opens_on: date, school_id: int, year: int) -> bool:
        return (
            self.school_id in (None, school_id)
            and self.year in (None, year)
            and (self.window_id == window_id if self.window_id is not None else self.valid_from <= opens_on)
        )


@dataclass(frozen=True)
class Switches:
    """Every choice there is, the oldest first."""

    said: tuple[Switch, ...]

    @classmethod
    def fetch(cls) -> "Switches":
        """One query."""
        return cls(tuple(Switch(*row) for row in SAID.values()))

    def of(self, window: AssessmentWindow, school_id: int, year: int) -> dict[str, bool]:
        """By measure whether it is on or off there, of those that somebody has said so of."""
        if not self.said:
            return {}
        about = [one for one in self.said if one.is_about(window.id, window.opens_on, school_id, year)]
        last = {one.place: one for one in about}  # of two about the same, the one said last
        standing = (one for one in last.values() if one.value != NO_EXCEPTION)
        held = {one.measure: one.value == YES for one in sorted(standing, key=lambda one: one.weight)}
        known = measures()
        return {code: is_on for code, is_on in held.items() if not is_on or year in known[code].years}

    def applied(
        self, expected: Collection[str], window: AssessmentWindow, school_id: int, year: int
    ) -> frozenset[str]:
        """What is expected there after all."""
        if not self.said:
            return frozenset(expected)
        said = self.of(window, school_id, year)
        on = {code for code, is_on in said.items() if is_on}
        return frozenset((set(expected) | on) - (said.keys() - on))

    def off(self, window: AssessmentWindow, places: Iterable[tuple[int, int]]) -> set[str]:
        """The measures that are switched off at each of the (school id, year)."""
        found = [{code for code, is_on in self.of(window, *one).items() if not is_on} for one in places]
        return set.intersection(*found) if found else set()


def switch(
    code: str, value: str, about: About, valid_from: date, reason: str, by: Recorder
) -> GovernedSetting:
    """Let a measure be on (YES) or off (NO), or take back what was said there. Flushes. Raises Refused."""
    measure = measures().get(code)
    if measure is None or value not in (YES, NO, NO_EXCEPTION):
        raise Refused("Välj ett mått, och om det ska vara på eller av.")
    if value == YES and about.year is not None and about.year not in measure.years:
        raise Refused(f"{measure.name} är inte gjort för den årskursen.")
    where = About(code, about.year, about.window_id, None, about.school_id)
    why = one_line(reason, LONGEST_REASON, NO_REASON)
    return note_choice(MEASURE, value, by, where, reason=why, valid_from=valid_from)
