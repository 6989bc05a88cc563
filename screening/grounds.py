"""The numbers a signal was judged by, as plain values that JSON and the database keep.

Everything a reader later needs stands in here, names and sources too: measures and sets may change, a signal
says what was true when it was judged. Told for many pupils at once: only cells that are named are looked at.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isnan
from typing import Any

import numpy as np

from screening import certainty
from screening.cases import Cases, by_row
from screening.composites import Composite
from screening.evidence import NeedGrounds
from screening.growth import Behind
from screening.levels import Level, plain_number
from screening.signals import Family
from screening.standards import Bools, Ints, Mark, Standard, Yardstick

Evidence = dict[str, Any]

GROUNDS = tuple(NeedGrounds.__dataclass_fields__)
SURE = ("firmly_below", "measure_below", "near")


def evidence(cases: Cases, family: Family) -> list[Evidence]:
    """What the finding of the family was judged by, for each of the cases."""
    return [{"window": cases.period.code, **told} for told in TELLERS[family](cases)]


def missing_parts(standard: Standard, lacking: Bools, expected: Bools) -> list[list[str]]:
    """The names of what a window without a level lacks: a group's measures, or those expected of the pupil.

    ``lacking`` and ``expected`` are rows (m,) of a judgement and of what the school uses.
    """
    parts = [[code] for code in standard.composite.parts] if standard.composite else standard.decides
    missing = []
    for group in parts:
        columns = [standard.column(code) for code in group]
        if lacking[columns].all():
            asked = [column for column in columns if expected[column]] or columns
            missing.append([standard.measures[column].name for column in asked])
    return missing


def _need(cases: Cases) -> list[Evidence]:
    judged, at = cases.period.judged, cases.at
    held = np.stack([getattr(cases.found.grounds, name)[at] for name in GROUNDS], axis=1)
    chosen = _needing(cases, held.argmax(axis=1))
    told: list[Evidence] = [
        {
            "because": because,
            "level": Level.of(level),
            "firm_level": Level.of(firm_level),
            "at_best": None if at_best < 0 else Level.of(at_best),
            "certainty": sure,
            "despite_missing": despite_missing,
            "measures": measures,
        }
        for because, level, firm_level, at_best, sure, despite_missing, measures in zip(
            map(_because, held.tolist()),
            judged.level[at].tolist(),
            judged.firm_level[at].tolist(),
            judged.at_best[at].tolist(),
            certainty.certainties(judged.window_p[at]),
            judged.despite_missing[at].tolist(),
            by_row(chosen, _scores(cases, chosen)),
            strict=True,
        )
    ]
    for place in np.flatnonzero(judged.has_composite[at]).tolist():
        composite = cases.standards[place].composite
        if composite is not None:
            told[place]["composite"] = _composite(composite, int(judged.composite[at[place]]))
    return told


def _because(held: Sequence[bool]) -> list[str]:
    """The ground that counts first, then those beside it that say something new."""
    names = [name for name, holds in zip(GROUNDS, held, strict=True) if holds]
    if names[0] not in SURE:
        return names
    return [name for name in names if name == names[0] or name not in (*SURE, "near_unsure")]


def _needing(cases: Cases, first: Ints) -> Bools:
    """(k, m) The measures that each pupil's first ground (index in GROUNDS) speaks of."""
    judged = cases.period.judged
    chosen = judged.setters[cases.at]
    for ground in np.unique(first).tolist():
        here = first == ground
        chosen[here] = _spoken_of(cases, GROUNDS[ground], cases.at[here])
    return chosen


def _spoken_of(cases: Cases, ground: str, rows: Ints) -> Bools:
    """(j, m) The measures that the ground speaks of."""
    judged = cases.period.judged
    ranks, firm_ranks = judged.ranks[rows], judged.firm_ranks[rows]
    setters, firm_setters = judged.setters[rows], judged.firm_setters[rows]
    below, at_goal = ranks == Level.BELOW_GOAL.rank, ranks >= Level.AT_GOAL.rank
    near = (ranks == Level.NEAR_GOAL.rank) | (firm_ranks == Level.NEAR_GOAL.rank)
    chosen: Bools = {
        "firmly_below": firm_setters,
        "measure_below": firm_ranks == Level.BELOW_GOAL.rank,
        "near": firm_setters,
        "near_unsure": near & (setters | firm_setters),
        "skill_gap": (ranks >= 0) & ~at_goal,
        "contradiction": below | at_goal,
    }.get(ground, setters)
    return chosen


def _scores(cases: Cases, chosen: Bools) -> Iterator[Evidence]:
    """What is told of each chosen cell. Equal scores of one year are told alike, and made once."""
    judged, (rows, columns, measures) = cases.period.judged, cases.cells(chosen)
    not_yet = cases.period.sheet.marks[rows, columns] == Mark.NOT_YET_ABLE
    cells = zip(
        measures,
        judged.points[rows, columns].tolist(),
        not_yet.tolist(),
        judged.ranks[rows, columns].tolist(),
        judged.firm_ranks[rows, columns].tolist(),
        judged.p_other_side[rows, columns].tolist(),
        judged.p_goal[rows, columns].tolist(),
        strict=True,
    )
    made: dict[tuple[int, int, bool], Evidence] = {}
    for measure, points, is_not_yet, *reached in cells:
        cell = id(measure), points, is_not_yet
        if cell not in made:
            made[cell] = _score(measure, points, is_not_yet, *reached)
        yield made[cell]


def _score(
    measure: Yardstick, points: int, is_not_yet: bool, rank: int, firm_rank: int, p: float, p_goal: float
) -> Evidence:
    told: Evidence = {
        **measure.told,
        "value": plain_number(points),
        "level": Level.of(rank),
        "firm_level": Level.of(firm_rank),
        "p_other_side": None if isnan(p) else p,
        "p_goal": None if isnan(p_goal) else p_goal,
    }
    if is_not_yet:
        told["absence"] = Mark.NOT_YET_ABLE.name.lower()
    return told


def _composite(composite: Composite, value: int) -> Evidence:
    return {
        "code": composite.code,
        "value": plain_number(value),
        "source": composite.source,
        **composite.limits.told,
    }


def _growth(cases: Cases) -> Iterator[Evidence]:
    slow = cases.found.slow
    for row in cases.rows:
        behind = [one for one in cases.period.behind[row] if slow[row, one.column]]
        yield {"measures": [_slow(cases.period.measures[one.column], one) for one in behind]}


def _slow(measure: Yardstick, behind: Behind) -> Evidence:
    return {
        **measure.named,
        "starts_on": behind.starts_on.isoformat(),
        "start": plain_number(behind.start),
        "goal_on": behind.goal_on.isoformat(),
        "goal": plain_number(behind.goal),
        "n": behind.n,
        "weeks": behind.days / 7,
        "slope": behind.slope,
        "goal_slope": behind.goal_slope,
        "p_below_goal": behind.p_below_goal,
        "sem": measure.plain_sem,
    }


def _change(cases: Cases) -> list[Evidence]:
    dropped = cases.found.dropped[cases.at]
    fallen = by_row(dropped, _moved(cases, dropped))
    return [
        {"measures": measures} if measures else _lost_level(cases, row)
        for row, measures in zip(cases.rows, fallen, strict=True)
    ]


def _moved(cases: Cases, chosen: Bools) -> Iterator[Evidence]:
    """The two scores of each chosen cell."""
    pair, (rows, columns, measures) = cases.found.pair, cases.cells(chosen)
    cells = zip(
        measures,
        pair.now[rows, columns].tolist(),
        cases.codes_of(pair.now_in[rows, columns]),
        pair.before[rows, columns].tolist(),
        cases.codes_of(pair.before_in[rows, columns]),
        strict=True,
    )
    for measure, now, now_in, before, before_in in cells:
        yield {
            **measure.named,
            "value": plain_number(now),
            "value_window": now_in,
            "previous": plain_number(before),
            "previous_window": before_in,
            "sem": measure.plain_sem,
        }


def _lost_level(cases: Cases, row: int) -> Evidence:
    lost = cases.found.lost
    windows = [int(lost.first[row]), int(lost.second[row]), cases.window]
    judged = [cases.periods[window].judged for window in windows]
    measures: list[Evidence] = [
        {
            **cases.period.measures[column].named,
            "values": [plain_number(int(one.points[row, column])) for one in judged],
        }
        for column in np.flatnonzero(lost.measures[row])
    ]
    told: Evidence = {
        "windows": [cases.periods[window].code for window in windows],
        "levels": [Level.of(one.level[row]) for one in judged],
        "measures": measures,
    }
    if lost.sums[row]:
        told["sums"] = [plain_number(int(one.composite[row])) for one in judged]
    return told


def _coverage(cases: Cases) -> Iterator[Evidence]:
    gone, marks = cases.found.missing, cases.period.sheet.marks
    chosen = gone.cells[cases.at]
    rows, columns, measures = cases.cells(chosen)
    cells = zip(measures, marks[rows, columns].tolist(), strict=True)
    told = by_row(chosen, ({**measure.named, "absence": _absence(mark)} for measure, mark in cells))
    areas = by_row(chosen, (measure.area_word for measure in measures))
    for here, twice, named in zip(areas, gone.twice[cases.at].tolist(), told, strict=True):
        yield {"areas": list(dict.fromkeys(here)), "twice": twice, "measures": named}


def _absence(mark: int) -> str | None:
    return None if mark == Mark.BLANK else Mark(mark).name.lower()


def _data(cases: Cases) -> list[Evidence]:
    told: list[Evidence] = [{"measures": []} for _ in cases.rows]
    for why, tell in ODD.items():
        chosen = getattr(cases.found.odd, why)[cases.at]
        if chosen.any():
            for one, odd in zip(told, by_row(chosen, tell(cases, chosen)), strict=True):
                one["measures"] += [{"why": why, **cell} for cell in odd]
    return told


def _outside_range(cases: Cases, chosen: Bools) -> Iterator[Evidence]:
    rows, columns, measures = cases.cells(chosen)
    points = cases.period.sheet.points[rows, columns].tolist()
    for measure, value in zip(measures, points, strict=True):
        minimum, maximum = plain_number(measure.minimum), plain_number(measure.maximum)
        yield {**measure.named, "value": plain_number(value), "minimum": minimum, "maximum": maximum}


def _errors(cases: Cases, chosen: Bools) -> Iterator[Evidence]:
    sheet, (rows, columns, measures) = cases.period.sheet, cases.cells(chosen)
    counts = (one[rows, columns].tolist() for one in (sheet.points, sheet.attempted, sheet.errors))
    for measure, value, attempted, errors in zip(measures, *counts, strict=True):
        told = {"value": plain_number(value), "attempted": attempted, "errors": errors}
        yield {**measure.named, **told}


ODD = {"outside_range": _outside_range, "errors": _errors, "fall": _moved, "rise": _moved}


def _observation(cases: Cases) -> Iterator[Evidence]:
    return (dict(cases.period.observations[row]) for row in cases.rows)


TELLERS: dict[Family, Callable[[Cases], Iterable[Evidence]]] = {
    Family.NEED: _need,
    Family.GROWTH: _growth,
    Family.CHANGE: _change,
    Family.COVERAGE: _coverage,
    Family.DATA: _data,
    Family.OBSERVATION: _observation,
}
