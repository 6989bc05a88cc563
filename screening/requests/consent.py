"""What guardians have said of a request, and what follows from it. Pure: no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from assessments.words import counted, listed
from screening.facts.ways import in_order
from screening.requests.models import Said


class Row(Protocol):
    """A row of GuardianConsent, or anything with its columns."""

    guardian: int
    said: Said
    said_on: date
    parts: list[str]


@dataclass(frozen=True)
class Consent:
    """How each guardian stands today, and whether the principal has entered a ground."""

    guardians: int
    latest: Mapping[int, Row]
    has_ground: bool

    @classmethod
    def of(cls, guardians: int, rows: Sequence[Row], has_ground: bool) -> "Consent":
        """``rows`` in the order they were written."""
        latest = {row.guardian: row for row in rows if row.guardian <= guardians}
        return cls(guardians, latest, has_ground)

    def said(self, guardian: int) -> Said:
        row = self.latest.get(guardian)
        return Said.NOT_ASKED if row is None else row.said

    @property
    def everybody(self) -> range:
        return range(1, self.guardians + 1)

    @property
    def is_given(self) -> bool:
        """Every guardian says yes, or the principal has entered why it is sent all the same."""
        return self.has_ground or all(self.said(one) is Said.YES for one in self.everybody)

    def parts(self, chosen: Sequence[str]) -> list[str]:
        """Of the chosen facts those that every guardian lets travel; all, on the principal's ground."""
        if self.has_ground:
            return in_order(chosen)
        shared = [set(self.latest[one].parts) for one in self.everybody if one in self.latest]
        return in_order(set(chosen).intersection(*shared)) if shared else []

    @property
    def lacks(self) -> list[str]:
        """Why it cannot be sent, in whole sentences."""
        if self.is_given:
            return []
        no, waiting = self._who(Said.NO), self._who(Said.NOT_ASKED)
        told = [f"{_guardians(no)} har sagt nej."] if no else []
        told += (
            [
                f"{_guardians(waiting)} är inte tillfrågad."
                if len(waiting) == 1
                else f"{_guardians(waiting)} är inte tillfrågade."
            ]
            if waiting
            else []
        )
        return [
            *told,
            "Begäran kan skickas när alla vårdnadshavare har sagt ja, eller när rektor har angett grund.",
        ]

    def _who(self, said: Said) -> list[int]:
        return [one for one in self.everybody if self.said(one) is said]

    @property
    def sentence(self) -> str:
        """``2 av 2 vårdnadshavare har sagt ja.``"""
        yes = len(self._who(Said.YES))
        told = f"{yes} av {counted(self.guardians, 'vårdnadshavare', 'vårdnadshavare')} har sagt ja."
        return f"{told} Rektor har angett grund för att skicka ändå." if self.has_ground else told


def _guardians(numbers: Sequence[int]) -> str:
    return f"Vårdnadshavare {listed([str(one) for one in numbers])}"
