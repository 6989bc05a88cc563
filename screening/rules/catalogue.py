"""The steps people can take about a signal, as the law of the day has them: one TOML file per rule set."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
ASKED = {"weeks", "due", "competence", "reason"}


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
    proposed_for: tuple[str, ...] = ()
    is_closing: bool = False
    hint: str = ""

    def __post_init__(self) -> None:
        if ("weeks" in self.asks) != bool(self.weeks) or self.default_weeks not in (self.weeks or (None,)):
            raise ValueError(f"{self.code}: a step that asks for weeks names them and one to begin with")
        if not ASKED.issuperset(self.asks) or self.after not in (None, "official"):
            raise ValueError(f"{self.code}: asks or after says something nobody knows")

    @property
    def name(self) -> str:
        """The label where a number of weeks is chosen beside it."""
        return self.label.replace("{weeks}", "_")


@dataclass(frozen=True)
class RuleSet:
    code: str
    name: str
    valid_from: date
    is_on: bool
    source: str
    note: str
    steps: Mapping[str, Step]
    reasons: Mapping[str, str]

    def offered(self, *, has_official_result: bool, is_newly_arrived: bool) -> list[Step]:
        """The steps that fit the pupil, in the set's order."""
        return [
            step
            for step in self.steps.values()
            if (has_official_result or step.after != "official")
            and (is_newly_arrived or not step.for_newly_arrived)
        ]

    def proposed(self, kind: str, state: str) -> str | None:
        """The code of the step that stands first for a signal; the thread's state goes before its kind."""
        for word in (state, kind):
            for step in self.steps.values():
                if word in step.proposed_for:
                    return step.code
        return None

    def past(self, code: str) -> str:
        """What a recorded step is called, also one of another rule set or of a former time."""
        known = {step.code: step.past for rules in rule_sets().values() for step in rules.steps.values()}
        return self.steps[code].past if code in self.steps else known.get(code, code)


@functools.cache
def rule_sets() -> Mapping[str, RuleSet]:
    """Every rule set that comes with Lässpår, by code."""
    read = (_read(tomllib.loads(file.read_text(encoding="utf-8"))) for file in sorted(FOLDER.glob("*.toml")))
    return {rules.code: rules for rules in read}


def rules_on(day: date) -> RuleSet:
    """The rule set in force on the day: of those that are on, the one that began last."""
    begun = [rules for rules in rule_sets().values() if rules.is_on and rules.valid_from <= day]
    return max(begun, key=lambda rules: rules.valid_from)


def _read(told: dict[str, Any]) -> RuleSet:
    steps = [_step(step) for step in told["step"]]
    return RuleSet(**told["rules"], steps={step.code: step for step in steps}, reasons=told["reasons"])


def _step(told: dict[str, Any]) -> Step:
    lists = {key: tuple(value) for key, value in told.items() if isinstance(value, list)}
    return Step(**{**told, **lists})
