"""The forms of the elevhälsa's notes: shape only. No field is for a diagnosis, and none to search in."""

from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length

from assessments.access.forms import SwedishForm, needed
from screening.notes.keeping import LONGEST_NOTE


class NoteForm(SwedishForm):
    text = TextAreaField(
        "Ny anteckning",
        [needed("Skriv anteckningen."), Length(max=LONGEST_NOTE, message=f"Högst {LONGEST_NOTE} tecken.")],
    )


class CorrectionForm(NoteForm):
    note = IntegerField("Anteckning", [InputRequired()])


class WhichNoteForm(SwedishForm):
    note = IntegerField("Anteckning", [InputRequired()])
