"""Groups of a class: suggested, moved, renamed, saved, changed and removed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, texts
from scoring import a_window, class_2b, counted_queries, record

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.models import Season
from assessments.roster.models import Enrolment, Pupil, SchoolClass, SchoolForm
from screening.models import ReadingGroup, ReadingGroupMember, ReadingGroupSet

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def school_class(ekbacken: Ekbacken) -> SchoolClass:
    """2B: three far under the goal of läsflyt, two near it, two at it."""
    found, _pupils = class_2b(ekbacken, [10, 12, 14, 30, 31, 60, 70])
    return found


def address(ekbacken: Ekbacken, school_class: SchoolClass, tail: str = "") -> str:
    return f"/classes/{school_class.id}/windows/{ekbacken.autumn.slug}/groups{tail}"


def saved_pupils() -> dict[str, list[str]]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(ReadingGroup.name, Pupil)
        .join(ReadingGroupMember, ReadingGroupMember.reading_group_id == ReadingGroup.id)
        .join(Pupil, Pupil.id == ReadingGroupMember.pupil_id)
        .order_by(ReadingGroup.id, ReadingGroupMember.id)
    )
    found: dict[str, list[str]] = {}
    for name, pupil in rows:
        found.setdefault(name, []).append(pupil.first_name)
    return found


def of_pupils(school_class: SchoolClass) -> dict[str, int]:
    asked = sa.select(Pupil).where(Pupil.enrolments.any(school_class_id=school_class.id))
    return {pupil.first_name: pupil.id for pupil in db.session.scalars(asked)}


def form(school_class: SchoolClass, *groups: tuple[str, list[str]]) -> dict[str, str]:
    """The fields as the page sends them."""
    ids, fields = of_pupils(school_class), {}
    for slot, (name, members) in enumerate(groups, start=1):
        fields[f"name-{slot}"], fields[f"areas-{slot}"] = name, "fluency"
        fields |= {f"group-{ids[member]}": str(slot) for member in members}
    return fields


class TestTheSuggestion:
    def test_is_made_by_the_weakest_area(
        self, ekbacken: Ekbacken, signed_in: SignIn, school_class: SchoolClass
    ) -> None:
        said = signed_in(ekbacken.birgitta).get(address(ekbacken, school_class)).text
        assert sentence(said) == "5 av 7 elever i 1 grupp."
        assert "Område: läsflyt" in said
        members = texts(said, "//section[@aria-labelledby='group-1-heading']//li//a")
        assert members == ["Abdi Ek00", "Bo Ek01", "Cilla Ek02", "Disa Ek03", "Elif Ek04"]
        outside = texts(said, "//section[@aria-labelledby='outside-heading']//li//a")
        assert outside == ["Fatma Ek05", "Göran Ek06"]

    def test_holds_no_pupil_with_own_goals(
        self, ekbacken: Ekbacken, signed_in: SignIn, school_class: SchoolClass
    ) -> None:
        db.session.get_one(Pupil, of_pupils(school_class)["Abdi"]).school_form = SchoolForm.ANPASSAD
        db.session.commit()
        page = signed_in(ekbacken.birgitta).get(address(ekbacken, school_class)).text
        assert sentence(page) == "4 av 7 elever i 1 grupp."
        assert "anpassad" not in page.lower()

    def test_is_shown_to_the_principal_who_saves_nothing(
        self, ekbacken: Ekbacken, signed_in: SignIn, school_class: SchoolClass
    ) -> None:
        client = signed_in(ekbacken.rut)
        page = client.get(address(ekbacken, school_class))
        assert page.status_code == 200
        assert "Spara grupperna" not in page.text
        assert post(client, address(ekbacken, school_class)).status_code == 403

    def test_takes_as_many_questions_whatever_the_class(
        self, ekbacken: Ekbacken, signed_in: SignIn, school_class: SchoolClass
    ) -> None:
        client, asked = signed_in(ekbacken.birgitta), []
        for _ in range(2):
            with counted_queries() as statements:
                client.get(address(ekbacken, school_class))
            asked.append(len(statements))
            for place in range(12):
                code = f"{len(asked)}9{place:02}"
                pupil = ekbacken.pupil("Ny", f"E{place}", code, school_class=school_class, year=2)
                db.session.flush()
                record(ekbacken.autumn, pupil, ord_per_minut=place)
            db.session.commit()
        assert asked[0] == asked[1]


class TestSaving:
    def test_keeps_what_was_moved_and_renamed_with_the_day(
        self, ekbacken: Ekbacken, signed_in: SignIn, school_class: SchoolClass
    ) -> None:
        client = signed_in(ekbacken.birgitta)
        fields = form(school_class, ("Uggla", ["Abdi", "Bo"]), ("Hare", ["Cilla", "Göran"]), ("Svala", []))
        answer = post(client, address(ekbacken, school_class), fields)
        assert answer.status_code == 303
        assert saved_pupils() == {"Uggla": ["Abdi", "Bo"], "Hare": ["Cilla", "Göran"]}
        (saved,) = db.session.scalars(sa.select(ReadingGroupSet))
        assert saved.saved_on.isoformat() == "2026-10-15"
        page = client.get(answer.headers["Location"]).text
        assert "Sparade 2026-10-15 av speciallärare Ekbackens skola." in page
        assert sentence(page) == "4 av 7 elever i 2 grupper."

    def test_a_class_may_have_several(
        self, ekbacken: Ekbacken, signed_in: SignIn, school_class: SchoolClass
    ) -> None:
        client = signed_in(ekbacken.birgitta)
        for name in ("Uggla", "Hare"):
            post(client, address(ekbacken, school_class), form(school_class, (name, ["Abdi"])))
        page = client.get(address(ekbacken, school_class)).text
        assert len(texts(page, "//nav[@aria-label='Grupper']/a")) == 3

    def test_leaves_an_audit_row_without_names(
        self, ekbacken: Ekbacken, signed_in: SignIn, school_class: SchoolClass
    ) -> None:
        fields = form(school_class, ("Uggla", ["Abdi"]))
        post(signed_in(ekbacken.birgitta), address(ekbacken, school_class), fields)
        (row,) = db.session.scalars(sa.select(AuditEntry).filter_by(action="reading_groups:saved"))
        assert row.subject == f"schoolclass:{school_class.id}"
        assert "Abdi" not in str(row.details)

    @pytest.mark.parametrize(
        ("groups", "why"),
        [
            ([("Uggla", [])], "Sätt minst en elev i en grupp."),
            ([("Uggla", ["Abdi"]), ("Uggla", ["Bo"])], "Två grupper heter Uggla."),
            ([("De svaga", ["Abdi"])], "Välj gruppens namn i listan."),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_chosen(
        self,
        ekbacken: Ekbacken,
        signed_in: SignIn,
        school_class: SchoolClass,
        groups: list[tuple[str, list[str]]],
        why: str,
    ) -> None:
        client = signed_in(ekbacken.birgitta)
        answer = post(client, address(ekbacken, school_class), form(school_class, *groups))
        assert answer.status_code == 422
        assert why in answer.text
        assert saved_pupils() == {}

    def test_an_area_nobody_knows_is_no_area(
        self, ekbacken: Ekbacken, signed_in: SignIn, school_class: SchoolClass
    ) -> None:
        fields = form(school_class, ("Uggla", ["Abdi"])) | {"areas-1": "4 fluency <b>"}
        post(signed_in(ekbacken.birgitta), address(ekbacken, school_class), fields)
        assert db.session.scalars(sa.select(ReadingGroup)).one().areas == ["fluency"]

    def test_a_pupil_of_another_class_is_not_there(
        self, ekbacken: Ekbacken, signed_in: SignIn, school_class: SchoolClass
    ) -> None:
        fields = {"name-1": "Uggla", f"group-{ekbacken.olle.id}": "1"}
        assert post(signed_in(ekbacken.birgitta), address(ekbacken, school_class), fields).status_code == 404


class TestChanging:
    @pytest.fixture
    def client(self, ekbacken: Ekbacken, signed_in: SignIn, school_class: SchoolClass) -> FlaskClient:
        client = signed_in(ekbacken.birgitta)
        fields = form(school_class, ("Uggla", ["Abdi", "Bo"]), ("Hare", ["Cilla"]))
        post(client, address(ekbacken, school_class), fields)
        return client

    @staticmethod
    def saved() -> ReadingGroupSet:
        db.session.rollback()
        return db.session.scalars(sa.select(ReadingGroupSet)).one()

    @staticmethod
    def seen(page: str) -> str:
        return page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]

    def test_moves_and_removes(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        one = address(ekbacken, school_class, f"/{self.saved().id}")
        seen = self.seen(client.get(one).text)
        fields = form(school_class, ("Uggla", ["Abdi"]), ("Svala", ["Bo"]))
        assert post(client, one, fields | {"seen": seen}).status_code == 303
        assert saved_pupils() == {"Uggla": ["Abdi"], "Svala": ["Bo"]}

    def test_somebody_else_s_change_is_not_overwritten(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        one = address(ekbacken, school_class, f"/{self.saved().id}")
        seen = self.seen(client.get(one).text)
        post(client, one, form(school_class, ("Hare", ["Disa"])) | {"seen": seen})
        answer = post(client, one, form(school_class, ("Lodjur", ["Abdi"])) | {"seen": seen})
        assert answer.status_code == 422
        assert "Någon har ändrat grupperna" in answer.text
        assert saved_pupils() == {"Hare": ["Disa"]}

    def test_takes_them_away(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        one = address(ekbacken, school_class, f"/{self.saved().id}")
        assert post(client, f"{one}/remove").status_code == 303
        assert saved_pupils() == {}
        assert client.get(one).status_code == 404

    def test_another_class_s_groups_are_not_there(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        tail = f"/{self.saved().id}"
        assert client.get(address(ekbacken, ekbacken.class_1a, tail)).status_code == 404

    def test_changing_the_window_on_top_of_the_page_leads_to_that_window_s_groups(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 12))
        db.session.commit()
        winter = f"/classes/{school_class.id}/windows/2026-27-winter/groups"
        assert client.get(f"{winter}/{self.saved().id}").headers["Location"] == winter
        assert client.get(winter).status_code == 200

    def test_who_has_left_the_class_stands_in_no_group(
        self, ekbacken: Ekbacken, client: FlaskClient, school_class: SchoolClass
    ) -> None:
        went = sa.select(Enrolment).filter_by(pupil_id=of_pupils(school_class)["Bo"])
        db.session.scalars(went).one().ends_on = date(2026, 10, 14)
        db.session.commit()
        page = client.get(address(ekbacken, school_class, f"/{self.saved().id}")).text
        assert "Bo Ek01" not in page
        assert "Abdi Ek00" in page


def test_a_protected_pupil_stands_there_under_the_alias(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    for pupil in (ekbacken.kim, ekbacken.noor, ekbacken.siv):
        record(ekbacken.autumn, pupil, bokstavsljud=3)
    db.session.commit()
    page = signed_in(ekbacken.astrid).get(address(ekbacken, ekbacken.class_1a)).text
    assert "Elev S" in texts(page, "//section[@aria-labelledby='group-1-heading']//a")
    assert "Skog" not in page
