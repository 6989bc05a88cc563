"""Taking in a pile of scores from a file: compared with what is recorded, then written, all or nothing.

One pass in parts, so that memory does not grow with the file: a preview is the same pass without writing.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.import_models import ScoreFile
from assessments.imports.keeping import keep_counts, keep_file
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow
from assessments.recording import SCORES, Recorder, Status, Write, record_scores
from assessments.roster.characters import shown
from assessments.roster.holding import hold, hold_schools_of
from assessments.roster.models import Pupil
from assessments.roster.table_files import read_table
from assessments.roster.tables import Limits, Problem, Row, in_order
from assessments.score_pupils import PupilsOfAFile
from assessments.score_rows import Entry, ScoreReader, columns_of
from assessments.sheet_periods import refuse_several_periods
from assessments.window_dates import WindowDates, at_schools
from assessments.words import counted

PART = 5_000  # results at a time


@dataclass
class ScoreImport:
    """What a file changes, or would change. ``problems`` stop it; ``notes`` are told."""

    window: AssessmentWindow
    rows: int = 0
    pupils: int = 0
    new: int = 0
    replaced: int = 0
    unchanged: int = 0
    by_measure: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    kept: ScoreFile | None = None  # the trace by which it can be undone

    @property
    def changes_something(self) -> bool:
        return bool(self.new or self.replaced)


@dataclass(frozen=True)
class Terms:
    """On what terms a file is taken in. ``among``: the pupils it may speak of (None: all we have).

    ``by`` None: only look. ``replaces``: values that differ from recorded ones take their place;
    ``asked_by``: how whoever takes the file in asks for that, where it is not a box beside the file.
    ``known``: the measures, asked for before: a question holds the database while a workbook is read.
    """

    among: sa.Select[Pupil] | None = None
    replaces: bool = False
    asked_by: str = ""
    known: dict[str, Measure] | None = None
    by: Recorder | None = None
    progress: Callable[[int], object] | None = None  # told of each further percent


def import_scores(
    window: AssessmentWindow, name: str, content: bytes, limits: Limits, terms: Terms
) -> ScoreImport:
    """Compare the file with what is recorded and, with ``terms.by``, write what is new. The caller commits,
    unless there are problems: then it rolls back, for parts before the first problem have been written.

    Raises UnreadableFile where there is no table to speak of.
    """
    known = terms.known or measures()
    table = read_table(name, content, limits, columns_of(known))
    refuse_several_periods(table)
    reader = ScoreReader.of(table, known, latest=today())
    told = ScoreImport(window, rows=len(table.rows))
    if reader.is_usable:
        pupils = PupilsOfAFile(window.academic_year, terms.among)
        taking_in = _Pass(told, terms, known, reader, pupils, name, content)
        taking_in.run(table.rows)
        told.kept = taking_in.kept
    told.problems = in_order(reader.problems, table)
    told.notes = reader.notes + told.notes
    return told


def summary(told: ScoreImport) -> list[str]:
    """What the file does, line by line, in Swedish."""
    rows, pupils = counted(told.rows, "rad", "rader"), counted(told.pupils, "elev", "elever")
    lines = [f"{rows} om {pupils} för {told.window.code}."]
    lines += [f"  {code}: {count}" for code, count in sorted(told.by_measure.items())]
    counts = {
        "Nya resultat": told.new,
        "Ersatta resultat": told.replaced,
        "Oförändrade resultat": told.unchanged,
    }
    lines += [f"{called}: {count}" for called, count in counts.items() if count]
    lines += [f"Obs: {note}" for note in told.notes]
    if not told.changes_something:
        lines.append("Inget att ändra.")
    return [shown(line, longest=400) for line in lines]


@dataclass
class _Pass:
    told: ScoreImport
    terms: Terms
    known: dict[str, Measure]
    reader: ScoreReader
    pupils: PupilsOfAFile
    name: str
    content: bytes
    outside: int = 0
    kept: ScoreFile | None = None

    def run(self, rows: list[Row]) -> None:
        """Sorted by pupil, so that each pupil's results are written, and judged, at one time."""
        done = percent = 0
        if self.terms.by:
            hold_schools_of({self.reader.code_of(row) for row in rows})
        for part, size in self._parts(sorted(rows, key=self.reader.code_of)):
            self._take(part)
            done += size
            if self.terms.progress:
                self.terms.progress(100 * done // len(rows) - percent)
                percent = 100 * done // len(rows)
        self._look_up_faulty()
        self.reader.problems.extend(self.pupils.strangers(self.reader.pupil_column))
        self._sum_up()

    def _parts(self, rows: list[Row]) -> Iterator[tuple[list[Entry], int]]:
        """Results of whole pupils, with how many rows they come from."""
        part: list[Entry] = []
        size = 0
        for _, own in groupby(rows, key=self.reader.code_of):
            of_one = list(own)
            part += self._of_one_pupil(of_one)
            size += len(of_one)
            if len(part) >= PART:
                yield part, size
                part, size = [], 0
        if size:
            yield part, size

    def _of_one_pupil(self, rows: list[Row]) -> list[Entry]:
        """The pupil's results; in a wide file a later row, in a long one a later result, is one too many."""
        entries: list[Entry] = []
        first: dict[str, int] = {}
        for row in rows:
            own = self.reader.entries(row)
            keys = [entry.measure for entry in own] if self.reader.is_long else [""]
            for key in keys:
                earlier = first.setdefault(key, row.number)
                if earlier != row.number and self.reader.code_of(row):
                    what = (
                        "eleven har redan ett resultat i måttet"
                        if self.reader.is_long
                        else "eleven står redan"
                    )
                    self._problem(row.number, f"{what} på rad {earlier}", "Ta bort den ena raden")
                    own = []
            entries += own
        self.told.pupils += bool(entries)
        return entries

    def _problem(self, row: int, reason: str, remedy: str, column: str | None = None) -> None:
        self.reader.problems.append(Problem(row, column or self.reader.pupil_column, reason, remedy))

    def _take(self, entries: list[Entry]) -> None:
        pupils, schools = self.pupils.find(sorted({entry.code for entry in entries}))
        dates = at_schools(self.told.window, set(schools.values()))
        if self.terms.by:
            hold(set(schools))
        scores = self._scores(set(schools))
        writes: list[tuple[Write, Entry]] = []
        for entry in entries:
            pupil = self._pupil(entry.row, entry.code, pupils.get(entry.code, []), schools)
            if pupil is None:
                continue
            self.outside += _is_outside(dates[schools[pupil.id]], entry.assessed_on)
            if write := self._write(pupil, entry, scores.get((pupil.id, entry.measure))):
                writes.append((write, entry))
        if self.terms.by and writes and not self.reader.problems and not self.pupils.unknown:
            self._record(writes, self.terms.by)

    def _scores(self, ids: set[int]) -> dict[tuple[int, str], Any]:
        here = sa.select(SCORES).where(SCORES.c.window_id == self.told.window.id, SCORES.c.pupil_id.in_(ids))
        return {(row.pupil_id, row.measure): row for row in db.session.execute(here)}

    def _look_up_faulty(self) -> None:
        """Whose result could not be read may be nobody's too: who puts one right sees the other at once."""
        for start in range(0, len(self.reader.faulty), PART):
            part = self.reader.faulty[start : start + PART]
            pupils, schools = self.pupils.find(sorted({code for _, code in part}))
            for row, code in part:
                self._pupil(row, code, pupils.get(code, []), schools)

    def _pupil(self, row: int, code: str, found: list[Any], schools: dict[int, int]) -> Any | None:
        if fault := self.pupils.whom(row, code, found):
            self._problem(row, fault.reason, fault.remedy)
        elif found and found[0].id not in schools:
            year = self.told.window.academic_year
            self._problem(row, f"eleven går inte i någon klass läsåret {year}", "Läs in klasslistan först")
        elif found:
            return found[0]
        return None

    def _write(self, pupil: Any, entry: Entry, score: Any | None) -> Write | None:
        """What is to be written; None where the file says what is recorded, or may not say otherwise."""
        write = Write(
            pupil_id=pupil.id,
            measure=entry.measure,
            points=entry.typed.points,
            absence=entry.typed.absence,
            is_discontinued=entry.typed.is_discontinued,
            assessed_on=entry.assessed_on,
            attempted=entry.attempted,
            errors=entry.errors,
        )
        if score is None:
            self.told.new += 1
        elif (difference := _difference(write, score, self.known[entry.measure])) is None:
            self.told.unchanged += 1
            return None
        elif not self.terms.replaces:
            remedy = "Rätta filen, eller ersätt det som finns"
            remedy += f" med {self.terms.asked_by}" if self.terms.asked_by else ""
            self._problem(entry.row, difference, remedy, entry.column)
            return None
        else:
            self.told.replaced += 1
        self.told.by_measure[entry.measure] += 1
        return write

    def _record(self, writes: list[tuple[Write, Entry]], by: Recorder) -> None:
        if self.kept is None:
            self.kept = keep_file(self.told.window, self.name, self.content, by)
        from_file = replace(by, file_id=self.kept.id)  # the history of each cell says so
        outcomes = record_scores(
            self.told.window, [write for write, _ in writes], from_file, known=self.known
        )
        for outcome, (_, entry) in zip(outcomes, writes, strict=True):
            if outcome.status in (Status.CONFLICT, Status.REFUSED):
                reason = (outcome.reason or "någon annan har just ändrat resultatet").rstrip(".")
                self._problem(entry.row, reason, "Läs in filen på nytt", entry.column)

    def _sum_up(self) -> None:
        if self.kept is not None:
            told = self.told
            keep_counts(self.kept, told.rows, told.pupils, told.new, told.replaced)
        notes = self.told.notes
        notes += self.pupils.namesakes_told()
        if self.outside:
            notes.append(f"{self.outside} resultat har ett datum utanför perioden.")
        if self.told.unchanged and not self.told.changes_something:
            notes.append("Filen är redan inläst: alla resultat finns redan.")


def _is_outside(dates: WindowDates, day: date | None) -> bool:
    return day is not None and not dates.opens_on <= day <= dates.makeup_ends_on


def _difference(write: Write, score: Any, measure: Measure) -> str | None:
    """How a recorded score differs from what the file says, in Swedish; None where it says the same."""
    if (write.points, write.absence, write.is_discontinued) != (
        score.points,
        score.absence,
        score.is_discontinued,
    ):
        recorded = measure.shown(score.points) if score.points is not None else score.absence.label
        return (
            f"ett annat värde är redan registrerat ({recorded}{' avbrutet' if score.is_discontinued else ''})"
        )
    if write.assessed_on not in (None, score.assessed_on):
        return f"resultatet är registrerat med datumet {score.assessed_on}"
    if write.attempted not in (None, score.attempted) or write.errors not in (None, score.errors):
        return "antalet försökta eller fel är ett annat än det registrerade"
    return None
