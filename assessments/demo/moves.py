"""What happens to some of the invented pupils: they move, come, leave, and are protected."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from assessments.demo.children import Child, Stay, monday, stay
from assessments.demo.plans import Plan

CHANGES_CLASS, CHANGES_SCHOOL, LEAVES, COMES = 0.012, 0.015, 0.012, 0.015  # of the pupils of a year
ONE_DAY = timedelta(days=1)


def moved(plan: Plan, children: list[Child], rng: np.random.Generator) -> list[Child]:
    """Chance first, then the stories that the example is sure to hold."""
    children = [_by_chance(plan, child, rng) for child in children]
    for kind, tell in STORIES.items():
        for story in plan.stories[kind]:
            index = _somebody(children, story)
            children[index] = tell(plan, children[index], story)
    return children


def _by_chance(plan: Plan, child: Child, rng: np.random.Generator) -> Child:
    edges = np.cumsum([CHANGES_CLASS, CHANGES_SCHOOL, LEAVES, COMES])
    deeds = (_changes_class, _changes_school, _leaves, _comes)
    for number in range(len(child.stays)):
        chance = int(np.searchsorted(edges, rng.random()))
        if chance < len(deeds):
            here = child.stays[number]
            day = monday(plan, here.academic_year, rng)
            if here.holds(day - ONE_DAY):
                return deeds[chance](plan, child, number, day)  # one such thing is enough for a child
    return child


def _changes_class(plan: Plan, child: Child, number: int, day: date) -> Child:
    school = child.stays[number].school
    others = [letter for letter in school.letters if letter != child.letter]
    return _continues(plan, child, number, day, school.code, others[0]) if others else child


def _changes_school(plan: Plan, child: Child, number: int, day: date) -> Child:
    here = child.stays[number]
    others = [
        school
        for school in plan.schools
        if school.municipality == child.municipality
        and school is not here.school
        and school.teaches(here.year)
    ]
    return _continues(plan, child, number, day, others[0].code, others[0].letters[0]) if others else child


def _leaves(_plan: Plan, child: Child, number: int, day: date) -> Child:
    return replace(child, stays=_until(child, number, day))


def _comes(_plan: Plan, child: Child, number: int, day: date) -> Child:
    here = replace(child.stays[number], starts_on=day)
    return replace(child, stays=(here, *child.stays[number + 1 :]))


def _until(child: Child, number: int, day: date) -> tuple[Stay, ...]:
    return (*child.stays[:number], replace(child.stays[number], ends_on=day - ONE_DAY))


def _continues(plan: Plan, child: Child, number: int, day: date, code: str, letter: str) -> Child:
    """From the day in another class, and in that school from then on, as far as it teaches."""
    school = plan.school(code)
    left = [here for here in child.stays[number:] if school.teaches(here.year)]
    there = (
        stay(
            school,
            letter,
            here.academic_year,
            here.year,
            day if index == 0 else None,
            lasts=here.ends_on is None,
        )
        for index, here in enumerate(left)
    )
    return replace(child, letter=letter, stays=(*_until(child, number, day), *there))


def _somebody(children: list[Child], story: dict[str, Any]) -> int:
    """The first of the class who has been there all along and has no story yet."""
    return next(
        index
        for index, child in enumerate(children)
        if _goes_in(child.stays, story) and child.new_on is None and not _has_story(child)
    )


def _goes_in(stays: tuple[Stay, ...], story: dict[str, Any]) -> bool:
    here = stays[-1]
    is_steady = len({stay.class_name for stay in stays}) == len(stays) == len({stay.year for stay in stays})
    return (here.school.code, here.class_name, here.ends_on) == (
        story["school"],
        story["class"],
        None,
    ) and is_steady


def _has_story(child: Child) -> bool:
    return bool(child.alias or child.is_anpassad or child.typed_wrong)


def _protected(_plan: Plan, child: Child, story: dict[str, Any]) -> Child:
    return replace(child, alias=story["alias"])


def _anpassad(_plan: Plan, child: Child, _story: dict[str, Any]) -> Child:
    return replace(child, is_anpassad=True, reading=-2.5, language=-1.5)


def _moved(plan: Plan, child: Child, story: dict[str, Any]) -> Child:
    letter = story["to"][-1]
    return _continues(plan, child, len(child.stays) - 1, story["day"], story["school"], letter)


def _typed_wrong(_plan: Plan, child: Child, story: dict[str, Any]) -> Child:
    return replace(child, reading=0.0, typed_wrong={story["window"]: (story["measure"], story["points"])})


STORIES: dict[str, Callable[[Plan, Child, dict[str, Any]], Child]] = {
    "protected": _protected,
    "anpassad": _anpassad,
    "moved": _moved,
    "typed_wrong": _typed_wrong,
}


def enrolments(children: list[Child]) -> Iterator[tuple[Child, Stay]]:
    for child in children:
        for here in child.stays:
            yield child, here
