"""The forms of what decides a level, and of weighted sums: shape only."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from assessments.access.forms import SwedishForm
from assessments.instruments.catalogue import measures
from assessments.models import Season
from screening.benchmarks.checks import YEARS, Content
from screening.benchmarks.forms import LONGEST_TEXT, LimitForm, line
from screening.benchmarks.plan_words import (
    codes_of,
    group_lines,
    groups_of,
    number_of,
    weight_lines,
    weights_of,
)
from screening.levels import LimitStatus

TEXT = Length(max=LONGEST_TEXT, message=f"Högst {LONGEST_TEXT} tecken.")
NUMBERS = ("mean", "sd", "scale", "constant")
SEASONS = {season.value: season.label for season in Season}
IN_GROUPS = ""  # no composite: the level is decided by groups of measures


class ReadField(TextAreaField):  # type: ignore[misc]  # wtforms has no types
    """Lines that mean something: ``read`` says what, and raises ``ValueError`` in words."""

    def __init__(self, label: str, read: Callable[..., Any], **more: Any) -> None:
        super().__init__(label, [TEXT], **more)
        self.read, self.meant = read, read("", {})

    def pre_validate(self, _form: Any) -> None:
        try:
            self.meant = self.read(self.data or "", measures())
        except ValueError as fault:
            raise ValidationError(str(fault)) from fault


class ExactField(StringField):  # type: ignore[misc]  # wtforms has no types
    """A number of a weighted sum."""

    meant = Decimal(0)

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, [Length(max=20)], **more)

    def pre_validate(self, _form: Any) -> None:
        try:
            self.meant = number_of(self.data or "")
        except ValueError as fault:
            raise ValidationError(str(fault)) from fault


class PlanForm(SwedishForm):
    seen = IntegerField()
    composite = SelectField("Nivån avgörs av")
    decides = ReadField("Avgör nivån", groups_of)
    also = ReadField("Räknas när det finns", groups_of)
    expected = ReadField("Förväntas på bladet", codes_of)
    reason = line("Varför ändras det?")

    def offer(self, composites: Iterable[str]) -> "PlanForm":
        self.composite.choices = {IN_GROUPS: "mått i grupper"} | {
            code: f"det sammanvägda resultatet {code}" for code in composites
        }
        return self

    def plan(self) -> Content:
        """As a ``[[window]]`` writes it, without year and season."""
        expected = {"expected": self.expected.meant} if self.expected.meant else {}
        if self.composite.data:
            return {"composite": self.composite.data, **expected}
        return {"decides": self.decides.meant, "also": self.also.meant, **expected}

    @classmethod
    def of(cls, plan: Content, seen: int) -> "PlanForm":
        """Filled in with what stands there."""
        known = measures()
        told = {key: group_lines(plan.get(key, []), known) for key in ("decides", "also")}
        told["expected"] = group_lines(([code] for code in plan.get("expected", [])), known)
        told["composite"] = plan.get("composite", IN_GROUPS)
        return cls(formdata=None, data={**told, "seen": seen})


class NewPlanForm(PlanForm):
    """A year and season that is not in the set: both are chosen."""

    year = SelectField("Årskurs", coerce=int)
    season = SelectField("Period", choices=SEASONS)

    def offer_years(self, labels: dict[int, str]) -> None:
        self.year.choices = {year: labels[year] for year in YEARS}


class Weighted(SwedishForm):
    """What every form of a weighted sum asks."""

    seen = IntegerField()
    weights = ReadField("Mått och vikter", weights_of)
    mean = ExactField("Medelvärde")
    sd = ExactField("Standardavvikelse")
    scale = ExactField("Skala")
    constant = ExactField("Konstant")
    reason = line("Varför ändras det?")

    def composite(self) -> Content:
        """As a ``[[composite]]`` writes it, without code, year and season."""
        weights, divide = self.weights.meant
        numbers = {key: self[key].meant for key in NUMBERS}
        return {"weights": weights, **({"divide": divide} if divide else {}), **numbers}


class CompositeForm(Weighted):
    @classmethod
    def of(cls, there: Content, seen: int) -> "CompositeForm":
        """Filled in with what stands there."""
        weights = weight_lines(there["weights"], there.get("divide", {}), measures())
        numbers = {key: f"{Decimal(there[key]):f}".replace(".", ",") for key in NUMBERS}
        return cls(formdata=None, data={"weights": weights, **numbers, "seen": seen})


class NewCompositeForm(Weighted, LimitForm):
    """A weighted sum that was not there: with the limits that it is judged by."""

    code = StringField("Kod", [InputRequired("Skriv en kod."), Length(max=50, message="Högst 50 tecken.")])
    year = SelectField("Årskurs", coerce=int)
    season = SelectField("Period", choices=SEASONS)

    def offer_years(self, labels: dict[int, str]) -> None:
        self.year.choices = {year: labels[year] for year in YEARS}

    @classmethod
    def empty(cls, seen: int) -> "NewCompositeForm":
        own = LimitStatus.PROPOSAL.value
        return cls(formdata=None, data={"seen": seen, "status": own, "near_status": own})
