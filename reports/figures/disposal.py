"""What a gallringsprotokoll says. No pupil, no id."""

from dataclasses import dataclass

from reports.figures.imprint import Imprint


@dataclass(frozen=True)
class DisposedKind:
    """A kind, the rule it went by and who decided it, and how many rows of what."""

    name: str
    rule: str
    decision: str
    until: str
    about: str  # "12 elever"; nothing where it is of no persons
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class CutChain:
    """A chain of the trail, the last link of it that went, and its digest: the rest goes on from there."""

    name: str
    number: int
    digest: str


@dataclass(frozen=True)
class DisposalPaper:
    imprint: Imprint
    number: int
    done_at: str
    done_by: str
    what: str  # "340 rader om 12 elever"
    held: int
    kinds: tuple[DisposedKind, ...]
    chains: tuple[CutChain, ...]
