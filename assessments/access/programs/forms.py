"""The form of a new token: shape only, meaning is the verb's matter."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from assessments.access.forms import SwedishForm
from assessments.access.programs.making import USUAL
from assessments.access.programs.scopes import ON_COMMAND, TokenScope
from assessments.clock import today
from assessments.roster.models import Duty
from assessments.words import capitalize_first, function_of

ALL_DUTIES = ""


class TokenForm(SwedishForm):
    name = StringField(
        "Vad nyckeln är till för",
        [InputRequired("Skriv vad nyckeln är till för."), Length(max=100, message="Högst 100 tecken.")],
    )
    duty = SelectField("Uppdrag")
    scopes = SelectMultipleField(
        "Vad programmet får göra",
        [InputRequired("Välj minst en sak.")],
        choices={one.value: capitalize_first(one.label) for one in TokenScope if one not in ON_COMMAND},
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    ends_on = DateField(
        "Gäller till och med", [InputRequired("Ange sista dagen.")], default=lambda: today() + USUAL
    )

    def offer(self, duties: Sequence[Duty], is_all_offered: bool) -> None:
        """The duties to choose from; all of them together where nobody else looks after any."""
        every = {ALL_DUTIES: "Alla som personen har när nyckeln används"} if is_all_offered else {}
        self.duty.choices = every | {str(one.id): capitalize_first(function_of(one)) for one in duties}

    def duty_id(self) -> int | None:
        return int(self.duty.data) if self.duty.data else None

    def chosen(self) -> list[TokenScope]:
        told: list[Any] = self.scopes.data or []
        return [TokenScope(one) for one in told]
