"""A pupil goes on from school to school, or back: each school keeps to what it was told and what it wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from cast import TODAY, Ekbacken
from flask.testing import FlaskClient
from invented_figures import pages
from posting import post
from scoring import a_window, flag, record
from supporting import followed_up

from assessments.access.models import Account
from assessments.database import db
from assessments.models import AssessmentWindow, Season
from assessments.recording import Recorder
from assessments.roster import editing
from assessments.roster.models import Role, School, SchoolClass
from screening.facts.ways import Part
from screening.handovers.making import Making, accept, make_handover
from screening.handovers.models import HandoverKind
from screening.handovers.seeing import held_from
from screening.reviewing import Decision, record_next_step
from screening.steps.consulting import Asking, ask

SignIn = Callable[[Any], FlaskClient]
CAME, WENT_ON = date(2026, 9, 4), date(2026, 9, 29)
LOW = {"bokstavsljud": 3, "fonologisk_medvetenhet": 4}


@dataclass
class World:
    """Kim scored 11 at Ekbacken in autumn, where people wrote and helped, and 12 at Granbacken in winter."""

    winter: AssessmentWindow
    second: SchoolClass
    third: SchoolClass
    siri: Account


@pytest.fixture
def world(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> World:
    kim = ekbacken.kim
    ekbacken.autumn.opens_on, ekbacken.autumn.closes_on = date(2026, 8, 20), date(2026, 8, 31)
    winter = a_window("2026/27", Season.WINTER, date(2026, 9, 7), date(2026, 9, 25))
    schools = [
        School(name=name, code=code, municipality=ekbacken.municipality)
        for name, code in (("Granbackens skola", "10000009"), ("Lindbackens skola", "10000017"))
    ]
    second, third = (SchoolClass(name="1C", academic_year="2026/27", school=one) for one in schools)
    db.session.add_all([second, third])
    siri = ekbacken.staff("Siri Sten", "siri", Role.SPECIAL_TEACHER, school=schools[0])
    db.session.commit()
    monkeypatch.setenv("LASSPAR_TODAY", "2026-08-31")
    record(ekbacken.autumn, kim, **LOW, ord_per_minut=11)
    by = Recorder(ekbacken.birgitta.id, ekbacken.birgitta.staff_member.duties[0].id)
    record_next_step([flag(kim)], Decision("adaptations", line="Läser med Birgitta"), by)
    ask(kim, Asking("adaptations", Role.SPECIAL_TEACHER, "Räcker det hos Birgitta?"), by)
    period = followed_up(ekbacken, kim.id, weeks=1)
    period.goal_on = date(2026, 10, 12)  # ended before it was meant to
    editing.move_pupil(kim, second, 1, CAME)
    monkeypatch.setenv("LASSPAR_TODAY", "2026-09-25")
    record(winter, kim, **LOW, ord_per_minut=12)
    db.session.commit()
    monkeypatch.setenv("LASSPAR_TODAY", TODAY.isoformat())
    return World(winter, second, third, siri)


def _goes_on(ekbacken: Ekbacken, school_class: SchoolClass, on: date = WENT_ON) -> None:
    editing.move_pupil(ekbacken.kim, school_class, 1, on)
    db.session.commit()


def _handed_over(ekbacken: Ekbacken, place: int, to: SchoolClass) -> None:
    """From where Kim went in that place, made and accepted today."""
    here = sorted(ekbacken.kim.enrolments, key=lambda one: one.starts_on)[place]
    making = Making(
        HandoverKind.NEXT_SCHOOL, [Part.RESULTS], to_school_id=to.school_id, guardian_informed_on=CAME
    )
    accept(make_handover(ekbacken.kim, here, making, {}, Recorder()), ekbacken.kim, Recorder())
    db.session.commit()


def _paper(client: FlaskClient, address: str) -> str:
    return " ".join(pages(client.get(address).data))


class TestTheSchoolInTheMiddle:
    def test_prints_nothing_of_the_first_one(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        _goes_on(ekbacken, world.third)
        siri, address = signed_in(world.siri), f"/leavers/{ekbacken.kim.id}"
        told = _paper(siri, f"{address}/staff.pdf")
        assert "12" in told
        assert "Birgitta" not in told
        assert "11 ord" not in told
        assert siri.get(f"{address}/support.pdf").status_code == 404
        home = _paper(siri, f"{address}/home.pdf")
        assert "12" in home
        assert "11 ord" not in home

    def test_prints_it_when_it_was_handed_over_there(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        _handed_over(ekbacken, 0, world.second)
        _goes_on(ekbacken, world.third)
        told = _paper(signed_in(world.siri), f"/leavers/{ekbacken.kim.id}/staff.pdf")
        assert "hösten 2026/27" in told.lower()
        assert "Läser med Birgitta" in told

    @pytest.mark.parametrize("has_gone_on", [True, False])
    def test_hands_over_nothing_of_the_first_one(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World, has_gone_on: bool
    ) -> None:
        """Also when only the last day there has been told."""
        if has_gone_on:
            _goes_on(ekbacken, world.third)
        else:
            ekbacken.kim.enrolments[-1].ends_on = date(2026, 12, 18)
            db.session.commit()
        wish = {"kind": "next_school", "parts": [part.value for part in Part], "step": "preview"}
        page = post(signed_in(world.siri), f"/leavers/{ekbacken.kim.id}/handover", wish).text
        assert "<strong>Vintern 2026/27</strong>" in page
        assert "<strong>Hösten 2026/27</strong>" not in page
        assert "Birgitta" not in page
        assert "Ingen stödperiod" in page

    def test_opens_to_the_third_only_its_own_time(self, ekbacken: Ekbacken, world: World) -> None:
        _goes_on(ekbacken, world.third)
        assert held_from(ekbacken.kim.id).before == WENT_ON
        _handed_over(ekbacken, 1, world.third)
        assert held_from(ekbacken.kim.id).before == CAME

    def test_is_not_opened_by_the_first(self, ekbacken: Ekbacken, world: World) -> None:
        _goes_on(ekbacken, world.third)
        _handed_over(ekbacken, 0, world.third)
        assert held_from(ekbacken.kim.id).before == WENT_ON

    def test_opens_no_page_of_the_first_to_the_third(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        tea = ekbacken.staff("Tea Tjärn", "tea", Role.SPECIAL_TEACHER, school=world.third.school)
        _goes_on(ekbacken, world.third)
        _handed_over(ekbacken, 1, world.third)
        client, address = signed_in(tea), f"/pupils/{ekbacken.kim.id}/windows"
        assert "3 av 29" not in client.get(f"{address}/{ekbacken.autumn.slug}/meeting").text
        assert "3 av 29" in client.get(f"{address}/{world.winter.slug}/meeting").text


class TestTheFirstSchool:
    def test_prints_what_it_knew_though_the_pupil_has_gone_on_twice(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        _goes_on(ekbacken, world.third)
        birgitta, address = signed_in(ekbacken.birgitta), f"/leavers/{ekbacken.kim.id}"
        assert "Läser med Birgitta" in _paper(birgitta, f"{address}/staff.pdf")
        assert "11" in _paper(birgitta, f"{address}/home.pdf")
        assert birgitta.get(f"{address}/support.pdf").status_code == 200

    def test_sees_its_own_window_when_the_pupil_is_back_and_not_the_one_between(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        _goes_on(ekbacken, ekbacken.class_1a)
        birgitta, address = signed_in(ekbacken.birgitta), f"/pupils/{ekbacken.kim.id}/windows"
        assert "3 av 29" in birgitta.get(f"{address}/{ekbacken.autumn.slug}/meeting").text
        assert "3 av 29" not in birgitta.get(f"{address}/{world.winter.slug}/meeting").text


def test_an_old_handover_says_nothing_of_the_time_since(ekbacken: Ekbacken, world: World) -> None:
    """To Granbacken, back to Ekbacken, and to Granbacken again."""
    _handed_over(ekbacken, 0, world.second)
    assert held_from(ekbacken.kim.id).before is None
    _goes_on(ekbacken, ekbacken.class_1a, date(2026, 10, 20))
    again = date(2026, 11, 20)
    _goes_on(ekbacken, world.second, again)
    (closed,) = held_from(ekbacken.kim.id).spans
    assert (closed.since, closed.before) == (date(2026, 10, 20), again)
