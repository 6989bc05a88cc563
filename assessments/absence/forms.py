"""The forms of absence: shape only."""

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, IntegerField
from wtforms.validators import NumberRange

from assessments.access.forms import SwedishForm, WhyForm, needed
from assessments.clock import today


class AbsenceFileForm(SwedishForm):
    file = FileField("Frånvaro (CSV eller Excel)", [FileRequired("Välj en fil.")])
    replaces = BooleanField("Ersätt redan registrerad frånvaro som skiljer sig")


class AbsenceLimitForm(WhyForm):
    percent = IntegerField(
        "Hög frånvaro är från, procent",
        [needed("Skriv hur många procent."), NumberRange(1, 100, "Mellan 1 och 100 procent.")],
    )
    valid_from = DateField("Gäller perioder som öppnar från", [needed("Ange ett datum.")], default=today)
