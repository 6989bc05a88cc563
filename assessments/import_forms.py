"""The forms that take files in: shape only."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired

from assessments.clock import today


class RosterFileForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    file = FileField("Klasslista (CSV eller Excel)", [FileRequired("Välj en fil.")])
    on = DateField("Gäller från och med", [InputRequired("Ange ett datum.")], default=today)
    end_missing = BooleanField("Elever som saknas i en klass som filen nämner har slutat där")


class ScoreFileForm(FlaskForm):  # type: ignore[misc]
    file = FileField("Resultat (CSV eller Excel)", [FileRequired("Välj en fil.")])
    replaces = BooleanField("Ersätt redan registrerade resultat som skiljer sig")
