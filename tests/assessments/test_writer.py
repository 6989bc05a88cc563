"""What one process writes for the others: the same answers, and nothing lost or written twice without it."""

import contextlib
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Listener
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask
from flask.testing import FlaskClient
from machines import AS_SERVED, ROOT, START, Caller, Machine, school_on, wait
from savers import Teacher, result, teachers_of, told

from assessments import beside, group_commit, writer
from assessments.access.models import AuditEntry
from assessments.beside import Unanswered
from assessments.database import connections, db
from assessments.jobs import beside_server
from assessments.models import ScoreChange
from assessments.settings import DRAWER, WRITER
from assessments.writer import HERS
from screening.models import Flag

A_MOMENT = 0.02


@pytest.fixture
def teachers(
    app: Flask, ekbacken: Ekbacken, signed_in: Callable[[Any], FlaskClient]
) -> tuple[Teacher, Teacher]:
    return teachers_of(app, ekbacken, signed_in)


@pytest.fixture
def own_commits(app: Flask) -> Iterator[list[sa.Connection]]:
    """The transactions that this process has written."""
    wrote: list[sa.Connection] = []

    def committed(connection: sa.Connection) -> None:
        if not connection.info.get(connections.READING):
            wrote.append(connection)

    sa.event.listen(db.engine, "commit", committed)
    yield wrote
    sa.event.remove(db.engine, "commit", committed)


@pytest.fixture
def other_process(
    app: Flask, ekbacken: Ekbacken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[subprocess.Popen[bytes]]:
    """A writer that this process hands its saves to."""
    address = tmp_path / "writer"
    database = {"LASSPAR_DATABASE_URL": str(db.engine.url)}
    db.session.commit()
    with subprocess.Popen(
        [sys.executable, "-c", START, "writer", str(address)],
        env=os.environ | database, cwd=ROOT, stdin=subprocess.PIPE,
    ) as process:  # fmt: skip
        wait(lambda: process.poll() is not None or address.exists(), "a writer")
        monkeypatch.setitem(app.config, WRITER, str(address))
        yield process
        process.kill()


def changes() -> list[tuple[int, int]]:
    """Every change of the first measure: which version, and what it was."""
    db.session.rollback()
    found = sa.select(ScoreChange.version, ScoreChange.points).order_by(ScoreChange.id)
    own = found.where(ScoreChange.measure == "bokstavsljud", ScoreChange.account_id.is_not(None))
    return [(row.version, int(row.points)) for row in db.session.execute(own)]


@pytest.mark.slow
def test_another_process_writes_judges_and_leaves_the_trace(
    ekbacken: Ekbacken,
    teachers: tuple[Teacher, Teacher],
    other_process: subprocess.Popen[bytes],
    own_commits: list[sa.Connection],
) -> None:
    astrid, _carl = teachers
    first = told(astrid.ask(astrid.save(0, 7)))
    assert (first["status"], first["value"], first["version"]) == ("stored", 7, 1)
    late = told(astrid.ask(astrid.save(0, 9)))
    assert (late["status"], late["value"]) == ("conflict", 7)
    assert not own_commits
    assert changes() == [(1, 7)]
    assert db.session.scalars(sa.select(Flag.pupil_id)).all()
    traces = db.session.scalars(sa.select(AuditEntry).filter_by(action="scores:recorded")).all()
    assert [(one.account_id, one.details["stored"]) for one in traces] == [(ekbacken.astrid.id, 1)]


@pytest.mark.slow
def test_what_a_writer_comes_to_late_is_written_once_and_killed_it_takes_nothing_with_it(
    teachers: tuple[Teacher, Teacher],
    other_process: subprocess.Popen[bytes],
    own_commits: list[sa.Connection],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    astrid, _carl = teachers
    other_process.send_signal(signal.SIGSTOP)
    with monkeypatch.context() as impatient:
        impatient.setattr(HERS, "answers_within_seconds", 0.1)
        assert told(astrid.ask(astrid.save(0, 7)))["status"] == "stored"
    assert len(own_commits) == 1
    other_process.send_signal(signal.SIGCONT)
    monkeypatch.setattr(HERS, "silent_until", 0.0)
    assert told(astrid.ask(astrid.save(0, 9, version=1)))["version"] == 2
    assert len(own_commits) == 1, "the writer answers again"
    other_process.send_signal(signal.SIGSTOP)
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(astrid.ask, astrid.save(1, 8))
        other_process.kill()
        assert result(asked)["status"] == "stored"
    assert told(astrid.ask(astrid.save(1, 6, version=1)))["status"] == "stored"
    assert len(own_commits) == 3
    assert changes() == [(1, 7), (2, 9), (1, 8), (2, 6)]


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A writer that lets nobody in, before whose door there is place for one, and we who soon give up."""
    monkeypatch.setattr(HERS, "answers_within_seconds", A_MOMENT)
    monkeypatch.setattr(HERS, "silent_until", 0.0)
    with Listener(str(tmp_path / "writer"), "AF_UNIX", backlog=0) as door:
        yield str(door.address)


@pytest.mark.parametrize("save", [b"short", b"long" * 250_000])
def test_nobody_waits_for_ever_for_a_writer_that_hangs(
    app: Flask, hanging: str, save: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for its answer, not for it to take what is long, and not for a place before its door."""
    monkeypatch.setitem(app.config, WRITER, hanging)
    for _knock in range(3):
        with app.app_context(), pytest.raises(Unanswered) as raised:
            HERS.hand_over(save)
        assert isinstance(raised.value.__cause__, BlockingIOError)


def test_a_writer_that_hangs_is_left_alone_for_a_while(
    app: Flask, hanging: str, teachers: tuple[Teacher, Teacher], monkeypatch: pytest.MonkeyPatch
) -> None:
    astrid, _carl = teachers
    monkeypatch.setitem(app.config, WRITER, hanging)
    asked: list[str] = []
    hand_over = HERS.hand_over
    monkeypatch.setattr(HERS, "hand_over", lambda save: asked.append("") or hand_over(save))
    for version in range(2):
        assert told(astrid.ask(astrid.save(0, 7 + version, version)))["status"] == "stored"
    assert len(asked) == 1
    HERS.silent_until = 0.0
    assert told(astrid.ask(astrid.save(0, 9, version=2)))["status"] == "stored"
    assert len(asked) == 2
    assert changes() == [(1, 7), (2, 8), (3, 9)]


@contextlib.contextmanager
def answered_here(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This thread's saves go to a writer that is another thread: what it does is ours to say."""
    ours, others = multiprocessing.Pipe()
    monkeypatch.setitem(app.config, WRITER, "no socket")
    monkeypatch.setattr(HERS.mine, "connection", ours, raising=False)
    answering = threading.Thread(target=beside.answer, args=(partial(writer.written, app), others))
    answering.start()
    yield
    ours.close()
    answering.join()


@pytest.mark.parametrize("dies", [False, True])
def test_a_writer_that_dies_before_it_answers_changes_no_answer(
    app: Flask, teachers: tuple[Teacher, Teacher], monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    """A value, one that gives way, one taken away and one that changes nothing, in one request."""
    astrid, _carl = teachers
    for place in range(2):
        told(astrid.ask(astrid.save(place, 5)))

    def write_and_die(save: group_commit.Save) -> Any:
        with app.app_context():
            group_commit.write(pickle.loads(pickle.dumps(save)))  # noqa: S301 - our own words
        raise Unanswered

    if dies:
        monkeypatch.setitem(app.config, WRITER, "no socket")
        monkeypatch.setattr(HERS, "hand_over", write_and_die)
    empty: dict[str, Any] = {"value": ""}
    writes = [
        astrid.save(0, 8, version=1),
        astrid.save(0, 9, version=2) | {"gives_way": True},
        astrid.save(1, 0, version=1) | empty,
        astrid.save(1, 0, version=2) | empty,
    ]
    answer = astrid.ask(*writes)
    assert [(one["status"], one["version"], one["value"]) for one in answer.json["results"]] == [
        ("stored", 2, 8), ("stored", 4, 8), ("stored", 2, None), ("stored", 2, None)
    ]  # fmt: skip
    made = sa.select(ScoreChange.version).order_by(ScoreChange.version)
    db.session.rollback()
    own = made.where(ScoreChange.account_id.is_not(None))
    assert db.session.scalars(own).all() == [1, 1, 2, 2, 3, 4]
    traces = db.session.scalars(sa.select(AuditEntry.details).filter_by(action="scores:recorded")).all()
    assert len(traces) == 3


def test_a_fault_of_the_writer_s_is_that_of_whoever_asked(
    app: Flask, teachers: tuple[Teacher, Teacher], monkeypatch: pytest.MonkeyPatch
) -> None:
    astrid, _carl = teachers
    tried: list[int] = []

    def full(_window: Any, writes: Any, *_rest: Any) -> Any:
        tried.append(len(writes))
        raise sa.exc.OperationalError("", None, OSError("disk full"))

    with answered_here(app, monkeypatch):
        with monkeypatch.context() as broken:
            broken.setattr(group_commit, "record_and_give_way", full)
            assert astrid.ask(astrid.save(0, 7)).status_code == 503
        assert told(astrid.ask(astrid.save(0, 8)))["status"] == "stored"
    assert len(tried) == 1
    assert changes() == [(1, 8)]


def writers(folder: Path) -> list[int]:
    """The processes that write for the server of this folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (place / "cmdline").read_bytes().split(b"\0")
            if b"writer" in words and os.fsencode(folder) in (place / "environ").read_bytes():
                found.append(int(place.name))
    return found


@pytest.mark.slow
def test_the_writer_beside_the_server(tmp_path: Path) -> None:
    """The web process hands over to it; killed, it is not missed."""
    cast = school_on(f"sqlite:///{tmp_path}/lasspar.sqlite")
    machine = Machine(tmp_path, {})
    sheet = f"/classes/{cast.class_1a.id}/windows/2026-27-autumn/sheet"
    with machine.server(1, 4, *AS_SERVED) as port:
        browser = Caller(port)
        assert browser.sign_in("astrid") == 302
        row = browser.json(f"/api/v1{sheet}")["rows"][0]["row"]
        wait(lambda: writers(tmp_path), "a writer")
        (process,) = writers(tmp_path)
        for version in range(4):
            write = {"pupil": row, "measure": "bokstavsljud", "value": version, "expected_version": version}
            assert browser.write(sheet, client_id=f"no. {version}", **write)["status"] == "stored"
            if version == 1:
                os.kill(process, signal.SIGKILL)


def test_a_folder_with_too_long_a_name_for_a_socket_gets_nobody_to_hand_over_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ("long" * 20)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setitem(beside_server._counts, "before", "elsewhere")
    monkeypatch.delenv("LASSPAR_DATABASE_URL", raising=False)
    for name in (WRITER, DRAWER):
        monkeypatch.delenv(name, raising=False)
    beside_server.on_starting(None)
    assert not {WRITER, DRAWER} & set(os.environ)
    assert not list(folder.iterdir())
