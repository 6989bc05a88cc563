"""That no pupil stands twice in a list, by what the rows mean and not by how they are written."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from assessments.roster.cells import CellFault, folded
from assessments.roster.rows import RosterRow


class NamedTwice(CellFault):
    """An earlier row means the same pupil; ``key`` is the column that says so."""

    def __init__(self, key: str, earlier: int) -> None:
        self.key = key
        super().__init__(f"eleven står redan på rad {earlier}", "Ta bort den ena raden")


@dataclass
class Claims:
    """The rows met so far, by everything that each of them names a pupil by."""

    first_rows: dict[Hashable, int] = field(default_factory=dict)

    def claim(self, row: RosterRow, municipality: Hashable, pupil: Any | None) -> None:
        """``pupil`` is the one the row was found to mean, if known. Raises NamedTwice.

        A personnummer may be written in two ways, and a kommun or left out or not: rows.py, which compares
        what is written, misses the pupil who stands in both.
        """
        named: list[tuple[str, Hashable]] = []
        if row.code:
            named.append(("code", folded(row.code)))
        if row.personnummer:
            named.append(("personnummer", row.personnummer))
        if pupil:
            named.append((named[0][0], pupil.id))
        for key, name in named:
            earlier = self.first_rows.setdefault((municipality, name), row.number)
            if earlier != row.number:
                raise NamedTwice(key, earlier)
