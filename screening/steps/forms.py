"""The forms of steps, samråd, the principal's notes and the checklist: shape only."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, Optional

from assessments.clock import today
from assessments.roster.models import Role
from screening.rules.catalogue import rules_on
from screening.steps.cases import CaseTold
from screening.steps.consulting import ASKED, Asking, Holding
from screening.steps.ending import Ending
from screening.steps.lines import LONGEST_LINE, Competence
from screening.steps.ticking import Ticked

LINE = [Length(max=LONGEST_LINE, message=f"Högst {LONGEST_LINE} tecken.")]
CODE = [Optional(), Length(max=100)]


class WithCompetence(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """Who took part in the samråd."""

    competence_kind = StringField("Specialpedagogisk kompetens", CODE)
    competence = StringField("Vem deltog", LINE)

    def competence_told(self) -> Competence:
        return Competence(self.competence_kind.data or None, self.competence.data)

    def competence_words(self) -> str | None:
        return self.competence_told().words(rules_on(today()))


class EndingForm(WithCompetence):
    """A step is ticked off."""

    ended_on = DateField("När", [Optional()])
    came_to_nothing = BooleanField("Blev inte av")
    line = StringField("En rad", LINE)

    def ending(self) -> Ending:
        return Ending(
            is_done=not self.came_to_nothing.data,
            line=self.line.data,
            competence=self.competence_words(),
            ended_on=self.ended_on.data,
        )


class AskForm(FlaskForm):  # type: ignore[misc]  # no types, as above
    """Samråd is asked for."""

    about = StringField("Om vad", [InputRequired("Välj vad samrådet ska handla om."), Length(max=100)])
    role = StringField("Med vem", [InputRequired("Välj vilken funktion du vill samråda med.")])
    question = StringField("Frågan", LINE)

    def asking(self) -> Asking | None:
        """None where the function is none that samråd is asked of."""
        role = next((one for one in ASKED if one.value == self.role.data), None)
        return None if role is None else Asking(self.about.data, Role(role), self.question.data)


class HoldForm(WithCompetence):
    """Samråd was held, or is withdrawn."""

    held_on = DateField("När", [Optional()])
    answer = StringField("Vad ni kom fram till", LINE)
    withdraw = BooleanField("Behövs inte längre")

    def holding(self) -> Holding:
        return Holding(self.competence_told(), self.held_on.data, self.answer.data)


class CaseForm(FlaskForm):  # type: ignore[misc]  # no types, as above
    """What the principal notes of a report."""

    kind = StringField("Vad har hänt", [InputRequired("Välj vad som har hänt."), Length(max=100)])
    noted_on = DateField("När", [Optional()])
    line = StringField("En rad", LINE)

    def told(self) -> CaseTold:
        return CaseTold(self.kind.data, self.noted_on.data, self.line.data)


class WhichCaseForm(FlaskForm):  # type: ignore[misc]  # no types, as above
    """Which of the principal's notes is taken back."""

    note = IntegerField("Anteckning", [InputRequired()])


class TickForm(WithCompetence):
    """A step of the law is ticked by hand, or the tick is taken back."""

    item = StringField("Steg", [InputRequired("Välj ett steg."), Length(max=100)])
    ticked_on = DateField("När", [Optional()])
    line = StringField("En rad", LINE)
    take_back = BooleanField("Ta tillbaka")

    def told(self) -> Ticked:
        return Ticked(self.item.data, self.ticked_on.data, self.line.data, self.competence_words())
