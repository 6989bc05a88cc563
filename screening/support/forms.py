"""The forms of support periods: shape only, meaning is the verbs' matter."""

from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from assessments.access.forms import SwedishForm, needed
from assessments.cells import read_cell
from assessments.clock import today
from assessments.instruments.catalogue import Measure
from assessments.recording import refusal
from assessments.roster.importing import is_near
from assessments.words import capitalize_first
from screening.grouping import NEUTRAL_NAMES
from screening.steps.lines import LONGEST_LINE
from screening.support.ways import GoalWay, SupportKind, WhatWorked

MOST_WEEKS = 40  # an academic year
TOO_LONG = Length(max=LONGEST_LINE, message=f"Högst {LONGEST_LINE} tecken.")


def _near(_form: Any, field: DateField) -> None:
    if field.data and not is_near(field.data):
        raise ValidationError("Datumet ligger för långt bort.")


class PlanForm(SwedishForm):
    """What is decided of a period, when it starts and when its plan is changed."""

    kind = SelectField("Insats", choices={kind.value: kind.label for kind in SupportKind})
    weeks = IntegerField(
        "Antal veckor",
        [needed("Skriv antal veckor."), NumberRange(1, MOST_WEEKS, f"Mellan 1 och {MOST_WEEKS} veckor.")],
        default=8,
    )
    minutes = IntegerField("Minuter per gång", [Optional(), NumberRange(1, 300, "Mellan 1 och 300 minuter.")])
    times_a_week = IntegerField("Gånger i veckan", [Optional(), NumberRange(1, 20, "Mellan 1 och 20.")])
    goal_way = RadioField(
        "Målet sätts efter",
        [InputRequired("Välj hur målet sätts.")],
        choices={way.value: capitalize_first(way.label) for way in GoalWay},
        default=GoalWay.AGREED.value,
    )
    goal = StringField("Målet ni har kommit överens om", [Length(max=20, message="Skriv ett tal.")])
    led_by = SelectField("Ansvarig funktion")


class StartForm(PlanForm):
    measure = SelectField("Mått som följs")
    starts_on = DateField("Första dagen", [needed("Ange första dagen."), _near], default=today)
    # The field is asked for only where there is a group; a pupil alone sends none.
    group_name = SelectField("Gruppens namn", choices=NEUTRAL_NAMES, default=NEUTRAL_NAMES[0])
    anyway = BooleanField("Starta ändå: vi har tänkt på det här")


class ChangeForm(PlanForm):
    changed_from = DateField("Gäller från", [needed("Ange från vilken dag.")], default=today)
    line = StringField("Vad som ändras, med en rad (valfritt)", [TOO_LONG])
    for_group = BooleanField("Gäller alla i gruppen; var och en behåller sitt mål", default=True)
    version = IntegerField("Version", [InputRequired()])


class WhichPeriodForm(SwedishForm):
    period = IntegerField("Stödperiod", [InputRequired()])


class EndForm(SwedishForm):
    ended_on = DateField("Sista dagen", [needed("Ange sista dagen.")], default=today)
    worked = RadioField(
        "Vad fungerade?",
        [InputRequired("Välj hur det gick.")],
        choices={worked.value: worked.label for worked in WhatWorked},
    )
    line = StringField("Vad fungerade, med en rad (valfritt)", [TOO_LONG])
    version = IntegerField("Version", [InputRequired()])


def typed_points(text: str, measure: Measure, called: str) -> tuple[Decimal | None, str | None]:
    """A start value or a goal as somebody typed it, or why it is none. Nothing typed is nothing."""
    typed = read_cell(text, measure)
    if typed.is_blank:
        return None, None
    if typed.reason or typed.points is None or typed.is_discontinued:
        return None, f"{called}: skriv ett tal."
    if reason := refusal(measure, typed.points):
        return None, f"{called} kan inte stämma. {reason}"
    return typed.points, None


def whole_weeks(starts_on: date, goal_on: date) -> int:
    """The weeks of a plan, as its form asks for them."""
    return max(1, round((goal_on - starts_on).days / 7))
