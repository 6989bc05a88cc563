"""Lässpår served for real: processes that can be killed, and a database that is looked at from outside."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from cast import TODAY, Ekbacken

from app import create_app
from assessments.database import db
from assessments.database.commands import prepare

ROOT = Path(__file__).parent.parent.parent
MORE = ("Alva", "Bo", "Cleo", "Dag", "Ebba", "Folke", "Gry", "Hedda", "Ivar")


class LiveServer:
    """The school of every test with twelve pupils in 1A, and the server of ``lasspar serve`` on it."""

    def __init__(self, folder: Path, workers: int = 1) -> None:
        self.folder, self.workers = folder, workers
        self.file = folder / "lasspar.sqlite"
        with closing(socket.create_server(("127.0.0.1", 0))) as door:
            self.port = door.getsockname()[1]
        self.site = f"http://127.0.0.1:{self.port}"
        self._build()
        self.start()

    def _build(self) -> None:
        app = create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{self.file}"})
        with app.app_context():
            prepare()
            cast = Ekbacken()
            for number, name in enumerate(MORE):
                cast.pupil(name, "Ek", f"11{number:02}")
            db.session.commit()
            self.sheet = f"/classes/{cast.class_1a.id}/windows/{cast.autumn.slug}/sheet"
            db.session.remove()
            db.engine.dispose()

    def start(self) -> None:
        """Serve, and wait until it answers."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LASSPAR_")}
        own = {
            "LASSPAR_INSTANCE_PATH": str(self.folder),
            "LASSPAR_SECRET_KEY": "en nyckel som bara testerna har, lång nog",
            "LASSPAR_TODAY": TODAY.isoformat(),
            "LASSPAR_IS_DEMO": "1",  # nobody here has a telephone
        }
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *self._as_lasspar_serve_does(), "app:create_app()"],
                env=clean | own, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._wait()

    def _as_lasspar_serve_does(self) -> list[str]:
        """The command itself would load the app once more, and it is started over and over here."""
        door = ["--bind", f"127.0.0.1:{self.port}", "--chdir", str(ROOT)]
        return [*door, "--workers", str(self.workers), "--threads", "4", "--no-control-socket"]

    def _wait(self) -> None:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.folder / "server.log").read_text())

    def kill(self) -> None:
        """All of its processes at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Read or change the database beside the server."""
        with closing(sqlite3.connect(self.file, timeout=5)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def scores(self, measure: str) -> dict[str, int]:
        """Points by first name; thousandths are whole points here."""
        asked = "SELECT given_name, points FROM score JOIN pupil ON pupil.id = pupil_id WHERE measure = ?"
        rows = self.ask(asked, measure)
        return {str(name): int(str(points)) // 1000 for name, points in rows}

    def forget_scores(self) -> None:
        """Nothing has been typed yet."""
        for table in ("flag", "judgement", "score_change_note", "score_change", "score"):
            self.ask(f"DELETE FROM {table}")  # noqa: S608 - names from the line above
