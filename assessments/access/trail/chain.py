"""The trail as chains: each row holds a digest of what it says and of the digest before it, so that a row
that is changed, taken out or slipped in breaks the chain at its place, whoever switched the triggers off.
Where the first rows have been disposed of the chain goes on from its anchor (disposing.py).

A chain for each school, one for each municipality's own rows and one for the rest: schools do not wait for
each other. The digest is no secret: whoever has a copy of the trail can check it (checking.py).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from assessments.access.models import AuditEntry, TrailAnchor
from assessments.database.questions import Change, Question

TRAIL = cast(sa.Table, AuditEntry.__table__)
ANCHORS = cast(sa.Table, TrailAnchor.__table__)
SAID = ("account_id", "duty_id", "municipality_id", "school_id", "action", "subject")
# At every deed: put into words once.
LOCK = Question(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("chain"), 0))))
ADD = Change(sa.insert(TRAIL))


def _latest_of(table: sa.Table) -> sa.Select[Any]:
    of_chain = sa.select(table.c.number, table.c.digest).where(table.c.chain == sa.bindparam("chain"))
    return sa.select(of_chain.order_by(table.c.number.desc()).limit(1).subquery())


LATEST = sa.union_all(_latest_of(TRAIL), _latest_of(ANCHORS)).subquery()
END = Question(sa.select(LATEST).order_by(LATEST.c.number.desc()).limit(1))


class Link(NamedTuple):
    """The latest link of a chain: its number, from 1, and its digest."""

    number: int
    digest: str


BEGINNING = Link(0, "")


def chain_of(school_id: int | None, municipality_id: int | None) -> int:
    """A school's chain is called by its id, a municipality's by its own below nought, the rest 0."""
    return school_id or -(municipality_id or 0)


def append(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add the rows (columns of ``audit_entry``, with ``created_at``) to their chains, as one statement.

    The last thing a transaction does: until it ends nobody else adds to those chains. SQLite lets one write
    at a time anyhow; on PostgreSQL chains are locked in their order, so two never wait crosswise.
    """
    for row in rows:
        row["chain"] = chain_of(row["school_id"], row["municipality_id"])
    ends = _ends(connection, {row["chain"] for row in rows})
    for row in rows:
        number, before = ends[row["chain"]]
        row["number"] = number + 1
        row["digest"] = digest_of(before, row)
        ends[row["chain"]] = Link(row["number"], row["digest"])
    ADD.write(rows, connection)


def digest_of(before: str, row: Mapping[str, Any]) -> str:
    """SHA-256 over the digest before and all that the row says: the same from the row as it is read."""
    made_at = row["created_at"].astimezone(UTC).isoformat(timespec="microseconds")
    details = json.loads(json.dumps(row["details"]))  # keys and lists as a row that is read has them
    said = [before, row["number"], made_at, *(row[name] for name in SAID), details]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _ends(connection: sa.Connection, chains: Iterable[int]) -> dict[int, Link]:
    """The latest link of each chain; nobody adds another before this transaction ends."""
    ends = {}
    for chain in sorted(chains):  # nearly always one
        lock(connection, chain)
        found = next(iter(END.told(connection, chain=chain)), None)
        ends[chain] = Link(found.number, found.digest) if found else BEGINNING
    return ends


def lock(connection: sa.Connection, chain: int) -> None:
    """Nobody else adds to the chain before this transaction ends. SQLite lets one write at a time anyhow."""
    if connection.dialect.name == "postgresql":
        LOCK.rows(connection, chain=f"audit chain {chain}")
