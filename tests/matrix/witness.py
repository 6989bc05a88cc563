"""What an answer gave away, and what a question changed."""

import io
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
from keeping import need_not_last, need_not_read_tables_anew, schema_of
from matrix.world import ALIASES, CODES, NOTED, PUPILS, SAID
from werkzeug.test import TestResponse

WORDS = {word: stem for stem in PUPILS for word in (stem, CODES[stem])} | {
    ALIASES[stem]: stem for stem in ALIASES
}
"""What is known of a pupil by name, elev-id or alias -> whose it is."""
Row = tuple[Any, ...]


def text_of(answer: TestResponse) -> str:
    """Everything in an answer that can be read: address, headers, page, paper or workbook; without spaces."""
    body = answer.data
    if body.startswith(b"%PDF"):
        said = _paper(body)
    elif body.startswith(b"PK"):
        said = _workbook(body)
    else:
        said = body.decode("utf-8", "replace")
    return "".join((str(answer.headers) + said).split()).casefold()


def _paper(content: bytes) -> str:
    with closing(pypdfium2.PdfDocument(content)) as paper:
        pages = [page.get_textpage().get_text_range() for page in paper]
        marks = [mark.get_title() for mark in paper.get_toc()]
        return " ".join([*pages, *marks, str(paper.get_metadata_dict())])


def _workbook(content: bytes) -> str:
    """Or an archive of papers."""
    with zipfile.ZipFile(io.BytesIO(content)) as workbook:
        parts = [workbook.read(name) for name in workbook.namelist()]
        return " ".join(
            _paper(part) if part.startswith(b"%PDF") else part.decode("utf-8", "replace") for part in parts
        )


def named(text: str) -> set[str]:
    """The pupils' words that occur."""
    return {word for word in WORDS if word in text}


def said(text: str) -> set[str]:
    """The pupils about whom the text holds what people have written."""
    return {stem for stem, word in SAID.items() if word in text}


def noted(text: str) -> set[str]:
    """The pupils about whom the text holds what the elevhälsa has noted."""
    return {stem for stem, word in NOTED.items() if word in text}


@dataclass(frozen=True)
class Change:
    """A row that came, went or became another."""

    table: str
    row: dict[str, Any]


class Database:
    """Looks at the database from outside the app, and puts it back as it was."""

    def __init__(self, file: Path) -> None:
        a_few_for_each_table = 512
        self.watcher = sqlite3.connect(file, isolation_level=None, cached_statements=a_few_for_each_table)
        # Another's: whoever puts back takes the tables for new ones, and would read the text of all of them.
        self.restorer = sqlite3.connect(file, isolation_level=None)
        need_not_last(self.restorer)
        self.before = sqlite3.connect(":memory:")
        self.schema = schema_of(self.restorer)
        self.keep()

    def keep(self) -> None:
        """From here on, this is how it was."""
        self.watcher.backup(self.before)
        self.rows = {table: self._rows(self.before, table) for table in self._tables()}
        self.version = self._version()
        self.last_trace = self._last_trace()

    def has_changed(self) -> bool:
        return self._version() != self.version

    def changes(self) -> list[Change]:
        """What is otherwise than it was."""
        self.watcher.execute("BEGIN")  # once, not for each of a hundred tables
        found = [
            Change(table, dict(zip(self._columns(table), row, strict=True)))
            for table, before in self.rows.items()
            if (after := self._rows(self.watcher, table)) != before
            for row in set(before) ^ set(after)
        ]
        self.watcher.execute("COMMIT")
        return found

    def put_back(self) -> None:
        self.before.backup(self.restorer)
        need_not_read_tables_anew(self.restorer, self.schema)
        self.version, self.last_trace = self._version(), self._last_trace()

    def traces(self) -> list[tuple[str, str, int | None, int | None]]:
        """The rows of the audit trail since last asked: action, subject, account, duty."""
        asked = "SELECT action, subject, account_id, duty_id FROM audit_entry WHERE id > ? ORDER BY id"
        found = self.watcher.execute(asked, (self.last_trace,)).fetchall()
        self.last_trace = self._last_trace()
        return found

    def close(self) -> None:
        self.watcher.close()
        self.restorer.close()
        self.before.close()

    def _version(self) -> int:
        return int(self.watcher.execute("PRAGMA data_version").fetchone()[0])

    def _last_trace(self) -> int:
        return int(self.watcher.execute("SELECT coalesce(max(id), 0) FROM audit_entry").fetchone()[0])

    def _tables(self) -> list[str]:
        asked = "SELECT name FROM sqlite_master WHERE type = 'table'"
        return [name for (name,) in self.before.execute(asked)]

    def _rows(self, connection: sqlite3.Connection, table: str) -> list[Row]:
        return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - own names

    def _columns(self, table: str) -> list[str]:
        return [row[1] for row in self.watcher.execute(f"PRAGMA table_info({table})")]
