"""Prints from the pages: who may, what is noted, what the browser is told."""

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import TERM_START, Ekbacken
from invented_figures import bookmarks, pages
from scoring import class_2b, flag

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.models import Absence
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import Duty, Role, School
from screening.reviewing import Decision, record_next_step

AUTUMN = "2026-27-autumn"


def of_class(class_id: int, what: str) -> str:
    return f"/classes/{class_id}/windows/{AUTUMN}/{what}"


def of_pupil(pupil_id: int, what: str) -> str:
    return f"/pupils/{pupil_id}/windows/{AUTUMN}/{what}"


def noted(document: str) -> list[str]:
    rows = db.session.execute(sa.select(AuditEntry).order_by(AuditEntry.id)).scalars()
    return [row.subject for row in rows if row.details.get("document") == document]


PRINTS = ["class-report.pdf", "home-pages.pdf"]
ABOUT_ONE = ["home-page.pdf", "staff-report.pdf"]


@pytest.mark.parametrize("what", [*PRINTS, "prints"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("astrid", 200),
        ("birgitta", 200),
        ("rut", 200),
        ("carl", 404),
        ("ada", 403),
        ("cecilia", 404),
        ("teo", 403),
    ],
)
def test_who_prints_a_class(ekbacken: Ekbacken, signed_in: Any, what: str, who: str, status: int):
    client = signed_in(getattr(ekbacken, who))
    assert client.get(of_class(ekbacken.class_1a.id, what)).status_code == status


@pytest.mark.parametrize("what", ABOUT_ONE)
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("astrid", 200),
        ("birgitta", 200),
        ("rut", 200),
        ("carl", 404),
        ("ada", 403),
        ("cecilia", 404),
        ("teo", 403),
    ],
)
def test_who_prints_a_pupil(ekbacken: Ekbacken, signed_in: Any, what: str, who: str, status: int):
    client = signed_in(getattr(ekbacken, who))
    assert client.get(of_pupil(ekbacken.kim.id, what)).status_code == status


@pytest.mark.parametrize("what", ABOUT_ONE)
def test_nobody_prints_a_protected_identity(ekbacken: Ekbacken, signed_in: Any, what: str):
    answer = signed_in(ekbacken.astrid).get(of_pupil(ekbacken.siv.id, what))
    assert answer.status_code == 403
    assert "Skog" not in answer.text
    assert "Eleven har skyddade personuppgifter, och inget om eleven skrivs ut." in answer.text
    assert "den som sköter konton" not in answer.text


def test_the_page_says_how_many_of_the_class_stand_there_by_name(ekbacken: Ekbacken, signed_in: Any):
    page = signed_in(ekbacken.astrid).get(of_class(ekbacken.class_1a.id, "prints")).text
    assert "Klassen har 3 elever. 2 av dem står med namn här." in page
    assert "Elev S" not in page
    ekbacken.siv.is_protected = False
    db.session.commit()
    page = signed_in(ekbacken.astrid).get(of_class(ekbacken.class_1a.id, "prints")).text
    assert "står med namn här" not in page


def test_a_print_is_a_pdf_to_look_at_that_nobody_keeps_and_whose_name_tells_nothing(
    ekbacken: Ekbacken, signed_in: Any
):
    answer = signed_in(ekbacken.astrid).get(of_pupil(ekbacken.kim.id, "home-page.pdf"))
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'inline; filename="blad-hem-2026-27-autumn.pdf"'
    assert "Kim Berg" in pages(answer.data)[0]


def test_a_print_of_one_pupil_is_noted_once_with_the_duty(ekbacken: Ekbacken, signed_in: Any):
    signed_in(ekbacken.astrid).get(of_pupil(ekbacken.kim.id, "staff-report.pdf"))
    (entry,) = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "report:printed"))
    assert entry.subject == f"pupil:{ekbacken.kim.id}"
    assert entry.account_id == ekbacken.astrid.id
    assert entry.duty_id is not None


def test_a_class_report_is_noted_for_every_pupil_whose_name_is_on_it(ekbacken: Ekbacken, signed_in: Any):
    answer = signed_in(ekbacken.astrid).get(of_class(ekbacken.class_1a.id, "class-report.pdf"))
    assert "Skog" not in " ".join(pages(answer.data))
    assert noted("class_report") == [f"pupil:{ekbacken.noor.id}", f"pupil:{ekbacken.kim.id}"]


def test_from_the_page_what_waits_for_a_talk_is_held_back_and_listed(ekbacken: Ekbacken, signed_in: Any):
    school_class, (low, high) = class_2b(ekbacken, [12, 60])
    client = signed_in(ekbacken.birgitta)
    page = client.get(of_class(school_class.id, "prints")).text
    assert "1 av 2 blad hem kan skrivas ut; 1 blad väntar på samtal." in page
    assert f">{low.name}</a>: bladet säger ”behöver mer träning och stöd”" in page
    assert f'href="/pupils/{low.id}#signals"' in page
    assert "Prata med hemmet, spara ett nästa steg på elevens sida och skriv sedan ut." in page
    answer = client.get(of_class(school_class.id, "home-pages.pdf"))
    assert bookmarks(answer.data) == [(high.name, 1)]
    assert noted("class_set") == [f"pupil:{high.id}"]
    due_on = date(2026, 11, 20)
    record_next_step([flag(low)], Decision("adaptations", due_on=due_on), Recorder())
    db.session.commit()
    assert [name for name, _ in bookmarks(client.get(of_class(school_class.id, "home-pages.pdf")).data)] == [
        low.name,
        high.name,
    ]


def test_who_does_not_take_the_next_step_is_told_who_does(ekbacken: Ekbacken, signed_in: Any):
    school_class, (low, _) = class_2b(ekbacken, [12, 60])
    tove = ekbacken.staff("Tove Tall", "tove", Role.TEACHER, school_class=school_class)
    db.session.commit()
    page = signed_in(tove).get(of_class(school_class.id, "prints")).text
    assert f'href="/pupils/{low.id}#consultations"' in page
    assert "Specialläraren sparar nästa steg: öppna eleven och be om samråd." in page
    page = signed_in(ekbacken.rut).get(of_class(school_class.id, "prints")).text
    assert "Specialläraren sparar nästa steg. Skriv ut när det är sparat." in page
    assert "samråd." not in page


def test_the_page_names_whose_pages_have_no_result(ekbacken: Ekbacken, signed_in: Any):
    school_class, (low, high) = class_2b(ekbacken, [12, 60])
    client, address = signed_in(ekbacken.birgitta), of_class(school_class.id, "prints")
    assert "inget resultat den här perioden" not in client.get(address).text
    written = [Write(low.id, "ord_per_minut", None), Write(high.id, "ord_per_minut", None, Absence.ABSENT)]
    record_scores(ekbacken.autumn, written, Recorder())
    db.session.commit()
    page = client.get(address).text
    assert "2 blad har inget resultat den här perioden" in page
    for pupil in (low, high):
        assert f'<a href="/pupils/{pupil.id}">{pupil.name}</a>' in page


def test_pages_without_a_result_are_printed_where_the_teacher_wants_them(ekbacken: Ekbacken, signed_in: Any):
    school_class, (low, high) = class_2b(ekbacken, [60, 60])
    client, address = signed_in(ekbacken.birgitta), of_class(school_class.id, "prints")
    ticked = 'name="measured" id="measured" value="1" checked'
    assert 'name="measured"' not in client.get(address).text
    record_scores(ekbacken.autumn, [Write(high.id, "ord_per_minut", None)], Recorder())
    db.session.commit()
    page = client.get(address).text
    assert ticked in page
    assert "Hoppa över 1 blad utan resultat" in page
    for asked, printed in (("", 2), ("?measured=1", 1)):
        answer = client.get(of_class(school_class.id, f"home-pages.pdf{asked}"))
        assert len(bookmarks(answer.data)) == printed
    record_scores(ekbacken.autumn, [Write(low.id, "ord_per_minut", None)], Recorder())
    db.session.commit()
    assert ticked not in client.get(address).text  # it would leave nothing to print
    assert client.get(of_class(school_class.id, "home-pages.pdf?measured=1")).status_code == 404


def test_when_all_pages_wait_there_is_nothing_to_print(ekbacken: Ekbacken, signed_in: Any):
    school_class, _ = class_2b(ekbacken, [12])
    client = signed_in(ekbacken.birgitta)
    assert "Skriv ut alla blad hem" not in client.get(of_class(school_class.id, "prints")).text
    answer = client.get(of_class(school_class.id, "home-pages.pdf"))
    assert answer.status_code == 404
    assert "väntar på samtal" in answer.text


def test_a_window_of_another_year_is_not_the_classs(ekbacken: Ekbacken, signed_in: Any):
    client = signed_in(ekbacken.astrid)
    for slug in ("2025-26-spring", "2026-27-summer", "x"):
        address = f"/classes/{ekbacken.class_1a.id}/windows/{slug}/class-report.pdf"
        assert client.get(address).status_code == 404


def test_reports_lead_to_the_classes_of_the_window(ekbacken: Ekbacken, signed_in: Any):
    page = signed_in(ekbacken.astrid).get("/reports").text
    assert of_class(ekbacken.class_1a.id, "prints") in page
    assert str(ekbacken.other_class.id) not in re.findall(r"/classes/(\d+)/", page)


def test_schools_stand_in_swedish_order(ekbacken: Ekbacken, signed_in: Any):
    home, leader = ekbacken.school.municipality, ekbacken.rut.staff_member
    for name in ("Öskolan", "Älvskolan", "Åskolan"):
        school = School(name=name, municipality=home)
        db.session.add(Duty(staff_member=leader, role=Role.PRINCIPAL, school=school, starts_on=TERM_START))
    db.session.commit()
    found = re.findall(r"Språk på bladen hem, (\w+)", signed_in(ekbacken.rut).get("/reports").text)
    assert found == ["Ekbackens", "Åskolan", "Älvskolan", "Öskolan"]


def test_reports_say_what_to_do_where_there_is_no_class(ekbacken: Ekbacken, signed_in: Any):
    for duty in db.session.scalars(sa.select(Duty)):
        duty.ends_on = date(2026, 12, 31)
    db.session.delete(ekbacken.autumn)
    db.session.commit()
    assert "Ingen period är öppnad ännu." in signed_in(ekbacken.astrid).get("/reports").text


def test_those_who_print_nothing_do_not_see_reports(ekbacken: Ekbacken, signed_in: Any):
    assert signed_in(ekbacken.ada).get("/reports").status_code == 403


def test_a_pupil_of_the_class_who_has_moved_on_is_not_printed_for_her_former_teacher(
    ekbacken: Ekbacken, signed_in: Any
):
    kims = ekbacken.kim.enrolments[0]
    kims.ends_on = date(2026, 10, 14)
    db.session.commit()
    client = signed_in(ekbacken.astrid)
    assert client.get(of_pupil(ekbacken.kim.id, "home-page.pdf")).status_code == 404
    assert "Kim Berg" not in " ".join(
        pages(client.get(of_class(ekbacken.class_1a.id, "home-pages.pdf")).data)
    )
