"""A file of support periods compared with what is kept: what is new, what differs, what cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.calendar import academic_year_on
from assessments.clock import today
from assessments.roster.cells import CellFault
from assessments.roster.tables import Problem
from assessments.score_pupils import PupilsOfAFile, Terms
from assessments.words import decimal
from screening.models import StartFrom
from screening.support.rows import FilePeriod, SupportReader
from screening.support.starts import Start, starts
from screening.support.stored import Key, Row, Stored
from screening.support.ways import SupportKind

OTHERWISE = "Rätta filen, eller ersätt det som finns med --replace"


@dataclass
class SupportImport:
    """What a file changes, or would change. ``problems`` stop it; ``notes`` are told."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    new_results: int = 0
    changed_results: int = 0
    unchanged_results: int = 0
    kinds: int = 0
    pupil_ids: set[int] = field(default_factory=set)  # of those who get something new
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Comparison:
    """``run`` fills ``told`` and the rows to write, which carry their ids where they are kept already."""

    told: SupportImport
    reader: SupportReader
    terms: Terms
    periods: list[Row] = field(default_factory=list)
    results: dict[Key, list[Row]] = field(default_factory=dict)
    kinds: dict[Key, SupportKind] = field(default_factory=dict)

    def run(self) -> None:
        said = self._of_known_pupils()
        stored = Stored.fetch({pupil_id for pupil_id, _, _ in said}, holds=self.terms.writes)
        for key, period in said.items():
            self._compare_results(key, period, stored.results.get(key, {}))
        found = starts(_without_start(said, stored))
        for key, period in said.items():
            start = found.get(key) if period.start is None else Start(period.start, StartFrom.GIVEN)
            there = stored.periods.get(key)
            if there is None:
                self._add(key, period, start)
            else:
                self._change(key, period, start, there)
            self._compare_kind(key, period, stored.kinds.get(key))
        self._note_other_years(said)

    def _of_known_pupils(self) -> dict[Key, FilePeriod]:
        periods = self.reader.periods.values()
        pupils = PupilsOfAFile(academic_year_on(today()), self.terms.among)
        named = [*((one.row, one.code) for one in periods), *self.reader.faulty]
        known, _ = pupils.find(sorted({code for _, code in named}))
        for row, code in named:
            if fault := pupils.whom(row, code, known.get(code, [])):
                self.reader.tell(row, "code", fault)
        said = {
            (same[0].id, period.measure, period.starts_on): period
            for period in periods
            if len(same := known.get(period.code, [])) == 1 and not same[0].is_narrowed
        }
        self.reader.problems.extend(pupils.strangers(self.reader.layout.called("code")))
        return said

    def _compare_results(self, key: Key, period: FilePeriod, kept: Mapping[date, Any]) -> None:
        own = self.results.setdefault(key, [])
        for day, result in period.results.items():
            row = {"measured_on": day, "points": result.points, "is_discontinued": result.is_discontinued}
            there = kept.get(day)
            if there is None:
                own.append(row)
                self.told.new_results += 1
            elif (there.points, there.is_discontinued) == (result.points, result.is_discontinued):
                self.told.unchanged_results += 1
            elif self.terms.replaces:
                own.append({**row, "row_id": there.id})
                self.told.changed_results += 1
            else:
                said = f"ett annat resultat är redan registrerat ({decimal(there.points)})"
                self.reader.tell(result.row, "result", CellFault(said, OTHERWISE))
        if own:
            self.told.pupil_ids.add(key[0])

    def _add(self, key: Key, period: FilePeriod, start: Start | None) -> None:
        for name, called in (("goal_on", "måldatum"), ("goal", "mål")):
            if getattr(period, name) is None:
                self.reader.tell(period.row, name, CellFault(f"{called} saknas", "Fyll i cellen"))
        if start is None:
            lacking = "startvärde saknas, och det finns inget resultat att börja från"
            self.reader.tell(period.row, "start", CellFault(lacking, "Fyll i cellen"))
            return
        plan = {**_named(key), **start.columns, "goal_on": period.goal_on, "goal": period.goal}
        self.periods.append(plan)
        self.told.new += 1
        self.told.pupil_ids.add(key[0])

    def _change(self, key: Key, period: FilePeriod, start: Start | None, there: Any) -> None:
        """What the file says otherwise, and a start that new results have made known."""
        said = {name: value for name in ("goal_on", "goal") if (value := getattr(period, name)) is not None}
        said |= start.columns if start else {}
        other = {name: value for name, value in said.items() if getattr(there, name) != value}
        refused = [name for name in other if name in period.said_on and not self.terms.replaces]
        for name in refused:
            kept = getattr(there, name)
            value = kept if isinstance(kept, date) else decimal(kept)
            differs = CellFault(f"något annat är redan registrerat ({value})", OTHERWISE)
            self.reader.tell(period.said_on[name], name, differs)
        if other and not refused:
            whole = {name: getattr(there, name) for name in ("start", "start_from", "goal_on", "goal")}
            self.periods.append({**_named(key), **whole, **other, "row_id": there.id})
            self.told.changed += 1
            self.told.pupil_ids.add(key[0])

    def _compare_kind(self, key: Key, period: FilePeriod, there: SupportKind | None) -> None:
        if period.kind is None or period.kind is there:
            return
        if there is not None and not self.terms.replaces:
            differs = CellFault(f"något annat är redan registrerat ({there.label})", OTHERWISE)
            self.reader.tell(period.said_on["kind"], "kind", differs)
            return
        self.kinds[key] = period.kind
        self.told.kinds += 1
        self.told.pupil_ids.add(key[0])

    def _note_other_years(self, said: Mapping[Key, FilePeriod]) -> None:
        later = sum(
            academic_year_on(day) != academic_year_on(period.starts_on)
            for period in said.values()
            for day in period.results
        )
        if later:
            self.told.notes.append(
                f"{later} resultat från ett senare läsår än periodens start räknas inte: "
                "ingen utveckling dras över sommaren."
            )


def _without_start(said: Mapping[Key, FilePeriod], stored: Stored) -> dict[Key, dict[date, Decimal]]:
    """The periods nobody gave a start value, with all their results: those kept and those of the file."""
    found = {}
    for key, period in said.items():
        there = stored.periods.get(key)
        if period.start is None and (there is None or there.start_from is not StartFrom.GIVEN):
            kept = {day: row.points for day, row in stored.results.get(key, {}).items()}
            found[key] = kept | {day: result.points for day, result in period.results.items()}
    return found


def _named(key: Key) -> Row:
    return dict(zip(("pupil_id", "measure", "starts_on"), key, strict=True))
