"""What the page and the command say of connections and of earlier pulls: never a secret, never a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from assessments.collation import swedish_key
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Municipality
from assessments.roster.places import municipality_key
from assessments.ss12000.connections import Connection, connections
from assessments.ss12000.models import PullOutcome, RosterPull
from assessments.words import counted

MOST = 5
WORDS = {
    PullOutcome.LOOKED_OVER: "Hämtad och granskad, inte inläst",
    PullOutcome.TAKEN_IN: "Inläst",
    PullOutcome.NOTHING_NEW: "Inget nytt",
    PullOutcome.FAULTY: "Hämtad, men går inte att läsa in",
    PullOutcome.FAILED: "Kunde inte hämtas",
}


@dataclass(frozen=True)
class PullRow:
    """An earlier pull."""

    pulled_at: datetime
    by: str
    outcome: str
    told: str


@dataclass(frozen=True)
class Source:
    """A municipality with its connection, if it has one; ``facts`` as heading and words."""

    municipality: Municipality
    facts: tuple[tuple[str, str], ...]
    fault: str
    pulls: tuple[PullRow, ...]

    @property
    def is_connected(self) -> bool:
        return bool(self.facts)


def sources(municipalities: sa.Select[Municipality]) -> list[Source]:
    """The municipalities by name. Two queries."""
    found = sorted(db.session.scalars(municipalities), key=lambda one: swedish_key(one.name))
    try:
        known, fault = connections(), ""
    except Refused:
        known, fault = {}, "Inställningen för SS 12000 går inte att läsa. Den som sköter servern ser varför."
    pulls = _pulls([one.id for one in found])
    return [
        Source(one, _facts(known.get(municipality_key(one.name))), fault, tuple(pulls.get(one.id, ())))
        for one in found
    ]


def _facts(connection: Connection | None) -> tuple[tuple[str, str], ...]:
    if connection is None:
        return ()
    ids = {"id": "objektets id", "eppn": "eduPersonPrincipalName"}
    elev_id = ids.get(connection.elev_id) or f"id i {connection.elev_id.removeprefix('external:')}"
    return (
        ("Hämtas från", connection.host),
        ("Elev-id är", elev_id),
        ("Personnummer", "hämtas och krypteras" if connection.takes_personnummer else "hämtas inte"),
    )


def _pulls(municipality_ids: Sequence[int]) -> dict[int, list[PullRow]]:
    """The latest of each municipality."""
    number = sa.func.row_number().over(partition_by=RosterPull.municipality_id, order_by=RosterPull.id.desc())
    here = RosterPull.municipality_id.in_(municipality_ids)
    latest = sa.select(RosterPull.id, number.label("place")).where(here).subquery()
    wanted = sa.select(latest.c.id).where(latest.c.place <= MOST)
    found: dict[int, list[PullRow]] = {}
    asked = sa.select(RosterPull).where(RosterPull.id.in_(wanted)).order_by(RosterPull.id.desc())
    for row in db.session.scalars(asked):
        by = "kommandoraden" if row.account_id is None else "sidan"
        told = PullRow(row.created_at, by, WORDS[row.outcome], row.reason or _counts(row))
        found.setdefault(row.municipality_id, []).append(told)
    return found


def _counts(row: RosterPull) -> str:
    told = [counted(row.pupils, "elev", "elever")]
    told += [f"{row.marked} med sekretessmarkering"] if row.marked else []
    told += [f"{counted(row.deleted, 'borttagen', 'borttagna')} i elevsystemet"] if row.deleted else []
    return ", ".join(told)
