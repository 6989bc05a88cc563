"""What is judged, listed and done of a pupil who goes from school to school, by what each school may know."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from invented_figures import pages
from posting import post
from scoring import a_window, record
from supporting import followed_up

from assessments.absence.models import AbsenceShare
from assessments.access.models import Account
from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow, Score, Season
from assessments.recording import Recorder
from assessments.roster import editing, protecting
from assessments.roster.models import Role, School, SchoolClass
from screening.facts.ways import Part
from screening.handovers.making import Making, accept, make_handover, take_back_acceptance
from screening.handovers.models import Handover, HandoverKind
from screening.handovers.seeing import held_from
from screening.models import Flag, StartFrom, SupportPeriod
from screening.reviewing import Decision, record_next_step
from screening.signals import Family, FlagState
from screening.steps.consulting import Asking, ask
from screening.steps.models import Consultation, StepOutcome, Tick
from screening.steps.ticking import Ticked, tick
from screening.support.functions import Function
from screening.support.planning import Plan, Way, start_periods
from screening.support.results import Write, record_results
from screening.support.ways import GoalWay, SupportKind

SignIn = Callable[[Any], FlaskClient]
LOW = {"bokstavsljud": 3, "fonologisk_medvetenhet": 4}
WINDOWS = [
    (Season.AUTUMN, date(2026, 8, 20), date(2026, 8, 31)),
    (Season.WINTER, date(2026, 9, 7), date(2026, 9, 25)),
    (Season.SPRING, date(2026, 10, 5), date(2026, 10, 30)),
]
CAME = [date(2026, 8, 18), date(2026, 9, 4), date(2026, 10, 2), date(2026, 11, 6)]
NEW, PERSISTENT = FlagState.NEW, FlagState.PERSISTENT


@dataclass
class World:
    """Kim scores low wherever she goes, 11 words a minute in autumn, 12 in winter and 13 in spring."""

    cast: Ekbacken
    set_day: Callable[[date], None]
    classes: dict[str, SchoolClass]
    specials: dict[str, Account]
    windows: list[AssessmentWindow]
    stays: str = ""
    made: list[Handover] = field(default_factory=list)

    def goes(self, schools: str) -> None:
        for school in schools:
            number = len(self.stays)
            self.set_day(CAME[number])
            if number:
                editing.move_pupil(self.cast.kim, self.classes[school], 1, CAME[number])
            self.stays += school
            if number < len(self.windows):
                self.set_day(self.windows[number].closes_on)
                record(self.windows[number], self.cast.kim, self.by(school), **LOW, ord_per_minut=11 + number)
        db.session.commit()

    def hands_over(self, number: int, to: str, *, is_accepted: bool = True) -> Handover:
        """What the school of that stay knows."""
        here = sorted(self.cast.kim.enrolments, key=lambda one: one.starts_on)[number]
        making = Making(
            HandoverKind.NEXT_SCHOOL, [Part.RESULTS], to_school_id=self.classes[to].school_id,
            guardian_informed_on=CAME[0],
        )  # fmt: skip
        made = make_handover(self.cast.kim, here, making, {}, Recorder())
        if is_accepted:
            accept(made, self.cast.kim, Recorder())
        db.session.commit()
        return made

    def by(self, school: str) -> Recorder:
        account = self.specials[school]
        return Recorder(account.id, account.staff_member.duties[0].id)

    def need(self, number: int) -> Flag:
        flags = sa.select(Flag).filter_by(
            pupil_id=self.cast.kim.id, window_id=self.windows[number].id, family=Family.NEED
        )
        return db.session.scalars(flags).one()

    def states(self) -> list[FlagState | None]:
        db.session.expire_all()
        return [self.need(number).state for number in range(min(len(self.stays), 3))]


@pytest.fixture
def world(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> World:
    ekbacken.autumn.opens_on, ekbacken.autumn.closes_on = WINDOWS[0][1:]
    windows = [ekbacken.autumn, *(a_window("2026/27", *one) for one in WINDOWS[1:])]
    classes, specials = {"A": ekbacken.class_1a}, {"A": ekbacken.birgitta}
    for name, place in (("Granbackens skola", "B"), ("Lindbackens skola", "C")):
        school = School(name=name, municipality=ekbacken.municipality)
        classes[place] = SchoolClass(name=f"1{place}", academic_year="2026/27", school=school)
        db.session.add_all([school, classes[place]])
        specials[place] = ekbacken.staff(f"Siri {place}", f"siri{place}", Role.SPECIAL_TEACHER, school=school)
    db.session.commit()

    def set_day(day: date) -> None:
        monkeypatch.setenv("LASSPAR_TODAY", day.isoformat())

    return World(ekbacken, set_day, classes, specials, windows)


class TestEachWindowIsJudged:
    """By what the school of that time may know: of the window before nothing, or that it was low too."""

    @pytest.mark.parametrize(
        ("schools", "states"),
        [
            ("AB", [NEW, NEW]),
            ("ABC", [NEW, NEW, NEW]),
            ("ABA", [NEW, NEW, PERSISTENT]),  # Ekbacken has seen the autumn
            ("AAB", [NEW, PERSISTENT, NEW]),
        ],
    )
    def test_by_what_it_has_seen_itself(self, world: World, schools: str, states: list[FlagState]) -> None:
        if schools == "AAB":  # another class of the school is no move
            other = SchoolClass(name="1D", academic_year="2026/27", school=world.cast.school)
            db.session.add(other)
            world.classes["D"], world.specials["D"] = other, world.cast.birgitta
            schools = "ADB"
        world.goes(schools)
        assert world.states() == states

    def test_and_by_what_it_has_accepted(self, world: World) -> None:
        world.goes("ABC")
        second = world.hands_over(1, "C")
        assert world.states() == [NEW, NEW, PERSISTENT]
        first = world.hands_over(0, "B")
        assert world.states() == [NEW, PERSISTENT, PERSISTENT]
        take_back_acceptance(second)
        assert world.states() == [NEW, PERSISTENT, NEW]
        take_back_acceptance(first)
        assert world.states() == [NEW, NEW, NEW]

    def test_at_a_third_school_by_what_the_second_had_been_told(self, world: World) -> None:
        world.goes("AB")
        world.hands_over(0, "B")
        world.goes("C")
        world.hands_over(1, "C")
        assert held_from(world.cast.kim.id).spans == ()
        take_back_acceptance(db.session.scalars(sa.select(Handover).order_by(Handover.id)).first())
        assert [span.before for span in held_from(world.cast.kim.id).spans] == [CAME[1]]

    def test_not_by_what_the_second_was_told_later(self, world: World) -> None:
        world.goes("ABC")
        world.hands_over(1, "C")
        world.hands_over(0, "B")
        assert [span.before for span in held_from(world.cast.kim.id).spans] == [CAME[1]]

    def test_the_same_after_protection_that_is_lifted(self, world: World) -> None:
        world.goes("ABC")
        assert world.states() == [NEW, NEW, NEW]
        protecting.protect(world.cast.kim, "Elev K")
        db.session.commit()
        assert world.states() == [NEW, PERSISTENT, PERSISTENT]  # moved by the principals: nothing is held
        protecting.lift(world.cast.kim, "Kim", "Berg")
        db.session.commit()
        assert world.states() == [NEW, NEW, NEW]


def _text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    return " ".join(pages(answer.data)) if answer.mimetype == "application/pdf" else answer.text


class TestBackAgain:
    def test_the_page_shows_the_own_time_and_not_the_one_between(
        self, world: World, signed_in: SignIn
    ) -> None:
        world.goes("ABA")
        page = _pupil_page(world, signed_in)
        assert "Hösten 2026/27" in page
        assert "Vintern 2026/27" not in page
        assert "gick på en annan skola 2026-09-04 till och med 2026-10-01" in page
        world.hands_over(1, "A")
        page = _pupil_page(world, signed_in)
        assert "Vintern 2026/27" in page
        assert "annan skola" not in page

    def test_the_support_there_is_on_the_list_and_in_the_papers(
        self, world: World, signed_in: SignIn
    ) -> None:
        world.goes("A")
        period = followed_up(world.cast, world.cast.kim.id, weeks=1)
        world.goes("BA")
        birgitta = signed_in(world.cast.birgitta)
        assert birgitta.get(f"/support/{period.id}").status_code == 200
        assert "2026-08-24" in _text(birgitta, _paper(world, 2))

    def test_what_the_other_school_measured_in_it_is_not_shown(self, world: World, signed_in: SignIn) -> None:
        world.goes("A")
        period = _begun(world)
        world.goes("B")
        world.hands_over(0, "B")
        assert "55" in _days_of(signed_in(world.specials["B"]), period, measured=(date(2026, 9, 25), 55))
        world.goes("A")
        birgitta = signed_in(world.cast.birgitta)
        assert "55" not in _days_of(birgitta, period)
        assert "31" in _days_of(birgitta, period)
        world.hands_over(1, "A")
        assert "55" in _days_of(birgitta, period)

    def test_a_second_stay_there_opens_nothing_of_the_first_school_since(
        self, world: World, signed_in: SignIn
    ) -> None:
        world.goes("AB")
        world.hands_over(0, "B")
        world.goes("AB")
        siri, address = signed_in(world.specials["B"]), f"/pupils/{world.cast.kim.id}/windows"
        shown = ["3 av 29" in siri.get(f"{address}/{one.slug}/meeting").text for one in world.windows]
        assert shown == [True, True, False]

    def test_a_return_to_come_leaves_the_school_its_own_time(self, world: World, signed_in: SignIn) -> None:
        world.goes("AB")
        editing.move_pupil(world.cast.kim, world.cast.class_1a, 1, CAME[2])
        db.session.commit()
        page = _pupil_page(world, signed_in)
        assert "Hösten 2026/27" in page
        assert "Vintern 2026/27" not in page
        assert f"Eleven kommer hit {CAME[2]}" in page


def _begun(world: World) -> SupportPeriod:
    """Support at Ekbacken that nobody has ended, with 31 words a minute on a day there."""
    duty, by = world.cast.birgitta.staff_member.duties[0], world.by("A")
    plan = Plan(SupportKind.INTENSIVE_PERIOD, GoalWay.AGREED, CAME[3], Function(duty.role, duty.school_id))
    way = Way(Decimal(20), StartFrom.GIVEN, Decimal(120))
    (period,) = start_periods("ord_per_minut", date(2026, 8, 24), plan, {world.cast.kim.id: way}, by)
    record_results([Write(period.id, date(2026, 8, 28), None, Decimal(31), False, "0:")], by)
    return period


def _days_of(
    client: FlaskClient, period: SupportPeriod, measured: tuple[date, int] | None = None
) -> list[str]:
    """The results on the page of the period, when one has been measured."""
    if measured:
        day, points = measured
        record_results([Write(period.id, day, None, Decimal(points), False, "0:")], Recorder())
        db.session.commit()
    return re.findall(r"<td[^>]*>(\d+)<", client.get(f"/support/{period.id}").text)


def _pupil_page(world: World, signed_in: SignIn) -> str:
    """At Ekbacken, without the menu of all windows."""
    page = signed_in(world.cast.birgitta).get(f"/pupils/{world.cast.kim.id}").text
    return page[page.index('class="notice') if 'class="notice' in page else page.index('id="signals"') :]


def _paper(world: World, number: int) -> str:
    return f"/pupils/{world.cast.kim.id}/windows/{world.windows[number].slug}/staff-report.pdf"


class TestTheNextSchoolIsNotTold:
    def test_what_stood_in_the_cell_before(self, world: World, signed_in: SignIn) -> None:
        world.goes("AB")
        place = f"/classes/{world.classes['B'].id}/windows/{world.windows[1].slug}/sheet"
        siri = signed_in(world.specials["B"])

        def former() -> list[Any]:
            cells = siri.get(f"/api/v1{place}").json["rows"][0]["cells"]
            return [cell["before"] for cell in cells if cell["before"] is not None]

        assert former() == []
        assert 'before":"11"' not in siri.get(place).text
        world.hands_over(0, "B")
        assert "11" in former()

    def test_by_a_result_that_is_put_in_its_right_place(self, world: World, signed_in: SignIn) -> None:
        """The window of the former school is no place for it."""
        world.goes("AB")
        move = f"/classes/{world.classes['B'].id}/windows/{world.windows[1].slug}/move"
        what = {"what": "column", "measure": "ord_per_minut", "to_measure": "ord_per_minut"}
        to = {"to_window": world.windows[0].slug, "to_class": world.classes["B"].id, "taken": "swap"}
        siri = signed_in(world.specials["B"])
        assert 'data-label="Där står nu">11<' not in siri.get(move, query_string={**what, **to}).text
        world.hands_over(0, "B")
        assert 'data-label="Där står nu">11<' in siri.get(move, query_string={**what, **to}).text

    def test_how_much_the_pupil_was_away_there(self, world: World, signed_in: SignIn) -> None:
        world.goes("AB")
        for window, percent in zip(world.windows[:2], (41, 42), strict=True):
            share = AbsenceShare(pupil_id=world.cast.kim.id, window_id=window.id, percent=Decimal(percent))
            db.session.add(share)
        db.session.commit()
        siri = signed_in(world.specials["B"])
        assert "41 %" not in _text(siri, _paper(world, 0))
        assert "42 %" in _text(siri, _paper(world, 1))

    def test_nor_the_former_one_how_much_she_was_away_since(self, world: World, signed_in: SignIn) -> None:
        world.goes("A")
        followed_up(world.cast, world.cast.kim.id, weeks=1)
        world.goes("B")
        for window, percent in zip(world.windows[:2], (41, 42), strict=True):
            share = AbsenceShare(pupil_id=world.cast.kim.id, window_id=window.id, percent=Decimal(percent))
            db.session.add(share)
        db.session.commit()
        told = _text(signed_in(world.cast.birgitta), f"/leavers/{world.cast.kim.id}/support.pdf")
        assert "41 %" in told
        assert "42 %" not in told

    def test_when_something_was_last_assessed(self, world: World, signed_in: SignIn) -> None:
        """Of a window in which nothing has been assessed yet."""
        world.goes("A")
        world.set_day(CAME[1])
        editing.move_pupil(world.cast.kim, world.classes["B"], 1, CAME[1])
        db.session.execute(sa.update(Score).values(assessed_on=date(2025, 10, 1)))
        db.session.commit()
        overview = f"/classes/{world.classes['B'].id}/windows/{world.windows[1].slug}/overview"
        assert "2025-10-01" not in signed_in(world.specials["B"]).get(overview).text

    def test_of_support_in_the_list_of_who_should_be_handed_over(
        self, world: World, signed_in: SignIn
    ) -> None:
        world.goes("A")
        followed_up(world.cast, world.cast.kim.id, weeks=1)
        world.goes("B")
        page = signed_in(world.specials["B"]).get("/handovers").text
        assert 'data-label="Stöd">1' not in page


class TestWhatTheNextSchoolDoes:
    @pytest.fixture
    def planned(self, world: World) -> World:
        """Ekbacken has planned adaptations, which need samråd, and has asked for it."""
        world.goes("A")
        world.set_day(date(2026, 8, 31))
        by = world.by("A")
        record_next_step([world.need(0)], Decision("adaptations", line="Läser med Birgitta"), by)
        ask(world.cast.kim, Asking("adaptations", Role.SPECIAL_TEACHER, "Räcker det?"), by)
        world.goes("B")
        return world

    def test_ends_no_step_that_it_does_not_know(self, planned: World, signed_in: SignIn) -> None:
        """Nor is it asked who took part in a samråd about it."""
        told = {"flag": planned.need(1).id, "kind": "close", "reason": "goal_reached"}
        assert post(signed_in(planned.specials["B"]), "/follow-up/steps", told).status_code == 303
        assert db.session.scalars(sa.select(StepOutcome)).all() == []
        assert planned.need(1).state is FlagState.CLOSED
        assert planned.need(0).state is NEW

    def test_is_no_answer_to_a_samrad_that_it_does_not_know(self, planned: World, signed_in: SignIn) -> None:
        about = {"about": "adaptations", "role": "special_teacher", "question": "Vad gör vi?"}
        address = f"/pupils/{planned.cast.kim.id}/consultations"
        assert post(signed_in(planned.specials["B"]), address, about).status_code == 303
        asked = db.session.scalars(sa.select(Consultation.question).order_by(Consultation.id)).all()
        assert asked == ["Räcker det?", "Vad gör vi?"]

    def test_takes_away_no_tick_that_it_does_not_know(self, planned: World, signed_in: SignIn) -> None:
        kim = planned.cast.kim
        own = Tick(
            pupil_id=kim.id, school_id=planned.classes["A"].school_id, academic_year="2026/27",
            item="follow_up", ticked_on=CAME[0],
        )  # fmt: skip
        db.session.add(own)
        db.session.commit()
        special, address = signed_in(planned.specials["B"]), f"/pupils/{kim.id}/guarantee"
        post(special, address, {"item": "follow_up", "take_back": "y"})
        assert db.session.scalars(sa.select(Tick.ticked_on)).all() == [CAME[0]]
        post(special, address, {"item": "follow_up", "competence": "egen"})
        ticks = sa.select(Tick.school_id, Tick.ticked_on).order_by(Tick.id)
        theirs = (planned.classes["B"].school_id, today())
        assert [tuple(row) for row in db.session.execute(ticks)] == [(own.school_id, CAME[0]), theirs]

    def test_ticks_beside_a_tick_that_it_has_been_told_of(self, planned: World, signed_in: SignIn) -> None:
        """The page tells the tick of the school before, which is that school's to take back."""
        kim, here = planned.cast.kim, planned.specials["B"]
        tick(kim, Ticked("follow_up", CAME[0], "Hos Ekbacken.", "egen"), planned.by("A"))
        planned.hands_over(0, "B")
        special, address = signed_in(here), f"/pupils/{kim.id}/guarantee"
        page = special.get(f"/pupils/{kim.id}").text
        assert "Hos Ekbacken." in page
        assert "Ta tillbaka: det blev fel" not in page
        post(special, address, {"item": "follow_up", "take_back": "y"})
        assert db.session.scalars(sa.select(Tick.line)).all() == ["Hos Ekbacken."]
        post(special, address, {"item": "follow_up", "competence": "egen", "line": "Hos Granbacken."})
        page = special.get(f"/pupils/{kim.id}").text
        assert ("Hos Ekbacken." in page, "Hos Granbacken." in page) == (False, True)
        post(special, address, {"item": "follow_up", "take_back": "y"})
        assert db.session.scalars(sa.select(Tick.line)).all() == ["Hos Ekbacken."]
