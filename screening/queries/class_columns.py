"""The columns of a class overview: each measure, its goal, and how the class is spread over the levels."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from assessments import calendar
from assessments.words import decimal
from screening.levels import Level
from screening.queries.class_material import Classmate, ClassMaterial
from screening.queries.shown import MISSING, MISSING_WORD, Shown, shown_score

NO_LIMIT = "no_limit"
BAR = (
    *(level.value for level in reversed(Level) if level is not Level.NOT_DETERMINED), NO_LIMIT, MISSING,
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A piece of a bar: its level, how many, and where it begins and ends in percent."""

    code: str
    count: int
    start: float
    width: float


@dataclass(frozen=True)
class Column:
    """``labels`` counts what has no limits, by the measure's own words."""

    code: str
    name: str
    unit: str
    goal: str
    bar: tuple[Part, ...]
    labels: tuple[tuple[str, int], ...]


def columns_of(material: ClassMaterial) -> list[str]:
    """What is expected of anybody, and what somebody has a record of, in reading order."""
    asked = {code for codes in material.expected.values() for code in codes}
    asked |= {measure for _pupil, measure in material.scores}
    return [code for code in material.known if code in asked]


def column(material: ClassMaterial, code: str) -> Column:
    """Counts are of those the measure is for, also those not assessed; own goals are in no share."""
    measure = material.known[code]
    cells = [
        cell(material, mate, code)
        for mate in material.classmates
        if not mate.has_own_goals and _is_asked(material, mate, code)
    ]
    words = Counter(one.text for one in cells if one.code is None)
    told = [(label, words[label]) for label in measure.labels if words[label]]
    return Column(
        code, measure.name, measure.unit, _goals(material, code),
        bar_of(one.code or NO_LIMIT for one in cells), tuple(told),
    )  # fmt: skip


def bar_of(codes: Iterable[str]) -> tuple[Part, ...]:
    """Counts as pieces of one bar, the best level first and what is missing last."""
    told = list(codes)
    parts, start = [], 0.0
    for code in BAR:
        count = told.count(code)
        if count:
            width = 100 * count / len(told)
            parts.append(Part(code, count, start, width))
            start += width
    return tuple(parts)


def years_asked(material: ClassMaterial, code: str) -> list[int]:
    """The years of those the measure is for, lowest first: whose limits are used here."""
    return sorted({mate.year for mate in material.classmates if _is_asked(material, mate, code)})


def cell(material: ClassMaterial, mate: Classmate, code: str) -> Shown:
    """What stands in the cell, as it is shown."""
    score = material.scores.get((mate.id, code))
    if score is None:
        return Shown("", MISSING, MISSING_WORD, is_asked_for=_is_asked(material, mate, code))
    shown = shown_score(score, material.window, material.standards)
    if mate.has_own_goals and not shown.is_missing:
        return Shown(shown.text, None, "Ingen nivå", shown.assessed_on)
    return shown


def _goals(material: ClassMaterial, code: str) -> str:
    """``mål 35``, or in a mixed class one goal a year."""
    measure = material.known[code]
    told = {}
    for year in years_asked(material, code):
        cut = material.standards.cut(material.window, code, year)
        goals = [cut.limits.goal_from, cut.limits.near_from] if cut else []
        goal = next((one for one in goals if one is not None), None)
        if goal is not None:
            told[year] = measure.shown(goal) if measure.labels else decimal(goal)
    if len(set(told.values())) <= 1:
        return f"mål {next(iter(told.values()))}" if told else ""
    year_of = {year: calendar.year_label(year, material.window.academic_year) for year in told}
    parts = [f"{goal} ({year_of[year]})".replace(" ", "\u00a0") for year, goal in told.items()]
    return f"mål {', '.join(parts)}"


def _is_asked(material: ClassMaterial, mate: Classmate, code: str) -> bool:
    return code in material.expected.get(mate.year, frozenset()) or (mate.id, code) in material.scores
