"""The page of a class's reading groups: suggested, saved, or as somebody is leaving them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from assessments import calendar
from assessments.database import db
from assessments.instruments.catalogue import AREAS
from assessments.models import AssessmentWindow
from assessments.queries import function_names
from assessments.roster.models import SchoolClass
from assessments.words import counted, listed
from screening.grouping import NEUTRAL_NAMES, Depth, Standing, depth, suggest
from screening.levels import Level
from screening.models import ReadingGroup, ReadingGroupSet
from screening.queries.class_material import Classmate, ClassMaterial, class_material
from screening.queries.class_needs import is_in_window, misses
from screening.queries.standards import points_judged
from screening.reading_groups import Chosen, state

EMPTY_GROUPS = 1  # to move pupils into
MOST_GROUPS = len(NEUTRAL_NAMES)


@dataclass(frozen=True)
class Member:
    """``under`` are the areas where the goal is not reached, lowest first, with the level's code."""

    pupil_id: int
    name: str
    year: str | None
    under: tuple[tuple[str, str], ...]
    note: str
    slot: int | None


@dataclass(frozen=True)
class Group:
    slot: int
    name: str
    areas: tuple[str, ...]
    words: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class SavedSet:
    id: int
    saved_on: date
    by: str
    groups: int
    is_shown: bool


@dataclass(frozen=True)
class GroupsPage:
    sentence: str
    groups: tuple[Group, ...]
    outside: tuple[Member, ...]
    saved: tuple[SavedSet, ...]
    names: tuple[str, ...]
    set_id: int | None
    seen: str
    pupil_ids: frozenset[int]
    is_empty: bool


def find_saved(school_class: SchoolClass, window: AssessmentWindow, set_id: int) -> ReadingGroupSet | None:
    """The set, if it is this class's and window's."""
    asked = sa.select(ReadingGroupSet).filter_by(
        id=set_id, school_class_id=school_class.id, window_id=window.id
    )
    return db.session.scalar(
        asked.options(selectinload(ReadingGroupSet.groups).selectinload(ReadingGroup.members))
    )


def is_of_class(school_class: SchoolClass, set_id: int) -> bool:
    """Whether the set is this class's, of whichever window."""
    asked = sa.select(ReadingGroupSet.id).filter_by(id=set_id, school_class_id=school_class.id)
    return db.session.scalar(asked) is not None


def groups_page(
    school_class: SchoolClass,
    window: AssessmentWindow,
    saved: ReadingGroupSet | None = None,
    left: Sequence[Chosen] | None = None,
) -> GroupsPage:
    """What was saved, or what somebody has ``left`` and could not be saved; else the suggestion."""
    material = class_material(school_class, window)
    there = {mate.id: mate for mate in material.classmates}
    standings = {mate.id: _standing(material, mate) for mate in material.classmates}
    chosen = left if left is not None else _of_set(saved) if saved else _suggested(list(standings.values()))
    chosen = [Chosen(one.name, one.areas, tuple(p for p in one.pupils if p in there)) for one in chosen]
    free = [name for name in NEUTRAL_NAMES if name not in {one.name for one in chosen}]
    empty = sum(not one.pupils for one in chosen)
    chosen += [Chosen(name, (), ()) for name in free[: max(0, EMPTY_GROUPS - empty)]]
    groups = tuple(
        Group(
            slot, one.name, one.areas, listed([AREAS[area] for area in one.areas]),
            tuple(_member(material, there[pupil], standings[pupil], slot) for pupil in one.pupils),
        )
        for slot, one in enumerate(chosen, start=1)
    )  # fmt: skip
    placed = {member.pupil_id for group in groups for member in group.members}
    return GroupsPage(
        sentence=_sentence(groups, len(there)),
        groups=groups,
        outside=tuple(
            _member(material, mate, standings[mate.id], None)
            for mate in material.classmates
            if mate.id not in placed
        ),
        saved=tuple(_saved_sets(school_class, window, saved)),
        names=NEUTRAL_NAMES,
        set_id=saved.id if saved else None,
        seen=state(saved) if saved else "",
        pupil_ids=frozenset(there),
        is_empty=not there,
    )


def _sentence(groups: Sequence[Group], pupils: int) -> str:
    filled = [group for group in groups if group.members]
    placed = sum(len(group.members) for group in filled)
    told = f"{placed} av {counted(pupils, 'elev', 'elever')} i {counted(len(filled), 'grupp', 'grupper')}"
    return f"{told}." if filled else "Ingen elev står i någon grupp."


def _suggested(standings: Sequence[Standing]) -> list[Chosen]:
    found = suggest(standings, list(AREAS))
    return [Chosen(name, one.areas, one.pupils) for name, one in zip(NEUTRAL_NAMES, found, strict=False)]


def _of_set(saved: ReadingGroupSet) -> list[Chosen]:
    return [
        Chosen(group.name, tuple(group.areas), tuple(member.pupil_id for member in group.members))
        for group in saved.groups
    ]


def _standing(material: ClassMaterial, mate: Classmate) -> Standing:
    """How far the pupil is under goal in each area, by the area's lowest measure."""
    under: dict[str, Depth] = {}
    for (pupil_id, code), score in material.scores.items():
        if pupil_id != mate.id or mate.has_own_goals:
            continue
        measure = material.known[code]
        found = _depth(material, measure, score)
        if found is not None:
            under[measure.area] = max(found, under.get(measure.area, found))
    return Standing(mate.id, under)


def _depth(material: ClassMaterial, measure: Any, score: Any) -> Depth | None:
    cut = material.standards.cut(material.window, measure.code, score.year)
    points = points_judged(measure, score.points, score.absence)
    if cut is None or points is None:
        return None
    goal = cut.limits.at_goal_from
    sign, span = (1 if measure.higher_is_better else -1), measure.maximum - measure.minimum
    return depth(cut.limits.level(points), float((goal - points) * sign / span)) if goal is not None else None


def _member(material: ClassMaterial, mate: Classmate, standing: Standing, slot: int | None) -> Member:
    years = {one.year for one in material.classmates}
    lowest = sorted(standing.under.items(), key=lambda one: one[1], reverse=True)
    codes = {2: Level.BELOW_GOAL.value, 1: Level.NEAR_GOAL.value}
    return Member(
        pupil_id=mate.id,
        name=mate.name,
        year=calendar.year_label(mate.year, material.window.academic_year) if len(years) > 1 else None,
        under=tuple((AREAS[area], codes[deep[0]]) for area, deep in lowest),
        note="" if standing.under else _note(material, mate),
        slot=slot,
    )


def _note(material: ClassMaterial, mate: Classmate) -> str:
    if mate.has_own_goals:
        return ""
    if not is_in_window(material, mate):
        return "ingår inte i perioden"
    return "resultat saknas" if misses(material, mate) else "når sina mål"


def _saved_sets(
    school_class: SchoolClass, window: AssessmentWindow, shown: ReadingGroupSet | None
) -> list[SavedSet]:
    rows = db.session.execute(
        sa.select(ReadingGroupSet, sa.func.count().label("groups"))
        .join(ReadingGroup, ReadingGroup.reading_group_set_id == ReadingGroupSet.id)
        .group_by(ReadingGroupSet.id)
        # + 0: by the class, of whose sets there are few; SQLite might else go through the window's.
        .where(ReadingGroupSet.school_class_id == school_class.id, ReadingGroupSet.window_id + 0 == window.id)
        .order_by(ReadingGroupSet.saved_on.desc(), ReadingGroupSet.id.desc())
    ).all()
    by = function_names({one.duty_id for one, _ in rows if one.duty_id is not None})
    return [
        SavedSet(one.id, one.saved_on, by.get(one.duty_id or 0, ""), groups, one is shown)
        for one, groups in rows
    ]
