"""The invented pupils: who they are, and which classes they go in from when to when."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from assessments import calendar
from assessments.demo.plans import Language, Plan, SchoolPlan

SVA_READING, SVA_LANGUAGE = -0.1, -0.5  # where those who follow sva begin, beside the others
NEW_READING, NEW_LANGUAGE = -0.7, -1.6  # ... and those who have just come
NEW_CATCHES_UP = 0.2  # SD in each window


@dataclass(frozen=True)
class Stay:
    """A class one pupil goes in; ``ends_on`` None while it lasts."""

    school: SchoolPlan
    class_name: str
    academic_year: str
    year: int
    starts_on: date
    ends_on: date | None

    def holds(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Child:
    """One invented pupil. ``reading`` and ``language`` are abilities at the start (see growth.py)."""

    municipality: str
    given_name: str
    family_name: str
    letters: str
    second_letters: str | None
    follows_sva: bool
    reading: float
    language: float
    catching_up: float
    letter: str  # of the parallel class
    stays: tuple[Stay, ...]
    code: str = ""
    new_on: date | None = None
    is_anpassad: bool = False
    alias: str | None = None
    typed_wrong: dict[str, tuple[str, int]] = field(default_factory=dict)  # window: measure, points


def intake(plan: Plan, rng: np.random.Generator) -> list[Child]:
    """Every class of every academic year, filled, with nobody moving yet. Classes are promoted each year:
    ``year_then`` is what a class has in the first academic year, which may be before it begins."""
    children = []
    last = len(plan.academic_years) - 1
    for school in plan.schools:
        for year_then in range(school.years[0] - last, school.years[1] + 1):
            for letter, size in _sizes(school, rng):
                stays = tuple(_stays(plan, school, year_then, letter))
                children += [_child(plan, school, letter, stays, rng) for _ in range(size)]
    return children


def numbered(children: list[Child]) -> list[Child]:
    """The same with elev-id: a number that is somebody's within the municipality."""
    latest: dict[str, int] = {}
    found = []
    for child in children:
        latest[child.municipality] = latest.get(child.municipality, 10000) + 1
        found.append(replace(child, code=str(latest[child.municipality])))
    return found


def stay(
    school: SchoolPlan,
    letter: str,
    academic_year: str,
    year: int,
    starts_on: date | None = None,
    *,
    lasts: bool,
) -> Stay:
    """A stay to the end of the academic year, or open."""
    return Stay(
        school,
        school.class_name(year, letter),
        academic_year,
        year,
        starts_on or calendar.first_day(academic_year),
        None if lasts else calendar.last_day(academic_year),
    )


def _sizes(school: SchoolPlan, rng: np.random.Generator) -> Iterator[tuple[str, int]]:
    """How many go in each parallel class: large ones differ from year to year, small ones are as told."""
    for letter in school.letters:
        size = school.pupils // len(school.letters)
        yield letter, size + (int(rng.integers(-2, 3)) if size > 12 else 0)


def _stays(plan: Plan, school: SchoolPlan, year_then: int, letter: str) -> Iterator[Stay]:
    years = plan.academic_years
    for number, academic_year in enumerate(years):
        if school.teaches(year_then + number):
            yield stay(school, letter, academic_year, year_then + number, lasts=academic_year == years[-1])


def _child(
    plan: Plan, school: SchoolPlan, letter: str, stays: tuple[Stay, ...], rng: np.random.Generator
) -> Child:
    language = _language(plan, school, rng)
    follows_sva = bool(rng.random() < language.sva)
    is_weaker = stays[-1].class_name == school.weaker_class and stays[-1].ends_on is None
    child = Child(
        municipality=school.municipality,
        given_name=str(rng.choice(language.given)),
        family_name=str(rng.choice(language.family)),
        letters=language.letters,
        second_letters="sv" if language.letters != "sv" and rng.random() < 0.15 else None,
        follows_sva=follows_sva,
        reading=float(rng.normal(school.reading + SVA_READING * follows_sva - is_weaker, 0.95)),
        language=float(rng.normal(SVA_LANGUAGE * follows_sva, 0.95)),
        catching_up=0.0,
        letter=letter,
        stays=stays,
    )
    return _arrived(plan, child, rng) if rng.random() < language.arrives else child


def _language(plan: Plan, school: SchoolPlan, rng: np.random.Generator) -> Language:
    shares = np.array([language.share for language in plan.languages])
    shares[1:] *= school.languages
    return plan.languages[int(rng.choice(len(shares), p=shares / shares.sum()))]


def _arrived(plan: Plan, child: Child, rng: np.random.Generator) -> Child:
    """The same child, new in a Swedish school on a Monday of one of the years."""
    first = child.stays[int(rng.integers(len(child.stays)))]
    day = monday(plan, first.academic_year, rng)
    later = tuple(stay for stay in child.stays if stay.academic_year > first.academic_year)
    return replace(
        child,
        stays=(replace(first, starts_on=day), *later),
        new_on=day,
        follows_sva=True,
        reading=child.reading + NEW_READING,
        language=child.language + NEW_LANGUAGE,
        catching_up=NEW_CATCHES_UP,
    )


def monday(plan: Plan, academic_year: str, rng: np.random.Generator) -> date:
    """A Monday of the academic year, between the start of school and May, and not after the demo's day."""
    first, last = calendar.first_day(academic_year) + timedelta(days=20), calendar.last_day(academic_year)
    span = (min(last - timedelta(days=75), plan.today - timedelta(days=3)) - first).days
    day = first + timedelta(days=int(rng.integers(span)))
    return day - timedelta(days=day.weekday())
