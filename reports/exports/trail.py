"""Reads the trail back: the same rows under the same ids, in chains that hold here.

Where nothing is left out and every key leads somewhere the digests come out the same, so that ends that were
written down (``lasspar audit verify --json``) are good here too. Else the chain is another from there on.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assessments.access.trail.chain import BEGINNING, Link, append
from assessments.access.trail.checking import fault
from assessments.access.trail.disposing import latest_anchors
from assessments.database import db
from assessments.words import counted

CHUNK = 1_000
Row = dict[str, Any]
Emptied = Callable[[Row], Mapping[str, Any]]  # empties the keys that lead nowhere; returns what they said
HERE = "read_back"  # in details: what the row said of accounts, duties and places that are not here


@dataclass
class Trail:
    """``is_whole``: nothing was left out, a gap is a fault. By chain how far it holds, and what it lacks."""

    is_whole: bool
    ends: dict[int, Link] = field(default_factory=dict)
    broken: dict[int, str] = field(default_factory=dict)
    others: set[int] = field(default_factory=set)  # chains that are others here than where they were kept

    def read(self, rows: Iterable[Row], emptied: Emptied) -> int:
        """Add the rows, oldest first; returns how many."""
        count, part = 0, list[Row]()
        self.ends |= latest_anchors()
        for row in rows:
            self._look_at(row)
            if said := emptied(row):
                row["details"] = {**row["details"], HERE: dict(said)}
            part.append(row)
            if len(part) == CHUNK:
                count += self._add(part)
                part = []
        return count + self._add(part)

    def _look_at(self, row: Row) -> None:
        chain = row["chain"]
        if chain is None or chain in self.broken:
            return
        if self.is_whole and (why := fault(row, self.ends.get(chain, BEGINNING))):
            self.broken[chain] = why
        self.ends[chain] = Link(row["number"], row["digest"])

    def _add(self, part: list[Row]) -> int:
        before = [(row["chain"], row["digest"]) for row in part]
        if part:
            append(db.session.connection(), part)
        told = zip(before, part, strict=True)
        self.others |= {chain for (chain, digest), row in told if digest != row["digest"]}
        return len(part)

    def sentences(self) -> Iterable[str]:
        """What whoever looks after the trail must know."""
        for chain, why in self.broken.items():
            yield f"Varning: loggens kedja {chain} höll inte när uttaget gjordes: {why}."
        if changed := len(self.others - self.broken.keys()):
            yield (
                f"{counted(changed, 'kedja', 'kedjor')} i loggen är omgjorda: rader är inte med, eller pekar"
                " på något utanför kommunen. Skriv av ändarna på nytt: lasspar audit verify --json."
            )
