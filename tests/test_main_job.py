"""The main job as a municipality's script would do it: the command line alone, in a folder of its own."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from click.testing import CliRunner, Result
from scripts import Script

from app import cli

WINDOW = ("--window", "2026/27-autumn")
ROSTER = """skolenhetskod;skola;kommun;klass;årskurs;elev-id;förnamn;efternamn
12345678;Åsskolan;Östby;1A;1;p1;Åsa;Öberg
12345678;Åsskolan;Östby;1A;1;p2;Łukasz;Wiśniewski
12345678;Åsskolan;Östby;1A;1;p3;Örjan;Ärlig
""".replace("Łukasz", "Lukasz").replace("Wiśniewski", "Wisniewski")
SCORES = "elev-id;bokstavsljud;avstamning_a\np1;7;\np2;12,0;Delvis\np3;f;u\n"


Run = Callable[..., Any]


def in_a_process(script: Script) -> Run:
    """Run a command as the municipality does; it ends with 0, or as ``ends`` says, and no traceback."""

    def run(*words: str, ends: int = 0) -> "subprocess.CompletedProcess[str]":
        done = script.run(*words)
        assert done.returncode == ends, (words, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done

    return run


def in_this_process(script: Script, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same command line with the same settings, where nothing has to be loaded first."""
    for name, value in script.settings.items():
        monkeypatch.setenv(name, value)

    def run(*words: str, ends: int = 0) -> Result:
        done = CliRunner().invoke(cli, words)
        assert done.exit_code == ends, (words, done.output)
        return done

    return run


@pytest.fixture(scope="module")
def done_once(tmp_path_factory: pytest.TempPathFactory) -> Script:
    """The main job has been done. Whoever shares it leaves its database as it is: that is what they test."""
    script = Script(tmp_path_factory.mktemp("job"))
    do_the_main_job(script, in_a_process(script))
    return script


def do_the_main_job(script: Script, run: Run, name: str = "klass.pdf") -> Path:
    paper = script.folder / name
    lists, scores = (text.replace("\n", "\r\n") for text in (ROSTER, SCORES))
    run("init")
    run("roster", "import", script.file("klasslista.csv", lists, "cp1252"))
    run("windows", "open", "2026/27-autumn", "--opens", "2026-08-24", "--closes", "2026-10-09")
    run("scores", "import", script.file("resultat.csv", scores, "cp1252"), *WINDOW)
    run("report", "classset", "12345678/1A", *WINDOW, "--out", str(paper))
    return paper


def test_five_commands_lead_from_a_class_list_to_a_printed_class_set(done_once: Script) -> None:
    with pdfplumber.open(done_once.folder / "klass.pdf") as pdf:
        text = "\n".join(page.extract_text() or "" for page in pdf.pages)
    for name in ("Åsa Öberg", "Lukasz Wisniewski", "Örjan Ärlig"):
        assert name in text.splitlines()


def test_doing_it_all_again_changes_nothing(done_once: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    before = done_once.database()
    again = do_the_main_job(done_once, in_this_process(done_once, monkeypatch), "igen.pdf")
    assert again.read_bytes() == (done_once.folder / "klass.pdf").read_bytes()
    assert done_once.database() == before


def test_five_faults_are_all_named_by_row_and_column_and_nothing_changes(
    done_once: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = done_once
    before = script.database()
    faulty = ROSTER.replace("1A;1;p1", "1A;17;p1").replace("Lukasz", "").replace(";p3;", ";p2;")
    faulty += "1234;Åsskolan;Östby;1A;1;p4;Eva;Ek\n12345678;Åsskolan;Östby;;1;p5;Bo;Bok\n"
    run = in_this_process(script, monkeypatch)
    done = run("roster", "import", script.file("fel.csv", faulty), ends=1)
    for place in ("fel.csv:2:", "fel.csv:3:", "fel.csv:4:", "fel.csv:5:", "fel.csv:6:"):
        assert any(line.startswith(place) or f"/{place}" in line for line in done.stderr.splitlines()), (
            place,
            done.stderr,
        )
    assert script.database() == before


def test_the_json_of_a_run_is_the_contracts(done_once: Script) -> None:
    done = in_a_process(done_once)("screening", "run", *WINDOW, "--json")
    answer = json.loads(done.stdout)
    assert {key: answer[key] for key in answer if key != "pupils"} == {
        "window": "2026/27-autumn",
        "benchmark_set": {"code": "lasspar-bas-2026", "version": "1"},
        "judged_afterwards": False,
    }
    first = answer["pupils"][0]
    assert first == {
        "pupil": "p1",
        "municipality": "Östby",
        "school": "12345678",
        "class": "1A",
        "year": 1,
        "level": "near_goal",
        "at_best": None,
        "reason": None,
        "despite_missing": False,
        "composite": None,
        "certainty": "unknown",
        "measures": {
            "avstamning_a": {
                "value": None,
                "absence": None,
                "discontinued": False,
                "level": "not_determined",
                "certainty": "unknown",
                "p_other_side": None,
            },
            "bokstavsljud": {
                "value": 7,
                "absence": None,
                "discontinued": False,
                "level": "near_goal",
                "certainty": "unknown",
                "p_other_side": None,
            },
        },
        "flags": [{"family": "need", "kind": "watch", "level": 1, "state": "new"}],
    }
    assert [pupil["pupil"] for pupil in answer["pupils"]] == ["p1", "p2", "p3"]
    assert answer["pupils"][1]["measures"]["avstamning_a"]["value"] == 1
    assert answer["pupils"][2]["measures"]["bokstavsljud"]["absence"] == "absent"


@pytest.mark.long
def test_wrong_usage_ends_with_2_and_an_unprepared_database_with_1(tmp_path: Path) -> None:
    run = in_a_process(Script(tmp_path))
    assert "Användning" in run("roster", "import", ends=2).stderr
    assert "lasspar init" in run("screening", "run", *WINDOW, ends=1).stderr
