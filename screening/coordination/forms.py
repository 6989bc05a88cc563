"""The forms of the coordinator's pages: shape only, meaning is the verbs' matter."""

from wtforms import SelectField, StringField
from wtforms.validators import Length

from assessments.access.forms import SwedishForm, needed
from assessments.models import Season
from screening.coordination.goals import LONGEST_NAME, Wish
from screening.coordination.models import GoalKind

ALL = ""
SEASONS = {one.value: one.heading for one in Season}


class GoalForm(SwedishForm):
    name = StringField(
        "Vad målet heter",
        [
            needed("Skriv vad målet heter."),
            Length(max=LONGEST_NAME, message=f"Högst {LONGEST_NAME} tecken."),
        ],
    )
    kind = SelectField("Vad som ska halveras", choices={one.value: one.label for one in GoalKind})
    measure = SelectField("Mått")
    year = SelectField("Årskurs")
    season = SelectField("Period", choices=SEASONS)
    municipality = SelectField("Vilka målet gäller")
    baseline_year = SelectField("Utgångsläge")
    target_year = SelectField("Målår")

    def wish(self) -> Wish:
        """What was chosen; shape has been looked at."""
        return Wish(
            name=self.name.data or "",
            kind=GoalKind(self.kind.data),
            measure=self.measure.data or None,
            year=int(self.year.data) if self.year.data != ALL else None,
            season=Season(self.season.data),
            municipality_id=int(self.municipality.data) if self.municipality.data != ALL else None,
            baseline_year=self.baseline_year.data,
            target_year=self.target_year.data,
        )
