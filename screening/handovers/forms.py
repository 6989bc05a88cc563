"""The forms of handovers: shape only, meaning is the verbs' matter."""

from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from assessments.access.forms import SwedishForm
from assessments.forms import Boxes
from screening.facts.ways import Part
from screening.handovers.making import PRESET, Making
from screening.handovers.models import HandoverKind

NOBODY = ""


class HandoverForm(SwedishForm):
    kind = RadioField(
        "Till vem",
        [InputRequired("Välj till vem.")],
        choices={kind.value: kind.label for kind in HandoverKind},
        default=HandoverKind.NEXT_TEACHER.value,
    )
    to_school = SelectField("Nästa skola", validate_choice=True)
    elsewhere = StringField("En skola som inte är med här", [Optional(), Length(max=100)])
    parts = Boxes(
        "Vad som lämnas över",
        choices={part.value: part.label for part in Part},
        default=[part.value for part in PRESET],
    )
    line = StringField("Bra att veta, på en rad (valfritt)", [Length(max=300, message="Högst 300 tecken.")])
    guardian_informed_on = DateField("Vårdnadshavarna informerades", [Optional()])

    def making(self) -> Making:
        is_school = self.kind.data == HandoverKind.NEXT_SCHOOL.value
        return Making(
            kind=HandoverKind(self.kind.data),
            parts=self.parts.data or [],
            line=self.line.data,
            to_school_id=int(self.to_school.data) if is_school and self.to_school.data else None,
            elsewhere=self.elsewhere.data if is_school else None,
            guardian_informed_on=self.guardian_informed_on.data,
        )


class ClassForm(SwedishForm):
    """What of everybody is handed over, and who of them."""

    parts = Boxes(
        "Vad som lämnas över",
        choices={part.value: part.label for part in Part},
        default=[part.value for part in PRESET],
    )
    pupils = Boxes("Elever")

    def chosen(self) -> set[int]:
        """The ids of those among the choices."""
        return {int(one) for one in self.pupils.choices or () if one in (self.pupils.data or [])}


class AcceptForm(SwedishForm):
    """Whom the handover is about at the receiving school."""

    pupil = SelectField("Eleven hos er", coerce=int, validate_choice=False)
