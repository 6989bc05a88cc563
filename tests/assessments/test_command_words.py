"""The command line speaks Swedish, click's own sentences included."""

import re
from collections.abc import Callable
from io import BytesIO

import click
import pytest
from babel.messages import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from click.testing import Result

from app import cli
from assessments.command_words import SENTENCES

Lasspar = Callable[..., Result]
CATALOGUE = SENTENCES / "sv" / "LC_MESSAGES" / "messages.po"
ENGLISH = """
    a and any are argument arguments can choose command commands could default did directory does error
    exit file filename from help if integer invalid it message missing more must no not of one option options
    or path positional possible range required role scope show such that the this to too try unexpected usage
    use username valid value values was what when which window with you your
"""


def every_command(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [path]
    for name, command in group.commands.items():
        is_group = isinstance(command, click.Group)
        found += every_command(command, (*path, name)) if is_group else [(*path, name)]
    return found


NAMES = {word for path in every_command(cli) for word in path}


def english_in(text: str) -> set[str]:
    """The English words of a text; what is typed as it stands (tillval, choices, file names) is no prose."""
    prose = re.sub(r"--[\w-]+|\[[\w|]+\]|\S*[/.@]\w\S*|'[^']*'", " ", text)
    return set(ENGLISH.split()) & set(re.findall(r"\w+", prose.lower()))


@pytest.mark.parametrize("command", every_command(cli), ids=" ".join)
def test_help_is_swedish(lasspar: Lasspar, command: tuple[str, ...]) -> None:
    answer = lasspar(*command, "--help")
    assert answer.exit_code == 0
    assert "Användning: " in answer.output
    assert english_in(answer.output) - NAMES == set()


@pytest.mark.parametrize("command", every_command(cli), ids=" ".join)
def test_every_command_says_what_it_does(lasspar: Lasspar, command: tuple[str, ...]) -> None:
    lines = lasspar(*command, "--help").output.splitlines()
    assert len(lines[2].strip()) > 5, "the line under the usage says what the command does"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (["srve"], "Kommandot 'srve' finns inte."),
        (["serve", "--prt", "1"], "Tillvalet '--prt' finns inte."),
        (["serve", "--port"], "Tillvalet '--port' ska ha ett värde."),
        (["serve", "--port", "x"], "'x' är inte ett tal"),
        (["serve", "5001"], "Ett ord för mycket (5001)"),
        (["migrations", "revise"], "Uppgift saknas: 'ÄNDRING'."),
    ],
)
def test_wrong_usage_is_told_in_swedish(lasspar: Lasspar, wrong: list[str], sentence: str) -> None:
    answer = lasspar(*wrong)
    assert answer.exit_code == 2
    assert sentence in answer.output
    assert english_in(answer.output) == set()


def test_the_compiled_words_are_those_of_the_readable_file() -> None:
    compiled = BytesIO()
    write_mo(compiled, readable())
    compiled.seek(0)
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        assert words_in(read_mo(file)) == words_in(read_mo(compiled))


def test_a_translation_asks_for_nothing_the_sentence_does_not_give() -> None:
    for word in readable():
        given = set(re.findall(r"{(\w+)", str(word.id)))
        wanted = set(re.findall(r"{(\w+)", str(word.string)))
        assert wanted <= given, word.id


def readable() -> Catalog:
    with CATALOGUE.open(encoding="utf-8") as file:
        return read_po(file)


def words_in(catalogue: Catalog) -> dict[str, str]:
    return {str(word.id): str(word.string) for word in catalogue if word.id}
