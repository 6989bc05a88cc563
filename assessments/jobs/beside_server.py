"""What gunicorn is told besides its arguments: what runs beside the server, a worker for ordered work, a
drawer of papers and on SQLite a writer of saves, and where its processes count what they answer. A process
has read what judges before it answers anybody.

Judging or printing a whole municipality inside a request would make everybody else wait; in a process of its
own, with a lower priority, it does not. Whoever runs ``lasspar worker`` elsewhere loses nothing by it.
"""

import functools
import gc
import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assessments.jobs import own_folders
from assessments.settings import DRAWER, WRITER, database_url

COMMAND = "from assessments.starting import lasspar; lasspar()"
COUNTS = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus-client when a web worker imports it
JUDGING = "screening.flagging"
# Who writes lets go of the interpreter at every question, and all others wait for her: a thread that draws a
# page meanwhile gives it back after so long, and not after Python's five thousandths.
SWITCHES_EVERY_SECONDS = 0.001
MOST_OF_A_FOLDER = 72  # bytes: the socket beneath it is to be called by 103 at most, as on macOS
LISTENERS = {"drawer": DRAWER, "writer": WRITER}  # what tells where each listens; the writer only on SQLite
BEGUN_AGAIN_AFTER_SECONDS = 10.0  # who cannot begin at all is not begun all the time
METRICS, BESIDE = "lasspar-metrics-", "lasspar-beside-"  # how our folders among the temporary ones are called
_running: dict[str, subprocess.Popen[bytes]] = {}
_begun: dict[str, tuple[tuple[str, ...], float]] = {}  # by which words, and when by the clock of this process
_counts = {"before": os.environ.get(COUNTS), "here": ""}
_sockets = {"folder": ""}


def on_starting(_server: Any) -> None:
    """The master begins: every process counts in this server's own folder, empty to begin with, and knows
    where those beside it listen."""
    for prefix in (METRICS, BESIDE):
        own_folders.sweep(prefix)
    if not _counts["before"]:
        os.environ[COUNTS] = _counts["here"] = own_folders.make(METRICS)
    _open_places()


def when_ready(server: Any) -> None:
    """The master has begun to listen. It looks after its web processes every second, and from here on after
    those beside it as well: gunicorn has no hook for that."""
    _run("worker", "--beside-server")
    _run_listeners()
    server.manage_workers = functools.partial(_look_after_all, server.log, server.manage_workers)


def _look_after_all(log: Any, look_after_web: Callable[[], None]) -> None:
    look_after_web()
    for name, process in list(_running.items()):
        words, begun_at = _begun[name]
        if process.poll() is None or time.monotonic() < begun_at + BEGUN_AGAIN_AFTER_SECONDS:
            continue
        log.error("The %s beside the server (pid:%s) has ended. It is begun again.", name, process.pid)
        try:
            _run(*words)
        except OSError:  # no room for a process: the next try comes later, and the master goes on
            log.exception("The %s could not be begun", name)


def on_reload(server: Any) -> None:
    """The master reads its code anew, and so does who is handed anything. They listen at other places: what
    comes from a web process with the old code is not for them, and it does the work itself. The worker is
    left to its order."""
    try:
        for name in [name for name in _running if name in LISTENERS]:
            _running.pop(name).terminate()
        own_folders.remove(_sockets["folder"])
        _open_places()
        _run_listeners()
    except OSError:
        server.log.exception("nobody beside the server")


def _open_places() -> None:
    """A new folder to listen in, which every process that begins from here on knows."""
    for address in LISTENERS.values():
        os.environ.pop(address, None)
    if len(os.fsencode(tempfile.gettempdir())) > MOST_OF_A_FOLDER:
        return
    _sockets["folder"] = own_folders.make(BESIDE)
    for name, address in LISTENERS.items():
        if name == "drawer" or database_url().startswith("sqlite"):
            os.environ[address] = str(Path(_sockets["folder"]) / name)


def _run_listeners() -> None:
    for name, address in LISTENERS.items():
        if address in os.environ:
            _run(name, os.environ[address])


def _run(*words: str) -> None:
    command = [sys.executable, "-c", COMMAND, *words]
    _begun[words[0]] = words, time.monotonic()
    _running[words[0]] = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own words


def post_fork(_server: Any, _worker: Any) -> None:
    """A web worker lets go of the pipes, so that they break when the master ends."""
    for process in _running.values():
        if process.stdin:
            process.stdin.close()


def post_worker_init(_worker: Any) -> None:
    """A web worker that has its app reads what judges before it answers anybody.

    Otherwise the first teacher who saves waits for the numerics, a second or more, and behind her every other
    writer, of all processes. What only keeps its own request waiting is still read when it is needed.
    """
    get_ready()


def worker_exit(_server: Any, worker: Any) -> None:
    """A web worker ends. To look through all that it has loaded once more would take it half a second."""
    from flask import Flask

    from assessments.database import let_go

    app = getattr(worker, "wsgi", None)  # none where it could not be loaded
    if isinstance(app, Flask):
        let_go(app)
    gc.freeze()


def get_ready() -> None:
    """Whoever writes has read what judges, and is let to it."""
    importlib.import_module(JUDGING)
    sys.setswitchinterval(SWITCHES_EVERY_SECONDS)


def on_exit(_server: Any) -> None:
    """The server ends as it should."""
    for process in _running.values():
        process.terminate()
    for folder in filter(None, (_counts["here"], _sockets["folder"])):
        own_folders.remove(folder)
