"""The form of a place: shape only, meaning is the verb's matter."""

from wtforms import IntegerField, StringField
from wtforms.validators import Length, Optional

from assessments.access.forms import SwedishForm, needed
from screening.open_support.models import LONGEST


def _at_most(column: str) -> Length:
    return Length(max=LONGEST[column], message=f"Högst {LONGEST[column]} tecken.")


class PlaceForm(SwedishForm):
    place = IntegerField("Ställe", [Optional()])
    name = StringField("Namn", [needed("Skriv vad stället heter."), _at_most("name")])
    what = StringField(
        "För vem, och med vad", [needed("Skriv vad familjer kan få hjälp med där."), _at_most("what")]
    )
    address = StringField("Adress", [_at_most("address")])
    phone = StringField("Telefon", [_at_most("phone")])
    hours = StringField("Öppet", [_at_most("hours")])
    web = StringField("Webbplats", [_at_most("web")])


class RemoveForm(SwedishForm):
    place = IntegerField("Ställe", [needed("Välj ett ställe.")])
