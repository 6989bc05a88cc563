"""The sums of schools: kept in the transaction that changes what they sum, and the same as counting anew."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from scoring import class_2b, counted_queries, record

from assessments import windows
from assessments.database import db
from assessments.jobs.running import work_off
from assessments.models import Absence
from assessments.refusals import Refused
from assessments.roster import editing
from assessments.roster.models import Curriculum, SchoolClass, SchoolForm
from screening import flagging
from screening.initiative import compare
from screening.queries.rejudging_pages import latest_jobs
from screening.rollup import comparing
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
    [line] = latest_jobs()
    assert (line.reason, line.parts, line.is_open) == ("Vintern 2026/27 fick nya datum", 2, True)
    work_off("here")
    assert differing() == []
    editing.end_enrolment(counted.kim, date(2027, 1, 20))
    db.session.commit()
    told = lasspar("windows", "open", "2026/27-winter", "--opens", "2027-01-11", "--closes", "2027-01-18")
    assert told.exit_code == 0, told.output
    assert differing() == []
    assert not latest_jobs()[0].is_open
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
