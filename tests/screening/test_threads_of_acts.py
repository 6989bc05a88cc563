"""Signals are a function of what pupils scored and what people did: whatever the order, whatever was mended.

Hypothesis plays a school year: scores entered late, corrected and taken away, files taken in and undone,
pupils who change class and school, and back, schools that hand over, accept and regret it, pupils who are
protected and no longer, a new version of the benchmarks, people who act. After each turn the
signals are those of judging from scratch.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import TODAY, Ekbacken
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from keeping import Keeper
from scoring import a_window, judge_everyone, record

from assessments.database import db
from assessments.import_models import ScoreFile, ScoreFileChange
from assessments.imports.keeping import keep_file
from assessments.imports.undoing import undo
from assessments.models import Absence, AssessmentWindow, Score, ScoreChange, Season
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster import editing, protecting
from assessments.roster.models import School, SchoolClass
from screening import flagging
from screening.benchmarks import adopting
from screening.benchmarks.files import import_set
from screening.facts.ways import Part
from screening.handovers.holding import hold_history
from screening.handovers.making import Making, accept, make_handover, take_back_acceptance
from screening.handovers.models import Handover, HandoverKind
from screening.models import BenchmarkSet, Flag, Judgement, NextStep, Observation, ObservedBy
from screening.reviewing import Decision, Seen, confirm_odd_number, raise_observation, record_next_step
from screening.rollup import comparing
from screening.signals import Family, FlagState

pytestmark = pytest.mark.slow

BUILT_IN = Path(adopting.__file__).with_name("lasspar-bas-2026.toml")
NEXT_YEAR = date(2027, 8, 18)
BY_HAND = Recorder()
PUPILS = st.sampled_from(["kim", "noor"])
WINDOWS = st.integers(0, 3)
# Of two years: pupils change class between them, and the first measure speaks in both.
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "bokstavsljud": st.sampled_from([0, 7, 20, 24, 29, None, Absence.ABSENT, Absence.NOT_YET_ABLE]),
        "ord_per_minut": st.sampled_from([0, 4, 30, 60, 95, 180, None, Absence.DECLINED]),
        "avstamning_a": st.sampled_from([0, 1, 2, None]),
    },
).filter(bool)
NOT_SAID = {"id", "judged_at", "created_at"}


class SchoolYear(RuleBasedStateMachine):
    """A school and one beside it, four windows, two pupils, and a clock that only goes forward."""

    folder: Path

    def __init__(self, school: Ekbacken, set_clock: Callable[[date], None]) -> None:
        super().__init__()
        self.day, self.set_clock = TODAY, set_clock
        self.pupils = {"kim": school.kim, "noor": school.noor}
        class_2b, self.next_class = (
            SchoolClass(name=name, academic_year=year, school=school.school)
            for name, year in (("2B", "2026/27"), ("2A", "2027/28"))
        )
        self.classes = {1: school.class_1a, 2: class_2b}
        other = School(name="Nybackens skola", municipality=school.municipality)
        third = School(name="Lindbackens skola", municipality=school.municipality)
        self.elsewhere = [
            SchoolClass(name="1N", academic_year="2026/27", school=one) for one in (other, third)
        ]
        school.pupil("Alva", "Ek", "7001", school_class=self.elsewhere[0])
        db.session.add_all([class_2b, self.next_class, other, third, *self.elsewhere])
        self.windows: list[AssessmentWindow] = [
            school.autumn,
            a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 12)),
            a_window("2026/27", Season.SPRING, date(2027, 4, 12), date(2027, 5, 7)),
            a_window("2027/28", Season.AUTUMN, date(2027, 9, 1), date(2027, 11, 12)),
        ]
        judge_everyone()
        self.taken: dict[int, bool] = {}  # next steps by id, and whether they close
        self.files: list[int] = []

    @rule(pupil=PUPILS, number=WINDOWS, cells=CELLS)
    def results_are_entered_corrected_or_taken_away(
        self, pupil: str, number: int, cells: dict[str, Any]
    ) -> None:
        if number < 3 or self.day >= NEXT_YEAR:
            record(self.windows[number], self.pupils[pupil], **cells)

    @rule(number=WINDOWS, first=CELLS, second=CELLS)
    def a_file_is_taken_in(self, number: int, first: dict[str, Any], second: dict[str, Any]) -> None:
        if number < 3 or self.day >= NEXT_YEAR:
            file = keep_file(self.windows[number], "resultat.csv", b"", BY_HAND)
            from_file = Recorder(file_id=file.id)
            for pupil, cells in (("kim", first), ("noor", second)):
                said = {code: cell for code, cell in cells.items() if cell is not None}
                record(self.windows[number], self.pupils[pupil], from_file, **said)
            self.files.append(file.id)

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def a_file_is_undone(self, data: st.DataObject) -> None:
        file = db.session.get_one(ScoreFile, data.draw(st.sampled_from(self.files)))
        of_people = self._of_people()
        try:
            undo(file, BY_HAND)
        except Refused:
            return  # too late, done before, or nothing left
        assert of_people <= self._of_people()

    def _of_people(self) -> set[tuple[Any, ...]]:
        """The cells whose value a person wrote or vouched for last, with the value."""
        from_file = sa.select(ScoreFileChange.change_id)
        undoing = sa.select(ScoreFileChange.undone_by_id).where(ScoreFileChange.undone_by_id.is_not(None))
        same = [
            getattr(ScoreChange, name) == getattr(Score, name)
            for name in ("pupil_id", "window_id", "measure", "version")
        ]
        asked = sa.select(Score.pupil_id, Score.window_id, Score.measure, Score.points, Score.absence)
        by_hand = sa.and_(ScoreChange.id.not_in(from_file), ScoreChange.id.not_in(undoing))
        hers = asked.join(ScoreChange, sa.and_(*same)).where(sa.or_(Score.is_confirmed, by_hand))
        rows = db.session.execute(hers)
        return {tuple(row) for row in rows}

    @rule(days=st.sampled_from([1, 20, 90, 200]))
    def time_passes_and_the_night_s_run_is_made(self, days: int) -> None:
        had_begun = self.day >= NEXT_YEAR
        self.day += timedelta(days=days)
        self.set_clock(self.day)
        if self.day >= NEXT_YEAR and not had_begun:
            for pupil in self.pupils.values():
                editing.move_pupil(pupil, self.next_class, 2, NEXT_YEAR)
        judge_everyone()

    @rule(pupil=PUPILS, year=st.sampled_from([1, 2]), is_wrong=st.booleans())
    def a_pupil_changes_class(self, pupil: str, year: int, is_wrong: bool) -> None:
        try:
            if is_wrong:
                editing.correct_class(self.pupils[pupil], self.classes[year], year)
            else:
                editing.move_pupil(self.pupils[pupil], self.classes[year], year, self.day)
        except Refused:
            return  # is there already, or the school year is over

    @rule(pupil=PUPILS, place=st.integers(0, 2), is_wrong=st.booleans())
    def a_pupil_changes_school(self, pupil: str, place: int, is_wrong: bool) -> None:
        """To one of the others, or back: the class of that name at the first school."""
        to_class = [*self.elsewhere, self.classes[1]][place]
        try:
            if is_wrong:
                editing.correct_class(self.pupils[pupil], to_class, 1)
            else:
                editing.move_pupil(self.pupils[pupil], to_class, 1, self.day)
        except Refused:
            return

    @rule(pupil=PUPILS, data=st.data(), is_accepted=st.booleans())
    def a_school_hands_over(self, pupil: str, data: st.DataObject, is_accepted: bool) -> None:
        """Any that the pupil has gone to, to any other."""
        kim = self.pupils[pupil]
        here = data.draw(st.sampled_from(sorted(kim.enrolments, key=lambda one: (one.starts_on, one.id))))
        schools = {one.school_id for one in (*self.elsewhere, self.classes[1])}
        to_school = data.draw(st.sampled_from(sorted(schools - {here.school_class.school_id})))
        making = Making(
            HandoverKind.NEXT_SCHOOL, [Part.RESULTS], to_school_id=to_school, guardian_informed_on=TODAY
        )
        try:
            handover = make_handover(kim, here, making, {}, BY_HAND)
        except Refused:
            return  # protected
        if is_accepted:
            accept(handover, kim, BY_HAND)

    @rule(data=st.data(), takes_back=st.booleans())
    def a_school_accepts_or_regrets(self, data: st.DataObject, takes_back: bool) -> None:
        made = db.session.scalars(sa.select(Handover).order_by(Handover.id)).all()
        handover = data.draw(st.sampled_from(made)) if made else None
        try:
            if handover is not None and takes_back:
                take_back_acceptance(handover)
            elif handover is not None:
                accept(handover, handover.pupil, BY_HAND)
        except Refused:
            return  # not accepted, taken back, or protected

    @rule(pupil=PUPILS)
    def a_pupil_is_protected_or_no_longer(self, pupil: str) -> None:
        if self.pupils[pupil].is_protected:
            protecting.lift(self.pupils[pupil], pupil.title(), "Berg")
        else:
            protecting.protect(self.pupils[pupil], f"Elev {pupil[0].upper()}")

    @rule(data=st.data(), closes=st.booleans())
    def somebody_acts(self, data: st.DataObject, closes: bool) -> None:
        flags = db.session.scalars(sa.select(Flag).order_by(Flag.id)).all()
        flag = data.draw(st.sampled_from(flags)) if flags else None
        if flag is None or (flag.state is FlagState.CLOSED and not closes):
            return
        step = Decision("adaptations")
        if closes:  # with the competence that ending the adaptations asks for
            step = Decision("close", reason="goal_reached", competence="Bo Ek, speciallärare")
        for taken in record_next_step([flag], step, BY_HAND):
            self.taken[taken.id] = taken.is_closing

    @rule(pupil=PUPILS, number=WINDOWS)
    def somebody_saw_something(self, pupil: str, number: int) -> None:
        seen = Seen(ObservedBy.TEACHER, "Läser helst inte högt.", self.day)
        raise_observation(self.pupils[pupil], self.windows[number], seen, BY_HAND)

    @rule(pupil=PUPILS, number=WINDOWS)
    def somebody_vouches_for_the_numbers(self, pupil: str, number: int) -> None:
        confirm_odd_number(self.pupils[pupil], self.windows[number], {"bokstavsljud", "ord_per_minut"})

    @precondition(lambda self: self.day < date(2027, 6, 1))
    @rule(higher_by=st.sampled_from([1, 5]))
    def a_new_version_is_adopted(self, higher_by: int) -> None:
        adopting.adopt(higher_version(higher_by, self.folder), self.day)
        judge_everyone()

    @invariant()
    def the_signals_are_those_of_judging_from_scratch(self) -> None:
        stands = everything()
        with db.session.begin_nested() as undone:
            acted = sa.select(NextStep.flag_id)
            db.session.execute(sa.delete(Judgement))
            db.session.execute(sa.delete(Flag).where(Flag.id.not_in(acted)))
            flagging.judge_pupils(stands["judged"])
            assert everything() == stands
            undone.rollback()

    @invariant()
    def what_is_held_is_what_the_moves_and_handovers_say(self) -> None:
        assert hold_history([one.id for one in self.pupils.values()]) == set()

    @invariant()
    def the_sums_of_the_school_are_those_of_counting_anew(self) -> None:
        assert [line for one in comparing.differences(lambda _count: None) for line in one.lines()] == []

    @invariant()
    def nothing_a_person_did_is_undone(self) -> None:
        for taken_id, is_closing in self.taken.items():
            flag = db.session.get_one(NextStep, taken_id).flag
            assert flag.state is FlagState.CLOSED or not is_closing or self._was_seen_again(flag)

    def _was_seen_again(self, flag: Flag) -> bool:
        here = sa.select(Observation).filter_by(pupil_id=flag.pupil_id, window_id=flag.window_id)
        return flag.family is Family.OBSERVATION and db.session.scalars(here).first() is not None


def everything() -> dict[str, Any]:
    """What the engine says, whenever it said it."""
    flags, judgements = (
        db.session.execute(
            sa.select(*(column for column in table.__table__.c if column.name not in NOT_SAID)).order_by(
                table.pupil_id, table.window_id
            )
        ).all()
        for table in (Flag, Judgement)
    )
    return {
        "flags": sorted(map(str, flags)),
        "judgements": [tuple(row) for row in judgements],
        "judged": sorted({row.pupil_id for row in judgements}),
    }


def higher_version(by: int, folder: Path) -> BenchmarkSet:
    """The built-in set with its goals for ord_per_minut raised; the same version again is found again."""
    text = BUILT_IN.read_text("utf-8").replace('version = "1"', f'version = "1.{by}"')
    goals = re.sub(
        r'(measure = "ord_per_minut"(?:\n[a-z_]+ = .+)*?\ngoal_from = )(\d+)',
        lambda found: f"{found[1]}{int(found[2]) + by}",
        text,
    )
    assert goals != text
    file = folder / "higher.toml"
    file.write_text(goals, "utf-8")
    return import_set(file).benchmark_set


def test_signals_are_a_function_of_scores_and_acts(
    app: Flask, database: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keeper: Keeper = app.config["KEEPER"]

    class Played(SchoolYear):
        folder = tmp_path

        def __init__(self) -> None:
            db.session.remove()
            keeper.put_back("built in")
            monkeypatch.setenv("LASSPAR_TODAY", TODAY.isoformat())
            super().__init__(Ekbacken(), lambda day: monkeypatch.setenv("LASSPAR_TODAY", day.isoformat()))

    some = settings(max_examples=settings().max_examples // 3, stateful_step_count=12)
    run_state_machine_as_test(Played, settings=some)
