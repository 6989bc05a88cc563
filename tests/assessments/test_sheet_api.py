"""Sheets for programs: read whole, written cell by cell, answered cell by cell."""

import pytest
import sqlalchemy as sa

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.models import Score, ScoreChange

LETTERS = "bokstavsljud"


class Api:
    """A teacher's program at the sheet of 1A."""

    def __init__(self, ekbacken, client):
        self.client = client
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
