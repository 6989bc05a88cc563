"""Whether what is saved can be kept, for whoever watches the server: known before the next teacher saves."""

import errno
import os
from pathlib import Path

import sqlalchemy as sa

from assessments.database import db
from assessments.refusals import FAILURES

# What a lesson's saves add to the file beside the database before SQLite takes it in (1,000 pages), twice.
ROOM = 8 * 1024 * 1024
READ_ONLY = sa.text("SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean")


def why_nothing_is_kept() -> str:
    """What keeps saves from being kept, in Swedish; empty where nothing does.

    Nothing is written to find out. Of PostgreSQL's own disk we know only what it says itself: a server that
    takes no writes, as one does whose administrator or provider has seen its disk fill up.
    """
    url = db.engine.url
    if url.get_backend_name() == "postgresql":
        return "databasen tar bara emot läsning" if db.session.scalar(READ_ONLY) else ""
    if not url.database or url.database == ":memory:":
        return ""
    disk = os.statvfs(Path(url.database).parent)
    if disk.f_flag & os.ST_RDONLY:
        return FAILURES[errno.EROFS]
    if not os.access(url.database, os.W_OK):
        return f"databasen: {FAILURES[errno.EACCES]}"
    return FAILURES[errno.ENOSPC] if disk.f_bavail * disk.f_frsize < ROOM else ""
