"""Läsårstider: everybody with a duty sees them, those who look after the municipality write them."""

import re
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
from assessments.models import AssessmentWindow, Season
from assessments.school_days import Span, SpanKind

SignIn = Callable[[Any], FlaskClient]
SPORTS = {"kind": "sports_break", "name": "", "starts_on": "2027-03-01", "ends_on": "2027-03-05"}


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def here(ekbacken: Ekbacken, more: str = "", year: str = "2026-27") -> str:
    return f"/school-calendar/{ekbacken.municipality.id}/{year}{more}"


def written() -> list[tuple[str, SpanKind, date, date]]:
    rows = db.session.scalars(sa.select(CalendarRange).order_by(CalendarRange.starts_on))
    return [(one.academic_year, one.kind, one.starts_on, one.ends_on) for one in rows]


def said(municipality_id: int, kind: SpanKind, first: str, last: str, year: str = "2026/27") -> CalendarRange:
    row = add(municipality_id, year, Span(kind, date.fromisoformat(first), date.fromisoformat(last)))
    db.session.commit()
    return row


@pytest.mark.parametrize("who", ["astrid", "birgitta", "rut", "ada", "teo"])
def test_everybody_with_a_duty_there_sees_it(ekbacken: Ekbacken, signed_in: SignIn, who: str) -> None:
    client = signed_in(getattr(ekbacken, who))
    shown = words(client.get("/school-calendar", follow_redirects=True).text)
    assert "Läsårstider, Ekby, 2026/27" in shown
    assert "Höstlov förvalt 2026-10-26 2026-10-30 v. 44" in shown
    assert client.get(f"/school-calendar/{ekbacken.other_municipality.id}/2026-27").status_code == 404


def test_the_coordinator_of_all_chooses_the_municipality(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    page = signed_in(ekbacken.cecilia).get("/school-calendar").text
    assert re.findall(r'href="/school-calendar/\d+/2026-27">(\w+)<', page) == ["Ekby", "Tallby"]


@pytest.mark.parametrize(("who", "status"), [
    ("astrid", 403), ("birgitta", 403), ("rut", 403), ("teo", 403), ("carl", 404), ("ada", 200),
    ("cecilia", 200),
])  # fmt: skip
def test_only_those_who_look_after_it_write(
    ekbacken: Ekbacken, signed_in: SignIn, who: str, status: int
) -> None:
    row = said(ekbacken.municipality.id, SpanKind.SPORTS_BREAK, "2027-02-15", "2027-02-19")
    client = signed_in(getattr(ekbacken, who))
    assert client.get(here(ekbacken, "/new")).status_code == status
    assert client.get(f"/school-calendar/ranges/{row.id}").status_code == status
    is_offered = "Lägg till ett lov" in client.get(here(ekbacken)).text
    assert is_offered is (status == 200)
    answer = post(client, here(ekbacken, "/new"), {**SPORTS, "kind": "study_day", "ends_on": "2027-03-01"})
    assert answer.status_code == (303 if status == 200 else status)
    assert len(written()) == (2 if status == 200 else 1)


def test_a_break_is_added_and_noted(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    answer = post(signed_in(ekbacken.ada), here(ekbacken, "/new"), SPORTS, follow_redirects=True)
    assert "Sportlov är inlagt." in answer.text
    assert written() == [("2026/27", SpanKind.SPORTS_BREAK, date(2027, 3, 1), date(2027, 3, 5))]
    [entry] = db.session.scalars(sa.select(AuditEntry).filter_by(action="calendar:added"))
    assert (entry.municipality_id, entry.details["starts_on"]) == (ekbacken.municipality.id, "2027-03-01")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"ends_on": "2027-02-26"}, "Sista dagen 2027-02-26 ligger före första dagen 2027-03-01."),
        ({"starts_on": "2028-03-01"}, "ligger före första dagen"),
        ({"starts_on": ""}, "Ange första dagen."),
        ({"starts_on": "den första"}, "datum"),
        ({"kind": "semester"}, "giltigt val"),
        ({"starts_on": "2027-06-14", "ends_on": "2027-06-18"}, "ligger inte i någon termin"),
        ({"name": "x" * 61}, "Högst 60 tecken."),
        ({"name": "a\u202eb"}, "Otillåtet tecken"),
    ],
)
def test_what_does_not_fit_is_refused_and_stands_in_the_form(
    ekbacken: Ekbacken, signed_in: SignIn, changed: dict[str, str], told: str
) -> None:
    answer = post(signed_in(ekbacken.cecilia), here(ekbacken, "/new"), SPORTS | changed)
    assert answer.status_code == 422
    assert told in answer.text
    typed = next(iter(changed.values()))
    assert changed.keys() == {"kind"} or typed in answer.text
    assert written() == []


def test_the_field_at_fault_is_marked(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    said(ekbacken.municipality.id, SpanKind.SPORTS_BREAK, "2027-03-01", "2027-03-05")
    form = {"kind": "study_day", "name": "", "starts_on": "2027-03-05", "ends_on": "2027-03-05"}
    page = post(signed_in(ekbacken.ada), here(ekbacken, "/new"), form).text
    assert 'href="#starts_on">Första dagen</a>: Studiedag 2027-03-05 överlappar sportlov' in page


def test_a_break_is_corrected_and_removed(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    row = said(ekbacken.municipality.id, SpanKind.SPORTS_BREAK, "2027-03-01", "2027-03-05")
    client, address = signed_in(ekbacken.ada), f"/school-calendar/ranges/{row.id}"
    assert 'value="2027-03-01"' in client.get(address).text
    assert "Inget var ändrat." in post(client, address, SPORTS, follow_redirects=True).text
    moved = SPORTS | {"starts_on": "2027-02-22", "ends_on": "2027-02-26"}
    assert "Sportlov är ändrat." in post(client, address, moved, follow_redirects=True).text
    assert written() == [("2026/27", SpanKind.SPORTS_BREAK, date(2027, 2, 22), date(2027, 2, 26))]
    assert "Sportlov är borttaget." in post(client, f"{address}/remove", follow_redirects=True).text
    assert written() == []
    actions = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {"calendar:changed", "calendar:removed"} <= actions


def test_a_term_others_lean_on_is_not_removed(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    term = said(ekbacken.municipality.id, SpanKind.SPRING_TERM, "2027-01-08", "2027-06-18")
    said(ekbacken.municipality.id, SpanKind.STUDY_DAY, "2027-06-14", "2027-06-14")
    answer = post(signed_in(ekbacken.ada), f"/school-calendar/ranges/{term.id}/remove", follow_redirects=True)
    assert "Då stämmer inte resten: Studiedag 2027-06-14 ligger inte i någon termin" in answer.text
    assert len(written()) == 2


def test_last_years_are_a_beginning(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    home = ekbacken.municipality.id
    for kind, first, last in (
        (SpanKind.AUTUMN_TERM, "2025-08-18", "2025-12-19"),
        (SpanKind.SPRING_TERM, "2026-01-08", "2026-06-11"),
        (SpanKind.SPORTS_BREAK, "2026-02-09", "2026-02-13"),
        (SpanKind.EASTER_BREAK, "2026-04-07", "2026-04-10"),
        (SpanKind.STUDY_DAY, "2025-09-22", "2025-09-22"),
    ):
        said(home, kind, first, last, "2025/26")
    client = signed_in(ekbacken.ada)
    assert "Kopiera från förra läsåret" in client.get(here(ekbacken)).text
    answer = post(client, here(ekbacken, "/copy"), follow_redirects=True)
    assert "4 rader är kopierade från förra läsåret." in answer.text
    assert [row[1:] for row in written() if row[0] == "2026/27"] == [
        (SpanKind.AUTUMN_TERM, date(2026, 8, 17), date(2026, 12, 18)),
        (SpanKind.SPRING_TERM, date(2027, 1, 7), date(2027, 6, 10)),
        (SpanKind.SPORTS_BREAK, date(2027, 2, 15), date(2027, 2, 19)),  # week 7 again
        (SpanKind.EASTER_BREAK, date(2027, 3, 30), date(2027, 4, 2)),  # the days after Easter again
    ]
    assert "0 rader" in post(client, here(ekbacken, "/copy"), follow_redirects=True).text


def test_a_week_that_the_next_year_lacks_is_copied_as_its_last(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    """2026 has 53 weeks, 2027 has 52."""
    home = ekbacken.municipality.id
    said(home, SpanKind.AUTUMN_TERM, "2026-08-18", "2026-12-31", "2026/27")
    said(home, SpanKind.AUTUMN_BREAK, "2026-12-28", "2026-12-30", "2026/27")
    post(signed_in(ekbacken.ada), here(ekbacken, "/copy", "2027-28"))
    assert ("2027/28", SpanKind.AUTUMN_BREAK, date(2027, 12, 27), date(2027, 12, 29)) in written()


def test_the_page_says_what_the_days_do_to_a_window(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    winter = AssessmentWindow(
        academic_year="2026/27", season=Season.WINTER,
        opens_on=date(2027, 1, 11), closes_on=date(2027, 2, 12), makeup_days=21,
    )  # fmt: skip
    db.session.add(winter)
    db.session.commit()
    client = signed_in(ekbacken.ada)
    assert "Vintern 2026/27 2027-02-12 2027-03-05" in words(client.get(here(ekbacken)).text)
    post(client, here(ekbacken, "/new"), SPORTS)
    assert "Vintern 2026/27 2027-02-12 2027-03-12" in words(client.get(here(ekbacken)).text)


def test_few_school_days_are_told(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    said(ekbacken.municipality.id, SpanKind.SPRING_TERM, "2027-02-01", "2027-06-11")
    assert "Färre än 178 skoldagar" in signed_in(ekbacken.astrid).get(here(ekbacken)).text


@pytest.mark.parametrize("year", ["1999-00", "2026-28", "x", "0000-01", "2999-00"])
def test_a_year_that_is_none_is_not_found(ekbacken: Ekbacken, signed_in: SignIn, year: str) -> None:
    client = signed_in(ekbacken.ada)
    assert client.get(here(ekbacken, year=year)).status_code == 404
    assert client.get(here(ekbacken, "/new", year=year)).status_code == 404


def test_a_name_is_only_a_name(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    form = SPORTS | {"name": "<script>alert(1)</script>"}
    page = post(signed_in(ekbacken.ada), here(ekbacken, "/new"), form, follow_redirects=True).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
