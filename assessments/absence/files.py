"""Taking absence in from a file, ``elev-id;frånvaro`` in percent: all or nothing, and the same file again
changes nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from assessments.absence.models import AbsenceShare
from assessments.clock import now
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster import cells
from assessments.roster.cells import CellFault
from assessments.roster.characters import shown
from assessments.roster.header import Column, Layout, lay_out, missing
from assessments.roster.holding import hold, hold_schools_of
from assessments.roster.table_files import read_table
from assessments.roster.tables import Limits, Problem, Row, Table, in_order
from assessments.score_pupils import PART, PupilsOfAFile, Terms
from assessments.score_rows import ABOUT_PUPILS, PUPIL
from assessments.sheet_periods import refuse_several_periods
from assessments.words import counted, decimal

SHARES = cast(sa.Table, AbsenceShare.__table__)
PERCENT = Column(
    "percent", "frånvaro", ("frånvaro %", "frånvaro i procent", "frånvaroprocent", "frånvaro (%)")
)
COLUMNS = (PUPIL, PERCENT, *ABOUT_PUPILS)
NUMBER = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,15})?)\s*%?")
MOST = Decimal(100)
THOUSANDTH = Decimal("0.001")
OTHERWISE = "Rätta filen, eller ersätt det som finns"


class Written(NamedTuple):
    """A share that a file writes, and what stands there before; None where nothing does."""

    pupil_id: int
    before: Decimal | None
    after: Decimal


@dataclass
class AbsenceImport:
    """What a file changes, or would change. ``problems`` stop it; ``notes`` are told."""

    rows: int = 0
    new: int = 0
    replaced: int = 0
    unchanged: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    wrote: list[Written] = field(default_factory=list)

    @property
    def changes_something(self) -> bool:
        return bool(self.new or self.replaced)


@dataclass
class _Reader:
    """The rows as shares by elev-id; what is wrong goes to ``problems``."""

    layout: Layout
    problems: list[Problem]
    told: dict[str, tuple[int, Decimal]] = field(default_factory=dict)  # row and percent
    met: dict[str, int] = field(default_factory=dict)
    faulty: list[tuple[int, str]] = field(default_factory=list)  # row and elev-id where no share was read

    @classmethod
    def of(cls, table: Table) -> "_Reader":
        layout = lay_out(table.header, COLUMNS)
        faults = layout.problems + missing(layout, (PUPIL, PERCENT), ("code",), ("percent",))
        reader = cls(layout, [*table.problems, *faults])
        for row in () if faults else table.rows:
            reader._read(row)
        return reader

    def _read(self, row: Row) -> None:
        kept, share = self._code(row), self._share(row)
        if kept is None:
            return
        if earlier := self.met.get(kept):
            twice = CellFault(f"eleven står redan på rad {earlier}", "Ta bort den ena raden")
            self.tell(row.number, "code", twice)
            return
        self.met[kept] = row.number
        if share is not None:
            self.told[kept] = row.number, share
        elif self._cell(row, "percent"):
            self.faulty.append((row.number, kept))

    def _code(self, row: Row) -> str | None:
        try:
            if not (code := self._cell(row, "code")):
                raise CellFault("elev-id saknas", "Fyll i cellen")
            return cells.code(code)
        except CellFault as fault:
            self.tell(row.number, "code", fault)
            return None

    def _share(self, row: Row) -> Decimal | None:
        """A blank cell leaves what is there."""
        try:
            return percent(text) if (text := self._cell(row, "percent")) else None
        except CellFault as fault:
            self.tell(row.number, "percent", fault)
            return None

    def _cell(self, row: Row, key: str) -> str:
        return row.cells[self.layout.places[key]]

    def tell(self, row: int, key: str, fault: CellFault) -> None:
        self.problems.append(Problem(row, self.layout.called(key), fault.reason, fault.remedy))


def percent(text: str) -> Decimal:
    """``22``, ``22,5`` or ``22 %``, to the thousandth: what Excel works out has many decimals."""
    found = NUMBER.fullmatch(text.strip())
    value = Decimal(found[1].replace(",", ".")).quantize(THOUSANDTH, ROUND_HALF_UP) if found else None
    if value is None or value > MOST:
        raise CellFault(f"”{shown(text)}” är ingen andel i procent", "Skriv ett tal mellan 0 och 100")
    return value


def import_absence(
    window: AssessmentWindow, name: str, content: bytes, limits: Limits, terms: Terms
) -> AbsenceImport:
    """Compare the file with what is kept and, where nothing is wrong, write what is new.

    A fixed number of statements per 5,000 pupils. The caller commits. Raises UnreadableFile where there is no
    table to speak of.
    """
    table = read_table(name, content, limits, COLUMNS)
    refuse_several_periods(table)
    reader = _Reader.of(table)
    told = AbsenceImport(rows=len(table.rows), notes=list(table.notes))
    pupils = PupilsOfAFile(window.academic_year, terms.among)
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    codes = list(reader.told)
    if terms.writes:
        hold_schools_of(codes)
    for start in range(0, len(codes), PART):
        _compare(codes[start : start + PART], reader, pupils, window, terms, told, new, changed)
    for start in range(0, len(reader.faulty), PART):
        _look_up(reader.faulty[start : start + PART], reader, pupils)
    reader.problems += pupils.strangers(reader.layout.called("code"))
    told.problems = in_order(reader.problems, table)
    told.notes += pupils.namesakes_told() + _notes(reader, told)
    if terms.writes and not told.problems:
        _write(new, changed)
    return told


def _compare(
    codes: Sequence[str], reader: _Reader, pupils: PupilsOfAFile, window: AssessmentWindow, terms: Terms,
    told: AbsenceImport, new: list[dict[str, Any]], changed: list[dict[str, Any]],
) -> None:  # fmt: skip
    known, _schools = pupils.find(list(codes))
    ids = {rows[0].id for rows in known.values()}
    if terms.writes:
        hold(ids)
    kept = {
        row.pupil_id: row
        for row in db.session.execute(
            sa.select(SHARES).where(SHARES.c.window_id == window.id, SHARES.c.pupil_id.in_(ids))
        )
    }
    for code in codes:
        (row, share), same = reader.told[code], known.get(code, [])
        if len(same) != 1 or same[0].is_narrowed:
            _tell_whom(row, code, same, reader, pupils)
        elif (there := kept.get(same[0].id)) is None:
            new.append({"pupil_id": same[0].id, "window_id": window.id, "percent": share})
            told.wrote.append(Written(same[0].id, None, share))
            told.new += 1
        elif there.percent == share:
            told.unchanged += 1
        elif terms.replaces:
            changed.append({"row_id": there.id, "percent": share})
            told.wrote.append(Written(same[0].id, there.percent, share))
            told.replaced += 1
        else:
            said = f"en annan frånvaro är redan registrerad ({decimal(there.percent)} %)"
            remedy = f"{OTHERWISE} med {terms.asked_by}" if terms.asked_by else OTHERWISE
            reader.tell(row, "percent", CellFault(said, remedy))


def _look_up(faulty: Sequence[tuple[int, str]], reader: _Reader, pupils: PupilsOfAFile) -> None:
    """Whose share could not be read may be nobody's too: who puts one right sees the other at once."""
    known, _schools = pupils.find([code for _, code in faulty])
    for row, code in faulty:
        _tell_whom(row, code, known.get(code, []), reader, pupils)


def _tell_whom(row: int, code: str, same: Sequence[Any], reader: _Reader, pupils: PupilsOfAFile) -> None:
    """What is wrong with the elev-id, if anything."""
    if fault := pupils.whom(row, code, same):
        reader.tell(row, "code", fault)


def _notes(reader: _Reader, told: AbsenceImport) -> list[str]:
    found = []
    shares = [share for _row, share in reader.told.values()]
    if len(shares) > 1 and max(shares) <= 1 and any(share % 1 for share in shares):
        found.append("Inget värde är större än 1. Är det andelar i stället för procent? Skriv 22, inte 0,22.")
    if told.unchanged and not told.changes_something:
        found.append("Filen är redan inläst: all frånvaro finns redan.")
    return found


def _write(new: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    connection = db.session.connection()
    if new:
        moment = now()
        connection.execute(sa.insert(SHARES), [{**row, "created_at": moment} for row in new])
    if changed:
        connection.execute(sa.update(SHARES).where(SHARES.c.id == sa.bindparam("row_id")), changed)


def summary(told: AbsenceImport) -> list[str]:
    """What the file does, line by line, in Swedish."""
    counts = {"Ny frånvaro": told.new, "Ersatt": told.replaced, "Oförändrad": told.unchanged}
    lines = [f"{counted(told.rows, 'rad', 'rader')}."]
    lines += [f"{called}: {counted(count, 'elev', 'elever')}" for called, count in counts.items() if count]
    lines += [f"Obs: {note}" for note in told.notes]
    return lines if told.changes_something else [*lines, "Inget att ändra."]
