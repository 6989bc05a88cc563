"""The forms of this room: shape only, meaning is the verbs' matter."""

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional

from assessments.clock import today
from screening.models import ObservedBy
from screening.reviewing import Decision
from screening.rules.catalogue import rules_on
from screening.steps.lines import LONGEST_LINE, Competence

MOST_SIGNALS = 60  # in one go: a page and its class groups
TOO_LONG = f"Högst {LONGEST_LINE} tecken."
OBSERVERS = {
    ObservedBy.TEACHER: "Läraren",
    ObservedBy.OTHER_STAFF: "Annan personal",
    ObservedBy.GUARDIAN: "Vårdnadshavare",
    ObservedBy.PUPIL: "Eleven själv",
}


class NextStepForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """A step for one signal or several. Which steps there are is the rule set's matter."""

    flag = SelectMultipleField(
        "Signaler", [Length(max=MOST_SIGNALS, message=f"Högst {MOST_SIGNALS} signaler åt gången.")],
        coerce=int, validate_choice=False,
    )  # fmt: skip
    kind = StringField("Nästa steg", [InputRequired("Välj ett nästa steg."), Length(max=100)])
    weeks = IntegerField("Veckor", [Optional()])
    due_on = DateField("Följs upp", [Optional()])
    follow_up_weeks = IntegerField("Följs upp om", [Optional()])
    competence_kind = StringField("Specialpedagogisk kompetens", [Optional(), Length(max=100)])
    competence = StringField("I samråd med", [Length(max=LONGEST_LINE, message=TOO_LONG)])
    ready = StringField("Färdig rad", [Optional(), Length(max=LONGEST_LINE, message=TOO_LONG)])
    reason = StringField("Skäl att avsluta", [Optional(), Length(max=100)])
    line = StringField("En rad", [Length(max=LONGEST_LINE, message=TOO_LONG)])

    def competence_told(self) -> Competence:
        return Competence(self.competence_kind.data or None, self.competence.data)

    def decision(self) -> Decision:
        return Decision(
            kind=self.kind.data,
            line=self.line.data,
            competence=self.competence_told().words(rules_on(today())),
            ready=self.ready.data or None,
            weeks=self.weeks.data,
            due_on=self.due_on.data,
            follow_up_weeks=self.follow_up_weeks.data,
            reason=self.reason.data,
        )


class ObservationForm(FlaskForm):  # type: ignore[misc]  # no types, as above
    observed_by = RadioField(
        "Vem såg det?",
        [InputRequired("Välj vem som såg det.")],
        choices={who.value: words for who, words in OBSERVERS.items()},
        default=ObservedBy.TEACHER.value,
    )
    line = StringField(
        "Vad har ni sett?",
        [InputRequired("Skriv vad ni har sett, på en rad."), Length(max=LONGEST_LINE, message=TOO_LONG)],
    )
    observed_on = DateField("När", [Optional()], default=today)


class WhichObservationForm(FlaskForm):  # type: ignore[misc]  # no types, as above
    observation = IntegerField("Iakttagelse", [InputRequired()])


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # no types, as above
    """Numbers of one window that somebody vouches for."""

    window = StringField("Period", [InputRequired()])
    measure = SelectMultipleField("Mått", [InputRequired()], validate_choice=False)


class AdoptionForm(FlaskForm):  # type: ignore[misc]  # no types, as above
    valid_from = DateField("Gäller perioder som öppnar från", [InputRequired("Ange ett datum.")])
    reason = StringField("Skäl", [Length(max=LONGEST_LINE, message=TOO_LONG)])
