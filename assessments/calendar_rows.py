"""The rows of a file with terms and breaks: what each cell means, and every fault by row and column."""

from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from assessments.calendar import academic_year_on
from assessments.calendar_editing import tidy_name
from assessments.calendar_rules import fault_by_itself, fault_of_days
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.cells import CellFault, day, folded
from assessments.roster.characters import shown
from assessments.roster.header import Column, Layout, missing, nearest
from assessments.roster.models import Municipality
from assessments.roster.places import municipality_key
from assessments.roster.tables import Problem, Row, Table
from assessments.school_days import Span, SpanKind

COLUMNS = (
    Column("municipality", "kommun", ("huvudman", "kommunnamn")),
    Column("kind", "typ", ("vad", "lov", "slag", "händelse")),
    Column("name", "namn", ("benämning", "text")),
    Column("starts_on", "från", ("första dagen", "start", "startdatum", "från och med", "börjar", "datum")),
    Column("ends_on", "till", ("sista dagen", "slut", "slutdatum", "till och med", "slutar")),
)
KINDS = {
    **{folded(kind.label): kind for kind in SpanKind},
    "höstterminen": SpanKind.AUTUMN_TERM, "ht": SpanKind.AUTUMN_TERM,
    "vårterminen": SpanKind.SPRING_TERM, "vt": SpanKind.SPRING_TERM,
    "studiedagar": SpanKind.STUDY_DAY, "kompetensutvecklingsdag": SpanKind.STUDY_DAY,
    "lovdag": SpanKind.OTHER, "ledigdag": SpanKind.OTHER, "klämdag": SpanKind.OTHER,
}  # fmt: skip
CORRECT_DAYS = "Rätta dagarna"
Place = tuple[int, str]  # municipality id, academic year
Key = tuple[SpanKind, date | None]  # what a row corrects: of kinds that recur the one of the same first day


@dataclass(frozen=True)
class Written:
    """A row of the file; ``row`` counts with the header as row 1."""

    row: int
    span: Span


def key_of(span: Span) -> Key:
    return span.kind, None if span.kind.is_single else span.starts_on


@dataclass
class CalendarReader:
    """Rows of cells to spans, with every fault by row and column."""

    table: Table
    layout: Layout
    among: Municipality | None
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> dict[Place, list[Written]]:
        needed = [("kind",), ("starts_on",)] + ([] if self.among else [("municipality",)])
        self.problems = self.table.problems + self.layout.problems + missing(self.layout, COLUMNS, *needed)
        found: dict[Place, list[Written]] = {}
        if self.layout.problems or any(group[0] not in self.layout.places for group in needed):
            return found  # without columns no cell can be trusted to be what it seems
        rows = db.session.scalars(sa.select(Municipality))
        known = {municipality_key(one.name): one for one in rows}
        first: dict[tuple[Place, Key], int] = {}
        for row in self.table.rows:
            municipality, span = self._municipality(row, known), self._span(row)
            if municipality is None or span is None:
                continue
            place = municipality.id, academic_year_on(span.starts_on)
            earlier = first.setdefault((place, key_of(span)), row.number)
            if earlier == row.number:
                found.setdefault(place, []).append(Written(row.number, span))
            else:
                reason = f"{span.kind.label} står redan på rad {earlier}"
                self._tell(row, "kind", CellFault(reason, "Ta bort den ena raden"))
        return found

    def _text(self, row: Row, key: str) -> str:
        place = self.layout.places.get(key)
        return "" if place is None else row.cells[place]

    def _tell(self, row: Row, key: str, fault: CellFault) -> None:
        self.problems.append(Problem(row.number, self.layout.called(key), fault.reason, fault.remedy))

    def _municipality(self, row: Row, known: dict[str, Municipality]) -> Municipality | None:
        text = self._text(row, "municipality")
        found = known.get(municipality_key(text)) if text else self.among
        if found and self.among and found.id != self.among.id:
            remedy = f"Ta bort raden: nu läses bara {self.among.name}"
            self._tell(row, "municipality", CellFault(f"raden gäller {found.name}", remedy))
        elif found:
            return found
        else:
            meant = nearest(text, [one.name for one in known.values()])
            remedy = f"Menade du {meant}?" if meant else "Läs in kommunens klasslista först"
            reason = f"kommunen ”{shown(text)}” finns inte" if text else "kommunen framgår inte"
            self._tell(row, "municipality", CellFault(reason, remedy if text else "Fyll i cellen"))
        return None

    def _span(self, row: Row) -> Span | None:
        kind = KINDS.get(folded(self._text(row, "kind")))
        if kind is None:
            words = ", ".join(one.label.lower() for one in SpanKind)
            said = shown(self._text(row, "kind"))
            reason = f"”{said}” känns inte igen" if said else "typen saknas"
            self._tell(row, "kind", CellFault(reason, f"Skriv {words}"))
        starts_on, ends_on = self._day(row, "starts_on"), self._day(row, "ends_on")
        name = self._name(row)
        if starts_on is None:
            return None
        span = Span(kind, starts_on, ends_on or starts_on, name) if kind else None
        academic_year = academic_year_on(starts_on)
        fault = (
            fault_by_itself(academic_year, span)
            if span
            else fault_of_days(academic_year, starts_on, ends_on or starts_on)
        )
        if fault:
            self._tell(row, fault[0], CellFault(fault[1], CORRECT_DAYS))
        return span

    def _day(self, row: Row, key: str) -> date | None:
        text = self._text(row, key)
        try:
            if not text and key == "starts_on":
                raise CellFault("dagen saknas", "Skriv datum som 2026-09-07")
            return day(text, date.max) if text else None
        except CellFault as fault:
            self._tell(row, key, fault)
            return None

    def _name(self, row: Row) -> str | None:
        try:
            return tidy_name(self._text(row, "name"))
        except Refused as refused:
            self._tell(row, "name", CellFault(refused.reasons[0].rstrip("."), "Skriv om cellen för hand"))
            return None
