"""What the example is made from, read from the TOML files beside this module."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from assessments import calendar

HERE = Path(__file__).parent


@dataclass(frozen=True)
class SchoolPlan:
    """A school of the example; the fields are told at the top of schools.toml."""

    name: str
    municipality: str
    code: str
    phone: str
    years: tuple[int, int]
    letters: tuple[str, ...]
    pupils: int
    mixed: tuple[tuple[int, ...], ...] = ()
    measures: tuple[str, ...] = ()
    reading: float = 0.0
    languages: float = 1.0
    weaker_class: str = ""

    def teaches(self, year: int) -> bool:
        return self.years[0] <= year <= self.years[1]

    def class_name(self, year: int, letter: str) -> str:
        """``2A``, ``F``, or ``1-3`` where years share a class."""
        for shared in self.mixed:
            if year in shared:
                return f"{_sign(shared[0])}-{_sign(shared[-1])}{letter}"
        return f"{_sign(year)}{letter}"


@dataclass(frozen=True)
class WindowPlan:
    code: str
    opens: date
    closes: date

    @property
    def academic_year(self) -> str:
        return self.code.rpartition("-")[0]

    @property
    def season(self) -> str:
        return self.code.rpartition("-")[2]


@dataclass(frozen=True)
class Language:
    """Names of one language; the fields are told at the top of names.toml."""

    name: str
    share: float
    letters: str
    sva: float
    arrives: float
    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True)
class Shows:
    """How reading shows on one measure; the fields are told at the top of growth.toml."""

    measure: str
    language: float
    error: float
    stations: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Plan:
    """Everything the example is made from."""

    today: date
    makeup_days: int
    schools: tuple[SchoolPlan, ...]
    windows: tuple[WindowPlan, ...]
    languages: tuple[Language, ...]
    measures: tuple[Shows, ...]
    everywhere: tuple[str, ...]
    stories: dict[str, Any]
    staff: dict[str, Any]

    @property
    def academic_years(self) -> list[str]:
        return sorted({window.academic_year for window in self.windows})

    def school(self, code: str) -> SchoolPlan:
        return next(school for school in self.schools if school.code == code)


@cache
def plan() -> Plan:
    windows, growth = _toml("windows"), _toml("growth")
    return Plan(
        today=windows["today"],
        makeup_days=windows["makeup_days"],
        schools=tuple(SchoolPlan(**_frozen(school)) for school in _toml("schools")["school"]),
        windows=tuple(WindowPlan(**window) for window in windows["window"]),
        languages=tuple(_language(told) for told in _toml("names")["languages"]),
        measures=tuple(_shows(code, told) for code, told in growth["measure"].items()),
        everywhere=tuple(growth["everywhere"]),
        stories=_toml("stories"),
        staff=_toml("staff"),
    )


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def _frozen(told: dict[str, Any]) -> dict[str, Any]:
    return {key: _tuple(value) if isinstance(value, list) else value for key, value in told.items()}


def _tuple(values: list[Any]) -> tuple[Any, ...]:
    return tuple(_tuple(value) if isinstance(value, list) else value for value in values)


def _language(told: dict[str, Any]) -> Language:
    lists = {kind: tuple(told[kind].split(", ")) for kind in ("given", "family")}
    return Language(**{**told, **lists})


def _shows(code: str, told: dict[str, Any]) -> Shows:
    stations = {key: (value[0], value[1]) for key, value in told.items() if isinstance(value, list)}
    return Shows(code, told.get("language", 0.0), told["error"], stations)


def _sign(year: int) -> str:
    return calendar.year_label(year, "2026/27").removeprefix("åk ")
