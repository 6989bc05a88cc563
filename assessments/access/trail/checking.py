"""Whether the trail's chains hold: every link fits the one before it, and none is missing or beside them.

A chain whose beginning was disposed of holds from its anchor on, if a trace of a disposal vouches for that.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from assessments.access.trail.chain import ANCHORS, BEGINNING, TRAIL, Link, chain_of, digest_of
from assessments.access.trail.disposing import DISPOSED, latest_anchors
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Municipality, School

PART = 2000  # rows in memory at a time
UNREADABLE = "Filen med kedjornas slut går inte att läsa. Den skrivs av: lasspar audit verify --json"
LINKS = (
    sa.select(TRAIL)
    .where(TRAIL.c.chain.is_not(None))
    .order_by(TRAIL.c.chain, TRAIL.c.number)
    .execution_options(yield_per=PART)
)


@dataclass(frozen=True)
class Broken:
    """The first link of a chain that does not hold, and why, in Swedish."""

    chain: int
    number: int
    row_id: int | None
    why: str


@dataclass
class Checked:
    ends: dict[int, Link] = field(default_factory=dict)  # by chain, as far as it holds
    rows: int = 0
    earlier: int = 0  # rows from before there were chains
    anchored: int = 0  # chains whose beginning has been disposed of
    unseen: int = 0  # ends that were written down before a link that has been disposed of
    broken: list[Broken] = field(default_factory=list)


def check(written_down: Mapping[int, Link] | None = None) -> Checked:
    """Go through the whole trail. ``written_down``: ends of chains as an earlier check told them: what was
    taken away from the end since is found by them alone."""
    anchors = latest_anchors()
    told, left = Checked(ends=dict(anchors), anchored=len(anchors)), dict(written_down or {})
    stopped: set[int] = set()
    vouched: set[tuple[int, Link]] = set()
    told.broken += _compared_with_anchors(told, left, stopped)
    for row in db.session.execute(LINKS).mappings():
        told.rows += 1
        chain, before = row["chain"], told.ends.get(row["chain"], BEGINNING)
        if chain in stopped:
            continue
        why = fault(row, before) or _differs(row, left)
        if why:
            stopped.add(chain)
            told.broken.append(Broken(chain, before.number + 1, row["id"], why))
        else:
            told.ends[chain] = Link(row["number"], row["digest"])
            vouched |= _vouched(row)
    told.broken += _cut_short(told, left, stopped)
    told.broken += [
        Broken(chain, link.number, None, "ingen gallring i loggen säger att kedjan går vidare härifrån")
        for chain, link in anchors.items()
        if (chain, link) not in vouched
    ]
    told.earlier, beside = _beside()
    told.broken += beside
    return told


def as_written_down(text: str) -> dict[int, Link]:
    """The ends of chains of an earlier check (``--json``); Refused when it is nothing of the kind."""
    try:
        chains = json.loads(text)["chains"]
        return {int(one["chain"]): Link(int(one["number"]), str(one["digest"])) for one in chains}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused(UNREADABLE) from error


def chains_of(municipality: str) -> set[int]:
    """The municipality's own chain and those of its schools. Raises Refused for a name of none."""
    found = db.session.scalar(sa.select(Municipality.id).where(Municipality.name == municipality))
    if found is None:
        raise Refused(f"Kommunen {municipality} finns inte.")
    schools = db.session.scalars(sa.select(School.id).where(School.municipality_id == found))
    return {-found, *schools}


def names_of(chains: set[int]) -> dict[int, str]:
    """What each chain is called: the school, the municipality, or what belongs to neither."""
    schools = sa.select(School.id, School.name).where(School.id.in_(chains))
    owners = sa.select(Municipality.id, Municipality.name).where(
        Municipality.id.in_({-one for one in chains})
    )
    named = {row.id: row.name for row in db.session.execute(schools)}
    named |= {-row.id: f"{row.name}, kommunen" for row in db.session.execute(owners)}
    return {one: named.get(one, "utanför kommunerna" if one == 0 else f"kedja {one}") for one in chains}


def fault(row: Mapping[Any, Any], before: Link) -> str | None:
    """Why the row is not the link that comes next, in Swedish."""
    if row["number"] != before.number + 1:
        return f"länk {before.number + 1} saknas: efter {before.number} kommer {row['number']}"
    if row["chain"] != chain_of(row["school_id"], row["municipality_id"]):
        return "raden hör till en annan kedja"
    return None if digest_of(before.digest, row) == row["digest"] else "raden är ändrad sedan den skrevs"


def _differs(row: Mapping[Any, Any], left: dict[int, Link]) -> str | None:
    """The chain holds, but is another than the one that was written down."""
    known = left.get(row["chain"])
    if known is None or known.number != row["number"]:
        return None
    del left[row["chain"]]
    return None if known.digest == row["digest"] else "kedjan är en annan än den som antecknades"


def _compared_with_anchors(told: Checked, left: dict[int, Link], stopped: set[int]) -> Iterator[Broken]:
    """Of the ends that were written down: those at an anchor, or before the latest, are no row any more."""
    kept = {(row.chain, row.number): row.digest for row in db.session.execute(sa.select(ANCHORS))}
    for chain, known in list(left.items()):
        if known.number > told.ends.get(chain, BEGINNING).number:
            continue
        del left[chain]
        if known.number > 0 and (digest := kept.get((chain, known.number))) is None:
            told.unseen += 1
        elif known.number > 0 and digest != known.digest:
            stopped.add(chain)
            yield Broken(chain, known.number, None, "kedjan är en annan än den som antecknades")


def _vouched(row: Mapping[Any, Any]) -> set[tuple[int, Link]]:
    """The anchors that a trace of a disposal tells of."""
    told = row["details"].get("anchors", {}) if row["action"] == DISPOSED else {}
    return {(int(chain), Link(number, digest)) for chain, (number, digest) in told.items()}


def _cut_short(told: Checked, left: Mapping[int, Link], stopped: set[int]) -> Iterator[Broken]:
    for chain, known in sorted(left.items()):
        end = told.ends.get(chain, BEGINNING)
        if chain not in stopped and known.number > 0:
            why = f"kedjan slutar vid länk {end.number}, men länk {known.number} var antecknad"
            yield Broken(chain, end.number + 1, None, why)


def _beside() -> tuple[int, list[Broken]]:
    """Rows from before the first link, and the first that was written beside the chains since."""
    unlinked = TRAIL.c.chain.is_(None)
    begun = sa.select(sa.func.min(TRAIL.c.id)).where(TRAIL.c.chain.is_not(None)).scalar_subquery()
    later = sa.select(TRAIL.c.id).where(unlinked, TRAIL.c.id > begun).order_by(TRAIL.c.id).limit(1)
    earlier = sa.select(sa.func.count()).select_from(TRAIL).where(unlinked)
    beside = [Broken(0, 0, row, "raden hör inte till någon kedja") for row in db.session.scalars(later)]
    return db.session.scalar(earlier) or 0, beside
