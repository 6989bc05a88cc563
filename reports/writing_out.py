"""Papers as files: whole or not at all, and where several belong together, all of them or none."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from assessments.database import db
from assessments.refusals import Refused, because


def write_out(*papers: tuple[Path, bytes]) -> None:
    """Each whole, or none at all, and then what was noted is kept. Commits.

    Raises Refused, naming the file, with nothing kept where one of them cannot be written.
    """
    parts: list[tuple[Path, bytes, Path | None]] = []
    try:
        for file, written in papers:
            with _speaking_of(file):
                parts.append((file, written, _beside(file, written)))
        for file, written, part in parts:
            with _speaking_of(file):
                if part is None:
                    file.write_bytes(written)
                else:
                    part.replace(os.path.realpath(file))  # behind a link lies the file that is meant
    finally:
        for _, _, part in parts:
            if part:
                part.unlink(missing_ok=True)
    db.session.commit()


@contextlib.contextmanager
def _speaking_of(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(f"{file}: filen kan inte skrivas ({because(error)}).") from error


def _beside(file: Path, content: bytes) -> Path | None:
    """Written beside where it shall lie, for the owner only: papers carry names. None for a pipe or a device,
    that is written to and never replaced."""
    if file.exists() and not file.is_file():
        return None
    handle, name = tempfile.mkstemp(dir=Path(os.path.realpath(file)).parent, prefix=".lasspar-")
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
