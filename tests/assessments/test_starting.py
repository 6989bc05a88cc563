"""A command loads what it needs and no more; and Ctrl+C at any moment ends it without a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from scripts import LASSPAR, Script

from app import COMMANDS, cli
from assessments.database import db

PRESSED_WHILE_LOADING = """
import os, signal, sys

class Impatient:
    def find_spec(self, name, *_more):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may not listen to it
sys.meta_path.insert(0, Impatient())
sys.argv = ["lasspar", *{words!r}]
from assessments.starting import lasspar
lasspar()
"""
LOADED_FOR_A_COMMAND = """
import sys
from app import app_for_commands
from assessments.database import db
app_for_commands()
print(*sorted(db.metadata.tables))
print([name for name in ("wtforms", "assessments.views", "screening.views") if name in sys.modules])
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("module", "words"),
    [("click", []), ("flask", ["init"]), ("screening.models", ["init"]), ("alembic", ["init"])],
)
def test_ctrl_c_ends_quietly(tmp_path: Path, module: str, words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRESSED_WHILE_LOADING.format(module=module, words=words)],
        env={**os.environ, "LASSPAR_INSTANCE_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.slow
@pytest.mark.parametrize("stderr", ["", " 2>&-"])
def test_words_that_nobody_would_get_are_not_said(tmp_path: Path, stderr: str) -> None:
    """A link to choose a password would be lost, and the command would have ended well."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" init >&-{stderr}', LASSPAR],
        env={**os.environ, "LASSPAR_INSTANCE_PATH": str(tmp_path)},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])
    assert ("Standard ut är stängd" in done.stderr) == (not stderr)


@pytest.mark.slow
def test_a_command_leaves_the_database_whole_in_one_file(tmp_path: Path) -> None:
    """Whoever copies it by hand between two commands has everything."""
    script = Script(tmp_path)
    for words in (
        ["init"],
        ["staff", "add", "Ada Alm", "--username", "ada", "--role", "administrator", "--kommun", "Ekby"],
    ):
        assert script.run(*words).returncode == 0
        left = {file.name for file in script.instance.iterdir()}
        assert left == {"lasspar.sqlite", "lasspar.sqlite.queue"}


@pytest.mark.slow
def test_a_command_has_every_table_and_no_page(app: Flask, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED_FOR_A_COMMAND],
        env={**os.environ, "LASSPAR_INSTANCE_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    tables, pages = done.stdout.splitlines()
    assert set(tables.split()) == set(db.metadata.tables)
    assert pages == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_that_help_shows_of_a_command_is_its_own(name: str) -> None:
    command, (_, line) = cli.commands[name], COMMANDS[name]
    assert line == ("" if command.hidden else command.get_short_help_str(limit=200))
