"""Folders of a server in the system's place for what is temporary, and those that one who was killed left.

Each holds a file that its server has a lock on. The system lets go of the lock when the last process of the
server has ended, however it ended; what nobody holds is swept by the next server of the same person.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

HELD = "held"
_locks: dict[str, IO[bytes]] = {}


def make(prefix: str) -> str:
    """The path of a new folder, for this user alone and held by this process and those it forks."""
    folder = tempfile.mkdtemp(prefix=prefix)
    lock = open(Path(folder) / f".{HELD}", "wb")  # noqa: SIM115 - held for as long as the folder is used
    fcntl.flock(lock, fcntl.LOCK_EX)
    Path(lock.name).rename(Path(folder) / HELD)  # seen by others only when it is held
    _locks[folder] = lock
    return folder


def remove(folder: str) -> None:
    """The folder with all that is in it. One that has gone already is no trouble, nor is none ("")."""
    shutil.rmtree(folder, ignore_errors=True)
    if lock := _locks.pop(folder, None):
        lock.close()


def sweep(prefix: str) -> None:
    """Remove the folders of servers that have ended without doing so. Others' folders, and links, stay."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with contextlib.suppress(OSError):  # held by a living server, another person's, or gone by now
            if folder.is_symlink() or folder.stat().st_uid != os.getuid():
                continue
            with (folder / HELD).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
