"""What CHECKs cannot say: rows that are only ever added, and scores that fit their measure.

The triggers are put in place anew whenever tables are made or brought up to date, so that they say what this
version says, and a table that SQLite had to rebuild gets its own back.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

PUBLISHED = ("benchmark_set", "cut", "benchmark_window", "composite")
KEPT = ("UPDATE", "DELETE")
FITS = (
    "EXISTS (SELECT 1 FROM measure WHERE measure.code = NEW.measure"
    " AND NEW.points BETWEEN measure.minimum AND measure.maximum)"
)
LETS_GO = "NEW.health_note_id IS NULL" + "".join(
    f" AND NEW.{column} IS NOT DISTINCT FROM OLD.{column}"
    for column in ("id", "pupil_id", "school_id", "action", "account_id", "duty_id", "created_at")
)
"""A line of the log outlives the note that it is about, and changes in nothing else."""
ANCHORED = (
    "EXISTS (SELECT 1 FROM trail_anchor WHERE trail_anchor.number >= COALESCE(OLD.number, 0)"
    " AND trail_anchor.chain = COALESCE(OLD.chain, OLD.school_id, -OLD.municipality_id))"
)
"""The row of the trail has been disposed of, and its chain goes on from behind it."""


@dataclass(frozen=True)
class Guard:
    """Refuse an event on a table where the condition holds. NEW is the row to be."""

    table: str
    event: str
    words: str
    condition: str | None = None

    @property
    def name(self) -> str:
        return f"guard_{self.table}_{self.event.lower()}"


GUARDS = [
    Guard("audit_entry", "UPDATE", "the audit trail is only added to"),
    Guard("audit_entry", "DELETE", "the audit trail is only added to", f"NOT {ANCHORED}"),
    # INSERT OR REPLACE would take a row away without asking the guard of DELETE.
    Guard(
        "audit_entry",
        "INSERT",
        "the audit trail is only added to",
        "EXISTS (SELECT 1 FROM audit_entry WHERE audit_entry.id = NEW.id)",
    ),
    Guard("audit_entry", "TRUNCATE", "the audit trail is only added to"),
    *(Guard("trail_anchor", event, "an anchor of the trail stays where it is") for event in KEPT),
    Guard("note_log", "UPDATE", "the log of notes is only added to", f"NOT ({LETS_GO})"),
    Guard("note_log", "DELETE", "the log of notes is only added to"),
    *(Guard(table, "UPDATE", "a published benchmark set stays as it is") for table in PUBLISHED),
    *(Guard(table, "DELETE", "a published benchmark set stays as it is") for table in PUBLISHED),
    *(
        Guard(table, event, "what has been released stays as it went out")
        for table in ("released_table", "released_comparison", "released_figures")
        for event in KEPT
    ),
    *(Guard("governed_setting", event, "what was chosen stays written down") for event in KEPT),
    *(Guard("disposal", event, "what was disposed of stays written down") for event in KEPT),
    *(
        Guard("score", event, "the score is outside its measure", f"NEW.points IS NOT NULL AND NOT {FITS}")
        for event in ("INSERT", "UPDATE")
    ),
]


def install(connection: sa.Connection) -> None:
    """Put the guard of every table there is in place, in the transaction of the caller."""
    write = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
    tables = set(sa.inspect(connection).get_table_names())
    for guard in GUARDS:
        for statement in write(guard) if guard.table in tables else ():
            connection.exec_driver_sql(statement)


def listen(metadata: sa.MetaData) -> None:
    """``create_all`` makes the guards too."""

    @sa.event.listens_for(metadata, "after_create")
    def made(_metadata: sa.MetaData, connection: sa.Connection, **_more: Any) -> None:
        install(connection)


def _on_sqlite(guard: Guard) -> list[str]:
    if guard.event == "TRUNCATE":
        return []  # SQLite has none
    when = f" WHEN {guard.condition}" if guard.condition else ""
    return [
        f"DROP TRIGGER IF EXISTS {guard.name}",
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW{when}"
        f" BEGIN SELECT RAISE(ABORT, '{guard.words}'); END",
    ]


def _on_postgresql(guard: Guard) -> list[str]:
    refuse = f"RAISE EXCEPTION '{guard.words}' USING ERRCODE = 'integrity_constraint_violation';"
    if guard.condition:
        refuse = f"IF {guard.condition} THEN {refuse} END IF;"
    row = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(guard.event, "NEW")
    return [
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $guard$ BEGIN {refuse} RETURN {row}; END $guard$",
        f"CREATE OR REPLACE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table}"
        f" FOR EACH {'STATEMENT' if guard.event == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION {guard.name}()",
    ]
