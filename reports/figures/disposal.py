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
    pupils: int
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class DisposalPaper:
    imprint: Imprint
    number: int
    done_at: str
    done_by: str
    pupils: int
    rows: int
    held: int
    kinds: tuple[DisposedKind, ...]
