"""What a class is called a year later. Pure: the administrator reads every suggestion before it counts."""

import re
from collections.abc import Collection, Mapping

from assessments import calendar

FORMERLY_F = re.compile(r"(?:f-?klass(?:en)?|f|0)(?![a-zåäö]{2})", re.IGNORECASE)  # F, FA, F-klass, 0A
MIXED = re.compile(r"(F|\d)( ?[-–/] ?)(\d)(?!\d)", re.IGNORECASE)  # F-1, 1-2, 2/3
LAST_YEAR = 9
EVERY_SCHOOL_TEACHES = 3  # a school that ends ends with this årskurs or a later one


def number(year: int, academic_year: str) -> str:
    """How a grade index begins the name of a class: ``F``, ``1``; from 2028/29 one more."""
    return calendar.year_label(year, academic_year).removeprefix("åk ")


def next_name(name: str, year: int, academic_year: str) -> str:
    """``1A`` becomes ``2A``, ``F-klass B`` becomes ``1B``; a name without its year stays.

    ``year`` is the grade index of the pupils in ``academic_year``.
    """
    now = number(year, academic_year)
    then = number(year + 1, following(academic_year))
    found = FORMERLY_F.match(name) if now == "F" else re.match(rf"{now}(?!\d|-)", name)
    if not found:
        return name
    rest = name[found.end() :].strip(" -")
    return f"{then} {rest}" if len(rest) > 1 else f"{then}{rest}"


def following(academic_year: str) -> str:
    """``2027/28`` after ``2026/27``."""
    first = int(academic_year[:4]) + 1
    return f"{first}/{(first + 1) % 100:02d}"


def suggested(name: str, year: int, academic_year: str, classes: Mapping[str, Collection[int]]) -> str:
    """The class that pupils of one class and year go in next, ``""`` where they leave the school.

    ``classes``: the school's classes in ``academic_year``, each with the grade indices of its pupils.
    A school that has nobody in the next year ends here, if schools do. A mixed class keeps those it may
    keep. Its oldest, and those of a class with one year, go on to where the next year is taught: in a mixed
    class where no other class has it, called alike if there is one.
    """
    years = classes[name]
    taught = {one for held in classes.values() for one in held}
    if year == LAST_YEAR or (year >= EVERY_SCHOOL_TEACHES and year + 1 not in taught):
        return ""
    if year + 1 in years:
        return _relabelled(name, academic_year)
    others = sorted(other for other, held in classes.items() if year + 1 in held and len(held) > 1)
    has_its_own = any({*held} == {year + 1} for held in classes.values())
    if not others or (len(years) == 1 and has_its_own):
        return next_name(name, year, academic_year)
    alike = [other for other in others if other[-1] == name[-1]]
    return _relabelled([*alike, *others][0], academic_year)


def _relabelled(name: str, academic_year: str) -> str:
    """What a mixed class is called when the same years are called otherwise: ``1-2`` is ``2-3`` in the first
    academic year of the ten-year school."""
    found, rises = MIXED.match(name), number(0, academic_year) != number(0, following(academic_year))
    if not (found and rises):
        return name
    first, last = ("1" if one.upper() == "F" else str(int(one) + 1) for one in found.group(1, 3))
    return f"{first}{found[2]}{last}{name[found.end() :]}"
