"""Copies of whichever database there is: made, put back, and tried in a place apart."""

import hashlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from assessments.clock import now
from assessments.database import backup, db, restore, rotation
from assessments.database.backup import Told
from assessments.database.contents import Contents
from assessments.database.restore import Restored
from assessments.database.verified import VerifiedRestore
from assessments.settings import instance_path


@dataclass(frozen=True)
class Copies:
    """What can be done with copies of a database; ``name`` is how they are called in a folder of them."""

    name: str
    make: Callable[[Path], Contents]
    check: Callable[[Path], Contents]
    restore: Callable[[Path], Restored]
    try_out: Callable[[Path], Contents]
    """Restore beside the living database and compare; raises Refused where that fails, leaves nothing."""


def copies(told: Told | None = None) -> Copies:
    """For the database of this app."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        live = Path(url.database or "")
        return Copies(
            rotation.NAME,
            lambda file: backup.make(live, file, told),
            restore.check,
            lambda file: restore.restore(file, live, told),
            _try_file,
        )
    from assessments.database import postgres_copies as postgres  # and its Alembic, for those who have it

    instance_path().mkdir(parents=True, exist_ok=True, mode=0o700)
    former = instance_path() / f"postgresql-fore-{now():%Y%m%dT%H%M%S%f}.zip"
    put_back = partial(postgres.restore, former=former)
    return Copies(rotation.POSTGRESQL_NAME, postgres.make, postgres.check, put_back, postgres.try_out)


def verify(file: Path, kind: Copies) -> VerifiedRestore:
    """Try the copy that was made just now, and remember that it came back whole. Flushes."""
    began_at, began = now(), time.monotonic()
    contents = kind.try_out(file)
    tried = VerifiedRestore(
        copied_at=began_at,
        rows=contents.rows,
        milliseconds=round((time.monotonic() - began) * 1000),
        digest=hashlib.sha256(repr(sorted(contents.tables.items())).encode()).hexdigest(),
    )
    db.session.add(tried)
    db.session.flush()
    return tried


def _try_file(file: Path) -> Contents:
    """Beside the copy: there is room for it, and the disk is the one that a restore would read."""
    with tempfile.TemporaryDirectory(prefix=".lasspar-prov-", dir=file.parent) as folder:
        return restore.restore(file, Path(folder) / "prov.sqlite").contents
