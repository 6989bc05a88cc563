"""``screening run --json``, to the letter of the contract."""

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
from scoring import flag
from weighted import adopt_weighted_set

from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import Absence
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import Enrolment, School, SchoolClass, SchoolForm
from assessments.windows import open_window
from screening.benchmarks import adopting
from screening.benchmarks.files import import_set
from screening.models import Adoption
from screening.queries.limit_sources import limit_sources
from screening.queries.standards import standards
from screening.reasons import provenance
from screening.runs import screening_run

NOTHING = {
    "value": None, "absence": None, "discontinued": False, "level": "not_determined", "certainty": "unknown",
    "p_other_side": None,
}  # fmt: skip


def record(ekbacken: Ekbacken, pupil: Any, *writes: dict[str, Any]) -> None:
    record_scores(ekbacken.autumn, [Write(pupil.id, **write) for write in writes], Recorder())


def run(ekbacken: Ekbacken) -> dict[str, Any]:
    return json.loads(json.dumps(screening_run(ekbacken.autumn)))


def told(ekbacken: Ekbacken, pupil: Any) -> dict[str, Any]:
    return next(one for one in run(ekbacken)["pupils"] if one["pupil"] == pupil.code)


def test_the_head_names_window_and_set(ekbacken: Ekbacken) -> None:
    answer = run(ekbacken)
    assert list(answer) == ["window", "benchmark_set", "judged_afterwards", "pupils"]
    assert answer["window"] == "2026/27-autumn"
    assert answer["benchmark_set"] == {"code": "lasspar-bas-2026", "version": "1"}
    assert answer["judged_afterwards"] is False


def test_a_window_from_before_the_first_adoption_says_so(ekbacken: Ekbacken) -> None:
    former, _ = open_window("2025/26-spring", date(2026, 4, 13), date(2026, 5, 22))
    answer = screening_run(former)
    assert (answer["judged_afterwards"], answer["benchmark_set"]["code"]) == (True, "lasspar-bas-2026")


def test_pupils_stand_by_municipality_school_class_and_elev_id(ekbacken: Ekbacken) -> None:
    """Against the order in which everything was made."""
    ekbacken.municipality.name, ekbacken.other_municipality.name = "Öby", "Åby"
    ekbacken.class_1a.name = "1Ä"
    first = SchoolClass(name="1Å", academic_year="2026/27", school=ekbacken.school)
    second = School(name="Björkskolan", code="10000000", municipality=ekbacken.municipality)
    at_second = SchoolClass(name="1Ö", academic_year="2026/27", school=second)
    db.session.add_all([first, second, at_second])
    ekbacken.pupil("Bo", "Ek", "3009", school_class=first)
    ekbacken.pupil("Li", "Ek", "3008", school_class=first)
    ekbacken.pupil("My", "Ek", "9000", school_class=at_second)
    db.session.commit()
    pupils = run(ekbacken)["pupils"]
    assert [(one["municipality"], one["school"], one["class"], one["pupil"]) for one in pupils] == [
        ("Åby", "20000002", "1A", "2001"),
        ("Öby", "10000000", "1Ö", "9000"),
        ("Öby", "10000001", "1Å", "3008"),
        ("Öby", "10000001", "1Å", "3009"),
        *(("Öby", "10000001", "1Ä", code) for code in ("1001", "1002", "1003")),
    ]


def test_a_pupil_is_told_whole_and_in_order(ekbacken: Ekbacken) -> None:
    record(ekbacken, ekbacken.kim, {"measure": "bokstavsljud", "points": Decimal("7")})
    found = told(ekbacken, ekbacken.kim)
    assert found == {
        "pupil": "1001", "municipality": "Ekby", "school": "10000001", "class": "1A", "year": 1,
        "level": "near_goal", "at_best": None, "reason": None, "despite_missing": False, "composite": None,
        "certainty": "unknown",
        "measures": {
            "bokstavsljud": {**NOTHING, "value": 7, "level": "near_goal"},
            "avstamning_a": NOTHING,
        },
        "flags": [{"family": "need", "kind": "watch", "level": 1, "state": "new"}],
    }  # fmt: skip
    assert list(found)[:6] == ["pupil", "municipality", "school", "class", "year", "level"]


def test_everyone_enrolled_on_the_closing_date_is_there(ekbacken: Ekbacken) -> None:
    pupils = run(ekbacken)["pupils"]
    assert [one["pupil"] for one in pupils] == ["1001", "1002", "1003", "2001"]
    assert {one["level"] for one in pupils} == {"not_determined"}
    assert {one["reason"] for one in pupils} == {"Resultat saknas: Bokstavsljud"}
    assert {one["at_best"] for one in pupils} == {"at_goal"}
    db.session.execute(
        sa.update(Enrolment)
        .where(Enrolment.pupil_id == ekbacken.noor.id)
        .values(ends_on=ekbacken.autumn.opens_on)
    )
    assert [one["pupil"] for one in run(ekbacken)["pupils"]] == ["1001", "1003", "2001"]


def test_a_school_without_a_code_is_told_by_name(ekbacken: Ekbacken) -> None:
    db.session.execute(sa.update(School).where(School.id == ekbacken.other_school.id).values(code=None))
    assert told(ekbacken, ekbacken.olle)["school"] == "Tallbackens skola"


@pytest.mark.parametrize(
    ("write", "entry"),
    [
        ({"absence": Absence.ABSENT}, {**NOTHING, "absence": "absent"}),
        ({"absence": Absence.OTHER_LANGUAGE}, {**NOTHING, "absence": "other_language"}),
        ({"absence": Absence.NOT_YET_ABLE}, {**NOTHING, "absence": "not_yet_able", "level": "near_goal"}),
        (
            {"points": Decimal(12), "is_discontinued": True},
            {**NOTHING, "value": 12, "discontinued": True, "level": "at_goal"},
        ),
        ({"points": Decimal(0)}, {**NOTHING, "value": 0, "level": "near_goal"}),
    ],
)
def test_a_cell_is_told_as_it_stands(
    ekbacken: Ekbacken, write: dict[str, Any], entry: dict[str, Any]
) -> None:
    record(ekbacken, ekbacken.kim, {"measure": "bokstavsljud", **write})
    assert told(ekbacken, ekbacken.kim)["measures"]["bokstavsljud"] == entry


def test_a_score_without_limits_has_no_level(ekbacken: Ekbacken) -> None:
    record(ekbacken, ekbacken.kim, {"measure": "lasintresse", "points": Decimal(3)})
    assert told(ekbacken, ekbacken.kim)["measures"]["lasintresse"] == {**NOTHING, "value": 3, "level": None}


def test_with_sem_the_chance_is_unrounded(ekbacken: Ekbacken) -> None:
    second = ekbacken.pupil("Tova", "Tvåa", "1010", year=2)
    db.session.flush()
    record(ekbacken, second, {"measure": "ord_per_minut", "points": Decimal(28)})
    found = told(ekbacken, second)
    fluency = found["measures"]["ord_per_minut"]
    assert (found["level"], found["certainty"], fluency["certainty"]) == (
        "near_goal",
        "on_the_line",
        "on_the_line",
    )
    assert fluency["p_other_side"] == pytest.approx(0.4012936743170763, abs=1e-15)
    assert set(found["measures"]) == {
        "ord_per_minut", "legilexi_avkodning", "ordavkodning_stanine", "legilexi_lasforstaelse",
        "lasforstaelse_stanine",
    }  # fmt: skip


def test_anpassad_grundskola_has_no_level_anywhere(ekbacken: Ekbacken) -> None:
    ekbacken.kim.school_form = SchoolForm.ANPASSAD
    record(ekbacken, ekbacken.kim, {"measure": "bokstavsljud", "points": Decimal(29)})
    found = told(ekbacken, ekbacken.kim)
    assert (found["level"], found["at_best"], found["reason"]) == (
        "not_determined",
        None,
        "anpassad grundskola",
    )
    assert found["measures"]["bokstavsljud"] == {**NOTHING, "value": 29, "level": None}
    assert found["flags"] == []


def test_a_year_that_is_not_in_the_window_says_so(ekbacken: Ekbacken) -> None:
    little = ekbacken.pupil("Lo", "Liten", "1009", year=0)
    db.session.flush()
    found = told(ekbacken, little)
    assert (found["level"], found["at_best"], found["reason"], found["measures"]) == (
        "not_determined", None, "ingår inte i perioden", {},
    )  # fmt: skip


class TestTheCommand:
    def test_writes_nothing_but_json_on_stdout(
        self, ekbacken: Ekbacken, lasspar: Callable[..., Result]
    ) -> None:
        done = lasspar("screening", "run", "--window", "2026/27-autumn", "--json")
        assert done.exit_code == 0
        assert len(json.loads(done.stdout)["pupils"]) == 4

    def test_judges_and_keeps_it(self, ekbacken: Ekbacken, lasspar: Callable[..., Result]) -> None:
        done = lasspar("screening", "run", "--window", "2026-27-autumn")
        assert done.stdout.splitlines()[:2] == [
            "Hösten 2026/27: 4 elever, lasspar-bas-2026.",
            "  Över målet: 0",
        ]
        again = lasspar("screening", "run", "--window", "2026/27-autumn", "--json").stdout
        assert again == lasspar("screening", "run", "--window", "2026/27-autumn", "--json").stdout

    def test_says_what_is_missing(self, ekbacken: Ekbacken, lasspar: Callable[..., Result]) -> None:
        unknown = lasspar("screening", "run", "--window", "2030/31-autumn")
        assert (unknown.exit_code, "windows open" in unknown.stderr) == (1, True)
        assert lasspar("screening", "run").exit_code == 2
        db.session.execute(sa.delete(Adoption))
        db.session.commit()
        bare = lasspar("screening", "run", "--window", "2026/27-autumn", "--json")
        assert (bare.exit_code, bare.stdout) == (1, "")
        assert "benchmarks adopt" in bare.stderr


OWN_SET = """
[set]
code = "egen"
name = "Egen"
version = "1"
owner = "Ekby"
language = "sv"
population = "alla"
valid_from = 2026-08-01

[[window]]
year = 1
season = "autumn"
decides = [["bokstavsljud"]]
expected = ["bokstavsljud"]

[[cut]]
measure = "bokstavsljud"
year = 1
season = "autumn"
near_from = 20
goal_from = 25
status = "N"
source = "vår egen erfarenhet"
"""


@pytest.fixture
def own_set(tmp_path: Path) -> Path:
    path = tmp_path / "egen.toml"
    path.write_text(OWN_SET, "utf-8")
    return path


class TestBenchmarks:
    def test_are_listed_with_their_dates(self, ekbacken: Ekbacken, lasspar: Callable[..., Result]) -> None:
        assert lasspar("benchmarks", "list").stdout == (
            "lasspar-bas-2026@1  Lässpår bas 2026  antagen från 2026-08-01\n"
        )

    def test_are_published_once(
        self, ekbacken: Ekbacken, lasspar: Callable[..., Result], own_set: Path
    ) -> None:
        assert lasspar("benchmarks", "import", own_set).stdout == "egen@1 är utgiven.\n"
        assert lasspar("benchmarks", "import", own_set).stdout == "egen@1 fanns redan. Inget har ändrats.\n"
        own_set.write_text(OWN_SET.replace("25", "26"), "utf-8")
        refused = lasspar("benchmarks", "import", own_set)
        assert refused.exit_code == 1
        assert refused.stderr.startswith(f"{own_set}:1:1: egen version 1 är redan utgiven")
        assert "egen@1  Egen  inte antagen" in lasspar("benchmarks", "list").stdout

    def test_adopted_judge_everyone_anew(
        self, ekbacken: Ekbacken, lasspar: Callable[..., Result], own_set: Path
    ) -> None:
        record(ekbacken, ekbacken.kim, {"measure": "bokstavsljud", "points": Decimal(15)})
        record(ekbacken, ekbacken.noor, {"measure": "bokstavsljud", "points": Decimal(28)})
        db.session.commit()
        done = lasspar("benchmarks", "import", own_set, "--adopt", "2026-08-01")
        assert done.exit_code == 0
        assert "Hösten 2026/27: 1 av 4 elever skulle få en signal." in done.stdout
        assert told(ekbacken, ekbacken.kim)["flags"] == [
            {"family": "need", "kind": "below_goal", "level": 3, "state": "new"}
        ]
        again = lasspar("benchmarks", "adopt", "egen@1", "2026-08-01")
        assert "redan antagen från 2026-08-01" in again.stdout

    def test_that_signal_many_ask_why(
        self, ekbacken: Ekbacken, lasspar: Callable[..., Result], own_set: Path
    ) -> None:
        for pupil in (ekbacken.kim, ekbacken.noor):
            record(ekbacken, pupil, {"measure": "bokstavsljud", "points": Decimal(15)})
        db.session.commit()
        lasspar("benchmarks", "import", own_set)
        asked = lasspar("benchmarks", "adopt", "egen@1", "2026-09-01")
        assert (asked.exit_code, "Varför antas uppsättningen?" in asked.stderr) == (0, True)
        told = lasspar("benchmarks", "adopt", "egen@1", "2026-10-01", "--reason", "vi vill se fler")
        assert "Varför" not in told.stderr
        assert (
            db.session.scalars(sa.select(Adoption.reason).order_by(Adoption.id.desc())).first()
            == "vi vill se fler"
        )

    def test_that_are_not_there_cannot_be_adopted(
        self, ekbacken: Ekbacken, lasspar: Callable[..., Result]
    ) -> None:
        done = lasspar("benchmarks", "adopt", "annan@1", "2026-08-01")
        assert (done.exit_code, done.stderr) == (
            1, "annan@1 finns inte. Se vilka som finns med: lasspar benchmarks list\n",
        )  # fmt: skip
        assert lasspar("benchmarks", "adopt", "annan@1", "i augusti").exit_code == 2


def test_of_two_adoptions_with_one_date_the_later_row_counts(ekbacken: Ekbacken, own_set: Path) -> None:
    benchmark_set = import_set(own_set).benchmark_set
    default = adopting.find("lasspar-bas-2026@1")
    assert adopting.adopt(benchmark_set, default.valid_from)
    assert run(ekbacken)["benchmark_set"]["code"] == "egen"
    assert adopting.adopt(default, default.valid_from)
    assert not adopting.adopt(default, default.valid_from)
    assert run(ekbacken)["benchmark_set"]["code"] == "lasspar-bas-2026"


def test_a_composite_is_exact_and_its_parts_are_told(
    ekbacken: Ekbacken, lasspar: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt_weighted_set(tmp_path)
    letters = {"measure": "bokstavsljud", "points": Decimal(20)}
    record(ekbacken, ekbacken.kim, letters, {"measure": "fel", "points": Decimal("4.5")})
    record(ekbacken, ekbacken.noor, letters)
    whole, part = told(ekbacken, ekbacken.kim), told(ekbacken, ekbacken.noor)
    # 10 * (2 * 20 - 0.5 * 4.5 / 2 - 30) / 4 = 22.1875
    assert (whole["level"], whole["composite"], whole["certainty"]) == ("at_goal", 422, "unknown")
    assert whole["measures"]["fel"]["level"] == "at_goal"
    assert whole["measures"]["fel"]["p_other_side"] == pytest.approx(0.3085, abs=5e-5)
    # Forty errors would take 10 * 10 / 4 away: the goal is reached either way.
    assert (part["level"], part["despite_missing"], part["composite"]) == ("at_goal", True, None)
    record(ekbacken, ekbacken.noor, {"measure": "bokstavsljud", "points": Decimal(17)})
    db.session.commit()
    part = told(ekbacken, ekbacken.noor)
    assert (part["level"], part["at_best"], part["reason"]) == (
        "not_determined",
        "at_goal",
        "Resultat saknas: Fel",
    )
    monkeypatch.setenv("LASSPAR_TODAY", "2026-12-01")
    lasspar("screening", "run", "--window", "2026/27-autumn")
    assert [flag["family"] for flag in told(ekbacken, ekbacken.noor)["flags"]] == ["coverage"]
    assert told(ekbacken, ekbacken.kim)["flags"] == []


def test_a_composite_s_limits_say_what_they_rest_on(ekbacken: Ekbacken, tmp_path: Path) -> None:
    adopt_weighted_set(tmp_path)
    low = [{"measure": "bokstavsljud", "points": Decimal(3)}, {"measure": "fel", "points": Decimal(30)}]
    record(ekbacken, ekbacken.kim, *low)
    told_of = provenance(flag(ekbacken.kim).evidence)
    assert told_of[-1] == "Sammanvägt resultat: publicerad norm. Källa: en studie"
    lines = limit_sources(standards([ekbacken.autumn], measures()), [(ekbacken.autumn, "fel", 1)])
    assert [(line.place, line.limits, line.source) for line in lines] == [
        ("Fel, åk 1 höst", "nära 9, mål 5,5 (publicerad norm)", "en studie"),
        ("Sammanvägt resultat, åk 1 höst", "nära 380, mål 400 (publicerad norm)", "en studie"),
    ]
