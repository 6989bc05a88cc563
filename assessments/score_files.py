"""Taking in a pile of scores from a file: compared with what is recorded, then written, all or nothing.

One pass in parts, so that memory does not grow with the file: a preview is the same pass without writing.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow
from assessments.recording import SCORES, Recorder, Status, Write, record_scores
from assessments.roster.cells import folded
from assessments.roster.characters import shown
from assessments.roster.header import nearest
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from assessments.roster.table_files import read_table
from assessments.roster.tables import Limits, Problem, Row, in_order
from assessments.score_rows import Entry, ScoreReader

PART = 5_000  # results at a time
MOST_SUGGESTIONS = 30  # unknown pupils who get a suggestion
MOST_CANDIDATES = 20_000
NOT_HERE = "eleven finns inte"


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

    @property
    def changes_something(self) -> bool:
        return bool(self.new or self.replaced)


@dataclass(frozen=True)
class Terms:
    """On what terms a file is taken in. ``among``: the pupils it may speak of (None: all we have).

    ``by`` None: only look. ``replaces``: values that differ from recorded ones take their place.
    """

    among: sa.Select[Pupil] | None = None
    replaces: bool = False
    by: Recorder | None = None


def import_scores(
    window: AssessmentWindow, name: str, content: bytes, limits: Limits, terms: Terms
) -> ScoreImport:
    """Compare the file with what is recorded and, with ``terms.by``, write what is new. The caller commits,
    unless there are problems: then it rolls back, for parts before the first problem have been written.

    Raises UnreadableFile where there is no table to speak of.
    """
    table = read_table(name, content, limits)
    known = measures()
    reader = ScoreReader.of(table, known, latest=today())
    told = ScoreImport(window, rows=len(table.rows))
    if reader.is_usable:
        _Pass(told, terms, known, reader).run(table.rows)
    told.problems = in_order(reader.problems)
    told.notes = reader.notes + told.notes
    return told


def summary(told: ScoreImport) -> list[str]:
    """What the file does, line by line, in Swedish."""
    lines = [f"{told.rows} rader om {told.pupils} elever för {told.window.code}."]
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
    unknown: list[tuple[int, str]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)  # hash of school and name -> elev-id
    namesakes: list[str] = field(default_factory=list)
    outside: int = 0

    def run(self, rows: list[Row]) -> None:
        """Sorted by pupil, so that each pupil's results are written, and judged, at one time."""
        for part in self._parts(sorted(rows, key=self.reader.code_of)):
            self._take(part)
        self.reader.problems.extend(self._strangers())
        self._sum_up()

    def _parts(self, rows: list[Row]) -> Iterator[list[Entry]]:
        part: list[Entry] = []
        for _, own in groupby(rows, key=self.reader.code_of):
            part += self._of_one_pupil(list(own))
            if len(part) >= PART:
                yield part
                part = []
        yield part

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
        pupils = self._pupils(sorted({entry.code for entry in entries}))
        ids = {found[0].id for found in pupils.values() if len(found) == 1}
        schools = self._schools(ids)
        scores = self._scores(ids)
        writes: list[tuple[Write, Entry]] = []
        for entry in entries:
            pupil = self._pupil(entry, pupils.get(entry.code, []), schools)
            if pupil is not None and (
                write := self._write(pupil, entry, scores.get((pupil.id, entry.measure)))
            ):
                writes.append((write, entry))
        self._find_namesakes(pupils, schools)
        if self.terms.by and writes and not self.reader.problems and not self.unknown:
            self._record(writes, self.terms.by)

    def _pupils(self, codes: list[str]) -> dict[str, list[Any]]:
        """Pupils by elev-id; one elev-id may be two pupils' in two municipalities."""
        chosen = sa.select(
            Pupil.id,
            Pupil.code,
            Pupil.given_name,
            Pupil.preferred_name,
            Pupil.family_name,
            Pupil.is_protected,
        )
        found: dict[str, list[Any]] = {}
        for start in range(0, len(codes), PART):
            for row in db.session.execute(
                self._allowed(chosen.where(Pupil.code.in_(codes[start : start + PART])))
            ):
                found.setdefault(row.code, []).append(row)
        return found

    def _allowed(self, chosen: Any) -> Any:
        among = self.terms.among
        return chosen if among is None else chosen.where(Pupil.id.in_(among.with_only_columns(Pupil.id)))

    def _schools(self, ids: set[int]) -> dict[int, int]:
        """The school each pupil goes to in the window's academic year, if any."""
        rows = db.session.execute(
            sa.select(Enrolment.pupil_id, SchoolClass.school_id)
            .join(SchoolClass, Enrolment.school_class_id == SchoolClass.id)
            .where(Enrolment.pupil_id.in_(ids), SchoolClass.academic_year == self.told.window.academic_year)
        )
        return {row.pupil_id: row.school_id for row in rows}

    def _scores(self, ids: set[int]) -> dict[tuple[int, str], Any]:
        here = sa.select(SCORES).where(SCORES.c.window_id == self.told.window.id, SCORES.c.pupil_id.in_(ids))
        return {(row.pupil_id, row.measure): row for row in db.session.execute(here)}

    def _pupil(self, entry: Entry, found: list[Any], schools: dict[int, int]) -> Any | None:
        if not found:
            self.unknown.append((entry.row, entry.code))
        elif len(found) > 1:
            self._problem(
                entry.row, f"elev-id {entry.code} finns i flera kommuner", "Ange vilken med --kommun"
            )
        elif found[0].id not in schools:
            year = self.told.window.academic_year
            self._problem(
                entry.row, f"eleven går inte i någon klass läsåret {year}", "Läs in klasslistan först"
            )
        else:
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
        self.outside += self._is_outside(entry.assessed_on)
        if score is None:
            self.told.new += 1
        elif (difference := _difference(write, score, self.known[entry.measure])) is None:
            self.told.unchanged += 1
            return None
        elif not self.terms.replaces:
            self._problem(
                entry.row, difference, "Rätta filen, eller ersätt det som finns med --replace", entry.column
            )
            return None
        else:
            self.told.replaced += 1
        self.told.by_measure[entry.measure] += 1
        return write

    def _is_outside(self, day: date | None) -> bool:
        window = self.told.window
        last = window.closes_on + timedelta(days=window.makeup_days)
        return day is not None and not window.opens_on <= day <= last

    def _record(self, writes: list[tuple[Write, Entry]], by: Recorder) -> None:
        outcomes = record_scores(self.told.window, [write for write, _ in writes], by, known=self.known)
        for outcome, (_, entry) in zip(outcomes, writes, strict=True):
            if outcome.status in (Status.CONFLICT, Status.REFUSED):
                reason = (outcome.reason or "någon annan har just ändrat resultatet").rstrip(".")
                self._problem(entry.row, reason, "Läs in filen på nytt", entry.column)

    def _find_namesakes(self, pupils: dict[str, list[Any]], schools: dict[int, int]) -> None:
        for (pupil,) in (found for found in pupils.values() if len(found) == 1):
            if pupil.is_protected or pupil.id not in schools:
                continue
            first = pupil.preferred_name or pupil.given_name
            key = hash((schools[pupil.id], folded(first + pupil.family_name)))
            earlier = self.names.setdefault(key, pupil.code)
            if earlier != pupil.code:
                self.namesakes.append(f"{earlier} och {pupil.code}")

    def _strangers(self) -> list[Problem]:
        """Unknown pupils, each with the elev-id that was probably meant, if it is one they may see."""
        if not self.unknown:
            return []
        candidates = list(db.session.scalars(self._allowed(sa.select(Pupil.code)).limit(MOST_CANDIDATES + 1)))
        alike = {form: code for code in candidates for form in (folded(code).lstrip("0"), folded(code))}
        meant: dict[str, str | None] = {}
        for _, code in self.unknown:
            if code not in meant and len(meant) < MOST_SUGGESTIONS:
                few = candidates if len(candidates) <= MOST_CANDIDATES else []
                meant[code] = (
                    alike.get(folded(code)) or alike.get(folded(code).lstrip("0")) or nearest(code, few)
                )
        return [
            Problem(
                row,
                self.reader.pupil_column,
                NOT_HERE,
                f"Menade du elev-id {meant[code]}"
                if meant.get(code)
                else "Kontrollera elev-id mot klasslistan",
            )
            for row, code in self.unknown
        ]

    def _sum_up(self) -> None:
        notes = self.told.notes
        if self.namesakes:
            more = f" och {len(self.namesakes) - 10} par till" if len(self.namesakes) > 10 else ""
            notes.append(f"Samma namn, olika elev-id: {'; '.join(self.namesakes[:10])}{more}.")
        if self.outside:
            notes.append(f"{self.outside} resultat har ett datum utanför perioden.")
        if self.told.unchanged and not self.told.changes_something:
            notes.append("Filen är redan inläst: alla resultat finns redan.")


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
