"""Places of open support as they are printed."""

from collections.abc import Sequence

from reports.figures.open_support import Place
from screening.open_support.models import OpenSupport

LINES = (("Adress", "address"), ("Telefon", "phone"), ("Öppet", "hours"), ("Webbplats", "web"))


def printed(places: Sequence[OpenSupport]) -> list[Place]:
    return [
        Place(
            one.name,
            one.what,
            tuple((label, said) for label, column in LINES if (said := getattr(one, column))),
        )
        for one in places
    ]
