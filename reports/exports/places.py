"""Where an export is written: a folder or a zip file, that is whole or not there at all."""

import contextlib
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

from assessments.refusals import Refused, because

Open = Callable[[str], AbstractContextManager[IO[bytes]]]
ZIP = ".zip"


@contextlib.contextmanager
def place_for(out: Path) -> Iterator[Open]:
    """Files by name, in a new folder or zip that nobody else may read; in place when all of them are written.

    Raises Refused where something lies there already, or it cannot be written.
    """
    if out.exists():
        raise Refused(f"{out}: där finns redan något. Välj ett annat namn.")
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        with (_zip if out.suffix == ZIP else _folder)(part) as opened:
            yield opened
        part.replace(out)
    except OSError as error:
        raise Refused(f"{out}: {because(error)}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)


@contextlib.contextmanager
def _zip(part: Path) -> Iterator[Open]:
    part.touch(mode=0o600, exist_ok=False)
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as bundle:
        yield lambda name: bundle.open(name, "w", force_zip64=True)


@contextlib.contextmanager
def _folder(part: Path) -> Iterator[Open]:
    part.mkdir(mode=0o700)

    def opened(name: str) -> IO[bytes]:
        file = part / name
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return file.open("xb")

    yield opened


@contextlib.contextmanager
def files_in(source: Path) -> Iterator[Open]:
    """What ``place_for`` wrote. Raises Refused where it is neither folder nor zip; KeyError or OSError from
    opening a name that is not there."""
    if source.is_dir():
        yield lambda name: (source / name).open("rb")
        return
    try:
        bundle = zipfile.ZipFile(source)
    except (OSError, zipfile.BadZipFile):
        raise Refused(f"{source} är varken en mapp eller en zip-fil som går att läsa.") from None
    with bundle:
        yield bundle.open
