"""The pupils of the municipalities a file speaks of, found by elev-id or personnummer, and where they go."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from assessments.database import db
from assessments.database.types import Day
from assessments.roster import personnummer
from assessments.roster.cells import CellFault, folded
from assessments.roster.models import Enrolment, ProtectedNumber, Pupil, SchoolClass
from assessments.roster.personnummer import Personnummer

PUPILS = cast(sa.Table, Pupil.__table__)
COLUMNS = [
    PUPILS.c[name]
    for name in (
        "id", "municipality_id", "code", "given_name", "preferred_name", "family_name", "school_form",
        "curriculum", "letter_language", "second_letter_language", "is_protected", "personnummer_hash",
    )
]  # fmt: skip


def name_key(first: str, family: str) -> str:
    """Names as they are compared when looking for doubles."""
    return folded(f"{first} {family}")


@dataclass
class KnownPupils:
    """Pupils by everything a row may name them by. Four queries, whatever the size of the file."""

    by_code: dict[tuple[int, str], Any] = field(default_factory=dict)
    by_folded_code: dict[tuple[int, str], list[Any]] = field(default_factory=dict)
    by_hash: dict[tuple[int, str], Any] = field(default_factory=dict)
    by_trace: dict[tuple[int, str], Any] = field(default_factory=dict)  # numbers of protected pupils
    by_name: dict[tuple[int, str], list[Any]] = field(default_factory=dict)
    without_zeros: dict[tuple[int, str], str] = field(default_factory=dict)
    enrolments: dict[int, list[Any]] = field(default_factory=dict)
    placed: dict[int, date | None] = field(default_factory=dict)

    @classmethod
    def of(cls, municipalities: Collection[int], on: date, academic_year: str) -> "KnownPupils":
        """Everyone there, with the enrolments that hold on the day or later, in order.

        ``placed``: those who have gone in any class of the academic year, each with the last day in one that
        they had left before the day.
        """
        known = cls()
        there = PUPILS.c.municipality_id.in_(municipalities)
        for row in db.session.execute(sa.select(*COLUMNS).where(there)):
            known._add(row)
        traces = sa.select(ProtectedNumber.trace, *COLUMNS).join(
            PUPILS, ProtectedNumber.pupil_id == PUPILS.c.id
        )
        for row in db.session.execute(traces.where(there)):
            known.by_trace[row.municipality_id, row.trace] = row
        current = (
            sa.select(
                Enrolment.id, Enrolment.pupil_id, Enrolment.school_class_id,
                Enrolment.year, Enrolment.starts_on, Enrolment.ends_on, Enrolment.created_at,
            )
            .join(PUPILS, Enrolment.pupil_id == PUPILS.c.id)
            .where(there, sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= on))
            .order_by(Enrolment.starts_on, Enrolment.id)
        )  # fmt: skip
        for row in db.session.execute(current):
            known.enrolments.setdefault(row.pupil_id, []).append(row)
        left_on = sa.func.max(sa.case((Enrolment.ends_on < on, Enrolment.ends_on)), type_=Day())
        placed = (
            sa.select(Enrolment.pupil_id, left_on)
            .join(SchoolClass, Enrolment.school_class_id == SchoolClass.id)
            .join(PUPILS, Enrolment.pupil_id == PUPILS.c.id)
            .where(there, SchoolClass.academic_year == academic_year)
            .group_by(Enrolment.pupil_id)
        )
        known.placed = dict(db.session.execute(placed).all())
        return known

    def _add(self, row: Any) -> None:
        place = row.municipality_id
        self.by_code[place, row.code] = row
        self.by_folded_code.setdefault((place, folded(row.code)), []).append(row)
        if row.personnummer_hash:
            self.by_hash[place, row.personnummer_hash] = row
        self.by_name.setdefault(
            (place, name_key(row.preferred_name or row.given_name, row.family_name)), []
        ).append(row)
        if row.code.startswith("0"):
            self.without_zeros[place, row.code.lstrip("0")] = row.code

    def find(self, municipality: int | None, code: str | None, number: Personnummer | None) -> Any | None:
        """The pupil a row means. Raises CellFault where its two identifiers mean two pupils."""
        if municipality is None:
            return None
        by_code = self._by_code(municipality, code) if code else None
        by_number = self._by_number(municipality, number) if number else None
        if by_code and by_number and by_code.id != by_number.id:
            raise CellFault(
                "elev-id och personnummer hör till två olika elever",
                "Rätta det som är fel, eller lämna ett tomt",
            )
        if by_code is None and by_number is None and code in self._zeros(municipality, code):
            full = self.without_zeros[municipality, code or ""]
            raise CellFault(
                f"elev-id {code} finns inte, men {full} finns: inledande nollor har fallit bort",
                "Formatera kolumnen som text i Excel och läs in listan på nytt",
            )
        if by_code is None and by_number is None and code and code.startswith("0"):
            short = code.lstrip("0")
            if (municipality, short) in self.by_code:
                raise CellFault(
                    f"elev-id {code} finns inte, men {short} finns: bara nollorna i början skiljer",
                    f"Skriv elev-id som det står i Lässpår, {short}",
                )
        return by_code or by_number

    def _by_number(self, municipality: int, number: Personnummer) -> Any | None:
        """Whose number it is; also where it was erased, or the elev-id was made out of it."""
        hashed = personnummer.hashed(number)
        return (
            self.by_hash.get((municipality, hashed))
            or self.by_trace.get((municipality, personnummer.protected_trace(hashed)))
            or self.by_code.get((municipality, personnummer.made_up_code(number)))
        )

    def _by_code(self, municipality: int, code: str) -> Any | None:
        alike = self.by_folded_code.get((municipality, folded(code)), [])
        return self.by_code.get((municipality, code)) or (alike[0] if len(alike) == 1 else None)

    def _zeros(self, municipality: int, code: str | None) -> tuple[str, ...]:
        return (code,) if code and (municipality, code) in self.without_zeros else ()

    def named(self, municipality: int | None, first: str, family: str) -> list[Any]:
        """Pupils there of the same name, whom nobody has protected."""
        if municipality is None:
            return []
        return [
            row
            for row in self.by_name.get((municipality, name_key(first, family)), [])
            if not row.is_protected
        ]
