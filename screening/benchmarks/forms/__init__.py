"""The forms of drafts and adoptions: shape only, meaning is the verbs' matter."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from assessments.access.forms import SwedishForm
from assessments.instruments.catalogue import Measure
from assessments.models import Season
from screening.benchmarks.checks import LIMITS, YEARS, Content
from screening.levels import LimitStatus

DRAFT_AS_SEEN = re.compile(r"\d{1,18}-\d{1,9}", re.ASCII)
NUMBER = re.compile(r"-?\d{1,6}(?:[.,]\d{1,3})?", re.ASCII)
LONGEST_LINE = 300
LONGEST_SOURCE = 1000
LONGEST_TEXT = 2000
TOO_LONG = f"Högst {LONGEST_LINE} tecken."
STATUSES = {status.value: status.label.capitalize() for status in LimitStatus}
NUMBERS = (*LIMITS, "typical")
BASIS = ("status", "near_status", "source")
OLD_SOURCE = "En gräns är ändrad. Skriv vad den nya vilar på, eller kryssa för att källan gäller också den."


class LimitField(StringField):  # type: ignore[misc]  # wtforms has no types
    """A number with at most three decimals, with comma or point; nothing where there is no limit."""

    data: Decimal | int | str | None

    def process_formdata(self, values: list[str]) -> None:
        told = values[0].replace("\u00a0", " ").strip() if values else ""
        if told and not NUMBER.fullmatch(told):
            self.data = told  # as it was typed: the person corrects it
            raise ValueError(f"”{told[:20]}” är inget tal med högst tre decimaler.")
        self.data = Decimal(told.replace(",", ".")) if told else None

    def _value(self) -> str:
        if isinstance(self.data, Decimal | int):
            return f"{Decimal(self.data):f}".replace(".", ",")
        return self.data or ""


def line(label: str) -> StringField:
    return StringField(label, [Length(max=LONGEST_LINE, message=TOO_LONG)])


class LimitForm(SwedishForm):
    seen = IntegerField()
    near_from = LimitField("Nära målet från")
    goal_from = LimitField("Målet från")
    above_from = LimitField("Över målet från")
    typical = LimitField("Typiskt värde")
    status = SelectField("Målet och över målet vilar på", choices=STATUSES)
    near_status = SelectField("Nära målet vilar på", choices=STATUSES)
    source = StringField("Källa", [Length(max=LONGEST_SOURCE, message=f"Högst {LONGEST_SOURCE} tecken.")])
    still_rests = BooleanField("Källan gäller också de ändrade talen")
    reason = line("Varför ändras gränsen?")

    def limits(self) -> Content:
        """As a ``[[cut]]`` writes them, without measure, year and season."""
        numbers = {key: self[key].data for key in NUMBERS if self[key].data is not None}
        told = {key: self[key].data for key in ("status", "near_status")}
        return {**numbers, **told, "source": (self.source.data or "").strip()}

    def rests_on_the_old(self, before: Content) -> bool:
        """Whether a limit is another and still said to rest on what the former did: a slip that would be
        printed at every signal. The form asks once."""
        after = self.limits()
        is_other = any(after.get(key) != before.get(key) for key in LIMITS)
        told = (
            before.get("status"),
            before.get("near_status", before.get("status")),
            before.get("source", ""),
        )
        if not is_other or self.still_rests.data or told != tuple(after[key] for key in BASIS):
            return False
        self.source.errors = [*self.source.errors, OLD_SOURCE]
        return True

    @classmethod
    def of(cls, limits: Content | None, seen: int) -> "LimitForm":
        """Filled in with what stands there."""
        there = limits or {}
        status = there.get("status", LimitStatus.PROPOSAL)
        shown = {"status": status, "near_status": there.get("near_status", status)}
        return cls(formdata=None, data={**there, **shown, "seen": seen})


class NewLimitForm(LimitForm):
    """Limits where the set has none: measure, year and season are chosen."""

    measure = SelectField("Mått")
    year = SelectField("Årskurs", coerce=int)
    season = SelectField("Period", choices={season.value: season.label for season in Season})

    def offer(self, measures: list[Measure], year_labels: dict[int, str]) -> None:
        self.measure.choices = {one.code: one.name for one in measures}
        self.year.choices = {year: year_labels[year] for year in YEARS}


class ProposalForm(SwedishForm):
    """Which result is to foretell which goal: it asks and changes nothing, so it stands in the address."""

    class Meta(SwedishForm.Meta):
        csrf = False

    measure = SelectField("Mått")
    result = SelectField("Resultatet från")
    goal = SelectField("Målet som ska förutses")

    def offer(self, measures: list[Measure], places: dict[str, str]) -> None:
        """``places``: by year and season, ``2-spring``, what people call it."""
        self.measure.choices = {one.code: one.name for one in measures}
        self.result.choices = self.goal.choices = places

    def places(self) -> tuple[int, Season, int, Season]:
        """Year and season of the result, and of the goal."""
        (year, season), (goal_year, goal_season) = (one.data.split("-") for one in (self.result, self.goal))
        return int(year), Season(season), int(goal_year), Season(goal_season)


class TakeInForm(SwedishForm):
    """An open draft, as it stood when the page was made: somebody else may have written in it since."""

    draft = SelectField("Utkast", validate_choice=False)

    def offer(self, drafts: Mapping[tuple[int, int], str]) -> None:
        """``drafts``: what each is called, by its id and version."""
        self.draft.choices = {f"{draft_id}-{version}": name for (draft_id, version), name in drafts.items()}

    def chosen(self) -> tuple[int, int]:
        """Id and version."""
        draft_id, version = self.draft.data.split("-")
        return int(draft_id), int(version)

    def validate_draft(self, field: SelectField) -> None:
        if not DRAFT_AS_SEEN.fullmatch(field.data or ""):
            raise ValidationError("Välj ett utkast.")


class FactsForm(SwedishForm):
    seen = IntegerField()
    name = StringField(
        "Namn", [InputRequired("Skriv ett namn."), Length(max=100, message="Högst 100 tecken.")]
    )
    version = StringField(
        "Version", [InputRequired("Skriv en version."), Length(max=50, message="Högst 50 tecken.")]
    )
    owner = StringField("Ägare", [InputRequired("Skriv vem som äger uppsättningen."), Length(max=100)])
    population = StringField("Gäller", [InputRequired("Skriv vilka den gäller."), Length(max=200)])
    valid_from = DateField("Föreslås från", [InputRequired("Ange ett datum.")])
    note = TextAreaField("Anmärkning", [Length(max=LONGEST_TEXT, message=f"Högst {LONGEST_TEXT} tecken.")])
    reason = line("Varför ändras det?")

    def facts(self) -> Content:
        told: dict[str, Any] = {
            key: (self[key].data or "").strip() for key in ("name", "version", "owner", "population", "note")
        }
        told["note"] = "\n".join(told["note"].splitlines())
        return {**told, "valid_from": self.valid_from.data}


class DraftFileForm(SwedishForm):
    file = FileField("Riktmärken som TOML-fil", [FileRequired("Välj en fil.")])


class SeenForm(SwedishForm):
    """A button on a draft: publish, lay aside, take a limit away."""

    seen = IntegerField()
    reason = line("Skäl")
