"""The sums of schools: kept in the transaction that changes what they sum, and the same as counting anew."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from scoring import class_2b, counted_queries, judge_everyone, record

from assessments import windows
from assessments.absence.limits import set_limit
from assessments.absence.models import AbsenceShare
from assessments.database import db
from assessments.jobs.models import Job
from assessments.jobs.running import work_off
from assessments.models import Absence
from assessments.refusals import Refused
from assessments.retention.models import AbsenceSum, Disposal
from assessments.roster import editing
from assessments.roster.models import Curriculum, Enrolment, SchoolClass, SchoolForm
from screening import flagging
from screening.initiative import compare
from screening.queries.rejudging_pages import latest_jobs
from screening.rollup import comparing
from screening.rollup.disposing import keep_absence
from screening.rollup.models import WHOLE_WINDOW, CountedPupil, SchoolCount

pytestmark = pytest.mark.usefixtures("ekbacken")


def differing() -> list[str]:
    return [line for one in comparing.differences(lambda _count: None) for line in one.lines()]


def sums(measure: str = WHOLE_WINDOW) -> dict[tuple[int, int], tuple[int, ...]]:
    """By school and year, those where anybody is."""
    rows = db.session.scalars(sa.select(SchoolCount).filter_by(measure=measure))
    told = {
        (one.school_id, one.year): (one.below_goal, one.near_goal, one.at_goal, one.above_goal, one.no_level)
        for one in rows
    }
    return {place: counts for place, counts in told.items() if any(counts)}


@pytest.fixture
def counted(ekbacken: Ekbacken) -> Ekbacken:
    """As a database is that has just been upgraded: the tables are empty, and then filled."""
    comparing.begin(object())
    db.session.commit()
    return ekbacken


def test_everybody_enrolled_is_counted_before_anybody_is_judged(counted: Ekbacken):
    assert sums() == {(counted.school.id, 1): (0, 0, 0, 0, 3), (counted.other_school.id, 1): (0, 0, 0, 0, 1)}
    assert differing() == []


@pytest.mark.both_databases(always=True)
def test_a_score_moves_its_pupil_in_the_sums_and_back(counted: Ekbacken):
    here = (counted.school.id, 1)
    record(counted.autumn, counted.kim, bokstavsljud=3, ord_per_minut=Absence.ABSENT)
    told = db.session.scalars(
        sa.select(SchoolCount).filter_by(measure=WHOLE_WINDOW, school_id=counted.school.id)
    )
    assert {one.judged_by > 0: (one.near_goal, one.no_level) for one in told} == {False: (0, 2), True: (1, 0)}
    assert sums("bokstavsljud") == {here: (0, 1, 0, 0, 0)}
    assert sums("ord_per_minut") == {here: (0, 0, 0, 0, 1)}
    assert differing() == []
    record(counted.autumn, counted.kim, bokstavsljud=None, ord_per_minut=None)
    assert sums("bokstavsljud") == {}
    assert differing() == []


def test_everybody_is_counted_in_windows_that_were_that_run_and_that_come(
    counted: Ekbacken, monkeypatch: pytest.MonkeyPatch
):
    """Nobody went there in the first window; the winter has not begun until one of them is assessed in it."""
    windows.open_window("2025/26-spring", date(2026, 4, 12), date(2026, 5, 7))
    winter, _ = windows.open_window("2026/27-winter", date(2027, 1, 11), date(2027, 2, 12))
    judge_everyone()
    assert differing() == []
    counted.kim.school_form = SchoolForm.ANPASSAD
    db.session.flush()
    judge_everyone()
    assert differing() == []
    monkeypatch.setenv("LASSPAR_TODAY", "2027-01-20")
    record(winter, counted.noor, bokstavsljud=20)
    assert differing() == []
    assert sums("bokstavsljud") == {(counted.school.id, 1): (1, 0, 0, 0, 0)}


def test_who_changes_school_class_form_or_curriculum_is_counted_there(counted: Ekbacken):
    record(counted.autumn, counted.kim, bokstavsljud=3)
    next_door = SchoolClass(name="2C", academic_year="2026/27", school=counted.school)
    db.session.add(next_door)
    editing.move_pupil(counted.kim, next_door, 2, date(2026, 10, 1))
    editing.end_enrolment(counted.noor, date(2026, 10, 2))  # before the window closes: never judged
    details = editing.PupilDetails("1003", "Siv", "Skog", curriculum=Curriculum.SWEDISH_AS_SECOND_LANGUAGE)
    editing.correct_pupil(counted.siv, details)
    assert differing() == []
    rows = db.session.scalars(sa.select(CountedPupil).filter_by(school_id=counted.school.id)).all()
    assert {one.pupil_id for one in rows} == {counted.kim.id, counted.siv.id}
    assert {one.curriculum for one in rows} == set(Curriculum)
    adapted = editing.PupilDetails("1001", "Kim", "Berg", school_form=SchoolForm.ANPASSAD)
    editing.correct_pupil(counted.kim, adapted)
    assert differing() == []
    assert sums("bokstavsljud") == {}


def test_a_window_that_is_declared_or_moved_counts_who_goes_there_then(counted: Ekbacken):
    windows.open_window("2026/27-winter", date(2027, 1, 11), date(2027, 2, 12))
    assert db.session.scalar(sa.select(sa.func.sum(SchoolCount.no_level))) == 8
    editing.end_enrolment(counted.kim, date(2027, 1, 20))
    windows.open_window("2026/27-winter", date(2027, 1, 11), date(2027, 1, 18))
    assert db.session.scalar(sa.select(sa.func.sum(SchoolCount.no_level))) == 8
    assert differing() == []


@pytest.mark.slow
def test_where_many_go_a_moved_window_is_counted_school_by_school_and_half_of_it_is_told_to_nobody(
    counted: Ekbacken, lasspar: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(comparing, "AT_ONCE", 0)
    windows.open_window("2026/27-winter", date(2027, 1, 11), date(2027, 2, 12))
    db.session.commit()
    with pytest.raises(Refused, match="alla skolor är inte omräknade än"):
        compare(counted.autumn, "school")
    db.session.rollback()
    [line] = latest_jobs(sa.select(Job))
    assert (line.reason, line.parts, line.is_open) == ("Vintern 2026/27 fick nya datum", 2, True)
    work_off("here")
    assert differing() == []
    editing.end_enrolment(counted.kim, date(2027, 1, 20))
    db.session.commit()
    told = lasspar("windows", "open", "2026/27-winter", "--opens", "2027-01-11", "--closes", "2027-01-18")
    assert told.exit_code == 0, told.output
    assert differing() == []
    assert not latest_jobs(sa.select(Job))[0].is_open
    compare(counted.autumn, "school")


def test_judging_again_touches_no_sum_and_asks_as_much_for_many_as_for_few(counted: Ekbacken):
    _, pupils = class_2b(counted, [10, 40, 70, 90, None] * 4)
    ids = [pupil.id for pupil in pupils]
    flagging.judge_pupils(ids)
    assert differing() == []
    with counted_queries() as of_one:
        flagging.judge_pupils(ids[:1])
    with counted_queries() as of_all:
        flagging.judge_pupils(ids)
    assert len(of_one) == len(of_all)
    assert not [words for words in of_all if "school_count" in words]


def test_the_command_names_what_differs_and_puts_it_right(counted: Ekbacken, lasspar: Callable[..., Result]):
    record(counted.autumn, counted.kim, bokstavsljud=3)
    db.session.commit()
    assert lasspar("screening", "rollup").output == "Skolornas summor stämmer.\n"
    db.session.execute(
        sa.update(SchoolCount).where(SchoolCount.measure == "bokstavsljud").values(near_goal=4)
    )
    db.session.execute(sa.delete(CountedPupil).filter_by(pupil_id=counted.noor.id))
    db.session.commit()
    refused = lasspar("screening", "rollup", "--check")
    assert refused.exit_code == 1
    assert "Ekbackens skola, år 1, sv, bokstavsljud: står 0/4/0/0/0, ska vara 0/1/0/0/0" in refused.output
    assert "1 elev räknas fel" in refused.output
    assert lasspar("screening", "rollup", "--rebuild").output == "Hösten 2026/27: omräknad.\n"
    assert lasspar("screening", "rollup").exit_code == 0


def test_a_new_class_list_is_counted_without_being_judged(
    counted: Ekbacken, lasspar: Callable[..., Result], tmp_path: Path
):
    file = tmp_path / "lista.csv"
    file.write_text("kommun;skolenhetskod;skola;klass;årskurs;elev-id;förnamn;efternamn\n"
                    "Ekby;10000001;Ekbackens skola;2D;2;7001;Bo;Ek\n", "utf-8")  # fmt: skip
    assert lasspar("roster", "import", file).exit_code == 0
    assert sums()[counted.school.id, 2] == (0, 0, 0, 0, 1)
    assert differing() == []


def test_whatever_is_put_down_is_counted_by_its_level_or_by_none(counted: Ekbacken):
    """There is no limit for words a minute in the first autumn."""
    record(counted.autumn, counted.kim, bokstavsljud=Absence.NOT_YET_ABLE, ord_per_minut=5)
    record(counted.autumn, counted.noor, bokstavsljud=Absence.ABSENT)
    assert differing() == []
    here = (counted.school.id, 1)
    assert [sums(code)[here] for code in ("bokstavsljud", "ord_per_minut")] == [
        (0, 1, 0, 0, 1), (0, 0, 0, 0, 1),
    ]  # fmt: skip


class TestComparing:
    """What ``screening rollup`` finds, part by part."""

    def test_a_sum_that_stands_alone_and_one_that_lacks_are_told_by_school_and_measure(
        self, counted: Ekbacken
    ):
        record(counted.autumn, counted.olle, bokstavsljud=3)
        of_sounds, of_windows = (
            sa.update(SchoolCount).filter_by(measure=measure, school_id=counted.other_school.id)
            for measure in ("bokstavsljud", WHOLE_WINDOW)
        )
        db.session.execute(of_sounds.values(measure="ord_per_minut"))
        db.session.execute(of_windows.where(SchoolCount.judged_by > 0).values(above_goal=2))
        assert differing() == [
            f"2026/27-autumn: Tallbackens skola, år 1, sv, {words}"
            for words in (
                "hela perioden: står 0/1/0/2/0, ska vara 0/1/0/0/0",
                "bokstavsljud: står 0/0/0/0/0, ska vara 0/1/0/0/0",
                "ord_per_minut: står 0/1/0/0/0, ska vara 0/0/0/0/0",
            )
        ]

    def test_a_pupil_counted_wrong_is_told_though_the_sums_are_right(
        self, counted: Ekbacken, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(comparing, "CHUNK", 1)
        for pupils, words in ((counted.kim, "1 elev räknas fel"), (counted.noor, "2 elever räknas fel")):
            db.session.execute(sa.delete(CountedPupil).filter_by(pupil_id=pupils.id))
            assert differing() == [f"2026/27-autumn: {words}"]

    def test_who_never_went_there_that_year_is_told_window_by_window(self, counted: Ekbacken):
        windows.open_window("2026/27-winter", date(2027, 1, 11), date(2027, 2, 12))
        last_year = SchoolClass(name="F", academic_year="2025/26", school=counted.school)
        db.session.add(last_year)
        db.session.flush()
        went = sa.update(Enrolment).where(Enrolment.pupil_id.in_([counted.noor.id, counted.siv.id]))
        db.session.execute(went.values(school_class_id=last_year.id))
        db.session.execute(
            sa.delete(CountedPupil).filter_by(pupil_id=counted.siv.id, window_id=counted.autumn.id)
        )
        assert comparing.window_pupils(counted.autumn) == sorted([counted.kim.id, counted.olle.id])
        assert [line for line in differing() if "räknas" in line] == [
            "2026/27-autumn: 1 elev räknas fel", "2026/27-winter: 2 elever räknas fel",
        ]  # fmt: skip

    def test_what_has_been_disposed_of_cannot_be_counted_anew_and_what_came_after_is(self, counted: Ekbacken):
        counted.autumn.closes_on = date(2026, 9, 30)
        windows.open_window("2026/27-winter", date(2027, 1, 11), date(2027, 2, 12))
        going = [{"code": "results", "until": "2026-09-30"}, {"code": "notes", "until": "2027-06-30"}]
        db.session.add(Disposal(municipality=counted.municipality, pupils=1, held=0, kinds=going))
        db.session.execute(sa.delete(CountedPupil).filter_by(pupil_id=counted.kim.id))
        assert differing() == ["2026/27-winter: 1 elev räknas fel"]

    def test_filled_tables_are_not_filled_again(self, counted: Ekbacken):
        with counted_queries() as asked:
            comparing.begin(object())
        assert not [words for words in asked if "enrolment" in words]

    def test_a_window_is_small_up_to_as_many_as_are_counted_at_once(
        self, counted: Ekbacken, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(comparing, "AT_ONCE", 4)
        assert comparing.is_small(counted.autumn)
        monkeypatch.setattr(comparing, "AT_ONCE", 3)
        assert not comparing.is_small(counted.autumn)


@pytest.mark.parametrize("table", [AbsenceShare.__tablename__, CountedPupil.__tablename__])
def test_absence_is_summed_before_it_or_the_place_goes(counted: Ekbacken, table: str):
    """Of two windows: what was much in the autumn is not in the winter, when more is needed to be much."""
    winter, _ = windows.open_window("2026/27-winter", date(2027, 1, 11), date(2027, 2, 12))
    set_limit(Decimal(30), date(2027, 1, 1), None)
    shares = [
        (counted.kim, counted.autumn, "15"), (counted.kim, winter, "29.9"),
        (counted.noor, counted.autumn, "14.9"), (counted.noor, winter, "30"),
    ]  # fmt: skip
    for pupil, window, percent in shares:
        db.session.add(AbsenceShare(pupil_id=pupil.id, window_id=window.id, percent=Decimal(percent)))
    db.session.flush()
    of = {kind.__tablename__: kind.pupil_id for kind in (AbsenceShare, CountedPupil)}[table]

    def kept() -> list[tuple[int, int, int]]:
        rows = db.session.execute(sa.select(AbsenceSum.__table__).order_by(AbsenceSum.window_id)).all()
        assert {(row.school_id, row.year) for row in rows} <= {(counted.school.id, 1)}
        return [(row.window_id, row.known, row.much) for row in rows]

    keep_absence("notes", going={"health_note": sa.true()})
    assert kept() == []
    keep_absence("absence", going={table: of == counted.kim.id})
    assert kept() == [(counted.autumn.id, 1, 1), (winter.id, 1, 0)]
    keep_absence("absence", going={table: of == counted.noor.id})
    assert kept() == [(counted.autumn.id, 2, 1), (winter.id, 2, 1)]
