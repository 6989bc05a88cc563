"""A score sheet as somebody typed it: what to write, what cannot be read, and what became of it all.

Fields: ``value-<pupil>-<measure>``, ``asked-…`` and ``choice-…`` (after a conflict), ``seen-<pupil>``
(version and value of each of ``columns`` when the page was fetched, with tabs between), and per measure
``day-…`` and ``move-…`` (filled cells get the day too), ``text-…`` (``other`` than the agreed one) and
``retext-…`` (filled cells get what is said of the text too).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assessments import calendar
from assessments.cells import read_cell
from assessments.clock import today
from assessments.recording import Outcome, Status, Write
from assessments.sheets import Cell, Column, Conflict, Key, Sheet
from assessments.words import moment

FIELD = re.compile(r"value-([0-9]{1,19})-(.{1,100})")
SEEN = re.compile(r"([0-9]{1,9}):(.*)", re.DOTALL)
LONGEST = 100  # characters of a cell that are read at all
MINE, THEIRS = "mine", "theirs"
NOT_CHOSEN = -1  # a version no cell has: the recording tells again who wrote there


@dataclass(frozen=True)
class Entry:
    """One cell of the form."""

    key: Key
    text: str
    version: int
    seen: str
    choice: str | None  # None: no conflict was shown, "": it was, and nothing was chosen

    @property
    def is_touched(self) -> bool:
        return self.text != self.seen

    @property
    def is_undecided(self) -> bool:
        return self.choice not in (None, MINE, THEIRS)


def entries(form: Mapping[str, str]) -> list[Entry]:
    """The cells of a form. A cell without what was seen counts as one that was empty."""
    codes = form.get("columns", "").split()
    places = {code: place for place, code in enumerate(codes)}
    return [_entry(found, form, places) for name in form if (found := FIELD.fullmatch(name))]


def _entry(found: re.Match[str], form: Mapping[str, str], places: Mapping[str, int]) -> Entry:
    cell, place = f"{found[1]}-{found[2]}", places.get(found[2])
    row = form.get(f"seen-{found[1]}", "").split("\t")
    seen = SEEN.fullmatch(row[place]) if place is not None and place < len(row) else None
    is_asked = f"asked-{cell}" in form
    return Entry(
        key=(int(found[1]), found[2]),
        text=form[f"value-{cell}"].strip()[:LONGEST],
        version=int(seen[1]) if seen else 0,
        seen=seen[2].strip() if seen else "",
        choice=form.get(f"choice-{cell}", "") if is_asked else None,
    )


@dataclass(frozen=True)
class Day:
    """The test day told for a column, or why it cannot be. ``moves``: filled cells get it too."""

    told: date | None = None
    moves: bool = False
    reason: str | None = None


def column_day(form: Mapping[str, str], code: str, academic_year: str) -> Day:
    """No date: the recording's own. A date in the future or outside the academic year is refused."""
    text, moves = form.get(f"day-{code}", "").strip(), f"move-{code}" in form
    if not text:
        return Day(moves=moves, reason="Skriv ett datum att byta till." if moves else None)
    try:
        told = date.fromisoformat(text)
    except ValueError:
        return Day(moves=moves, reason="Skriv datumet som 2026-09-07.")
    return Day(told, moves, day_reason(told, academic_year))


def day_reason(told: date, academic_year: str) -> str | None:
    """Why a test cannot have been taken this day; None when it can."""
    if told > today():
        return f"Datumet {told} har inte varit ännu."
    if not calendar.first_day(academic_year) <= told <= calendar.last_day(academic_year):
        return f"Datumet {told} ligger utanför läsåret {academic_year}."
    return None


@dataclass(frozen=True)
class Text:
    """Whether what is filled in now was read on another text than agreed. ``moves``: filled cells too."""

    is_other: bool = False
    moves: bool = False

    def says(self, is_touched: bool) -> bool | None:
        """Whether the cell is on the agreed text; None leaves what stands."""
        if self.moves or (self.is_other and is_touched):
            return not self.is_other
        return None


def column_text(form: Mapping[str, str], code: str) -> Text:
    return Text(form.get(f"text-{code}") == "other", f"retext-{code}" in form)


@dataclass(frozen=True)
class Typed:
    """What the form asks for: writes to try, and the cells that are shown again with a reason."""

    days: dict[str, Day]
    spoken_of: dict[str, Text] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    faults: dict[Key, str] = field(default_factory=dict)
    texts: dict[Key, str] = field(default_factory=dict)
    homeless: list[Entry] = field(default_factory=list)  # the pupil or the measure has left the sheet


def read(
    sheet: Sheet, form: Mapping[str, str], filled_in: Iterable[Entry], closed: str | None = None
) -> Typed:
    """The entries as writes or reasons. Untouched cells are left alone.

    ``closed`` is why nothing can be stored now (the window closed while somebody was typing).
    """
    columns = {column.code: column for column in sheet.columns}
    year = sheet.window.academic_year
    typed = Typed(
        days={code: column_day(form, code, year) for code in columns},
        spoken_of={code: column_text(form, code) for code, one in columns.items() if one.measure.same_text},
    )
    for entry in filled_in:
        column, standing = columns.get(entry.key[1]), sheet.cell(entry.key)
        if column is None or standing is None:
            typed.homeless.extend([entry] if entry.is_touched else [])
            continue
        typed.texts[entry.key] = entry.text
        text = typed.spoken_of.get(column.code, Text())
        moves = (typed.days[column.code].moves or text.moves) and bool(standing.stands)
        if entry.choice == THEIRS or not (entry.is_touched or moves or entry.is_undecided):
            continue
        if closed:
            typed.faults[entry.key] = closed
        elif entry.is_touched or entry.is_undecided:
            _read_entry(entry, column, standing, typed)
        else:
            _read_entry(replace(entry, text=standing.stands), column, standing, typed)
    return typed


def _read_entry(entry: Entry, column: Column, standing: Cell, typed: Typed) -> None:
    told, day = read_cell(entry.text, column.measure), typed.days[column.code]
    text = typed.spoken_of.get(column.code, Text())
    if told.reason or day.reason:
        typed.faults[entry.key] = told.reason or f"{column.measure.name}: {day.reason}"
        return
    keeps_its_day = told.is_blank or (standing.assessed_on is not None and not day.moves)
    typed.writes.append(
        Write(
            *entry.key,
            points=told.points,
            absence=told.absence,
            is_discontinued=told.is_discontinued,
            assessed_on=None if keeps_its_day else day.told,
            expected_version=NOT_CHOSEN if entry.is_undecided else entry.version,
            is_on_agreed_text=None if told.is_blank else text.says(entry.is_touched),
        )
    )


@dataclass(frozen=True)
class Answer:
    """What became of the form, counted, and the sheet to show."""

    sheet: Sheet
    stored: int
    removed: int
    not_stored: int

    @property
    def is_whole(self) -> bool:
        return self.not_stored == 0


def answer(sheet: Sheet, typed: Typed, outcomes: Sequence[Outcome], functions: Mapping[int, str]) -> Answer:
    """The sheet as it stands after the writes, with what could not be stored still in its fields."""
    again: dict[Key, Cell] = {}
    for key, reason in (
        typed.faults | {one.write.cell: one.reason for one in outcomes if one.reason}
    ).items():
        again[key] = replace(sheet.cell(key) or Cell(), text=typed.texts[key], fault=reason)
    for one in outcomes:
        if one.status is Status.CONFLICT:
            standing, key = sheet.cell(one.write.cell) or Cell(), one.write.cell
            by = functions.get(one.duty_id or 0, "en fil eller kommandoraden")
            conflict = Conflict(standing.stands, by, moment(one.changed_at))
            again[key] = replace(standing, text=typed.texts[key], conflict=conflict)
    stored = [one.write.is_empty for one in outcomes if one.status is Status.STORED]
    not_stored = len(again) + len(typed.homeless)
    return Answer(sheet.overlaid(again), stored.count(False), stored.count(True), not_stored)
