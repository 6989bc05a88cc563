"""The forms of this room: shape only, meaning is the verbs' matter."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from assessments.access.duties import HIGHEST_YEAR
from assessments.calendar import academic_year_on, year_label
from assessments.clock import today
from assessments.roster.models import Role, TeamFunction
from assessments.words import ROLE_WORDS, TEAM_WORDS, capitalize_first

APPOINTED_HERE = (Role.TEACHER, Role.SPECIAL_TEACHER, Role.PRINCIPAL, Role.TEAM, Role.ADMINISTRATOR)
"""Coordinators open windows and adopt sets for all municipalities: they are appointed on the command line."""


def needed(words: str) -> InputRequired:
    return InputRequired(words)


class Chosen(SelectField):  # type: ignore[misc]  # wtforms has no types
    """One of the rows that are offered, by its id. Nothing is chosen until somebody has chosen."""

    def __init__(self, label: str, asked: str, **kwargs: Any) -> None:
        super().__init__(label, [needed(f"{asked}.")], coerce=_id_or_none, **kwargs)
        self.asked = asked

    def offer(self, rows: Iterable[tuple[int, str]]) -> None:
        self.choices = [("", self.asked), *rows]


def _id_or_none(text: Any) -> int | None:
    return int(text) if text else None


class SwedishForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # no types, as above
        locales = ("sv",)

        def get_translations(self, form: Any) -> Any:
            """WTForms' own words: Flask-WTF asks Flask-Babel, which we do not have."""
            return DefaultMeta.get_translations(self, form)


class WhyForm(SwedishForm):
    """A choice for the initiative: one line in its history."""

    reason = StringField("Varför", [Optional(), Length(max=300, message="Högst 300 tecken.")])


class SignInForm(SwedishForm):
    username = StringField("Användarnamn", [needed("Skriv ditt användarnamn.")])
    password = PasswordField("Lösenord", [needed("Skriv ditt lösenord.")])
    code = StringField("Kod")  # from scripts and the box on a sheet; people are asked on a page of its own


class CodeForm(SwedishForm):
    code = StringField("Kod", [needed("Skriv koden från appen.")])


class PasswordForm(SwedishForm):
    password = PasswordField("Nytt lösenord", [needed("Skriv ett lösenord.")])


class DutyForm(SwedishForm):
    role = SelectField(
        "Roll", choices={role.value: capitalize_first(ROLE_WORDS[role]) for role in APPOINTED_HERE}
    )
    team = SelectField(
        "Funktion utanför skolan",
        choices={one.value: capitalize_first(TEAM_WORDS[one]) for one in TeamFunction},
        default=TeamFunction.SOCIAL_TEAM.value,
    )
    place = SelectField("Gäller")
    first_year = SelectField("Från årskurs", default="")
    last_year = SelectField("Till årskurs", default="")
    starts_on = DateField("Från och med", [needed("Ange första dagen.")], default=today)
    ends_on = DateField("Till och med", [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = academic_year_on(today())
        called = {str(one): year_label(one, year) for one in range(HIGHEST_YEAR + 1)}
        self.first_year.choices = self.last_year.choices = {"": "alla årskurser"} | called

    def years(self) -> tuple[int, int] | None:
        """The first and the last year; where only one was chosen that one alone. Of a role that has none the
        fields are not on the screen, and what was left in them is not meant."""
        if self.role.data != Role.SPECIAL_TEACHER:
            return None
        chosen = [int(one.data) for one in (self.first_year, self.last_year) if one.data]
        return (chosen[0], chosen[-1]) if chosen else None


class SubstituteForm(SwedishForm):
    substitute = Chosen("Vikarie", "Välj vikarie")
    covered = SelectMultipleField(
        "Uppdrag", coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    first_day = DateField("Från och med", [needed("Ange första dagen.")], default=today)
    last_day = DateField("Till och med", [needed("Ange sista dagen: uppdraget tar slut av sig självt.")])


class NameForm(SwedishForm):
    name = StringField(
        "Namn", [needed("Skriv personens namn."), Length(max=100, message="Högst 100 tecken.")]
    )


class StaffForm(NameForm, DutyForm):
    username = StringField(
        "Användarnamn", [needed("Skriv ett användarnamn."), Length(max=100, message="Högst 100 tecken.")]
    )


class LastDayForm(SwedishForm):
    ends_on = DateField("Sista dag", [Optional()])
