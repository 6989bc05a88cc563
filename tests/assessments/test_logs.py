"""What stands on stderr: of use to whoever runs the server, and never a value."""

import json
import logging
import sqlite3

import pytest
import sqlalchemy as sa
from flask import Flask

from assessments import logs


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_library_that_tells_of_every_try_is_a_line_a_minute(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at = [1000.0]
    monkeypatch.setattr("assessments.logs.time.monotonic", lambda: at[0])
    library = logging.getLogger("lasspar-a-library.consumer")
    logs.speak_for("lasspar-a-library")
    for _ in range(240):  # two minutes, two tries a second
        try:
            raise ConnectionError("redis://:hemligt@dator")
        except ConnectionError:
            library.exception("Error reading from queue")
        at[0] += 0.5
    library.info("nothing to tell of")
    lines = told(capsys)
    assert [(line["library"], line["error"]) for line in lines] == [(library.name, "ConnectionError")] * 2
    assert "hemligt" not in str(lines)


def test_what_a_database_says_in_code_is_kept(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    full = sqlite3.OperationalError("database or disk is full: Kim Berg")
    full.sqlite_errorname = "SQLITE_FULL"
    logs.log.error("database gone", exc_info=sa.exc.OperationalError("INSERT", {}, full))
    logs.log.error("unexpected error", exc_info=ValueError("Kim Berg"))
    first, second = told(capsys)
    assert (first["code"], "code" in second) == ("SQLITE_FULL", False)
    assert "Kim" not in f"{first} {second}"
