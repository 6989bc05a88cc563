"""A published set as the file it could have been read from, so that it can be changed and taken in again."""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
import tomli_w

from assessments.database import db
from assessments.models import Season
from screening.benchmarks.checks import SET_KEYS, Content
from screening.benchmarks.files import NUMBERS
from screening.models import BenchmarkSet, BenchmarkWindow, Composite, Cut

SEASONS = list(Season)


def content_of(benchmark_set: BenchmarkSet) -> Content:
    """What a file of the set says, sections in order of year and season. Three queries."""
    where = {"benchmark_set_id": benchmark_set.id}
    windows = db.session.scalars(sa.select(BenchmarkWindow).filter_by(**where).order_by(BenchmarkWindow.id))
    composites = db.session.scalars(sa.select(Composite).filter_by(**where).order_by(Composite.id))
    cuts = db.session.scalars(sa.select(Cut).filter_by(**where).order_by(Cut.id))
    named = {key: getattr(benchmark_set, key) for key in (*SET_KEYS, "note")}
    content: Content = {
        "set": named,
        "window": [_window(row) for row in sorted(windows, key=_in_time)],
        "composite": [_composite(row) for row in sorted(composites, key=_in_time)],
        "cut": [_cut(row) for row in cuts],
    }
    return {section: entries for section, entries in content.items() if entries}


def as_toml(content: Content) -> str:
    """The text of the file. Whole numbers are written without decimals."""
    return tomli_w.dumps(_plain(content))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def _in_time(row: Cut | BenchmarkWindow | Composite) -> tuple[int, int]:
    return row.year, SEASONS.index(row.season)


def _place(row: Cut | BenchmarkWindow | Composite) -> Content:
    return {"year": row.year, "season": row.season.value}


def _window(row: BenchmarkWindow) -> Content:
    decided = {"composite": row.composite} if row.composite else {"decides": row.decides, "also": row.also}
    return {**_place(row), **decided, "expected": row.expected}


def _composite(row: Composite) -> Content:
    return {
        "code": row.code,
        **_place(row),
        "weights": {part: Decimal(number) for part, number in row.weights.items()},
        "divide": {part: Decimal(number) for part, number in row.divide.items()},
        **{key: Decimal(getattr(row, key)) for key in ("mean", "sd", "scale", "constant")},
    }


def _cut(row: Cut) -> Content:
    limits = {key: getattr(row, key) for key in NUMBERS if getattr(row, key) is not None}
    told = {key: getattr(row, key) for key in ("status", "near_status", "source")}
    return {"measure": row.measure, **_place(row), **limits, **told}
