"""Mina klasser: one line per class, and what to do first where there is none."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import TERM_START, Ekbacken
from flask.testing import FlaskClient

from assessments import late_entry
from assessments.access.models import AuditEntry
from assessments.cell_history import score_history
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.models import Absence, AssessmentWindow, Season
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import Duty, Enrolment, Role, SchoolClass

SignIn = Callable[[Any], FlaskClient]


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main")[1]))


def record(ekbacken: Ekbacken, *writes: Write) -> None:
    duty_id = db.session.scalar(sa.select(Duty.id).filter_by(role=Role.TEACHER).order_by(Duty.id))
    record_scores(ekbacken.autumn, writes, Recorder(ekbacken.astrid.id, duty_id))
    db.session.commit()


@pytest.mark.parametrize("asked", ["endpoint=x", "_method=POST", "_scheme=ftp&_external=1", "_anchor=list"])
def test_the_menu_of_periods_takes_no_orders_from_the_address(
    ekbacken: Ekbacken, signed_in: SignIn, asked: str
) -> None:
    page = signed_in(ekbacken.astrid).get(f"/classes?{asked}")
    assert page.status_code == 200
    assert 'href="/classes?window=2026-27-autumn"' in page.text


def test_a_line_says_how_far_the_class_has_come(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    record(
        ekbacken,
        Write(ekbacken.kim.id, "bokstavsljud", Decimal(3)),
        Write(ekbacken.noor.id, "bokstavsljud", absence=Absence.ABSENT),
    )
    page = signed_in(ekbacken.astrid).get("/classes").text
    told = text_of(page)
    assert "2 av 6 resultat ifyllda" in told
    assert "Hösten 2026/27. Stänger 2026-11-13." in told
    assert f'href="/classes/{ekbacken.class_1a.id}/windows/2026-27-autumn/sheet"' in page
    assert "Kim" not in told


@pytest.mark.slow
def test_signals_wait_for_the_hand_in_and_then_count(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    record(ekbacken, Write(ekbacken.kim.id, "bokstavsljud", Decimal(1)))
    client = signed_in(ekbacken.astrid)
    assert "1 till väntar på att klassen lämnas in" in text_of(client.get("/classes").text)
    page = client.get(f"/classes/{ekbacken.class_1a.id}/windows/2026-27-autumn/hand-in").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    address = f"/classes/{ekbacken.class_1a.id}/windows/2026-27-autumn/hand-in"
    client.post(address, data={"csrf_token": token})
    told = text_of(client.get("/classes").text)
    assert "1 att följa upp" in told
    assert "Inlämnad 2026-10-15" in told


def test_a_line_says_what_is_missing_by_measure(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    record(ekbacken, Write(ekbacken.kim.id, "bokstavsljud", Decimal(3)))
    told = text_of(signed_in(ekbacken.astrid).get("/classes").text)
    assert "5 ej ifyllda" in told
    assert "Bokstavsljud: 2" in told
    assert "Avstämning A (Skolverkets bedömningsstöd): 3" in told


def test_a_class_where_all_is_filled_in_waits_to_be_handed_in(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    pupils = (ekbacken.kim, ekbacken.noor, ekbacken.siv)
    cells = [(pupil.id, code) for pupil in pupils for code in ("bokstavsljud", "avstamning_a")]
    record(ekbacken, *(Write(*cell, Decimal(1)) for cell in cells))
    page = signed_in(ekbacken.astrid).get("/classes").text
    assert "1 klass att lämna in" in text_of(page)
    assert f'href="/classes/{ekbacken.class_1a.id}/windows/2026-27-autumn/hand-in"' in page
    assert "Lämna in" not in text_of(signed_in(ekbacken.rut).get("/classes").text)


def test_a_class_of_a_closed_window_says_how_it_stands_with_filling_in_afterwards(
    ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", "2027-01-20")
    late_entry.ask(ekbacken.class_1a, ekbacken.autumn, "Vi var sjuka hela veckan.", Recorder())
    db.session.commit()
    told = text_of(signed_in(ekbacken.astrid).get("/classes?window=2026-27-autumn").text)
    assert "Begäran från 2027-01-20 väntar på svar." in told


def test_the_pupils_to_follow_up_are_a_click_away(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    record(ekbacken, Write(ekbacken.kim.id, "bokstavsljud", Decimal(1)))
    hand_in(ekbacken.class_1a, ekbacken.autumn, None)
    db.session.commit()
    page = signed_in(ekbacken.astrid).get("/classes").text
    assert f'href="/follow-up?class={ekbacken.class_1a.id}"' in page


@pytest.mark.parametrize(
    ("who", "classes"), [("astrid", ["1A"]), ("birgitta", ["1A", "2B"]), ("rut", ["1A", "2B"])]
)
def test_everyone_sees_the_classes_of_their_duties(
    ekbacken: Ekbacken, signed_in: SignIn, who: str, classes: list[str]
) -> None:
    db.session.add(SchoolClass(name="2B", academic_year="2026/27", school=ekbacken.school))
    db.session.add(SchoolClass(name="1C", academic_year="2025/26", school=ekbacken.school))
    db.session.commit()
    page = signed_in(getattr(ekbacken, who)).get("/classes").text
    assert re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', page) == classes


def test_classes_stand_in_swedish_order_and_2_before_10(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    names = ["10A", "2A", "Öxen", "Åsen", "Vargen"]
    db.session.add_all(
        SchoolClass(name=name, academic_year="2026/27", school=ekbacken.school) for name in names
    )
    db.session.commit()
    page = signed_in(ekbacken.birgitta).get("/classes").text
    shown = re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', page)
    assert shown == ["1A", "2A", "10A", "Vargen", "Åsen", "Öxen"]


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("ada", "Du sköter klasslistor och konton."),
        ("teo", "Du har inget uppdrag i någon klass"),
        ("astrid", "Samordnaren för satsningen öppnar perioderna."),
        ("cecilia", "Öppna den första kartläggningsperioden."),
    ],
)
def test_an_empty_page_says_what_to_do_first(
    ekbacken: Ekbacken, signed_in: SignIn, who: str, told: str
) -> None:
    if who in ("astrid", "cecilia"):
        db.session.delete(ekbacken.autumn)
        db.session.commit()
    assert told in text_of(signed_in(getattr(ekbacken, who)).get("/classes").text)


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("astrid", "/classes"),
        ("birgitta", "/classes"),
        ("rut", "/my-school"),
        ("ada", "/roster"),
        ("cecilia", "/initiative"),
        ("teo", "/requests"),
    ],
)
def test_everyone_begins_where_their_work_is(
    ekbacken: Ekbacken, signed_in: SignIn, who: str, address: str
) -> None:
    client = signed_in(getattr(ekbacken, who))
    assert client.get("/").headers["Location"] == address
    missing = client.get("/no-such-page").text
    starts = re.findall(r'<a class="(?:brand|btn btn-primary)" href="([^"]*)"', missing)
    assert starts == ["/", "/"], "where one has no class Mina klasser is an empty page"


def test_another_window_is_chosen_in_the_address(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    winter = AssessmentWindow(
        academic_year="2026/27", season=Season.WINTER,
        opens_on=date(2027, 1, 11), closes_on=date(2027, 2, 12), makeup_days=14,
    )  # fmt: skip
    db.session.add(winter)
    db.session.commit()
    page = signed_in(ekbacken.astrid).get("/classes?window=2026-27-winter").text
    assert "Vintern 2026/27. Öppnar 2027-01-11." in text_of(page)
    assert "/windows/2026-27-winter/sheet" in page
    assert 'href="/reports?window=2026-27-winter"' in page, "the choice follows to other pages"


def test_the_number_of_queries_does_not_grow_with_the_classes(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    client = signed_in(ekbacken.birgitta)

    def count() -> int:
        asked: list[str] = []

        def listen(_c: Any, _u: Any, statement: str, *_r: Any) -> None:
            asked.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", listen)
        client.get("/classes")
        sa.event.remove(db.engine, "before_cursor_execute", listen)
        return len(asked)

    before = count()
    for number in range(8):
        one = SchoolClass(name=f"3{number}", academic_year="2026/27", school=ekbacken.school)
        db.session.add(one)
        for place in range(3):
            ekbacken.pupil("Elev", f"Extra{place}", f"8{number}{place}", school_class=one)
    db.session.commit()
    assert count() == before


def test_the_class_list_shows_who_goes_there_and_leaves_a_trace(
    ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    page = signed_in(ekbacken.astrid).get(f"/classes/{ekbacken.class_1a.id}/pupils").text
    told = text_of(page)
    assert told.index("Noor Alm") < told.index("Kim Berg") < told.index("Elev S")
    assert "Skog" not in told
    assert "skyddade personuppgifter" in told
    db.session.rollback()
    entry = db.session.scalar(sa.select(AuditEntry).filter_by(action="class_list:shown"))
    assert entry is not None
    assert entry.subject == f"schoolclass:{ekbacken.class_1a.id}"


def test_the_administrator_s_class_list_has_no_protected_pupil(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    told = text_of(signed_in(ekbacken.ada).get(f"/classes/{ekbacken.class_1a.id}/pupils").text)
    assert "Kim Berg" in told
    assert "Elev S" not in told


@pytest.mark.usefixtures("database")
def test_history_says_by_function_what_stood_before_and_after(ekbacken: Ekbacken) -> None:
    record(ekbacken, Write(ekbacken.kim.id, "bokstavsljud", Decimal(3), is_discontinued=True))
    record(ekbacken, Write(ekbacken.kim.id, "bokstavsljud", absence=Absence.ABSENT))
    record_scores(ekbacken.autumn, [Write(ekbacken.kim.id, "bokstavsljud")], Recorder())
    db.session.commit()
    rows = score_history(ekbacken.kim)
    assert [(row.before, row.after) for row in rows] == [
        ("frånvarande", ""),
        ("3 (avbrutet)", "frånvarande"),
        ("", "3 (avbrutet)"),
    ]
    assert [row.by for row in rows] == [
        "kommandoraden",
        "klasslärare 1A, Ekbackens skola",
        "klasslärare 1A, Ekbackens skola",
    ]
    assert rows[-1].measure == "Bokstavsljud"
    assert rows[-1].assessed_on == date(2026, 10, 15)


def test_a_substitute_sees_the_class_only_while_the_duty_holds(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    member = ekbacken.carl.staff_member
    duty = Duty(staff_member=member, role=Role.TEACHER, school_class=ekbacken.class_1a, starts_on=TERM_START)
    db.session.add(duty)
    db.session.commit()
    client = signed_in(ekbacken.carl)
    assert "Ekbackens skola" in text_of(client.get("/classes").text)
    duty.ends_on = date(2026, 10, 14)
    db.session.commit()
    assert "Ekbackens skola" not in text_of(client.get("/classes").text)


def test_where_nothing_is_expected_the_line_and_the_sheet_say_what_is_there(
    ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    """Förskoleklass: the benchmark set expects nothing there, and the teacher has filled in all the same."""
    db.session.execute(sa.update(Enrolment).values(year=0))
    record(ekbacken, Write(ekbacken.kim.id, "bokstavsljud", Decimal(3)))
    client = signed_in(ekbacken.astrid)
    said = "1 resultat ifyllt. Inget förväntas den här perioden"
    assert said in text_of(client.get("/classes").text)
    sheet = f"/classes/{ekbacken.class_1a.id}/windows/2026-27-autumn/sheet"
    assert f"{said}." in text_of(client.get(sheet).text)
