"""What was before a move: unknown at the new school, to people and engine, until a handover is accepted."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import TODAY, Ekbacken
from flask.testing import FlaskClient
from invented_figures import pages
from posting import post
from scoring import a_window, record
from supporting import followed_up

from assessments.access.models import Account
from assessments.database import db
from assessments.database.commands import prepare
from assessments.handing_in import hand_in
from assessments.models import AssessmentWindow, Score, Season
from assessments.recording import Recorder
from assessments.roster import editing
from assessments.roster.models import Enrolment, Pupil, Role, School, SchoolClass
from reports.gathering.guardian import class_set
from reports.home_pages import as_proposed, save_page
from reports.models import PageState
from screening.facts.ways import Part
from screening.handovers.making import Making, accept, make_handover, take_back_acceptance
from screening.handovers.models import HandoverKind, HeldHistory
from screening.models import Flag, NextStep
from screening.reviewing import Decision, record_next_step
from screening.signals import Family, FlagState
from screening.steps.consulting import Asking, ask
from screening.support.ending import Told, end_period, open_again
from screening.support.functions import Function
from screening.support.planning import Plan, Version, change_plan
from screening.support.ways import GoalWay, SupportKind, WhatWorked

SignIn = Callable[[Any], FlaskClient]
MOVED_ON = date(2026, 10, 1)
INTENSIVE = Decision("intensive_period")
LOW = {"bokstavsljud": 3, "fonologisk_medvetenhet": 4, "ord_per_minut": 1}


@dataclass
class World:
    """Kim scored low at Ekbacken in autumn, got a step, moved to Granbacken, and scores low there too."""

    winter: AssessmentWindow
    siri: Account
    before: Enrolment
    class_1c: SchoolClass
    step: NextStep


@pytest.fixture
def world(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> World:
    ekbacken.autumn.opens_on, ekbacken.autumn.closes_on = date(2026, 8, 20), date(2026, 8, 31)
    winter = a_window("2026/27", Season.WINTER, date(2026, 9, 7), date(2026, 11, 13))
    granbacken = School(name="Granbackens skola", code="10000009", municipality=ekbacken.municipality)
    class_1c = SchoolClass(name="1C", academic_year="2026/27", school=granbacken)
    db.session.add_all([granbacken, class_1c])
    siri = ekbacken.staff("Siri Sten", "siri", Role.SPECIAL_TEACHER, school=granbacken)
    before = ekbacken.kim.enrolments[0]
    monkeypatch.setenv("LASSPAR_TODAY", "2026-09-08")
    record(ekbacken.autumn, ekbacken.kim, **LOW)
    (step,) = record_next_step(_signals(ekbacken, ekbacken.autumn)[:1], INTENSIVE, Recorder())
    monkeypatch.setenv("LASSPAR_TODAY", TODAY.isoformat())
    editing.move_pupil(ekbacken.kim, class_1c, 1, MOVED_ON)
    record(winter, ekbacken.kim, **LOW)
    db.session.commit()
    return World(winter, siri, before, class_1c, step)


def _signals(ekbacken: Ekbacken, window: AssessmentWindow) -> list[Flag]:
    asked = sa.select(Flag).filter_by(pupil_id=ekbacken.kim.id, window_id=window.id).order_by(Flag.id)
    return list(db.session.scalars(asked))


def _need(ekbacken: Ekbacken, world: World) -> Flag:
    return next(one for one in _signals(ekbacken, world.winter) if one.family is Family.NEED)


def _hand_over(ekbacken: Ekbacken, world: World) -> Any:
    making = Making(
        HandoverKind.NEXT_SCHOOL, [Part.RESULTS], to_school_id=world.class_1c.school_id,
        guardian_informed_on=MOVED_ON,
    )  # fmt: skip
    handover = make_handover(ekbacken.kim, world.before, making, {}, Recorder())
    accept(handover, ekbacken.kim, Recorder())
    db.session.commit()
    return handover


class TestASignalAtTheNewSchool:
    @pytest.mark.both_databases
    def test_knows_nothing_of_the_school_before_until_the_handover_is_accepted(
        self, ekbacken: Ekbacken, world: World
    ) -> None:
        assert _need(ekbacken, world).state is FlagState.NEW
        assert all(one.get("previous") is None for one in _need(ekbacken, world).evidence["measures"])
        handover = _hand_over(ekbacken, world)
        assert _need(ekbacken, world).state is FlagState.PERSISTENT
        take_back_acceptance(handover)
        assert _need(ekbacken, world).state is FlagState.NEW

    def test_leaves_what_the_school_before_was_told_as_it_was(self, ekbacken: Ekbacken, world: World) -> None:
        assert {one.state for one in _signals(ekbacken, ekbacken.autumn)} == {FlagState.NEW}


class TestPapersAboutAWindowBeforeTheMove:
    def test_say_at_the_new_school_nothing_before_the_handover_is_accepted(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        siri = signed_in(world.siri)
        address = f"/pupils/{ekbacken.kim.id}/windows/{ekbacken.autumn.slug}"
        assert "3 av 29" not in siri.get(f"{address}/meeting").text
        assert "3 av 29" not in siri.get(f"{address}/home-page").text
        _hand_over(ekbacken, world)
        assert "3 av 29" in siri.get(f"{address}/meeting").text

    def test_say_at_the_school_before_what_they_said(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        paper = signed_in(ekbacken.birgitta).get(f"/leavers/{ekbacken.kim.id}/home.pdf").data
        assert "3 av 29" in " ".join(pages(paper))

    def test_say_at_the_school_before_nothing_that_the_next_one_did(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        kim, by = ekbacken.kim, Recorder(world.siri.id, world.siri.staff_member.duties[0].id)
        record_next_step([_need(ekbacken, world)], Decision("adaptations", line="Läser med Siri"), by)
        ask(kim, Asking("adaptations", Role.SPECIAL_TEACHER, "Räcker det hos Siri?"), by)
        followed_up(ekbacken, kim.id, starts_on=date(2026, 10, 2), weeks=1)
        db.session.commit()
        paper = signed_in(ekbacken.birgitta).get(f"/leavers/{kim.id}/staff.pdf").data
        told = " ".join(pages(paper))
        assert "2026-09-08: Intensivperiod" in told  # the step of Ekbacken's own
        assert "Siri" not in told
        assert "2026-10-02" not in told

    def test_tell_who_has_the_pupil_now_of_no_support_before(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LASSPAR_TODAY", "2026-09-29")
        followed_up(ekbacken, ekbacken.kim.id)
        monkeypatch.setenv("LASSPAR_TODAY", TODAY.isoformat())
        db.session.commit()
        paper = f"/leavers/{ekbacken.kim.id}/support.pdf"
        assert signed_in(world.siri).get(paper).status_code == 404
        assert signed_in(ekbacken.birgitta).get(paper).status_code == 200

    def test_are_no_cells_that_the_next_school_looks_into(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        siri, of = signed_in(world.siri), f"sheet/{ekbacken.kim.id}/bokstavsljud"
        address = f"/classes/{world.class_1c.id}/windows"
        assert siri.get(f"{address}/{ekbacken.autumn.slug}/{of}").status_code == 404
        assert siri.get(f"{address}/{world.winter.slug}/{of}").status_code == 200
        _hand_over(ekbacken, world)
        assert siri.get(f"{address}/{ekbacken.autumn.slug}/{of}").status_code == 200

    def test_tell_nobody_there_what_the_former_teacher_wrote(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        kim, window = ekbacken.kim, ekbacken.autumn
        (sheet,) = class_set(ekbacken.class_1a, window, sa.select(Pupil).where(Pupil.id == kim.id)).sheets
        words = replace(as_proposed(sheet), comment="Kim läser gärna högt.")
        save_page(kim, window, sheet, words, PageState.REVIEWED, Recorder(), expected_version=0)
        db.session.commit()
        siri, address = signed_in(world.siri), f"/pupils/{kim.id}/windows/{window.slug}/home-page"
        page = siri.get(address).text
        assert "läser gärna" not in page
        assert "Spara utkast" not in page  # it would be refused
        assert "när överlämningen är mottagen" in page
        assert "läser gärna" not in " ".join(pages(siri.get(f"{address}.pdf").data))
        assert "Bladet är från den förra skolan." in post(siri, address, {"do": "draft", "version": "0"}).text
        paper = signed_in(ekbacken.birgitta).get(f"/leavers/{kim.id}/home.pdf").data
        assert "läser gärna" in " ".join(pages(paper))


class TestAHandoverByTheSchoolBefore:
    """Winter was open on the day of the move: Granbacken has filled it in."""

    def told(self, ekbacken: Ekbacken, signed_in: SignIn) -> str:
        db.session.commit()
        wish = {"kind": "next_school", "parts": [part.value for part in Part], "step": "preview"}
        return post(signed_in(ekbacken.birgitta), f"/leavers/{ekbacken.kim.id}/handover", wish).text

    def test_tells_what_was_known_there_and_nothing_that_the_next_school_wrote(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        page = self.told(ekbacken, signed_in)
        assert "<strong>Hösten 2026/27</strong>" in page
        assert "<strong>Vintern 2026/27</strong>" not in page
        assert "(vintern 2026/27)" not in page
        assert "(hösten 2026/27)" in page

    def test_tells_of_a_window_that_goes_on_there_only_what_it_recorded_itself(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        rows = sa.update(Score).where(Score.window_id == world.winter.id, Score.measure != "bokstavsljud")
        db.session.execute(rows.values(assessed_on=date(2026, 9, 9)))
        siri = Recorder(world.siri.id, world.siri.staff_member.duties[0].id)
        record(world.winter, ekbacken.kim, siri, ord_per_minut=2)  # the day stands, the value is theirs
        page = self.told(ekbacken, signed_in)
        assert "<strong>Vintern 2026/27</strong>, åk 1: Underlag saknas" in page
        assert page.count("Fonologisk medvetenhet: 4") == 2
        assert page.count("ord/min") == 1

    def test_tells_of_no_support_that_somebody_there_has_gone_on_with(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LASSPAR_TODAY", "2026-09-29")
        period = followed_up(ekbacken, ekbacken.kim.id)
        monkeypatch.setenv("LASSPAR_TODAY", TODAY.isoformat())
        assert "Intensivperiod</strong>, Rätt lästa" in self.told(ekbacken, signed_in)
        open_again(period, 1)
        by = Recorder(world.siri.id, world.siri.staff_member.duties[0].id)
        end_period(period, Told(date(2026, 9, 28), WhatWorked.NO, "Läser med Siri nu", 0), by)
        assert "Ingen stödperiod" in self.told(ekbacken, signed_in)

    def test_is_listed_without_what_is_open_there(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        """Also of a class that the pupil left for another one here."""
        class_1b = SchoolClass(name="1B", academic_year="2026/27", school=ekbacken.school)
        db.session.add(class_1b)
        kim, (first, _second) = ekbacken.kim, ekbacken.kim.enrolments
        first.ends_on = date(2026, 9, 14)
        between = Enrolment(pupil=kim, school_class=class_1b, year=1)
        between.starts_on, between.ends_on = date(2026, 9, 15), date(2026, 9, 30)
        db.session.add(between)
        db.session.commit()
        page = signed_in(ekbacken.birgitta).get("/handovers").text
        assert re.findall(r'data-label="Öppna signaler">(.*?)<', page) == ["–", "–"]
        assert page.count('data-label="Går nu i">1C, Granbackens skola') == 2


class TestASchoolThatThePupilHasLeftToo:
    """Kim goes on to a third school: what Ekbacken never handed over does not open to Granbacken by that."""

    @pytest.fixture
    def told(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> Callable[[], tuple[str, str]]:
        """What Granbacken is told of Kim afterwards: the papers, and what it could hand over."""
        kim, by = ekbacken.kim, Recorder(world.siri.id, world.siri.staff_member.duties[0].id)
        monkeypatch.setenv("LASSPAR_TODAY", "2026-09-29")
        followed_up(ekbacken, kim.id)
        monkeypatch.setenv("LASSPAR_TODAY", "2026-10-16")
        record_next_step([_need(ekbacken, world)], Decision("adaptations", line="Läser med Siri"), by)
        world.winter.closes_on = date(2026, 10, 16)
        third = School(name="Tredje skolan", code="10000017", municipality=ekbacken.municipality)
        class_1d = SchoolClass(name="1D", academic_year="2026/27", school=third)
        db.session.add_all([third, class_1d])
        monkeypatch.setenv("LASSPAR_TODAY", "2026-10-19")
        editing.move_pupil(kim, class_1d, 1, date(2026, 10, 19))
        db.session.commit()

        def asked() -> tuple[str, str]:
            siri, of_kim = signed_in(world.siri), f"/leavers/{kim.id}"
            wish = {"kind": "next_school", "parts": [part.value for part in Part], "step": "preview"}
            papers = [siri.get(f"{of_kim}/{kind}.pdf") for kind in ("home", "staff", "support")]
            said = [text for one in papers if one.status_code == 200 for text in pages(one.data)]
            return " ".join(said), post(siri, f"{of_kim}/handover", wish).text

        return asked

    def test_is_told_its_own_and_nothing_from_before(self, told: Callable[[], tuple[str, str]]) -> None:
        papers, handed_over = told()
        for said in (papers, handed_over):
            assert "Läser med Siri" in said
            assert "2026-09-08" not in said  # the step of Ekbacken
            assert "2026-08-24" not in said  # the support there
        assert "Hösten 2026/27" not in papers
        assert "<strong>Hösten 2026/27</strong>" not in handed_over

    def test_is_told_all_that_it_has_accepted(
        self, told: Callable[[], tuple[str, str]], ekbacken: Ekbacken, world: World
    ) -> None:
        _hand_over(ekbacken, world)
        papers, handed_over = told()
        assert "Hösten 2026/27" in papers
        assert "<strong>Hösten 2026/27</strong>" in handed_over
        assert "2026-08-24" in handed_over

    def test_is_told_no_more_by_a_change_of_class_there(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class_1e = SchoolClass(name="1E", academic_year="2026/27", school=world.class_1c.school)
        db.session.add(class_1e)
        editing.move_pupil(ekbacken.kim, class_1e, 1, date(2026, 10, 19))
        db.session.commit()
        monkeypatch.setenv("LASSPAR_TODAY", "2026-10-20")
        siri, address = signed_in(world.siri), f"/classes/{world.class_1c.id}/handover"
        page = siri.get(address).text
        assert "<strong>Vintern 2026/27</strong>" in page
        assert "<strong>Hösten 2026/27</strong>" not in page


class TestIdsOfTheSchoolBefore:
    def test_open_no_step_and_no_signal_before_the_handover_is_accepted(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        siri, old = signed_in(world.siri), _signals(ekbacken, ekbacken.autumn)[0].id
        ending = f"/follow-up/steps/{world.step.id}/outcome"
        told = {"flag": old, "kind": "adaptations"}
        assert post(siri, ending, {"line": "Klart"}).status_code == 404
        assert post(siri, "/follow-up/steps", told).status_code == 404
        _hand_over(ekbacken, world)
        told = {"line": "Klart", "competence_kind": "own"}
        assert post(siri, ending, told).status_code == 303


class TestAMoveToCome:
    def test_leaves_the_present_school_its_open_signals(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        record(world.winter, ekbacken.noor, **LOW)
        hand_in(ekbacken.class_1a, world.winter, None)
        editing.move_pupil(ekbacken.noor, world.class_1c, 1, date(2026, 11, 2))
        db.session.commit()
        page = signed_in(ekbacken.birgitta).get("/handovers").text
        spring = page[page.index("Vårens lista") :]
        assert re.findall(r'data-label="Öppna signaler">(.*?)<', spring) == ["1"]

    def test_shows_the_next_school_nothing_and_leaves_the_present_one_everything(
        self, ekbacken: Ekbacken, signed_in: SignIn, world: World
    ) -> None:
        noor = ekbacken.noor
        record(ekbacken.autumn, noor, bokstavsljud=7)
        editing.move_pupil(noor, world.class_1c, 1, date(2026, 11, 2))
        db.session.commit()
        assert "Bokstavsljud" in signed_in(ekbacken.birgitta).get(f"/pupils/{noor.id}").text
        page = signed_in(world.siri).get(f"/pupils/{noor.id}").text
        assert "Eleven kommer hit 2026-11-02" in page
        assert "Bokstavsljud" not in page


def test_moves_from_before_there_were_rows_are_held_when_the_database_is_made_ready(
    ekbacken: Ekbacken, world: World
) -> None:
    _hand_over(ekbacken, world)
    db.session.execute(sa.text("UPDATE handover SET accepted_on = NULL, accepted_pupil_id = NULL"))
    db.session.commit()
    prepare()
    held = db.session.scalars(sa.select(HeldHistory)).one()
    assert (held.pupil_id, held.before_on) == (ekbacken.kim.id, MOVED_ON)
    assert _need(ekbacken, world).state is FlagState.NEW


def test_a_follow_up_of_another_school_is_not_read_where_the_pupil_comes_back(
    ekbacken: Ekbacken, signed_in: SignIn, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", "2026-09-29")
    period = followed_up(ekbacken, ekbacken.kim.id)
    monkeypatch.setenv("LASSPAR_TODAY", TODAY.isoformat())
    open_again(period, 1)
    by = Recorder(world.siri.id, world.siri.staff_member.duties[0].id)
    end_period(period, Told(date(2026, 10, 8), WhatWorked.NO, "Läser med Siri nu", 0), by)
    monkeypatch.setenv("LASSPAR_TODAY", "2026-10-19")
    editing.move_pupil(ekbacken.kim, ekbacken.class_1a, 1, date(2026, 10, 19))
    db.session.commit()
    birgitta, address = signed_in(ekbacken.birgitta), f"/support/{period.id}"
    for page in (address, "/support", f"/pupils/{ekbacken.kim.id}"):
        told = birgitta.get(page).text
        assert "Läser med Siri nu" not in told
        assert WhatWorked.NO.label not in told
        assert "Uppföljningen gjordes på en annan skola" in told
    assert birgitta.get(f"{address}/end").status_code == 404
    assert post(birgitta, f"{address}/end/undo", {"version": "1"}).status_code == 404


def test_a_change_of_plan_at_another_school_is_not_read_where_the_pupil_comes_back(
    ekbacken: Ekbacken, signed_in: SignIn, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", "2026-09-29")
    period = followed_up(ekbacken, ekbacken.kim.id)
    open_again(period, 1)
    monkeypatch.setenv("LASSPAR_TODAY", TODAY.isoformat())
    duty = world.siri.staff_member.duties[0]
    led_by, often = Function(Role.SPECIAL_TEACHER, ekbacken.school.id), {"minutes": 15, "times_a_week": 4}
    plan = Plan(SupportKind.INTENSIVE_PERIOD, GoalWay.AGREED, period.goal_on, led_by, **often)
    change = Version(1, date(2026, 10, 8), "Läser med Siri nu")
    by = Recorder(world.siri.id, duty.id)
    assert change_plan(period, plan, period.goal, change, by)
    monkeypatch.setenv("LASSPAR_TODAY", "2026-10-19")
    editing.move_pupil(ekbacken.kim, ekbacken.class_1a, 1, date(2026, 10, 19))
    db.session.commit()
    birgitta, address = signed_in(ekbacken.birgitta), f"/support/{period.id}"
    for page in (address, "/support", f"/pupils/{ekbacken.kim.id}"):
        told = birgitta.get(page).text
        assert "Läser med Siri nu" not in told
        assert "Hur ofta: inte sagt blev" not in told
    assert "Planen ändrades på en annan skola" in birgitta.get(address).text
    here = sorted(ekbacken.kim.enrolments, key=lambda one: one.starts_on)[1]
    parts = Making(
        HandoverKind.NEXT_SCHOOL, [Part.RESULTS, Part.SUPPORT], to_school_id=ekbacken.school.id,
        guardian_informed_on=TODAY,
    )  # fmt: skip
    accept(make_handover(ekbacken.kim, here, parts, {}, by), ekbacken.kim, Recorder())
    db.session.commit()
    assert "Läser med Siri nu" in birgitta.get(address).text
