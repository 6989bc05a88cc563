"""Läsårstider out of a file, from the page: looked over, then written, of one municipality only."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post

from assessments.access.models import AuditEntry
from assessments.calendar_editing import add
from assessments.calendar_models import CalendarRange
from assessments.database import db
from assessments.school_days import Span, SpanKind

SignIn = Callable[[Any], FlaskClient]
LINES = ["typ;namn;från;till", "hösttermin;;2026-08-17;2026-12-18", "sportlov;;2027-02-22;2027-02-26"]
STUDY = (SpanKind.STUDY_DAY, date(2026, 9, 21), date(2026, 9, 21))
SPORTS = (SpanKind.SPORTS_BREAK, date(2027, 2, 22), date(2027, 2, 26))
AUTUMN = (SpanKind.AUTUMN_TERM, date(2026, 8, 17), date(2026, 12, 18))


def written() -> list[tuple[SpanKind, date, date]]:
    rows = db.session.scalars(sa.select(CalendarRange).order_by(CalendarRange.starts_on))
    return [(one.kind, one.starts_on, one.ends_on) for one in rows]


class Desk:
    def __init__(self, client: FlaskClient, municipality_id: int) -> None:
        self.client, self.address = client, f"/school-calendar/{municipality_id}/import"

    def chooses(self, *lines: str, status: int = 200, **form: str) -> str:
        file = (io.BytesIO("\n".join(lines).encode()), "lasar.csv")
        answer = post(self.client, self.address, {"file": file, **form})
        assert answer.status_code == status
        return answer.text

    def confirms(self, seen: str) -> str:
        token = seen.split('name="upload" value="')[1].split('"', maxsplit=1)[0]
        done = post(self.client, f"{self.address}/confirm", {"upload": token}, follow_redirects=True)
        return done.text


@pytest.fixture
def desk(ekbacken: Ekbacken, signed_in: SignIn) -> Desk:
    add(ekbacken.municipality.id, "2026/27", Span(*STUDY))
    add(ekbacken.municipality.id, "2026/27", Span(*SPORTS[:2], date(2027, 2, 25)))
    db.session.commit()
    return Desk(signed_in(ekbacken.ada), ekbacken.municipality.id)


def test_a_file_is_looked_over_and_then_written(desk: Desk) -> None:
    before = written()
    seen = desk.chooses(*LINES)
    assert written() == before
    for told in ("Ekby 2026/27", "Ny", "Ändras", "förut 2027-02-22 till 2027-02-25", "står kvar"):
        assert told in seen
    assert "Läsårstiderna är inlästa." in desk.confirms(seen)
    assert written() == [AUTUMN, STUDY, SPORTS]
    [noted] = db.session.scalars(sa.select(AuditEntry.details).filter_by(action="calendar:imported"))
    assert (noted["new"], noted["changed"], noted["removed"]) == (1, 1, 0)
    assert "Allt som filen säger är redan infört." in desk.chooses(*LINES)


def test_what_the_file_lacks_is_taken_away_where_that_is_chosen(desk: Desk) -> None:
    seen = desk.chooses(*LINES, removes="y")
    assert "Tas bort" in seen
    desk.confirms(seen)
    assert written() == [AUTUMN, SPORTS]


def test_every_fault_is_told_and_nothing_written(desk: Desk) -> None:
    before = written()
    told = desk.chooses(
        "kommun;typ;från;till",
        "Tallby;sportlov;2027-02-22;2027-02-26",
        "Ekby;glasslov;2027-03-01;",
        status=422,
    )
    assert "Raden gäller Tallby." in told
    assert "Ta bort raden: nu läses bara Ekby" in told
    assert "”glasslov” känns inte igen" in told
    assert written() == before


def test_what_has_changed_since_is_looked_over_anew(desk: Desk, ekbacken: Ekbacken) -> None:
    seen = desk.chooses(*LINES)
    add(ekbacken.municipality.id, "2026/27", Span(*AUTUMN))
    db.session.commit()
    assert "Något har ändrats sedan du granskade filen." in desk.confirms(seen)
    assert SPORTS not in written()


def test_a_file_looked_over_for_one_municipality_is_of_no_other(
    desk: Desk, ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    before = written()
    cecilia = signed_in(ekbacken.cecilia)
    seen = Desk(cecilia, ekbacken.municipality.id).chooses(*LINES)
    assert "Filen finns inte kvar." in Desk(cecilia, ekbacken.other_municipality.id).confirms(seen)
    assert written() == before


@pytest.mark.parametrize(("who", "status"), [("astrid", 403), ("rut", 403), ("carl", 404), ("ada", 200)])
def test_only_those_who_look_after_it_choose_a_file(
    desk: Desk, ekbacken: Ekbacken, signed_in: SignIn, who: str, status: int
) -> None:
    client = signed_in(getattr(ekbacken, who))
    assert client.get(desk.address).status_code == status
    page = client.get(f"/school-calendar/{ekbacken.municipality.id}/2026-27").text
    assert (desk.address in page) == (status == 200)
