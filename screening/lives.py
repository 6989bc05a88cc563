"""From findings and people's acts to the rows that should stand in the tables. Nothing is written here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import repeat
from typing import Any, NamedTuple, TypeVar

import numpy as np

from screening import reasons
from screening.benchmarks.catalogue import InForce
from screening.cases import Cases
from screening.certainty import certainties
from screening.events import BY_LEVEL, Events
from screening.evidence import (
    KINDS,
    NO_LEVEL,
    Examined,
    examine,
    need,
    need_grounds,
)
from screening.grounds import Evidence, evidence, missing_parts
from screening.levels import NO_RANK, Level
from screening.material import Material
from screening.periods import Period
from screening.signals import Family, FlagState
from screening.standards import Bools, Ints
from screening.threads import STATES, Place, Said, Standing, follow

T = TypeVar("T")
Row = dict[str, Any]
FlagKey = tuple[int, Family, int]  # pupil id, family, window id
JudgementKey = tuple[int, int]  # pupil id, window id

FAMILIES = list(Family)
KIND_SAID = [kind.value for kind in KINDS]


@dataclass(frozen=True)
class Acts:
    """What people did about signals that are stored."""

    closed: Mapping[FlagKey, date] = field(default_factory=dict)
    acted: Mapping[FlagKey, Any] = field(default_factory=dict)  # the stored signal somebody acted on


class FlagSays(NamedTuple):
    """What a signal says, in the order its columns are read."""

    state: FlagState | None
    kind: str
    level: int | None
    evidence: Evidence
    benchmark_set_id: int
    ground_gone_on: date | None = None


class JudgementSays(NamedTuple):
    """What is judged of one pupil's window, in the order its columns are read."""

    benchmark_set_id: int
    is_judged_afterwards: bool
    year: int
    level: Level
    at_best: Level | None
    reason: str | None
    is_despite_missing: bool
    certainty: str
    composite: Decimal | None


@dataclass(frozen=True)
class Rows:
    """What should stand there. A signal in ``ground_gone`` stays as it was stored, but for its state."""

    judgements: Mapping[JudgementKey, JudgementSays]
    flags: Mapping[FlagKey, FlagSays]
    ground_gone: Mapping[FlagKey, FlagState | None]


def rows(material: Material, acts: Acts, first: int = 0) -> Rows:
    """Everything the tables should say about these pupils, by what they scored and what people did.

    Of the windows from the index ``first`` on; the threads come from all of them.
    """
    if not material.periods:
        return Rows({}, {}, {})
    findings = examine(material.periods, material.whole)
    pupils, lives = len(material.pupil_ids), follow(_said(material, findings, acts))
    listed = [
        (number, divmod(thread, pupils), life[number])
        for number in range(first, len(material.windows))
        for thread, life in lives.items()
        if life[number].is_listed
    ]
    told = _grounds(material.periods, findings, listed)
    flags: dict[FlagKey, FlagSays] = {}
    gone: dict[FlagKey, FlagState | None] = {}
    window_ids = [window.id for window in material.windows]
    set_ids = [material.frame.in_force[window_id].set_id for window_id in window_ids]
    for number, (family, row), stands in listed:
        key = material.pupil_ids[row], FAMILIES[family], window_ids[number]
        if stands.ground_gone:
            gone[key] = STATES[stands.state]
            continue
        because = told.get((stands.since, family, row))
        if because is None:  # the thread goes on from a signal people acted on and the numbers no longer say
            because = acts.acted[key[0], key[1], window_ids[stands.since]].evidence
        flags[key] = FlagSays(
            STATES[stands.state],
            KIND_SAID[stands.kind],
            None if stands.level == NO_LEVEL else stands.level,
            because,
            set_ids[stands.since],
        )
    return Rows(judgements(material, first), flags, gone)


def _grounds(
    periods: Sequence[Period], findings: Examined, listed: Sequence[tuple[int, tuple[int, int], Standing]]
) -> dict[tuple[int, int, int], Evidence]:
    """What the findings were judged by that the threads stand on, by window, family and row; nothing where
    nothing was found. Of each window and family all at once."""
    asked: dict[tuple[int, int], set[int]] = {}
    for _number, (family, row), stands in listed:
        asked.setdefault((stands.since, family), set()).add(row)
    told: dict[tuple[int, int, int], Evidence] = {}
    for (window, family), some in asked.items():
        found = findings[window].by_family[FAMILIES[family]].is_there
        there = [row for row in sorted(some) if found[row]]
        if not there:
            continue
        says = evidence(Cases(periods, findings, window, there), FAMILIES[family])
        told.update(((window, family, row), one) for row, one in zip(there, says, strict=True))
    return told


def signalled(material: Material, number: int) -> tuple[int, int]:
    """How many the window judges, and how many of them a need would be signalled for."""
    period = material.periods[number]
    found = need(period.is_judged, need_grounds(period.judged))
    return int(period.is_judged.sum()), int(found.is_there.sum())


def _said(material: Material, examined: Examined, acts: Acts) -> Said:
    """All families at once: the threads of the first family, a row for each pupil, then of the second ...

    To a family where nothing was found, and nobody did anything, nothing is said: no thread of it begins.
    """
    judged, found = examined.whole.judged, examined.found
    by_level, always = judged.level != NO_RANK, np.ones_like(examined.whole.is_judged)
    events, acted = Events(material.periods, examined.whole), _theirs(material, acts.acted)
    known = {family for _pupil, family, _window in (*acts.acted, *acts.closed)}
    shape = len(examined), len(FAMILIES), len(material.pupil_ids)
    says, kind, level = (np.zeros(shape, np.int8) for _ in range(3))
    determined = np.zeros(shape, np.bool_)
    for place, family in enumerate(FAMILIES):
        here = found.by_family[family]
        is_there = here.is_there
        if not is_there.any() and family not in known:
            continue
        told = (
            events.of(family, is_there),
            here.kind,
            here.level,
            by_level if family in BY_LEVEL else always,
        )
        for array, one in zip((says, kind, level, determined), told, strict=True):
            array[:, place] = one.reshape(len(examined), -1)
    flat = len(examined), -1
    return Said(
        opens_on=[period.opens_on for period in material.periods],
        events=says.reshape(flat),
        kind=kind.reshape(flat),
        level=level.reshape(flat),
        determined=determined.reshape(flat),
        closed=_theirs(material, acts.closed),
        acted={place: (KINDS.index(flag.kind), flag.level or NO_LEVEL) for place, flag in acted.items()},
    )


def _theirs(material: Material, acts: Mapping[FlagKey, T]) -> dict[Place, T]:
    """The acts by window and thread."""
    number = {window.id: place for place, window in enumerate(material.windows)}
    return {
        (number[window], FAMILIES.index(family) * len(material.pupil_ids) + material.row_of[pupil_id]): act
        for (pupil_id, family, window), act in acts.items()
        if window in number
    }


def judgements(material: Material, first: int) -> dict[JudgementKey, JudgementSays]:
    """What is judged of each pupil in each window that the pupil was enrolled in, or has records of."""
    told: dict[JudgementKey, JudgementSays] = {}
    for number, window in list(enumerate(material.windows))[first:]:
        there, window_id = np.flatnonzero(material.there[number]), window.id
        force = material.frame.in_force[window_id]
        says = judged_in(material.periods[number], material.adapted, there, force)
        for row, said in zip(there.tolist(), says, strict=True):
            told[material.pupil_ids[row], window_id] = said
    return told


def judged_in(period: Period, adapted: Bools, rows: Ints, force: InForce) -> Iterator[JudgementSays]:
    """What a window says of these pupils (k rows). ``adapted``, (n,): anpassad grundskola."""
    judged = period.judged
    levels = [Level.of(rank) for rank in judged.level[rows].tolist()]
    composites = zip(judged.composite[rows].tolist(), judged.has_composite[rows].tolist(), strict=True)
    return map(
        JudgementSays,
        repeat(force.set_id),
        repeat(force.judged_afterwards),
        period.year[rows].tolist(),
        levels,
        [None if rank == NO_RANK else Level.of(rank) for rank in judged.at_best[rows].tolist()],
        _reasons(period, adapted, rows),
        judged.despite_missing[rows].tolist(),
        certainties(judged.window_p[rows]),
        [Decimal(value) / 1000 if there else None for value, there in composites],
    )


def _reasons(period: Period, adapted: Bools, rows: Ints) -> list[str | None]:
    """Why there is no level, for each of the rows; equal gaps are told alike, and put into words once."""
    judged, made = period.judged, dict[tuple[int, bytes, bytes], str]()
    told: list[str | None] = [None] * len(rows)
    silent = adapted[rows] | (judged.level[rows] == NO_RANK)
    for place in np.flatnonzero(silent).tolist():
        row = rows[place]
        year, lacking, expected = int(period.year[row]), judged.lacking[row], period.expected[row]
        standard = period.standards[year]
        if adapted[row]:
            told[place] = reasons.ADAPTED
        elif not standard.has_window:
            told[place] = reasons.NOT_IN_WINDOW
        else:
            gap = year, lacking.tobytes(), expected.tobytes()
            if gap not in made:
                made[gap] = reasons.lacking(missing_parts(standard, lacking, expected))
            told[place] = made[gap]
    return told
