"""The first result of a measure at a school changes what is missing for everybody there, at once."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from cast import TERM_START, Ekbacken
from scoring import a_window, counted_queries, judge_everyone, record

from assessments.database import db
from assessments.models import AssessmentWindow, SchoolMeasure, Season
from assessments.roster import editing
from assessments.roster.applying import apply_roster
from assessments.roster.importing import plan_roster
from assessments.roster.models import Enrolment, School, SchoolClass
from assessments.roster.tables import FROM_A_PAGE
from screening import mates, standing
from screening.frame import Frame
from screening.models import Judgement

DAY = timedelta(days=1)
BOTH, ONE = "Rätt lästa ord per minut, text eller Bokstavsljud", "Bokstavsljud"


@pytest.fixture
def winter(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> AssessmentWindow:
    """Under way, with everybody judged and nobody assessed: the sheet expects two measures of one group."""
    window = a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 12))
    monkeypatch.setenv("LASSPAR_TODAY", "2027-01-20")
    judge_everyone()
    return window


def missing(window: AssessmentWindow, pupil_id: int) -> str | None:
    here = sa.select(Judgement.reason).filter_by(window_id=window.id, pupil_id=pupil_id)
    return str(db.session.scalars(here).one()).removeprefix("Resultat saknas: ")


@pytest.mark.both_databases
def test_the_first_result_and_the_last_taken_away_judge_the_others_too(
    ekbacken: Ekbacken, winter: AssessmentWindow
) -> None:
    assert missing(winter, ekbacken.noor.id) == BOTH
    record(winter, ekbacken.kim, bokstavsljud=20)
    assert missing(winter, ekbacken.noor.id) == ONE
    record(winter, ekbacken.kim, bokstavsljud=21, ord_per_minut=30)  # now both are in use, as when none was
    assert missing(winter, ekbacken.noor.id) == BOTH
    record(winter, ekbacken.kim, bokstavsljud=None)
    assert missing(winter, ekbacken.noor.id) == "Rätt lästa ord per minut, text"
    record(winter, ekbacken.kim, ord_per_minut=None)
    assert missing(winter, ekbacken.noor.id) == BOTH


@pytest.mark.both_databases
def test_what_the_others_have_of_another_measure_makes_no_difference(
    ekbacken: Ekbacken, winter: AssessmentWindow
) -> None:
    record(winter, ekbacken.noor, fonologisk_medvetenhet=3)
    assert missing(winter, ekbacken.noor.id) == BOTH
    record(winter, ekbacken.kim, bokstavsljud=20)
    assert missing(winter, ekbacken.noor.id) == ONE


def test_what_is_recorded_elsewhere_and_in_other_windows_makes_no_difference(
    ekbacken: Ekbacken, winter: AssessmentWindow
) -> None:
    """Olle went to the school last year, and Noor was assessed in the autumn."""
    last_year = SchoolClass(name="F", academic_year="2025/26", school=ekbacken.school)
    db.session.add(Enrolment(pupil=ekbacken.olle, school_class=last_year, year=0, starts_on=TERM_START))
    db.session.flush()
    record(winter, ekbacken.olle, bokstavsljud=20)
    record(ekbacken.autumn, ekbacken.noor, bokstavsljud=20)
    assert missing(winter, ekbacken.noor.id) == BOTH
    record(winter, ekbacken.kim, bokstavsljud=20)
    assert missing(winter, ekbacken.noor.id) == ONE


def test_a_first_result_that_makes_nothing_expected_judges_nobody_else(
    ekbacken: Ekbacken, winter: AssessmentWindow
) -> None:
    record(winter, ekbacken.noor, bokstavsljud=20, ord_per_minut=30)
    assert mates.concerned(Frame.fetch(), winter, {ekbacken.kim.id}, {"legilexi_avkodning"}) == set()


def test_what_the_others_have_decides_whether_a_first_result_matters(
    ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In spring words a minute are expected whether nobody has a result or somebody has one of them."""
    spring = a_window("2026/27", Season.SPRING, date(2027, 4, 12), date(2027, 5, 7))
    monkeypatch.setenv("LASSPAR_TODAY", "2027-04-20")
    judge_everyone()
    record(spring, ekbacken.noor, legilexi_avkodning=3)
    assert missing(spring, ekbacken.siv.id) == "LegiLexi avkodning"
    record(spring, ekbacken.kim, ord_per_minut=30)
    assert missing(spring, ekbacken.siv.id) == "Rätt lästa ord per minut, text"


def test_a_measure_with_one_other_beside_it_matters_and_one_alone_asks_nothing(
    ekbacken: Ekbacken, winter: AssessmentWindow
) -> None:
    def concerned(window: AssessmentWindow, code: str) -> set[int]:
        return mates.concerned(frame, window, {ekbacken.kim.id}, {code})

    frame, others = Frame.fetch(), {ekbacken.noor.id, ekbacken.siv.id}
    assert concerned(winter, "legilexi_lasforstaelse") == others  # of year 2: it or the stanine
    db.session.refresh(ekbacken.autumn)
    with counted_queries() as asked:
        assert concerned(ekbacken.autumn, "bokstavsljud") == set()
    assert asked == []


def test_others_are_those_who_go_there_on_the_closing_date(
    ekbacken: Ekbacken, winter: AssessmentWindow
) -> None:
    late = ekbacken.pupil("Alva", "Ek", "7001")
    db.session.flush()
    day = winter.closes_on
    spans = {ekbacken.noor: (TERM_START, day), ekbacken.siv: (TERM_START, day - DAY), late: (day, None)}
    for pupil, (starts_on, ends_on) in spans.items():
        went = db.session.scalars(sa.select(Enrolment).filter_by(pupil_id=pupil.id)).one()
        went.starts_on, went.ends_on = starts_on, ends_on
    db.session.flush()
    found = mates.concerned(Frame.fetch(), winter, {ekbacken.kim.id}, {"bokstavsljud"})
    assert found == {ekbacken.noor.id, late.id}


def test_a_corrected_result_asks_nothing_of_the_others(ekbacken: Ekbacken, winter: AssessmentWindow) -> None:
    def asks_of_others(points: int | None) -> bool:
        with counted_queries() as asked:
            record(winter, ekbacken.kim, bokstavsljud=points)
        return any("NOT enrolment_1.pupil_id IN" in statement for statement in asked)

    assert [asks_of_others(points) for points in (20, 21, None)] == [True, False, True]


@pytest.mark.both_databases
def test_so_does_a_pupil_who_comes_with_it(ekbacken: Ekbacken, winter: AssessmentWindow) -> None:
    school = School(name="Nybackens skola", municipality=ekbacken.municipality)
    school_class = SchoolClass(name="1N", academic_year="2026/27", school=school)
    db.session.add_all([school, school_class])
    there = ekbacken.pupil("Alva", "Ek", "7001", school_class=school_class)
    judge_everyone()
    record(winter, ekbacken.kim, bokstavsljud=20)
    assert missing(winter, there.id) == BOTH
    editing.move_pupil(ekbacken.kim, school_class, 1, date(2027, 1, 20))
    assert missing(winter, there.id) == ONE


def test_others_are_judged_in_no_window_before_the_result(
    ekbacken: Ekbacken, winter: AssessmentWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing would come of it but time: a class is judged in one window instead of nine."""
    school = School(name="Nybackens skola", municipality=ekbacken.municipality)
    school_class = SchoolClass(name="1N", academic_year="2026/27", school=school)
    db.session.add_all([school, school_class])
    there = ekbacken.pupil("Alva", "Ek", "7001", school_class=school_class)
    judge_everyone()
    written, fetch = dict[int, list[list[int]]](), standing.Stored.fetch

    def noted(ids: Sequence[int], windows: Sequence[int], acted_on: Sequence[int]) -> standing.Stored:
        for one in ids:
            written.setdefault(one, []).append(list(windows))
        return fetch(ids, windows, acted_on)

    monkeypatch.setattr(standing.Stored, "fetch", noted)
    record(winter, ekbacken.kim, bokstavsljud=20)
    assert written == {one.id: [[winter.id]] for one in (ekbacken.kim, ekbacken.noor, ekbacken.siv)}
    editing.move_pupil(ekbacken.kim, school_class, 1, date(2027, 1, 20))
    assert written[there.id] == [[winter.id]]
    assert written[ekbacken.kim.id] == [[winter.id], [ekbacken.autumn.id, winter.id]]


@pytest.mark.parametrize("way", ["by hand", "back by hand", "by file"])
def test_so_does_a_pupil_who_never_went_there(ekbacken: Ekbacken, winter: AssessmentWindow, way: str) -> None:
    """Corrected, not moved: with the pupil the result leaves the school, and what it made expected there."""
    school = School(name="Nybackens skola", code="10000009", municipality=ekbacken.municipality)
    right = SchoolClass(name="1N", academic_year="2026/27", school=school)
    db.session.add_all([school, right])
    there = ekbacken.pupil("Alva", "Ek", "7001", school_class=right)
    if way == "back by hand":
        went = db.session.scalars(sa.select(Enrolment).filter_by(pupil_id=ekbacken.kim.id)).one()
        went.school_class_id = right.id
        editing.move_pupil(ekbacken.kim, ekbacken.class_1a, 1, date(2027, 1, 12))
    judge_everyone()
    record(winter, ekbacken.kim, bokstavsljud=20)
    assert missing(winter, ekbacken.noor.id) == ONE
    if way == "by file":
        file = "skolenhetskod;klass;årskurs;elev-id;namn\n10000009;1N;1;1001;Kim Berg\n"
        apply_roster(plan_roster("l.csv", file.encode(), FROM_A_PAGE, TERM_START), end_missing=False)
    else:
        editing.correct_class(ekbacken.kim, right, 1)
    assert [missing(winter, one.id) for one in (ekbacken.noor, there)] == [BOTH, ONE]
    stands = db.session.execute(sa.select(Judgement.__table__)).all()
    judge_everyone()
    assert db.session.execute(sa.select(Judgement.__table__)).all() == stands


def test_the_second_result_judges_nobody_else(ekbacken: Ekbacken, winter: AssessmentWindow) -> None:
    record(winter, ekbacken.kim, bokstavsljud=20)
    with counted_queries() as asked:
        others = mates.concerned(Frame.fetch(), winter, {ekbacken.noor.id}, {"bokstavsljud"})
    assert others == set()
    assert sum("NOT (EXISTS" in one for one in asked) == 1


def test_a_school_with_a_list_of_its_own_expects_what_it_says(
    ekbacken: Ekbacken, winter: AssessmentWindow
) -> None:
    db.session.add(SchoolMeasure(school_id=ekbacken.school.id, measure="ord_per_minut"))
    judge_everyone()
    before = missing(winter, ekbacken.noor.id)
    assert mates.concerned(Frame.fetch(), winter, {ekbacken.kim.id}, {"bokstavsljud"}) == set()
    record(winter, ekbacken.kim, bokstavsljud=20)
    assert missing(winter, ekbacken.noor.id) == before
