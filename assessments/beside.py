"""Handing work to a process beside the web processes of a server, and doing it there.

A private socket, and pickles: only a server's own processes reach it. Nothing hangs on the other process:
where it is not there, is gone or does not answer, whoever asked does the work.
"""

import contextlib
import os
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any

from flask import current_app

from assessments.logs import log

MOST_WHO_KNOCK = 64
ASKED_AGAIN_AFTER_SECONDS = 60.0  # who does not answer keeps a few waiting, and not all who ask

Answer = tuple[Any, Exception | None]  # what was made, or what kept it from being made


class Unanswered(Exception):
    """It was not handed over, or nothing came back that can be read."""


class Beside:
    """The other process, as this one asks it. ``setting`` holds its address, where it runs."""

    def __init__(self, setting: str, answers_within_seconds: float) -> None:
        self.setting = setting
        self.answers_within_seconds = answers_within_seconds
        self.silent_until = 0.0  # by the clock of this process
        self.is_missed = False  # and told so in the log
        # A connection for each thread: what comes back on it answers what was sent.
        self.mine = threading.local()

    @property
    def is_asked(self) -> bool:
        """Whether it runs, as far as we know."""
        return bool(current_app.config[self.setting]) and time.monotonic() >= self.silent_until

    def hand_over(self, work: Any) -> Any:
        """What was made of it. Raises what kept it from being made, or Unanswered."""
        try:
            if not hasattr(self.mine, "connection"):
                self.mine.connection = self._connected(current_app.config[self.setting])
            self.mine.connection.send(work)
            made, error_there = self.mine.connection.recv()
        except BaseException as error:
            if hasattr(self.mine, "connection"):
                self.mine.connection.close()  # whatever comes on it later is no answer to the next
                del self.mine.connection
            if not isinstance(error, Exception):
                raise
            self._miss(error)
            raise Unanswered from error
        self.is_missed = False
        if error_there:
            raise error_there
        return made

    def _miss(self, error: Exception) -> None:
        if isinstance(error, BlockingIOError):
            self.silent_until = time.monotonic() + ASKED_AGAIN_AFTER_SECONDS
        if not self.is_missed:
            self.is_missed = True
            log.warning("does not answer beside the server", setting=self.setting, exc_info=error)

    def _connected(self, address: str) -> Connection:
        """Connecting, sending and receiving raise BlockingIOError when it has waited as long as it may: who
        hangs takes neither those who knock nor what is long."""
        seconds, rest = divmod(self.answers_within_seconds, 1)
        with socket.socket(socket.AF_UNIX) as door:
            for waits in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
                door.setsockopt(socket.SOL_SOCKET, waits, struct.pack("ll", int(seconds), int(rest * 1e6)))
            door.connect(address)
            return Connection(door.detach())


def serve(address: str, do: Callable[[Any], Answer], get_ready: Callable[[], object] = bool) -> None:
    """Do what is handed over, until this process is ended. Who comes while it gets ready waits."""
    Path(address).unlink(missing_ok=True)  # left by the one before, who was killed
    with Listener(address, "AF_UNIX", backlog=MOST_WHO_KNOCK) as door:
        get_ready()
        while True:
            threading.Thread(target=answer, args=(do, door.accept()), daemon=True).start()


def answer(do: Callable[[Any], Answer], connection: Connection) -> None:
    """One thread of a web process, for as long as it lives."""
    with connection, contextlib.suppress(OSError, EOFError):
        while True:
            connection.send(do(connection.recv()))


def end_with_the_server() -> None:
    """The server holds the other end of our standard input: when it is gone, however it went, so are we."""
    threading.Thread(target=_wait_for_its_end, daemon=True).start()


def _wait_for_its_end() -> None:
    while os.read(sys.stdin.fileno(), 1):  # not by the buffer: its lock would stop us from ending otherwise
        pass
    os.kill(os.getpid(), signal.SIGTERM)
