"""Old rows of the trail go, and what is left can still be checked.

Only whole beginnings of chains go. Where a chain was cut an anchor keeps the number and the digest of the
last link that went, and the next link fits it as before. Every disposal writes all anchors of the
municipality in the trail as well, so that an anchor that somebody made up is one that no link vouches for;
and on the protocol, which is kept on paper too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assessments.access.models import TrailAnchor
from assessments.access.trail.chain import ANCHORS, BEGINNING, TRAIL, Link, chain_of, lock
from assessments.database import db
from assessments.roster.models import Municipality, School

DISPOSED = "retention:disposed"
"""The action that vouches for anchors."""
OF_NONE = chain_of(None, None)


@dataclass(frozen=True)
class Cut:
    """A chain's beginning that is old enough, up to the link ``end``; and how many rows that is."""

    chain: int
    end: Link
    rows: int


def cuts(municipality_id: int | None, before: datetime) -> list[Cut]:
    """What of the municipality's chains is older, or of none's chain: up to the first row that is not."""
    anchors = latest_anchors()
    found = (_cut(chain, anchors.get(chain, BEGINNING), before) for chain in _chains(municipality_id))
    return [one for one in found if one.rows]


def cut(which: Sequence[Cut], before: datetime, disposal_id: int) -> None:
    """Anchor the chains, then let the rows go. The caller has not committed since ``cuts``."""
    connection = db.session.connection()
    for one in sorted(which, key=lambda one: one.chain):
        lock(connection, one.chain)
    known = latest_anchors()
    db.session.add_all(
        TrailAnchor(chain=one.chain, number=one.end.number, digest=one.end.digest, disposal_id=disposal_id)
        for one in which
        if one.chain not in known or one.end.number > known[one.chain].number
    )
    db.session.flush()
    for one in which:
        db.session.execute(sa.delete(TRAIL).where(_goes(one.chain, one.end.number, before)))


def latest_anchors() -> dict[int, Link]:
    """By chain, from where it goes on; nothing of those that are whole."""
    rows = db.session.execute(sa.select(ANCHORS).order_by(ANCHORS.c.chain, ANCHORS.c.number))
    return {row.chain: Link(row.number, row.digest) for row in rows}


def vouched_for(municipality: Municipality) -> dict[str, Any]:
    """What the trace of a disposal tells: all anchors of the municipality, and that of what belongs to none,
    as it leaves them."""
    known, chains = latest_anchors(), {OF_NONE, *_chains(municipality.id)}
    told = {str(chain): list(link) for chain, link in known.items() if chain in chains}
    return {"anchors": told} if told else {}


def _chains(municipality_id: int | None) -> Iterator[int]:
    if municipality_id is None:
        yield OF_NONE
        return
    yield -municipality_id
    schools = sa.select(School.id).where(School.municipality_id == municipality_id).order_by(School.id)
    yield from db.session.scalars(schools)


def _cut(chain: int, anchor: Link, before: datetime) -> Cut:
    links = sa.select(TRAIL.c.number, TRAIL.c.digest).where(TRAIL.c.chain == chain)
    young = sa.select(sa.func.min(TRAIL.c.number)).where(TRAIL.c.chain == chain, TRAIL.c.created_at >= before)
    if (first := db.session.scalar(young)) is not None:
        links = links.where(TRAIL.c.number < first)
    row = db.session.execute(links.order_by(TRAIL.c.number.desc()).limit(1)).first()
    end = Link(row.number, row.digest) if row else anchor
    count = sa.select(sa.func.count()).select_from(TRAIL).where(_goes(chain, end.number, before))
    return Cut(chain, end, db.session.scalar(count) or 0)


def _goes(chain: int, number: int, before: datetime) -> sa.ColumnElement[bool]:
    """The chain's links up to a number, and rows of the place from before there were chains. What was of no
    place then stays: no anchor lets it go."""
    linked = sa.and_(TRAIL.c.chain == chain, TRAIL.c.number <= number)
    if chain == OF_NONE:
        return linked
    place = TRAIL.c.school_id == chain if chain > 0 else sa.and_(
        TRAIL.c.school_id.is_(None), TRAIL.c.municipality_id == -chain
    )  # fmt: skip
    return sa.or_(
        linked,
        sa.and_(TRAIL.c.chain.is_(None), place, TRAIL.c.created_at < before),
    )
