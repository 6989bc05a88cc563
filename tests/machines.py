"""Several machines: each a folder of its own and processes that really run, sharing what settings say."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cast import PASSWORD, TODAY, Ekbacken

from app import create_app
from assessments.database import db
from assessments.database.commands import prepare

ROOT = Path(__file__).parent.parent
START = "from assessments.starting import lasspar; lasspar()"
KEYS = {
    "LASSPAR_SECRET_KEY": "en nyckel som alla datorer har, lång nog",
    "LASSPAR_DATA_KEY": "nyckeln till data, den på alla datorer",
}
AS_SERVED = "--config", "python:assessments.jobs.beside_server"
PATIENCE_SECONDS = 60.0


def school_on(url: str) -> Ekbacken:
    """The school of every test in an empty database, as objects of a session that has ended."""
    app = create_app({"SQLALCHEMY_DATABASE_URI": url})
    with app.app_context():
        prepare()
        cast = Ekbacken()
        for row in vars(cast).values():
            db.session.refresh(row)
        db.session.expunge_all()
        db.session.remove()
        db.engine.dispose()
    return cast


def wait(until: Callable[[], object], what: str = "what should happen") -> None:
    """Real processes take their time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not until():
        assert time.monotonic() < deadline, f"{what}: not in {PATIENCE_SECONDS:.0f} s"
        time.sleep(0.05)


class Machine:
    """One machine: its instance folder, and the settings it shares with others."""

    def __init__(self, folder: Path, settings: Mapping[str, str], today: str = TODAY.isoformat()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LASSPAR_")}
        own = {"LASSPAR_INSTANCE_PATH": str(folder), "LASSPAR_TODAY": today}
        self.environment = clean | KEYS | own | settings

    def lasspar(self, *words: str) -> str:
        """A command from beginning to end; what it said."""
        command = [sys.executable, "-c", START, *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def begin(self, *command: str) -> subprocess.Popen[bytes]:
        """A process in a group of its own, which speaks into the machine's log."""
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command], env=self.environment, cwd=ROOT,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    @contextlib.contextmanager
    def worker(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """``lasspar worker``, which lets go of what it has in hand at the end."""
        process = self.begin("-c", START, "worker", *words)
        try:
            yield process
        finally:
            kill(process)

    @contextlib.contextmanager
    def server(self, workers: int = 1, threads: int = 4, *more: str) -> Iterator[int]:
        """gunicorn as ``lasspar serve`` starts it; without the worker beside it, but for ``AS_SERVED``. Gives
        the port."""
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as door:
            port = int(door.getsockname()[1])
        listens = ["--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--threads", str(threads)]
        process = self.begin("-m", "gunicorn", *listens, *more, "--no-control-socket", "app:create_app()")
        try:
            wait(lambda: process.poll() is not None or _answers(port), (self.folder / "log").read_text())
            assert process.poll() is None, (self.folder / "log").read_text()
            yield port
        finally:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """The whole group at once, as a power cut would."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        return Caller(port).ask("GET", "/healthz").status == 200
    return False


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Caller:
    """A browser without windows: its one cookie, which it takes along to whatever port it asks."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.port, self.cookie = port, cookie

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body.encode(), {"Cookie": self.cookie, **headers})
            told = connection.getresponse()
            answer = Answer(told.status, told.headers, told.read())
        self.cookie = (answer.headers.get("Set-Cookie") or self.cookie).split(";")[0]
        return answer

    def json(self, path: str) -> Any:
        return json.loads(self.ask("GET", path).body)

    def post(self, path: str, **fields: Any) -> Answer:
        """A form, with the token that this browser's pages carry."""
        token = self.json("/api/v1/session")["csrf_token"]
        form = urllib.parse.urlencode({**fields, "csrf_token": token}, doseq=True)
        return self.ask("POST", path, form, **{"Content-Type": "application/x-www-form-urlencoded"})

    def sign_in(self, username: str, password: str = PASSWORD) -> int:
        return self.post("/sign-in", username=username, password=password).status

    def is_signed_in(self) -> bool:
        return self.ask("GET", "/classes").status == 200

    def write(self, sheet: str, **write: Any) -> dict[str, Any]:
        """One cell of a sheet; what became of it."""
        token = self.json("/api/v1/session")["csrf_token"]
        headers = {"Content-Type": "application/json", "X-CSRFToken": token}
        answer = self.ask("PATCH", f"/api/v1{sheet}", json.dumps({"writes": [write]}), **headers)
        told = json.loads(answer.body)
        assert answer.status == 200, told
        result: dict[str, Any] = told["results"][0]
        return result


@contextlib.contextmanager
def own_database(server_url: str, name: str) -> Iterator[str]:
    """One more empty database on a PostgreSQL, and its address."""
    server = sa.make_url(server_url)
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield server.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
