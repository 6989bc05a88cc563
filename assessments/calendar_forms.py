"""The forms of terms, breaks and schools with days of their own: shape only."""

from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from assessments.access.forms import WhyForm, needed
from assessments.calendar_editing import LONGEST_NAME, tidy_name
from assessments.school_days import Span, SpanKind


class RangeForm(WhyForm):
    kind = SelectField("Vad det är", choices={kind.value: kind.label for kind in SpanKind})
    name = StringField("Namn", [Optional(), Length(max=LONGEST_NAME, message="Högst 60 tecken.")])
    starts_on = DateField("Första dagen", [needed("Ange första dagen.")])
    ends_on = DateField("Sista dagen", [needed("Ange sista dagen.")])

    @property
    def span(self) -> Span:
        """What it says, once it is valid."""
        return Span(
            SpanKind(self.kind.data), self.starts_on.data, self.ends_on.data, tidy_name(self.name.data)
        )


class SchoolDaysForm(WhyForm):
    """When a window opens and closes at one school."""

    school = SelectField("Skola", coerce=int)
    opens_on = DateField("Öppnar", [needed("Ange när perioden öppnar på skolan.")])
    closes_on = DateField("Stänger", [needed("Ange när perioden stänger på skolan.")])
