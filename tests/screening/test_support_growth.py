"""Support that is followed up: as ``screening growth --json`` tells it, and as signals."""

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from flask import Flask
from scoring import a_window, record
from scripts import Script

from assessments.database import db
from assessments.models import AssessmentWindow, Season
from assessments.recording import confirm_scores
from assessments.roster.models import Pupil
from assessments.roster.tables import FROM_THE_COMMAND_LINE
from screening import flagging
from screening.models import Flag, StartFrom, SupportPeriod, SupportResult
from screening.reasons import why
from screening.support.comparing import Terms
from screening.support.files import import_support

STARTED = date(2026, 8, 24)
HEADER = "elev-id;mått;start;startvärde;måldatum;mål;datum;resultat"
SLOW = (20, 21, 19, 23, 22, 24, 22, 25)
PERIOD_KEYS = [
    "pupil", "start", "start_value", "n", "weeks", "slope", "se", "p_below_goal", "goal_slope", "theil_sen",
    "label", "verdict",
    "goal_date", "goal", "needed_rate", "typical_rate", "times_typical", "interim_goal",
]  # fmt: skip
Lasspar = Callable[..., Result]


def support(pupil: Pupil, *points: float, **plan: Any) -> SupportPeriod:
    """Weekly results from 24 August, towards 35 in ten weeks."""
    columns = {
        "measure": "ord_per_minut", "starts_on": STARTED, "start": Decimal(20), "start_from": StartFrom.GIVEN,
        "goal_on": STARTED + timedelta(weeks=10), "goal": Decimal(35), **plan,
    }  # fmt: skip
    period = SupportPeriod(pupil_id=pupil.id, **columns)
    db.session.add(period)
    db.session.flush()
    for week, value in enumerate(points):
        day = period.starts_on + timedelta(weeks=week)
        db.session.add(SupportResult(support_period_id=period.id, measured_on=day, points=Decimal(value)))
    db.session.commit()
    return period


def told(lasspar: Lasspar, code: str = "ord_per_minut") -> dict[str, Any]:
    done = lasspar("screening", "growth", "--measure", code, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


def growth_flag(pupil: Pupil, window: AssessmentWindow) -> Flag | None:
    return db.session.scalar(
        sa.select(Flag).filter_by(pupil_id=pupil.id, window_id=window.id, family="growth")
    )


class TestJson:
    @pytest.mark.both_databases
    def test_the_worked_example_is_told_unrounded(self, ekbacken: Ekbacken, lasspar: Lasspar):
        support(ekbacken.kim, *SLOW)
        answer = told(lasspar)
        assert list(answer) == ["measure", "periods"]
        (period,) = answer["periods"]
        assert list(period) == PERIOD_KEYS
        assert (period["pupil"], period["start"], period["start_value"], period["n"], period["weeks"]) == (
            "1001", "2026-08-24", 20, 8, 7.0,
        )  # fmt: skip
        assert period["slope"] == pytest.approx(27 / 42, abs=1e-14)
        assert period["theil_sen"] == pytest.approx(29 / 42, abs=1e-14)
        assert (period["goal_slope"], period["label"], period["verdict"]) == (
            1.5, "provisional", "falling_behind",
        )  # fmt: skip
        assert (period["goal_date"], period["goal"], period["needed_rate"]) == ("2026-11-02", 35, 1.5)
        assert (period["typical_rate"], period["interim_goal"]) == (None, None)  # one window so far

    def test_too_early_is_an_answer(self, ekbacken: Ekbacken, lasspar: Lasspar):
        support(ekbacken.kim, 20, 22)
        (period,) = told(lasspar)["periods"]
        assert (period["slope"], period["se"], period["p_below_goal"]) == (None, None, None)
        assert (period["label"], period["verdict"], period["weeks"]) == ("too_early", "too_early", 1.0)

    def test_a_period_without_results_is_there(self, ekbacken: Ekbacken, lasspar: Lasspar):
        support(ekbacken.kim)
        assert [(one["n"], one["weeks"], one["theil_sen"]) for one in told(lasspar)["periods"]] == [
            (0, 0, None)
        ]

    def test_those_that_run_are_told_by_municipality_and_pupil(
        self, ekbacken: Ekbacken, lasspar: Lasspar, monkeypatch: pytest.MonkeyPatch
    ):
        support(ekbacken.olle, 20)
        support(ekbacken.noor, 20)
        support(ekbacken.kim, 20, starts_on=date(2026, 10, 1), goal_on=date(2026, 12, 1))
        support(ekbacken.kim, 20)
        support(ekbacken.kim, measure="bokstavsljud")
        support(ekbacken.siv, starts_on=date(2026, 11, 1), goal_on=date(2026, 12, 1))  # not begun
        ended = {"starts_on": date(2026, 1, 12), "goal_on": date(2026, 5, 1)}
        support(ekbacken.siv, **ended)  # last year's
        found = [(one["pupil"], one["start"]) for one in told(lasspar)["periods"]]
        assert found == [
            ("1001", "2026-08-24"), ("1001", "2026-10-01"), ("1002", "2026-08-24"), ("2001", "2026-08-24"),
        ]  # fmt: skip
        monkeypatch.setenv("LASSPAR_TODAY", "2027-06-01")
        assert len(told(lasspar)["periods"]) == 5
        monkeypatch.setenv("LASSPAR_TODAY", "2027-08-01")
        assert told(lasspar)["periods"] == []

    def test_an_unknown_measure_is_named(self, lasspar: Lasspar):
        done = lasspar("screening", "growth", "--measure", "ord_per_minutt", "--json")
        assert (done.exit_code, done.stdout) == (1, "")
        assert "Menade du ord_per_minut?" in done.stderr

    def test_without_json_the_verdicts_are_counted(self, ekbacken: Ekbacken, lasspar: Lasspar):
        support(ekbacken.kim, *SLOW)
        support(ekbacken.noor, 20)
        words = lasspar("screening", "growth", "--measure", "ord_per_minut").stdout
        assert "2 stödperioder" in words
        assert "Utvecklas långsammare än planerat: 1" in words

    @pytest.mark.long
    def test_a_script_sees_nothing_but_json(self, app: Flask, ekbacken: Ekbacken, tmp_path: Path):
        script = Script(tmp_path, today="2026-10-15")
        script.copies(app)
        rows = [
            f"1001;ord_per_minut;2026-08-24;20;2026-11-02;35;{STARTED + timedelta(weeks=week)};{points}"
            for week, points in enumerate(SLOW)
        ]
        assert (
            script.run("support", "import", script.file("stöd.csv", "\n".join([HEADER, *rows]))).returncode
            == 0
        )
        done = script.run("screening", "growth", "--measure", "ord_per_minut", "--json")
        assert (done.returncode, done.stderr) == (0, "")
        (period,) = json.loads(done.stdout)["periods"]
        assert period["p_below_goal"] == pytest.approx(0.8240804823699348)  # sem 8

    def test_a_file_of_another_kind_is_refused(self, lasspar: Lasspar, tmp_path: Path):
        lists = tmp_path / "lista.csv"
        lists.write_text("skola;klass;årskurs;elev-id;förnamn;efternamn\nEk;2A;2;7001;Bo;Ek\n", "utf-8")
        refused = lasspar("support", "import", lists)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.startswith(f"{lists}:1:mått: kolumnen mått saknas")
        assert lasspar("support", "import", tmp_path / "ingen.csv").exit_code == 2


class TestSignals:
    """The family growth, for a pupil in year 2."""

    @pytest.fixture
    def tova(self, ekbacken: Ekbacken) -> Pupil:
        pupil = ekbacken.pupil("Tova", "Tvåa", "1010", year=2)
        db.session.commit()
        return pupil

    @pytest.fixture
    def winter(self, ekbacken: Ekbacken) -> AssessmentWindow:
        return a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 12))

    def judge(self, pupil: Pupil) -> None:
        flagging.judge_pupils([pupil.id])
        db.session.commit()

    @pytest.mark.both_databases
    def test_falling_behind_is_a_signal_with_its_numbers(self, ekbacken: Ekbacken, tova: Pupil):
        record(ekbacken.autumn, tova, ord_per_minut=40)
        support(tova, *SLOW)
        self.judge(tova)
        found = growth_flag(tova, ekbacken.autumn)
        assert (found.kind, found.level, found.state) == ("falling_behind", 2, "new")
        (measure,) = found.evidence["measures"]
        assert (measure["start"], measure["goal"], measure["n"]) == (20, 35, 8)
        assert measure["p_below_goal"] == pytest.approx(0.8240804823699348)  # sem 8
        assert why(found.kind, found.evidence).startswith(
            "Rätt lästa ord per minut, text: 0,6 ord/min i veckan"
        )

    def test_with_a_result_below_the_goal_it_is_the_greatest_need(self, ekbacken: Ekbacken, tova: Pupil):
        record(ekbacken.autumn, tova, ord_per_minut=5)
        support(tova, *SLOW)
        self.judge(tova)
        assert growth_flag(tova, ekbacken.autumn).level == 3

    def test_who_is_on_the_way_or_too_early_gets_none(self, ekbacken: Ekbacken, tova: Pupil):
        support(tova, *SLOW[:5])
        self.judge(tova)
        assert growth_flag(tova, ekbacken.autumn) is None

    def test_it_waits_for_a_number_to_be_checked(
        self, ekbacken: Ekbacken, tova: Pupil, winter: AssessmentWindow, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("LASSPAR_TODAY", "2027-01-20")
        support(tova, *SLOW, goal_on=date(2027, 5, 3), goal=Decimal(90))
        record(ekbacken.autumn, tova, ord_per_minut=30)
        record(winter, tova, ord_per_minut=130)  # a rise nobody believes
        assert growth_flag(tova, ekbacken.autumn) is not None
        assert growth_flag(tova, winter).state == "persistent_unconfirmed"
        confirm_scores(winter, tova.id, {"ord_per_minut"})
        assert growth_flag(tova, winter).state == "persistent"

    def test_a_window_sees_nothing_of_what_came_after_it(
        self, ekbacken: Ekbacken, tova: Pupil, winter: AssessmentWindow, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("LASSPAR_TODAY", "2027-03-10")
        record(ekbacken.autumn, tova, ord_per_minut=30)
        record(winter, tova, ord_per_minut=40)
        plan = {"starts_on": date(2027, 1, 18), "goal_on": date(2027, 3, 29)}
        support(tova, *SLOW, **plan)
        self.judge(tova)
        assert growth_flag(tova, ekbacken.autumn) is None
        assert growth_flag(tova, winter).state == "new"

    def test_a_plan_whose_day_is_past_speaks_no_more(
        self, ekbacken: Ekbacken, tova: Pupil, winter: AssessmentWindow, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("LASSPAR_TODAY", "2027-01-20")
        support(tova, *SLOW)
        record(ekbacken.autumn, tova, ord_per_minut=30)
        record(winter, tova, ord_per_minut=40)
        self.judge(tova)
        assert growth_flag(tova, ekbacken.autumn).kind == "falling_behind"
        assert growth_flag(tova, winter).state == "persistent_unconfirmed"

    def test_who_comes_up_to_the_line_again_has_reached_it_once(
        self, ekbacken: Ekbacken, tova: Pupil, winter: AssessmentWindow, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("LASSPAR_TODAY", "2027-02-01")
        record(ekbacken.autumn, tova, ord_per_minut=20)
        record(winter, tova, ord_per_minut=38)
        period = support(tova, *SLOW, goal_on=date(2027, 3, 1), goal=Decimal(65))
        for day, points in ((date(2027, 1, 18), 57), (date(2027, 1, 25), 59)):
            db.session.add(
                SupportResult(support_period_id=period.id, measured_on=day, points=Decimal(points))
            )
        db.session.commit()
        self.judge(tova)
        assert growth_flag(tova, ekbacken.autumn).state == "new"
        assert growth_flag(tova, winter).state == "at_goal_once"

    def test_the_import_judges_in_its_own_transaction(self, ekbacken: Ekbacken, tova: Pupil):
        rows = [
            f"1010;ord_per_minut;2026-08-24;20;2026-11-02;35;{STARTED + timedelta(weeks=week)};{points}"
            for week, points in enumerate(SLOW)
        ]
        file = "\n".join([HEADER, *rows]).encode()
        assert import_support("s.csv", file, FROM_THE_COMMAND_LINE, Terms()).problems == []
        assert growth_flag(tova, ekbacken.autumn) is not None
        db.session.rollback()
        assert growth_flag(tova, ekbacken.autumn) is None

    def test_judging_again_changes_nothing(self, ekbacken: Ekbacken, tova: Pupil, lasspar: Lasspar):
        support(tova, *SLOW)
        self.judge(tova)
        first = growth_flag(tova, ekbacken.autumn).judged_at
        done = lasspar("screening", "run", "--window", "2026/27-autumn", "--json")
        assert growth_flag(tova, ekbacken.autumn).judged_at == first
        pupil = next(one for one in json.loads(done.stdout)["pupils"] if one["pupil"] == "1010")
        assert {"family": "growth", "kind": "falling_behind", "level": 2, "state": "new"} in pupil["flags"]

    def test_pages_tell_it_with_its_numbers(self, ekbacken: Ekbacken, tova: Pupil, signed_in: Any):
        record(ekbacken.autumn, tova, ord_per_minut=40)
        support(tova, *SLOW)
        self.judge(tova)
        page = signed_in(ekbacken.birgitta).get(f"/pupils/{tova.id}?window=2026-27-autumn")
        assert page.status_code == 200
        assert "Utvecklas långsammare än planerat" in page.text
        assert "0,6 ord/min i veckan sedan 2026-08-24, planerat 1,5." in page.text

    @pytest.mark.parametrize("seed", range(4))
    def test_what_came_bit_by_bit_says_the_same_as_judging_from_scratch(
        self, ekbacken: Ekbacken, tova: Pupil, winter: AssessmentWindow, seed: int,
        monkeypatch: pytest.MonkeyPatch,
    ):  # fmt: skip
        monkeypatch.setenv("LASSPAR_TODAY", "2027-03-15")
        chance = random.Random(seed)
        for _ in range(12):
            if chance.random() < 0.4:
                record(chance.choice([ekbacken.autumn, winter]), tova, ord_per_minut=chance.randint(5, 130))
            else:
                day = STARTED + timedelta(days=chance.randint(0, 180))
                row = f"1010;ord_per_minut;2026-08-24;20;2027-03-01;60;{day};{chance.randint(18, 40)}"
                import_support(
                    "s.csv", f"{HEADER}\n{row}".encode(), FROM_THE_COMMAND_LINE, Terms(replaces=True)
                )
        bit_by_bit = self.signals(tova)
        assert bit_by_bit
        db.session.execute(sa.delete(Flag))
        flagging.judge_pupils([tova.id])
        assert self.signals(tova) == bit_by_bit

    def signals(self, pupil: Pupil) -> list[tuple[Any, ...]]:
        rows = sa.select(Flag).filter_by(pupil_id=pupil.id).order_by(Flag.family, Flag.window_id)
        return [
            (row.family, row.window_id, row.kind, row.level, row.state, row.evidence)
            for row in db.session.scalars(rows.execution_options(populate_existing=True))
        ]
