"""What the pages about handovers print: one handover, and the lists of what has been and should be made."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments import calendar
from assessments.collation import swedish_key
from assessments.database import db
from assessments.queries import function_names
from assessments.roster.models import Enrolment, Pupil, School, SchoolClass
from assessments.roster.narrowing import NARROWED
from screening.facts.ways import Part
from screening.handovers.models import Handover, HandoverKind
from screening.handovers.reach import handovers_open_to, is_too_late

COMMAND = "kommandoraden"
FORMAT = "lasspar-handover"
TOO_LATE = "Kan inte tas emot: eleven går inte på den skolan nu"


@dataclass(frozen=True)
class HandoverRow:
    """A handover in a list, and on its page."""

    id: int
    pupil: str
    kind: HandoverKind
    title: str
    from_: str
    to: str
    made_on: date
    made_by: str
    informed: str
    line: str | None
    parts: tuple[str, ...]
    state: str
    is_taken_back: bool
    is_too_late: bool  # nobody can accept it: the pupil does not go there
    accepted_on: date | None
    accepted_by: str


def handover_rows(chosen: sa.Select[Any]) -> list[HandoverRow]:
    """The latest first. Two queries."""
    asked = chosen.options(
        joinedload(Handover.pupil),
        joinedload(Handover.from_school),
        joinedload(Handover.from_class),
        joinedload(Handover.to_school),
    )
    asked = asked.add_columns(is_too_late())
    found = db.session.execute(asked.order_by(Handover.id.desc())).all()
    rows = [one for one, _ in found]
    duties = {one for row in rows for one in (row.duty_id, row.accepted_duty_id) if one is not None}
    functions = function_names(duties) if duties else {}
    return [_row(one, is_late, functions) for one, is_late in found]


def received_with_new_id(pupil: Pupil) -> list[HandoverRow]:
    """What has been accepted of the time when the pupil had another elev-id, and may be opened: its results
    stand there, and not among the pupil's own. Two queries."""
    if pupil.is_protected:
        return []  # there stands the name
    about = (Handover.accepted_pupil_id == pupil.id, Handover.pupil_id != pupil.id)
    return handover_rows(handovers_open_to().where(*about, Handover.accepted_on.is_not(None)))


def _row(one: Handover, is_late: bool, functions: Mapping[int, str]) -> HandoverRow:
    return HandoverRow(
        id=one.id,
        pupil=one.pupil.name,
        kind=one.kind,
        title=one.kind.label,
        from_=f"{one.from_class.name}, {one.from_school.name}",
        to=_to(one),
        made_on=one.made_on,
        made_by=functions.get(one.duty_id or 0, COMMAND),
        informed=f"informerade {one.guardian_informed_on}" if one.guardian_informed_on else "inte antecknat",
        line=one.line,
        parts=tuple(Part(part).label for part in one.parts),
        state=TOO_LATE if is_late else _state(one),
        is_taken_back=one.taken_back_at is not None,
        is_too_late=is_late,
        accepted_on=one.accepted_on,
        accepted_by=functions.get(one.accepted_duty_id or 0, COMMAND),
    )


def _to(one: Handover) -> str:
    if one.kind is HandoverKind.NEXT_TEACHER:
        return f"nästa lärare, {one.from_school.name}"
    return one.to_school.name if one.to_school else (one.elsewhere or "")


def _state(one: Handover) -> str:
    if one.taken_back_at is not None:
        return "Tillbakatagen"
    if one.accepted_on is not None:
        return f"Mottagen {one.accepted_on}"
    return "Väntar på att tas emot" if one.to_school_id else "Lämnad på papper eller som fil"


def handover_json(one: Handover) -> dict[str, Any]:
    """The file: stable ids of pupil, schools and the handover itself, and the frozen content."""
    return {
        "format": FORMAT,
        "version": 1,
        "id": one.external_id,
        "kind": one.kind.value,
        "made_on": one.made_on.isoformat(),
        "guardian_informed_on": one.guardian_informed_on.isoformat() if one.guardian_informed_on else None,
        "pupil": {
            "id": one.pupil.external_id,
            "code": one.pupil.code,
            "given_name": one.pupil.first_name,
            "family_name": one.pupil.family_name,
        },
        "from": {**_school(one.from_school), "class": one.from_class.name, "year": one.content.get("year")},
        "to": _school(one.to_school) if one.to_school else {"name": one.elsewhere},
        "line": one.line,
        **{part: one.content[part] for part in one.parts if part in one.content},
    }


def _school(school: School) -> dict[str, Any]:
    return {"id": school.external_id, "code": school.code, "name": school.name}


@dataclass(frozen=True)
class LeaverRow:
    """A pupil who should be handed over, or is on the list of May."""

    pupil_id: int
    name: str
    class_id: int
    class_name: str
    year: str
    to: str
    signals: int | None  # none: at another school, or the pupil has left
    support: int | None
    handover_id: int | None
    made_on: date | None
    followed_up_on: date | None

    @property
    def needs(self) -> bool:
        """Somebody is in the middle of something, or at a school that sees nothing yet: it matters most."""
        return self.signals is None or bool(self.signals or self.support)


@dataclass(frozen=True)
class Place:
    """An enrolment with its class and school."""

    pupil: Pupil
    enrolment: Enrolment
    school_class: SchoolClass


def places_of(enrolments: sa.Select[Any]) -> list[Place]:
    """Enrolments of pupils without protected identity, with what belongs to them. One query."""
    rows = db.session.execute(
        enrolments.with_only_columns(Enrolment, Pupil, SchoolClass)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .options(joinedload(SchoolClass.school))
        .where(~Pupil.is_protected, Pupil.id.not_in(NARROWED))
    )
    return [Place(pupil, enrolment, school_class) for enrolment, pupil, school_class in rows]


def next_places(pupil_ids: Collection[int]) -> dict[int, list[Place]]:
    """Everywhere the pupils go and have gone, the earliest first. One query."""
    asked = sa.select(Enrolment).where(Enrolment.pupil_id.in_(pupil_ids)).order_by(Enrolment.starts_on)
    found: dict[int, list[Place]] = {}
    for place in places_of(asked):
        found.setdefault(place.pupil.id, []).append(place)
    return found


def next_class(places: Sequence[Place], after: Place) -> SchoolClass | None:
    """Of one pupil's places, the earliest first: the class that came after that place."""
    later = (one.school_class for one in places if one.enrolment.starts_on > after.enrolment.starts_on)
    return next(later, None)


def is_elsewhere(places: Sequence[Place], school_class: SchoolClass) -> bool:
    """Whether the last of the places is at another school than that of the class."""
    return places[-1].school_class.school_id != school_class.school_id


def in_order(rows: Sequence[LeaverRow]) -> list[LeaverRow]:
    """Class by class, those in the middle of something first, then by name."""
    return sorted(rows, key=lambda row: (swedish_key(row.class_name), not row.needs, swedish_key(row.name)))


def year_of(place: Place) -> str:
    return calendar.year_label(place.enrolment.year, place.school_class.academic_year)
