"""What taking in a class list would do, ready to be read by people before it is done."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assessments.calendar import academic_year_on, first_day
from assessments.roster.models import QuarantineWord
from assessments.roster.places import KnownClass, KnownMunicipality, KnownSchool
from assessments.roster.renaming import Renaming
from assessments.roster.rows import RosterRow
from assessments.roster.tables import Problem


@dataclass(frozen=True)
class NewPupil:
    row: RosterRow
    school_class: KnownClass
    starts_on: date


@dataclass(frozen=True)
class Change:
    """What is said otherwise of a pupil; ``what`` in words, the columns for those who write."""

    row: int
    who: str
    what: tuple[str, ...]
    pupil_id: int
    pupil_columns: dict[str, Any]
    enrolment_id: int | None = None
    enrolment_columns: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Move:
    """A pupil who goes in another class from the day on, or again. ``origin`` None: went in none that day."""

    row: int
    who: str
    origin: str | None
    school_class: KnownClass
    pupil_id: int
    year: int
    starts_on: date
    closes: int | None = None  # the enrolment that ends the day before
    rewrites: int | None = None  # one that began that day or later and was wrong
    ends_on: date | None = None  # the new one ends where a later one begins


@dataclass(frozen=True)
class Departure:
    """A pupil of a class that the file names, who is missing from it; or one whose ``last_day`` it says."""

    who: str
    school_class: str
    pupil_id: int
    enrolment_id: int
    starts_on: date
    last_day: date | None = None


@dataclass(frozen=True)
class Quarantined:
    """A row that is not taken in. ``known``: id of the pupil it means, who still goes by the own name."""

    row: int
    school: KnownSchool
    about: QuarantineWord | None = None
    known: int | None = None


@dataclass
class RosterPlan:
    """Everything a file would change. ``problems`` stop it; ``notes`` and ``doubles`` are told."""

    effective_on: date
    digest: str
    file_name: str = ""
    rows: int = 0
    municipalities: list[KnownMunicipality] = field(default_factory=list)  # all that the file speaks of
    new_municipalities: list[KnownMunicipality] = field(default_factory=list)
    new_schools: list[KnownSchool] = field(default_factory=list)
    new_classes: list[KnownClass] = field(default_factory=list)
    amended: list[KnownMunicipality | KnownSchool] = field(default_factory=list)
    renamings: list[Renaming] = field(default_factory=list)  # proposed, some of them chosen
    new: list[NewPupil] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    moved: list[Move] = field(default_factory=list)
    left: list[Departure] = field(default_factory=list)
    unnamed: list[Departure] = field(default_factory=list)  # of classes that a fetched list says nothing of
    quarantined: list[Quarantined] = field(default_factory=list)
    aside: list[Quarantined] = field(default_factory=list)  # quarantined before, and said again
    doubles: list[str] = field(default_factory=list)
    unchanged: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def begins_on(self) -> date | None:
        """The day from which pupils go in the new classes, where it is earlier than the other changes."""
        begins = first_day(academic_year_on(self.effective_on))
        begun = {one.starts_on for one in self.new} | {one.starts_on for one in self.moved}
        return begins if begins in begun and begins < self.effective_on else None

    @property
    def renamed(self) -> list[Renaming]:
        """Classes that get another name, as a person has said."""
        return [one for one in self.renamings if one.is_chosen]

    def leaving(self, *, end_missing: bool) -> list[Departure]:
        """Those who leave: whose last day the file says, and with ``end_missing`` those it does not name."""
        return [one for one in self.left if end_missing or one.last_day]

    def changes_something(self, *, end_missing: bool) -> bool:
        new = self.new_municipalities or self.new_schools or self.new_classes
        places = new or self.amended or self.renamed
        pupils = self.new or self.changed or self.moved or self.quarantined
        return bool(places or pupils or self.leaving(end_missing=end_missing))

    def fingerprint(self) -> str:
        """The same for two plans that would do the same: what was previewed is what is confirmed."""
        parts = [
            *(f"{one.row.number}:{one.school_class}:{one.starts_on}" for one in self.new),
            *(f"{one.row}:{one.pupil_id}:{one.what}" for one in self.changed),
            *(
                f"{one.row}:{one.pupil_id}:{one.school_class}:{one.starts_on}:{one.closes}:{one.rewrites}"
                for one in self.moved
            ),
            *(f"{one.enrolment_id}:{one.last_day}" for one in self.left),
            *(f"{one.row}:{one.school.name}:{one.about}" for one in self.quarantined),
            *(f"{one.former.id}:{one.school_class}" for one in self.renamed),
            str(self.effective_on),
        ]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()
