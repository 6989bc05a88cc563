"""One measure of several classes on one sheet."""

import io
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import TERM_START, Ekbacken
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, texts
from scoring import a_window, counted_queries, record

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.late_entry import open_unasked
from assessments.models import Score, ScoreChange, Season
from assessments.recording import Recorder
from assessments.roster.models import Duty, Enrolment, Pupil, Role, SchoolClass
from assessments.sheet_queries import measure_sheets
from assessments.views.sheet_script import class_called

SignIn = Callable[[Any], FlaskClient]
LETTERS = "bokstavsljud"


@pytest.fixture
def beside(ekbacken: Ekbacken) -> SchoolClass:
    """1B at Ekbacken, with Tove and Åke."""
    school_class = SchoolClass(name="1B", academic_year="2026/27", school=ekbacken.school)
    db.session.add(school_class)
    ekbacken.pupil("Åke", "Öberg", "1011", school_class=school_class)
    ekbacken.pupil("Tove", "Tall", "1010", school_class=school_class)
    db.session.commit()
    return school_class


def named(given: str) -> Pupil:
    return db.session.scalars(sa.select(Pupil).filter_by(given_name=given)).one()


def address(ekbacken: Ekbacken, *classes: SchoolClass, measure: str = LETTERS) -> str:
    chosen = "&".join(f"class={one.id}" for one in classes)
    return f"/windows/{ekbacken.autumn.slug}/measures/{measure}/sheet?{chosen}"


def save(
    client: FlaskClient, where: str, classes: list[SchoolClass], values: dict[Pupil, str], **more: str
) -> str:
    form: dict[str, Any] = {"class": [one.id for one in classes], **more}
    for pupil, text in values.items():
        form[f"value-{pupil.id}-{LETTERS}"] = text
    return post(client, where, form, follow_redirects=True).text


def points() -> dict[int, Any]:
    db.session.rollback()
    return dict(db.session.execute(sa.select(Score.pupil_id, Score.points)).all())


def test_names_the_class_over_its_rows_and_in_every_field(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn
) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=12)
    db.session.commit()
    page = signed_in(ekbacken.birgitta).get(address(ekbacken, ekbacken.class_1a, beside)).text
    assert texts(page, "//table//tbody//th") == ["1A", "Noor Alm", "Kim Berg", "1B", "Tove Tall", "Åke Öberg"]
    headings = f"p-{named('Tove').id} k-{beside.id} m-1"
    assert f'aria-labelledby="{headings}"' in page
    assert sentence(page) == "1 av 4 resultat ifyllda i 2 klasser."
    assert texts(page, "//thead//th")[1].startswith("Bokstavsljud")
    assert texts(page, "//thead//th")[2:] == ["Förra perioden"]


def test_two_classes_of_one_name_are_told_apart_by_their_schools(
    ekbacken: Ekbacken, beside: SchoolClass
) -> None:
    ekbacken.other_class.name = "1A"
    classes = [ekbacken.class_1a, beside, ekbacken.other_class]
    schools = [one.school.name for one in classes]
    called = [class_called(one, classes) for one in classes]
    assert called == [f"1A {schools[0]}", "1B", f"1A {schools[2]}"]


def test_a_protected_pupil_stands_only_on_the_sheet_of_one_class(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn
) -> None:
    client = signed_in(ekbacken.birgitta)
    several = client.get(address(ekbacken, ekbacken.class_1a, beside)).text
    assert "Elev S" not in several
    assert "Elever med skyddade personuppgifter står bara på den egna klassens blad." in several
    assert "Elev S" in client.get(address(ekbacken, ekbacken.class_1a)).text


@pytest.mark.both_databases
def test_stores_with_the_same_checks_as_the_class_s_own_sheet(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn
) -> None:
    client, classes = signed_in(ekbacken.birgitta), [ekbacken.class_1a, beside]
    tove, ake = named("Tove"), named("Åke")
    where = address(ekbacken, *classes)
    page = save(client, where, classes, {ekbacken.kim: "12", tove: "f", ake: "99"})
    assert "1 resultat är inte sparat" in page
    assert "Bokstavsljud går från 0 till 29." in page
    assert 'value="99"' in page
    assert points() == {ekbacken.kim.id: 12, tove.id: None}
    assert "1 resultat sparat." in save(client, where, classes, {ake: "9"})
    asked = sa.select(AuditEntry).filter_by(action="scores:recorded").order_by(AuditEntry.id)
    recorded = db.session.scalars(asked).all()
    assert [entry.subject for entry in recorded] == [
        f"schoolclass:{ekbacken.class_1a.id}", f"schoolclass:{beside.id}", f"schoolclass:{beside.id}",
    ]  # fmt: skip


def test_shows_both_values_when_somebody_wrote_meanwhile(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn
) -> None:
    client, classes = signed_in(ekbacken.birgitta), [ekbacken.class_1a, beside]
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=20)
    db.session.commit()
    page = save(client, address(ekbacken, *classes), classes, {ekbacken.kim: "12"})
    assert "skrev 20" in page
    assert "Du skrev 12." in page
    assert points() == {ekbacken.kim.id: 20}


def test_the_test_s_day_is_told_for_all_classes(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn
) -> None:
    client, classes = signed_in(ekbacken.birgitta), [ekbacken.class_1a, beside]
    values = {ekbacken.kim: "12", named("Tove"): "13"}
    save(client, address(ekbacken, *classes), classes, values, **{f"day-{LETTERS}": "2026-09-30"})
    db.session.rollback()
    assert set(db.session.scalars(sa.select(Score.assessed_on))) == {date(2026, 9, 30)}


def test_each_class_is_signed_by_the_duty_that_reaches_it(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn
) -> None:
    duty = Duty(role=Role.TEACHER, starts_on=TERM_START, school_class=beside)
    duty.staff_member = ekbacken.astrid.staff_member
    db.session.add(duty)
    db.session.commit()
    classes, tove = [ekbacken.class_1a, beside], named("Tove")
    save(signed_in(ekbacken.astrid), address(ekbacken, *classes), classes, {ekbacken.kim: "12", tove: "13"})
    db.session.rollback()
    signed = dict(db.session.execute(sa.select(ScoreChange.pupil_id, ScoreChange.duty_id)).all())
    assert signed[tove.id] == duty.id
    assert signed[ekbacken.kim.id] not in (None, duty.id)


def test_classes_of_others_are_as_little_there_as_none(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn
) -> None:
    client = signed_in(ekbacken.astrid)
    page = client.get(address(ekbacken, ekbacken.class_1a, beside, ekbacken.other_class)).text
    assert "Kim Berg" in page
    assert "Tove" not in page
    assert "Olle" not in page
    form = {"class": [beside.id], f"value-{named('Tove').id}-{LETTERS}": "12"}
    assert post(client, address(ekbacken, beside), form).status_code == 404
    assert points() == {}


def test_a_closed_class_is_read_and_an_open_one_is_filled_in(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", "2026-12-01")
    open_unasked(beside, ekbacken.autumn, date(2026, 12, 10), Recorder())
    db.session.commit()
    client, classes, tove = signed_in(ekbacken.birgitta), [ekbacken.class_1a, beside], named("Tove")
    page = client.get(address(ekbacken, *classes)).text
    assert "1A går bara att läsa" in page
    assert "1B går bara att läsa" not in page
    assert f'name="value-{tove.id}-' in page
    assert f'name="value-{ekbacken.kim.id}-' not in page
    save(client, address(ekbacken, *classes), classes, {tove: "13", ekbacken.kim: "12"})
    assert points() == {tove.id: 13}


def test_measure_and_classes_are_chosen_first(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn
) -> None:
    client = signed_in(ekbacken.birgitta)
    choose = f"/windows/{ekbacken.autumn.slug}/measures"
    assert choose in client.get("/classes").text
    page = client.get(choose).text
    assert "Bokstavsljud (bokstäver och ljud)" in page
    assert texts(page, "//fieldset//label") == ["1A", "1B"]
    assert "Välj minst en klass." in client.get(choose, query_string={"measure": LETTERS}).text
    answer = client.get(choose, query_string={"measure": LETTERS, "class": [beside.id]})
    assert answer.location.endswith(address(ekbacken, beside))
    assert "Välj klasser" in client.get(address(ekbacken)).text


@pytest.mark.parametrize("measure", ["nothing", "Bokstavsljud"])
def test_of_a_measure_there_is_not_is_not_there(ekbacken: Ekbacken, signed_in: SignIn, measure: str) -> None:
    assert signed_in(ekbacken.birgitta).get(address(ekbacken, measure=measure)).status_code == 404


@pytest.mark.parametrize("who", ["rut", "ada", "cecilia", "teo"])
def test_is_for_those_who_record(ekbacken: Ekbacken, signed_in: SignIn, who: str) -> None:
    client = signed_in(getattr(ekbacken, who))
    assert client.get(address(ekbacken, ekbacken.class_1a)).status_code == 403
    assert client.get(f"/windows/{ekbacken.autumn.slug}/measures").status_code == 403


def test_leaves_a_trace_for_every_class_shown(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn
) -> None:
    signed_in(ekbacken.birgitta).get(address(ekbacken, ekbacken.class_1a, beside))
    db.session.rollback()
    shown = db.session.scalars(sa.select(AuditEntry.subject).filter_by(action="sheet:shown"))
    assert set(shown) == {f"schoolclass:{ekbacken.class_1a.id}", f"schoolclass:{beside.id}"}


def test_shows_what_each_pupil_reached_before(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn
) -> None:
    spring = a_window("2025/26", Season.SPRING, date(2026, 4, 7), date(2026, 5, 29))
    former = SchoolClass(name="F", academic_year="2025/26", school=ekbacken.school)
    db.session.add(former)
    past = Enrolment(pupil=ekbacken.kim, school_class=former, year=0, starts_on=date(2025, 8, 18))
    db.session.add(past)
    record(spring, ekbacken.kim, bokstavsljud=9)
    db.session.commit()
    page = signed_in(ekbacken.birgitta).get(address(ekbacken, ekbacken.class_1a, beside)).text
    assert texts(page, "//td[contains(@class, 'former')]") == ["", "9", "", ""]
    assert texts(page, "//thead//th")[2:] == ["Våren 2025/26"]


def test_says_which_window_a_former_result_is_of(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn
) -> None:
    """Kim was away in spring: what most have says the heading, and the others say it themselves."""
    winter = a_window("2025/26", Season.WINTER, date(2026, 1, 12), date(2026, 2, 13))
    spring = a_window("2025/26", Season.SPRING, date(2026, 4, 7), date(2026, 5, 29))
    former = SchoolClass(name="F", academic_year="2025/26", school=ekbacken.school)
    db.session.add(former)
    pupils = [ekbacken.kim, ekbacken.noor, named("Tove")]
    db.session.add_all([
        Enrolment(pupil=one, school_class=former, year=0, starts_on=date(2025, 8, 18)) for one in pupils
    ])  # fmt: skip
    for window, pupil, points in zip((winter, spring, spring), pupils, (9, 12, 14), strict=True):
        record(window, pupil, bokstavsljud=points)
    db.session.commit()
    client, several = signed_in(ekbacken.birgitta), address(ekbacken, ekbacken.class_1a, beside)
    page = client.get(several).text
    assert texts(page, "//thead//th")[2:] == ["Våren 2025/26"]
    found = texts(page, "//td[contains(@class, 'former')]")
    assert [" ".join(one.split()) for one in found] == ["12", "9 vintern 2025/26", "14", ""]
    data = re.search(r'id="sheet-data"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert data
    brought = json.loads(data[1])
    assert brought["measures"][0]["before_in"] == "våren 2025/26"
    told = {row["name"]: row["cells"][0] for row in brought["rows"]}
    assert told["Kim Berg"] == {"before": "9", "before_in": "vintern 2025/26"}
    assert told["Noor Alm"] == {"before": "12"}


@pytest.mark.long
def test_the_page_asks_as_little_for_60_pupils_of_3_classes_as_for_20_of_1(
    ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    classes = []
    for name in ("2A", "2B", "2C"):
        school_class = SchoolClass(name=name, academic_year="2026/27", school=ekbacken.school)
        db.session.add(school_class)
        for place in range(20):
            pupil = ekbacken.pupil("En", f"Elev{place}", f"{name}{place}", school_class=school_class)
            db.session.flush()
            record(ekbacken.autumn, pupil, bokstavsljud=place)
        classes.append(school_class)
    db.session.commit()
    client = signed_in(ekbacken.birgitta)
    several, one = address(ekbacken, *classes), address(ekbacken, classes[0])
    client.get(one)  # what is looked up once a process

    def queries(where: str, rows: int) -> tuple[int, int]:
        """What is read, and the trail of each class shown, which is written in one statement."""
        traces = sa.select(sa.func.count(AuditEntry.id))
        before = db.session.scalar(traces) or 0
        with counted_queries() as asked:
            page = client.get(where).text
        data = json.loads(page.partition('id="sheet-data"')[2].partition(">")[2].partition("</script>")[0])
        assert len(data["rows"]) == rows
        db.session.rollback()
        trail = sum("INSERT INTO audit_entry" in one for one in asked)
        return len(asked) - trail, (db.session.scalar(traces) or 0) - before

    read, trail = queries(one, 20)
    assert trail == 1
    assert read <= 30
    assert queries(several, 60) == (read, 3)


def test_a_file_with_elev_ids_comes_back_with_class_and_name(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn
) -> None:
    """Nobody protected, and nobody of a class that the person does not fill in for."""
    where = (
        f"/api/v1/windows/{ekbacken.autumn.slug}/sheet/table?class={ekbacken.class_1a.id}&class={beside.id}"
    )
    text = b"elev-id;LUS\n1001;7\n1003;8\n1010;9\n2001;9\n"

    def read(who: Any) -> list[str]:
        answer = post(signed_in(who), where, {"file": (io.BytesIO(text), "r.csv")})
        return [row[0] for row in answer.get_json()["rows"]]

    assert read(ekbacken.birgitta) == ["elev-id", "1A Kim Berg", "1003", "1B Tove Tall", "2001"]
    assert read(ekbacken.astrid) == ["elev-id", "Kim Berg", "Elev S", "1010", "2001"]


def test_opens_with_as_many_queries_for_eight_classes_as_for_one(
    ekbacken: Ekbacken, beside: SchoolClass, app: Any
) -> None:
    classes = [beside]
    for number in range(7):
        school_class = SchoolClass(name=f"2{number}", academic_year="2026/27", school=ekbacken.school)
        db.session.add(school_class)
        for place in range(5):
            ekbacken.pupil("En", f"Elev{number}{place}", f"8{number}{place}", school_class=school_class)
        classes.append(school_class)
    db.session.commit()
    with app.test_request_context():
        from flask import g

        g.duties = list(ekbacken.birgitta.staff_member.duties)
        assert len(measure_sheets(classes, ekbacken.autumn, LETTERS)) == 8

        def queries(some: list[SchoolClass]) -> int:
            with counted_queries() as asked:
                measure_sheets(some, ekbacken.autumn, LETTERS)
            return len(asked)

        assert queries(classes) == queries(classes[:1])


def test_a_measure_nobody_is_expected_to_have_is_not_counted_as_none_of_none(
    ekbacken: Ekbacken, beside: SchoolClass, signed_in: SignIn
) -> None:
    client = signed_in(ekbacken.birgitta)
    page = client.get(address(ekbacken, ekbacken.class_1a, beside, measure="lus")).text
    assert sentence(page) == "Inget förväntas den här perioden av 2 klasser."
