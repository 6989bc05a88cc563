"""Where finished prints lie: a folder for each order, with files that are whole or not there at all.

In the instance, or where ``LASSPAR_PRINTS_PATH`` says: workers on other machines reach the same folder by it.
No file is called after a person.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from flask import current_app

UNFINISHED = ".part"
BOUND = 0  # the file with all classes; the others are called by the place of their class, from 1


def prints_folder() -> Path:
    return Path(current_app.config["LASSPAR_PRINTS_PATH"])


def made() -> str:
    """A new folder of an order; returns its name. It is there before the order is: who sees the order and not
    the folder is a machine that cannot work on it."""
    name = secrets.token_urlsafe(16)
    prints_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    (prints_folder() / name).mkdir(mode=0o700)
    return name


def is_there(folder: str) -> bool:
    return (prints_folder() / folder).is_dir()


def file_of(folder: str, number: int) -> Path:
    """The file of a class, or of all."""
    return prints_folder() / folder / f"{number or 'all'}.pdf"


def written(folder: str, content: bytes) -> Path:
    """The bytes on disk, under a name that nobody looks for: :func:`publish` gives the right one."""
    handle, name = tempfile.mkstemp(dir=prints_folder() / folder, suffix=UNFINISHED)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def publish(unfinished: Path, number: int) -> None:
    """In place at once, and still there when the power goes."""
    unfinished.replace(file_of(unfinished.parent.name, number))
    folder = os.open(unfinished.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def forget(folder: str, numbers: Iterable[int]) -> None:
    """These files, and whatever is under way in the folder: who is at work there begins anew."""
    for number in numbers:
        file_of(folder, number).unlink(missing_ok=True)
    sweep(folder)


def sweep(folder: str) -> None:
    """What workers that died have left."""
    for left in (prints_folder() / folder).glob(f"*{UNFINISHED}"):
        left.unlink(missing_ok=True)


def remove(folder: str) -> None:
    """The folder with all in it."""
    shutil.rmtree(prints_folder() / folder, ignore_errors=True)


def folders() -> list[Path]:
    """Every folder there is."""
    here = prints_folder()
    return [one for one in here.iterdir() if one.is_dir()] if here.is_dir() else []
