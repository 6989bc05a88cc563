"""Measures, standards and sheets for tests of the rules: each test names only what differs."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from screening.judging import Judged, judge
from screening.levels import Level, Limits, thousandths
from screening.periods import Period
from screening.standards import Mark, Sheet, Standard, Yardstick

LETTERS = {
    "f": Mark.ABSENT, "a": Mark.DECLINED, "u": Mark.EXEMPT, "s": Mark.OTHER_LANGUAGE,
    "o": Mark.INVALID, "k": Mark.NOT_YET_ABLE,
}  # fmt: skip
Cell = float | str | None
"""Points, a letter, or nothing."""


def limits(near: Any = None, goal: Any = None, above: Any = None, **more: Any) -> Limits:
    found = [None if limit is None else Decimal(str(limit)) for limit in (near, goal, above)]
    return Limits(*found, **more)


def measure(
    code: str,
    found: Limits | None = None,
    *,
    low: int = 0,
    high: int = 100,
    sem: float | None = None,
    **more: Any,
) -> Yardstick:
    """A measure from 0 to 100, of fluency, better the higher, unless said otherwise."""
    return Yardstick(
        **{
            "code": code,
            "name": code.capitalize(),
            "area": "fluency",
            "area_word": "läsflyt",
            "minimum": low * 1000,
            "maximum": high * 1000,
            "unit": "poäng",
            "sem": None if sem is None else thousandths(Decimal(str(sem))),
            "limits": found,
            "higher_is_better": found is None or found.higher_is_better,
            "source": "en studie",
            **more,
        }
    )


def standard(*measures: Yardstick, decides: Sequence[Sequence[str]] | None = None, **more: Any) -> Standard:
    """One group with the first measure decides, unless said otherwise."""
    groups = [[measures[0].code]] if decides is None else decides
    return Standard(measures, decides=tuple(tuple(group) for group in groups), **more)


def sheet(rule: Standard, *rows: Mapping[str, Cell]) -> Sheet:
    """One row per pupil: what stands in each cell."""
    filled = Sheet.blank(len(rows), len(rule.measures))
    for row, cells in enumerate(rows):
        for code, cell in cells.items():
            place = row, rule.column(code)
            if isinstance(cell, str):
                filled.marks[place] = LETTERS[cell]
            elif cell is not None:
                filled.marks[place] = Mark.POINTS
                filled.points[place] = thousandths(Decimal(str(cell)))
    return filled


def judged(rule: Standard, *rows: Mapping[str, Cell]) -> Judged:
    return judge(rule, sheet(rule, *rows))


def words(ranks: Any) -> list[str]:
    """Ranks as the words of files and JSON."""
    return [str(Level.of(int(rank))) for rank in ranks]


def period(rule: Standard, *rows: Mapping[str, Cell], **more: Any) -> Period:
    """A window of 2026/27 where everybody goes in grundskola and the make-up days have not passed."""
    filled = more.pop("sheet", None) or sheet(rule, *rows)
    n = len(filled.marks)
    expected = np.zeros(filled.marks.shape, np.bool_)
    for code in more.pop("expected", ()):
        expected[:, rule.column(code)] = True
    everybody = np.ones(n, np.bool_)
    is_due = np.full(n, more.pop("is_due", False), np.bool_)
    return Period(
        **{
            "code": "2026/27-autumn",
            "academic_year": "2026/27",
            "opens_on": date(2026, 9, 1),
            "sheet": filled,
            "judged": judge(rule, filled),
            "year": np.full(n, 1, np.int8),
            "standards": {1: rule},
            "is_judged": everybody,
            "is_counted": everybody,
            "expected": expected,
            "is_due": is_due,
            "gives_signals": True,
            "observations": {},
            **more,
        }
    )


def school_year(rule: Standard, *windows: Sequence[Mapping[str, Cell]], **more: Any) -> list[Period]:
    """Autumn, winter and spring of one academic year."""
    names = ("autumn", "winter", "spring")
    months = (date(2026, 9, 1), date(2027, 1, 15), date(2027, 4, 20))
    return [
        period(rule, *rows, code=f"2026/27-{name}", opens_on=opens_on, **more)
        for rows, name, opens_on in zip(windows, names, months, strict=False)
    ]
