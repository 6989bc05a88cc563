"""Support periods on their pages: started, measured week by week, changed, ended; by those who may."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from scipy import stats
from scoring import a_window, counted_queries, record

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.models import Score, Season
from assessments.recording import Recorder
from assessments.roster.models import Duty, Pupil, Role
from screening.grouping import NEUTRAL_NAMES
from screening.handovers.models import HeldHistory
from screening.models import Flag, SupportPeriod, SupportResult
from screening.reading_groups import Chosen, save_groups
from screening.support.models import (
    SupportChange,
    SupportFollowUp,
    SupportLead,
    SupportPlan,
    SupportResultChange,
)

GROWTH = ("screening", "growth", "--measure", "ord_per_minut", "--json")
MONDAY = date(2026, 8, 24)
PLAN = {
    "kind": "intensive_period", "measure": "ord_per_minut", "starts_on": "2026-08-24", "weeks": "10",
    "minutes": "20", "times_a_week": "4", "goal_way": "agreed", "goal": "35", "group_name": NEUTRAL_NAMES[0],
}  # fmt: skip
SignedIn = Callable[..., FlaskClient]


@pytest.fixture
def birgitta(ekbacken: Ekbacken, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Speciallärare, in November, when ten weeks have gone."""
    monkeypatch.setenv("LASSPAR_TODAY", "2026-10-30")
    return signed_in(ekbacken.birgitta)


def start(client: FlaskClient, pupil: Pupil, **fields: Any) -> Any:
    school = db.session.scalar(sa.select(Duty.school_id).filter_by(role=Role.SPECIAL_TEACHER))
    told = {**PLAN, "led_by": f"special_teacher.{school}", f"start-{pupil.id}": "20", **fields}
    return post(client, f"/pupils/{pupil.id}/support/new", told)


def a_period(client: FlaskClient, pupil: Pupil, **fields: Any) -> SupportPeriod:
    answer = start(client, pupil, **fields)
    assert answer.status_code == 303, answer.text
    return db.session.get_one(SupportPeriod, int(answer.location.rpartition("/")[2]))


def row(
    period: SupportPeriod, on: date, points: str, seen: str = "0:", was: date | None = None
) -> dict[str, Any]:
    key = f"{period.id}.0"
    return {
        "row": key, f"points-{key}": points, f"day-{key}": on.isoformat(), f"seen-{key}": seen,
        f"was-{key}": was.isoformat() if was else "",
    }  # fmt: skip


def measure(client: FlaskClient, period: SupportPeriod, on: date, points: str, **more: Any) -> Any:
    week = f"{on.isocalendar().year}-W{on.isocalendar().week:02}"
    return post(client, f"/support/{period.id}/results", {"week": week, **row(period, on, points, **more)})


def stored(period: SupportPeriod) -> dict[date, int]:
    rows = db.session.execute(
        sa.select(SupportResult.measured_on, SupportResult.points).filter_by(support_period_id=period.id)
    )
    return {on: int(points) for on, points in rows}


class TestTenWeeks:
    """By hand, with weeks 0 to 9: their mean is 4,5 and their spread 82,5. The measure's sem of 8 weighs as 6
    degrees of freedom, so 14 in all: slope = sum((t - 4,5)(y - mean y)) / 82,5 and
    SE = sqrt((6 * 64 + SSE) / 14 / 82,5), where SSE = spread of y - slope * sum of products.
    """

    @pytest.mark.parametrize(
        ("points", "goal", "slope", "se", "p", "verdict"),
        [
            # Products 39,5, SSE 32,1 - 39,5 * 39,5 / 82,5; planned 1,5 a week.
            (
                (20, 21, 19, 23, 22, 24, 22, 25, 23, 24), "35", 0.478788, 0.586418, 0.9482,
                "Utvecklas långsammare än planerat",
            ),
            # Products 93, SSE 108 - 93 * 93 / 82,5: under the line, but not surely slower than planned.
            (
                (20, 21, 23, 22, 25, 25, 27, 28, 29, 30), "35", 1.127273, 0.578970, 0.7349,
                "De två senaste resultaten ligger under planerad utveckling",
            ),
            # 2 a week, exactly as planned: SSE 0, and on the line is not under it.
            (tuple(range(20, 40, 2)), "40", 2.0, 0.576600, 0.5, "Följer planerad utveckling"),
        ],
    )  # fmt: skip
    def test_the_page_says_what_hand_and_scipy_say(
        self, ekbacken, birgitta, lasspar, points, goal, slope, se, p, verdict
    ):
        period = a_period(birgitta, ekbacken.kim, goal=goal)
        for week, value in enumerate(points):
            assert measure(birgitta, period, MONDAY + timedelta(weeks=week), str(value)).status_code == 303
        page = birgitta.get(f"/support/{period.id}").text
        assert f"{verdict}." in page
        # A long run below the line is no alarm by itself: that is said where the pace does not say it.
        assert ("Det händer ofta också den som följer planen." in page) is verdict.startswith("De två")
        (told,) = json.loads(lasspar(*GROWTH).stdout)["periods"]
        assert (told["n"], told["label"]) == (10, "usable")
        assert told["slope"] == pytest.approx(slope, abs=5e-7)
        assert told["se"] == pytest.approx(se, abs=5e-7)
        assert told["p_below_goal"] == pytest.approx(p, abs=5e-5)
        weeks = range(10)
        assert stats.linregress(weeks, points).slope == pytest.approx(told["slope"])
        assert stats.theilslopes(points, weeks).slope == pytest.approx(told["theil_sen"])
        by_scipy = stats.t.cdf((told["goal_slope"] - told["slope"]) / told["se"], 14)
        assert by_scipy == pytest.approx(told["p_below_goal"])

    def test_too_early_is_an_answer(self, ekbacken, birgitta):
        period = a_period(birgitta, ekbacken.kim)
        measure(birgitta, period, MONDAY, "20")
        page = birgitta.get(f"/support/{period.id}").text
        assert "För tidigt att säga." in page
        assert "1 resultat. Det behövs minst 6 resultat över fem veckor." in page


class TestStarting:
    def test_a_goal_by_the_benchmark_is_the_set_s(self, ekbacken, birgitta):
        tova = ekbacken.pupil("Tova", "Tvåa", "1010", year=2)
        db.session.commit()
        record(ekbacken.autumn, tova, ord_per_minut=30)
        db.session.commit()
        period = a_period(
            birgitta, tova, goal_way="benchmark", starts_on="2026-10-26", **{f"start-{tova.id}": ""}
        )
        assert (period.start, period.start_from.value) == (30, "window")
        assert period.goal == 35  # year 2 in autumn

    def test_what_is_missing_is_asked_for_and_nothing_is_begun(self, ekbacken, birgitta):
        answer = start(birgitta, ekbacken.kim, goal_way="own_rate", **{f"start-{ekbacken.kim.id}": ""})
        assert answer.status_code == 422
        assert "Kim Berg: startvärde saknas" in answer.text
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SupportPeriod)) == 0

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"goal": "20"}, "har redan nått målet"),
            ({"goal": "251"}, "Målet kan inte stämma"),
            ({"goal": ""}, "Skriv målet som ni har kommit överens om."),
            ({"minutes": ""}, "Skriv både minuter och gånger i veckan"),
            ({"weeks": "40", "starts_on": "2026-10-30"}, "Perioden går över sommaren"),
            ({"led_by": "principal.1"}, "Ansvarig funktion</a>: "),
        ],
    )
    def test_a_plan_that_cannot_be_is_refused_in_words(self, ekbacken, birgitta, fields, words):
        answer = start(birgitta, ekbacken.kim, **fields)
        assert answer.status_code == 422
        assert words in answer.text

    def test_the_same_period_twice_is_refused(self, ekbacken, birgitta):
        a_period(birgitta, ekbacken.kim)
        assert "redan en stödperiod" in start(birgitta, ekbacken.kim, anyway="y").text

    def test_support_that_runs_already_is_told_before_another_starts(self, ekbacken, birgitta):
        first = a_period(birgitta, ekbacken.kim)
        words = "Intensivperiod från 2026-08-24 till 2026-11-02"
        page = birgitta.get(f"/pupils/{ekbacken.kim.id}/support/new").text
        assert f'/support/{first.id}">Pågår redan: {words}' in page
        answer = start(birgitta, ekbacken.kim, starts_on="2026-10-05", weeks="4")
        assert answer.status_code == 422
        assert f"Kim Berg har redan stöd på samma mått: {words}." in answer.text
        other = a_period(
            birgitta, ekbacken.kim, measure="bokstavsljud", **{f"start-{ekbacken.kim.id}": "5"}, goal="9"
        )
        assert other.measure == "bokstavsljud"
        a_period(birgitta, ekbacken.kim, starts_on="2026-10-05", weeks="4", anyway="y")

    def test_a_goal_that_is_too_steep_is_told_before_it_starts(self, ekbacken, birgitta):
        a_window(
            "2026/27", Season.SPRING, date(2027, 4, 12), date(2027, 5, 21)
        )  # by then a typical rate is known
        tova = ekbacken.pupil("Tova", "Tvåa", "1010", year=2)
        db.session.commit()
        steep = {"goal": "60", f"start-{tova.id}": "30"}
        for step in ("propose", "start"):
            answer = start(birgitta, tova, step=step, **steep)
            assert re.search(r"Tova Tvåa: målet kräver \d,\d gånger den vanliga takten", answer.text)
            assert re.search(r"Sätt hellre ett delmål: \d\d till samma dag", answer.text)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SupportPeriod)) == 0
        assert a_period(birgitta, tova, anyway="y", **steep).goal == 60

    def test_a_pupil_alone_needs_no_name_of_a_group(self, ekbacken, birgitta):
        page = birgitta.get(f"/pupils/{ekbacken.kim.id}/support/new").text
        assert "group_name" not in page
        assert '<option selected value="ord_per_minut">' in page
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=8)  # what there is to start from
        db.session.commit()
        with_one = birgitta.get(f"/pupils/{ekbacken.kim.id}/support/new").text
        assert '<option selected value="bokstavsljud">' in with_one
        alone = {name: value for name, value in PLAN.items() if name != "group_name"}
        school = db.session.scalar(sa.select(Duty.school_id).filter_by(role=Role.SPECIAL_TEACHER))
        told = {**alone, "led_by": f"special_teacher.{school}", f"start-{ekbacken.kim.id}": "20"}
        assert post(birgitta, f"/pupils/{ekbacken.kim.id}/support/new", told).status_code == 303

    def test_one_period_for_several_of_a_reading_group(self, ekbacken, birgitta):
        kim, noor = ekbacken.kim, ekbacken.noor
        chosen = [Chosen(NEUTRAL_NAMES[0], ("fluency",), (kim.id, noor.id))]
        save_groups(ekbacken.class_1a, ekbacken.autumn, chosen, Recorder())
        db.session.commit()
        assert "Noor Alm" in birgitta.get(f"/pupils/{kim.id}/support/new").text
        period = a_period(birgitta, kim, **{"with": noor.id, f"start-{noor.id}": "25"})
        sheet = birgitta.get(f"/support/{period.id}/results").text
        assert "Kim Berg" in sheet
        assert "Noor Alm" in sheet
        leads = db.session.scalars(sa.select(SupportLead)).all()
        assert len({lead.support_group_id for lead in leads}) == 1

    def test_who_is_not_in_the_group_is_nobody(self, ekbacken, birgitta):
        for number in (ekbacken.noor.id, "9" * 5000):
            assert start(birgitta, ekbacken.kim, **{"with": number}).status_code == 404


class TestResults:
    @pytest.mark.both_databases
    def test_what_another_wrote_is_never_lost(self, ekbacken, birgitta, signed_in):
        period, day = a_period(birgitta, ekbacken.kim), date(2026, 10, 13)
        astrid = signed_in(ekbacken.astrid)
        assert measure(astrid, period, day, "14").status_code == 303
        late = measure(birgitta, period, day, "15")
        assert late.status_code == 422
        assert "14 skrevs" in late.text
        assert "klasslärare 1A, Ekbackens skola" in late.text
        assert stored(period) == {day: 14}
        again = measure(birgitta, period, day, "15", seen="1:14", was=day)  # as the page now stands
        assert again.status_code == 303
        assert stored(period) == {day: 15}
        changes = sa.select(SupportResultChange.points).order_by(SupportResultChange.version)
        assert list(db.session.scalars(changes)) == [14, 15]

    def test_what_a_file_says_has_a_history_too(self, ekbacken, birgitta, lasspar, tmp_path):
        file = tmp_path / "stod.csv"
        head = "elev-id;mått;start;startvärde;måldatum;mål;datum;resultat"
        for points, more in (("14", ()), ("15", ("--replace",))):
            row_of = f"1001;ord_per_minut;2026-08-24;12;2026-11-02;30;2026-10-13;{points}"
            file.write_text(f"{head}\n{row_of}\n", encoding="utf-8")
            assert lasspar("support", "import", file, *more).exit_code == 0
        period = db.session.scalars(sa.select(SupportPeriod)).one()
        page = birgitta.get(f"/support/{period.id}").text
        assert page.count("kommandoraden") == 2
        assert 'value="2:15"' in birgitta.get(f"/support/{period.id}/results?week=2026-W42").text

    def test_the_same_form_twice_changes_nothing(self, ekbacken, birgitta):
        period, day = a_period(birgitta, ekbacken.kim), date(2026, 10, 13)
        for _time in range(2):
            assert measure(birgitta, period, day, "14").status_code == 303
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SupportResultChange)) == 1

    def test_a_result_can_move_to_its_right_day_and_be_taken_away(self, ekbacken, birgitta):
        period, wrong, right = a_period(birgitta, ekbacken.kim), date(2026, 10, 13), date(2026, 10, 14)
        measure(birgitta, period, wrong, "14")
        measure(birgitta, period, right, "14", seen="1:14", was=wrong)
        assert stored(period) == {right: 14}
        measure(birgitta, period, right, "", seen="1:14", was=right)
        assert stored(period) == {}
        page = birgitta.get(f"/support/{period.id}").text
        assert page.count("borttaget") == 2

    @pytest.mark.parametrize(
        ("on", "points", "words"),
        [
            (date(2026, 11, 2), "14", "har inte varit ännu"),
            (date(2026, 8, 20), "14", "Perioden börjar 2026-08-24."),
            (date(2026, 10, 13), "f", "Lämna tomt när eleven var borta"),
            (date(2026, 10, 13), "251", "0 till 250"),
            (date(2026, 10, 13), "fjorton", "går inte att läsa"),
        ],
    )
    def test_what_cannot_be_is_refused_and_stays_as_it_was_typed(self, ekbacken, birgitta, on, points, words):
        period = a_period(birgitta, ekbacken.kim)
        answer = measure(birgitta, period, on, points)
        assert answer.status_code == 422
        assert words in answer.text
        assert f'value="{points}"' in answer.text
        assert stored(period) == {}

    def test_a_slow_pupil_gets_the_signal_in_the_same_save(self, ekbacken, birgitta):
        period = a_period(birgitta, ekbacken.kim)
        for week, value in enumerate((20, 21, 19, 23, 22, 24, 22, 25)):
            measure(birgitta, period, MONDAY + timedelta(weeks=week), str(value))
        growth = sa.select(Flag.kind).filter_by(pupil_id=ekbacken.kim.id, family="growth")
        assert db.session.scalar(growth) == "falling_behind"

    def test_a_stranger_s_row_in_the_form_is_nobody_s(self, ekbacken, birgitta):
        mine, other = a_period(birgitta, ekbacken.kim), a_period(birgitta, ekbacken.noor)
        fields = {"week": "2026-W42", **row(other, date(2026, 10, 13), "14")}
        for stranger in (fields, fields | {"row": "9" * 5000 + ".0"}):
            assert post(birgitta, f"/support/{mine.id}/results", stranger).status_code == 404


class TestChanging:
    def change(self, client: FlaskClient, period: SupportPeriod, **fields: Any) -> Any:
        led_by = f"special_teacher.{db.session.scalar(sa.select(SupportLead.school_id))}"
        told = {**PLAN, "led_by": led_by, "changed_from": "2026-09-28", "version": "1", **fields}
        return post(client, f"/support/{period.id}/change", told)

    @pytest.mark.both_databases
    def test_a_change_is_a_dated_mark_and_the_history_says_what(self, ekbacken, birgitta):
        period = a_period(birgitta, ekbacken.kim)
        assert self.change(birgitta, period, times_a_week="5", line="Fem gånger").status_code == 303
        page = birgitta.get(f"/support/{period.id}").text
        assert "28/9 Fem gånger" in page
        assert "Hur ofta: 20 minuter, 4 gånger i veckan blev 20 minuter, 5 gånger i veckan." in page

    def test_a_change_for_the_group_leaves_each_the_own_goal(self, ekbacken, birgitta):
        kim, noor = ekbacken.kim, ekbacken.noor
        chosen = [Chosen(NEUTRAL_NAMES[0], ("fluency",), (kim.id, noor.id))]
        save_groups(ekbacken.class_1a, ekbacken.autumn, chosen, Recorder())
        db.session.commit()
        period = a_period(birgitta, kim, **{"with": noor.id, f"start-{noor.id}": "25"})
        self.change(birgitta, period, goal="33", times_a_week="5", line="Fem gånger", for_group="y")
        plans = db.session.execute(
            sa.select(SupportPlan.times_a_week, SupportPeriod.goal).join(SupportPlan.period)
        )
        assert sorted(plans) == [(5, 33), (5, 35)]
        self.change(birgitta, period, goal="33", times_a_week="3", version="2")
        assert sorted(db.session.scalars(sa.select(SupportPlan.times_a_week))) == [3, 5]

    def test_who_is_overtaken_is_told(self, ekbacken, birgitta):
        period = a_period(birgitta, ekbacken.kim)
        self.change(birgitta, period, goal="33")
        answer = self.change(birgitta, period, goal="34")
        assert "Någon annan har ändrat planen" in answer.text
        assert db.session.get_one(SupportPeriod, period.id).goal == 33

    @pytest.mark.slow
    @pytest.mark.both_databases
    def test_a_changed_goal_bends_the_line_on_its_day(self, ekbacken, birgitta, lasspar):
        """1 a week for five weeks, as planned to 30; from 28 September 3 a week, to 40. By hand: the line
        says 25 that day, 28 and 31 the weeks after."""
        period = a_period(birgitta, ekbacken.kim, goal="30")
        for week, value in enumerate((20, 21, 22, 23, 24, 25, 26, 27)):
            measure(birgitta, period, MONDAY + timedelta(weeks=week), str(value))
        (told,) = json.loads(lasspar(*GROWTH).stdout)["periods"]
        assert (told["verdict"], told["goal_slope"]) == ("on_the_way", 1.0)
        assert self.change(birgitta, period, goal="40").status_code == 303
        page = birgitta.get(f"/support/{period.id}").text
        planned = re.findall(r'data-label="Planerat" class="amount">([0-9,]+)<', page)
        assert planned == ["20,0", "21,0", "22,0", "23,0", "24,0", "25,0", "28,0", "31,0"]
        assert "Före 2026-09-28 var målet 30 till 2026-11-02." in page
        assert "Planerat är 3,0 i veckan." in page
        (told,) = json.loads(lasspar(*GROWTH).stdout)["periods"]
        assert (told["verdict"], told["goal_slope"], told["slope"]) == ("falling_behind", 2.0, 1.0)

    def test_a_period_from_a_file_remembers_how_it_began(self, ekbacken, birgitta, lasspar, tmp_path):
        file = tmp_path / "stod.csv"
        head = "elev-id;mått;start;startvärde;måldatum;mål;datum;resultat"
        file.write_text(f"{head}\n1001;ord_per_minut;2026-08-24;20;2026-11-02;30;2026-10-12;26\n", "utf-8")
        assert lasspar("support", "import", file).exit_code == 0
        period = db.session.scalars(sa.select(SupportPeriod)).one()
        school = db.session.scalar(sa.select(Duty.school_id).filter_by(role=Role.SPECIAL_TEACHER))
        told = {**PLAN, "led_by": f"special_teacher.{school}", "changed_from": "2026-09-28", "version": "0"}
        told |= {"goal": "40", "line": "Högre mål"}
        assert post(birgitta, f"/support/{period.id}/change", told).status_code == 303
        page = birgitta.get(f"/support/{period.id}").text
        assert "28/9 Högre mål" in page
        assert "Mål: 30 blev 40." in page
        assert "Ansvarar: inte sagt blev " in page
        assert 'data-label="Planerat" class="amount">31,0<' in page  # 25 on its day, and 3 a week

    def test_a_goal_cannot_be_set_for_a_day_that_is_past_when_it_begins(self, ekbacken, birgitta):
        period = a_period(birgitta, ekbacken.kim)
        answer = self.change(birgitta, period, weeks="4", changed_from="2026-10-19")
        assert answer.status_code == 422
        assert "Perioden slutar då 2026-09-21." in answer.text

    def test_nothing_changed_is_no_change(self, ekbacken, birgitta):
        period = a_period(birgitta, ekbacken.kim)
        self.change(birgitta, period)
        assert db.session.scalar(sa.select(sa.func.max(SupportChange.version))) == 1


class TestEnding:
    def end(self, client: FlaskClient, period: SupportPeriod, **fields: Any) -> Any:
        told = {"ended_on": "2026-10-30", "worked": "partly", "line": "Läsa högt", "version": "0", **fields}
        return post(client, f"/support/{period.id}/end", told)

    @pytest.mark.both_databases
    def test_before_after_and_what_worked(self, ekbacken, birgitta):
        period = a_period(birgitta, ekbacken.kim)
        for week, value in enumerate((20, 22, 30, 24, 26)):
            measure(birgitta, period, MONDAY + timedelta(weeks=week), str(value))
        assert self.end(birgitta, period).status_code == 303
        kept = db.session.scalars(sa.select(SupportFollowUp)).one()
        assert (kept.before, kept.after, kept.results, kept.verdict) == (20, 26, 5, "too_early")
        page = birgitta.get("/support").text
        assert "Delar av insatsen fungerade" in page
        assert "Inga stödperioder pågår." in page

    def test_an_ended_period_takes_no_results_until_it_is_opened_again(self, ekbacken, birgitta, lasspar):
        period = a_period(birgitta, ekbacken.kim)
        self.end(birgitta, period)
        refused = measure(birgitta, period, date(2026, 10, 13), "14")
        assert refused.status_code == 422
        assert "Perioden är avslutad. Öppna den igen" in refused.text
        assert 'value="14"' in refused.text
        assert stored(period) == {}
        assert json.loads(lasspar(*GROWTH).stdout)["periods"] == []
        assert post(birgitta, f"/support/{period.id}/end/undo", {"version": "1"}).status_code == 303
        assert measure(birgitta, period, date(2026, 10, 13), "14").status_code == 303

    def test_what_was_typed_for_the_others_of_the_group_is_stored(self, ekbacken, birgitta):
        kim, noor = ekbacken.kim, ekbacken.noor
        chosen = [Chosen(NEUTRAL_NAMES[0], ("fluency",), (kim.id, noor.id))]
        save_groups(ekbacken.class_1a, ekbacken.autumn, chosen, Recorder())
        db.session.commit()
        mine = a_period(birgitta, kim, **{"with": noor.id, f"start-{noor.id}": "25"})
        other = db.session.scalars(sa.select(SupportPeriod).filter_by(pupil_id=noor.id)).one()
        self.end(birgitta, other)
        rows = [row(one, date(2026, 10, 13), points) for one, points in ((mine, "21"), (other, "27"))]
        fields = {"week": "2026-W42", **rows[0], **rows[1], "row": [one["row"] for one in rows]}
        refused = post(birgitta, f"/support/{mine.id}/results", fields)
        assert "1 resultat är sparat. 1 rad väntar på dig" in refused.text
        assert 'value="27"' in refused.text
        assert (stored(mine), stored(other)) == ({date(2026, 10, 13): 21}, {})

    def test_a_signal_of_slow_growth_goes_when_the_period_ended_before_the_window_saw_it(
        self, ekbacken, birgitta
    ):
        period = a_period(birgitta, ekbacken.kim)
        for week, value in enumerate((20, 21, 19, 23, 22, 24, 22, 25)):
            measure(birgitta, period, MONDAY + timedelta(weeks=week), str(value))
        self.end(birgitta, period)
        growth = sa.select(Flag).filter_by(pupil_id=ekbacken.kim.id, family="growth")
        assert db.session.scalars(growth).one_or_none() is None


class TestTheList:
    @pytest.mark.parametrize(
        ("who", "told"),
        [
            ("birgitta", "Öppna elevens sida och välj Starta stödperiod."),
            ("astrid", "Specialläraren startar stödperioder, och de visas sedan här. Behöver en elev stöd?"),
            ("rut", "Specialläraren startar stödperioder, och de visas sedan här.</p>"),
        ],
    )
    def test_an_empty_list_says_who_starts_a_period(self, ekbacken, signed_in, who, told):
        assert told in signed_in(getattr(ekbacken, who)).get("/support").text

    def test_the_function_sees_what_is_due_and_whoever_holds_it(self, ekbacken, birgitta, signed_in):
        a_period(birgitta, ekbacken.kim)
        page = birgitta.get("/support").text
        assert "1 stödperiod pågår; 1 saknar resultat." in page
        assert "saknas för vecka 35" in page
        assert "din funktion" in page
        assert "din funktion" not in signed_in(ekbacken.rut).get("/support").text

    def test_a_protected_pupil_is_counted_and_not_named(self, ekbacken, birgitta):
        a_period(birgitta, ekbacken.siv)
        page = birgitta.get("/support").text
        assert "1 stödperiod gäller elever med skyddade personuppgifter" in page
        assert "Elev S" not in page

    def test_what_another_school_has_not_handed_over_is_not_on_the_list(self, ekbacken, birgitta):
        """Noor came in September, and her former school has not handed anything over."""
        noor = ekbacken.noor
        record(ekbacken.autumn, noor, ord_per_minut=12)
        a_period(birgitta, noor)
        began = date(2026, 10, 20)
        schools = {"from_school_id": ekbacken.other_school.id, "to_school_id": ekbacken.school.id}
        db.session.add(HeldHistory(pupil_id=noor.id, before_on=began, **schools))
        db.session.execute(sa.update(Score).values(assessed_on=date(2026, 10, 13)))
        db.session.commit()
        assert "Noor Alm" not in birgitta.get("/support").text
        page = birgitta.get(f"/pupils/{noor.id}/support/new").text
        assert "Noor Alm" in page
        assert "senast 12" not in page

    def test_more_periods_take_no_more_questions(self, ekbacken, birgitta):
        a_period(birgitta, ekbacken.kim)
        with counted_queries() as few:
            birgitta.get("/support")
        a_period(birgitta, ekbacken.noor)
        with counted_queries() as many:
            birgitta.get("/support")
        assert len(many) == len(few)


def test_every_act_says_by_which_duty(ekbacken, birgitta):
    period = a_period(birgitta, ekbacken.kim)
    measure(birgitta, period, date(2026, 10, 13), "14")
    acts = sa.select(AuditEntry).where(AuditEntry.action.in_(["support:started", "support:measured"]))
    duty = ekbacken.birgitta.staff_member.duties[0].id
    assert [(one.action, one.duty_id) for one in db.session.scalars(acts.order_by(AuditEntry.id))] == [
        ("support:started", duty), ("support:measured", duty),
    ]  # fmt: skip
