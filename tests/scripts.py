"""Commands as a municipality's own script runs them: a process each, in a folder of its own.

What is told of exit codes, stdout and stderr is told by processes; what only leads there is put into the
folder by copying the tests' own database as it stands.
"""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from flask import Flask

from assessments.database import db

LASSPAR = Path(sys.executable).with_name("lasspar")
PATIENCE_SECONDS = 300.0


class Script:
    """Somebody's shell script: runs commands, keeps the exit code, reads what was said."""

    def __init__(self, folder: Path, today: str = "2026-10-05") -> None:
        self.folder = folder
        self.instance = folder / "instance"
        self.settings = {"LASSPAR_INSTANCE_PATH": str(self.instance), "LASSPAR_TODAY": today}

    def file(self, name: str, text: str, encoding: str = "utf-8") -> str:
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return str(path)

    def run(self, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        """One command, with the script's settings, these, and no others."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LASSPAR_")}
        return subprocess.run(
            [LASSPAR, *words],
            env=clean | self.settings | settings,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def copies(self, app: Flask) -> None:
        """From here on the script works on a copy of the tests' database (SQLite), as it stands now."""
        self.instance.mkdir()
        with app.app_context(), db.engine.connect() as connection:
            file = sqlite3.connect(self.instance / "lasspar.sqlite")
            connection.connection.driver_connection.backup(file)
            file.close()

    def database(self) -> str:
        """Everything the database holds but the audit trail, as text."""
        with sqlite3.connect(self.instance / "lasspar.sqlite") as connection:
            return "\n".join(line for line in connection.iterdump() if "audit_entry" not in line)
