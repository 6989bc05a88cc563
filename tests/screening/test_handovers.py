"""Handovers: chosen, frozen, accepted; the history follows then and not before; the lists of who waits."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pdfplumber
import pytest
import sqlalchemy as sa
from cast import TODAY, Ekbacken
from flask.testing import FlaskClient
from lxml import html
from posting import post
from scoring import counted_queries, record

from assessments.access.models import Account, AuditEntry
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.models import AssessmentWindow, Season
from assessments.recording import Recorder
from assessments.roster import editing
from assessments.roster.models import Duty, Pupil, Role, School, SchoolClass
from assessments.roster.protecting import protect
from screening.handovers.models import Handover, HeldHistory
from screening.models import Flag
from screening.reviewing import Decision, record_next_step
from screening.steps.models import Tick

SignIn = Callable[[Any], FlaskClient]
LINE = "Läser med lärare varje dag"
TO_NEXT_TEACHER = {"kind": "next_teacher", "parts": ["results"], "to_school": ""}
CHOSEN = {"kind": "next_school", "parts": ["results", "steps"], "guardian_informed_on": "2026-10-14"}


@dataclass
class Moved:
    """Kim has gone from 1A at Ekbacken to 1C at Granbacken, where Gun teaches and Siri is speciallärare."""

    kim: int
    gun: Account
    siri: Account
    granbacken: int

    @property
    def leaver(self) -> str:
        return f"/leavers/{self.kim}/handover"


@pytest.fixture
def moved(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> Moved:
    """A month after a window at the school before, where Kim scored low and got a step."""
    monkeypatch.setenv("LASSPAR_TODAY", "2026-09-08")
    before = AssessmentWindow(
        academic_year="2026/27", season=Season.WINTER,
        opens_on=date(2026, 8, 20), closes_on=date(2026, 8, 31), makeup_days=14,
    )  # fmt: skip
    granbacken = School(name="Granbackens skola", code="10000009", municipality=ekbacken.municipality)
    class_1c = SchoolClass(name="1C", academic_year="2026/27", school=granbacken)
    db.session.add_all([before, granbacken, class_1c])
    gun = ekbacken.staff("Gun Gran", "gun", Role.TEACHER, school_class=class_1c)
    siri = ekbacken.staff("Siri Sten", "siri", Role.SPECIAL_TEACHER, school=granbacken)
    db.session.flush()
    record(before, ekbacken.kim, bokstavsljud=7)
    hand_in(ekbacken.class_1a, before, None)
    flags = db.session.scalars(sa.select(Flag).filter_by(pupil_id=ekbacken.kim.id)).all()
    step = Decision("adaptations", line=LINE, competence="speciallärare", due_on=date(2026, 12, 1))
    record_next_step(flags[:1], step, Recorder())
    monkeypatch.setenv("LASSPAR_TODAY", TODAY.isoformat())
    editing.move_pupil(ekbacken.kim, class_1c, 1, date(2026, 10, 1))
    db.session.commit()
    return Moved(ekbacken.kim.id, gun, siri, granbacken.id)


def made(client: FlaskClient, moved: Moved, **other: Any) -> str:
    """The address of a handover to Granbacken that has just been made."""
    told = {**CHOSEN, "to_school": str(moved.granbacken), **other}
    answer = post(client, moved.leaver, told)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


class TestTheHistory:
    @pytest.mark.slow
    @pytest.mark.both_databases
    def test_follows_when_the_school_has_accepted_and_not_before(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        birgitta, gun = signed_in(ekbacken.birgitta), signed_in(moved.gun)
        page = gun.get(f"/pupils/{moved.kim}").text
        assert "Det som var före det visas när" in page
        assert "Bokstavsljud" not in page
        assert LINE not in page
        address = made(birgitta, moved)
        assert "Bokstavsljud" not in gun.get(address).text
        for closed in ("handover.pdf", "handover.json"):
            assert gun.get(f"{address}/{closed}").status_code == 403
        assert post(gun, f"{address}/accept", {"pupil": moved.kim}).status_code == 303
        page = gun.get(f"/pupils/{moved.kim}").text
        assert "Bokstavsljud" in page
        assert LINE in page
        assert LINE in gun.get(address).text

    def test_is_held_again_when_accepting_was_a_mistake(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        siri, address = signed_in(moved.siri), made(signed_in(ekbacken.birgitta), moved)
        for _ in range(2):
            assert post(siri, f"{address}/accept", {"pupil": moved.kim}).status_code == 303
        assert "Bokstavsljud" in siri.get(f"/pupils/{moved.kim}").text
        for _ in range(2):
            assert post(siri, f"{address}/accept/take-back").status_code == 303
        assert "Bokstavsljud" not in siri.get(f"/pupils/{moved.kim}").text
        noted = sa.select(AuditEntry.action).where(AuditEntry.action.like("handover:accept%"))
        kept = db.session.scalars(noted.order_by(AuditEntry.id)).all()
        assert kept == ["handover:accepted", "handover:acceptance_taken_back"]

    def test_stays_held_where_the_results_were_not_handed_over(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        siri, address = signed_in(moved.siri), made(signed_in(ekbacken.birgitta), moved, parts=["steps"])
        post(siri, f"{address}/accept", {"pupil": moved.kim})
        page = siri.get(address).text
        assert LINE in page
        assert "Bokstavsljud" not in page
        assert "Bokstavsljud" not in siri.get(f"/pupils/{moved.kim}").text

    def test_is_in_no_list_print_or_panel_of_the_new_school(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        siri, slug = signed_in(moved.siri), ekbacken.autumn.slug
        assert "Kim Berg" not in siri.get("/follow-up").text
        paper = siri.get(f"/pupils/{moved.kim}/windows/{slug}/staff-report.pdf")
        assert paper.status_code == 200
        assert LINE not in _text(paper.data)
        winter = siri.get(f"/pupils/{moved.kim}/windows/2026-27-winter/panel.html")
        assert winter.status_code == 404

    def test_is_open_again_when_the_move_is_undone(self, ekbacken: Ekbacken, moved: Moved) -> None:
        editing.correct_class(db.session.get_one(Pupil, moved.kim), ekbacken.class_1a, 1)
        assert db.session.scalars(sa.select(HeldHistory)).all() == []


class TestMaking:
    def test_the_former_school_reaches_who_has_left_and_others_do_not(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        preview = signed_in(ekbacken.astrid).get(moved.leaver)
        assert LINE in preview.text
        assert signed_in(ekbacken.carl).get(moved.leaver).status_code == 404
        assert signed_in(ekbacken.ada).get(moved.leaver).status_code == 403
        assert signed_in(ekbacken.birgitta).get(f"/pupils/{moved.kim}").status_code == 404

    def test_to_another_school_says_when_the_guardians_were_informed(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        birgitta = signed_in(ekbacken.birgitta)
        told = {**CHOSEN, "to_school": str(moved.granbacken), "guardian_informed_on": ""}
        refused = post(birgitta, moved.leaver, told)
        assert refused.status_code == 422
        assert "Ange vilken dag vårdnadshavarna informerades." in refused.text

    def test_ticks_the_step_of_the_law_off(self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved) -> None:
        made(signed_in(ekbacken.birgitta), moved)
        assert db.session.scalars(sa.select(Tick.item)).all() == ["handover"]

    def test_looking_at_it_first_makes_nothing(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        looked = post(
            signed_in(ekbacken.birgitta), moved.leaver, {**CHOSEN, "to_school": "", "step": "preview"}
        )
        assert looked.status_code == 200
        assert db.session.scalars(sa.select(Handover)).all() == []

    def test_what_is_taken_back_is_gone_for_the_receiver(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        birgitta, gun = signed_in(ekbacken.birgitta), signed_in(moved.gun)
        address = made(birgitta, moved)
        post(birgitta, f"{address}/take-back")
        assert gun.get(address).status_code == 404
        assert "tillbakatagen" in birgitta.get(address).text

    def test_the_file_has_stable_ids_and_only_what_was_chosen(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        birgitta = signed_in(ekbacken.birgitta)
        told = birgitta.get(f"{made(birgitta, moved)}/handover.json").get_json()
        kim = db.session.get_one(Pupil, moved.kim)
        assert told["format"] == "lasspar-handover"
        assert told["pupil"]["id"] == kim.external_id
        assert told["from"]["id"] == ekbacken.school.external_id
        (window,) = told["results"]
        values = {one["measure"]: one["value"] for one in window["measures"]}
        assert (window["window"], values) == ("2026/27-winter", {"bokstavsljud": 7})
        assert told["steps"][0]["line"] == LINE
        assert "support" not in told
        assert "signals" not in told

    def test_the_paper_says_what_the_file_says(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        birgitta = signed_in(ekbacken.birgitta)
        address = made(birgitta, moved, line="Tycker om faktaböcker")
        printed = _text(birgitta.get(f"{address}/handover.pdf").data)
        for said in (
            "Kim Berg",
            "Tycker om faktaböcker",
            LINE,
            "Granbackens skola",
            "informerade 2026-10-14",
        ):
            assert said in printed

    def test_protecting_the_pupil_erases_it(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        address = made(signed_in(ekbacken.birgitta), moved)
        protect(db.session.get_one(Pupil, moved.kim), "Elev 9")
        db.session.commit()
        assert signed_in(moved.siri).get(address).status_code == 404
        assert db.session.scalars(sa.select(Handover.content)).all() == [{}]


class TestWhoReceives:
    """Never whoever made it, unless she is the next teacher too."""

    def test_whoever_made_it_does_not(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        birgitta, rut = signed_in(ekbacken.birgitta), signed_in(ekbacken.rut)
        address = post(birgitta, f"/leavers/{ekbacken.kim.id}/handover", TO_NEXT_TEACHER).location
        assert "Att ta emot" not in birgitta.get("/handovers").text
        page = birgitta.get(address).text
        assert "Den som tar över eleven tar emot den." in page
        assert "Ta emot överlämningen" not in page
        refused = post(birgitta, f"{address}/accept", {"pupil": ekbacken.kim.id})
        assert refused.status_code == 422
        assert "Du har gjort överlämningen själv." in refused.text
        assert "1 överlämning att ta emot" in rut.get("/handovers").text
        assert post(rut, f"{address}/accept", {"pupil": ekbacken.kim.id}).status_code == 303

    def test_nor_does_the_teacher_of_the_class_it_was_made_from(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        astrid, kim = signed_in(ekbacken.astrid), ekbacken.kim.id
        address = post(astrid, f"/leavers/{kim}/handover", TO_NEXT_TEACHER)
        assert "till mina klasser" not in astrid.get("/handovers").text
        post(astrid, "/handovers/accept-all")
        assert post(astrid, f"{address.location}/accept", {"pupil": kim}).status_code == 422
        assert db.session.scalars(sa.select(Handover)).one().accepted_on is None

    @pytest.mark.both_databases
    def test_a_teacher_who_follows_her_class_does(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        astrid, kim = signed_in(ekbacken.astrid), ekbacken.kim.id
        address = post(astrid, f"/leavers/{kim}/handover", TO_NEXT_TEACHER)
        class_1x = SchoolClass(name="1X", academic_year="2026/27", school=ekbacken.school)
        db.session.add(class_1x)
        follows = Duty(role=Role.TEACHER, school_class=class_1x, starts_on=TODAY)
        follows.staff_member = ekbacken.astrid.staff_member
        db.session.add(follows)
        db.session.flush()
        editing.move_pupil(ekbacken.kim, class_1x, 1, TODAY)
        db.session.commit()
        assert "Ta emot överlämningen till mina klasser" in astrid.get("/handovers").text
        assert post(astrid, f"{address.location}/accept", {"pupil": kim}).status_code == 303
        assert db.session.scalars(sa.select(Handover)).one().accepted_on == TODAY

    def test_the_page_leads_back_to_the_pupil_where_that_is_open(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        birgitta, crumb = signed_in(ekbacken.birgitta), '<a href="/pupils/{}">{}</a>'
        there = f"/leavers/{ekbacken.noor.id}/handover"
        assert crumb.format(ekbacken.noor.id, "Noor Alm") in birgitta.get(there).text
        made_here = post(birgitta, there, TO_NEXT_TEACHER).location
        assert crumb.format(ekbacken.noor.id, "Noor Alm") in birgitta.get(made_here).text
        kim, address = crumb.format(moved.kim, "Kim Berg"), made(birgitta, moved)
        assert kim not in birgitta.get(moved.leaver).text  # goes at another school by now
        assert kim not in birgitta.get(address).text
        assert kim in signed_in(moved.gun).get(address).text


class TestTheLists:
    @pytest.mark.slow
    @pytest.mark.both_databases
    def test_who_went_on_without_a_handover_stands_there_until_it_is_made(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        birgitta = signed_in(ekbacken.birgitta)
        assert "1 elev har gått vidare utan överlämning" in birgitta.get("/handovers").text
        made(birgitta, moved)
        assert "Ingen har gått vidare utan överlämning" in birgitta.get("/handovers").text
        assert "1 överlämning att ta emot" in signed_in(moved.siri).get("/handovers").text

    def test_who_has_left_stands_there_with_the_way_to_hand_over_to_a_school_outside(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        birgitta, noor = signed_in(ekbacken.birgitta), ekbacken.noor
        editing.end_enrolment(noor, date(2026, 10, 14))
        db.session.commit()
        page = birgitta.get("/handovers").text
        assert "1 elev har gått vidare utan överlämning" in page
        assert "har slutat" in page
        assert f'href="/leavers/{noor.id}/handover"' in page
        form = html.fromstring(birgitta.get(f"/leavers/{noor.id}/handover").text).forms[-1]
        assert form.fields["kind"] == "next_school"
        told = {"kind": "next_school", "parts": ["results"], "to_school": "", "elsewhere": "Havsskolan"}
        told["guardian_informed_on"] = "2026-10-14"
        assert post(birgitta, f"/leavers/{noor.id}/handover", told).status_code == 303
        assert "Ingen har gått vidare utan överlämning" in birgitta.get("/handovers").text

    def test_a_class_that_somebody_has_left_is_not_handed_over_to_a_next_teacher(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        last_year = SchoolClass(name="FA", academic_year="2025/26", school=ekbacken.school)
        db.session.add(last_year)
        left = ekbacken.pupil("Ask", "Fors", "1010", school_class=last_year, year=0)
        db.session.flush()
        left.enrolments[0].starts_on, left.enrolments[0].ends_on = date(2025, 8, 18), date(2026, 3, 1)
        db.session.commit()
        page = signed_in(ekbacken.birgitta).get("/handovers").text
        assert "Ask Fors" in page
        assert f'href="/classes/{last_year.id}/handover"' not in page

    @pytest.mark.parametrize(("day", "is_open"), [("2027-05-03", True), ("2027-04-30", False)])
    def test_each_may_the_list_of_the_last_years_stands_open(
        self, ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, day: str, is_open: bool
    ) -> None:
        ekbacken.pupil("Frans", "Fors", "1009", year=3)
        db.session.commit()
        monkeypatch.setenv("LASSPAR_TODAY", day)
        page = signed_in(ekbacken.birgitta).get("/handovers").text
        assert ('<details class="card-like" open>' in page) == is_open
        assert "Frans Fors" in page
        assert "Noor Alm" not in page  # åk 1, no signal, no support

    def test_ask_no_more_for_many_than_for_one(
        self, ekbacken: Ekbacken, signed_in: SignIn, moved: Moved
    ) -> None:
        birgitta = signed_in(ekbacken.birgitta)
        with counted_queries() as one:
            birgitta.get("/handovers")
        for number in range(5):
            pupil = ekbacken.pupil("Ny", f"Elev {number}", f"20{number}", year=3)
            db.session.flush()
            if number < 3:
                pupil.enrolments[0].ends_on = date(2026, 10, 1)
        db.session.commit()
        with counted_queries() as several:
            birgitta.get("/handovers")
        assert len(several) == len(one)


def _text(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as paper:
        return "\n".join(page.extract_text() for page in paper.pages)
