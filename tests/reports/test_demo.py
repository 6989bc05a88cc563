"""``lasspar demo`` as a newcomer runs it: once for the whole file, in a folder of its own."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pdfplumber
import pytest
from click.testing import Result
from flask import Flask
from scripts import Script

from app import create_app
from reports.demo import DAY

pytestmark = pytest.mark.slow

Lasspar = Callable[..., Result]
ROLES = {"teacher", "special_teacher", "principal", "team", "coordinator", "administrator"}
LAST = "2026/27-autumn"
# A moment says when the demo was built, and a hash has a salt of its own.
NOT_THE_SAME_TWICE = ("created_at", "judged_at", "changed_at", "password_hash", "last_seen_at", "expires_at")


@dataclass(frozen=True)
class Built:
    """A demo that stands ready, and what was said while it was built."""

    folder: Path
    said: str

    @property
    def database(self) -> Path:
        return self.folder / "lasspar.sqlite"

    def ask(self, question: str, *values: object) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.database) as connection:
            return connection.execute(question, values).fetchall()

    def number(self, question: str, *values: object) -> float:
        return float(self.ask(question, *values)[0][0])  # type: ignore[arg-type]  # a number

    @property
    def accounts(self) -> dict[str, str]:
        return dict(re.findall(r"^  (\S+)  +(\S+-\S+-\S+)  ", self.said, re.M))

    @property
    def rows(self) -> dict[str, set[tuple[object, ...]]]:
        """Every row of every table, without what cannot be the same twice."""
        rows = {}
        for (table,) in self.ask("SELECT name FROM sqlite_master WHERE type = 'table'"):
            columns = [row[1] for row in self.ask(f"PRAGMA table_info({table})")]
            named = ", ".join(f'"{column}"' for column in columns if column not in NOT_THE_SAME_TWICE)
            rows[str(table)] = set(self.ask(f"SELECT {named} FROM {table}"))  # noqa: S608 - our own tables
        return rows


# The same seed again, until this many windows have been told: nothing of them is changed afterwards, and each
# window is told with what the same chance gives next.
AS_FAR_AS = 1
BUILD_IN_PART = f"""
from app import create_app
from assessments.demo.plans import plan
from reports.demo_building import build

class Enough(Exception):
    pass

def told(next_thing):
    if next_thing == f"Period {{plan().windows[{AS_FAR_AS}].code}}":
        raise Enough

with create_app().app_context():
    try:
        build(1, told)
    except Enough:
        pass
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("demo")
    script = Script(folder, today=DAY)
    done = script.run("demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    return Built(script.instance / "demo", done.stdout)


@pytest.fixture(scope="module")
def begun_again(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("again")
    surroundings = {
        "LASSPAR_INSTANCE_PATH": str(folder),
        "LASSPAR_IS_DEMO": "1",
        "LASSPAR_TODAY": DAY,
    }
    done = subprocess.run(
        [sys.executable, "-c", BUILD_IN_PART],
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Built(folder, "")


@pytest.fixture
def demo_app(built: Built, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setenv("LASSPAR_INSTANCE_PATH", str(built.folder))
    monkeypatch.setenv("LASSPAR_IS_DEMO", "1")
    return create_app({"TESTING": True})


@pytest.mark.long
def test_the_same_seed_builds_the_same_rows_again(built: Built, begun_again: Built) -> None:
    first, again = built.rows, begun_again.rows
    assert len(again["assessment_window"]) == AS_FAR_AS
    for table in ("pupil", "account", "score", "judgement", "flag", "next_step", "hand_in"):
        assert again[table], table
    assert {table: rows - first[table] for table, rows in again.items() if rows - first[table]} == {}


def test_one_account_of_each_role_is_told_with_its_password(built: Built) -> None:
    held = built.ask(
        "SELECT DISTINCT account.username, duty.role FROM account JOIN duty USING (staff_member_id)"
        " WHERE duty.ends_on IS NULL OR duty.ends_on > '2026-10-15'"
    )
    assert {role for username, role in held if username in built.accounts} == ROLES


def test_everybody_who_is_told_can_sign_in_and_sees_a_page(built: Built, demo_app: Flask) -> None:
    for username, password in built.accounts.items():
        with demo_app.app_context():
            browser = demo_app.test_client()
            form = browser.get("/sign-in").text
            token = form.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
            told = {"username": username, "password": password, "csrf_token": token}
            assert browser.post("/sign-in", data=told).status_code == 302, username
            assert browser.get("/", follow_redirects=True).status_code == 200, username


def test_the_papers_are_there_with_real_text(built: Built) -> None:
    papers = sorted(built.folder.glob("*.pdf"))
    assert len(papers) == 8
    for paper in papers:
        assert str(paper) in built.said
        of_all = paper.name in {"lassatsningen.pdf", "mal-att-halvera.pdf"}
        with pdfplumber.open(paper) as document:
            assert ("Lässatsningen" if of_all else "Björkskolan") in document.pages[0].extract_text()


def test_every_window_is_judged_by_a_set_adopted_before_the_first(built: Built) -> None:
    windows = built.ask("SELECT id FROM assessment_window")
    assert len(windows) == 7
    for (window_id,) in windows:
        assert built.number("SELECT count(*) FROM judgement WHERE window_id = ?", window_id) > 500
    assert built.number("SELECT count(*) FROM judgement WHERE is_judged_afterwards") == 0


def test_most_reach_the_goal_and_a_believable_share_does_not(built: Built) -> None:
    for window_id, code in built.ask("SELECT id, academic_year || '-' || season FROM assessment_window"):
        under = built.number(
            "SELECT 1.0 * sum(level IN ('near_goal', 'below_goal')) / count(*) FROM judgement"
            " WHERE window_id = ? AND year IN (2, 3) AND level <> 'not_determined'",
            window_id,
        )
        assert 0.10 <= under <= 0.25, (code, under)


def test_between_10_and_30_percent_have_an_open_finding(built: Built) -> None:
    for window_id, code in built.ask("SELECT id, academic_year || '-' || season FROM assessment_window"):
        found = built.number(
            "SELECT count(DISTINCT pupil_id) FROM flag"
            " WHERE window_id = ? AND state IN ('new', 'persistent', 'recurrence')",
            window_id,
        )
        judged = built.number("SELECT count(*) FROM judgement WHERE window_id = ? AND year > 0", window_id)
        assert 0.10 <= found / judged <= 0.30, (code, found / judged)


def test_threads_of_every_life_are_there(built: Built) -> None:
    states = {state for (state,) in built.ask("SELECT DISTINCT state FROM flag WHERE family = 'need'")}
    steady = {"new", "persistent", "persistent_unconfirmed", "recurrence"}
    assert states == steady | {"at_goal_once", "close_proposed", "closed"}


def test_every_family_of_signals_has_one(built: Built) -> None:
    families = {family for (family,) in built.ask("SELECT DISTINCT family FROM flag")}
    assert families == {"need", "growth", "change", "coverage", "data", "observation"}


def test_every_code_and_a_broken_off_test_stand_among_the_scores(built: Built) -> None:
    absences = {word for (word,) in built.ask("SELECT DISTINCT absence FROM score WHERE absence IS NOT NULL")}
    assert absences == {"absent", "declined", "exempt", "other_language", "invalid", "not_yet_able"}
    assert built.number("SELECT count(*) FROM score WHERE is_discontinued") >= 1


def test_only_the_half_entered_class_waits_to_be_handed_in(built: Built) -> None:
    waiting = built.ask(
        """
        SELECT DISTINCT school.name, school_class.name FROM score
        JOIN assessment_window ON assessment_window.id = score.window_id
        JOIN enrolment ON enrolment.pupil_id = score.pupil_id
            AND enrolment.starts_on <= score.assessed_on
            AND (enrolment.ends_on IS NULL OR enrolment.ends_on >= score.assessed_on)
        JOIN school_class ON school_class.id = enrolment.school_class_id
            AND school_class.academic_year = assessment_window.academic_year
        JOIN school ON school.id = school_class.school_id
        WHERE NOT EXISTS (SELECT 1 FROM hand_in
            WHERE hand_in.school_class_id = school_class.id AND hand_in.window_id = score.window_id)
        """
    )
    assert waiting == [("Björkskolan", "2A")]


def test_half_of_that_class_has_results(built: Built) -> None:
    enrolled, entered = built.ask(
        """
        SELECT count(DISTINCT enrolment.pupil_id), count(DISTINCT score.pupil_id) FROM enrolment
        JOIN school_class ON school_class.id = enrolment.school_class_id
        JOIN school ON school.id = school_class.school_id
        LEFT JOIN score ON score.pupil_id = enrolment.pupil_id
            AND score.window_id = (SELECT id FROM assessment_window ORDER BY opens_on DESC LIMIT 1)
        WHERE school.name = 'Björkskolan' AND school_class.name = '2A'
            AND school_class.academic_year = '2026/27' AND enrolment.ends_on IS NULL
        """
    )[0]
    assert 0.3 <= float(entered) / float(enrolled) <= 0.7  # type: ignore[arg-type]  # numbers


def test_nothing_is_dated_after_the_demos_day(built: Built) -> None:
    assert built.ask("SELECT max(assessed_on) FROM score") <= [("2026-10-15",)]
    assert built.ask("SELECT max(taken_on) FROM next_step") <= [("2026-10-15",)]
    assert built.ask("SELECT max(date(changed_at)) FROM score_change") <= [("2026-10-15",)]


def test_people_have_acted_on_signals_with_their_function(built: Built) -> None:
    assert built.number("SELECT count(*) FROM next_step") > 100
    assert built.number("SELECT count(*) FROM next_step WHERE duty_id IS NULL") == 0


@pytest.fixture
def nothing_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where a demo would be built."""
    monkeypatch.setenv("LASSPAR_INSTANCE_PATH", str(tmp_path))
    return tmp_path


def test_a_real_database_is_left_alone(
    lasspar: Lasspar, nothing_yet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASSPAR_DATABASE_URL", f"sqlite:///{nothing_yet / 'real.sqlite'}")
    done = lasspar("demo", "--no-serve")
    assert done.exit_code == 1
    assert "LASSPAR_DATABASE_URL är satt" in done.stderr
    assert list(nothing_yet.iterdir()) == []


def test_a_day_before_the_example_is_refused_before_anything_is_built(
    lasspar: Lasspar, nothing_yet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", "2026-10-04")
    done = lasspar("demo", "--no-serve")
    assert done.exit_code == 1
    assert "LASSPAR_TODAY är 2026-10-04" in done.stderr
    assert list(nothing_yet.iterdir()) == []


def test_a_busy_port_is_said_before_anything_is_built(lasspar: Lasspar, nothing_yet: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = somebody.getsockname()[1]
        done = lasspar("demo", "--port", port)
    assert done.exit_code == 1
    assert f"Port {port} är upptagen" in done.stderr
    assert list(nothing_yet.iterdir()) == []


def test_a_port_that_is_none_is_wrong_usage(lasspar: Lasspar, nothing_yet: Path) -> None:
    assert lasspar("demo", "--port", "70000").exit_code == 2


def test_help_is_in_swedish(lasspar: Lasspar) -> None:
    done = lasspar("demo", "--help")
    assert done.exit_code == 0
    assert "påhittade skolor" in done.stdout


def test_the_inboxes_hold_all_that_waits(built: Built) -> None:
    """Samråd asked and held, a report decided, steps of the law ticked, steps late, a substitute in place."""
    assert built.number("SELECT count(*) FROM consultation WHERE closed_on IS NULL") >= 2
    assert built.number("SELECT count(*) FROM consultation WHERE held_on IS NOT NULL") >= 1
    assert built.number("SELECT count(*) FROM case_note WHERE kind = 'action_programme'") >= 1
    assert built.number("SELECT count(*) FROM tick") >= 2
    late = "SELECT count(*) FROM next_step LEFT JOIN step_outcome ON next_step_id = next_step.id"
    assert built.number(f"{late} WHERE due_on < ? AND next_step_id IS NULL", DAY) >= 3
    holds = "SELECT count(*) FROM duty WHERE role = 'special_teacher' AND ends_on > ?"
    assert built.number(holds, DAY) == 1
