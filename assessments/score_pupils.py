"""Whom a score file speaks of: found by elev-id among those it may speak of, part by part."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.roster.cells import CellFault, folded
from assessments.roster.header import nearest
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from assessments.roster.narrowing import NARROWED, NOTE
from assessments.roster.tables import Problem

PART = 5_000  # values in one question
MOST_SUGGESTIONS = 30  # unknown pupils who get a suggestion
MOST_CANDIDATES = 20_000
MOST_NAMESAKES = 10


@dataclass(frozen=True)
class Terms:
    """``among``: the pupils the file may speak of (None: all). ``replaces``: what differs takes its place;
    ``asked_by``: how whoever takes the file in asks for that, where it is not a box beside the file."""

    among: sa.Select[Pupil] | None = None
    replaces: bool = False
    writes: bool = True
    asked_by: str = ""


@dataclass
class PupilsOfAFile:
    """``among``: the pupils the file may speak of (None: all we have); others are as unknown as nobody."""

    academic_year: str
    among: sa.Select[Pupil] | None = None
    unknown: list[tuple[int, str]] = field(default_factory=list)  # row and elev-id
    names: dict[int, str] = field(default_factory=dict)  # hash of school and name -> elev-id
    namesakes: list[str] = field(default_factory=list)

    def find(self, codes: list[str]) -> tuple[dict[str, list[Any]], dict[int, int]]:
        """Pupils by elev-id (two where two municipalities have one), and the school of each that year."""
        chosen = sa.select(
            Pupil.id,
            Pupil.code,
            Pupil.given_name,
            Pupil.preferred_name,
            Pupil.family_name,
            Pupil.is_protected,
            Pupil.id.in_(NARROWED).label("is_narrowed"),
        )
        found: dict[str, list[Any]] = {}
        for start in range(0, len(codes), PART):
            part = chosen.where(Pupil.code.in_(codes[start : start + PART])).order_by(Pupil.code, Pupil.id)
            for row in db.session.execute(self._allowed(part)):
                found.setdefault(row.code, []).append(row)
        schools = self._schools([row.id for rows in found.values() for row in rows])
        self._notice_namesakes(found, schools)
        return found, schools

    def _allowed(self, chosen: Any) -> Any:
        return (
            chosen
            if self.among is None
            else chosen.where(Pupil.id.in_(self.among.with_only_columns(Pupil.id)))
        )

    def _schools(self, ids: list[int]) -> dict[int, int]:
        rows = db.session.execute(
            sa.select(Enrolment.pupil_id, SchoolClass.school_id)
            .join(SchoolClass, Enrolment.school_class_id == SchoolClass.id)
            .where(Enrolment.pupil_id.in_(ids), SchoolClass.academic_year == self.academic_year)
        )
        return {row.pupil_id: row.school_id for row in rows}

    def _notice_namesakes(self, found: dict[str, list[Any]], schools: dict[int, int]) -> None:
        for (pupil,) in (rows for rows in found.values() if len(rows) == 1):
            if pupil.is_protected or pupil.id not in schools:
                continue
            first = pupil.preferred_name or pupil.given_name
            key = hash((schools[pupil.id], folded(first + pupil.family_name)))
            earlier = self.names.setdefault(key, pupil.code)
            if earlier != pupil.code:
                self.namesakes.append(f"{earlier} och {pupil.code}")

    def namesakes_told(self) -> list[str]:
        """One line about pupils of one name at one school, or none."""
        if not self.namesakes:
            return []
        more = len(self.namesakes) - MOST_NAMESAKES
        told = "; ".join(self.namesakes[:MOST_NAMESAKES]) + (f" och {more} par till" if more > 0 else "")
        return [f"Samma namn, olika elev-id: {told}."]

    def whom(self, row: int, code: str, same: Sequence[Any]) -> CellFault | None:
        """Why nothing can be written of whom the elev-id says: ``same``, as they were found. None where it
        can, and of one who is unknown, whom ``strangers`` tells of."""
        if not same:
            self.unknown.append((row, code))
        elif len(same) > 1:
            return CellFault(f"elev-id {code} finns i flera kommuner", "Ange vilken med --kommun")
        elif same[0].is_narrowed:
            return CellFault(NOTE, "Ta bort elevens rader: inget skrivs förrän begränsningen är upphävd")
        return None

    def strangers(self, column: str) -> list[Problem]:
        """A fault for each unknown pupil, with the elev-id that was probably meant."""
        if not self.unknown:
            return []
        codes = list(db.session.scalars(self._allowed(sa.select(Pupil.code)).limit(MOST_CANDIDATES + 1)))
        alike = {form: code for code in codes for form in (folded(code).lstrip("0"), folded(code))}
        few = codes if len(codes) <= MOST_CANDIDATES else []
        meant: dict[str, str | None] = {}
        for _, code in self.unknown:
            if code not in meant and len(meant) < MOST_SUGGESTIONS:
                plain = folded(code)
                meant[code] = alike.get(plain) or alike.get(plain.lstrip("0")) or nearest(code, few)
        return [_stranger(row, column, meant.get(code)) for row, code in self.unknown]


def _stranger(row: int, column: str, meant: str | None) -> Problem:
    remedy = f"Menade du elev-id {meant}?" if meant else "Kontrollera elev-id mot klasslistan"
    return Problem(row, column, "eleven finns inte", remedy)
