"""decision-logic.md sections 2-5 read aloud, one pupil at a time: the engine is compared with this.

Nothing here is shared with the app, and nothing is vectorised: plain values, plain branches.
"""

import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

RANK = {"below_goal": 0, "near_goal": 1, "at_goal": 2, "above_goal": 3}
MISSING = {"f": "absent", "a": "declined", "u": "exempt", "s": "other_language", "o": "invalid"}
NOT_YET_ABLE = "not_yet_able"
READING = {"decoding", "fluency", "comprehension"}


def phi(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


@dataclass
class Rules:
    """The two TOML files of the contract."""

    measures: dict[str, dict[str, Any]]
    cuts: dict[tuple[str, int, str], dict[str, Any]]
    windows: dict[tuple[int, str], dict[str, Any]]
    composites: dict[tuple[str, int, str], dict[str, Any]]

    @classmethod
    def read(cls, instruments: Path, benchmarks: Path) -> "Rules":
        measures = tomllib.loads(instruments.read_text("utf-8"), parse_float=Decimal)["measure"]
        content = tomllib.loads(benchmarks.read_text("utf-8"), parse_float=Decimal)
        return cls(
            {entry["code"]: entry for entry in measures},
            {(cut["measure"], cut["year"], cut["season"]): cut for cut in content["cut"]},
            {(window["year"], window["season"]): window for window in content["window"]},
            {(one["code"], one["year"], one["season"]): one for one in content.get("composite", [])},
        )


@dataclass
class Cell:
    """One score as typed: a number, a letter, or a number with b."""

    text: str

    @property
    def absence(self) -> str | None:
        return NOT_YET_ABLE if self.text == "k" else MISSING.get(self.text)

    @property
    def points(self) -> Decimal | None:
        if self.absence:
            return None
        return Decimal(self.text.removesuffix("b").replace(",", "."))


@dataclass
class Judged:
    """What a window comes to for one pupil."""

    level: str
    at_best: str | None = None
    firm: str = "not_determined"
    firm_at_best: str | None = None
    despite_missing: bool = False
    composite: int | None = None
    certainty: str = "unknown"
    p_goal: float | None = None
    firm_p_goal: float | None = None
    deciding: dict[str, Decimal] = field(default_factory=dict)
    measures: dict[str, dict[str, Any]] = field(default_factory=dict)
    firm_measures: dict[str, str] = field(default_factory=dict)


class Oracle:
    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    # --- one score -------------------------------------------------------------------------------
    def counted(self, code: str, cell: Cell) -> Decimal | None:
        """The number a cell is judged by; k is the worst end of the measure."""
        if cell.absence == NOT_YET_ABLE:
            measure = self.rules.measures[code]
            return Decimal(measure["minimum"] if measure["higher_is_better"] else measure["maximum"])
        return cell.points

    def level(self, code: str, year: int, season: str, x: Decimal, firm: bool = False) -> str | None:
        cut = self.rules.cuts.get((code, year, season))
        if cut is None:
            return None
        limits = {name: cut.get(name) for name in ("near_from", "goal_from", "above_from")}
        if firm:
            if cut.get("near_status", cut["status"]) == "P":
                limits["near_from"] = None
            if cut["status"] == "P":
                limits["goal_from"] = limits["above_from"] = None
        near, goal, above = limits["near_from"], limits["goal_from"], limits["above_from"]
        measure = self.rules.measures.get(code)
        if measure and not measure["higher_is_better"]:
            x, near, goal, above = -x, *(None if limit is None else -limit for limit in (near, goal, above))
        if near is None and goal is None and above is None:
            return "at_goal"
        if above is not None and x >= above:
            return "above_goal"
        if goal is None:
            return "at_goal" if near is None or x >= near else "below_goal"
        if x >= goal:
            return "at_goal"
        return "near_goal" if near is None or x >= near else "below_goal"

    def p(self, code: str, year: int, season: str, x: Decimal, names: Iterable[str]) -> float | None:
        cut, sem = self.rules.cuts.get((code, year, season)), self.rules.measures[code].get("sem")
        limits = [cut[name] for name in names if cut and cut.get(name) is not None]
        if not sem or not limits:
            return None
        return phi(-float(min(abs(x - limit) for limit in limits)) / float(sem))

    @staticmethod
    def certainty(p: float | None) -> str:
        if p is None:
            return "unknown"
        return "clear" if p < 0.10 else "near" if p <= 0.30 else "on_the_line"

    # --- a window --------------------------------------------------------------------------------
    def window(self, year: int, season: str, cells: dict[str, Cell]) -> Judged:
        plan = self.rules.windows.get((year, season))
        if plan is None:
            judged = Judged("not_determined")
        else:
            judged = self._composite(plan, year, season, cells) if plan.get("composite") else None
            judged = judged or self._groups(plan, year, season, cells)
        judged.measures = self._measures(plan, year, season, cells)
        judged.firm_measures = {
            code: firm
            for code, cell in cells.items()
            if (x := self.counted(code, cell)) is not None
            and (firm := self.level(code, year, season, x, True))
        }
        return judged

    def _measures(
        self, plan: Any, year: int, season: str, cells: dict[str, Cell]
    ) -> dict[str, dict[str, Any]]:
        named: set[str] = set(cells)
        if plan:
            named |= {code for group in [*plan.get("decides", []), *plan.get("also", [])] for code in group}
            named |= set(plan.get("expected", []))
            if plan.get("composite"):
                named |= set(self.rules.composites[plan["composite"], year, season]["weights"])
        found = {}
        for code in named:
            cell = cells.get(code)
            x = self.counted(code, cell) if cell else None
            entry = {
                "value": None if cell is None or cell.points is None else float(cell.points),
                "absence": cell.absence if cell else None,
                "discontinued": bool(cell and cell.text.endswith("b") and not cell.absence),
                "level": "not_determined" if x is None else self.level(code, year, season, x),
                "p_other_side": None
                if x is None
                else self.p(code, year, season, x, ("near_from", "goal_from")),
            }
            entry["certainty"] = self.certainty(entry["p_other_side"])
            found[code] = entry
        return found

    def _groups(self, plan: Any, year: int, season: str, cells: dict[str, Cell]) -> Judged:
        speaking: list[tuple[str, Decimal]] = []
        silent: list[list[str]] = []
        for kind in ("decides", "also"):
            for group in plan.get(kind, []):
                speaker = next(
                    (
                        (code, x)
                        for code in group
                        if code in cells
                        and (x := self.counted(code, cells[code])) is not None
                        and self.level(code, year, season, x) is not None
                    ),
                    None,
                )
                if speaker:
                    speaking.append(speaker)
                elif kind == "decides":
                    silent.append(group)
        judged = Judged("not_determined", deciding=dict(speaking))
        for firm in (False, True):
            levels = {code: str(self.level(code, year, season, x, firm)) for code, x in speaking}
            worst, best = list(levels.values()), list(levels.values())
            for group in silent:
                ends = [
                    str(self.level(code, year, season, Decimal(self.rules.measures[code][end]), firm))
                    for code in group
                    for end in ("minimum", "maximum")
                    if (code, year, season) in self.rules.cuts
                ]
                worst.append(min(ends, key=RANK.__getitem__))
                best.append(max(ends, key=RANK.__getitem__))
            low, high = (min(found, key=RANK.__getitem__) for found in (worst, best))
            setters = [code for code, level in levels.items() if level == high]
            goals = [
                p
                for code, x in speaking
                if code in setters and (p := self.p(code, year, season, x, ["goal_from"])) is not None
            ]
            p_goal = min(goals) if goals else None
            if firm:
                judged.firm, judged.firm_at_best = (low, None) if low == high else ("not_determined", high)
                judged.firm_p_goal = p_goal
                continue
            judged.p_goal = p_goal
            if low != high:
                judged.at_best = high
                continue
            judged.level, judged.despite_missing = low, bool(silent)
            sure = [
                p
                for code, x in speaking
                if code in setters
                and (p := self.p(code, year, season, x, ("near_from", "goal_from"))) is not None
            ]
            judged.certainty = self.certainty(min(sure) if sure else None)
        return judged

    def _composite(self, plan: Any, year: int, season: str, cells: dict[str, Cell]) -> Judged | None:
        one = self.rules.composites[plan["composite"], year, season]
        values = {code: self.counted(code, cells[code]) if code in cells else None for code in one["weights"]}
        low = high = Fraction(0)
        for code, weight in one["weights"].items():
            factor = Fraction(weight) / Fraction(one.get("divide", {}).get(code, 1))
            measure = self.rules.measures[code]
            ends = [values[code]] if values[code] is not None else [measure["minimum"], measure["maximum"]]
            terms = [factor * Fraction(end) for end in ends]
            low, high = low + min(terms), high + max(terms)

        def points(total: Fraction) -> int:
            exact = Fraction(one["scale"]) * (total - Fraction(one["mean"])) / Fraction(one["sd"])
            sign, size = (-1, -exact) if exact < 0 else (1, exact)
            return sign * math.floor(size + Fraction(1, 2)) + int(one["constant"])

        missing = any(value is None for value in values.values())
        judged = Judged("not_determined")
        for firm in (False, True):
            worst, best = (
                str(self.level(one["code"], year, season, Decimal(points(end)), firm)) for end in (low, high)
            )
            if firm:
                judged.firm, judged.firm_at_best = (
                    (worst, None) if worst == best else ("not_determined", best)
                )
            elif worst == best:
                judged.level, judged.despite_missing = worst, missing
            else:
                judged.at_best = best
        judged.composite = None if missing else points(low)
        return judged

    # --- need ------------------------------------------------------------------------------------
    def need(self, year: int, season: str, cells: dict[str, Cell], judged: Judged) -> tuple[str, int] | None:
        if (year, season) not in self.rules.windows:
            return None
        if judged.firm == "below_goal":
            return "below_goal", 3
        if "below_goal" in judged.firm_measures.values():
            return "below_goal", 2
        if (
            "near_goal" in (judged.firm, judged.firm_at_best)
            and judged.firm_p_goal is not None
            and judged.firm_p_goal <= 0.30
        ):
            return "near_goal", 2
        if "near_goal" in (judged.firm, judged.firm_at_best, judged.level, judged.at_best):
            return "watch", 1
        if judged.level == "at_goal" and judged.p_goal is not None and judged.p_goal > 0.30:
            return "watch", 1
        # Without a firm level: whatever it is when what is missing is there, it is at best this.
        firmly = judged.firm_at_best if judged.firm == "not_determined" else judged.firm
        if judged.level in RANK and firmly in RANK and RANK[judged.level] < RANK[firmly]:
            return "watch", 1
        levels = {code: entry["level"] for code, entry in judged.measures.items() if entry["level"] in RANK}
        if judged.level in ("at_goal", "above_goal") and any(RANK[level] < 2 for level in levels.values()):
            return "watch", 1
        return ("watch", 1) if self._contradiction(levels) else None

    def _contradiction(self, levels: dict[str, str]) -> bool:
        for official, here in levels.items():
            if not self.rules.measures[official].get("official"):
                continue
            for other, there in levels.items():
                if other == official or self.rules.measures[other]["area"] not in READING:
                    continue
                if (RANK[here] >= 2 and there == "below_goal") or (here == "below_goal" and RANK[there] >= 2):
                    return True
        return False
