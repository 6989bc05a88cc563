"""Whether an imported file can be undone, as every list of them says it."""

from dataclasses import dataclass
from datetime import date, datetime

from assessments.words import moment


@dataclass(frozen=True)
class State:
    """``open_until``: the last day it can be undone; None where it is too late, or done."""

    undone_at: datetime | None
    undone_by: str
    open_until: date | None

    def __str__(self) -> str:
        if self.undone_at:
            return f"Ångrad {moment(self.undone_at)} av {self.undone_by}"
        return f"Kan ångras till {self.open_until}" if self.open_until else "Kan inte ångras"
