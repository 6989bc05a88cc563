"""The forms of requests for help and contacts with the home: shape only, meaning is the verbs' matter."""

from typing import Any

from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from assessments.access.forms import SwedishForm, needed
from assessments.clock import today
from assessments.forms import Boxes
from assessments.roster.models import TeamFunction
from assessments.school_days import USUAL
from assessments.words import TEAM_WORDS, capitalize_first
from screening.facts.ways import Part
from screening.requests.asking import Asking
from screening.requests.contacts import ABOUT, WAYS
from screening.requests.events import Answer
from screening.requests.models import LONGEST_TEXT, EventKind, Said

ELSEWHERE = "elsewhere"
WEEKS_TO_ANSWER = 3
LONG = Length(max=LONGEST_TEXT, message=f"Högst {LONGEST_TEXT} tecken.")
SHORT = Length(max=100, message="Högst 100 tecken.")
RECEIVERS = {one.value: capitalize_first(TEAM_WORDS[one]) for one in TeamFunction} | {
    ELSEWHERE: "Någon som inte har konto här (begäran skrivs ut)"
}
PARTS = {part.value: part.label for part in Part}


class RequestForm(SwedishForm):
    """What is asked, of whom, with which facts."""

    receiver = RadioField(
        "Till vem",
        [InputRequired("Välj vem begäran går till.")],
        choices=RECEIVERS,
        default=TeamFunction.SOCIAL_TEAM.value,
    )
    elsewhere = StringField("Mottagarens namn", [Optional(), SHORT])
    question = TextAreaField("Vad behöver ni hjälp med?", [needed("Skriv vad ni behöver hjälp med."), LONG])
    parts = Boxes("Uppgifter som följer med", choices=PARTS)
    guardians = IntegerField(
        "Antal vårdnadshavare", [needed("Ange antalet."), NumberRange(1, 4, "Mellan 1 och 4.")], default=2
    )
    due_on = DateField("Svar behövs senast", [needed("Ange en dag.")])
    flag = IntegerField("Signal", [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_submitted() and self.due_on.data is None:
            self.due_on.data = USUAL.in_weeks(today(), WEEKS_TO_ANSWER)

    def asking(self) -> Asking:
        is_elsewhere = self.receiver.data == ELSEWHERE
        return Asking(
            receiver=None if is_elsewhere else TeamFunction(self.receiver.data),
            elsewhere=self.elsewhere.data if is_elsewhere else None,
            question=self.question.data,
            parts=self.parts.data or [],
            guardians=self.guardians.data,
            due_on=self.due_on.data,
            flag_id=self.flag.data,
        )


class ConsentForm(SwedishForm):
    """What one guardian said, when, and what may be shared."""

    guardian = IntegerField("Vårdnadshavare", [InputRequired()])
    said = SelectField(
        "Svar", choices={Said.YES.value: "ja", Said.NO.value: "nej", Said.NOT_ASKED.value: "inte tillfrågad"}
    )
    said_on = DateField("Dag", [needed("Ange dagen.")], default=today)
    parts = Boxes("Får delas", choices=PARTS)


class GroundForm(SwedishForm):
    line = StringField("Grund", [needed("Skriv vilken grund du har."), LONG])


class AnswerForm(SwedishForm):
    """What the receiver tells. Fields that the kind does not ask for are left out."""

    kind = SelectField(
        "Vad har hänt",
        choices={
            kind.value: kind.value for kind in (EventKind.RECEIVED, EventKind.NEXT_STEP, EventKind.ANSWER)
        },
    )
    line = TextAreaField("Text", [Optional(), LONG])
    owner = StringField("Ansvarig funktion", [Optional(), SHORT])
    due_on = DateField("Klart senast", [Optional()])

    def told(self) -> Answer:
        return Answer(EventKind(self.kind.data), self.line.data, self.owner.data, self.due_on.data)


class EventForm(SwedishForm):
    event = IntegerField("Händelse", [InputRequired()])


class ContactForm(SwedishForm):
    way = RadioField(
        "Hur",
        [InputRequired("Välj hur ni fick kontakt.")],
        choices={way.value: word for way, word in WAYS.items()},
        default="phone",
    )
    about = RadioField(
        "Om",
        [InputRequired("Välj vad kontakten handlade om.")],
        choices={about.value: capitalize_first(word) for about, word in ABOUT.items()},
        default="both",
    )
    contacted_on = DateField("Dag", [needed("Ange dagen.")], default=today)
    line = StringField("En rad (valfritt)", [Length(max=300, message="Högst 300 tecken.")])


class TakenBackForm(SwedishForm):
    contact = IntegerField("Kontakt", [InputRequired()])
