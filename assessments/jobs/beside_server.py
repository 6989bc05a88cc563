"""What gunicorn is told besides its arguments: a worker for ordered work runs beside the server.

Judging or printing a whole municipality inside a request would make everybody else wait; in a process of its
own, with a lower priority, it does not. Whoever runs ``lasspar worker`` elsewhere loses nothing by it.
"""

import subprocess
import sys
from typing import Any

COMMAND = "from assessments.starting import lasspar; lasspar()"
_running: list[subprocess.Popen[bytes]] = []


def when_ready(_server: Any) -> None:
    """The master has begun to listen."""
    arguments = [sys.executable, "-c", COMMAND, "worker", "--beside-server"]
    _running.append(subprocess.Popen(arguments, stdin=subprocess.PIPE))  # noqa: S603 - our own words


def post_fork(_server: Any, _worker: Any) -> None:
    """A web worker lets go of the pipe, so that it breaks when the master ends."""
    for worker in _running:
        if worker.stdin:
            worker.stdin.close()


def on_exit(_server: Any) -> None:
    """The server ends as it should."""
    for worker in _running:
        worker.terminate()
