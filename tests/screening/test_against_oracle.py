"""A script's whole way, files in, ``screening run --json`` out, against a plain reading of the rules."""

import json
import random
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
    low, high = int(measure["minimum"]), int(measure["maximum"])
    number = rng.randint(low, min(high, 90)) if high > 90 else rng.randint(low, high)
    return f"{number}b" if luck > 0.95 else str(number)


def test_every_level_certainty_and_need_is_what_a_plain_reading_gives(lasspar, tmp_path: Path) -> None:
    rules = Rules.read(INSTRUMENTS, BENCHMARKS)
    oracle, rng = Oracle(rules), random.Random(20261122)
    years = {f"e{number}": 1 + number % 4 for number in range(PUPILS)}
    roster = tmp_path / "elever.csv"
    roster.write_text(
        "skolenhetskod;skola;kommun;klass;årskurs;elev-id;förnamn;efternamn\n"
        + "".join(
            f"10000001;Ekskolan;Ekby;{year}A;{year};{pupil};Namn;{pupil.upper()}\n"
            for pupil, year in years.items()
        ),
        "utf-8",
    )
    lasspar("roster", "import", str(roster), "--date", "2026-08-18")
    for season, (opens, closes) in WINDOWS.items():
        lasspar("windows", "open", f"2026/27-{season}", "--opens", opens, "--closes", closes)
        cells = {
            (pupil, code): typed(rng, rules.measures[code])
            for pupil, year in years.items()
            for code in CODES[year]
        }
        scores = tmp_path / f"{season}.csv"
        scores.write_text(
            "elev-id;mått;resultat\n"
            + "".join(f"{pupil};{code};{text}\n" for (pupil, code), text in cells.items() if text),
            "utf-8",
        )
        lasspar("scores", "import", str(scores), "--window", f"2026/27-{season}")
        answer = json.loads(lasspar("screening", "run", "--window", f"2026/27-{season}", "--json"))
        assert len(answer["pupils"]) == PUPILS
        for found in answer["pupils"]:
            own = {
                code: Cell(cells[found["pupil"], code])
                for code in CODES[found["year"]]
                if cells[found["pupil"], code]
            }
            compare(oracle, found, season, own)


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
