"""A paper as a file: whole or not at all."""

import os
import tempfile
from pathlib import Path

from assessments.database import db
from assessments.refusals import Refused, because


def write_out(out: Path, content: bytes) -> None:
    """Whole or not at all, and then what was noted is kept. Commits."""
    try:
        if out.exists() and not out.is_file():
            out.write_bytes(content)  # a pipe or a device is written to, never replaced
        else:
            _replace(Path(os.path.realpath(out)), content)  # behind a link lies the file that is meant
    except OSError as error:
        raise Refused(f"{out}: filen kan inte skrivas ({because(error)}).") from error
    db.session.commit()


def _replace(out: Path, content: bytes) -> None:
    """The file anew, readable by the owner only: the paper carries names."""
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=".lasspar-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(out)
    finally:
        Path(name).unlink(missing_ok=True)
