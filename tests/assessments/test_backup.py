"""Copies of the database: whole, private, and the only way back that changes everything or nothing."""

import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from flask import Flask

from assessments.access.models import AuditEntry
from assessments.clock import SWEDEN
from assessments.database import backup, db, restore, rotation, schema
from assessments.database.contents import contents_of
from assessments.database.copies import copies, verify
from assessments.database.verified import VerifiedRestore, days_since, latest
from assessments.refusals import Refused
from assessments.roster.models import Pupil
from assessments.settings import instance_path

Lasspar = Callable[..., Result]
KILLED_HALF_WAY = """
import os, signal, sys
from pathlib import Path
from assessments.database import backup, restore

restore.STEP_PAGES = 40
file, live = map(Path, sys.argv[1:])


def half_way(_result, left, pages):
    if 0 < left < pages / 2:
        os.kill(os.getpid(), signal.SIGKILL)


with backup.opened(file) as (copy, _contents):
    restore._replace(copy, live, half_way)
"""


@pytest.fixture
def live(app: Flask, ekbacken: Ekbacken, tmp_path: Path) -> Path:
    """A living database of the test's own, with the school in it."""
    file = tmp_path / "live.sqlite"
    with db.engine.connect() as connection, closing(sqlite3.connect(file)) as copy:
        connection.connection.driver_connection.backup(copy)
    return file


def held(file: Path) -> object:
    with closing(sqlite3.connect(file)) as connection:
        return contents_of(connection)


def change(file: Path, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement, values)


def refused(done: Result) -> str:
    assert done.exit_code == 1, done.output
    return done.stderr


def test_a_copy_is_private_and_holds_everything_but_sessions_and_tokens(
    ekbacken: Ekbacken, signed_in: Callable, lasspar: Lasspar, tmp_path: Path
) -> None:
    signed_in(ekbacken.astrid)
    (token,) = db.session.scalars(sa.text("SELECT token_hash FROM sign_in_session"))
    assert lasspar("token", "add", "astrid", "Nattlig", "--scope", "scores:read").exit_code == 0
    (key,) = db.session.scalars(sa.text("SELECT token_hash FROM api_token"))
    file = tmp_path / "kopia.sqlite"
    done = lasspar("backup", file)
    assert done.exit_code == 0, done.stderr
    assert str(file) in done.stdout
    assert [one.name for one in tmp_path.iterdir()] == ["kopia.sqlite"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert token.encode() not in file.read_bytes()
    assert key.encode() not in file.read_bytes()
    assert held(file) == held(Path(db.engine.url.database))
    assert "redan en fil" in refused(lasspar("backup", file))


def test_a_restore_brings_back_what_was_and_signs_everybody_out(
    ekbacken: Ekbacken, signed_in: Callable, lasspar: Lasspar, tmp_path: Path
) -> None:
    file, pupils = tmp_path / "kopia.sqlite", sa.select(sa.func.count()).where(Pupil.family_name == "Ny")
    assert lasspar("backup", file).exit_code == 0
    db.session.execute(sa.update(Pupil).values(family_name="Ny"))
    db.session.commit()
    client = signed_in(ekbacken.astrid)
    assert "Inget är ändrat" in lasspar("restore", file, "--dry-run").stdout
    assert db.session.scalar(pupils) > 1
    done = lasspar("restore", file)
    assert (
        "Ge varje program en ny: lasspar token add" in done.stdout
    )  # theirs are gone, and they only get 401
    assert done.exit_code == 0, done.stderr
    assert "skydda dem genast, och gallra sedan på nytt" in done.stdout
    assert db.session.scalar(pupils) == 0
    assert client.get("/").status_code == 302
    assert "database:restored" in db.session.scalars(sa.select(AuditEntry.action)).all()
    (former,) = Path(db.engine.url.database).parent.glob("*-fore-*")
    assert stat.S_IMODE(former.stat().st_mode) == 0o600
    assert lasspar("restore", former).exit_code == 0
    assert db.session.scalar(pupils) > 1, "what was there before the restore is a copy, too"
    for kept in former.parent.glob("*-fore-*"):
        kept.unlink()


def test_one_flipped_bit_anywhere_is_found(live: Path, lasspar: Lasspar, tmp_path: Path) -> None:
    file = tmp_path / "kopia.sqlite"
    backup.make(live, file)
    whole, before = file.read_bytes(), held(Path(db.engine.url.database))
    for place in (0, 40, len(whole) // 3, len(whole) // 2, len(whole) - 90, len(whole) - 70, len(whole) - 1):
        damaged = bytearray(whole)
        damaged[place] ^= 4
        file.write_bytes(damaged)
        assert str(file) in refused(lasspar("restore", file)), place
    file.write_bytes(whole[: len(whole) // 2])
    assert "ingen hel säkerhetskopia" in refused(lasspar("restore", file))
    assert held(Path(db.engine.url.database)) == before


def test_a_foreign_file_is_refused_also_with_our_seal(live: Path, lasspar: Lasspar, tmp_path: Path) -> None:
    before = held(Path(db.engine.url.database))
    file = tmp_path / "annat.sqlite"
    assert "det finns ingen sådan fil" in refused(lasspar("restore", file))
    change(file, "CREATE TABLE bok (namn TEXT)")
    assert "ingen hel säkerhetskopia" in refused(lasspar("restore", file))
    with pytest.raises(Refused, match="inte förberedd"):
        backup.make(file, tmp_path / "kopia.sqlite")
    backup.seal(file)
    assert "ingen säkerhetskopia" in refused(lasspar("restore", file))
    assert held(Path(db.engine.url.database)) == before


@pytest.mark.parametrize("damage", ["cut", "pages"])
def test_a_copy_takes_the_place_of_a_database_that_cannot_be_read(live: Path, tmp_path: Path, damage: str):
    backup.make(live, tmp_path / "kopia.sqlite")
    whole = live.read_bytes()
    broken = {
        "cut": whole[: len(whole) // 3],
        "pages": whole[:100] + b"\xff" * (len(whole) - 100),
    }[damage]
    live.write_bytes(broken)
    done = restore.restore(tmp_path / "kopia.sqlite", live)
    assert held(live) == done.contents
    assert done.former.read_bytes().startswith(broken[:200]), "what stood there is kept"


@pytest.mark.parametrize(
    ("version", "words"),
    [("older", ("äldre version", "lasspar init")), ("senare", ("nyare version", "senare"))],
)
def test_another_version_of_the_tables_is_named_and_refused(
    live: Path, lasspar: Lasspar, tmp_path: Path, version: str, words: tuple[str, str]
) -> None:
    older = min(schema.versions() - {schema.head()})
    change(live, "UPDATE alembic_version SET version_num = ?", older if version == "older" else version)
    backup.make(live, tmp_path / "kopia.sqlite")
    said = refused(lasspar("restore", tmp_path / "kopia.sqlite"))
    assert all(word in said for word in (*words, schema.head()))


def test_a_database_with_broken_references_is_not_called_a_copy(live: Path, tmp_path: Path) -> None:
    change(live, "UPDATE enrolment SET pupil_id = 999999 WHERE id = 1")
    with pytest.raises(Refused, match="enrolment, rad 1"):
        backup.make(live, tmp_path / "kopia.sqlite")
    assert not list(tmp_path.glob("*kopia*"))


@pytest.mark.long
def test_a_restore_killed_half_way_leaves_the_database_as_it_was(live: Path, tmp_path: Path) -> None:
    file = tmp_path / "kopia.sqlite"
    backup.make(live, file)
    change(live, "UPDATE pupil SET family_name = 'Ny'")
    before = held(live)
    done = subprocess.run([sys.executable, "-c", KILLED_HALF_WAY, file, live], check=False)
    assert done.returncode == -signal.SIGKILL
    assert held(live) == before


def test_a_server_goes_on_with_the_copy_where_the_file_was_moved_aside(live: Path, tmp_path: Path) -> None:
    backup.make(live, tmp_path / "kopia.sqlite")
    server, asked = sa.create_engine(f"sqlite:///{live}"), sa.text("SELECT count(*) FROM pupil")
    with server.connect() as connection:
        pupils = connection.scalar(asked)
    live.rename(tmp_path / "trasig.sqlite")
    restore.restore(tmp_path / "kopia.sqlite", live)
    change(live, "DELETE FROM sign_in_session")
    change(live, "CREATE TABLE since (number INTEGER)")
    with server.connect() as connection:
        assert (connection.scalar(asked), connection.scalar(sa.text("SELECT count(*) FROM since"))) == (
            pupils,
            0,
        )
    server.dispose()


def test_a_damaged_database_is_replaced_and_kept_as_it_stood(live: Path, tmp_path: Path) -> None:
    file = tmp_path / "kopia.sqlite"
    contents = backup.make(live, file)
    change(live, "UPDATE enrolment SET pupil_id = 999999 WHERE id = 1")
    damaged = held(live)
    done = restore.restore(file, live)
    assert done.former is not None
    assert (held(live), held(done.former)) == (contents, damaged)
    live.write_bytes(b"ingen databas" * 100)
    with pytest.raises(Refused, match="Flytta undan filen"):
        restore.restore(file, live)
    live.unlink()
    assert restore.restore(file, live).former is None
    assert len(list(tmp_path.glob("*-fore-*"))) == 1


def test_copies_made_while_somebody_writes_hold_one_moment_each(live: Path, tmp_path: Path) -> None:
    change(live, "PRAGMA journal_mode = WAL")
    change(live, "CREATE TABLE one (number INTEGER)")
    change(live, "CREATE TABLE other (number INTEGER)")
    enough, wrote = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(live, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            while not enough.is_set():
                connection.executescript(
                    "BEGIN IMMEDIATE; INSERT INTO one VALUES (1); INSERT INTO other VALUES (1); COMMIT"
                )
                wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    wrote.wait(5)
    try:
        copies = [backup.make(live, tmp_path / f"{number}.sqlite").tables for number in range(2)]
    finally:
        enough.set()
        writer.join()
    assert all(tables["one"] == tables["other"] for tables in copies)
    assert 0 < copies[0]["one"][0] < copies[1]["one"][0]


def test_seven_days_four_weeks_and_six_months_are_kept() -> None:
    now = datetime(2026, 11, 22, 3, tzinfo=SWEDEN)  # a Sunday
    kept = rotation.to_keep([now - timedelta(hours=12 * half) for half in range(800)])
    days, weeks, months = "1116 1117 1118 1119 1120 1121 1122", "1101 1108 1115", "0630 0731 0831 0930 1031"
    assert [f"{moment:%m%d}" for moment in sorted(kept)] == f"{months} {weeks} {days}".split()


def test_a_folder_of_copies_keeps_what_is_not_ours(live: Path, lasspar: Lasspar, tmp_path: Path) -> None:
    folder = tmp_path / "kopior"
    folder.mkdir()
    days = [datetime(2026, 3, 1, 2, tzinfo=SWEDEN) + timedelta(days=day) for day in range(31)]
    for name in ("lasspar.sqlite", *(day.strftime(rotation.NAME) for day in days)):
        (folder / name).touch()
    done = lasspar("backup", "--rotate", folder)
    assert done.exit_code == 0, done.stderr
    left = {file.name for file in folder.iterdir()}
    assert "lasspar.sqlite" in left
    assert done.stdout.count("Borttagen") == 33 - len(left)
    assert lasspar("backup").exit_code == 2


def test_a_copy_is_restored_on_trial_and_remembered(
    ekbacken: Ekbacken, lasspar: Lasspar, tmp_path: Path
) -> None:
    done = lasspar("backup", tmp_path / "kopia.sqlite", "--verify")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Återställd på prov" in done.stdout
    assert [one.name for one in tmp_path.iterdir()] == ["kopia.sqlite"]
    (tried,) = db.session.scalars(sa.select(VerifiedRestore))
    assert days_since(tried) == 0
    assert str(tried.rows) in done.stdout


def test_a_copy_that_does_not_come_back_is_not_remembered(live: Path, app: Flask, tmp_path: Path) -> None:
    file, kind = tmp_path / "kopia.sqlite", copies()
    backup.make(live, file)
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(Refused, match="skadad"):
        verify(file, kind)
    assert latest() is None


@pytest.mark.long
@pytest.mark.both_databases
def test_postgresql_comes_back_row_for_row(
    app: Flask, backend: str, ekbacken: Ekbacken, lasspar: Lasspar, tmp_path: Path
) -> None:
    """On SQLite too: what is said of the one holds for the other."""
    file = tmp_path / copies().name
    assert lasspar("backup", file, "--verify").exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    db.session.execute(sa.update(Pupil).values(family_name="Ny; rad\n\t\\N"))
    db.session.commit()
    assert lasspar("restore", file).exit_code == 0
    assert "Berg" in db.session.scalars(sa.select(Pupil.family_name)).all()
    (former,) = instance_path().glob("*-fore-*")
    assert lasspar("restore", former).exit_code == 0
    assert set(db.session.scalars(sa.select(Pupil.family_name))) == {"Ny; rad\n\t\\N"}
    with pytest.raises(sa.exc.IntegrityError):  # the guards stand again
        db.session.execute(sa.text("DELETE FROM audit_entry"))
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 4
    file.write_bytes(damaged)
    assert "skadad eller ändrad" in refused(lasspar("restore", file))
    for kept in instance_path().glob("*-fore-*"):
        kept.unlink()


def test_a_clock_that_was_set_back_takes_no_copy_away(
    live: Path, lasspar: Lasspar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy just made was the oldest, and went at once; the command said that it was made."""
    folder = tmp_path / "kopior"
    folder.mkdir()
    days = [datetime(2026, 11, 30, 2, tzinfo=SWEDEN) - timedelta(days=day) for day in range(400)]
    later = {day.strftime(rotation.NAME) for day in rotation.to_keep(days)}
    for name in later:
        (folder / name).touch()
    for day in ("2020-01-01", "2020-01-02"):
        monkeypatch.setenv("LASSPAR_TODAY", day)
        done = lasspar("backup", "--rotate", folder)
        assert done.exit_code == 0, done.stderr
        assert done.stderr.count("från en senare dag än i dag. Går klockan rätt?") == len(later)
    left = {file.name for file in folder.iterdir()}
    assert later < left
    assert sorted(name[8:18] for name in left - later) == ["2020-01-01", "2020-01-02"]
