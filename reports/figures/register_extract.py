"""What a register extract says on paper: everything that is kept about one pupil, in words."""

from dataclasses import dataclass

from reports.figures.imprint import Imprint


@dataclass(frozen=True)
class ExtractPart:
    """What one table holds: its Swedish name, and a line for each row."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class ExtractPaper:
    """``kept_for``: how long each kind is kept, as the municipality has decided. ``left_out``: what stands in
    no extract, with the reason. ``is_of_health``: the elevhälsa's zone, which is handed out apart."""

    imprint: Imprint
    pupil: str  # elev-id
    made_at: str
    parts: tuple[ExtractPart, ...]
    empty: tuple[str, ...]
    kept_for: tuple[str, ...]
    left_out: tuple[str, ...]
    is_of_health: bool = False
