"""A whole class to next year's teacher: looked at, chosen, made with one button, printed, taken over."""

import io
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import pdfplumber
import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from lxml import html
from posting import post
from scoring import class_2b, counted_queries

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.roster import editing
from assessments.roster.models import Role, School, SchoolClass
from screening.handovers.models import Handover
from screening.steps.models import Tick

SignIn = Callable[[Any], FlaskClient]
PARTS = ["results", "support", "steps"]


def made() -> list[tuple[int, list[str]]]:
    return [
        (one.pupil_id, one.parts) for one in db.session.scalars(sa.select(Handover).order_by(Handover.id))
    ]


@pytest.fixture
def address(ekbacken: Ekbacken) -> str:
    return f"/classes/{ekbacken.class_1a.id}/handover"


@pytest.mark.both_databases
def test_is_made_for_those_who_were_chosen_with_a_trace_for_each(
    ekbacken: Ekbacken, signed_in: SignIn, address: str
) -> None:
    astrid = signed_in(ekbacken.astrid)
    page = astrid.get(address).text
    assert "2 av 2 elever att lämna över till nästa lärare" in page
    assert "Elev S" not in page  # protected: the principal hands over outside Lässpår
    told = {"parts": PARTS, "pupils": [str(ekbacken.kim.id), str(ekbacken.noor.id)]}
    assert post(astrid, address, {**told, "step": "preview"}).status_code == 200
    assert made() == []
    assert post(astrid, address, told).status_code == 303
    assert made() == [(ekbacken.noor.id, PARTS), (ekbacken.kim.id, PARTS)]
    traces = db.session.scalars(sa.select(AuditEntry).filter_by(action="handover:made")).all()
    duty = ekbacken.astrid.staff_member.duties[0]
    assert [one.duty_id for one in traces] == [duty.id, duty.id]
    assert db.session.scalars(sa.select(Tick.item)).all() == ["handover", "handover"]
    assert "alla är överlämnade" in astrid.get(address).text


def test_has_headings_without_a_step_left_out(ekbacken: Ekbacken, signed_in: SignIn, address: str) -> None:
    astrid = signed_in(ekbacken.astrid)
    post(astrid, address, {"parts": PARTS, "pupils": [str(ekbacken.kim.id)]})
    for one in (address, "/handovers/1"):
        page = html.fromstring(astrid.get(one).text)
        levels = [int(head.tag[1]) for head in page.xpath("//main//h1 | //main//h2 | //main//h3")]
        assert 3 in levels
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_prints_everybody_on_an_own_sheet(ekbacken: Ekbacken, signed_in: SignIn, address: str) -> None:
    astrid = signed_in(ekbacken.astrid)
    paper = f"{address}s.pdf"
    assert astrid.get(paper).status_code == 404
    post(astrid, address, {"parts": PARTS, "pupils": [str(ekbacken.kim.id), str(ekbacken.noor.id)]})
    with pdfplumber.open(io.BytesIO(astrid.get(paper).data)) as pdf:
        pages = [page.extract_text() for page in pdf.pages]
    assert len(pages) == 3
    assert "Noor Alm" in pages[0]
    assert "Kim Berg" in pages[2]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"parts": PARTS, "pupils": []}, "Kryssa i minst en elev."),
        ({"parts": [], "pupils": ["noor"]}, "Välj minst en sak att lämna över."),
        ({"parts": PARTS, "pupils": ["olle"]}, "Inget har sparats"),
        ({"parts": ["notes"], "pupils": ["kim"]}, "notes"),
    ],
)
def test_what_cannot_be_made_says_why_and_makes_nothing(
    ekbacken: Ekbacken, signed_in: SignIn, address: str, told: dict[str, Any], reason: str
) -> None:
    ids = [str(getattr(ekbacken, name).id) for name in told["pupils"]]
    refused = post(signed_in(ekbacken.birgitta), address, {**told, "pupils": ids})
    assert refused.status_code == 422
    assert reason in refused.text
    assert made() == []


def test_whoever_goes_to_another_school_is_handed_over_alone(
    ekbacken: Ekbacken, signed_in: SignIn, address: str
) -> None:
    granbacken = School(name="Granbackens skola", code="10000009", municipality=ekbacken.municipality)
    class_1c = SchoolClass(name="1C", academic_year="2026/27", school=granbacken)
    db.session.add(class_1c)
    db.session.flush()
    editing.move_pupil(ekbacken.kim, class_1c, 1, date(2026, 11, 2))
    db.session.commit()
    birgitta = signed_in(ekbacken.birgitta)
    assert "1 av 2 elever" in birgitta.get(address).text
    refused = post(birgitta, address, {"parts": PARTS, "pupils": [str(ekbacken.kim.id)]})
    assert (refused.status_code, made()) == (422, [])


def test_the_next_teacher_takes_all_of_them_over_at_once(
    ekbacken: Ekbacken, signed_in: SignIn, address: str
) -> None:
    ids = [str(ekbacken.kim.id), str(ekbacken.noor.id)]
    post(signed_in(ekbacken.birgitta), address, {"parts": PARTS, "pupils": ids})
    class_1x = SchoolClass(name="1X", academic_year="2026/27", school=ekbacken.school)
    db.session.add(class_1x)
    db.session.flush()
    editing.move_pupil(ekbacken.kim, class_1x, 1, date(2026, 10, 14))
    nils = ekbacken.staff("Nils Nord", "nils", Role.TEACHER, school_class=class_1x)
    db.session.commit()
    assert "Ta emot överlämningen till mina klasser" in signed_in(nils).get("/handovers").text
    assert post(signed_in(nils), "/handovers/accept-all").status_code == 303
    accepted = db.session.scalars(sa.select(Handover.pupil_id).where(Handover.accepted_on.is_not(None)))
    assert list(accepted) == [ekbacken.kim.id]


def test_asks_no_more_for_many_than_for_one(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    school_class, _ = class_2b(ekbacken, [12])
    db.session.commit()
    birgitta, address = signed_in(ekbacken.birgitta), f"/classes/{school_class.id}/handover"
    birgitta.get(address)
    with counted_queries() as one:
        birgitta.get(address)
    for number in range(6):
        ekbacken.pupil("Ny", f"Elev {number}", f"20{number}", school_class=school_class, year=2)
    db.session.commit()
    with counted_queries() as several:
        birgitta.get(address)
    assert len(several) <= len(one)
