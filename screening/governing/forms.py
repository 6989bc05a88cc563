"""The forms of Styrning: shape only, meaning is the verbs' matter."""

from typing import Any

from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import Length

from assessments.access.forms import Chosen, SwedishForm, needed
from assessments.access.governed import NO, YES
from assessments.clock import today
from assessments.forms import Boxes
from assessments.governing.choosing import LONGEST_REASON, NO_REASON
from assessments.governing.measures import NO_EXCEPTION

ALL = ""


class WhyForm(SwedishForm):
    reason = StringField(
        "Varför",
        [needed(NO_REASON), Length(max=LONGEST_REASON, message=f"Högst {LONGEST_REASON} tecken.")],
    )


class SettingForm(WhyForm):
    value = StringField(
        "Ska vara", [needed("Skriv vad som ska gälla."), Length(max=100, message="För långt.")]
    )
    valid_from = DateField("Gäller från", [needed("Ange ett datum.")], default=today)


class ChoiceForm(SettingForm):
    value = SelectField("Ska vara")


class SeveralForm(SettingForm):
    value = Boxes("Ska vara")


class MemberForm(WhyForm):
    municipality = Chosen("Kommun", "Välj kommun")
    turn = RadioField(
        "Vad som händer",
        choices={YES: "Går med", NO: "Lämnar"},
        validators=[needed("Välj om kommunen går med eller lämnar.")],
    )
    on = DateField("Dag", [needed("Ange en dag.")], default=today)


class SwitchForm(WhyForm):
    measure = SelectField("Mått")
    value = RadioField(
        "Ska vara", choices={YES: "På", NO: "Av", NO_EXCEPTION: "Inget undantag längre"},
        validators=[needed("Välj på, av eller inget undantag.")],
    )  # fmt: skip
    year = SelectField("Årskurs")
    window = SelectField("Period")
    school = SelectField("Skola")
    valid_from = DateField("Gäller perioder som öppnar från", [needed("Ange ett datum.")], default=today)


def number_or_none(field: Any) -> int | None:
    """The id that was chosen; None for all."""
    return int(field.data) if field.data else None
