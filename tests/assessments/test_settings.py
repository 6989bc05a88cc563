"""What the surroundings decide, and what is told of it before anybody is misled."""

import re

import pytest
from click.testing import CliRunner

from app import cli
from assessments import settings

ROOMS = ("assessments", "screening", "reports")
READ = re.compile(r"environ(?:\.get\(|\[)\"(LASSPAR_\w+)\"")


def test_a_setting_that_nobody_reads_is_told_with_the_one_that_was_meant() -> None:
    """``init`` made a new database in another folder, and ``serve`` answered to any host, without a word."""
    misspelt = {"LASSPAR_TRUSTED_HOST": "lasspar.ekby.se", "LASSPAR_OIDC_EKBY_LABEL": "", "LASSPAR_X": "1"}
    done = CliRunner(env=misspelt).invoke(cli, ["measures", "--help"])
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [
        "Obs: LASSPAR_TRUSTED_HOST är ingen inställning och läses inte. Menade du LASSPAR_TRUSTED_HOSTS?",
        "Obs: LASSPAR_X är ingen inställning och läses inte.",
    ]
    beside = CliRunner(env={**misspelt, settings.DRAWER: "drawer"}).invoke(cli, ["measures", "--help"])
    assert beside.stderr == ""


def test_every_setting_that_is_read_is_known() -> None:
    places = [settings.PROJECT / "app.py"]
    places += [file for room in ROOMS for file in (settings.PROJECT / room).rglob("*.py")]
    read = {name for file in places for name in READ.findall(file.read_text(encoding="utf-8"))}
    assert {"LASSPAR_TODAY", "LASSPAR_SS12000_FILE"} <= read
    assert read <= set(settings.KNOWN)


def test_a_machine_that_lost_its_power_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's machine said no goodbye, and pages hung on what was sent to it."""
    monkeypatch.setenv("LASSPAR_DATABASE_URL", "postgresql://namn@dator/db")
    arguments = settings.from_environment()["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]
    assert (arguments["connect_timeout"], arguments["tcp_user_timeout"]) == (5, 5000)
    monkeypatch.setenv("LASSPAR_DATABASE_URL", "postgresql://namn@dator/db?tcp_user_timeout=90000")
    assert "tcp_user_timeout" not in settings.from_environment()["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]


def test_a_server_with_a_day_of_its_own_says_so_before_it_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", "2025-01-02")
    monkeypatch.setenv("LASSPAR_IS_DEMO", "1")
    settings.tell_what_is_for_examples()
    day, codes = capsys.readouterr().err.splitlines()
    assert day.startswith("VARNING: LASSPAR_TODAY är satt. Servern tror att det är 2025-01-02,")
    assert codes.startswith("VARNING: LASSPAR_IS_DEMO är satt. Ingen engångskod frågas")
    monkeypatch.delenv("LASSPAR_TODAY")
    monkeypatch.delenv("LASSPAR_IS_DEMO")
    settings.tell_what_is_for_examples()
    assert capsys.readouterr().err == ""
