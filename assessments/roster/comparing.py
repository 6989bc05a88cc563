"""One row beside what is known of the pupil: what is said otherwise, and whether the class is another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from assessments.calendar import first_day, last_day, year_label
from assessments.clock import day_of
from assessments.roster import personnummer
from assessments.roster.cells import folded
from assessments.roster.places import KnownClass
from assessments.roster.plans import Change, Move
from assessments.roster.rows import RosterRow

# What a row may say of a pupil besides the first name, and what people call it.
TOLD = {
    "family_name": "efternamn", "school_form": "skolform", "curriculum": "kursplan",
    "letter_language": "brevspråk1", "second_letter_language": "brevspråk2",
}  # fmt: skip
WORDS = {"anpassad_grundskola": "anpassad grundskola", None: "inget"}


@dataclass(frozen=True)
class Standing:
    """A pupil as known on the day the file takes effect. Enrolments hold that day or later, in order."""

    pupil: Any
    enrolments: Sequence[Any]
    class_names: dict[int, str]
    on: date
    academic_year: str
    corrects: date | None = None  # the list says no day, and puts right what such a list said the same day

    @property
    def who(self) -> str:
        first = self.pupil.preferred_name or self.pupil.given_name
        return f"{first} {self.pupil.family_name} (elev-id {self.pupil.code})"

    @property
    def current(self) -> Any | None:
        return current(self.enrolments, self.on, self.academic_year)


def current(enrolments: Sequence[Any], on: date, academic_year: str) -> Any | None:
    """The enrolment that holds on the day, else the next one to come before the academic year is over.

    A list of last year's classes, taken in afterwards for their results, says nothing of this year's.
    """
    holding = [row for row in enrolments if row.starts_on <= on]
    to_come = [row for row in enrolments if row.starts_on <= last_day(academic_year)]
    return next(iter([*reversed(holding), *to_come]), None)


def compare(
    row: RosterRow, school_class: KnownClass, standing: Standing
) -> tuple[Change | None, Move | None]:
    """What the row changes. None twice: it says what is known."""
    columns, what = _said_otherwise(row, standing.pupil)
    current = standing.current
    if current is None or current.school_class_id != school_class.id:
        return _change(row, standing, columns, what), _move(row, school_class, standing)
    enrolment: dict[str, Any] = {}
    if current.year != row.year:
        enrolment["year"] = row.year
        before, after = (year_label(year, standing.academic_year) for year in (current.year, row.year))
        what.append(f"årskurs {before} → {after} (resultat som redan finns bedöms efter {before})")
    if standing.on < current.starts_on:
        enrolment["starts_on"] = standing.on
        what.append(f"går i klassen från {standing.on} (förut {current.starts_on})")
    change = _change(row, standing, columns, what)
    if change and enrolment:
        change = replace(change, enrolment_id=current.id, enrolment_columns=enrolment)
    return change, None


def _change(row: RosterRow, standing: Standing, columns: dict[str, Any], what: list[str]) -> Change | None:
    return Change(row.number, standing.who, tuple(what), standing.pupil.id, columns) if what else None


def _said_otherwise(row: RosterRow, pupil: Any) -> tuple[dict[str, Any], list[str]]:
    columns: dict[str, Any] = {}
    what: list[str] = []

    def say(key: str, called: str, value: Any) -> None:
        what.append(
            f"{called} {WORDS.get(getattr(pupil, key), getattr(pupil, key))} → {WORDS.get(value, value)}"
        )
        columns[key] = value

    if row.given_name and row.given_name != pupil.given_name:
        say("given_name", "förnamn", row.given_name)
    # A file that only has tilltalsnamn also fills the given name of a new pupil: that is no change.
    known_preferred = pupil.preferred_name or (None if row.given_name else pupil.given_name)
    if row.preferred_name and row.preferred_name != known_preferred:
        say("preferred_name", "tilltalsnamn", row.preferred_name)
    for key, called in TOLD.items():
        value = getattr(row, key)
        if value is not None and value != getattr(pupil, key):
            say(key, called, value)
    if row.code and row.code.casefold() != pupil.code.casefold():
        say("code", "elev-id", row.code)
    if row.personnummer and personnummer.hashed(row.personnummer) != pupil.personnummer_hash:
        columns |= stored_number(row)
        what.append("personnummer")
    return columns, what


def stored_number(row: RosterRow) -> dict[str, Any]:
    """The columns that keep a row's personnummer."""
    number = row.personnummer
    return {
        "personnummer_encrypted": personnummer.encrypted(number) if number else None,
        "personnummer_hash": personnummer.hashed(number) if number else None,
    }


def _move(row: RosterRow, school_class: KnownClass, standing: Standing) -> Move:
    """Into the class from the day on: the old enrolment ends the day before, a later one is respected."""
    current = standing.current
    move = Move(
        row=row.number,
        who=standing.who,
        origin=standing.class_names.get(current.school_class_id) if current else None,
        school_class=school_class,
        pupil_id=standing.pupil.id,
        year=row.year,
        starts_on=standing.on,
    )
    later = next((one for one in standing.enrolments if one.starts_on > standing.on), None)
    ends_on = later.starts_on - timedelta(days=1) if later else row.ends_on
    if current is None:
        return replace(move, ends_on=ends_on)
    if current.starts_on >= standing.on or _was_just_entered(current, standing):  # it was wrong, not left
        return replace(move, rewrites=current.id, starts_on=min(current.starts_on, standing.on))
    return replace(move, closes=current.id, ends_on=ends_on)


def _was_just_entered(enrolment: Any, standing: Standing) -> bool:
    """Whether a list without a day let the class begin with the year, earlier the same day."""
    return (
        standing.corrects is not None
        and enrolment.starts_on == first_day(standing.academic_year)
        and day_of(enrolment.created_at) == standing.corrects
    )


def is_somebody_else(row: RosterRow, pupil: Any) -> bool:
    """Whether the row gives the pupil who is known both another first name and another family name."""
    said, known = (
        {folded(name) for name in (one.given_name, one.preferred_name) if name} for one in (row, pupil)
    )
    return not said & known and folded(row.family_name) != folded(pupil.family_name)
