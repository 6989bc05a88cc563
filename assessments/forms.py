"""The forms of this room: shape only. What the data allows is said by the verbs."""

from typing import Any

from wtforms import BooleanField, DateField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from assessments import calendar
from assessments.access.forms import Chosen, SwedishForm, WhyForm, needed
from assessments.clock import today
from assessments.models import Season
from assessments.roster.cells import LANGUAGES, OTHER_LANGUAGE
from assessments.roster.models import Curriculum, SchoolForm
from assessments.words import capitalize_first

LONGEST = Length(max=100, message="Högst 100 tecken.")


class SchoolDetailsForm(SwedishForm):
    name = StringField("Skolans namn", [needed("Skriv skolans namn."), LONGEST])
    code = StringField("Skolenhetskod", [Optional(), LONGEST])
    phone = StringField("Telefon", [Optional(), LONGEST])


class ClassNameForm(SwedishForm):
    name = StringField("Klassens namn", [needed("Skriv klassens namn."), LONGEST])


class NewClassForm(ClassNameForm):
    academic_year = SelectField("Läsår")


class PupilForm(SwedishForm):
    given_name = StringField("Förnamn", [needed("Skriv förnamnet."), LONGEST])
    preferred_name = StringField("Tilltalsnamn", [Optional(), LONGEST])
    family_name = StringField("Efternamn", [needed("Skriv efternamnet."), LONGEST])
    code = StringField("Elev-id", [needed("Skriv elev-id."), LONGEST])
    school_form = SelectField(
        "Skolform",
        choices={
            SchoolForm.GRUNDSKOLA.value: "Grundskola",
            SchoolForm.ANPASSAD.value: "Anpassad grundskola",
        },
    )
    curriculum = SelectField(
        "Kursplan",
        choices={
            Curriculum.SWEDISH.value: "Svenska (sv)",
            Curriculum.SWEDISH_AS_SECOND_LANGUAGE.value: "Svenska som andraspråk (sva)",
        },
    )
    letter_language = SelectField("Brev hem på")
    second_letter_language = SelectField("Brev till ett andra hem på")
    new_in_swedish_school_on = DateField("Ny i svensk skola sedan", [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"sv": "Svenska"}
        for word, code in LANGUAGES.items():
            words.setdefault(code, capitalize_first(word))
        words[OTHER_LANGUAGE] = "Annat språk: svenskt blad med frågan om tolk"
        self.letter_language.choices = words
        self.second_letter_language.choices = {"": "Inget andra hem"} | words


class YearForm(SwedishForm):
    """Which årskurs; the labels are those of the academic year."""

    year = SelectField("Årskurs", coerce=int)

    def name_years(self, academic_year: str) -> None:
        self.year.choices = {str(year): calendar.year_label(year, academic_year) for year in range(10)}


class NewPupilForm(PupilForm, YearForm):
    starts_on = DateField("Första dagen i klassen", [needed("Ange första dagen.")], default=today)


class AnotherClassForm(YearForm):
    """``sure``: the id of the class of another school that somebody has been asked about once more."""

    sure = IntegerField(validators=[Optional()])


class MoveForm(AnotherClassForm):
    to_class = Chosen("Ny klass", "Välj klass")
    from_day = DateField("Första dagen i den nya klassen", [needed("Ange första dagen.")], default=today)


class RightClassForm(AnotherClassForm):
    right_class = Chosen("Rätt klass", "Välj klass")


class LastDayForm(SwedishForm):
    last_day = DateField("Sista dagen i klassen", [needed("Ange sista dagen.")])


class WindowForm(WhyForm):
    opens_on = DateField("Öppnar", [needed("Ange när perioden öppnar.")])
    closes_on = DateField("Stänger", [needed("Ange när perioden stänger.")])
    makeup_days = IntegerField(
        "Uppsamlingsdagar",
        [needed("Ange antal dagar; 0 för ingen uppsamling."), NumberRange(0, 120, "Mellan 0 och 120 dagar.")],
        default=21,
    )


class NewWindowForm(WindowForm):
    academic_year = SelectField("Läsår")
    season = SelectField(
        "Period", choices={season.value: capitalize_first(season.label) for season in Season}
    )


class Boxes(SelectMultipleField):  # type: ignore[misc]  # wtforms has no types
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MeasuresForm(WhyForm):
    """The measures a school uses; none ticked: it follows what the benchmark set expects."""

    measures = Boxes("Mått som skolan använder")


class LateEntryForm(SwedishForm):
    """Open until a day, or no with a reason; both fields stand on the page, the buttons tell them apart."""

    until = DateField("Öppen till och med", [Optional()])
    refusal = StringField("Varför det inte går", [Optional()])


class OpenClassForm(SwedishForm):
    window = SelectField("Period")
    school_class = Chosen("Klass", "Välj klass")
    until = DateField("Öppen till och med", [needed("Ange sista dagen.")])


class AliasForm(SwedishForm):
    alias = StringField("Alias", [needed("Skriv ett alias."), LONGEST])


class ProtectForm(AliasForm):
    is_sure = BooleanField(
        "Jag har läst vad som händer och vill skydda eleven nu",
        [needed("Kryssa i rutan för att skydda eleven.")],
    )


class HiddenPupilForm(AliasForm, YearForm):
    """A pupil who has no name here. ``school_class`` is a class of the school."""

    school_class = Chosen("Klass", "Välj klass")
    starts_on = DateField("Första dagen i klassen", [needed("Ange första dagen.")], default=today)
    school_form = PupilForm.school_form
    curriculum = PupilForm.curriculum


class HiddenEndForm(SwedishForm):
    last_day = DateField("Sista dagen i klassen", [Optional()])


class LiftForm(SwedishForm):
    given_name = StringField("Förnamn", [needed("Skriv förnamnet."), LONGEST])
    family_name = StringField("Efternamn", [needed("Skriv efternamnet."), LONGEST])
    is_sure = BooleanField(
        "Jag vet att eleven inte längre har skyddade personuppgifter",
        [needed("Kryssa i rutan för att ta bort skyddet.")],
    )
