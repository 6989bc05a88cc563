"""``initiative compare``: everybody counted, small groups hidden, and nothing to be worked out."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from coordinating import a_class, a_school, alone, pupils
from flask import Flask
from scoring import a_window, counted_queries, record
from scripts import Script

from assessments.database import db
from assessments.models import AssessmentWindow, Season
from assessments.recording import Recorder, Write, record_scores
from assessments.roster import editing
from assessments.roster.models import (
    Curriculum,
    Duty,
    Enrolment,
    Role,
    School,
    SchoolForm,
)
from screening.initiative import compare, lines
from screening.models import Adoption
from screening.released import ReleasedTable
from screening.statistics import wilson

pytestmark = pytest.mark.slow

WINDOW = ("--window", "2026/27-autumn")
KEYS = ["code", "name", "enrolled", "assessed", "under_goal", "share", "low", "high", "suppressed"]
NUMBERS = KEYS[2:8]


@pytest.fixture
def ekbacken_alone(ekbacken: Ekbacken) -> Ekbacken:
    return alone(ekbacken)


def told(window: AssessmentWindow, by: str) -> dict[str, dict[str, Any]]:
    """The groups by name, and ``Alla``."""
    answer = json.loads(json.dumps(compare(window, by)))
    assert list(answer) == ["window", "groups", "total", "release"]
    for group in (*answer["groups"], answer["total"]):
        is_school = by == "school" and group["code"] is not None
        parts = ["near_goal", "below_goal"]
        assert list(group) == [*KEYS, *parts, "pooled", "year", *([] if is_school else ["sv", "sva"])]
        for numbers in (group, *(group[key] for key in ("pooled", "year", "sv", "sva") if group.get(key))):
            assert all((numbers[key] is None) is numbers["suppressed"] for key in NUMBERS)
    return {group["name"]: group for group in (*answer["groups"], answer["total"])}


class TestShares:
    @pytest.mark.both_databases
    def test_are_of_everybody_with_wilson_s_interval(self, ekbacken_alone: Ekbacken):
        cast = ekbacken_alone
        pupils(cast, cast.school, 12, 20, 8)
        pupils(cast, cast.other_school, 11, 30)
        found = told(cast.autumn, "municipality")
        assert list(found) == ["Ekby", "Tallby", "Alla"]
        ekby, interval = found["Ekby"], wilson(12, 40)
        assert (ekby["code"], ekby["enrolled"], ekby["assessed"], ekby["under_goal"]) == ("Ekby", 40, 32, 12)
        assert (ekby["share"], ekby["low"], ekby["high"]) == (0.3, interval.low, interval.high)
        assert (found["Alla"]["code"], found["Alla"]["enrolled"], found["Alla"]["under_goal"]) == (
            None,
            81,
            23,
        )

    def test_schools_are_told_by_code_and_else_by_name(self, ekbacken_alone: Ekbacken):
        cast = ekbacken_alone
        pupils(cast, a_school("Åsskolan", cast.school), 12, 20)
        pupils(cast, cast.school, 12, 20)
        pupils(cast, cast.other_school, 11, 30)
        groups = compare(cast.autumn, "school")["groups"]
        assert [(group["code"], group["name"]) for group in groups] == [
            ("10000001", "Ekbackens skola"), ("Åsskolan", "Åsskolan"), ("20000002", "Tallbackens skola"),
        ]  # fmt: skip

    def test_count_those_enrolled_on_the_closing_date(self, ekbacken_alone: Ekbacken):
        cast = ekbacken_alone
        there = pupils(cast, cast.school, 15, 20)
        gone, moved = there[0], there[1]
        editing.end_enrolment(gone, date(2026, 10, 1))
        editing.move_pupil(moved, a_class("1Z", cast.school), 1, date(2026, 10, 2))
        db.session.commit()
        assert told(cast.autumn, "municipality")["Ekby"]["under_goal"] == 14

    def test_leave_out_years_without_window_and_anpassad_grundskola(self, ekbacken_alone: Ekbacken):
        cast = ekbacken_alone
        pupils(cast, cast.school, 12, 20)
        pupils(cast, cast.school, 0, 0, 9, year=0)
        pupils(cast, cast.school, 0, 0, 9, school_form=SchoolForm.ANPASSAD)
        assert told(cast.autumn, "municipality")["Ekby"]["enrolled"] == 32

    def test_protected_pupils_are_counted(self, ekbacken_alone: Ekbacken):
        cast = ekbacken_alone
        pupils(cast, cast.school, 12, 20)
        pupils(cast, cast.school, 1, 0, is_protected=True, alias="Elev X")
        assert told(cast.autumn, "municipality")["Ekby"]["under_goal"] == 13

    def test_a_pupil_in_two_classes_on_one_day_is_one(self, ekbacken_alone: Ekbacken):
        cast = ekbacken_alone
        (twice, *_) = pupils(cast, cast.school, 12, 20)
        also = a_class("1Z", cast.school)
        db.session.add(Enrolment(pupil=twice, school_class=also, year=1, starts_on=date(2026, 9, 1)))
        db.session.commit()
        assert told(cast.autumn, "municipality")["Ekby"]["enrolled"] == 32

    def test_the_number_of_queries_does_not_grow(self, ekbacken_alone: Ekbacken):
        cast = ekbacken_alone
        pupils(cast, cast.school, 12, 20)
        with counted_queries() as few:
            compare(cast.autumn, "school")
        for number in range(4):
            pupils(cast, a_school(f"Skola {number}", cast.school), 12, 20)
        db.session.commit()
        with counted_queries() as many:
            compare(cast.autumn, "school")
        assert len(many) <= len(few)


class TestSmallGroups:
    def test_ten_of_each_are_needed_and_one_more_is_hidden(self, ekbacken_alone: Ekbacken):
        cast = ekbacken_alone
        pupils(cast, cast.school, 9, 30)
        pupils(cast, a_school("Bäckskolan", cast.school), 12, 20)
        pupils(cast, a_school("Åsskolan", cast.school), 15, 40)
        pupils(cast, cast.other_school, 11, 30)
        found = told(cast.autumn, "school")
        hidden = {name for name, group in found.items() if group["suppressed"]}
        assert hidden == {"Ekbackens skola", "Bäckskolan"}

    def test_schools_and_municipalities_do_not_give_each_other_away(self, ekbacken_alone: Ekbacken):
        """Alone in its municipality, the school would be that municipality's number."""
        cast = ekbacken_alone
        pupils(cast, cast.school, 9, 30)
        pupils(cast, cast.other_school, 12, 30)
        third = School(name="Granskolan", municipality=cast.other_school.municipality)
        db.session.add(third)
        pupils(cast, third, 14, 30)
        by = {way: told(cast.autumn, way) for way in ("school", "municipality")}
        assert by["school"]["Ekbackens skola"]["suppressed"]
        assert by["municipality"]["Ekby"]["suppressed"]
        assert by["municipality"]["Tallby"]["suppressed"] or by["municipality"]["Alla"]["suppressed"]
        assert by["school"]["Alla"] == by["municipality"]["Alla"]

    def test_what_autumn_hid_stays_hidden_in_winter(self, ekbacken_alone: Ekbacken):
        cast = ekbacken_alone
        winter = a_window("2026/27", Season.WINTER, date(2026, 11, 16), date(2026, 12, 4))
        everybody = pupils(cast, cast.school, 9, 30)
        pupils(cast, a_school("Bäckskolan", cast.school), 12, 20)
        pupils(cast, a_school("Åsskolan", cast.school), 15, 40)
        record_scores(
            winter, [Write(pupil.id, "bokstavsljud", Decimal(7)) for pupil in everybody[:20]], Recorder()
        )
        db.session.commit()
        hidden = {
            window.season: {name for name, group in told(window, "school").items() if group["suppressed"]}
            for window in (cast.autumn, winter)
        }
        assert hidden[Season.AUTUMN] <= hidden[Season.WINTER]

    def test_nobody_is_nothing(self, ekbacken_alone: Ekbacken):
        answer = compare(ekbacken_alone.autumn, "school")
        assert (answer["groups"], answer["total"]["suppressed"]) == ([], True)


class TestApart:
    def test_sv_and_sva_have_the_same_goals_and_are_told_apart(self, ekbacken_alone: Ekbacken):
        cast = ekbacken_alone
        pupils(cast, cast.school, 12, 40)
        pupils(cast, cast.school, 11, 10, curriculum=Curriculum.SWEDISH_AS_SECOND_LANGUAGE)
        pupils(cast, cast.other_school, 20, 40)
        pupils(cast, cast.other_school, 2, 1, curriculum=Curriculum.SWEDISH_AS_SECOND_LANGUAGE)
        found = told(cast.autumn, "municipality")
        apart = {name: group["sva"]["under_goal"] for name, group in found.items()}
        assert (found["Ekby"]["under_goal"], found["Tallby"]["under_goal"]) == (23, 22)
        assert apart["Tallby"] is None
        assert found["Tallby"]["sv"]["suppressed"], "else it would be known who the others are"
        assert apart["Alla"] is None or apart["Ekby"] is None

    def test_cohorts_that_are_too_small_are_taken_together_and_it_is_said(self, ekbacken_alone: Ekbacken):
        cast = ekbacken_alone
        before = a_window("2025/26", Season.AUTUMN, date(2025, 9, 1), date(2025, 10, 10))
        pupils(cast, cast.school, 12, 40, window=before)
        pupils(cast, cast.school, 14, 30)
        pupils(cast, cast.other_school, 40, 100)
        found = told(cast.autumn, "municipality")
        ekby = found["Ekby"]["pooled"]
        assert (ekby["windows"], ekby["enrolled"], ekby["under_goal"]) == (
            ["2025/26-autumn", "2026/27-autumn"], 96, 26,
        )  # fmt: skip
        assert (ekby["share"], ekby["low"]) == (26 / 96, wilson(26, 96).low)
        assert (found["Tallby"]["pooled"], found["Alla"]["pooled"]) == (None, None)
        assert "2 årskullar tillsammans: 26 når ännu inte målet" in "\n".join(
            lines(compare(cast.autumn, "municipality"))
        )


class TestLedger:
    def test_two_releases_with_one_pupil_between_them_are_told_alike(self, ekbacken_alone: Ekbacken):
        cast = ekbacken_alone
        everybody = pupils(cast, cast.school, 12, 40)
        pupils(cast, cast.other_school, 15, 30)
        first = compare(cast.autumn, "municipality")
        record(cast.autumn, everybody[-1], bokstavsljud=7)
        second = compare(cast.autumn, "municipality")
        assert (second["groups"], second["total"]) == (first["groups"], first["total"])
        assert (first["release"]["number"], second["release"]["number"]) == (1, 2)
        for pupil in everybody[-11:-1]:
            record(cast.autumn, pupil, bokstavsljud=7)
        assert told(cast.autumn, "municipality")["Ekby"]["under_goal"] == 23
        assert told(cast.autumn, "school")["Ekbackens skola"]["under_goal"] == 23

    @pytest.mark.both_databases
    def test_says_what_went_out_when_and_to_whom(
        self, ekbacken_alone: Ekbacken, lasspar: Callable[..., Result]
    ):
        cast = ekbacken_alone
        pupils(cast, cast.school, 12, 20)
        pupils(cast, cast.other_school, 9, 30)
        assert lasspar("initiative", "releases").stdout == "Inget har lämnats ut.\n"
        done = lasspar("initiative", "compare", "--window", "2026/27-autumn", "--json")
        digest = json.loads(done.stdout)["release"]["digest"]
        duty = db.session.scalars(sa.select(Duty).where(Duty.role == Role.TEACHER)).first()
        compare(cast.autumn, "school", Recorder(duty_id=duty.id))
        db.session.commit()
        first, second = lasspar("initiative", "releases").stdout.splitlines()
        assert "2026/27-autumn nr 1, kommuner" in first
        assert first.endswith(f"till kommandoraden, sha256 {digest[:16]}")
        assert "nr 2, skolor" in second
        assert "till klasslärare" in second

    @pytest.mark.both_databases
    def test_stays_as_it_was_written(self, ekbacken_alone: Ekbacken):
        cast = ekbacken_alone
        pupils(cast, cast.school, 12, 20)
        compare(cast.autumn, "school")
        db.session.commit()
        for change in (sa.update(ReleasedTable).values(hidden=[]), sa.delete(ReleasedTable)):
            with pytest.raises(sa.exc.DBAPIError, match="stays as it went out"):
                db.session.execute(change)
            db.session.rollback()

    def test_what_one_window_hid_no_other_of_the_year_shows(self, ekbacken_alone: Ekbacken):
        """Winter went out first: autumn, asked for later, hides the same schools."""
        cast = ekbacken_alone
        winter = a_window("2026/27", Season.WINTER, date(2026, 11, 16), date(2026, 12, 4))
        everybody = pupils(cast, cast.school, 12, 30)
        for school in (a_school("Bäckskolan", cast.school), a_school("Åsskolan", cast.school)):
            everybody += pupils(cast, school, 15, 40)
        for pupil in everybody[:9] + everybody[50:70]:
            record(winter, pupil, bokstavsljud=7)
        db.session.commit()
        hidden = [
            {name for name, group in told(window, "school").items() if group["suppressed"]}
            for window in (winter, cast.autumn)
        ]
        assert hidden[0] <= hidden[1] != set()


class TestCommand:
    def test_writes_nothing_but_json(self, ekbacken_alone: Ekbacken, lasspar: Callable[..., Result]):
        cast = ekbacken_alone
        pupils(cast, cast.school, 12, 20, 8)
        pupils(cast, cast.other_school, 9, 30)
        done = lasspar(
            "initiative", "compare", "--window", "2026/27-autumn", "--by", "municipality", "--json"
        )
        assert (done.exit_code, done.stderr) == (0, "")
        answer = json.loads(done.stdout)
        assert (answer["window"], len(answer["groups"])) == ("2026/27-autumn", 2)

    def test_says_both_shares_to_people(self, ekbacken_alone: Ekbacken, lasspar: Callable[..., Result]):
        cast = ekbacken_alone
        pupils(cast, cast.school, 12, 20, 8)
        pupils(cast, cast.other_school, 12, 30)
        words = lasspar("initiative", "compare", "--window", "2026/27-autumn").stdout.splitlines()
        assert words[0] == (
            "Ekby: 12 når ännu inte målet, av 32 som har resultat och av alla 40 (30 % av alla, 18 till 45 %)"
        )
        assert len(words) == 3

    def test_other_groups_are_wrong_usage(self, lasspar: Callable[..., Result]):
        words = ("initiative", "compare", "--window", "2026/27-autumn", "--by", "class")
        assert lasspar(*words).exit_code == 2

    def test_without_an_adopted_set_it_says_so(self, ekbacken: Ekbacken, lasspar: Callable[..., Result]):
        db.session.execute(sa.delete(Adoption))
        db.session.commit()
        done = lasspar("initiative", "compare", "--window", "2026/27-autumn", "--json")
        assert (done.exit_code, done.stdout) == (1, "")
        assert "Ingen uppsättning riktmärken är antagen" in done.stderr

    @pytest.mark.long
    def test_a_script_gets_the_same(self, app: Flask, ekbacken_alone: Ekbacken, tmp_path: Path):
        cast, script = ekbacken_alone, Script(tmp_path, today="2026-10-15")
        pupils(cast, cast.school, 20, 30, 10)
        script.copies(app)
        done = script.run("initiative", "compare", *WINDOW, "--by", "school", "--json")
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout) == compare(cast.autumn, "school")
        (group,) = json.loads(done.stdout)["groups"]
        assert (group["code"], group["enrolled"], group["assessed"], group["under_goal"]) == (
            "10000001", 60, 50, 20,
        )  # fmt: skip

    def test_a_window_nobody_opened_is_told(self, lasspar: Callable[..., Result]):
        unopened = lasspar("initiative", "compare", "--window", "2026/27-winter", "--json")
        assert (unopened.exit_code, unopened.stdout) == (1, "")
