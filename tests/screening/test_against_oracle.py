"""A script's whole way, files in, ``screening run --json`` out, against a plain reading of the rules."""

import json
import random
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import click.testing
import pytest
from flask import Flask
from flask.cli import ScriptInfo
from screening_oracle import Cell, Oracle, Rules

from app import cli

ROOT = Path(__file__).parents[2]
INSTRUMENTS = ROOT / "assessments/instruments/instruments.toml"
BENCHMARKS = ROOT / "screening/benchmarks/lasspar-bas-2026.toml"
WINDOWS = {
    "autumn": ("2026-08-20", "2026-10-01"),
    "winter": ("2027-01-10", "2027-02-10"),
    "spring": ("2027-04-10", "2027-05-10"),
}
DECODING = ["ord_per_minut", "legilexi_avkodning", "ordavkodning_stanine"]
CODES = {
    1: [*DECODING, "bokstavsljud", "avstamning_a", "gra10", "lasintresse", "fonologisk_medvetenhet"],
    2: [*DECODING, "legilexi_lasforstaelse", "lasforstaelse_stanine", "avstamning_b"],
    3: [*DECODING, "lasforstaelse_stanine", "avstamning_c", "np3_b"],
    4: ["ordavkodning_stanine", "legilexi_avkodning", "lasforstaelse_stanine"],
}  # fmt: skip
ODD_CODES = ("felprocent", "ordkedja", "omdome")
PUPILS = 400
"""Enough that every row of the decision logic's table comes up many times."""


@pytest.fixture
def lasspar(app: Flask, database: None, tmp_path: Path):
    """Run a command in this process; it must end well."""

    def run(*words: str) -> str:
        result = click.testing.CliRunner().invoke(cli, list(words), obj=ScriptInfo(create_app=lambda: app))
        assert result.exit_code == 0, (words, result.output, result.exception)
        return result.stdout

    return run


def typed(rng: random.Random, measure: dict) -> str:
    """Something a teacher may have typed: mostly numbers, now and then a letter or nothing."""
    luck = rng.random()
    if luck < 0.25:
        return ""
    if luck < 0.40:
        return rng.choice("fausok")
    low, high, step = (Decimal(measure[key]) for key in ("minimum", "maximum", "step"))
    number = low + step * rng.randint(0, int((min(high, Decimal(90)) - low) / step))
    return f"{number:f}b".replace(".", ",") if luck > 0.95 else f"{number:f}".replace(".", ",")


class Trial:
    """Pupils with random results, taken in and judged as a script would, each compared with the oracle."""

    def __init__(self, lasspar, folder: Path, rules: Rules, codes: dict[int, list[str]]) -> None:
        self.lasspar, self.folder, self.rules, self.codes = lasspar, folder, rules, codes
        self.rng = random.Random(20261122)
        self.years = {f"e{number}": 1 + number % len(codes) for number in range(PUPILS)}

    def enrol(self) -> None:
        rows = (
            f"10000001;Ekskolan;Ekby;{year}A;{year};{pupil};Namn;{pupil.upper()}\n"
            for pupil, year in self.years.items()
        )
        heading = "skolenhetskod;skola;kommun;klass;årskurs;elev-id;förnamn;efternamn\n"
        self.lasspar("roster", "import", self._file("elever.csv", heading, rows), "--date", "2026-08-18")

    def assess(self, season: str) -> None:
        window = f"2026/27-{season}"
        opens, closes = WINDOWS[season]
        self.lasspar("windows", "open", window, "--opens", opens, "--closes", closes)
        cells = {
            (pupil, code): typed(self.rng, self.rules.measures[code])
            for pupil, year in self.years.items()
            for code in self.codes[year]
        }
        rows = (f"{pupil};{code};{text}\n" for (pupil, code), text in cells.items() if text)
        scores = self._file(f"{season}.csv", "elev-id;mått;resultat\n", rows)
        self.lasspar("scores", "import", scores, "--window", window)
        answer = json.loads(self.lasspar("screening", "run", "--window", window, "--json"))
        assert len(answer["pupils"]) == PUPILS
        for found in answer["pupils"]:
            own = {code: cells[found["pupil"], code] for code in self.codes[found["year"]]}
            compare(
                Oracle(self.rules), found, season, {code: Cell(text) for code, text in own.items() if text}
            )

    def _file(self, name: str, heading: str, rows: Iterable[str]) -> str:
        path = self.folder / name
        path.write_text(heading + "".join(rows), "utf-8")
        return str(path)


def test_every_level_certainty_and_need_is_what_a_plain_reading_gives(lasspar, tmp_path: Path) -> None:
    trial = Trial(lasspar, tmp_path, Rules.read(INSTRUMENTS, BENCHMARKS), CODES)
    trial.enrol()
    for season in WINDOWS:
        trial.assess(season)


@pytest.mark.long
def test_so_it_is_by_odd_rules_too(lasspar, tmp_path: Path) -> None:
    odd = Path(__file__).with_name("odd_rules.toml")
    measures, _, benchmarks = odd.read_text("utf-8").partition("[set]")
    (tmp_path / "mått.toml").write_text(measures, "utf-8")
    (tmp_path / "udda.toml").write_text("[set]" + benchmarks, "utf-8")
    lasspar("measures", "import", str(tmp_path / "mått.toml"))
    lasspar("benchmarks", "import", str(tmp_path / "udda.toml"), "--adopt", "2026-08-02", "--reason", "Prov")
    trial = Trial(
        lasspar,
        tmp_path,
        Rules.read(odd, odd),
        {year: list(ODD_CODES) for year in (1, 2, 3)},
    )
    trial.enrol()
    trial.assess("autumn")


def compare(oracle: Oracle, found: dict, season: str, cells: dict[str, Cell]) -> None:
    year, about = found["year"], (found["pupil"], season, {code: cell.text for code, cell in cells.items()})
    judged = oracle.window(year, season, cells)
    expected = (judged.level, judged.at_best, judged.despite_missing, judged.certainty, judged.composite)
    assert (
        found["level"], found["at_best"], found["despite_missing"], found["certainty"], found["composite"],
    ) == expected, about  # fmt: skip
    assert set(found["measures"]) == set(judged.measures), about
    for code, entry in judged.measures.items():
        here = dict(found["measures"][code])
        assert here.pop("p_other_side") == pytest.approx(entry.pop("p_other_side")), (about, code)
        assert here == entry, (about, code)
    need = oracle.need(year, season, cells, judged)
    flags = [flag for flag in found["flags"] if flag["family"] == "need"]
    if need and judged.level == "not_determined" and [flag["state"] for flag in flags] == ["persistent"]:
        # The thread's kind follows the latest determined window: this one can only make it more urgent.
        assert flags[0]["level"] >= need[1], about
    elif need:
        assert [(flag["kind"], flag["level"]) for flag in flags] == [need], about
    else:
        assert all(
            flag["state"] in ("persistent_unconfirmed", "at_goal_once", "close_proposed") for flag in flags
        ), about
