"""The administrator's forms about retention: shape only."""

from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from assessments.access.forms import SwedishForm, needed
from assessments.clock import today
from assessments.retention.kinds import kinds
from assessments.retention.models import Basis
from assessments.retention.rules import LONGEST, MOST_YEARS
from assessments.words import capitalize_first

LINE = Length(max=LONGEST, message=f"Högst {LONGEST} tecken.")
YEARS = NumberRange(1, MOST_YEARS, f"Mellan 1 och {MOST_YEARS} år, eller tomt.")


class RuleForm(SwedishForm):
    kind = SelectField("Slag av uppgift")
    years = IntegerField("Antal år", [Optional(), YEARS])
    basis = SelectField("Räknas från", choices={one.value: capitalize_first(one.label) for one in Basis})
    decision = StringField("Beslut", [needed("Skriv vem som har beslutat och var det står."), LINE])
    decided_on = DateField("Beslutets dag", [needed("Ange beslutets dag.")], default=today)

    def name_kinds(self) -> "RuleForm":
        self.kind.choices = {code: kind.name for code, kind in kinds().items()}
        return self


class HoldForm(SwedishForm):
    code = StringField("Elev-id", [needed("Skriv elev-id."), Length(max=100, message="Högst 100 tecken.")])
    reason = StringField("Skäl", [Optional(), LINE])


class NarrowForm(SwedishForm):
    # Beside HoldForm on its page, which asks the same.
    code = StringField(
        "Elev-id", [needed("Skriv elev-id."), Length(max=100, message="Högst 100 tecken.")], id="narrow-code"
    )
    reason = StringField("Skäl", [Optional(), LINE], id="narrow-reason")
    since_on = DateField("Från och med", [Optional()], default=today)
