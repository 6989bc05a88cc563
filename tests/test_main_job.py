"""The main job as a municipality's script would do it: the command line alone, in a folder of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pdfplumber
import pytest

LASSPAR = Path(sys.executable).with_name("lasspar")
ROSTER = """skolenhetskod;skola;kommun;klass;årskurs;elev-id;förnamn;efternamn
12345678;Åsskolan;Östby;1A;1;p1;Åsa;Öberg
12345678;Åsskolan;Östby;1A;1;p2;Łukasz;Wiśniewski
12345678;Åsskolan;Östby;1A;1;p3;Örjan;Ärlig
""".replace("Łukasz", "Lukasz").replace("Wiśniewski", "Wisniewski")
SCORES = "elev-id;bokstavsljud;avstamning_a\np1;7;\np2;12,0;Delvis\np3;f;u\n"


class Script:
    """Somebody's shell script: runs commands, keeps the exit code, reads what was said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LASSPAR_")}
        self.environment = {
            **clean,
            "LASSPAR_INSTANCE_PATH": str(folder / "instance"),
            "LASSPAR_TODAY": "2026-10-05",
        }

    def file(self, name: str, text: str, encoding: str = "cp1252") -> str:
        path = self.folder / name
        path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
        return str(path)

    def run(self, *words: str, ends: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [LASSPAR, *words],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == ends, (words, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done

    def database(self) -> str:
        """Everything the database holds, as text."""
        import sqlite3

        with sqlite3.connect(self.folder / "instance" / "lasspar.sqlite") as connection:
            return "\n".join(line for line in connection.iterdump() if "audit_entry" not in line)


@pytest.fixture
def script(tmp_path: Path) -> Script:
    return Script(tmp_path)


@pytest.fixture(scope="module")
def done_once(tmp_path_factory: pytest.TempPathFactory) -> Script:
    """The main job has been done. Whoever shares it leaves its database as it is: that is what they test."""
    script = Script(tmp_path_factory.mktemp("job"))
    do_the_main_job(script)
    return script


def do_the_main_job(script: Script, name: str = "klass.pdf") -> Path:
    paper = script.folder / name
    window = ("--window", "2026/27-autumn")
    script.run("init")
    script.run("roster", "import", script.file("klasslista.csv", ROSTER))
    script.run("windows", "open", "2026/27-autumn", "--opens", "2026-08-24", "--closes", "2026-10-09")
    script.run("scores", "import", script.file("resultat.csv", SCORES), *window)
    script.run("report", "classset", "12345678/1A", *window, "--out", str(paper))
    return paper


def test_five_commands_lead_from_a_class_list_to_a_printed_class_set(done_once: Script) -> None:
    with pdfplumber.open(done_once.folder / "klass.pdf") as pdf:
        text = "\n".join(page.extract_text() or "" for page in pdf.pages)
    for name in ("Åsa Öberg", "Lukasz Wisniewski", "Örjan Ärlig"):
        assert name in text.splitlines()


def test_doing_it_all_again_changes_nothing(done_once: Script) -> None:
    before = done_once.database()
    again = do_the_main_job(done_once, "igen.pdf")
    assert again.read_bytes() == (done_once.folder / "klass.pdf").read_bytes()
    assert done_once.database() == before


def test_five_faults_are_all_named_by_row_and_column_and_nothing_changes(done_once: Script) -> None:
    script = done_once
    before = script.database()
    faulty = ROSTER.replace("1A;1;p1", "1A;17;p1").replace("Lukasz", "").replace(";p3;", ";p2;")
    faulty += "1234;Åsskolan;Östby;1A;1;p4;Eva;Ek\n12345678;Åsskolan;Östby;;1;p5;Bo;Bok\n"
    done = script.run("roster", "import", script.file("fel.csv", faulty), ends=1)
    for place in ("fel.csv:2:", "fel.csv:3:", "fel.csv:4:", "fel.csv:5:", "fel.csv:6:"):
        assert any(line.startswith(place) or f"/{place}" in line for line in done.stderr.splitlines()), (
            place,
            done.stderr,
        )
    assert script.database() == before


def test_the_json_of_a_run_is_the_contracts(done_once: Script) -> None:
    done = done_once.run("screening", "run", "--window", "2026/27-autumn", "--json")
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


def test_wrong_usage_ends_with_2_and_an_unprepared_database_with_1(script: Script) -> None:
    assert "Användning" in script.run("roster", "import", ends=2).stderr
    assert "lasspar init" in script.run("screening", "run", "--window", "2026/27-autumn", ends=1).stderr
