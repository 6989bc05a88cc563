"""One cell as somebody left it, and what became of it: the words that recording and its callers share."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from assessments.models import Absence

Cell = tuple[int, str]  # pupil id, measure code


@dataclass(frozen=True)
class Write:
    """One cell as somebody left it. Points and absence both None: the value is taken away.

    ``expected_version`` 0 means "the cell was empty when I saw it"; None does not ask. ``is_on_agreed_text``
    None leaves what stands (the agreed text where nothing does). ``restores``: the change it brings back.
    ``undoes``: the change of a file that it takes back; then it says all that the cell is to hold.
    """

    pupil_id: int
    measure: str
    points: Decimal | None = None
    absence: Absence | None = None
    is_discontinued: bool = False
    assessed_on: date | None = None
    attempted: int | None = None
    errors: int | None = None
    expected_version: int | None = None
    client_id: str | None = None
    is_on_agreed_text: bool | None = None
    restores: int | None = None
    undoes: int | None = None
    is_confirmed: bool = False

    @property
    def cell(self) -> Cell:
        return self.pupil_id, self.measure

    @property
    def value(self) -> tuple[Decimal | None, Absence | None, bool]:
        return self.points, self.absence, self.is_discontinued

    @property
    def is_empty(self) -> bool:
        return self.points is None and self.absence is None


@dataclass(frozen=True)
class Recorder:
    """Who writes, and by which duty; both None on the command line. ``file_id``: the file that says it."""

    account_id: int | None = None
    duty_id: int | None = None
    file_id: int | None = None


class Status(enum.StrEnum):
    STORED = "stored"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of a write; on a conflict the value that stands there, by which duty and since when.

    ``stands``: the row that was stored, else the one that stood there; None where the cell is empty.
    ``comes_or_goes``: the cell was empty before, or is now.
    """

    write: Write
    status: Status
    version: int
    reason: str | None = None
    points: Decimal | None = None
    absence: Absence | None = None
    duty_id: int | None = None
    changed_at: datetime | None = None
    stands: Mapping[str, Any] | None = field(default=None, compare=False)
    comes_or_goes: bool = field(default=False, compare=False)
