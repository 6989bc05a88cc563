"""Documents for municipalities say of the tool only what a test or a command shows."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from app import cli
from assessments.help_documents import DOCUMENTS, FOLDER, as_page, markdown

PROJECT = Path(__file__).parents[2]
SHOWN = re.compile(r"`((?:tests/|lasspar )[^`]+)`")


@functools.cache
def named_in(file: str) -> set[str]:
    """``test_one`` and ``TestMany::test_one``, as pytest names them."""
    tree = ast.parse((PROJECT / file).read_text("utf-8"))
    alone = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
    groups = [one for one in tree.body if isinstance(one, ast.ClassDef)]
    within = {
        f"{group.name}::{one.name}"
        for group in groups
        for one in group.body
        if isinstance(one, ast.FunctionDef)
    }
    return alone | within


def is_there(shown: str) -> bool:
    if shown.startswith("tests/"):
        file, _, name = shown.partition("::")
        return (PROJECT / file).is_file() and name in named_in(file)
    command: click.Command | None = cli
    context = click.Context(cli)
    for word in shown.split()[1:]:
        command = command.get_command(context, word) if isinstance(command, click.Group) else None
    return command is not None


def claims(text: str) -> Iterator[str]:
    """The rows of the tables that say how the tool is."""
    for table in re.findall(
        r"^\| Så är det i Lässpår \| Visas av \|\n\|---\|---\|\n((?:\|.*\n)+)", text, re.MULTILINE
    ):
        yield from table.splitlines()


@pytest.mark.parametrize("slug", DOCUMENTS)
def test_every_table_of_a_document_says_what_it_is_about(slug: str) -> None:
    names = re.findall(
        r'aria-label="Tabell \d+: (?P<name>[^"]+)"><table.*?<caption[^>]*>Tabell \d+: (?P=name)<',
        as_page(slug),
    )
    assert len(names) == as_page(slug).count("<table")


@pytest.mark.parametrize("slug", DOCUMENTS)
def test_what_a_document_says_of_the_tool_is_shown_by_something_there_is(slug: str) -> None:
    text = markdown(slug)
    rows = list(claims(text))
    assert rows
    assert [row for row in rows if not SHOWN.search(row.rpartition(" | ")[2])] == []
    assert [shown for shown in SHOWN.findall(text) if not is_there(shown)] == []
    assert "[FYLL I" in text


def test_every_file_is_a_document_that_anybody_can_read_and_fetch(app: Flask, database: None) -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(DOCUMENTS)
    client = app.test_client()
    places = [client.get(place).text for place in ("/help", "/help/administrator")]
    for slug in DOCUMENTS:
        assert as_page(slug) in client.get(f"/help/documents/{slug}").text
        assert client.get(f"/help/documents/{slug}.md").text == markdown(slug)
        assert all(f'href="/help/documents/{slug}"' in place for place in places)
    assert client.get("/help/documents/nonsense").status_code == 404
