"""The forms that take files in: shape only."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField
from wtforms.validators import Optional, ValidationError

from assessments.access.forms import SwedishForm
from assessments.roster.importing import is_near


def _near(_form: Any, field: DateField) -> None:
    if field.data and not is_near(field.data):
        raise ValidationError("Datumet ligger för långt bort.")


class RosterFileForm(SwedishForm):
    file = FileField("Klasslista (CSV eller Excel)", [FileRequired("Välj en fil.")])
    on = DateField("Gäller från och med", [Optional(), _near])
    end_missing = BooleanField("Elever som saknas i en klass som filen nämner har slutat där")


class ScoreFileForm(SwedishForm):
    file = FileField("Resultat (CSV eller Excel)", [FileRequired("Välj en fil.")])
    replaces = BooleanField("Ersätt redan registrerade resultat som skiljer sig")
