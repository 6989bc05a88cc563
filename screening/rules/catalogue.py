"""The steps people can take about a signal, as the law of the day has them: one TOML file per rule set."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assessments.governing import in_force

FOLDER = Path(__file__).parent
ASKED = {"weeks", "due", "competence", "reason", "ready"}
LEADS_TO = {None, "support_period", "request"}
OFFICIAL, CASE = "official", "case"  # what a step of the law may be told by, besides steps of ours
OWN = "own"  # the competence of whoever writes


@dataclass(frozen=True)
class Step:
    """One step of a rule set; the fields are explained in garanti-2019.toml."""

    code: str
    label: str
    past: str
    asks: tuple[str, ...] = ()
    weeks: tuple[int, ...] = ()
    default_weeks: int | None = None
    after: str | None = None
    for_newly_arrived: bool = False
    for_class: bool = False
    proposed_for: tuple[str, ...] = ()
    needs_consultation: bool = False
    ready_lines: tuple[str, ...] = ()
    leads_to: str | None = None
    is_closing: bool = False
    hint: str = ""

    def __post_init__(self) -> None:
        if ("weeks" in self.asks) != bool(self.weeks) or self.default_weeks not in (self.weeks or (None,)):
            raise ValueError(f"{self.code}: a step that asks for weeks names them and one to begin with")
        if not ASKED.issuperset(self.asks) or self.after not in (None, OFFICIAL):
            raise ValueError(f"{self.code}: asks or after says something nobody knows")
        if ("ready" in self.asks) != bool(self.ready_lines) or self.leads_to not in LEADS_TO:
            raise ValueError(f"{self.code}: ready lines are asked for, and a step leads to a page we have")

    @property
    def name(self) -> str:
        """The label where a number of weeks is chosen beside it."""
        return self.label.replace("{weeks}", "_")


@dataclass(frozen=True)
class CaseKind:
    """What the principal notes of a report: the investigation, and her decision."""

    code: str
    label: str
    is_decision: bool = False
    is_last: bool = False


@dataclass(frozen=True)
class LawStep:
    """A step of the law on the checklist. ``steps``: what it is told by; none: people tick it by hand."""

    code: str
    label: str
    steps: tuple[str, ...] = ()
    needs_consultation: bool = False
    hint: str = ""


@dataclass(frozen=True)
class RuleSet:
    code: str
    name: str
    valid_from: date
    is_on: bool
    source: str
    note: str
    years: tuple[int, ...]
    follow_up_weeks: tuple[int, ...]
    default_follow_up: int
    steps: Mapping[str, Step]
    reasons: Mapping[str, str]
    competences: Mapping[str, str]
    consultations: Mapping[str, str]
    cases: Mapping[str, CaseKind]
    checklist: Mapping[str, LawStep]

    def offered(self, *, has_official_result: bool, is_newly_arrived: bool) -> list[Step]:
        """The steps that fit the pupil, in the set's order."""
        return [
            step
            for step in self.steps.values()
            if (has_official_result or step.after != OFFICIAL)
            and (is_newly_arrived or not step.for_newly_arrived)
            and not step.for_class
        ]

    def for_class(self) -> list[Step]:
        """The steps that answer a class as a class."""
        return [step for step in self.steps.values() if step.for_class]

    def proposed(self, kind: str, state: str) -> str | None:
        """The code of the step that stands first for a signal; the thread's state goes before its kind."""
        for word in (state, kind):
            for step in self.steps.values():
                if word in step.proposed_for:
                    return step.code
        return None

    def past(self, code: str) -> str:
        """What a recorded step is called, also one of another rule set or of a former time."""
        known = self.known(code)
        return known.past if known else code

    def known(self, code: str) -> Step | None:
        """The step of this set, else of another that has it."""
        others = (rules.steps[code] for rules in rule_sets().values() if code in rules.steps)
        return self.steps.get(code) or next(others, None)


@functools.cache
def rule_sets() -> Mapping[str, RuleSet]:
    """Every rule set that comes with Lässpår, by code."""
    read = (_read(tomllib.loads(file.read_text(encoding="utf-8"))) for file in sorted(FOLDER.glob("*.toml")))
    return {rules.code: rules for rules in read}


def rules_on(day: date) -> RuleSet:
    """The rule set in force on the day: the one that the initiative has chosen, else, of those that are on,
    the one that began last."""
    if (chosen := rule_sets().get(in_force.chosen("rule_set", day))) is not None:
        return chosen
    begun = [rules for rules in rule_sets().values() if rules.is_on and rules.valid_from <= day]
    return max(begun, key=lambda rules: rules.valid_from)


def _read(told: dict[str, Any]) -> RuleSet:
    return RuleSet(
        **{key: _tuple(value) for key, value in told["rules"].items()},
        steps=_by_code(Step, told["step"]),
        reasons=told["reasons"],
        competences=told["competences"],
        consultations={one["code"]: one["label"] for one in told["consultation"]},
        cases=_by_code(CaseKind, told["case"]),
        checklist=_by_code(LawStep, told["checklist"]),
    )


def _by_code(kind: Any, told: list[dict[str, Any]]) -> dict[str, Any]:
    return {one["code"]: kind(**{key: _tuple(value) for key, value in one.items()}) for one in told}


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
