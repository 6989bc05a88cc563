"""Fetch, judge, write: on real databases, with the set that comes built in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import TODAY, Ekbacken
from scoring import judge_everyone
from weighted import adopt_weighted_set

from assessments.clock import day_of
from assessments.database import db
from assessments.models import Absence, AssessmentWindow, SchoolMeasure, Score, Season
from assessments.recording import Recorder, Write, confirm_scores, record_scores
from assessments.roster.models import Enrolment, Pupil, SchoolClass, SchoolForm
from screening import flagging
from screening.benchmarks import adopting
from screening.benchmarks.models import FormerJudgement
from screening.frame import Frame
from screening.lives import signalled
from screening.material import gather
from screening.models import Adoption, BenchmarkSet, Flag, Judgement, NextStep, Observation, ObservedBy

both_databases = pytest.mark.both_databases(always=True)

Answer = tuple[str, int | None, str]
"""Kind, level and state."""


def record(window: AssessmentWindow, pupil: Pupil, **cells: Any) -> None:
    """Scores as the sheet stores them; an Absence stands for a letter, None takes the value away."""
    writes = [_write(pupil, code, cell) for code, cell in cells.items()]
    outcomes = record_scores(window, writes, Recorder())
    assert [outcome.status for outcome in outcomes] == ["stored"] * len(writes)


def _write(pupil: Pupil, code: str, cell: Any) -> Write:
    if cell is None or isinstance(cell, Absence):
        return Write(pupil.id, code, absence=cell)
    return Write(pupil.id, code, Decimal(str(cell)))


def judgement(pupil: Pupil, window: AssessmentWindow) -> Judgement:
    return db.session.scalars(sa.select(Judgement).filter_by(pupil_id=pupil.id, window_id=window.id)).one()


def flag(pupil: Pupil, window: AssessmentWindow, family: str = "need") -> Flag:
    rows = sa.select(Flag).filter_by(pupil_id=pupil.id, window_id=window.id, family=family)
    return db.session.scalars(rows).one()


def signals(pupil: Pupil, window: AssessmentWindow) -> dict[str, Answer]:
    rows = db.session.scalars(sa.select(Flag).filter_by(pupil_id=pupil.id, window_id=window.id))
    return {row.family.value: (row.kind, row.level, row.state.value) for row in rows}


def act(on: Flag, *, closes: bool = False, taken_on: date = TODAY) -> None:
    db.session.add(NextStep(flag_id=on.id, kind="ny_avstamning", is_closing=closes, taken_on=taken_on))
    flagging.judge_pupils([on.pupil_id])


def another_set() -> BenchmarkSet:
    """A published set that has no windows at all."""
    found = BenchmarkSet(
        code="egen", version="1", name="Egen", owner="Ekby", language="sv", population="alla",
        valid_from=date(2026, 12, 1), note="", digest="x",
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    return found


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Move the clock."""
    return lambda day: monkeypatch.setenv("LASSPAR_TODAY", day)


@pytest.fixture
def winter(ekbacken: Ekbacken) -> AssessmentWindow:
    return a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 12))


@pytest.fixture
def spring(ekbacken: Ekbacken) -> AssessmentWindow:
    return a_window("2026/27", Season.SPRING, date(2027, 4, 12), date(2027, 5, 7))


def a_window(academic_year: str, season: Season, opens_on: date, closes_on: date) -> AssessmentWindow:
    window = AssessmentWindow(
        academic_year=academic_year, season=season, opens_on=opens_on, closes_on=closes_on, makeup_days=14
    )
    db.session.add(window)
    db.session.flush()
    return window


def everything() -> list[Any]:
    """What the engine has written, row by row."""
    tables = (Judgement.__table__, Flag.__table__)
    return [
        tuple(row) for table in tables for row in db.session.execute(sa.select(table).order_by(table.c.id))
    ]


@both_databases
class TestRecordedScores:
    def test_are_judged_in_the_same_transaction(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        found = judgement(ekbacken.kim, ekbacken.autumn)
        assert (found.level, found.at_best, found.reason, found.certainty, found.year) == (
            "near_goal", None, None, "unknown", 1,
        )  # fmt: skip
        assert signals(ekbacken.kim, ekbacken.autumn) == {"need": ("watch", 1, "new")}
        assert flag(ekbacken.kim, ekbacken.autumn).evidence["measures"][0]["value"] == 7
        db.session.rollback()
        assert everything() == []

    def test_corrected_raise_and_withdraw_what_nobody_acted_on(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25)
        assert judgement(ekbacken.kim, ekbacken.autumn).level == "at_goal"
        assert signals(ekbacken.kim, ekbacken.autumn) == {}

    def test_judge_exactly_those_pupils(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        assert db.session.scalars(sa.select(Judgement.pupil_id)).all() == [ekbacken.kim.id]

    def test_taken_away_leave_a_window_without_a_level(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=None)
        found = judgement(ekbacken.kim, ekbacken.autumn)
        assert (found.level, found.at_best) == ("not_determined", "at_goal")
        assert found.reason == "Resultat saknas: Bokstavsljud"

    def test_read_anew_what_this_session_had_loaded(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        loaded = judgement(ekbacken.kim, ekbacken.autumn)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25)
        assert loaded.level == "at_goal"


@both_databases
class TestJudgingAgain:
    def test_changes_nothing_not_even_the_moment(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7, avstamning_a=Absence.ABSENT)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=29)
        flagging.judge_window(ekbacken.autumn)
        before = everything()
        flagging.judge_window(ekbacken.autumn)
        flagging.judge_pupils([ekbacken.kim.id, ekbacken.noor.id])
        judge_everyone()
        assert everything() == before

    def test_changes_nothing_of_a_weighted_sum(self, ekbacken: Ekbacken, tmp_path: Path) -> None:
        adopt_weighted_set(tmp_path)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=20, fel=3)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=20)
        pupils = (ekbacken.kim, ekbacken.noor)
        told = [judgement(pupil, ekbacken.autumn).composite for pupil in pupils]
        assert told == [423, None]  # 10 * (2 * 20 - 0.5 * 3 / 2 - 30) / 4 + 400 is 423.1
        before = everything()
        flagging.judge_pupils([pupil.id for pupil in pupils])
        assert everything() == before

    def test_does_nothing_while_no_set_is_adopted(self, ekbacken: Ekbacken) -> None:
        db.session.execute(sa.delete(Adoption))
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        assert everything() == []
        flagging.judge_pupils([])

    def test_counts_everyone_enrolled_on_the_closing_date(self, ekbacken: Ekbacken) -> None:
        db.session.execute(
            sa.update(Enrolment)
            .where(Enrolment.pupil_id == ekbacken.noor.id)
            .values(ends_on=date(2026, 11, 12))
        )
        assert flagging.judge_window(ekbacken.autumn) == 3
        assert set(db.session.scalars(sa.select(Judgement.pupil_id))) == {
            ekbacken.kim.id, ekbacken.siv.id, ekbacken.olle.id,
        }  # fmt: skip

    def test_keeps_its_statements_however_many_the_pupils(self, ekbacken: Ekbacken) -> None:
        counts = []
        for number in (25, 250):
            pupils = [
                ekbacken.pupil("Elev", f"Nummer{index}", f"{number}-{index}") for index in range(number)
            ]
            db.session.flush()
            writes = [
                Write(pupil.id, "bokstavsljud", Decimal(index % 30)) for index, pupil in enumerate(pupils)
            ]
            record_scores(ekbacken.autumn, writes, Recorder())
            with counted() as statements:
                flagging.judge_pupils([pupil.id for pupil in pupils])
            db.session.execute(sa.delete(Judgement))
            db.session.execute(sa.delete(Flag))
            with counted() as writing:
                flagging.judge_pupils([pupil.id for pupil in pupils])
            counts.append((len(statements), len(writing)))
        assert counts[0] == counts[1]
        assert counts[0][0] < counts[0][1] <= 22


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent to the database."""
    seen: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", listen)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", listen)


class TestWhoIsJudged:
    def test_a_year_without_a_window_is_not_in_it(self, ekbacken: Ekbacken) -> None:
        little = ekbacken.pupil("Lo", "Liten", "1009", year=0)
        db.session.flush()
        record(ekbacken.autumn, little, hitta_spraket_indikation=1)
        found = judgement(little, ekbacken.autumn)
        assert (found.level, found.at_best, found.reason) == ("not_determined", None, "ingår inte i perioden")
        assert signals(little, ekbacken.autumn) == {}

    def test_anpassad_grundskola_has_no_level_and_no_signal_but_a_missing_result(
        self, ekbacken: Ekbacken, on: Callable[[str], None]
    ) -> None:
        ekbacken.kim.school_form = SchoolForm.ANPASSAD
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=3)
        found = judgement(ekbacken.kim, ekbacken.autumn)
        assert (found.level, found.at_best, found.reason) == ("not_determined", None, "anpassad grundskola")
        assert signals(ekbacken.kim, ekbacken.autumn) == {}
        on("2026-11-28")
        flagging.judge_pupils([ekbacken.kim.id])
        assert signals(ekbacken.kim, ekbacken.autumn) == {"coverage": ("not_assessed", 1, "new")}

    def test_the_year_of_a_score_is_frozen_on_it(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, ord_per_minut=30)
        db.session.execute(sa.update(Score).values(year=2))
        flagging.judge_pupils([ekbacken.kim.id])
        found = judgement(ekbacken.kim, ekbacken.autumn)
        assert (found.year, found.level, found.certainty) == (2, "near_goal", "on_the_line")

    def test_who_moved_before_the_closing_date_keeps_a_level_and_gets_no_signal(
        self, ekbacken: Ekbacken
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        db.session.execute(
            sa.update(Enrolment)
            .where(Enrolment.pupil_id == ekbacken.kim.id)
            .values(ends_on=date(2026, 10, 1))
        )
        flagging.judge_pupils([ekbacken.kim.id])
        assert judgement(ekbacken.kim, ekbacken.autumn).level == "near_goal"
        assert signals(ekbacken.kim, ekbacken.autumn) == {}

    def test_a_move_to_another_class_loses_nothing(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        before = everything()
        other = SchoolClass(name="1B", academic_year="2026/27", school=ekbacken.school)
        db.session.add(other)
        enrolment = db.session.scalars(sa.select(Enrolment).filter_by(pupil_id=ekbacken.kim.id)).one()
        enrolment.ends_on = date(2026, 10, 1)
        db.session.add(Enrolment(pupil=ekbacken.kim, school_class=other, year=1, starts_on=date(2026, 10, 2)))
        flagging.judge_pupils([ekbacken.kim.id])
        assert everything() == before

    def test_a_window_to_come_is_left_alone_until_it_has_scores(
        self, ekbacken: Ekbacken, winter: AssessmentWindow
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        assert db.session.scalars(sa.select(Judgement.window_id)).all() == [ekbacken.autumn.id]
        record(winter, ekbacken.kim, bokstavsljud=20)
        assert signals(ekbacken.kim, winter) == {"need": ("watch", 1, "persistent")}


class TestMissingResults:
    def test_are_told_after_the_make_up_days(self, ekbacken: Ekbacken, on: Callable[[str], None]) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25, avstamning_a=2)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=25, avstamning_a=Absence.ABSENT)
        for day, found in (("2026-11-27", {}), ("2026-11-28", {"coverage": ("not_assessed", 1, "new")})):
            on(day)
            flagging.judge_window(ekbacken.autumn)
            assert signals(ekbacken.noor, ekbacken.autumn) == found
        assert signals(ekbacken.kim, ekbacken.autumn) == {}
        told = flag(ekbacken.noor, ekbacken.autumn, "coverage").evidence
        assert told["areas"] == ["avkodning"]
        assert told["measures"][0]["absence"] == "absent"

    def test_follow_the_schools_own_list(self, ekbacken: Ekbacken, on: Callable[[str], None]) -> None:
        db.session.add(SchoolMeasure(school_id=ekbacken.school.id, measure="bokstavsljud"))
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25)
        record(ekbacken.autumn, ekbacken.olle, bokstavsljud=25)
        on("2026-11-28")
        flagging.judge_window(ekbacken.autumn)
        assert signals(ekbacken.kim, ekbacken.autumn) == {}
        assert signals(ekbacken.olle, ekbacken.autumn) == {"coverage": ("not_assessed", 1, "new")}

    def test_a_school_that_uses_another_test_is_asked_for_that(
        self, ekbacken: Ekbacken, spring: AssessmentWindow, on: Callable[[str], None]
    ) -> None:
        record(spring, ekbacken.noor, legilexi_avkodning=3, avstamning_a=2)
        record(spring, ekbacken.olle, ord_per_minut=50, avstamning_a=2)
        on("2027-05-22")
        flagging.judge_window(spring)
        told = flag(ekbacken.kim, spring, "coverage").evidence["measures"]
        assert [one["measure"] for one in told] == ["legilexi_avkodning", "avstamning_a"]
        assert judgement(ekbacken.kim, spring).reason == "Resultat saknas: LegiLexi avkodning"

    def test_are_told_of_the_window_that_lacks_them_level_or_none(
        self,
        ekbacken: Ekbacken,
        winter: AssessmentWindow,
        spring: AssessmentWindow,
        on: Callable[[str], None],
    ) -> None:
        on("2027-06-01")
        flagging.judge_pupils([ekbacken.kim.id])
        windows = (ekbacken.autumn, winter, spring)
        told = [flag(ekbacken.kim, window, "coverage") for window in windows]
        assert [one.level for one in told] == [1, 2, 2]
        assert [one.evidence["window"] for one in told] == [window.code for window in windows]

    def test_made_good_are_proposed_to_be_closed_in_the_next_window(
        self, ekbacken: Ekbacken, winter: AssessmentWindow, on: Callable[[str], None]
    ) -> None:
        on("2027-01-20")
        flagging.judge_window(winter)
        assert signals(ekbacken.kim, ekbacken.autumn)["coverage"] == ("not_assessed", 1, "new")
        assert "coverage" not in signals(ekbacken.kim, winter)  # nothing is missing there yet
        record(winter, ekbacken.kim, bokstavsljud=28, ord_per_minut=40)
        assert signals(ekbacken.kim, winter)["coverage"] == ("not_assessed", 1, "close_proposed")


class TestThreads:
    def test_go_on_from_window_to_window(
        self,
        ekbacken: Ekbacken,
        winter: AssessmentWindow,
        spring: AssessmentWindow,
        on: Callable[[str], None],
    ) -> None:
        on("2027-04-20")
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(winter, ekbacken.kim, bokstavsljud=5, ord_per_minut=2)
        record(spring, ekbacken.kim, ord_per_minut=17)
        told = [signals(ekbacken.kim, one)["need"] for one in (ekbacken.autumn, winter, spring)]
        assert told == [("watch", 1, "new"), ("watch", 1, "persistent"), ("below_goal", 3, "persistent")]

    def test_clearly_at_goal_once_is_enough_to_propose_the_end(
        self, ekbacken: Ekbacken, winter: AssessmentWindow, on: Callable[[str], None]
    ) -> None:
        on("2027-01-20")
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(winter, ekbacken.kim, ord_per_minut=60)
        assert signals(ekbacken.kim, winter)["need"] == ("watch", 1, "close_proposed")
        assert flag(ekbacken.kim, winter).evidence["window"] == "2026/27-autumn"

    def test_are_written_from_the_window_that_changed_and_on(
        self, ekbacken: Ekbacken, winter: AssessmentWindow
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(winter, ekbacken.kim, ord_per_minut=5)
        before = everything()
        flagging.judge_pupils([ekbacken.kim.id], since=winter)
        assert everything() == before
        db.session.execute(sa.delete(Flag))
        flagging.judge_pupils([ekbacken.kim.id], since=winter)
        assert signals(ekbacken.kim, ekbacken.autumn) == {}
        assert signals(ekbacken.kim, winter)["need"] == ("watch", 1, "persistent")

    def test_a_correction_in_an_earlier_window_is_felt_in_the_later(
        self, ekbacken: Ekbacken, winter: AssessmentWindow
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(winter, ekbacken.kim, ord_per_minut=5)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25)
        assert signals(ekbacken.kim, winter)["need"] == ("watch", 1, "new")

    def test_keep_the_kind_of_the_latest_window_with_a_level(
        self, ekbacken: Ekbacken, winter: AssessmentWindow
    ) -> None:
        """The text alone gives winter no level; at best it is near the goal, which is less urgent."""
        pupil = ekbacken.pupil("Bo", "Ek", "1009", year=2)
        db.session.flush()
        record(ekbacken.autumn, pupil, ord_per_minut=10)
        record(winter, pupil, lasforstaelse_stanine=3)
        assert judgement(pupil, winter).level == "not_determined"
        assert signals(pupil, winter)["need"] == ("below_goal", 3, "persistent")

    def test_close_by_a_person_and_recur(self, ekbacken: Ekbacken, winter: AssessmentWindow) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        act(flag(ekbacken.kim, ekbacken.autumn), closes=True)
        assert signals(ekbacken.kim, ekbacken.autumn)["need"] == ("watch", 1, "closed")
        record(winter, ekbacken.kim, ord_per_minut=5)
        assert signals(ekbacken.kim, winter)["need"] == ("watch", 1, "recurrence")


@both_databases
class TestASignalSomebodyActedOn:
    def test_is_never_withdrawn_and_says_that_its_ground_has_gone(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        acted = flag(ekbacken.kim, ekbacken.autumn)
        act(acted)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25)
        assert (acted.kind, acted.level, acted.state) == ("watch", 1, "close_proposed")
        assert acted.ground_gone_on == TODAY
        assert acted.evidence["measures"][0]["value"] == 7

    @pytest.mark.parametrize("is_first", [True, False])
    def test_is_told_apart_from_those_judged_with_it(self, ekbacken: Ekbacken, is_first: bool) -> None:
        pupils = sorted((ekbacken.kim, ekbacken.noor), key=lambda one: one.id, reverse=not is_first)
        for pupil in pupils:
            record(ekbacken.autumn, pupil, bokstavsljud=7)
        acted, other = (flag(pupil, ekbacken.autumn) for pupil in pupils)
        act(acted)
        writes = [_write(pupil, "bokstavsljud", cell) for pupil, cell in zip(pupils, (25, 5), strict=True)]
        record_scores(ekbacken.autumn, writes, Recorder())
        assert [(one.state, one.ground_gone_on) for one in (acted, other)] == [
            ("close_proposed", TODAY), ("new", None),
        ]  # fmt: skip
        assert other.evidence["measures"][0]["value"] == 5

    def test_keeps_nothing_from_one_of_a_later_window(
        self, ekbacken: Ekbacken, winter: AssessmentWindow
    ) -> None:
        """In the autumn nobody's numbers say anything any more; in the winter somebody else's do."""
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        act(flag(ekbacken.kim, ekbacken.autumn))
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25)
        record(winter, ekbacken.noor, ord_per_minut=5)
        flagging.judge_pupils([ekbacken.kim.id, ekbacken.noor.id])
        assert flag(ekbacken.noor, winter).evidence["measures"][0]["value"] == 5

    def test_stays_as_it_was_where_the_pupil_is_no_longer_counted(
        self, ekbacken: Ekbacken, winter: AssessmentWindow
    ) -> None:
        """The thread is open from the autumn, so nothing else is to be said of the winter's signal."""
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(winter, ekbacken.kim, ord_per_minut=5)
        acted = flag(ekbacken.kim, winter)
        act(acted)
        enrolment = db.session.scalars(sa.select(Enrolment).filter_by(pupil_id=ekbacken.kim.id)).one()
        enrolment.ends_on = date(2027, 1, 15)
        flagging.judge_pupils([ekbacken.kim.id])
        assert (acted.kind, acted.state, acted.ground_gone_on) == ("watch", "persistent", TODAY)

    def test_stays_so_however_often_it_is_judged(self, ekbacken: Ekbacken, on: Callable[[str], None]) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        act(flag(ekbacken.kim, ekbacken.autumn))
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25)
        before = everything()
        on("2026-10-20")
        flagging.judge_pupils([ekbacken.kim.id])
        assert everything() == before

    def test_has_its_ground_back_when_the_numbers_say_it_again(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        act(flag(ekbacken.kim, ekbacken.autumn))
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=6)
        found = flag(ekbacken.kim, ekbacken.autumn)
        assert (found.state, found.ground_gone_on) == ("new", None)
        assert found.evidence["measures"][0]["value"] == 6

    def test_goes_on_as_a_thread_until_somebody_closes_it(
        self, ekbacken: Ekbacken, winter: AssessmentWindow
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        act(flag(ekbacken.kim, ekbacken.autumn))
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25)
        record(winter, ekbacken.kim, ord_per_minut=60)
        assert signals(ekbacken.kim, winter)["need"] == ("watch", 1, "close_proposed")
        assert flag(ekbacken.kim, winter).evidence["measures"][0]["value"] == 7
        act(flag(ekbacken.kim, ekbacken.autumn), closes=True)
        assert signals(ekbacken.kim, ekbacken.autumn)["need"] == ("watch", 1, "closed")
        assert signals(ekbacken.kim, winter) == {}


@both_databases
class TestOddNumbers:
    def test_hold_back_the_drop_until_a_person_confirms(
        self, ekbacken: Ekbacken, winter: AssessmentWindow, spring: AssessmentWindow
    ) -> None:
        record(winter, ekbacken.kim, ord_per_minut=80)
        record(spring, ekbacken.kim, ord_per_minut=30)
        assert signals(ekbacken.kim, spring)["data"] == ("check_data", None, "new")
        assert "change" not in signals(ekbacken.kim, spring)
        confirm_scores(spring, ekbacken.kim.id, {"ord_per_minut"})
        assert signals(ekbacken.kim, spring)["change"] == ("drop", 2, "new")
        assert "data" not in signals(ekbacken.kim, spring)

    def test_more_errors_than_words_are_odd(self, ekbacken: Ekbacken) -> None:
        write = Write(ekbacken.kim.id, "ord_per_minut", Decimal(10), attempted=12, errors=15)
        record_scores(ekbacken.autumn, [write], Recorder())
        assert flag(ekbacken.kim, ekbacken.autumn, "data").evidence["measures"][0]["why"] == "errors"


def test_an_observation_is_a_signal_that_stands_until_somebody_closes_it(
    ekbacken: Ekbacken, winter: AssessmentWindow
) -> None:
    db.session.add(
        Observation(
            pupil_id=ekbacken.kim.id,
            window_id=ekbacken.autumn.id,
            observed_by=ObservedBy.GUARDIAN,
            line="Gissar sig fram genom texten",
            observed_on=date(2026, 10, 2),
        )
    )
    flagging.judge_pupils([ekbacken.kim.id])
    record(winter, ekbacken.kim, ord_per_minut=60)
    assert signals(ekbacken.kim, ekbacken.autumn) == {"observation": ("observation", 2, "new")}
    assert signals(ekbacken.kim, winter) == {}
    told = flag(ekbacken.kim, ekbacken.autumn, "observation").evidence
    assert told == {"window": "2026/27-autumn", "observed_by": "guardian", "observed_on": "2026-10-02"}


class TestWindowsBeforeTheFirstAdoption:
    def test_give_history_and_no_signals(self, ekbacken: Ekbacken, winter: AssessmentWindow) -> None:
        db.session.execute(sa.update(Adoption).values(valid_from=date(2026, 12, 1)))
        record(winter, ekbacken.kim, ord_per_minut=30)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7, ord_per_minut=60)
        found = judgement(ekbacken.kim, ekbacken.autumn)
        assert (found.level, found.is_judged_afterwards) == ("near_goal", True)
        assert signals(ekbacken.kim, ekbacken.autumn) == {}
        assert not judgement(ekbacken.kim, winter).is_judged_afterwards
        assert signals(ekbacken.kim, winter) == {"change": ("drop", 2, "new")}

    def test_a_later_adoption_judges_only_later_windows(
        self, ekbacken: Ekbacken, winter: AssessmentWindow
    ) -> None:
        first = db.session.scalars(sa.select(BenchmarkSet)).one()
        second = another_set()
        adopting.adopt(second, date(2027, 1, 1))
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(winter, ekbacken.kim, bokstavsljud=7)
        judged_by = [judgement(ekbacken.kim, one).benchmark_set_id for one in (ekbacken.autumn, winter)]
        assert judged_by == [first.id, second.id]
        assert flag(ekbacken.kim, ekbacken.autumn).benchmark_set_id == first.id
        assert judgement(ekbacken.kim, winter).reason == "ingår inte i perioden"


def test_a_pupil_of_two_schools_in_a_year_is_judged_where_the_window_closes(
    ekbacken: Ekbacken, winter: AssessmentWindow, on: Callable[[str], None]
) -> None:
    """The pupil who moves inside the initiative keeps one row of windows and one thread."""
    record(ekbacken.autumn, ekbacken.olle, bokstavsljud=7)
    enrolment = db.session.scalars(sa.select(Enrolment).filter_by(pupil_id=ekbacken.olle.id)).one()
    enrolment.ends_on = date(2026, 12, 31)
    db.session.add(
        Enrolment(pupil=ekbacken.olle, school_class=ekbacken.class_1a, year=1, starts_on=date(2027, 1, 1))
    )
    record(winter, ekbacken.olle, bokstavsljud=7)
    assert signals(ekbacken.olle, winter) == {"need": ("watch", 1, "persistent")}


class TestTheEdgesOfThat:
    """The edges of who a window is about, and of the parts they are judged in."""

    def test_the_closing_date_belongs_to_the_window(self, ekbacken: Ekbacken) -> None:
        closes, found, day = ekbacken.autumn.closes_on, [], timedelta(days=1)
        begun = date(2026, 8, 20)
        spans = [(closes, None), (begun, closes), (closes + day, None), (begun, closes - day)]
        for code, (starts_on, ends_on) in enumerate(spans, start=7001):
            pupil = ekbacken.pupil("Bo", "Ek", str(code))
            db.session.flush()
            db.session.execute(
                sa.update(Enrolment)
                .where(Enrolment.pupil_id == pupil.id)
                .values(starts_on=starts_on, ends_on=ends_on)
            )
            found.append(pupil.id)
        db.session.commit()
        there = set(db.session.scalars(flagging.window_pupils(ekbacken.autumn)))
        assert [pupil_id in there for pupil_id in found] == [True, True, False, False]

    def test_another_year_s_class_is_in_another_year_s_window(self, ekbacken: Ekbacken) -> None:
        last_year = SchoolClass(name="F", academic_year="2025/26", school=ekbacken.school)
        db.session.add(last_year)
        pupil = ekbacken.pupil("Bo", "Ek", "7001", school_class=last_year)
        db.session.commit()
        found = list(db.session.scalars(flagging.window_pupils(ekbacken.autumn)))
        assert pupil.id not in found
        assert len(found) == len(set(found)) > 0

    def test_parts_are_as_large_as_they_may_be(
        self, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        everybody = sorted(db.session.scalars(sa.select(Enrolment.pupil_id).distinct()))
        monkeypatch.setattr(flagging, "CHUNK", len(everybody) - 1)
        parts = list(flagging.by_school(sa.select(Enrolment.pupil_id)))
        assert [len(part) for part in parts] == [len(everybody) - 1, 1]
        assert sorted(pupil for part in parts for pupil in part) == everybody

    def test_each_is_judged_once_with_the_latest_of_the_schools(
        self, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Of two classes from one day the later row counts; one from an earlier day never does."""
        begun = db.session.scalars(sa.select(Enrolment.starts_on).filter_by(pupil_id=ekbacken.kim.id)).one()
        for pupil, day in ((ekbacken.kim, begun), (ekbacken.noor, begun - timedelta(days=9))):
            other = Enrolment(pupil=pupil, school_class=ekbacken.other_class, year=1, starts_on=day)
            db.session.add(other)
            db.session.flush()
        monkeypatch.setattr(flagging, "CHUNK", 2)
        here, there = (sorted(ids) for ids in (
            (ekbacken.noor.id, ekbacken.siv.id), (ekbacken.kim.id, ekbacken.olle.id),
        ))  # fmt: skip
        assert ekbacken.school.id < ekbacken.other_school.id
        assert list(flagging.by_school(sa.select(Enrolment.pupil_id))) == [here, there]
        told: list[int] = []
        assert flagging.judge_window(ekbacken.autumn, told.append) == 4
        assert told == [2, 2]

    def test_a_corrected_score_changes_no_other_pupil_s_level(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(ekbacken.autumn, ekbacken.olle, bokstavsljud=7)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25)
        levels = [judgement(pupil, ekbacken.autumn).level for pupil in (ekbacken.kim, ekbacken.olle)]
        assert levels[0] > levels[1] == "near_goal"

    @pytest.mark.parametrize("together", [lambda kim, olle: [kim, olle], lambda kim, _olle: [kim]])
    def test_who_was_never_there_loses_the_level_and_nobody_else_does(
        self, ekbacken: Ekbacken, together: Callable[..., list[Pupil]]
    ) -> None:
        both = [ekbacken.kim, ekbacken.olle]
        for pupil in both:
            record(ekbacken.autumn, pupil, bokstavsljud=7)
        db.session.execute(sa.delete(Score).where(Score.pupil_id == ekbacken.kim.id))
        db.session.execute(sa.delete(Enrolment).where(Enrolment.pupil_id == ekbacken.kim.id))
        flagging.judge_pupils([pupil.id for pupil in together(*both)])
        assert ekbacken.olle.id in set(db.session.scalars(sa.select(Judgement.pupil_id)))
        assert ekbacken.kim.id not in set(db.session.scalars(sa.select(Judgement.pupil_id)))


def test_what_is_judged_otherwise_says_when_and_what_is_not_says_when_it_was(
    ekbacken: Ekbacken, on: Callable[[str], None]
) -> None:
    """Two corrected at once: one is still below the goal, the signal of the other is taken away."""
    for pupil in (ekbacken.kim, ekbacken.noor):
        record(ekbacken.autumn, pupil, bokstavsljud=7)
    on("2026-10-20")
    writes = [_write(ekbacken.kim, "bokstavsljud", 5), _write(ekbacken.noor, "bokstavsljud", 28)]
    record_scores(ekbacken.autumn, writes, Recorder())
    kim, kims = judgement(ekbacken.kim, ekbacken.autumn), flag(ekbacken.kim, ekbacken.autumn)
    assert signals(ekbacken.noor, ekbacken.autumn) == {}
    days = [day_of(moment).isoformat() for moment in (kims.judged_at, kims.created_at)]
    assert days == ["2026-10-20", TODAY.isoformat()]
    assert day_of(judgement(ekbacken.noor, ekbacken.autumn).judged_at).isoformat() == "2026-10-20"
    assert kim.level == "near_goal"
    on("2026-10-25")
    flagging.judge_pupils([ekbacken.kim.id])
    db.session.refresh(kims)
    assert day_of(kims.judged_at).isoformat() == "2026-10-20"


def test_a_new_version_keeps_the_signals_of_the_former(ekbacken: Ekbacken) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    before = signals(ekbacken.kim, ekbacken.autumn)["need"]
    adopting.adopt(another_set(), ekbacken.autumn.opens_on)
    flagging.judge_pupils([ekbacken.kim.id])
    former = db.session.scalars(sa.select(FormerJudgement)).one()
    (kept,) = [one for one in former.signals if one["family"] == "need"]
    assert (kept["kind"], kept["level"], kept["state"]) == before


@pytest.mark.parametrize("stays_first", [True, False])
def test_a_signal_is_taken_away_also_behind_one_that_stays(ekbacken: Ekbacken, stays_first: bool) -> None:
    stays, goes = sorted((ekbacken.kim, ekbacken.noor), key=lambda one: one.id, reverse=not stays_first)
    for pupil in (stays, goes):
        record(ekbacken.autumn, pupil, bokstavsljud=7)
    writes = [_write(stays, "bokstavsljud", 5), _write(goes, "bokstavsljud", 28)]
    record_scores(ekbacken.autumn, writes, Recorder())
    assert [list(signals(pupil, ekbacken.autumn)) for pupil in (stays, goes)] == [["need"], []]


def test_signals_of_several_are_taken_away_at_once(ekbacken: Ekbacken) -> None:
    for cell in (7, 28):
        writes = [_write(pupil, "bokstavsljud", cell) for pupil in (ekbacken.kim, ekbacken.noor)]
        record_scores(ekbacken.autumn, writes, Recorder())
    assert db.session.scalars(sa.select(Flag.family)).all() == []


def test_a_set_on_trial_tells_how_many_it_judges_and_would_signal(ekbacken: Ekbacken) -> None:
    little = ekbacken.pupil("Lo", "Liten", "1009", year=0)
    db.session.flush()
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    ids = [pupil.id for pupil in (ekbacken.kim, ekbacken.noor, little)]
    assert signalled(gather(Frame.fetch(), ids), 0) == (2, 1)
