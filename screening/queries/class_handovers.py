"""A whole class handed over to next year's teacher: who goes or went there, and what would be told.

One choice of parts for all of them; whoever goes to another school, or has a line of their own, is handed
over alone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from assessments.roster.narrowing import NARROWED
from screening.facts.queries import Told, Within, facts_of_several
from screening.handovers.holding import closed_at
from screening.handovers.knowing import ALL_KNOWN
from screening.handovers.models import Handover, HandoverKind
from screening.handovers.queries import Place, is_elsewhere, next_class, next_places, year_of
from screening.handovers.reach import LONGEST_AFTER


@dataclass(frozen=True)
class ClassMember:
    """Somebody of the class. ``to``: the class the pupil goes in next, where that is known."""

    place: Place
    to: str
    is_elsewhere: bool  # at another school: handed over there, alone
    made_on: date | None  # a handover from this class
    facts: Told  # what would be told now; elsewhere only the class

    @property
    def is_proposed(self) -> bool:
        return not self.is_elsewhere and self.made_on is None


def members(school_class: SchoolClass, parts: Collection[str]) -> list[ClassMember]:
    """Everybody who goes in the class to its end, in the order of the class list, with what would be told. A
    fixed number of queries; never a pupil with protected identity."""
    places = _places(school_class)
    ids = [one.pupil.id for one in places]
    going, made = next_places(ids), _made(school_class, ids)
    gone = {one for one in ids if is_elsewhere(going[one], school_class)}
    told = contents([one for one in places if one.pupil.id not in gone], parts)
    found = []
    for one in places:
        to = next_class(going[one.pupil.id], one)
        found.append(
            ClassMember(
                one,
                f"{to.name}, {to.school.name}" if to else "",
                one.pupil.id in gone,
                made.get(one.pupil.id),
                told.get(one.pupil.id, _class_of(one)),
            )
        )
    return found


def contents(places: Sequence[Place], parts: Collection[str]) -> Mapping[int, Told]:
    """What each handover would hold, by pupil id: up to the last day in the class, and of the time before the
    pupil came only what may be seen here."""
    closed = closed_at([one.pupil.id for one in places], places[0].school_class.school_id) if places else {}
    alike: dict[Within, list[Place]] = {}
    for one in places:
        within = Within(closed.get(one.pupil.id, ALL_KNOWN), until=one.enrolment.ends_on)
        alike.setdefault(within, []).append(one)
    found: dict[int, Told] = {}
    for within, some in alike.items():  # a few: who came from elsewhere, and who left on another day
        for pupil_id, facts in facts_of_several([one.pupil for one in some], parts, within).items():
            found[pupil_id] = facts
    return {one.pupil.id: {**_class_of(one), **found[one.pupil.id]} for one in places}


def _class_of(place: Place) -> Told:
    return {"class": place.school_class.name, "year": year_of(place)}


def made_from(school_class: SchoolClass) -> sa.Select[Any]:
    """The handovers to the next teacher that hold, the latest of each pupil of the class."""
    latest = (
        sa.select(sa.func.max(Handover.id))
        .join(Pupil, Pupil.id == Handover.pupil_id)
        .where(
            Handover.from_class_id == school_class.id,
            Handover.kind == HandoverKind.NEXT_TEACHER,
            Handover.taken_back_at.is_(None),
            ~Pupil.is_protected,
            Pupil.id.not_in(NARROWED),
        )
        .group_by(Handover.pupil_id)
    )
    return sa.select(Handover).where(Handover.id.in_(latest))


def alphabetical(pupil: Pupil) -> Any:
    """The order of the class list."""
    return swedish_key(f"{pupil.family_name} {pupil.first_name}")


def _places(school_class: SchoolClass) -> list[Place]:
    """Who goes there now; of a class that has ended lately, who went there on its last day."""
    rows = db.session.execute(
        sa.select(Enrolment, Pupil)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .where(
            Enrolment.school_class_id == school_class.id,
            Enrolment.starts_on <= today(),
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today() - LONGEST_AFTER),
            ~Pupil.is_protected,
            Pupil.id.not_in(NARROWED),
        )
        .options(joinedload(Enrolment.school_class).joinedload(SchoolClass.school))
    ).all()
    ends = [enrolment.ends_on or date.max for enrolment, _ in rows]
    last = min(today(), max(ends, default=date.max))
    here = [
        Place(pupil, enrolment, school_class)
        for enrolment, pupil in rows
        if (enrolment.ends_on or date.max) >= last
    ]
    return sorted(here, key=lambda one: (alphabetical(one.pupil), one.pupil.id))


def _made(school_class: SchoolClass, pupil_ids: Collection[int]) -> dict[int, date]:
    rows = db.session.scalars(
        sa.select(Handover).where(
            Handover.from_class_id == school_class.id,
            Handover.pupil_id.in_(pupil_ids),
            Handover.taken_back_at.is_(None),
        )
    )
    return {one.pupil_id: one.made_on for one in rows}
