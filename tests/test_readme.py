"""What the README and CONTRIBUTING promise is there."""

import re
import shlex
from pathlib import Path

import click
import pytest

from app import cli

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
DEMO = "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/lasspar demo"
TEST = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest"
LASSPAR_LINES = re.findall(r"^ +\.venv/bin/lasspar (.+)$", README, re.MULTILINE)


@pytest.mark.parametrize("command", [DEMO, TEST])
def test_the_two_commands_stand_word_for_word_in_both_languages(command: str) -> None:
    assert README.splitlines().count(f"    {command}") == 2


def test_the_readme_shows_how_to_run_it_for_a_municipality() -> None:
    assert len(LASSPAR_LINES) >= 8


@pytest.mark.parametrize("line", LASSPAR_LINES)
def test_every_command_shown_is_one_that_there_is(line: str) -> None:
    words = shlex.split(line)
    command: click.Command = cli
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    written = {word for word in words if word.startswith("--")}
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert written <= {name for option in options for name in option.opts}
    assert {option.opts[0] for option in options if option.required} <= written


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_place_a_page_points_to_is_there(file: str) -> None:
    text = (PROJECT / file).read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([^)#:]+)\)", text)
    named = [name for name in re.findall(r"`([\w.]+/[\w./-]*)`", text) if not name.startswith(".venv")]
    for name in (*linked, *named):
        assert (PROJECT / name).exists(), name
