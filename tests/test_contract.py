"""What scripts rely on: exit codes, words on stderr, and nothing changed when refused."""

import errno
import os
import socket
import sqlite3
import stat
import subprocess
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from cast import Ekbacken
from click.testing import CliRunner, Result
from flask import Flask
from scripts import LASSPAR, Script

from app import cli
from assessments import settings, windows
from assessments.database import db, schema, version
from assessments.models import AssessmentWindow
from assessments.recording import Recorder, Write, record_scores
from assessments.refusals import Refused
from assessments.roster.tables import FROM_A_PAGE, Limits
from assessments.score_files import Terms, import_scores

WINDOW = ("--window", "2026/27-autumn")
Lasspar = Callable[..., Result]


def refused(done: "subprocess.CompletedProcess[str] | Result") -> str:
    """What a command said that could not do it: one sentence, and never a traceback."""
    code = done.exit_code if isinstance(done, Result) else done.returncode
    assert (code, done.stdout) == (1, ""), done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def run(folder: Path, *words: str) -> Result:
    """A command with settings of its own, in this process: its app is made anew from them."""
    settings = {"LASSPAR_INSTANCE_PATH": str(folder), "LASSPAR_TODAY": "2026-10-05"}
    return CliRunner(env=settings).invoke(cli, words)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("LASSPAR_TODAY", "igår"),
        ("LASSPAR_TODAY", "0001-01-01"),
        ("LASSPAR_TODAY", "9999-12-31"),
        ("LASSPAR_PROXIES", "en"),
        ("LASSPAR_PROXIES", "-1"),
        ("LASSPAR_DATA_KEY", "hemligt"),
        ("LASSPAR_TRUSTED_HOSTS", "https://lasspar.ekby.se"),
        ("LASSPAR_TRUSTED_HOSTS", "lasspar.ekby.se lasspar.almby.se"),
        ("LASSPAR_TRUSTED_HOSTS", "*.ekby.se"),
        ("LASSPAR_DATABASE_URL", "nonsens"),
        ("LASSPAR_DATABASE_URL", "mysql://namn@dator/databas"),
        ("LASSPAR_DATABASE_URL", "postgresql://namn:hemligt@dator:port/databas"),
    ],
)
def test_a_setting_nobody_can_understand_is_named(name: str, told: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(name, told)
    with pytest.raises(Refused, match=name) as said:
        settings.from_environment()
    assert "hemligt" not in str(said.value)


def test_names_that_we_answer_to_may_stand_apart(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LASSPAR_TRUSTED_HOSTS", "läs.ekby.se, .almby.se,127.0.0.1:5000, [::1],")
    told = settings.from_environment()["TRUSTED_HOSTS"]
    assert told == ["läs.ekby.se", ".almby.se", "127.0.0.1:5000", "[::1]"]


@pytest.mark.long
def test_a_clock_set_wrong_is_a_sentence_and_no_traceback(tmp_path: Path):
    assert "LASSPAR_TODAY" in refused(Script(tmp_path, today="2026-13-01").run("staff", "list"))


def test_an_instance_that_cannot_be_a_folder_is_named(tmp_path: Path):
    file = tmp_path / "fil"
    file.write_text("")
    assert f"{file}: där finns redan en fil." in refused(run(file, "init"))


def test_a_file_that_is_no_database_is_told(tmp_path: Path):
    (tmp_path / "lasspar.sqlite").write_bytes(b"ingen databas" * 100)
    assert f"{tmp_path}/lasspar.sqlite är ingen databas" in refused(run(tmp_path, "staff", "list"))


def test_another_program_s_file_is_left_to_it(tmp_path: Path):
    file = tmp_path / "lasspar.sqlite"
    with sqlite3.connect(file) as theirs:
        theirs.execute("CREATE TABLE bok (namn TEXT)")
    theirs.close()
    before = file.read_bytes()
    assert "något annat program" in refused(run(tmp_path, "init"))
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("lasspar.sqlite", before)]


@pytest.mark.slow
def test_the_database_is_for_its_owner_only_also_in_an_open_folder(tmp_path: Path):
    (tmp_path / "instance").mkdir(mode=0o755)
    assert Script(tmp_path).run("init").returncode == 0
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "instance").iterdir()}
    assert modes == dict.fromkeys(["lasspar.sqlite", "lasspar.sqlite.queue"], 0o600)


@pytest.mark.long
def test_a_newer_database_is_left_alone(app: Flask, tmp_path: Path):
    script = Script(tmp_path)
    script.copies(app)
    with sqlite3.connect(script.instance / "lasspar.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'senare'")
    for words in ("init", "serve", "staff list", "worker --once"):
        assert "nyare version" in refused(script.run(*words.split(), LASSPAR_SECRET_KEY="x" * 32))
    assert script.run("staff", "list", "--help").returncode == 0
    assert script.run("backup", str(tmp_path / "kopia")).returncode == 0


@pytest.mark.long
def test_on_a_database_of_former_tables_every_command_names_init(app: Flask, tmp_path: Path):
    script = Script(tmp_path)
    script.copies(app)
    former = next(before for before in version.steps().values() if before)
    with sqlite3.connect(script.instance / "lasspar.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [former])
    for words in ("serve", "staff list", "worker --once"):
        assert "Kör: lasspar init" in refused(script.run(*words.split(), LASSPAR_SECRET_KEY="x" * 32))


def test_the_versions_of_the_tables_are_those_that_alembic_goes_by():
    assert set(version.steps()) == schema.versions()
    assert set(version.steps()) - set(version.steps().values()) == {schema.head()}


@pytest.mark.long
@pytest.mark.parametrize("words", ["staff list", "--help"])
def test_what_cannot_be_said_for_a_full_disk_ends_with_1(words: str, app: Flask, tmp_path: Path):
    script = Script(tmp_path)
    script.copies(app)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [LASSPAR, *words.split()], env=os.environ | script.settings, stdout=full,
            stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "disken är full.\n")


def test_the_server_refuses_a_port_in_use_at_once(app, lasspar: Lasspar, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LASSPAR_SECRET_KEY", "x" * 32)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = lasspar("serve", "--port", port)
    assert done.exit_code == 1
    assert f"Port {port} är upptagen" in done.stderr


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ports that a server would have begun at, and the settings of one that may."""
    ports: list[int] = []
    monkeypatch.setattr("assessments.database.commands.run_server", lambda port, *_more: ports.append(port))
    monkeypatch.setattr("assessments.database.commands.refuse_a_busy_port", lambda *_where: None)
    for setting in ("LASSPAR_SECRET_KEY", "LASSPAR_DATA_KEY"):
        monkeypatch.setenv(setting, "x" * 32)
    return ports


def test_the_server_refuses_settings_that_only_its_processes_read(
    app: Flask, begun: list[int], lasspar: Lasspar, monkeypatch: pytest.MonkeyPatch
):
    """Otherwise gunicorn tells of them, in a traceback for each process."""
    monkeypatch.delitem(app.extensions, "lasspar.doorbell", raising=False)  # as before anybody has asked
    monkeypatch.setitem(app.config, "LASSPAR_QUEUE_URL", "amqp://namn:hemligt@dator")
    assert "LASSPAR_QUEUE_URL går inte att läsa" in refused(lasspar("serve"))
    monkeypatch.delitem(app.config, "LASSPAR_OIDC", raising=False)
    monkeypatch.setenv("LASSPAR_OIDC_EKBY_ISSUER", "https://login.ekby.example")
    assert refused(lasspar("serve")) == "LASSPAR_OIDC_EKBY_CLIENT_ID saknas.\n"
    assert begun == []


def test_the_server_refuses_a_queue_that_is_not_its_own(
    app: Flask, begun: list[int], lasspar: Lasspar, monkeypatch: pytest.MonkeyPatch
):
    """As when root has run a command: the worker beside the server would end, and orders wait for ever."""

    def not_ours(file: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(file))

    monkeypatch.setattr("assessments.jobs.doorbell.place_for", not_ours)
    app.extensions.pop("lasspar.doorbell", None)
    assert refused(lasspar("serve")).endswith("queue.sqlite: behörighet saknas.\n")
    assert begun == []


@pytest.mark.parametrize("kind", ["valkey://:hemligt@", "postgresql://namn:hemligt@"])
def test_the_server_begins_without_its_queue_and_says_so(
    kind: str, app: Flask, begun: list[int], lasspar: Lasspar, monkeypatch: pytest.MonkeyPatch
):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"{kind}127.0.0.1:{closed.getsockname()[1]}/0"
        monkeypatch.setitem(app.config, "LASSPAR_QUEUE_URL", address)
        done = lasspar("serve", "--port", "5001")
    app.extensions.pop("lasspar.doorbell", None)
    assert (done.exit_code, begun) == (0, [5001])
    assert "kön i LASSPAR_QUEUE_URL svarar inte" in done.stderr
    assert "hemligt" not in done.stderr


@pytest.mark.parametrize("wrong", [("--port", "0"), ("--port", "65536"), ("--workers", "0")])
def test_a_server_without_port_or_workers_is_wrong_usage(wrong: tuple[str, str], lasspar: Lasspar):
    assert lasspar("serve", *wrong).exit_code == 2


@pytest.mark.parametrize("name", ["", "Ek\u202eby", "a" * 101])
def test_a_municipality_with_an_impossible_name_is_refused(name: str, lasspar: Lasspar):
    person = ("staff", "add", "Eva", "--username", "eva", "--role", "administrator")
    done = lasspar(*person, "--kommun", name)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Kommunens namn kan inte användas" in done.stderr


@pytest.mark.parametrize("year", ["0000/01", "9999/00", "2206/07", "２０２６/２７", "2026/28"])
def test_a_window_of_an_impossible_academic_year_is_refused(
    year: str, ekbacken: Ekbacken, lasspar: Lasspar
) -> None:
    """It could not be taken away again, and no other window would be judged beside it."""
    days = ("--opens", "2026-09-01", "--closes", "2026-11-13")
    assert "är inte skriven som 2026/27-autumn" in refused(
        lasspar("windows", "open", f"{year}-autumn", *days)
    )
    assert [window.academic_year for window in windows.in_order()] == ["2026/27"]


def test_a_null_in_a_short_file_is_told_where_it_stands(ekbacken: Ekbacken, lasspar: Lasspar, tmp_path: Path):
    file = tmp_path / "lista.csv"
    header = "skola;kommun;klass;årskurs;elev-id;förnamn;efternamn\n"
    file.write_text(header + "Ekbackens skola;Ekby;1A;1;7001;Bo\0;Ek\n", "utf-8")
    done = lasspar("roster", "import", file)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"{file}:2:förnamn: otillåtet tecken: NULL (U+0000)")


@pytest.mark.slow
def test_of_a_device_without_end_no_more_is_read_than_a_file_may_hold(
    ekbacken: Ekbacken, lasspar: Lasspar, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("assessments.commands.FROM_THE_COMMAND_LINE", Limits(megabytes=1, rows=10))
    done = lasspar("roster", "import", "/dev/zero")
    assert "/dev/zero:1:-: filen är större än 1 MB" in refused(done)


def test_a_report_is_written_into_a_pipe_and_never_in_its_place(
    ekbacken: Ekbacken, lasspar: Lasspar, tmp_path: Path
):
    pipe, read = tmp_path / "rör", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    done = lasspar("report", "class", "10000001/1A", *WINDOW, "--out", pipe)
    reader.join(timeout=30)
    assert done.exit_code == 0, done.output
    assert pipe.is_fifo()
    assert read[0].startswith(b"%PDF")


def test_a_report_behind_a_link_leaves_the_link(ekbacken: Ekbacken, lasspar: Lasspar, tmp_path: Path):
    (tmp_path / "mapp").mkdir()
    link = tmp_path / "länk.pdf"
    link.symlink_to(tmp_path / "mapp" / "papper.pdf")
    assert lasspar("report", "pupil", "1001", *WINDOW, "--out", link).exit_code == 0
    assert link.is_symlink()
    assert [path.name for path in (tmp_path / "mapp").iterdir()] == ["papper.pdf"]


def test_a_report_that_cannot_be_written_is_not_noted_as_printed(
    ekbacken: Ekbacken, lasspar: Lasspar, tmp_path: Path
):
    before = _audit_rows()
    done = lasspar("report", "pupil", "1001", *WINDOW, "--out", tmp_path / "ingen" / "mapp.pdf")
    assert done.exit_code == 1
    assert "det finns ingen sådan fil eller mapp" in done.stderr
    assert _audit_rows() == before


def test_a_class_without_a_school_is_told_how_to_be_written(
    ekbacken: Ekbacken, lasspar: Lasspar, tmp_path: Path
):
    done = lasspar("report", "class", "/1A", *WINDOW, "--out", tmp_path / "ut.pdf")
    assert done.exit_code == 1
    assert "skolenhetskod/klass" in done.stderr


@pytest.mark.slow
@pytest.mark.both_databases
def test_a_file_never_overwrites_what_another_is_just_writing(app: Flask, ekbacken: Ekbacken):
    told = []

    def take_in() -> None:
        with app.app_context():
            file = b"elev-id;bokstavsljud\n1001;9\n"
            window = db.session.get_one(AssessmentWindow, window_id)
            told.append(import_scores(window, "sen.csv", file, FROM_A_PAGE, Terms(by=Recorder())))
            db.session.rollback()

    window_id, kim = ekbacken.autumn.id, ekbacken.kim.id
    record_scores(ekbacken.autumn, [Write(kim, "bokstavsljud", Decimal(20))], Recorder())
    late = threading.Thread(target=take_in)
    late.start()
    late.join(timeout=0.7)  # it stands and waits
    db.session.commit()
    late.join(timeout=30)
    assert [problem.reason for problem in told[0].problems] == ["ett annat värde är redan registrerat (20)"]


def _audit_rows() -> int:
    return len(db.session.execute(db.text("SELECT id FROM audit_entry")).all())
