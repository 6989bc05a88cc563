"""The forms of this room: shape only, meaning is the verbs' matter."""

from flask_wtf import FlaskForm
from wtforms import DateField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from assessments.clock import today
from assessments.roster.models import Role
from assessments.words import ROLE_WORDS

APPOINTED_HERE = (Role.TEACHER, Role.SPECIAL_TEACHER, Role.PRINCIPAL, Role.TEAM, Role.ADMINISTRATOR)
"""Coordinators open windows and adopt sets for all municipalities: they are appointed on the command line."""


def _needed(words: str) -> InputRequired:
    return InputRequired(words)


class SignInForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    username = StringField("Användarnamn", [_needed("Skriv ditt användarnamn.")])
    password = PasswordField("Lösenord", [_needed("Skriv ditt lösenord.")])


class PasswordForm(FlaskForm):  # type: ignore[misc]
    password = PasswordField("Nytt lösenord", [_needed("Skriv ett lösenord.")])


class DutyForm(FlaskForm):  # type: ignore[misc]
    role = SelectField(
        "Roll", choices={role.value: ROLE_WORDS[role].capitalize() for role in APPOINTED_HERE}
    )
    place = SelectField("Gäller")
    starts_on = DateField("Från och med", [_needed("Ange första dagen.")], default=today)
    ends_on = DateField("Till och med", [Optional()])


class StaffForm(DutyForm):
    name = StringField(
        "Namn", [_needed("Skriv personens namn."), Length(max=100, message="Högst 100 tecken.")]
    )
    username = StringField(
        "Användarnamn", [_needed("Skriv ett användarnamn."), Length(max=100, message="Högst 100 tecken.")]
    )


class LastDayForm(FlaskForm):  # type: ignore[misc]
    ends_on = DateField("Sista dag", [Optional()])
