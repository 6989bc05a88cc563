"""One window, two municipalities with sportlov in different weeks, and a school with days of its own."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from scoring import a_window, counted_queries, flag, record, steps

from assessments import late_entry, window_dates
from assessments.access.models import AuditEntry
from assessments.calendar_editing import add
from assessments.clock import SWEDEN
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.models import AssessmentWindow, Score, Season
from assessments.phases import Phase, phase
from assessments.recording import Recorder
from assessments.roster.models import Enrolment, Pupil
from assessments.school_days import Span, SpanKind
from assessments.school_windows import follow_the_window, give_own_days
from screening import inbox
from screening.flagging import judge_window
from screening.reviewing import Decision, record_next_step

On = Callable[[str], None]
SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> On:
    return lambda day: monkeypatch.setenv("LASSPAR_TODAY", day)


@pytest.fixture
def winter(ekbacken: Ekbacken) -> AssessmentWindow:
    """Closes on Friday of week 7, two weeks to make up: Ekby is free in week 8, Tallby in week 10."""
    window = a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 19))
    for home, monday in (
        (ekbacken.municipality, date(2027, 2, 22)),
        (ekbacken.other_municipality, date(2027, 3, 15)),
    ):
        friday = date.fromordinal(monday.toordinal() + 4)
        add(home.id, "2026/27", Span(SpanKind.SPORTS_BREAK, monday, friday))
    db.session.commit()
    return window


def phases_on(ekbacken: Ekbacken, window: AssessmentWindow) -> list[Phase]:
    return [phase(window_dates.of_class(window, one)) for one in (ekbacken.class_1a, ekbacken.other_class)]


@pytest.mark.both_databases
def test_make_up_days_end_on_different_days(ekbacken: Ekbacken, winter: AssessmentWindow, on: On) -> None:
    for day, expected in (
        ("2027-03-05", [Phase.MAKEUP, Phase.MAKEUP]),
        ("2027-03-06", [Phase.MAKEUP, Phase.CLOSED]),
        ("2027-03-12", [Phase.MAKEUP, Phase.CLOSED]),
        ("2027-03-13", [Phase.CLOSED, Phase.CLOSED]),
    ):
        on(day)
        assert phases_on(ekbacken, winter) == expected, day


def test_the_sheet_is_open_in_one_and_closed_in_the_other(
    ekbacken: Ekbacken, winter: AssessmentWindow, on: On, signed_in: SignIn
) -> None:
    on("2027-03-08")
    here = f"/classes/{ekbacken.class_1a.id}/windows/2026-27-winter/sheet"
    there = f"/classes/{ekbacken.other_class.id}/windows/2026-27-winter/sheet"
    assert "Uppsamling till 2027-03-12." in signed_in(ekbacken.astrid).get(here).text
    page = signed_in(ekbacken.carl).get(there).text
    assert "Perioden stängde 2027-02-19 och uppsamlingen slutade 2027-03-05." in page


def test_both_last_days_stand_on_the_page_of_windows(
    ekbacken: Ekbacken, winter: AssessmentWindow, on: On, signed_in: SignIn
) -> None:
    on("2027-03-08")
    page = " ".join(signed_in(ekbacken.cecilia).get("/windows").text.split())
    assert '2027-03-05</span> <span class="quiet small">Tallby<' in page
    assert '2027-03-12</span> <span class="quiet small">Ekby<' in page
    assert "Uppsamling till 2027-03-12. Dagarna är inte desamma på alla skolor." in page
    assert "Tallby" not in signed_in(ekbacken.astrid).get("/windows").text


@pytest.mark.both_databases
def test_a_missing_result_becomes_a_signal_where_the_make_up_days_are_over(
    ekbacken: Ekbacken, winter: AssessmentWindow, on: On
) -> None:
    found = []
    for day in ("2027-03-05", "2027-03-06", "2027-03-13"):
        on(day)
        judge_window(winter)
        found.append([flag(pupil, "coverage", winter) is not None for pupil in (ekbacken.kim, ekbacken.olle)])
    assert found == [[False, False], [False, True], [True, True]]


@pytest.mark.both_databases
def test_two_quiet_days_are_school_days_where_the_class_goes(
    ekbacken: Ekbacken, winter: AssessmentWindow, on: On
) -> None:
    on("2027-02-19")
    for pupil in (ekbacken.kim, ekbacken.olle):
        record(winter, pupil, bokstavsljud=7)

    def arrived(pupil: Pupil) -> bool:
        ids = sa.select(Pupil.id).where(Pupil.id == pupil.id)
        return db.session.execute(inbox.standing(ids)).first() is not None

    for day, expected in (
        ("2027-02-22", [False, False]), ("2027-02-23", [False, True]),
        ("2027-03-01", [False, True]), ("2027-03-02", [True, True]),
    ):  # fmt: skip
        on(day)
        assert [arrived(pupil) for pupil in (ekbacken.kim, ekbacken.olle)] == expected, day


def test_quiet_days_are_asked_for_in_one_question(ekbacken: Ekbacken, winter: AssessmentWindow) -> None:
    ids = sa.select(Pupil.id)
    db.session.execute(inbox.standing(ids)).all()
    with counted_queries() as asked:
        db.session.execute(inbox.standing(ids)).all()
    assert len(asked) == 1


def test_a_new_check_is_so_many_school_weeks_ahead_for_each_pupil(
    ekbacken: Ekbacken, winter: AssessmentWindow, on: On
) -> None:
    on("2027-02-12")
    for pupil in (ekbacken.kim, ekbacken.olle):
        record(winter, pupil, bokstavsljud=7)
    flags = [flag(pupil, "need", winter) for pupil in (ekbacken.kim, ekbacken.olle)]
    record_next_step(flags, Decision("recheck", weeks=4), Recorder())
    assert [steps(one)[0].due_on for one in (ekbacken.kim, ekbacken.olle)] == [
        date(2027, 3, 19), date(2027, 3, 12),
    ]  # fmt: skip


def test_the_age_of_a_signal_leaves_the_break_out(
    ekbacken: Ekbacken, winter: AssessmentWindow, on: On, signed_in: SignIn
) -> None:
    on("2027-02-15")
    record(winter, ekbacken.kim, bokstavsljud=7)
    hand_in(ekbacken.class_1a, winter, None)
    db.session.commit()
    for day, is_late in (("2027-03-02", False), ("2027-03-08", False), ("2027-03-09", True)):
        on(day)
        page = signed_in(ekbacken.rut).get("/follow-up").text
        assert ("är äldre än 10 skoldagar" in page) is is_late, day


class TestASchoolWithDaysOfItsOwn:
    @pytest.fixture
    def late(self, ekbacken: Ekbacken) -> AssessmentWindow:
        """Autumn, but Ekbacken keeps open from 1 October to 4 December; elsewhere it closes 13 November."""
        give_own_days(ekbacken.autumn, ekbacken.school, date(2026, 10, 1), date(2026, 12, 4))
        db.session.commit()
        window: AssessmentWindow = ekbacken.autumn
        return window

    @pytest.mark.both_databases
    def test_opens_and_closes_on_them(self, ekbacken: Ekbacken, late: AssessmentWindow, on: On) -> None:
        for day, expected in (
            ("2026-09-30", [Phase.COMING, Phase.OPEN]),
            ("2026-11-14", [Phase.OPEN, Phase.MAKEUP]),
            ("2026-12-04", [Phase.OPEN, Phase.CLOSED]),
            ("2026-12-18", [Phase.MAKEUP, Phase.CLOSED]),
            ("2026-12-19", [Phase.CLOSED, Phase.CLOSED]),
        ):
            on(day)
            assert phases_on(ekbacken, late) == expected, day

    def test_a_result_without_a_day_gets_one_of_them(
        self, ekbacken: Ekbacken, late: AssessmentWindow, on: On
    ) -> None:
        on("2026-12-01")
        for pupil in (ekbacken.kim, ekbacken.olle):
            record(late, pupil, bokstavsljud=7)
        rows = {one.pupil_id: one.assessed_on for one in db.session.scalars(sa.select(Score))}
        assert rows == {ekbacken.kim.id: date(2026, 12, 1), ekbacken.olle.id: date(2026, 11, 13)}

    def test_the_sheet_of_one_measure_proposes_a_day_that_is_its_classes_own(
        self, ekbacken: Ekbacken, late: AssessmentWindow, on: On
    ) -> None:
        on("2026-12-01")
        here, there = ekbacken.class_1a, ekbacken.other_class
        assert window_dates.usual_day(late, [here]) == date(2026, 12, 1)
        assert window_dates.usual_day(late, [here, there]) == date(2026, 11, 13)
        assert window_dates.usual_day(late, []) == date(2026, 11, 13)

    def test_is_asked_to_fill_in_late_only_after_them(
        self, ekbacken: Ekbacken, late: AssessmentWindow, on: On
    ) -> None:
        on("2026-12-04")
        assert late_entry.states(late, [ekbacken.class_1a.id, ekbacken.other_class.id]).keys() == {
            ekbacken.other_class.id
        }
        on("2026-12-19")
        assert len(late_entry.states(late, [ekbacken.class_1a.id, ekbacken.other_class.id])) == 2

    @pytest.mark.both_databases
    def test_misses_nothing_before_they_are_over(
        self, ekbacken: Ekbacken, late: AssessmentWindow, on: On
    ) -> None:
        found = []
        for day in ("2026-11-28", "2026-12-19"):
            on(day)
            judge_window(late)
            found.append([flag(one, "coverage", late) is not None for one in (ekbacken.kim, ekbacken.olle)])
        assert found == [[False, True], [True, True]]

    def test_that_closes_earlier_misses_results_earlier(self, ekbacken: Ekbacken, on: On) -> None:
        give_own_days(ekbacken.autumn, ekbacken.school, date(2026, 9, 1), date(2026, 10, 2))
        on("2026-10-17")
        judge_window(ekbacken.autumn)
        found = [flag(one, "coverage", ekbacken.autumn) for one in (ekbacken.kim, ekbacken.olle)]
        assert [one is not None for one in found] == [True, False]

    def test_is_counted_by_the_windows_own_closing_day(
        self, ekbacken: Ekbacken, late: AssessmentWindow, on: On
    ) -> None:
        """Nobody is counted at two schools, wherever they go while one is open and the other closed."""
        db.session.execute(
            sa.update(Enrolment)
            .where(Enrolment.pupil_id == ekbacken.kim.id)
            .values(starts_on=date(2026, 11, 20))
        )
        on("2026-12-19")
        judge_window(late)
        assert flag(ekbacken.kim, "coverage", late) is None

    def test_stands_on_the_page_of_windows(
        self, ekbacken: Ekbacken, late: AssessmentWindow, signed_in: SignIn
    ) -> None:
        told = "Ekbackens skola: 2026-10-01 till 2026-12-04, uppsamling till 2026-12-18."
        assert told in signed_in(ekbacken.astrid).get("/windows").text
        assert told not in signed_in(ekbacken.carl).get("/windows").text

    def test_is_given_moved_and_taken_back_by_the_coordinator(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        client, address = signed_in(ekbacken.cecilia), "/windows/2026-27-autumn/schools"
        form = {"school": ekbacken.school.id, "opens_on": "2026-10-01", "closes_on": "2026-12-04"}
        assert "Alla skolor följer perioden" in client.get(address).text
        page = post(client, address, form, follow_redirects=True).text
        assert "Ekbackens skola har egna dagar." in page
        assert "2026-12-18" in page  # the make-up days that follow
        assert "Inget var ändrat." in post(client, address, form, follow_redirects=True).text
        page = post(client, address, form | {"closes_on": "2026-11-27"}, follow_redirects=True).text
        assert "2026-12-11" in page
        page = post(client, f"{address}/remove", {"school": ekbacken.school.id}, follow_redirects=True).text
        assert "Alla skolor följer perioden" in page
        actions = list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
        assert actions[-3:] == ["school_window:given", "school_window:given", "school_window:removed"]
        assert follow_the_window(ekbacken.autumn, ekbacken.school) is False

    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"closes_on": "2026-09-30"}, "Stänger 2026-09-30 ligger före Öppnar 2026-10-01."),
            ({"closes_on": "2027-08-04"}, "ligger utanför läsåret 2026/27."),
            ({"opens_on": ""}, "Ange när perioden öppnar på skolan."),
            ({"school": "999999"}, "giltigt val"),
            ({"school": "x"}, "val"),
            ({"opens_on": "2026-09-01", "closes_on": "2026-11-13"}, "Det är periodens egna dagar"),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self, ekbacken: Ekbacken, signed_in: SignIn, changed: dict[str, str], told: str
    ) -> None:
        form = {"school": ekbacken.school.id, "opens_on": "2026-10-01", "closes_on": "2026-12-04"}
        answer = post(signed_in(ekbacken.cecilia), "/windows/2026-27-autumn/schools", form | changed)
        assert (answer.status_code, told in answer.text) == (422, True)
        assert window_dates.own_days(ekbacken.autumn) == {}

    @pytest.mark.parametrize("who", ["astrid", "birgitta", "rut", "ada", "teo", "carl"])
    def test_is_nobody_elses_to_give(self, ekbacken: Ekbacken, signed_in: SignIn, who: str) -> None:
        client = signed_in(getattr(ekbacken, who))
        assert client.get("/windows/2026-27-autumn/schools").status_code == 403


def test_a_moment_is_a_moment_on_both_sides_of_the_break(ekbacken: Ekbacken) -> None:
    assert inbox.quiet_since(date(2026, 10, 15)) == datetime(2026, 10, 14, tzinfo=SWEDEN)
