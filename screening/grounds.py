"""The numbers a signal was judged by, as plain values that JSON and the database keep.

Everything a reader later needs stands in here, names and sources too: measures and sets may change, a signal
says what was true when it was judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from screening import certainty
from screening.composites import Composite
from screening.evidence import Findings, NeedGrounds, Period
from screening.growth import Behind
from screening.levels import Level, Limits, plain_number, thousandths
from screening.signals import Family
from screening.standards import Bools, Mark, Standard, Yardstick

Evidence = dict[str, Any]

SURE = ("firmly_below", "measure_below", "near")


@dataclass(frozen=True)
class Case:
    """One pupil (row) in one window (index) of those examined."""

    periods: Sequence[Period]
    findings: Sequence[Findings]
    window: int
    row: int

    @property
    def period(self) -> Period:
        return self.periods[self.window]

    @property
    def found(self) -> Findings:
        return self.findings[self.window]

    @property
    def standard(self) -> Standard:
        return self.period.standards[int(self.period.year[self.row])]

    def code_of(self, offset: int) -> str:
        """The code of a window that a pair names, counted from the first of the academic year."""
        return self.periods[self.found.year_starts + offset].code

    def evidence(self, family: Family) -> Evidence:
        """What the finding of the family was judged by."""
        return {"window": self.period.code, **TELLERS[family](self)}


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


def _need(case: Case) -> Evidence:
    judged, row = case.period.judged, case.row
    because = _because(case)
    told: Evidence = {
        "because": because,
        "level": Level.of(judged.level[row]),
        "firm_level": Level.of(judged.firm_level[row]),
        "at_best": None if judged.at_best[row] < 0 else Level.of(judged.at_best[row]),
        "certainty": certainty.certainty(float(judged.window_p[row])),
        "despite_missing": bool(judged.despite_missing[row]),
        "measures": [_score(case, column) for column in _needing(case, because[0])],
    }
    composite = case.standard.composite
    if composite is not None and judged.has_composite[row]:
        told["composite"] = _composite(composite, int(judged.composite[row]))
    return told


def _because(case: Case) -> list[str]:
    """The ground that counts first, then those beside it that say something new."""
    held = [name for name in NeedGrounds.__dataclass_fields__ if getattr(case.found.grounds, name)[case.row]]
    if held[0] not in SURE:
        return held
    return [name for name in held if name == held[0] or name not in (*SURE, "near_unsure")]


def _needing(case: Case, reason: str) -> list[int]:
    """The columns the first ground speaks of."""
    judged, row = case.period.judged, case.row
    ranks = judged.ranks[row]
    below, at_goal = ranks == Level.BELOW_GOAL.rank, ranks >= Level.AT_GOAL.rank
    near = (ranks == Level.NEAR_GOAL.rank) | (judged.firm_ranks[row] == Level.NEAR_GOAL.rank)
    chosen = {
        "firmly_below": judged.firm_setters[row],
        "measure_below": judged.firm_ranks[row] == Level.BELOW_GOAL.rank,
        "near": judged.firm_setters[row],
        "near_unsure": near & (judged.setters[row] | judged.firm_setters[row]),
        "skill_gap": (ranks >= 0) & ~at_goal,
        "contradiction": below | at_goal,
    }.get(reason, judged.setters[row])
    return [int(column) for column in np.flatnonzero(chosen)]


def _score(case: Case, column: int) -> Evidence:
    judged, row = case.period.judged, case.row
    measure = case.standard.measures[column]
    told: Evidence = {
        **_named(measure),
        "value": plain_number(int(judged.points[row, column])),
        "level": Level.of(judged.ranks[row, column]),
        "firm_level": Level.of(judged.firm_ranks[row, column]),
        "sem": None if measure.sem is None else plain_number(measure.sem),
        "p_other_side": _or_none(judged.p_other_side[row, column]),
        "p_goal": _or_none(judged.p_goal[row, column]),
        "official": measure.official,
        "source": measure.source,
        **_limits(measure),
    }
    if case.period.sheet.marks[row, column] == Mark.NOT_YET_ABLE:
        told["absence"] = Mark.NOT_YET_ABLE.name.lower()
    return told


def _named(measure: Yardstick) -> Evidence:
    told: Evidence = {
        "measure": measure.code,
        "name": measure.name,
        "unit": measure.unit,
        "area": measure.area,
        "higher_is_better": measure.higher_is_better,
    }
    if measure.labels:  # shown instead of the number: the first of them is the minimum
        told["labels"] = list(measure.labels)
        told["labels_from"], told["labels_step"] = plain_number(measure.minimum), plain_number(measure.step)
    return told


def _limits(measure: Yardstick) -> Evidence:
    return {} if measure.limits is None else _edges(measure.limits)


def _edges(limits: Limits) -> Evidence:
    """Each limit, and what it rests on."""
    found = {"near_from": limits.near_from, "goal_from": limits.goal_from, "above_from": limits.above_from}
    told = {key: None if value is None else plain_number(thousandths(value)) for key, value in found.items()}
    return {**told, "status": limits.status, "near_status": limits.near_status or limits.status}


def _composite(composite: Composite, value: int) -> Evidence:
    return {
        "code": composite.code,
        "value": plain_number(value),
        "source": composite.source,
        **_edges(composite.limits),
    }


def _growth(case: Case) -> Evidence:
    behind = [one for one in case.period.behind[case.row] if case.found.slow[case.row, one.column]]
    return {"measures": [_slow(case.period.measures[one.column], one) for one in behind]}


def _slow(measure: Yardstick, behind: Behind) -> Evidence:
    return {
        **_named(measure),
        "starts_on": behind.starts_on.isoformat(),
        "start": plain_number(behind.start),
        "goal_on": behind.goal_on.isoformat(),
        "goal": plain_number(behind.goal),
        "n": behind.n,
        "weeks": behind.days / 7,
        "slope": behind.slope,
        "goal_slope": behind.goal_slope,
        "p_below_goal": behind.p_below_goal,
        "sem": None if measure.sem is None else plain_number(measure.sem),
    }


def _change(case: Case) -> Evidence:
    fallen = np.flatnonzero(case.found.dropped[case.row])
    if len(fallen):
        return {"measures": [_moved(case, int(column)) for column in fallen]}
    return _lost_level(case)


def _moved(case: Case, column: int) -> Evidence:
    pair, row = case.found.pair, case.row
    measure = case.period.measures[column]
    return {
        **_named(measure),
        "value": plain_number(int(pair.now[row, column])),
        "value_window": case.code_of(int(pair.now_in[row, column])),
        "previous": plain_number(int(pair.before[row, column])),
        "previous_window": case.code_of(int(pair.before_in[row, column])),
        "sem": None if measure.sem is None else plain_number(measure.sem),
    }


def _lost_level(case: Case) -> Evidence:
    row, judged = case.row, case.period.judged
    earlier = case.found.lost_from
    levels = [*(then.level[row] for then in earlier), judged.level[row]]
    points = [*(then.points[row] for then in earlier), judged.points[row]]
    return {
        "windows": [*(case.periods[int(then.window[row])].code for then in earlier), case.period.code],
        "levels": [Level.of(level) for level in levels],
        "measures": [
            {
                **_named(case.period.measures[column]),
                "values": [plain_number(int(values[column])) for values in points],
            }
            for column in np.flatnonzero(case.found.lost[row])
        ],
    }


def _coverage(case: Case) -> Evidence:
    gone, marks = case.found.missing, case.period.sheet.marks[case.row]
    columns = np.flatnonzero(gone.cells[case.row])
    measures = [
        {**_named(case.period.measures[column]), "absence": _absence(int(marks[column]))}
        for column in columns
    ]
    areas = list(dict.fromkeys(case.period.measures[column].area_word for column in columns))
    return {"areas": areas, "twice": bool(gone.twice[case.row]), "measures": measures}


def _absence(mark: int) -> str | None:
    return None if mark == Mark.BLANK else Mark(mark).name.lower()


def _data(case: Case) -> Evidence:
    told = []
    for why in ("outside_range", "errors", "fall", "rise"):
        columns = np.flatnonzero(getattr(case.found.odd, why)[case.row])
        told += [{"why": why, **_odd(case, int(column), why)} for column in columns]
    return {"measures": told}


def _odd(case: Case, column: int, why: str) -> Evidence:
    if why in ("fall", "rise"):
        return _moved(case, column)
    sheet, measure = case.period.sheet, case.period.measures[column]
    told = {**_named(measure), "value": plain_number(int(sheet.points[case.row, column]))}
    if why == "outside_range":
        return {**told, "minimum": plain_number(measure.minimum), "maximum": plain_number(measure.maximum)}
    return {
        **told,
        "attempted": int(sheet.attempted[case.row, column]),
        "errors": int(sheet.errors[case.row, column]),
    }


def _observation(case: Case) -> Evidence:
    return dict(case.period.observations[case.row])


TELLERS = {
    Family.NEED: _need,
    Family.GROWTH: _growth,
    Family.CHANGE: _change,
    Family.COVERAGE: _coverage,
    Family.DATA: _data,
    Family.OBSERVATION: _observation,
}


def _or_none(chance: float) -> float | None:
    return None if isnan(chance) else float(chance)
