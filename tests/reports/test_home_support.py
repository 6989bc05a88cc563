"""What a page for the home says the school does: what runs and goes on, once of each kind."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from scoring import class_2b, counted_queries, flag

from assessments.database import db
from assessments.recording import Recorder
from assessments.roster.editing import move_pupil
from assessments.roster.models import Duty, Pupil, Role, School, SchoolClass
from reports.figures.guardian import GuardianSheet
from reports.gathering.guardian import class_set
from reports.home_words import school_says
from reports.wording import wording
from screening.handovers.models import HeldHistory
from screening.models import NextStep, StartFrom, SupportPeriod
from screening.reviewing import Decision, record_next_step
from screening.steps.ending import Ending, end_step
from screening.support.ending import Told, end_period
from screening.support.models import SupportLead, SupportPlan
from screening.support.ways import SupportKind, WhatWorked

SignIn = Callable[[Any], FlaskClient]
AUGUST, NOVEMBER = date(2026, 8, 24), date(2026, 11, 16)
READS_MORE = (
    "Barnet får läsa extra under en tid. Ansvar: specialläraren. Från 24 augusti 2026. "
    "Vi följer upp 16 november 2026."
)
ADAPTS = "Vi anpassar det vi gör på lektionen."
ALWAYS = "Vi läser varje dag i skolan. Vi följer läsningen flera gånger om året."
BY = Recorder()


@pytest.fixture
def abdi(ekbacken: Ekbacken) -> Pupil:
    """Goes in 2B and reads slowly."""
    return class_2b(ekbacken, [12])[1][0]


def a_period(
    pupil: Pupil,
    kind: SupportKind | None = SupportKind.INTENSIVE_PERIOD,
    days: tuple[date, date] = (AUGUST, NOVEMBER),
    measure: str = "ord_per_minut",
) -> SupportPeriod:
    """Led by the special teacher; without ``kind`` nobody has said what support it is."""
    starts_on, goal_on = days
    period = SupportPeriod(
        pupil_id=pupil.id, measure=measure, starts_on=starts_on, start=Decimal(12),
        start_from=StartFrom.GIVEN, goal_on=goal_on, goal=Decimal(30),
    )  # fmt: skip
    db.session.add(period)
    db.session.flush()
    school_id = db.session.scalar(sa.select(Duty.school_id).filter_by(role=Role.SPECIAL_TEACHER))
    lead = SupportLead(support_period_id=period.id, role=Role.SPECIAL_TEACHER, school_id=school_id)
    db.session.add_all([lead, *([SupportPlan(support_period_id=period.id, kind=kind)] if kind else [])])
    db.session.commit()
    return period


def end(period: SupportPeriod, on: date) -> None:
    end_period(period, Told(on, WhatWorked.YES, None, 0), BY)
    db.session.commit()


def decide(pupil: Pupil, kind: str, **more: Any) -> NextStep:
    (step,) = record_next_step([flag(pupil)], Decision(kind, **more), BY)
    db.session.commit()
    return step


def sheet_of(pupil: Pupil, ekbacken: Ekbacken) -> GuardianSheet:
    (enrolment,) = pupil.enrolments
    only = sa.select(Pupil).where(Pupil.id == pupil.id)
    (sheet,) = class_set(enrolment.school_class, ekbacken.autumn, only).sheets
    return sheet


def told(pupil: Pupil, ekbacken: Ekbacken) -> list[str]:
    """What the page says the school does."""
    return [said.replace("\xa0", " ") for said in school_says(sheet_of(pupil, ekbacken), wording())]


class TestSupportThatRuns:
    def test_is_told_with_its_function_from_and_until_when(self, abdi: Pupil, ekbacken: Ekbacken) -> None:
        a_period(abdi)
        assert told(abdi, ekbacken) == [READS_MORE]

    def test_stands_on_the_page_for_the_meeting_too(
        self, abdi: Pupil, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        a_period(abdi)
        address = f"/pupils/{abdi.id}/windows/{ekbacken.autumn.slug}/meeting"
        page = signed_in(ekbacken.birgitta).get(address).text
        assert READS_MORE in page.replace("\xa0", " ")

    def test_is_not_told_once_it_has_been_ended(self, abdi: Pupil, ekbacken: Ekbacken) -> None:
        end(a_period(abdi), date(2026, 10, 14))
        assert ALWAYS in told(abdi, ekbacken)

    @pytest.mark.parametrize(
        ("goal_on", "is_told"), [(date(2026, 10, 14), False), (date(2026, 10, 15), True)]
    )
    def test_is_over_the_day_after_its_goal(
        self, abdi: Pupil, ekbacken: Ekbacken, goal_on: date, is_told: bool
    ) -> None:
        a_period(abdi, days=(AUGUST, goal_on))
        assert any("läsa extra" in said for said in told(abdi, ekbacken)) is is_told

    def test_is_told_when_it_is_to_begin(self, abdi: Pupil, ekbacken: Ekbacken) -> None:
        a_period(abdi, days=(date(2026, 10, 26), NOVEMBER))
        assert "Från 26 oktober 2026." in told(abdi, ekbacken)[0]

    @pytest.mark.both_databases
    def test_is_told_once_of_a_kind_the_latest_that_has_begun(self, abdi: Pupil, ekbacken: Ekbacken) -> None:
        a_period(abdi, days=(date(2026, 8, 17), NOVEMBER))
        a_period(abdi)
        a_period(abdi, days=(date(2026, 10, 26), NOVEMBER))
        assert told(abdi, ekbacken) == [READS_MORE]

    def test_of_every_kind_is_told_with_the_words_there_are(self, abdi: Pupil, ekbacken: Ekbacken) -> None:
        for week, kind in enumerate([*SupportKind, None]):
            a_period(abdi, kind, days=(date(2026, 8, 17 + week), NOVEMBER))
        assert [said.partition(" Ansvar")[0] for said in told(abdi, ekbacken)] == [
            "Vi mäter läsningen igen.",  # nobody has said what it is
            "Barnet får stöd i språket.",
            "Barnet får extra undervisning i läsning.",  # särskilt stöd
            "Barnet får läsa extra under en tid.",
            ADAPTS,
        ]

    def test_before_a_move_stays_with_the_school_before(
        self, abdi: Pupil, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a_period(abdi)
        monkeypatch.setenv("LASSPAR_TODAY", "2026-09-08")
        decide(abdi, "recheck", weeks=5)
        monkeypatch.setenv("LASSPAR_TODAY", "2026-10-15")
        assert len(told(abdi, ekbacken)) == 2
        before = School(name="Granbackens skola", code="10000009", municipality=ekbacken.municipality)
        db.session.add(before)
        db.session.flush()
        held = {"from_school_id": before.id, "to_school_id": ekbacken.school.id}
        db.session.add(HeldHistory(pupil_id=abdi.id, before_on=date(2026, 9, 14), **held))
        db.session.commit()
        assert told(abdi, ekbacken)[0] == ALWAYS
        assert not sheet_of(abdi, ekbacken).is_ready

    @pytest.mark.both_databases
    def test_of_the_next_school_is_not_told_by_the_one_before(
        self, abdi: Pupil, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (enrolment,) = abdi.enrolments
        granbacken = School(name="Granbackens skola", code="10000009", municipality=ekbacken.municipality)
        there = SchoolClass(name="2C", academic_year="2026/27", school=granbacken)
        db.session.add(there)
        db.session.flush()
        monkeypatch.setenv("LASSPAR_TODAY", "2026-12-14")
        move_pupil(abdi, there, 2, date(2026, 12, 14))
        db.session.commit()
        a_period(abdi, days=(date(2026, 12, 14), date(2027, 2, 19)))
        decide(abdi, "adaptations")
        (here,) = class_set(enrolment.school_class, ekbacken.autumn).sheets
        assert (here.name, here.support, here.has_next_step) == (abdi.name, (), False)

    def test_costs_one_question_however_many_have_it(self, ekbacken: Ekbacken) -> None:
        school_class, pupils = class_2b(ekbacken, [12, 14, 30, 60])
        class_set(school_class, ekbacken.autumn)  # what the initiative has chosen is asked for once

        def asked() -> int:
            db.session.rollback()
            with counted_queries() as questions:
                class_set(school_class, ekbacken.autumn)
            return len(questions)

        without = asked()
        for pupil in pupils:
            a_period(pupil)
        assert asked() == without


class TestAStep:
    def test_that_has_been_ticked_off_is_not_told_and_the_page_stays_ready(
        self, abdi: Pupil, ekbacken: Ekbacken
    ) -> None:
        step = decide(abdi, "recheck", weeks=5)
        assert told(abdi, ekbacken)[0].startswith("Vi mäter läsningen igen.")
        end_step(step, Ending(), BY)
        db.session.commit()
        assert told(abdi, ekbacken)[0] == ALWAYS
        assert sheet_of(abdi, ekbacken).is_ready

    @pytest.mark.both_databases
    def test_of_a_signal_that_somebody_has_closed_since_is_over(
        self, abdi: Pupil, ekbacken: Ekbacken
    ) -> None:
        decide(abdi, "recheck", weeks=5)
        decide(abdi, "close", line="Når målet och följer undervisningen.")
        assert ALWAYS in told(abdi, ekbacken)

    def test_is_told_once_with_its_period(self, abdi: Pupil, ekbacken: Ekbacken) -> None:
        decide(abdi, "intensive_period", due_on=date(2026, 12, 4))
        assert "Från 15 oktober 2026." in told(abdi, ekbacken)[0]
        a_period(abdi)
        decide(abdi, "adaptations")
        assert told(abdi, ekbacken) == [READS_MORE, f"{ADAPTS} Från 15 oktober 2026."]

    def test_is_over_with_its_period(self, abdi: Pupil, ekbacken: Ekbacken) -> None:
        decide(abdi, "intensive_period", due_on=date(2026, 12, 4))
        end(a_period(abdi), date(2026, 10, 15))
        assert ALWAYS in told(abdi, ekbacken)

    def test_taken_after_a_period_of_its_kind_is_a_new_one(self, abdi: Pupil, ekbacken: Ekbacken) -> None:
        end(a_period(abdi), date(2026, 10, 14))
        decide(abdi, "intensive_period", due_on=date(2026, 12, 4))
        assert "Från 15 oktober 2026." in told(abdi, ekbacken)[0]
