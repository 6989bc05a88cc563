"""From findings and people's acts to the rows that should stand in the tables. Nothing is written here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np

from screening import reasons
from screening.certainty import CLEAR_BELOW, certainty
from screening.coverage import TELLS
from screening.evidence import KINDS, NO_LEVEL, Findings, Found, Period, examine, need, need_grounds
from screening.grounds import Case, missing_parts
from screening.levels import NO_RANK, Level
from screening.material import Material
from screening.signals import Family
from screening.standards import Bools
from screening.threads import STATES, Event, Small, Standing, Step, follow

T = TypeVar("T")
Row = dict[str, Any]
FlagKey = tuple[int, Family, int]  # pupil id, family, window id

FAMILIES = list(Family)
# Families whose threads wait for a determined window; the others count windows with the finding.
BY_LEVEL = (Family.NEED, Family.GROWTH, Family.CHANGE)


@dataclass(frozen=True)
class Acts:
    """What people did about signals that are stored."""

    closed: Mapping[FlagKey, date] = field(default_factory=dict)
    acted: Mapping[FlagKey, Any] = field(default_factory=dict)  # the stored signal somebody acted on


@dataclass(frozen=True)
class Rows:
    """What should stand there. A signal in ``ground_gone`` stays as it was stored, but for its state."""

    judgements: Sequence[Row]
    flags: Mapping[FlagKey, Row]
    ground_gone: Mapping[FlagKey, Row]


def rows(material: Material, acts: Acts, first: int = 0) -> Rows:
    """Everything the tables should say about these pupils, by what they scored and what people did.

    Of the windows from the index ``first`` on; the threads come from all of them.
    """
    findings = examine(material.periods)
    flags: dict[FlagKey, Row] = {}
    gone: dict[FlagKey, Row] = {}
    steps = [_step(material, number, found, acts) for number, found in enumerate(findings)]
    for number, standing in list(enumerate(follow(steps)))[first:]:
        for thread in np.flatnonzero(standing.listed).tolist():
            family, row = divmod(thread, len(material.pupil_ids))
            key = (material.pupil_ids[row], FAMILIES[family], material.windows[number].id)
            state = STATES[int(standing.state[thread])]
            if standing.ground_gone[thread]:
                gone[key] = {"state": state}
            else:
                flags[key] = {"state": state, **_flag(material, findings, standing, thread, acts)}
    return Rows(judgements(material, first), flags, gone)


def signalled(material: Material, number: int) -> tuple[int, int]:
    """How many the window judges, and how many of them a need would be signalled for."""
    period = material.periods[number]
    found = need(period.is_judged, need_grounds(period.judged))
    return int(period.is_judged.sum()), int(found.is_there.sum())


def _step(material: Material, number: int, found: Findings, acts: Acts) -> Step:
    """All families at once: the threads of the first family, a row for each pupil, then of the second ..."""
    period, window_id = material.periods[number], material.windows[number].id
    by_level, always = period.judged.level != NO_RANK, np.ones_like(period.is_judged)
    here = [found.by_family[family] for family in FAMILIES]
    return Step(
        opens_on=period.opens_on,
        events=np.concatenate(
            [_events(period, family, one) for family, one in zip(FAMILIES, here, strict=True)]
        ),
        kind=np.concatenate([one.kind for one in here]),
        level=np.concatenate([one.level for one in here]),
        determined=np.concatenate([by_level if family in BY_LEVEL else always for family in FAMILIES]),
        closed=dict(_theirs(material, acts.closed, window_id)),
        acted={
            thread: (KINDS.index(flag.kind), flag.level or NO_LEVEL)
            for thread, flag in _theirs(material, acts.acted, window_id)
        },
    )


def _theirs(material: Material, acts: Mapping[FlagKey, T], window_id: int) -> Iterator[tuple[int, T]]:
    """The acts of one window, by thread."""
    for (pupil_id, family, window), act in acts.items():
        if window == window_id:
            yield FAMILIES.index(family) * len(material.pupil_ids) + material.row_of[pupil_id], act


def _events(period: Period, family: Family, found: Found) -> Small:
    """(n,) What the window says to each thread of the family."""
    judged = period.judged
    quiet = np.full(len(period.year), Event.CLEAR if family in BY_LEVEL else Event.CLEARLY_CLEAR, np.int8)
    if family in BY_LEVEL:
        quiet[judged.level == NO_RANK] = Event.UNDETERMINED
        clearly = (judged.level >= Level.AT_GOAL.rank) & (judged.window_p_goal < CLEAR_BELOW)
        quiet[clearly] = Event.CLEARLY_CLEAR
    if family is Family.GROWTH:
        # No plan that can be judged, or one whose finding waits for a number to be checked: nothing is said.
        held_back = _rows(period, [row for row, behind in period.behind.items() if behind])
        unknown = (quiet == Event.CLEAR) & ~_rows(period, period.behind)
        quiet[held_back | unknown] = Event.UNDETERMINED
    if family is Family.COVERAGE:
        # Nothing is missing yet, and nothing is made good before every expected result is there.
        blank = (period.expected & TELLS[period.sheet.marks]).any(axis=1)
        quiet[blank & ~period.is_due] = Event.SKIPPED
    events = np.where(found.is_there, np.int8(Event.FINDING), quiet)
    return np.where(_speaks(period, family), events, np.int8(Event.SKIPPED))


def _rows(period: Period, named: Iterable[int]) -> Bools:
    found = np.zeros(len(period.year), np.bool_)
    found[list(named)] = True
    return found


def _speaks(period: Period, family: Family) -> Bools:
    """Whether the window says anything to threads of the family."""
    if family is Family.OBSERVATION:  # what somebody saw stands until somebody closes it
        return _rows(period, period.observations)
    here = period.is_counted if family is Family.COVERAGE else period.is_judged
    return here & period.gives_signals


def _flag(
    material: Material, findings: Sequence[Findings], standing: Standing, thread: int, acts: Acts
) -> Row:
    """A signal as it stands, with the numbers of the window its kind is from."""
    place, row = divmod(thread, len(material.pupil_ids))
    family, pupil_id = FAMILIES[place], material.pupil_ids[row]
    since, level = int(standing.since[thread]), int(standing.level[thread])
    window_id = material.windows[since].id
    if findings[since].by_family[family].is_there[row]:
        evidence = Case(material.periods, findings, since, row).evidence(family)
    else:  # the thread goes on from a signal that people acted on and the numbers no longer say
        evidence = acts.acted[pupil_id, family, window_id].evidence
    return {
        "kind": KINDS[int(standing.kind[thread])].value,
        "level": None if level == NO_LEVEL else level,
        "evidence": evidence,
        "benchmark_set_id": material.frame.in_force[window_id].set_id,
    }


def judgements(material: Material, first: int = 0) -> list[Row]:
    """One row per pupil and window that the pupil was enrolled in, or has records of."""
    told: list[Row] = []
    for number, window in list(enumerate(material.windows))[first:]:
        period = material.periods[number]
        force = material.frame.in_force[window.id]
        shared = {
            "window_id": window.id,
            "benchmark_set_id": force.set_id,
            "is_judged_afterwards": force.judged_afterwards,
        }
        told += [
            {
                "pupil_id": material.pupil_ids[row],
                **shared,
                **judgement(period, bool(material.adapted[row]), row),
            }
            for row in np.flatnonzero(material.there[number]).tolist()
        ]
    return told


def judgement(period: Period, is_adapted: bool, row: int) -> Row:
    """What a window says of one pupil, in the words of files and JSON."""
    judged = period.judged
    at_best = int(judged.at_best[row])
    return {
        "year": int(period.year[row]),
        "level": Level.of(int(judged.level[row])),
        "at_best": None if at_best == NO_RANK else Level.of(at_best),
        "reason": _reason(period, is_adapted, row),
        "is_despite_missing": bool(judged.despite_missing[row]),
        "certainty": certainty(float(judged.window_p[row])).value,
        "composite": Decimal(int(judged.composite[row])) / 1000 if judged.has_composite[row] else None,
    }


def _reason(period: Period, is_adapted: bool, row: int) -> str | None:
    """Why there is no level."""
    if is_adapted:
        return reasons.ADAPTED
    standard = period.standards[int(period.year[row])]
    if not standard.has_window:
        return reasons.NOT_IN_WINDOW
    if period.judged.level[row] != NO_RANK:
        return None
    return reasons.lacking(missing_parts(standard, period.judged.lacking[row], period.expected[row]))
