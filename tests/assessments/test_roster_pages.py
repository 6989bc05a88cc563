"""The administrator's pages: schools, classes and pupils by hand."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from lxml import html
from reading_pages import legible, texts

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.models import Score
from assessments.recording import Recorder, Write, record_scores
from assessments.refusals import Refused
from assessments.roster import editing, founding
from assessments.roster.editing import PupilDetails
from assessments.roster.models import Curriculum, Enrolment, Pupil, School, SchoolClass

SignIn = Callable[[Any], FlaskClient]
TODAY = date(2026, 10, 15)
NEW_PUPIL = {
    "given_name": "Łukasz", "preferred_name": "", "family_name": "Wiśniewski", "code": "7001",
    "school_form": "grundskola", "curriculum": "sva", "letter_language": "pl", "second_letter_language": "",
    "new_in_swedish_school_on": "", "year": "1", "starts_on": "2026-10-01",
}  # fmt: skip


class Desk:
    """Ada at her desk."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        page = client.get("/roster").text
        self.token = page.split('name="csrf_token" value="')[1].split('"')[0]

    def get(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, address
        return answer.text

    def post(self, address: str, status: int = 200, **form: str) -> str:
        answer = self.client.post(address, data={"csrf_token": self.token, **form}, follow_redirects=True)
        assert answer.status_code == status, answer.text
        return answer.text


@pytest.fixture
def desk(ekbacken: Ekbacken, signed_in: SignIn) -> Desk:
    return Desk(signed_in(ekbacken.ada))


def class_1b(ekbacken: Ekbacken) -> SchoolClass:
    found = founding.add_class(ekbacken.school, "1B", "2026/27")
    db.session.commit()
    return found


def enrolments_of(pupil: Pupil) -> list[tuple[str, date, date | None]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(Enrolment).filter_by(pupil_id=pupil.id).order_by(Enrolment.starts_on))
    return [(row.school_class.name, row.starts_on, row.ends_on) for row in rows]


def score(ekbacken: Ekbacken, points: str) -> None:
    record_scores(ekbacken.autumn, [Write(ekbacken.kim.id, "bokstavsljud", Decimal(points))], Recorder())
    db.session.commit()


def test_the_lists_show_schools_classes_and_pupils_but_no_scores_and_no_protected_pupil(
    ekbacken: Ekbacken, desk: Desk
) -> None:
    score(ekbacken, "23")
    assert "1 skola och 2 elever läsåret 2026/27." in desk.get("/roster")
    assert "Ekbackens skola" in desk.get("/roster")
    assert "Tallbackens skola" not in desk.get("/roster")
    assert all(f'href="{way}"' in desk.get("/roster") for way in ("/roster/pull", "/imports"))
    assert f"/classes/{ekbacken.class_1a.id}/roster" in desk.get(f"/schools/{ekbacken.school.id}/classes")
    page = desk.get(f"/classes/{ekbacken.class_1a.id}/roster")
    assert "Kim Berg" in page
    assert "Siv" not in legible(page)
    assert "Elev S" not in page
    assert ">23<" not in page


def test_an_empty_municipality_says_what_to_do_first(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    for enrolment in db.session.scalars(sa.select(Enrolment)):
        db.session.delete(enrolment)
    db.session.execute(
        sa.text("UPDATE school SET municipality_id = :other"), {"other": ekbacken.other_municipality.id}
    )
    db.session.commit()
    page = signed_in(ekbacken.ada).get("/roster").text
    assert "Börja med en klasslista" in page
    assert "/roster/import" in page


def test_a_school_and_a_class_are_added_and_named_anew(ekbacken: Ekbacken, desk: Desk) -> None:
    address = f"/municipalities/{ekbacken.municipality.id}/schools/new"
    assert "Skolan är tillagd." in desk.post(
        address, name="Björkskolan", code="30000003", phone="0520-123 45"
    )
    school = db.session.scalar(sa.select(School).filter_by(name="Björkskolan"))
    assert school is not None
    assert school.phone == "0520-123 45"
    classes = f"/schools/{school.id}/classes"
    assert "Klassen är tillagd." in desk.post(classes, name="2A", academic_year="2026/27")
    assert "Skolan har redan en klass 2A" in desk.post(classes, 422, name="2A", academic_year="2026/27")
    assert "Skolan har redan en klass 2A" in desk.post(classes, 422, name="2 a", academic_year="2026/27")
    assert "Klassen är tillagd." in desk.post(classes, name="2A", academic_year="2027/28")
    one = db.session.scalar(sa.select(SchoolClass).filter_by(school_id=school.id, academic_year="2026/27"))
    assert one is not None
    assert "Klassen har fått sitt nya namn." in desk.post(f"/classes/{one.id}/roster", name="2 Blå")
    assert "2 Blå" in desk.get(classes)
    assert "Hette 2A till 2026-10-15." in desk.get(f"/classes/{one.id}/roster")
    assert "2 Blå" not in desk.get(f"{classes}?year=2027-28")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": "Ekbackens skola", "code": ""}, "Kommunen har redan en skola som heter Ekbackens skola."),
        ({"name": "EKBACKENS skola", "code": ""}, "Kommunen har redan en skola som heter Ekbackens skola."),
        ({"name": "Ny", "code": "20000002"}, "Skolenhetskoden 20000002 används redan."),
        ({"name": "Ny", "code": "123"}, "Skolenhetskoden har inte åtta siffror."),
        ({"name": "", "code": ""}, "Skriv skolans namn."),
        ({"name": " ", "code": ""}, "Namnet saknas."),
        ({"name": "Ny\u202eskola", "code": ""}, "Otillåtet tecken"),
    ],
)
def test_a_school_that_cannot_be_is_refused_with_the_form_kept(
    ekbacken: Ekbacken, desk: Desk, form: dict[str, str], told: str
) -> None:
    page = desk.post(f"/municipalities/{ekbacken.municipality.id}/schools/new", 422, phone="1234", **form)
    assert told in page
    assert 'value="1234"' in page


def test_a_school_made_by_mistake_is_removed_while_nothing_hangs_on_it(
    ekbacken: Ekbacken, desk: Desk
) -> None:
    desk.post(f"/municipalities/{ekbacken.municipality.id}/schools/new", name="Felskolan", code="", phone="")
    wrong = db.session.scalars(sa.select(School).filter_by(name="Felskolan")).one().id
    desk.post(f"/schools/{wrong}/details", name="Fel skola", code="", phone="")
    assert "Ta bort skolan" in desk.get(f"/schools/{wrong}/classes")
    assert "Fel skola är borttagen." in desk.post(f"/schools/{wrong}/remove")
    assert db.session.get(School, wrong) is None
    told = sa.select(AuditEntry.action).filter_by(subject=f"school:{wrong}").order_by(AuditEntry.id)
    assert db.session.scalars(told).all() == ["school:added", "school:corrected", "school:removed"]


def test_a_school_in_use_stays(ekbacken: Ekbacken, desk: Desk) -> None:
    here = ekbacken.school.id
    assert "Ta bort skolan" not in desk.get(f"/schools/{here}/classes")
    assert "går inte att ta bort" in desk.post(f"/schools/{here}/remove", status=422)
    assert db.session.get(School, here) is not None
    assert not db.session.scalars(sa.select(AuditEntry).filter_by(action="school:removed")).all()


def test_a_pupil_is_added_by_hand(ekbacken: Ekbacken, desk: Desk) -> None:
    address = f"/classes/{ekbacken.class_1a.id}/pupils/new"
    assert '<option selected value="1">åk 1</option>' in desk.get(address)
    assert "Eleven är tillagd." in desk.post(address, **NEW_PUPIL)
    pupil = db.session.scalar(sa.select(Pupil).filter_by(code="7001"))
    assert pupil is not None
    assert (pupil.name, pupil.curriculum) == ("Łukasz Wiśniewski", Curriculum.SWEDISH_AS_SECOND_LANGUAGE)
    assert enrolments_of(pupil) == [("1A", date(2026, 10, 1), None)]
    entry = db.session.scalar(sa.select(AuditEntry).filter_by(action="pupil:added"))
    assert entry is not None
    assert "Łukasz" not in str(entry.details)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"code": "1001"}, "Elev-id 1001 används redan i kommunen."),
        ({"code": "1003"}, "Elev-id 1003 används redan i kommunen."),
        ({"given_name": ""}, "Skriv förnamnet."),
        ({"family_name": "A\x07"}, "Efternamn"),
        ({"starts_on": "2027-09-01"}, "ligger utanför läsåret 2026/27"),
        ({"starts_on": "igår"}, "datum"),
        ({"year": "12"}, "val"),
        ({"letter_language": "xx"}, "val"),
    ],
)
def test_a_pupil_that_cannot_be_is_refused_with_everything_kept(
    ekbacken: Ekbacken, desk: Desk, changed: dict[str, str], told: str
) -> None:
    page = desk.post(f"/classes/{ekbacken.class_1a.id}/pupils/new", 422, **(NEW_PUPIL | changed))
    assert told in page
    assert "Inget har sparats." in page
    assert "Siv" not in legible(page)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Pupil)) == 4


def test_details_are_corrected_and_names_shown_as_data(ekbacken: Ekbacken, desk: Desk) -> None:
    form = NEW_PUPIL | {
        "given_name": "Kim <b>",
        "family_name": "Bergström",
        "code": "1001",
        "letter_language": "sv",
    }
    page = desk.post(f"/pupils/{ekbacken.kim.id}/roster", **form)
    assert "Ändringen är sparad." in page
    assert "Kim &lt;b&gt; Bergström" in page
    assert "Inget var ändrat." in desk.post(f"/pupils/{ekbacken.kim.id}/roster", **form)


def test_a_move_ends_the_old_class_the_day_before_and_keeps_the_scores(
    ekbacken: Ekbacken, desk: Desk
) -> None:
    score(ekbacken, "12")
    other = class_1b(ekbacken)
    form = {"move-to_class": str(other.id), "move-year": "1", "move-from_day": "2026-10-12"}
    assert "Eleven går i 1B, Ekbackens skola, från 2026-10-12." in desk.post(
        f"/pupils/{ekbacken.kim.id}/move", **form
    )
    assert enrolments_of(ekbacken.kim) == [
        ("1A", date(2026, 8, 18), date(2026, 10, 11)),
        ("1B", date(2026, 10, 12), None),
    ]
    assert db.session.scalar(sa.select(Score.points)) == 12


def test_a_wrong_move_is_undone_and_a_wrong_class_put_right(ekbacken: Ekbacken, desk: Desk) -> None:
    score(ekbacken, "12")
    other = class_1b(ekbacken)
    move = {"move-to_class": str(other.id), "move-year": "1", "move-from_day": "2026-10-12"}
    desk.post(f"/pupils/{ekbacken.kim.id}/move", **move)
    back = {"right-right_class": str(ekbacken.class_1a.id), "right-year": "1"}
    assert "Klassen är rättad till 1A, Ekbackens skola." in desk.post(
        f"/pupils/{ekbacken.kim.id}/right-class", **back
    )
    assert enrolments_of(ekbacken.kim) == [("1A", date(2026, 8, 18), None)]
    right = {"right-right_class": str(other.id), "right-year": "1"}
    assert "Klassen är rättad till 1B, Ekbackens skola." in desk.post(
        f"/pupils/{ekbacken.kim.id}/right-class", **right
    )
    assert enrolments_of(ekbacken.kim) == [("1B", date(2026, 8, 18), None)]
    assert db.session.scalar(sa.select(Score.points)) == 12


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-08-18", "Eleven började i 1A 2026-08-18."),
        ("2027-08-15", "ligger utanför läsåret"),
        ("", "Ange första dagen."),
    ],
)
def test_a_move_on_a_day_that_cannot_be_is_refused(
    ekbacken: Ekbacken, desk: Desk, day: str, told: str
) -> None:
    other = class_1b(ekbacken)
    form = {"move-to_class": str(other.id), "move-year": "1", "move-from_day": day}
    assert told in desk.post(f"/pupils/{ekbacken.kim.id}/move", 422, **form)
    assert enrolments_of(ekbacken.kim) == [("1A", date(2026, 8, 18), None)]


def test_nothing_is_chosen_until_somebody_has_chosen(ekbacken: Ekbacken, desk: Desk) -> None:
    page = desk.get(f"/pupils/{ekbacken.kim.id}/roster")
    first = texts(page, "//select[@name='move-to_class' or @name='right-right_class']/option[1]")
    assert first == ["Välj klass", "Välj klass"]
    assert html.fromstring(page).xpath("//input[@name='end-last_day']/@value") == [""]
    form = {"move-to_class": "", "move-year": "1", "move-from_day": "2026-10-12"}
    assert "Välj klass." in desk.post(f"/pupils/{ekbacken.kim.id}/move", 422, **form)
    form = {"right-right_class": "", "right-year": "1"}
    assert "Välj klass." in desk.post(f"/pupils/{ekbacken.kim.id}/right-class", 422, **form)
    assert enrolments_of(ekbacken.kim) == [("1A", date(2026, 8, 18), None)]


def at_granen(ekbacken: Ekbacken) -> SchoolClass:
    granen = School(name="Granen", municipality=ekbacken.municipality)
    there = SchoolClass(name="1G", academic_year="2026/27", school=granen)
    db.session.add(there)
    db.session.commit()
    return there


@pytest.mark.parametrize(
    ("kind", "told", "day"),
    [
        ("move", "Ekbackens skola ser inte längre eleven.", "2026-10-15"),
        ("move", "Ekbackens skola ser eleven till och med dagen före 2026-11-02", "2026-11-02"),
        ("right", "Det blir som om eleven aldrig hade gått i 1A, Ekbackens skola.", None),
    ],
)
def test_another_school_is_asked_about_once_more(
    ekbacken: Ekbacken, desk: Desk, kind: str, told: str, day: str | None
) -> None:
    kim, there = ekbacken.kim, at_granen(ekbacken)
    address = f"/pupils/{kim.id}/{'move' if kind == 'move' else 'right-class'}"
    chosen = {"move-to_class": there.id, "move-from_day": day} if day else {"right-right_class": there.id}
    page = desk.post(address, **chosen, **{f"{kind}-year": "1"})
    assert "Från 1A, Ekbackens skola, till 1G, Granen. Inget har ändrats än." in page
    assert told in page
    assert ("tagit emot en överlämning" in page) is (kind == "move")
    assert enrolments_of(kim) == [("1A", date(2026, 8, 18), None)]
    asked = html.fromstring(page).xpath("//main//form")[0]
    assert asked.get("action") == address
    sent = {one.get("name"): one.get("value") for one in asked.xpath(".//input[@type='hidden']")}
    page = desk.post(address, **{name: value for name, value in sent.items() if name != "csrf_token"})
    assert "1G, Granen" in page
    assert enrolments_of(kim)[-1][0] == "1G"


def test_what_cannot_be_done_is_told_before_anybody_is_asked(ekbacken: Ekbacken, desk: Desk) -> None:
    there = at_granen(ekbacken)
    form = {"move-to_class": str(there.id), "move-year": "1", "move-from_day": "2026-08-01"}
    page = desk.post(f"/pupils/{ekbacken.kim.id}/move", 422, **form)
    assert "Eleven började i 1A 2026-08-18." in page
    sure = form | {"move-from_day": "2026-10-12", "move-sure": str(there.id + 1)}  # of another class
    assert "Inget har ändrats än." in desk.post(f"/pupils/{ekbacken.kim.id}/move", **sure)


@pytest.mark.parametrize("kind", ["move", "right-class"])
def test_another_municipality_s_class_in_the_form_is_not_there(
    ekbacken: Ekbacken, desk: Desk, kind: str
) -> None:
    for class_id in (str(ekbacken.other_class.id), "999999", str(2**63), str(2**70), "9" * 5000):
        form = {
            "move-to_class": class_id, "move-year": "1", "move-from_day": "2026-10-12",
            "right-right_class": class_id, "right-year": "1",
        }  # fmt: skip
        desk.post(f"/pupils/{ekbacken.kim.id}/{kind}", 404, **form)
    assert enrolments_of(ekbacken.kim) == [("1A", date(2026, 8, 18), None)]


def test_a_last_day_mistyped_by_a_century_is_asked_about(ekbacken: Ekbacken, desk: Desk) -> None:
    page = desk.post(f"/pupils/{ekbacken.kim.id}/end", 422, **{"end-last_day": "2127-06-11"})
    assert "2127-06-11 ligger mer än ett år fram. Kontrollera datumet." in page
    assert enrolments_of(ekbacken.kim) == [("1A", date(2026, 8, 18), None)]


def test_a_pupil_leaves_and_comes_back_with_the_history(ekbacken: Ekbacken, desk: Desk) -> None:
    score(ekbacken, "12")
    kim = ekbacken.kim
    kim_id = kim.id
    page = desk.post(f"/pupils/{kim_id}/end", **{"end-last_day": "2026-10-20"})
    assert "Elevens sista dag är 2026-10-20." in page
    assert "Sista dagen är borttagen." in desk.post(f"/pupils/{kim_id}/stays")
    page = desk.post(f"/pupils/{kim_id}/end", **{"end-last_day": "2026-10-09"})
    assert "<h1>Klasslistor</h1>" in page, "Kim is nobody Ada can see any more"
    assert desk.client.get(f"/pupils/{kim_id}/roster").status_code == 404
    form = NEW_PUPIL | {"given_name": "Kim", "family_name": "Berg", "code": "1001", "starts_on": "2026-10-14"}
    assert "Eleven är inskriven igen" in desk.post(f"/classes/{ekbacken.class_1a.id}/pupils/new", **form)
    assert enrolments_of(kim) == [
        ("1A", date(2026, 8, 18), date(2026, 10, 9)),
        ("1A", date(2026, 10, 14), None),
    ]
    assert db.session.scalar(sa.select(Score.pupil_id)) == kim_id


def test_somebody_else_with_the_elev_id_of_one_who_left_is_refused(ekbacken: Ekbacken, desk: Desk) -> None:
    editing.end_enrolment(ekbacken.kim, date(2026, 10, 9))
    db.session.commit()
    form = NEW_PUPIL | {"code": "1001"}
    page = desk.post(f"/classes/{ekbacken.class_1a.id}/pupils/new", 422, **form)
    assert "Elev-id 1001 används redan" in page
    assert "Kim" not in legible(page)


@pytest.mark.parametrize(
    "address",
    [
        "/pupils/{siv}/roster",
        "/pupils/{olle}/roster",
        "/classes/{other}/roster",
        "/classes/{other}/pupils/new",
    ],
)
def test_what_is_not_the_administrator_s_is_not_there(ekbacken: Ekbacken, desk: Desk, address: str) -> None:
    at = address.format(siv=ekbacken.siv.id, olle=ekbacken.olle.id, other=ekbacken.other_class.id)
    assert desk.client.get(at).status_code == 404
    assert desk.client.post(at, data={"csrf_token": desk.token}).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("astrid", 403), ("birgitta", 403), ("rut", 403), ("carl", 404)])
def test_only_the_administrator_changes_the_roster(
    ekbacken: Ekbacken, signed_in: SignIn, who: str, status: int
) -> None:
    client = signed_in(getattr(ekbacken, who))
    assert client.get("/roster").status_code == 403
    for address in (f"/classes/{ekbacken.class_1a.id}/roster", f"/pupils/{ekbacken.kim.id}/roster"):
        assert client.get(address).status_code == status


@pytest.mark.usefixtures("database")
def test_a_move_keeps_a_last_day_that_was_already_planned(ekbacken: Ekbacken) -> None:
    other = class_1b(ekbacken)
    editing.end_enrolment(ekbacken.kim, date(2026, 12, 18))
    editing.move_pupil(ekbacken.kim, other, 1, date(2026, 11, 2))
    db.session.commit()
    assert enrolments_of(ekbacken.kim)[-1] == ("1B", date(2026, 11, 2), date(2026, 12, 18))


@pytest.mark.usefixtures("database")
def test_refusals_of_a_hand_are_whole_sentences(ekbacken: Ekbacken) -> None:
    details = PupilDetails(code="", given_name="", family_name="A" * 101)
    with pytest.raises(Refused) as refused:
        editing.add_pupil(ekbacken.class_1a, details, 1, TODAY)
    assert len(refused.value.reasons) == 3
    assert all(re.fullmatch(r"[A-ZÅÄÖ].*\.", reason) for reason in refused.value.reasons)
    with pytest.raises(Refused, match="en annan kommun"):
        editing.move_pupil(ekbacken.kim, ekbacken.other_class, 1, TODAY)
    with pytest.raises(Refused, match="står redan"):
        editing.correct_class(ekbacken.kim, ekbacken.class_1a, 1)
    with pytest.raises(Refused, match="före den"):
        editing.end_enrolment(ekbacken.kim, date(2026, 8, 1))
