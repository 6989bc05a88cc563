"""``initiative compare``: everybody counted, small groups hidden, and nothing to be worked out."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from scoring import a_window, counted_queries

from assessments.database import db
from assessments.models import AssessmentWindow, Season
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import Enrolment, Pupil, School, SchoolClass, SchoolForm
from screening.initiative import compare
from screening.models import Adoption
from screening.statistics import wilson

LASSPAR = Path(sys.executable).with_name("lasspar")
KEYS = ["code", "name", "enrolled", "assessed", "under_goal", "share", "low", "high", "suppressed"]
NUMBERS = KEYS[2:8]
CODES = count(5000)


def a_class(name: str, school: School) -> SchoolClass:
    school_class = SchoolClass(name=name, academic_year="2026/27", school=school)
    db.session.add(school_class)
    return school_class


def pupils(
    ekbacken: Ekbacken, school: School, under: int, at: int, missing: int = 0, **more: Any
) -> list[Pupil]:
    """A class in year 1 with so many under the goal, at it, and without result."""
    name = f"1{next(CODES)}"
    school_class = a_class(name, school)
    everybody = [
        ekbacken.pupil("Bo", "Ek", str(next(CODES)), school_class=school_class, **more)
        for _ in range(under + at + missing)
    ]
    db.session.flush()
    points = [Decimal(7)] * under + [Decimal(20)] * at
    writes = [Write(pupil.id, "bokstavsljud", value) for pupil, value in zip(everybody, points, strict=False)]
    record_scores(ekbacken.autumn, writes, Recorder())
    db.session.commit()
    return everybody


def a_school(name: str, near: School, code: str | None = None) -> School:
    school = School(name=name, code=code, municipality=near.municipality)
    db.session.add(school)
    return school


@pytest.fixture
def ekbacken_alone(ekbacken: Ekbacken) -> Ekbacken:
    """The cast without its own pupils: each test counts those it makes."""
    db.session.execute(sa.update(Enrolment).values(ends_on=date(2026, 8, 20)))
    db.session.commit()
    return ekbacken


def told(window: AssessmentWindow, by: str) -> dict[str, dict[str, Any]]:
    """The groups by name, and ``Alla``."""
    answer = json.loads(json.dumps(compare(window, by)))
    assert list(answer) == ["window", "groups", "total", "release"]
    for group in (*answer["groups"], answer["total"]):
        is_school = by == "school" and group["code"] is not None
        assert list(group) == [*KEYS, "pooled", *([] if is_school else ["sv", "sva"])]
        for numbers in (group, *(group[key] for key in ("pooled", "sv", "sva") if group.get(key))):
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
        for pupil in (gone, moved):
            db.session.execute(
                sa.update(Enrolment).where(Enrolment.pupil_id == pupil.id).values(ends_on=date(2026, 10, 1))
            )
        another = a_class("1Z", cast.school)
        db.session.add(Enrolment(pupil=moved, school_class=another, year=1, starts_on=date(2026, 10, 2)))
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

    def test_a_script_gets_the_same(self, tmp_path: Path):
        def run(*words: str) -> subprocess.CompletedProcess[str]:
            clean = {name: value for name, value in os.environ.items() if not name.startswith("LASSPAR_")}
            own = {"LASSPAR_INSTANCE_PATH": str(tmp_path / "instance"), "LASSPAR_TODAY": "2026-10-15"}
            return subprocess.run(
                [LASSPAR, *words], env=clean | own, capture_output=True, text=True, timeout=60, check=False
            )

        window = ("--window", "2026/27-autumn")
        lists, scores = tmp_path / "lista.csv", tmp_path / "resultat.csv"
        numbers = range(1, 61)
        rows = [f"Ek;Ekby;1A;1;{number};Bo;Ek" for number in numbers]
        lists.write_text("\n".join(["skola;kommun;klass;årskurs;elev-id;förnamn;efternamn", *rows]), "utf-8")
        told = [f"{number};{7 if number <= 20 else 25}" for number in numbers if number <= 50]
        scores.write_text("\n".join(["elev-id;bokstavsljud", *told]), "utf-8")
        assert run("init").returncode == 0
        assert (
            run("windows", "open", window[1], "--opens", "2026-09-01", "--closes", "2026-10-09").returncode
            == 0
        )
        assert run("roster", "import", str(lists)).returncode == 0
        assert run("scores", "import", str(scores), *window).returncode == 0
        done = run("initiative", "compare", *window, "--by", "school", "--json")
        assert (done.returncode, done.stderr) == (0, "")
        (group,) = json.loads(done.stdout)["groups"]
        assert (group["code"], group["enrolled"], group["assessed"], group["under_goal"]) == (
            "Ek",
            60,
            50,
            20,
        )
        unopened = run("initiative", "compare", "--window", "2026/27-winter", "--json")
        assert (unopened.returncode, unopened.stdout) == (1, "")
