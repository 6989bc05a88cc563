"""Which tables this code works with, and no to a database that has others; without Alembic, which is slow."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from assessments.database import db
from assessments.refusals import Refused

STEPS = Path(__file__).parent / "migrations" / "versions"
NEWER = "Databasen är gjord av en nyare version av Lässpår. Installera den."
OLDER = "Databasen är inte uppgraderad till den här versionen. Kör: lasspar init"


def steps() -> dict[str | None, str | None]:
    """Every version of the tables that this code knows, and the one before it (None: no tables)."""
    written = [file.read_text(encoding="utf-8") for file in STEPS.glob("*.py")]
    return {_name(step, "revision"): _name(step, "down_revision") for step in written}


def refuse_another(connection: sa.Connection) -> None:
    """Raises Refused where the tables are older or newer than this code, which would fill them wrongly."""
    known = steps()
    there = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if there and there not in known:
        raise Refused(NEWER)
    if there is None or there in known.values():
        raise Refused(OLDER)


@contextlib.contextmanager
def looked_at_first() -> Iterator[None]:
    """Whoever begins a session inside is refused where the tables are not those of this code. Asked once."""
    is_known = False

    def look(_session: Session, _transaction: object, connection: sa.Connection) -> None:
        nonlocal is_known
        if not is_known:
            refuse_another(connection)
            is_known = True

    sa.event.listen(db.session, "after_begin", look)
    try:
        yield
    finally:
        sa.event.remove(db.session, "after_begin", look)


def _name(step: str, which: str) -> str | None:
    found = re.search(rf"^{which} = '(\w+)'$", step, re.MULTILINE)
    return found[1] if found else None
