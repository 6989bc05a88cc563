"""A real server of several processes, on a folder of its own, for as long as somebody asks."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import LASSPAR

WORKERS = 3
PATIENCE_SECONDS = 60.0


@contextmanager
def served(instance: Path) -> Iterator[str]:
    """``lasspar serve`` on the database of the folder; gives its address. Its log is ``log`` in the folder,
    and so is whatever it keeps beside."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "LASSPAR_INSTANCE_PATH": str(instance), "LASSPAR_TODAY": "2026-10-15",
        "LASSPAR_SECRET_KEY": "x" * 40, "TMPDIR": str(instance),
    }  # fmt: skip
    clean = {name: told for name, told in os.environ.items() if not name.startswith("LASSPAR_")}
    words = [LASSPAR, "serve", "--port", str(port), "--workers", str(WORKERS)]
    with (instance / "log").open("wb") as log:
        running = subprocess.Popen(words, env=clean | settings, stderr=log, stdout=log)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while asked(f"http://127.0.0.1:{port}/healthz") != 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=PATIENCE_SECONDS)


def asked(address: str) -> int | None:
    """The status of the answer; None where nobody answers."""
    try:
        with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None
