"""The score sheet as a plain form."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from cast import PASSWORD, Ekbacken
from flask.testing import FlaskClient
from reading_pages import legible, seen

from assessments.access.models import AuditEntry, SignInSession
from assessments.clock import now
from assessments.database import db
from assessments.models import Absence, AssessmentWindow, HandIn, SchoolMeasure, Score, ScoreChange, Season
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import Enrolment, Role

SignIn = Callable[[Any], FlaskClient]
LETTERS = "bokstavsljud"


class Sheet:
    """A teacher with the sheet of 1A open."""

    def __init__(self, ekbacken: Ekbacken, client: FlaskClient) -> None:
        self.address = f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"
        self.hand_in_address = self.address.replace("/sheet", "/hand-in")
        self.client = client
        self.fetch()

    def fetch(self) -> str:
        self.page = self.client.get(self.address).text
        return self.page

    @property
    def token(self) -> str:
        return self.page.split('name="csrf_token" value="')[1].split('"')[0]

    def seen(self, pupil_id: int, measure: str = LETTERS) -> str:
        assert f'name="value-{pupil_id}-{measure}"' in self.page, "no such cell"
        return seen(self.page, pupil_id, measure)

    def save(self, values: dict[int, str], measure: str = LETTERS, **more: str) -> str:
        """Fill in a column and press Spara; returns the page that comes."""
        form = {"csrf_token": self.token, "columns": measure, **more}
        for pupil_id, text in values.items():
            form[f"value-{pupil_id}-{measure}"] = text
            form[f"seen-{pupil_id}"] = self.seen(pupil_id, measure)
        self.page = self.client.post(self.address, data=form, follow_redirects=True).text
        return self.page


@pytest.fixture
def sheet(ekbacken: Ekbacken, signed_in: SignIn) -> Sheet:
    return Sheet(ekbacken, signed_in(ekbacken.astrid))


def score_of(pupil_id: int, measure: str = LETTERS) -> Score | None:
    db.session.rollback()
    return db.session.scalar(sa.select(Score).filter_by(pupil_id=pupil_id, measure=measure))


def points_of(pupil_id: int) -> Decimal | None:
    found = score_of(pupil_id)
    return found.points if found else None


def record_elsewhere(ekbacken: Ekbacken, pupil_id: int, points: str | None) -> None:
    """The special teacher writes while the sheet lies open."""
    duty = db.session.scalar(sa.text("SELECT id FROM duty WHERE role = 'special_teacher'"))
    write = Write(pupil_id, LETTERS, Decimal(points) if points else None)
    record_scores(ekbacken.autumn, [write], Recorder(ekbacken.birgitta.id, duty))
    db.session.commit()


def test_class_and_window_stand_in_the_title_and_everything_expected_is_a_column(sheet: Sheet) -> None:
    assert "<title>1A, hösten 2026/27: resultat" in sheet.page
    assert "0 av 6 resultat ifyllda; 3 elever saknar något." in sheet.page
    assert "Avstämning A" in sheet.page
    assert "Rätt lästa ord per minut" not in sheet.page


def test_what_is_typed_is_stored_and_shows_its_level(ekbacken: Ekbacken, sheet: Sheet) -> None:
    kim, noor = ekbacken.kim.id, ekbacken.noor.id
    page = sheet.save({kim: "3", noor: "25"})
    assert "2 resultat sparade." in page
    assert "2 av 6 resultat ifyllda" in page
    assert points_of(kim) == 3
    assert "level-at_goal" in page
    change = db.session.scalar(sa.select(ScoreChange).filter_by(pupil_id=kim))
    assert change is not None
    assert (change.account_id, change.version) == (ekbacken.astrid.id, 1)
    assert change.duty_id is not None


def test_codes_and_broken_off_scores_are_shown_as_words(ekbacken: Ekbacken, sheet: Sheet) -> None:
    page = sheet.save({ekbacken.kim.id: "f", ekbacken.noor.id: "12b"})
    assert "frånvarande" in page
    assert "1 avbrutet, 1 frånvarande." in page
    found = score_of(ekbacken.kim.id)
    assert found is not None
    assert (found.points, found.absence) == (None, Absence.ABSENT)


def test_a_measure_with_labels_is_a_choice_of_words(ekbacken: Ekbacken, sheet: Sheet) -> None:
    assert "<option>Delvis</option>" in sheet.page
    page = sheet.save({ekbacken.kim.id: "Delvis"}, "avstamning_a")
    assert f'name="value-{ekbacken.kim.id}-avstamning_a" value="Delvis"' in page
    found = score_of(ekbacken.kim.id, "avstamning_a")
    assert found is not None
    assert found.points == 1


def test_a_blank_cell_writes_nothing_and_clearing_removes_the_value(ekbacken: Ekbacken, sheet: Sheet) -> None:
    kim = ekbacken.kim.id
    assert "Inget var ändrat." in sheet.save({kim: "", ekbacken.noor.id: "  "})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ScoreChange)) == 0
    sheet.save({kim: "0"})
    assert points_of(kim) == 0
    assert "1 borttaget." in sheet.save({kim: ""})
    assert score_of(kim) is None
    assert "1 resultat sparat." in sheet.save({kim: "7"})
    found = score_of(kim)
    assert found is not None
    assert found.version == 3


def test_what_cannot_be_stored_stays_in_its_cell_and_the_rest_is_stored(
    ekbacken: Ekbacken, sheet: Sheet
) -> None:
    kim, noor, siv = ekbacken.kim.id, ekbacken.noor.id, ekbacken.siv.id
    page = sheet.save({kim: "hej", noor: "40", siv: "9"})
    assert "2 resultat är inte sparade" in page
    assert "1 resultat sparat." in page
    assert 'value="hej"' in page
    assert 'value="40"' in page
    assert "Bokstavsljud går från 0 till 29." in page
    assert page.count('aria-invalid="true"') == 2
    assert (points_of(kim), points_of(noor), points_of(siv)) == (None, None, 9)
    assert "2 resultat sparade." in sheet.save({kim: "4", noor: "14", siv: "9"})


def test_a_refused_change_says_what_still_stands(ekbacken: Ekbacken, sheet: Sheet) -> None:
    sheet.save({ekbacken.kim.id: "4"})
    assert "4 gäller fortfarande." in sheet.save({ekbacken.kim.id: "444"})


def test_two_people_in_one_cell_see_both_values_and_choose(ekbacken: Ekbacken, sheet: Sheet) -> None:
    kim = ekbacken.kim.id
    record_elsewhere(ekbacken, kim, "14")
    page = sheet.save({kim: "15"})
    assert "Speciallärare Ekbackens skola skrev 14" in page
    assert "Du skrev 15." in page
    assert points_of(kim) == 14
    assert "1 resultat är inte sparat" in sheet.save(
        {
            kim: "15",
        },
        **{f"asked-{kim}-{LETTERS}": "1"},
    )
    assert points_of(kim) == 14, "nothing was chosen yet"
    asked = {f"asked-{kim}-{LETTERS}": "1", f"choice-{kim}-{LETTERS}": "mine"}
    assert "1 resultat sparat." in sheet.save({kim: "15"}, **asked)
    assert points_of(kim) == 15


def test_keeping_the_other_value_writes_nothing(ekbacken: Ekbacken, sheet: Sheet) -> None:
    kim = ekbacken.kim.id
    record_elsewhere(ekbacken, kim, "14")
    sheet.save({kim: "15"})
    asked = {f"asked-{kim}-{LETTERS}": "1", f"choice-{kim}-{LETTERS}": "theirs"}
    assert "Inget var ändrat." in sheet.save({kim: "15"}, **asked)
    assert points_of(kim) == 14


def test_the_same_value_from_two_people_is_no_conflict(ekbacken: Ekbacken, sheet: Sheet) -> None:
    record_elsewhere(ekbacken, ekbacken.kim.id, "14")
    assert "inte sparat" not in sheet.save({ekbacken.kim.id: "14"})


def test_an_untouched_cell_never_conflicts(ekbacken: Ekbacken, sheet: Sheet) -> None:
    record_elsewhere(ekbacken, ekbacken.kim.id, "14")
    assert "1 resultat sparat." in sheet.save({ekbacken.kim.id: "", ekbacken.noor.id: "9"})
    assert points_of(ekbacken.kim.id) == 14


def test_a_value_cleared_while_somebody_changed_it_is_a_conflict(ekbacken: Ekbacken, sheet: Sheet) -> None:
    kim = ekbacken.kim.id
    sheet.save({kim: "3"})
    record_elsewhere(ekbacken, kim, "14")
    assert "skrev 14" in sheet.save({kim: ""})
    assert points_of(kim) == 14


def test_a_date_per_column(ekbacken: Ekbacken, sheet: Sheet) -> None:
    kim, noor = ekbacken.kim.id, ekbacken.noor.id
    sheet.save({kim: "3"}, **{f"day-{LETTERS}": "2026-09-10"})
    sheet.save({kim: "4", noor: "5"}, **{f"day-{LETTERS}": "2026-09-24"})
    days = [found.assessed_on for found in (score_of(kim), score_of(noor)) if found]
    assert days == [date(2026, 9, 10), date(2026, 9, 24)], "a corrected score keeps its day"
    sheet.save({kim: "4", noor: "5"}, **{f"day-{LETTERS}": "2026-09-14", f"move-{LETTERS}": "1"})
    assert {found.assessed_on for found in (score_of(kim), score_of(noor)) if found} == {date(2026, 9, 14)}


@pytest.mark.parametrize("day", ["2026-10-16", "2026-07-01", "igår", "2026-13-01"])
def test_a_day_that_cannot_be_is_refused_and_the_value_kept(
    ekbacken: Ekbacken, sheet: Sheet, day: str
) -> None:
    page = sheet.save({ekbacken.kim.id: "7"}, **{f"day-{LETTERS}": day})
    assert "1 resultat är inte sparat" in page
    assert 'value="7"' in page
    assert score_of(ekbacken.kim.id) is None


def test_another_class_s_pupil_in_the_form_is_not_there(ekbacken: Ekbacken, sheet: Sheet) -> None:
    for pupil_id in (ekbacken.olle.id, 2**63 - 1, 2**63 + 1):
        form = {
            "csrf_token": sheet.token,
            f"value-{pupil_id}-{LETTERS}": "9",
            f"value-{ekbacken.kim.id}-{LETTERS}": "8",
        }
        assert sheet.client.post(sheet.address, data=form).status_code == 404
    assert score_of(ekbacken.olle.id) is None
    assert score_of(ekbacken.kim.id) is None, "nothing of a forged form is stored"


def test_a_pupil_who_moved_while_the_sheet_lay_open_is_told_and_the_rest_stored(
    ekbacken: Ekbacken, sheet: Sheet
) -> None:
    enrolment = db.session.scalar(sa.select(Enrolment).filter_by(pupil_id=ekbacken.kim.id))
    assert enrolment is not None
    enrolment.ends_on = date(2026, 10, 14)
    db.session.commit()
    page = sheet.save({ekbacken.kim.id: "11", ekbacken.noor.id: "9"})
    assert "Du skrev Bokstavsljud: 11." in page
    assert "Kim" not in legible(page)
    assert points_of(ekbacken.noor.id) == 9


def test_a_pupil_who_changed_class_keeps_the_score(
    ekbacken: Ekbacken, sheet: Sheet, signed_in: SignIn
) -> None:
    sheet.save({ekbacken.kim.id: "11"})
    from assessments.roster.editing import move_pupil
    from assessments.roster.founding import add_class

    class_1b = add_class(ekbacken.school, "1B", "2026/27")
    move_pupil(ekbacken.kim, class_1b, 1, date(2026, 10, 15))
    db.session.commit()
    special = signed_in(ekbacken.birgitta)
    page = special.get(f"/classes/{class_1b.id}/windows/{ekbacken.autumn.slug}/sheet").text
    assert "Kim Berg" in page
    assert 'value="11"' in page
    assert "Kim Berg" not in sheet.fetch()


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "told"),
    [
        (date(2026, 11, 1), date(2026, 12, 1), "Perioden öppnar 2026-11-01."),
        (date(2026, 8, 20), date(2026, 9, 20), "Perioden stängde 2026-09-20"),
    ],
)
def test_a_window_that_is_not_open_is_only_read(
    ekbacken: Ekbacken, sheet: Sheet, opens_on: date, closes_on: date, told: str
) -> None:
    ekbacken.autumn.opens_on, ekbacken.autumn.closes_on = opens_on, closes_on
    db.session.commit()
    typed = sheet.save({ekbacken.kim.id: "9"})
    assert told in typed
    assert 'value="9"' in typed, "what was typed while it closed is not thrown away"
    assert score_of(ekbacken.kim.id) is None
    page = sheet.fetch()
    assert "Bladet går bara att läsa" in page
    assert 'class="value"' not in page


def test_make_up_days_take_results(ekbacken: Ekbacken, sheet: Sheet) -> None:
    ekbacken.autumn.opens_on, ekbacken.autumn.closes_on = date(2026, 9, 1), date(2026, 10, 10)
    db.session.commit()
    sheet.fetch()
    assert "1 resultat sparat." in sheet.save({ekbacken.kim.id: "9"})
    found = score_of(ekbacken.kim.id)
    assert found is not None
    assert found.assessed_on == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("who", "get", "post"),
    [("birgitta", 200, 200), ("rut", 200, 403), ("carl", 404, 404), ("ada", 403, 403), ("cecilia", 404, 404)],
)
def test_who_reads_and_who_writes(
    ekbacken: Ekbacken, signed_in: SignIn, who: str, get: int, post: int
) -> None:
    client = signed_in(getattr(ekbacken, who))
    address = f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"
    assert client.get(address).status_code == get
    token = client.get("/classes").text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, f"value-{ekbacken.kim.id}-{LETTERS}": "9"}
    assert client.post(address, data=form, follow_redirects=True).status_code == post
    assert (points_of(ekbacken.kim.id) == 9) is (post == 200)


def test_a_window_of_another_academic_year_is_not_there(ekbacken: Ekbacken, sheet: Sheet) -> None:
    for slug in ("2025-26-autumn", "2026-27-summer", "nonsense"):
        assert sheet.client.get(sheet.address.replace("2026-27-autumn", slug)).status_code == 404


def test_a_protected_pupil_stands_under_the_alias_without_a_family_name(
    ekbacken: Ekbacken, sheet: Sheet
) -> None:
    assert "Elev S" in sheet.page
    assert "Skog" not in sheet.page


def test_a_name_is_data(ekbacken: Ekbacken, sheet: Sheet) -> None:
    ekbacken.kim.given_name = "<script>alert(1)</script>"
    db.session.commit()
    assert "<script>alert" not in sheet.fetch()


def test_a_mixed_class_says_each_pupil_s_year_and_asks_only_what_belongs_to_it(
    ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    ekbacken.pupil("Vera", "Vik", "1009", year=3)
    db.session.commit()
    sheet = Sheet(ekbacken, signed_in(ekbacken.astrid))
    assert '<span class="chip">åk 3</span>' in sheet.page
    assert "Läsförståelse, normerat test" in sheet.page
    kim, vera = ekbacken.kim.id, db.session.scalar(sa.text("SELECT id FROM pupil WHERE code = '1009'"))
    assert f"value-{vera}-{LETTERS}" not in sheet.page
    assert f"value-{kim}-{LETTERS}" in sheet.page


def test_measures_that_the_school_uses_are_columns_too(ekbacken: Ekbacken, sheet: Sheet) -> None:
    db.session.add_all(
        SchoolMeasure(school_id=ekbacken.school.id, measure=code) for code in (LETTERS, "gra10", "np3_b")
    )
    db.session.commit()
    page = sheet.fetch()
    assert "GRA-10" in page
    assert "Nationellt prov" not in page, "nobody in the class is in åk 3"


def test_the_page_leaves_one_trace_of_the_class_and_a_save_another(ekbacken: Ekbacken, sheet: Sheet) -> None:
    sheet.save({ekbacken.kim.id: "9"})
    db.session.rollback()
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.like("s%:%"))).all()
    actions = [entry.action for entry in entries]
    assert actions == ["sheet:shown", "scores:recorded", "sheet:shown"]
    assert {entry.subject for entry in entries} == {f"schoolclass:{ekbacken.class_1a.id}"}
    assert "Kim" not in str([entry.details for entry in entries])


def test_handing_in_tells_first_what_is_missing(ekbacken: Ekbacken, sheet: Sheet) -> None:
    sheet.save({ekbacken.kim.id: "9"})
    page = sheet.client.get(sheet.hand_in_address).text
    assert "3 elever saknar resultat" in page
    assert "Kim Berg: Avstämning A" in page
    form = {"csrf_token": sheet.token}
    assert (
        "1A är inlämnad." in sheet.client.post(sheet.hand_in_address, data=form, follow_redirects=True).text
    )
    again = sheet.client.post(sheet.hand_in_address, data=form, follow_redirects=True)
    assert again.request.path.endswith("/overview")  # what the class has become is what comes next
    assert "1A var redan inlämnad." in again.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(HandIn)) == 1
    assert "Klassen är redan inlämnad" in sheet.client.get(sheet.hand_in_address).text


def test_saving_can_go_on_to_handing_in(ekbacken: Ekbacken, sheet: Sheet) -> None:
    assert "Lämna in 1A" in sheet.save({ekbacken.kim.id: "9"}, hand_in="1")
    assert "1 resultat är inte sparat" in (sheet.fetch() and sheet.save({ekbacken.kim.id: "x"}, hand_in="1"))


def test_a_closed_window_cannot_be_handed_in(ekbacken: Ekbacken, sheet: Sheet) -> None:
    ekbacken.autumn.opens_on, ekbacken.autumn.closes_on = date(2026, 8, 20), date(2026, 9, 20)
    db.session.commit()
    answer = sheet.client.post(sheet.hand_in_address, data={"csrf_token": sheet.token}, follow_redirects=True)
    assert "Perioden stängde" in answer.text
    assert db.session.scalar(sa.select(HandIn.id)) is None


def test_the_picker_offers_the_windows_of_the_class_s_year(ekbacken: Ekbacken, sheet: Sheet) -> None:
    winter = AssessmentWindow(
        academic_year="2026/27", season=Season.WINTER,
        opens_on=date(2027, 1, 11), closes_on=date(2027, 2, 12), makeup_days=14,
    )  # fmt: skip
    former = AssessmentWindow(
        academic_year="2025/26", season=Season.SPRING,
        opens_on=date(2026, 4, 1), closes_on=date(2026, 5, 12), makeup_days=14,
    )  # fmt: skip
    db.session.add_all([winter, former])
    db.session.commit()
    page = sheet.fetch()
    assert sheet.address.replace("autumn", "winter") in page
    assert "/classes?window=2025-26-spring" in page


def test_the_number_of_queries_does_not_grow_with_the_class(ekbacken: Ekbacken, sheet: Sheet) -> None:
    def count() -> int:
        asked: list[str] = []

        def listen(_c: Any, _u: Any, statement: str, *_r: Any) -> None:
            asked.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", listen)
        sheet.fetch()
        sa.event.remove(db.engine, "before_cursor_execute", listen)
        return len(asked)

    before = count()
    for number in range(20):
        ekbacken.pupil(f"Elev{number}", "Extra", f"9{number}")
    db.session.commit()
    record_elsewhere(ekbacken, ekbacken.kim.id, "14")
    assert count() == before


def test_nobody_at_the_school_loses_a_day_after_the_duty_has_ended(ekbacken: Ekbacken, sheet: Sheet) -> None:
    member = ekbacken.astrid.staff_member
    for duty in member.duties:
        assert duty.role is Role.TEACHER
        duty.ends_on = date(2026, 10, 15) - timedelta(days=1)
    db.session.commit()
    assert sheet.client.get(sheet.address).status_code in (302, 404)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's last form."""
    form = page.split("<main")[1].rpartition("<form")[2]
    fields = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]*)"[^>]*value="([^"]*)"', form)
    return {unescape(name): unescape(value) for name, value in fields}


def test_what_was_typed_survives_a_session_that_ended(ekbacken: Ekbacken, sheet: Sheet) -> None:
    kim = ekbacken.kim.id
    form = {"csrf_token": sheet.token, f"value-{kim}-{LETTERS}": "17"}
    db.session.execute(sa.update(SignInSession).values(ended_at=now()))
    db.session.commit()
    sign_in = sheet.client.post(sheet.address, data=form).text
    assert score_of(kim) is None
    answer = {**hidden(sign_in), "username": "astrid", "password": PASSWORD}
    resume = sheet.client.post("/sign-in", data=answer, follow_redirects=True).text
    assert "Det du skrev är kvar men inte sparat än." in resume
    page = sheet.client.post(sheet.address, data=hidden(resume), follow_redirects=True).text
    assert "1 resultat sparat." in page
    assert points_of(kim) == 17
