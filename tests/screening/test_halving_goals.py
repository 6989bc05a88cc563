"""Goals to halve: the path, the answer in words, and nothing of a small group."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import TODAY, Ekbacken
from coordinating import a_school, alone, pupils
from flask.testing import FlaskClient
from invented_figures import pages
from posting import post
from reading_pages import sentence, texts
from scoring import a_window, counted_queries

from assessments.absence.limits import set_limit
from assessments.absence.models import AbsenceShare
from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.governing.members import leave
from assessments.models import AssessmentWindow, Season
from assessments.refusals import Refused
from assessments.retention.models import AbsenceSum
from assessments.roster.models import Role
from assessments.writes import Recorder
from screening.coordination import goal_table, goals
from screening.coordination.figures import Figures
from screening.coordination.goal_pages import goal_told
from screening.coordination.goal_release import release
from screening.coordination.goal_table import Asked
from screening.coordination.goals import Wish
from screening.coordination.models import GoalKind, HalvingGoal, ReleasedFigures
from screening.coordination.observing import Observed, observed
from screening.coordination.progress import Told, progress
from screening.disclosure import Counts, Table
from screening.disclosure_releases import Gone
from screening.initiative import compare
from screening.initiative_counts import Place
from screening.rollup.models import CountedPupil
from screening.statistics import Halving

pytestmark = pytest.mark.slow

SignIn = Callable[[Any], FlaskClient]
PLACES = [Place(1, "Ekbacken", None, 1, "Ekby"), Place(2, "Tallbacken", None, 2, "Tallby")]


def year(academic_year: str, under: int, enrolled: int, assessed: int | None = None, **more: Any) -> Told:
    shown = Figures(enrolled, enrolled if assessed is None else assessed, under)
    return Told(academic_year, more.get("cohorts", (academic_year,)), shown, more.get("judged_by", "set@1"))


class TestAnswer:
    """Decision logic, section 7, by hand: 300 pupils, 30 percent to begin with, half of it in four years."""

    @pytest.mark.parametrize(
        ("under", "answer"),
        [
            (110, Halving.NOT_ON_THE_WAY),  # 36.7 percent: all of the interval over the path's 26.25
            (60, Halving.ON_THE_WAY),  # 20 percent, at most 24.9
            (80, Halving.TOO_EARLY),  # 26.7 percent: up to 31.9, as high as it began
        ],
    )
    def test_is_of_the_interval_and_the_straight_path(self, under: int, answer: Halving) -> None:
        found = progress([year("2024/25", 90, 300), year("2025/26", under, 300)], "2024/25", "2028/29")
        assert found.latest is not None
        assert (found.latest.path, found.goal) == (pytest.approx(0.2625), pytest.approx(0.15))
        assert found.answer is answer

    def test_fewer_results_are_not_fewer_under_the_goal(self) -> None:
        """20 percent of all, but 40 percent of the half that has a result."""
        told = [year("2024/25", 90, 300), year("2025/26", 60, 300, assessed=150)]
        found = progress(told, "2024/25", "2028/29")
        assert (found.answer, found.latest and found.latest.why) == (
            Halving.TOO_EARLY, "Svaret beror på dem som saknar resultat.",
        )  # fmt: skip

    def test_other_limits_than_to_begin_with_give_no_answer(self) -> None:
        told = [year("2024/25", 90, 300), year("2025/26", 30, 300, judged_by="set@2")]
        found = progress(told, "2024/25", "2028/29")
        assert (found.answer, found.latest and found.latest.why) == (
            Halving.TOO_EARLY, "Riktmärkena har ändrats sedan utgångsläget.",
        )  # fmt: skip

    @pytest.mark.parametrize(("texts", "is_said"), [((), False), (("2 Båten",), False), (("2 Räven",), True)])
    def test_only_the_same_text_is_compared(self, texts: tuple[str, ...], is_said: bool) -> None:
        first, later = year("2024/25", 90, 300), year("2025/26", 30, 300)
        told = [replace(first, texts=("2 Räven",)), replace(later, texts=texts)]
        assert (progress(told, "2024/25", "2028/29").answer is Halving.ON_THE_WAY) is is_said

    @pytest.mark.parametrize(
        ("first", "limits", "why"),
        [
            (("15",), ("15",), ""),
            (("15",), ("20",), "Gränsen för oroande frånvaro har ändrats: jämförs inte med utgångsläget."),
            (
                ("15",),
                ("15", "20"),
                "Gränsen för oroande frånvaro har ändrats: jämförs inte med utgångsläget.",
            ),
            (("",), ("",), "Gränsen för oroande frånvaro är inte känd för alla år: jämförs inte."),
        ],
    )
    def test_absence_is_compared_from_one_limit_on(
        self, first: tuple[str, ...], limits: tuple[str, ...], why: str
    ) -> None:
        told = [
            replace(year("2024/25", 90, 300), limits=first),
            replace(year("2025/26", 60, 300), limits=limits),
        ]
        latest = progress(told, "2024/25", "2028/29").latest
        assert latest
        assert (latest.why, latest.answer is Halving.ON_THE_WAY) == (why, not why)

    def test_cohorts_together_meet_the_path_at_their_middle(self) -> None:
        together = year("2026/27", 60, 300, cohorts=("2025/26", "2026/27"))
        found = progress([year("2024/25", 90, 300), together], "2024/25", "2028/29")
        assert found.latest
        assert (found.latest.at, found.latest.path) == (2025.5, pytest.approx(0.3 * (1 - 1.5 / 8)))

    def test_a_year_that_is_hidden_is_not_said_to_have_few(self) -> None:
        """It may be large, and hidden beside what was shown with a municipality that has left."""
        hidden = Told("2025/26", ("2025/26",), Figures(684, 587, None), "set@1")
        (_, found) = progress([year("2024/25", 90, 300), hidden], "2024/25", "2028/29").points
        assert found.why == (
            "Talet visas inte: en grupp är för liten, eller gick att räkna ut ur det som har visats förut."
        )

    def test_without_a_baseline_nothing_is_said(self) -> None:
        found = progress([year("2025/26", 30, 300)], "2024/25", "2028/29")
        assert (found.answer, found.goal, found.baseline) == (Halving.TOO_EARLY, None, None)


class TestTable:
    def test_small_cohorts_are_taken_together_but_never_over_the_baseline(self) -> None:
        counts = {(one, 1, 2, "sv"): Counts(15, 45) for one in ("2023/24", "2024/25", "2025/26", "2026/27")}
        asked = Asked(frozenset({1}), 2, "2024/25")
        assert goal_table.cohorts(asked, counts) == {
            "2023/24": ("2023/24",),
            "2024/25": ("2023/24", "2024/25"),
            "2025/26": ("2025/26",),
            "2026/27": ("2025/26", "2026/27"),
        }

    def test_a_year_that_would_give_the_rest_away_is_hidden(self) -> None:
        """All of Ekbacken is shown elsewhere; year 1 alone would say how the nine of year 2 stand."""
        counts = {("2026/27", 1, 1, "sv"): Counts(80, 80), ("2026/27", 1, 2, "sv"): Counts(5, 4)}
        asked, whole = Asked(frozenset({1}), 1, "2025/26"), frozenset(goal_table.cell(*one) for one in counts)
        for told, hidden in (([], frozenset()), ([whole], frozenset({goal_table.of_year("2026/27")}))):
            assert goal_table.release(asked, counts, PLACES, told, []).hidden == hidden

    def test_a_year_beside_sv_that_would_give_few_sva_away_is_hidden(self) -> None:
        """Sv of Ekby is told by the window: with all of the year, the nine who read sva would be known."""
        counts = {("2026/27", 1, 1, "sv"): Counts(80, 80), ("2026/27", 1, 1, "sva"): Counts(5, 4)}
        cells = {
            f"2026/27-autumn 1 {one}": found
            for one, found in zip(("sv", "sva"), counts.values(), strict=True)
        }
        lines = {
            "municipality 1 sv": frozenset({"2026/27-autumn 1 sv"}),
            "winter": frozenset({"2026/27-winter 1 sv"}),
        }
        window = Gone(Table({**cells, "2026/27-winter 1 sv": Counts()}, lines), frozenset())
        told = list(goal_table.told_lines(window, counts, {"2026/27-autumn": "2026/27"}))
        assert told == [("municipality 1 sv", frozenset({"2026/27 1 1 sv"}))]
        asked = Asked(frozenset({1}), 1, "2025/26")
        sums = [of for _, of in told]
        for beside, hidden in (([], frozenset()), (sums, frozenset({goal_table.of_year("2026/27")}))):
            assert goal_table.release(asked, counts, PLACES, beside, []).hidden == hidden

    def test_a_window_after_the_goal_hides_what_would_give_the_rest_away(self) -> None:
        """Year 1 of Ekbacken has gone out: all of the school, of Ekby, or of both municipalities less Tallby,
        would say how the nine of year 2 stand."""
        counts = {
            ("2026/27", 1, 1, "sv"): Counts(80, 80), ("2026/27", 1, 2, "sv"): Counts(5, 4),
            ("2026/27", 2, 1, "sv"): Counts(40, 40), ("2026/27", 2, 2, "sv"): Counts(30, 30),
        }  # fmt: skip
        sums = {
            f"2026/27-autumn {school} sv": Counts(*both) for school, both in ((1, (85, 84)), (2, (70, 70)))
        }
        here, there = (frozenset({name}) for name in sums)
        lines = {"municipality 1": here, "school 1": here, "municipality 2": there, "all": here | there}
        window, years = Gone(Table(sums, lines), frozenset()), {"2026/27-autumn": "2026/27"}
        goal = frozenset({"2026/27 1 1 sv"})
        for told, hidden in (([], set()), ([goal], lines.keys() - {"all"})):
            assert goal_table.given_away(window, {}, told, Observed(counts, {}, {}), PLACES, years) == hidden

    def test_a_change_of_few_pupils_waits(self) -> None:
        asked = Asked(frozenset({1}), None, "2025/26")
        first = goal_table.release(asked, {("2026/27", 1, 1, "sv"): Counts(80, 80)}, PLACES, [], [])
        line = goal_table.of_year("2026/27")
        for under, shown in ((83, 80), (95, 95)):
            counts = {("2026/27", 1, 1, "sv"): Counts(under, 160 - under)}
            again = goal_table.release(asked, counts, PLACES, [], [first])
            assert again.table.counts(line).under_goal == shown

    def test_what_was_hidden_within_what_was_told_stays_so(self) -> None:
        """Five of sixty were hidden, and 45 of 160 told: twenty now, of 60 of 160, would say five."""
        asked, last = Asked(frozenset({1}), None, "2023/24"), ("2025/26", 1, 1, "sv")
        few, more = ({("2024/25", 1, 1, "sv"): Counts(count, 60 - count)} for count in (5, 20))
        line = goal_table.of_year("2024/25")
        for beside in ({last: Counts(40, 60)}, {}):
            first = goal_table.release(asked, {**few, **beside}, PLACES, [], [])
            again = goal_table.release(asked, {**more, **beside}, PLACES, [], [first])
            assert first.hidden == {line}
            assert again.hidden == ({line} if beside else frozenset())

    def test_a_cohort_that_is_only_told_together_is_a_group_too(self) -> None:
        """Ten more the first year and three the second: thirteen together would tell the three."""
        asked, before, last = Asked(frozenset({1}), None, "2023/24"), "2024/25", "2025/26"
        then = {(before, 1, 1, "sv"): Counts(30, 30), (last, 1, 1, "sv"): Counts(25, 35)}
        now = {(before, 1, 1, "sv"): Counts(40, 20), (last, 1, 1, "sv"): Counts(28, 32)}
        first = goal_table.release(asked, then, PLACES, [], [])
        again = goal_table.release(asked, now, PLACES, [], [first]).table
        told = [again.counts(goal_table.of_year(one)).under_goal for one in (before, last)]
        assert told == [40, 65]


@pytest.fixture
def cohorts(ekbacken: Ekbacken) -> Ekbacken:
    """Two autumns: 40 of 130 under the goal at Ekbacken, then 15."""
    cast = alone(ekbacken)
    before = a_window(
        "2025/26", Season.AUTUMN, *(cast.autumn.opens_on.replace(year=2025, day=one) for one in (1, 20))
    )
    pupils(cast, cast.school, 40, 90, window=before)
    pupils(cast, cast.school, 15, 115)
    return cast


def a_goal(kind: GoalKind = GoalKind.WINDOW, **more: Any) -> HalvingGoal:
    asked = {"year": 1, "measure": None, "municipality_id": None, "baseline_year": "2025/26", **more}
    wish = Wish("Alla läser", kind, season=Season.AUTUMN, target_year="2029/30", **asked)
    goal = goals.set_goal(wish, Recorder())
    db.session.commit()
    return goal


@pytest.mark.both_databases
def test_a_goal_is_set_counted_read_and_printed(cohorts: Ekbacken, signed_in: SignIn) -> None:
    client = signed_in(cohorts.cecilia)
    fields = {
        "name": "Alla läser i ettan", "kind": "window", "measure": "", "year": "1", "season": "autumn",
        "municipality": "", "baseline_year": "2025/26", "target_year": "2029/30",
    }  # fmt: skip
    address = post(client, "/initiative/goals/new", fields).location
    assert sentence(client.get(address).text) == "Målet är inte räknat än."
    assert client.get(f"{address}/goal.pdf").status_code == 404
    assert post(client, address).status_code == 303
    page = client.get(address).text
    assert sentence(page) == (
        "På väg: 12 % (7 till 18 %) når ännu inte målet 2026/27. Den raka vägen går genom 27 %. "
        "Utgångsläget 2025/26 är 31 %, målet 2029/30 är 15 %."
    )
    assert [row.split()[:2] for row in texts(page, "//tbody/tr")] == [["2025/26", "40"], ["2026/27", "15"]]
    paper = " ".join(" ".join(pages(client.get(f"{address}/goal.pdf").data)).split())
    assert "efter Lässpår bas 2026, version 1, så som det finns" in paper
    assert "@" not in paper
    table = client.get(f"{address}/goal.csv").data.decode("utf-8-sig").splitlines()
    assert table[2].startswith(
        "Alla läser i ettan;åk 1, hösten, hela satsningen;2026/27;2026/27;130;130;15;0,1154;"
    )
    assert table[2].endswith(";ja;0,2692;på väg;;")
    assert "1 av 1 mål är på väg." in client.get("/initiative/goals").text
    for action in ("set", "counted"):
        assert db.session.scalars(sa.select(AuditEntry).filter_by(action=f"halving_goal:{action}")).one()


def test_a_window_counted_after_a_goal_of_one_year_tells_nothing_of_the_few_others(
    cohorts: Ekbacken,
) -> None:
    pupils(cohorts, cohorts.school, 0, 0, 9, year=2)
    pupils(cohorts, cohorts.other_school, 40, 60)
    assert not release(a_goal(), Recorder()).hidden
    answer = compare(cohorts.autumn, "municipality")
    told = [*answer["groups"], answer["total"]]
    assert [(one["name"], one["suppressed"]) for one in told] == [
        ("Ekby", False),
        ("Tallby", True),
        ("Alla", True),
    ]


def test_a_measure_and_absence_are_shares_of_the_same_pupils(cohorts: Ekbacken) -> None:
    measure, absence = a_goal(GoalKind.MEASURE, measure="bokstavsljud"), a_goal(GoalKind.ABSENCE)
    away = db.session.scalars(sa.text("SELECT pupil_id FROM counted_pupil WHERE window_id = 1 ORDER BY 1"))
    for number, pupil_id in enumerate(away):
        percent = 20 if number % 4 == 0 else 5
        db.session.add(AbsenceShare(pupil_id=pupil_id, window_id=cohorts.autumn.id, percent=percent))
    db.session.flush()
    for goal, under in ((measure, 15), (absence, 33)):
        release(goal, Recorder())
        [*_, latest] = goal_told(goal).found.points
        assert (latest.academic_year, latest.figures.under_goal, latest.figures.enrolled) == (
            "2026/27", under, 130,
        )  # fmt: skip
    assert [(one.name, one.answer) for one in goal_told(measure).beside] == [
        ("Alla läser", "Går inte att säga än")
    ]
    assert goal_told(absence).beside == ()


def test_only_the_baseline_is_called_so(cohorts: Ekbacken, signed_in: SignIn) -> None:
    """With a baseline of few pupils no year has a path, and none but it is what all is compared to."""
    before = cohorts.autumn.opens_on.replace(year=2024)
    pupils(cohorts, cohorts.school, 2, 4, window=a_window("2024/25", Season.AUTUMN, before, before))
    client = signed_in(cohorts.cecilia)
    goal = a_goal(baseline_year="2024/25")
    address = f"/initiative/goals/{goal.id}"
    post(client, address)
    ways = texts(client.get(address).text, "//td[@data-label='Raka vägen']")
    assert ways == ["utgångsläge", "visas inte", "visas inte"]
    paper = " ".join(pages(client.get(f"{address}/goal.pdf").data))
    assert paper.partition("På väg:")[0].count("utgångsläge") == 1


@pytest.fixture
def away(cohorts: Ekbacken) -> Ekbacken:
    """Of the 130 of each autumn 33 have been away for 30 percent, and 33 more for 17."""
    for window in db.session.scalars(sa.select(AssessmentWindow)):
        of_window = sa.select(CountedPupil.pupil_id).filter_by(window_id=window.id)
        for number, pupil_id in enumerate(db.session.scalars(of_window.order_by(CountedPupil.pupil_id))):
            percent = (30, 17, 5, 5)[number % 4]
            db.session.add(AbsenceShare(pupil_id=pupil_id, window_id=window.id, percent=percent))
    db.session.commit()
    return cohorts


def test_absence_is_told_from_the_limit_that_it_was_counted_from(away: Ekbacken, signed_in: SignIn) -> None:
    """What has gone out keeps its limit; years with different limits are not compared."""
    client, goal = signed_in(away.cecilia), a_goal(GoalKind.ABSENCE)
    address = f"/initiative/goals/{goal.id}"
    post(client, address)
    before = sentence(client.get(address).text)
    assert before.startswith(
        "Går inte att säga än: 51 % (42 till 59 %) har oroande frånvaro (minst 15 %) 2026/27."
    )
    set_limit(Decimal(20), away.autumn.opens_on, None)
    db.session.commit()
    assert sentence(client.get(address).text) == before
    post(client, address)
    page = client.get(address).text
    assert sentence(page) == (
        "Går inte att säga än: 25 % (19 till 33 %) har oroande frånvaro (minst 20 %) 2026/27. Den raka vägen "
        "går genom 44 %. Utgångsläget 2025/26 är 51 % (minst 15 %), målet 2029/30 är 25 %."
    )
    assert "andelen som har oroande frånvaro ska vara" in page
    drawing = (
        page.replace("\N{NO-BREAK SPACE}", " ").partition('<svg class="drawing')[2].partition("</svg>")[0]
    )
    assert [said in drawing for said in ("gräns 15 %", "gräns 20 %")] == [True, True]
    rows = texts(page, "//tbody/tr")
    assert [row.partition(" %")[0] for row in rows] == ["2025/26 gräns 15", "2026/27 gräns 20"]
    why = "Gränsen för oroande frånvaro har ändrats: jämförs inte med utgångsläget."
    assert why in rows[1]
    paper = " ".join(" ".join(pages(client.get(f"{address}/goal.pdf").data)).split())
    assert why in paper
    assert "gräns 15 %" in paper.replace("\N{NO-BREAK SPACE}", " ")
    table = client.get(f"{address}/goal.csv").data.decode("utf-8-sig").splitlines()
    assert [row.rsplit(";", 2)[1:] for row in table[1:3]] == [["", "15"], [why, "20"]]


def test_old_rows_of_the_ledger_claim_no_limit(away: Ekbacken, signed_in: SignIn) -> None:
    goal = a_goal(GoalKind.ABSENCE)
    row = release(goal, Recorder())
    columns = {one.key: getattr(row, one.key) for one in sa.inspect(ReleasedFigures).column_attrs}
    facts = {name: told for name, told in row.facts.items() if name != "limits"}
    db.session.add(ReleasedFigures(**{**columns, "id": None, "facts": facts}))
    db.session.commit()
    page = signed_in(away.cecilia).get(f"/initiative/goals/{goal.id}").text
    assert "minst" not in page
    assert page.count("gränsen inte känd") == 2
    assert "Går inte att säga än: 51 %" in sentence(page)


def test_sums_of_who_is_gone_are_of_a_limit_that_was_set_in_time(away: Ekbacken) -> None:
    """A limit that reaches back says nothing of what was summed before it was set."""
    goal = a_goal(GoalKind.ABSENCE)
    for window in db.session.scalars(sa.select(AssessmentWindow)):
        db.session.add(AbsenceSum(window_id=window.id, school_id=away.school.id, year=1, known=20, much=10))
    assert observed(goal).limits == {"2025/26": "15", "2026/27": "15"}
    set_limit(Decimal(20), date(2025, 1, 1), None)
    assert observed(goal).limits == {"2025/26": "", "2026/27": "20"}


def test_numbers_are_entered_by_hand_all_or_nothing(cohorts: Ekbacken, signed_in: SignIn) -> None:
    goal, client = a_goal(GoalKind.INDICATOR, year=5), signed_in(cohorts.cecilia)
    address, school = f"/initiative/goals/{goal.id}/numbers", cohorts.school.id
    for year_told, count in (("2025-26", "30"), ("2026-27", "14")):
        fields = {f"count-{school}": count, f"among-{school}": "120"}
        assert post(client, f"{address}?year={year_told}", fields).status_code == 303
    other = cohorts.other_school.id
    halves = {f"count-{school}": "9", f"among-{school}": "x", f"count-{other}": "9"}
    wrong = post(client, f"{address}?year=2026-27", halves)
    assert (wrong.status_code, wrong.text.count(": skriv båda talen")) == (422, 2)
    both = {f"count-{school}": "9", f"among-{school}": "3", f"count-{other}": "9"}
    text = post(client, f"{address}?year=2026-27", both).text
    assert (text.count(": skriv båda talen"), text.count(": antalet som ännu inte når målet är")) == (1, 1)
    release(goal, Recorder())
    told = goal_told(goal)
    assert [one.figures.under_goal for one in told.found.points] == [30, 14]
    assert told.answer == "På väg"
    assert client.get(f"{address}?year=1999-00").status_code == 404


def test_a_coordinator_sees_goals_of_the_own_municipality(cohorts: Ekbacken, signed_in: SignIn) -> None:
    theirs = a_goal(GoalKind.INDICATOR)
    theirs.municipality_id = cohorts.other_municipality.id
    cia = cohorts.staff("Cia Cembra", "cia", Role.COORDINATOR, municipality=cohorts.municipality)
    db.session.commit()
    client = signed_in(cia)
    for path in ("", "/numbers", "/goal.pdf", "/goal.csv"):
        assert client.get(f"/initiative/goals/{theirs.id}{path}").status_code == 404
    assert "Alla läser" not in client.get("/initiative/goals").text


def test_who_has_left_sees_the_years_of_the_others_that_closed_before_and_decides_nothing(
    cohorts: Ekbacken, signed_in: SignIn
) -> None:
    everybody, own, by_hand = a_goal(), a_goal(), a_goal(GoalKind.INDICATOR)
    own.municipality_id = cohorts.municipality.id
    elin = cohorts.staff("Elin Ek", "elin", Role.COORDINATOR, municipality=cohorts.municipality)
    pupils(cohorts, cohorts.other_school, 40, 60)
    for goal in (everybody, own):
        release(goal, Recorder())
    db.session.commit()
    client, address = signed_in(elin), f"/initiative/goals/{everybody.id}"
    before = client.get(address).text
    assert "2026/27" in sentence(before)
    leave(cohorts.municipality, TODAY - timedelta(days=1), "Avtalet är slut", Recorder())
    db.session.commit()
    client = signed_in(elin)
    page = client.get(address).text
    assert "Inget läsår efter utgångsläget" in sentence(page)
    assert [row.split()[0] for row in texts(page, "//tbody/tr")] == ["2025/26"]
    assert "Här står läsår som stängde medan den var med." in page
    paper = " ".join(pages(client.get(f"{address}/goal.pdf").data))
    assert paper.count("2026/27") == 1  # on the axis of the picture
    assert len(client.get(f"{address}/goal.csv").text.splitlines()) == 2
    assert client.get("/initiative/goals").text.count("Inget läsår efter utgångsläget") == 1
    for path in ("", "/end"):
        assert post(client, f"{address}{path}").status_code == 403
        assert f'action="{address}{path}"' not in page
    assert client.get(f"/initiative/goals/{by_hand.id}/numbers").status_code == 403
    assert "Hela satsningen" not in client.get("/initiative/goals/new").text
    fields = {
        "name": "Alla läser", "kind": "window", "measure": "", "year": "1", "season": "autumn",
        "municipality": "", "baseline_year": "2025/26", "target_year": "2029/30",
    }  # fmt: skip
    assert post(client, "/initiative/goals/new", fields).status_code == 422
    assert post(client, f"/initiative/goals/{own.id}").status_code == 303
    assert "2026/27" in sentence(client.get(f"/initiative/goals/{own.id}").text)
    assert "2026/27" in sentence(signed_in(cohorts.cecilia).get(address).text)


@pytest.mark.parametrize(
    "more",
    [
        {"name": " "},
        {"target_year": "2025/26"},
        {"target_year": "2099/00"},
        {"kind": GoalKind.MEASURE, "measure": "x"},
    ],
)
def test_what_is_no_goal_is_refused(ekbacken: Ekbacken, more: dict[str, Any]) -> None:
    told = {
        "name": "Alla läser", "kind": GoalKind.WINDOW, "measure": None, "year": None, "season": Season.AUTUMN,
        "municipality_id": None, "baseline_year": "2025/26", "target_year": "2029/30",
    }  # fmt: skip
    with pytest.raises(Refused):
        goals.set_goal(Wish(**{**told, **more}), Recorder())


def test_the_number_of_queries_does_not_grow(cohorts: Ekbacken, signed_in: SignIn) -> None:
    client, counts = signed_in(cohorts.cecilia), []
    for number in range(2):
        goal = a_goal()
        with counted_queries() as counting:
            post(client, f"/initiative/goals/{goal.id}")
        with counted_queries() as reading:
            client.get("/initiative/goals")
        counts.append((len(counting), len(reading)))
        pupils(cohorts, a_school(f"Skola {number}", cohorts.school), 15, 20)
    assert counts[0] == counts[1]


@pytest.mark.both_databases
def test_what_went_out_stays(cohorts: Ekbacken) -> None:
    release(a_goal(), Recorder())
    db.session.commit()
    for change in (sa.update(ReleasedFigures).values(hidden=[]), sa.delete(ReleasedFigures)):
        with pytest.raises(sa.exc.DBAPIError, match="stays as it went out"):
            db.session.execute(change)
        db.session.rollback()
