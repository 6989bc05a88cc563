"""Sheets for programs: read whole, written cell by cell, answered cell by cell."""

import json
import sqlite3
import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from assessments.access.models import AuditEntry, SignInSession
from assessments.access.row_tokens import row_token
from assessments.database import db
from assessments.models import Score, ScoreChange
from assessments.recording import Recorder, Write, confirm_scores, record_scores
from assessments.roster.models import SchoolForm

LETTERS = "bokstavsljud"


class Api:
    """A teacher's program at the sheet of 1A."""

    def __init__(self, ekbacken, client):
        self.client, self.ekbacken = client, ekbacken
        self.address = f"/api/v1/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"
        self.token = client.get("/api/v1/session").json["csrf_token"]
        self.sheet = self.fetch()
        self.number = 0

    def fetch(self):
        self.sheet = self.client.get(self.address).json
        return self.sheet

    def row(self, name):
        return next(row["row"] for row in self.sheet["rows"] if row["name"] == name)

    def cell(self, name, measure=LETTERS):
        column = [one["code"] for one in self.fetch()["measures"]].index(measure)
        return next(row["cells"][column] for row in self.sheet["rows"] if row["name"] == name)

    def write(self, value=None, name="Kim Berg", version=0, measure=LETTERS, **more):
        self.number += 1
        return {
            "client_id": f"write-{id(self)}-{self.number}",
            "pupil": self.row(name),
            "measure": measure,
            "value": value,
            "expected_version": version,
        } | more

    def patch(self, *writes, **more):
        more = {"json": {"writes": writes}} | more
        return self.client.patch(self.address, headers={"X-CSRFToken": self.token}, **more)

    def results(self, *writes):
        answer = self.patch(*writes)
        assert answer.status_code == 200, answer.text
        return answer.json["results"]


@pytest.fixture
def api(ekbacken, signed_in):
    return Api(ekbacken, signed_in(ekbacken.astrid))


def test_the_sheet_holds_what_the_page_shows(api):
    sheet = api.sheet
    assert sheet["class"]["name"] == "1A"
    assert sheet["window"] == {"code": "2026/27-autumn", "slug": "2026-27-autumn", "label": "Hösten 2026/27"}
    assert sheet["may_record"] is True
    assert [row["name"] for row in sheet["rows"]] == ["Noor Alm", "Kim Berg", "Elev S"]
    assert [row["first_name"] for row in sheet["rows"]] == ["Noor", "Kim", "Elev S"]
    letters = next(one for one in sheet["measures"] if one["code"] == LETTERS)
    assert set(letters["limits"]["1"]) == {"near_from", "goal_from", "above_from"}
    assert isinstance(letters["maximum"], str)


def test_a_score_is_stored_with_its_level_history_and_trace(api):
    [result] = api.results(api.write("3"))
    assert result["status"] == "stored"
    assert (result["version"], result["value"], result["text"]) == (1, 3, "3")
    assert result["level"] == "near_goal"
    assert api.cell("Kim Berg")["text"] == "3"
    assert db.session.scalar(sa.select(sa.func.count(ScoreChange.id))) == 1
    assert "scores:recorded" in db.session.scalars(sa.select(AuditEntry.action)).all()
    assert db.session.scalar(sa.select(sa.func.count(Score.id))) == 1


def test_a_pupil_in_anpassad_grundskola_has_results_and_no_level(api):
    api.ekbacken.kim.school_form = SchoolForm.ANPASSAD
    db.session.commit()
    kim, noor = api.results(api.write("3"), api.write("3", name="Noor Alm"))
    assert (kim["status"], kim["level"]) == ("stored", None)
    assert noor["level"] == "near_goal"
    assert (api.cell("Kim Berg")["text"], api.cell("Kim Berg")["level"]) == ("3", None)
    told = {row["name"]: row.get("is_judged", True) for row in api.sheet["rows"]}
    assert told == {"Noor Alm": True, "Kim Berg": False, "Elev S": True}
    page = api.client.get(api.address.replace("/api/v1", "")).text
    assert page.count("level-near_goal") == 2  # Noor's, and the one in the legend


@pytest.mark.parametrize(
    ("value", "text"), [(3, "3"), ("3", "3"), ("3b", "3b"), ("f", "f"), ("Frånvarande", "f"), (3.0, "3")]
)
def test_values_are_numbers_or_what_a_person_types(api, value, text):
    [result] = api.results(api.write(value))
    assert (result["status"], result["text"]) == ("stored", text)


def test_labels_are_values_too(api):
    [result] = api.results(api.write("Delvis", measure="avstamning_a"))
    assert (result["value"], result["text"]) == (1, "Delvis")


def test_a_code_may_be_said_by_name_and_null_takes_the_value_away(api):
    [absent] = api.results(api.write(absence="absent"))
    assert (absent["value"], absent["absence"], absent["text"]) == (None, "absent", "f")
    [empty] = api.results(api.write(None, version=1))
    assert (empty["status"], empty["version"], empty["text"]) == ("stored", 2, "")


NEVER = ["true", "NaN", "Infinity", "-Infinity", '"1_0"', '"１２"', '"٣"', str(2**63), "1e400", '"NaN"', "30"]
NEVER += ["1e9999999999999999999", "1e-9999999999999999999"]  # no room for it in Decimal itself


@pytest.mark.parametrize(
    "value", [*NEVER, '"tolv"', "-1", "0.5", '"' + "9" * 300 + '"', '"\\ud800"', '"\\u0000"']
)
def test_what_is_no_score_is_refused_in_its_cell_alone(api, value):
    good, bad = api.write("4", name="Noor Alm"), api.write("VALUE")
    body = json.dumps({"writes": [bad, good]}).replace('"VALUE"', value)
    answer = api.patch(data=body, content_type="application/json", json=None)
    refused, stored = answer.json["results"]
    assert (refused["status"], stored["status"]) == ("refused", "stored")
    assert refused["reason"]
    assert api.cell("Kim Berg")["text"] == ""


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'{"writes": {}}', b'{"writes": [1]}', b'{"writes": [{}]}', b"\xff", b'"writes"',
        b'{"writes": [{"client_id": 1, "pupil": "x", "measure": "y", "value": 1, "expected_version": 0}]}',
        b'{"writes": [{"client_id": "a", "pupil": 1, "measure": "y", "value": 1, "expected_version": 0}]}',
        b'{"writes": [{"client_id": "a", "pupil": "x", "measure": [], "value": 1, "expected_version": 0}]}',
        b'{"writes": [{"client_id": "a", "pupil": "x", "measure": "y", "value": {}, "expected_version": 0}]}',
        b'{"writes": [{"client_id": "a", "pupil": "x", "measure": "y", "value": 1, "expected_version": ""}]}',
        b'{"writes": [{"client_id": "a", "pupil": "x", "measure": "y", "value": 1, "expected_version": .5}]}',
        b'{"writes": [{"client_id": "a", "pupil": "x", "measure": "y", "value": 1}]}',
        b'{"writes": [{"client_id": "a", "pupil": "x", "measure": "y", "expected_version": 0}]}',
        b'{"writes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 100_000,
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_meant_is_refused_whole_in_words(api, body):
    answer = api.patch(data=body, content_type="application/json", json=None)
    assert answer.status_code == 400
    assert answer.json["reasons"]


def test_more_writes_than_a_class_has_cells_are_refused(api):
    write = api.write("3")
    many = [write | {"client_id": f"many-{number}"} for number in range(501)]
    assert api.patch(*many).status_code == 400
    assert api.patch(write, write).status_code == 400  # one id, twice


def test_only_json_with_the_token_is_taken(api):
    assert api.patch(data="writes=1", content_type="text/plain", json=None).status_code == 415
    api.token = "x"
    assert api.patch(api.write("3")).status_code == 400
    assert api.cell("Kim Berg")["text"] == ""


def test_a_session_that_has_ended_is_told_as_json(api):
    write = api.write("3")
    db.session.execute(sa.update(SignInSession).values(ended_at=SignInSession.last_seen_at))
    db.session.commit()
    answer = api.patch(write)
    assert answer.status_code == 401
    assert answer.json["title"] == "Du är inte inloggad"
    api.client.delete_cookie("lasspar")
    assert api.patch(write).status_code == 401


@pytest.mark.parametrize(
    ("who", "read", "write"), [("birgitta", 200, 200), ("rut", 200, 403), ("carl", 404, 404)]
)
def test_strangers_find_nothing_and_colleagues_only_what_is_theirs(
    ekbacken, signed_in, api, who, read, write
):
    writes = [api.write("3")]
    theirs = signed_in(getattr(ekbacken, who))
    assert theirs.get(api.address).status_code == read
    token = theirs.get("/api/v1/session").json["csrf_token"]
    answer = theirs.patch(api.address, json={"writes": writes}, headers={"X-CSRFToken": token})
    assert answer.status_code == write
    if write == 200:  # a row is called otherwise by everybody
        assert [one["status"] for one in answer.json["results"]] == ["refused"]
    assert api.cell("Kim Berg")["text"] == ""


def test_a_row_is_called_the_same_next_week_and_otherwise_in_another_class(api, ekbacken, app):
    row = api.row("Kim Berg")
    assert api.fetch()["rows"][1]["row"] == row
    assert len(row) == 22
    with app.test_request_context():
        assert row_token(ekbacken.astrid, ekbacken.class_1a, ekbacken.kim.id) == row
        assert row_token(ekbacken.astrid, ekbacken.other_class, ekbacken.kim.id) != row
        assert row_token(ekbacken.birgitta, ekbacken.class_1a, ekbacken.kim.id) != row


def test_the_other_value_comes_back_when_somebody_was_there_before(api, ekbacken):
    elsewhere(ekbacken, ekbacken.kim.id, 14)
    [result] = api.results(api.write("3"))
    assert (result["status"], result["version"], result["value"], result["text"]) == ("conflict", 1, 14, "14")
    assert result["by"] == "speciallärare Ekbackens skola"
    assert result["level"] == "at_goal"
    assert datetime.fromisoformat(result["at"]).tzinfo is not None
    [again] = api.results(api.write("3", version=1))
    assert (again["status"], again["version"]) == ("stored", 2)
    assert history(ekbacken.kim.id) == [14, 3]


def test_a_cell_written_twice_is_answered_alike_when_the_request_comes_again(api):
    """The first word said what stood there already, and is no conflict with the second."""
    api.results(api.write("3"))
    twice = api.write("3", version=1), api.write("4", version=1)
    first = api.results(*twice)
    assert [(one["status"], one["version"], one["value"]) for one in first] == [
        ("stored", 1, 3),
        ("stored", 2, 4),
    ]
    assert api.results(*twice) == first
    other = api.write("9", version=1)  # never said by anybody: it is not passed over for what came after
    assert [one["status"] for one in api.results(other, twice[1])] == ["conflict", "stored"]


def test_a_value_that_gives_way_stays_in_the_history(api, ekbacken):
    elsewhere(ekbacken, ekbacken.kim.id, 14)
    gives_way = api.write("3", version=1, gives_way=True)
    for _ in range(2):  # the answer may be lost, and the write comes again
        [result] = api.results(gives_way)
        assert (result["status"], result["version"], result["value"]) == ("stored", 3, 14)
    assert history(ekbacken.kim.id) == [14, 3, 14]
    elsewhere(ekbacken, ekbacken.kim.id, 15)
    [third] = api.results(api.write("3", version=3, gives_way=True))
    assert (third["status"], third["value"]) == ("conflict", 15)
    assert history(ekbacken.kim.id) == [14, 3, 14, 15]


def test_what_a_person_has_vouched_for_is_so_too_when_another_value_gives_way(api, ekbacken):
    elsewhere(ekbacken, ekbacken.kim.id, 14)
    confirm_scores(ekbacken.autumn, ekbacken.kim.id, {LETTERS})
    db.session.commit()
    [result] = api.results(api.write("3", version=1, gives_way=True))
    assert (result["status"], result["value"]) == ("stored", 14)
    assert db.session.scalars(sa.select(Score.is_confirmed)).one()


def test_two_who_write_the_same_agree(api, ekbacken):
    elsewhere(ekbacken, ekbacken.kim.id, 14)
    [result] = api.results(api.write("14"))
    assert (result["status"], result["version"]) == ("stored", 1)


def test_a_repeated_write_is_answered_and_not_written(api, ekbacken):
    write = api.write("3")
    first = api.results(write)
    elsewhere(ekbacken, ekbacken.kim.id, 14, expected_version=1)
    [again] = api.results(write)
    assert (again["status"], again["version"], again["value"]) == ("stored", first[0]["version"], 3)
    assert history(ekbacken.kim.id) == [3, 14]
    [other] = api.results(write | {"value": "5"})
    assert other["status"] == "refused"


@pytest.mark.both_databases(always=True)
def test_six_copies_of_a_request_at_once_are_six_answers_and_one_row(api, app, ekbacken):
    write, answers = api.write("3"), []
    cookie = api.client.get_cookie("lasspar").value

    def send():
        with app.app_context():
            client = app.test_client()
            client.set_cookie("lasspar", cookie)
            headers = {"X-CSRFToken": api.token}
            answer = client.patch(api.address, json={"writes": [write]}, headers=headers)
            answers.append(answer.json["results"])

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({str(answer) for answer in answers}) == 1
    assert len(answers) == 6
    assert history(ekbacken.kim.id) == [3]


def test_in_a_closed_window_each_cell_is_refused_with_the_reason(api, ekbacken, monkeypatch):
    stored, late = api.write("3"), api.write("4", name="Noor Alm")
    api.results(stored)
    monkeypatch.setenv("LASSPAR_TODAY", "2027-03-01")
    monkeypatch.setattr("assessments.access.sessions.limits", far_back)
    again, refused = api.results(stored, late)
    assert again["status"] == "stored"  # its answer was lost, perhaps; it is there
    assert refused["status"] == "refused"
    assert "2026-11-13" in refused["reason"]


def test_dates_may_be_told_and_only_days_that_have_been(api):
    told = api.results(
        api.write("3", assessed_on="2026-10-01"),
        api.write("3", name="Noor Alm", assessed_on="2027-10-01"),
        api.write("3", name="Elev S", assessed_on="i går"),
    )
    assert [one["status"] for one in told] == ["stored", "refused", "refused"]
    assert api.cell("Kim Berg")["assessed_on"] == "2026-10-01"


def test_a_measure_that_is_not_there_is_refused_alone(api):
    told = api.results(api.write("3", measure="påhittat"), api.write("3", name="Noor Alm"))
    assert [one["status"] for one in told] == ["refused", "stored"]


def test_the_number_of_questions_does_not_grow_with_the_cells(api, ekbacken, app):
    for number in range(20):
        ekbacken.pupil(f"P{number}", "Ek", f"77{number:02}")
    db.session.commit()
    names = [row["name"] for row in api.fetch()["rows"]]
    api.results(api.write("3"))  # what is published is read once
    alone, others = api.write("4", name=names[3]), [api.write("5", name=name) for name in names[4:]]
    one = asked(app, api.results, alone)
    many = asked(app, api.results, *others)
    assert len(many) == len(one)


def test_a_sheet_asks_as_much_for_thirty_pupils_as_for_three(api, ekbacken, app):
    codes = (LETTERS, "ord_per_minut", "fonologisk_medvetenhet", "avstamning_a", "gra10", "lus")
    api.results(*(api.write(1, measure=code) for code in codes))
    small = asked(app, api.client.get, api.address)
    for number in range(27):
        ekbacken.pupil(f"P{number}", "Ek", f"77{number:02}")
    db.session.commit()
    rows = [row["row"] for row in api.fetch()["rows"]]
    writes = [api.write(1, measure=code, pupil=row) for code in codes for row in rows]
    assert api.patch(*writes).status_code == 200
    assert len(api.fetch()["measures"]) >= 6
    assert len(asked(app, api.client.get, api.address)) == len(small)


def asked(app, act, *arguments):
    """The statements that an act makes the database answer."""
    statements = []

    def seen(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", seen)
    act(*arguments)
    sa.event.remove(engine, "before_cursor_execute", seen)
    return statements


@pytest.mark.parametrize("statement", ["INSERT INTO score_change ", "INSERT INTO audit_entry ", "COMMIT"])
def test_a_disk_that_takes_nothing_is_told_and_nothing_is_half_written(api, app, ekbacken, statement):
    def fill(*_more):
        raise sa.exc.OperationalError("", {}, sqlite3.OperationalError("database or disk is full"))

    def look(_connection, _cursor, told, *_rest):
        if told.startswith(statement):
            fill()

    write = api.write("3")
    with app.app_context():
        engine = db.engine
    hook = ("commit", fill) if statement == "COMMIT" else ("before_cursor_execute", look)
    sa.event.listen(engine, *hook)
    answer = api.patch(write)
    sa.event.remove(engine, *hook)
    assert answer.status_code == 503
    assert answer.json["title"] == "Lässpår svarar inte just nu"
    assert history(ekbacken.kim.id) == []
    assert api.results(api.write("3"))[0]["status"] == "stored"


def test_classes_lead_to_their_sheets(api):
    told = api.client.get("/api/v1/classes").json
    assert told["window"]["slug"] == "2026-27-autumn"
    [one] = told["classes"]
    assert (one["name"], one["sheet"]) == ("1A", api.address)


def elsewhere(ekbacken, pupil_id, points, **more):
    """The special teacher writes while the sheet lies open."""
    duty = db.session.scalar(sa.text("SELECT id FROM duty WHERE role = 'special_teacher'"))
    write = Write(pupil_id, LETTERS, Decimal(points), **more)
    record_scores(ekbacken.autumn, [write], Recorder(ekbacken.birgitta.id, duty))
    db.session.commit()


def history(pupil_id):
    db.session.rollback()
    changes = sa.select(ScoreChange.points).filter_by(pupil_id=pupil_id, measure=LETTERS)
    return [int(points) for points in db.session.scalars(changes.order_by(ScoreChange.version))]


def far_back():
    return {"begun_after": datetime(2000, 1, 1, tzinfo=UTC), "seen_after": datetime(2000, 1, 1, tzinfo=UTC)}


class TestAnotherText:
    """Whether a result was read on the agreed text, where results are compared text for text."""

    WORDS = "ord_per_minut"

    def test_is_told_kept_and_taken_back(self, api):
        [result] = api.results(api.write("40", measure=self.WORDS, is_on_other_text=True))
        assert (result["status"], result["is_on_other_text"]) == ("stored", True)
        [kept] = api.results(api.write("41", measure=self.WORDS, version=1))
        assert (kept["version"], kept["is_on_other_text"]) == (2, True)
        [back] = api.results(api.write("41", measure=self.WORDS, version=2, is_on_other_text=False))
        assert (back["version"], back["is_on_other_text"]) == (3, False)
        assert [one["same_text"] for one in api.sheet["measures"] if one["code"] == LETTERS] == [False]
        assert db.session.scalar(sa.select(Score.is_on_agreed_text)) is True

    def test_says_nothing_of_an_empty_cell_and_nothing_where_texts_are_not_compared(self, api):
        [empty, refused] = api.results(
            api.write(None, measure=self.WORDS, is_on_other_text=True), api.write("4", is_on_other_text=True)
        )
        assert (empty["status"], empty["is_on_other_text"]) == ("stored", False)
        assert refused["reason"] == "Bokstavsljud: resultaten jämförs inte text för text."
        assert api.results(api.write("4", is_on_other_text=False))[0]["status"] == "stored"

    def test_of_the_other_s_value_stands_when_one_gives_way(self, api):
        api.results(api.write("40", measure=self.WORDS))
        mine = api.write("50", measure=self.WORDS, version=1, is_on_other_text=True, gives_way=True)
        [result] = api.results(mine)
        assert (result["text"], result["is_on_other_text"]) == ("40", False)

    @pytest.mark.parametrize("told", ["yes", 1, 0, [], {}])
    def test_is_true_or_false(self, api, told):
        answer = api.patch(api.write("40", measure=self.WORDS, is_on_other_text=told))
        assert answer.status_code == 400
        assert "is_on_other_text ska vara true eller false" in answer.text
