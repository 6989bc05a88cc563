"""What every sheet says about itself."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Imprint:
    """What every sheet says about itself in its foot."""

    school: str
    window: str  # "Hösten 2026/27"
    benchmark_set: str  # "Lässpår bas 2026, version 1"; empty where nothing was judged
    printed_on: date
    is_judged_afterwards: bool = False
