"""What a server says of itself to whoever watches it."""

import os
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask

from assessments.database import db, keeping


def test_a_server_that_cannot_keep_what_is_saved_is_not_well(
    ekbacken: Ekbacken, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It said 200 while every save was refused."""
    client = app.test_client()
    assert client.get("/healthz").text == "ok\n"
    for part, told, why in (
        (keeping, {"ROOM": 2**70}, "disken är full"),
        (os, {"access": lambda _file, _how: False}, "databasen: behörighet saknas"),
        (os, {"statvfs": lambda _folder: SimpleNamespace(f_flag=os.ST_RDONLY)}, "disken går bara att läsa"),
    ):
        with monkeypatch.context() as patched:
            for name, value in told.items():
                patched.setattr(part, name, value)
            answer = client.get("/healthz")
        assert (answer.status_code, answer.text) == (503, f"inget går att spara: {why}\n")
    assert client.get("/healthz").status_code == 200


@pytest.mark.both_databases
def test_a_database_that_takes_no_writes_is_told_to_who_watches(
    ekbacken: Ekbacken, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a provider of PostgreSQL leaves one whose disk has filled up."""
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    monkeypatch.setattr(keeping, "READ_ONLY", sa.text("SELECT true"))
    is_postgres = db.engine.name == "postgresql"
    assert client.get("/healthz").status_code == (503 if is_postgres else 200)
