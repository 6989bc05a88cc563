"""Who should be handed over: those who have gone on without it, and each May the list of 3 kap. 4 b §."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments.access.permissions import Permission, classes_open_to
from assessments.calendar import academic_year_on, first_day, last_day
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.roster.models import Duty, Enrolment, Pupil, Role, SchoolClass
from screening import inbox
from screening.handovers.models import Handover, HandoverKind
from screening.handovers.queries import (
    LeaverRow,
    Place,
    in_order,
    is_elsewhere,
    next_class,
    next_places,
    places_of,
    year_of,
)
from screening.handovers.reach import is_too_late, went_here
from screening.handovers.seeing import is_open_on, is_own, was_known
from screening.models import SupportPeriod
from screening.steps.models import Tick

FOLLOWED_UP = "follow_up"  # the item of the rule set's checklist
LAST_OF_STAGE = (0, 3)  # förskoleklass and the last year of lågstadiet; the same in the ten-year school
SPRING = (5, 6)  # the months of the list


@dataclass(frozen=True)
class Leavers:
    """``gone``: without a handover. ``spring``: who goes in a last year now, and who goes on in the middle
    of something. ``is_spring``: the list stands open."""

    gone: list[LeaverRow]
    spring: list[LeaverRow]
    is_spring: bool


def leavers() -> Leavers:
    """Everybody whom the person may hand over. A fixed number of queries."""
    here = places_of(went_here(Permission.HAND_OVER))
    now = [one for one in here if _goes_on(one.enrolment)]
    gone = [one for one in here if not _goes_on(one.enrolment)]
    known = _Known.of({one.pupil.id for one in here})
    left = [one for one in gone if known.has_gone_on(one) and not known.made(one)]
    spring = [known.row(one) for one in now]
    last = [
        row for row, one in zip(spring, now, strict=True) if one.enrolment.year in LAST_OF_STAGE or row.needs
    ]
    return Leavers(in_order([known.row(one) for one in left]), in_order(last), today().month in SPRING)


@dataclass(frozen=True)
class ClassLink:
    """A class that can be handed over as one."""

    id: int
    name: str
    about: str


def class_links(also: Collection[int]) -> list[ClassLink]:
    """This academic year's classes of the person, and those among ``also``. One query."""
    of_interest = sa.or_(SchoolClass.academic_year == academic_year_on(today()), SchoolClass.id.in_(also))
    asked = classes_open_to(Permission.HAND_OVER).where(of_interest).options(joinedload(SchoolClass.school))
    rows = sorted(
        db.session.scalars(asked), key=lambda one: (swedish_key(one.school.name), swedish_key(one.name))
    )
    several = len({one.school_id for one in rows}) > 1
    return [
        ClassLink(
            one.id, one.name, f"{one.school.name} {one.academic_year}" if several else one.academic_year
        )
        for one in rows
    ]


def _goes_on(enrolment: Enrolment) -> bool:
    return enrolment.ends_on is None or enrolment.ends_on >= today()


@dataclass(frozen=True)
class _Known:
    """What the rows say besides the enrolments."""

    places: Mapping[int, list[Place]]
    signals: Mapping[int, int]
    support: Mapping[int, int]
    ticks: Mapping[int, date]
    handovers: Mapping[tuple[int, int], Handover]  # pupil id, class id
    teachers: Callable[[int], set[int]]

    @classmethod
    def of(cls, pupil_ids: Collection[int]) -> "_Known":
        places = next_places(pupil_ids)
        class_ids = {one.school_class.id for found in places.values() for one in found}
        taught = _teachers(class_ids)
        return cls(
            places,
            _counted(inbox.standing(sa.select(Pupil.id).where(Pupil.id.in_(pupil_ids)))),
            _counted(_support(pupil_ids)),
            _ticks(pupil_ids),
            _handovers(pupil_ids),
            lambda class_id: taught.get(class_id, set()),
        )

    def made(self, place: Place) -> Handover | None:
        """The handover from there; one to the next teacher is none for who has changed school."""
        made, following = self.handovers.get((place.pupil.id, place.school_class.id)), self.following(place)
        goes_elsewhere = following and following.school_id != place.school_class.school_id
        return None if made and goes_elsewhere and made.kind is HandoverKind.NEXT_TEACHER else made

    def following(self, place: Place) -> SchoolClass | None:
        """Where the pupil went next."""
        return next_class(self.places[place.pupil.id], place)

    def has_gone_on(self, place: Place) -> bool:
        """To another school, or to a class that none of the former teachers has. Nowhere here: whoever left
        before the year was over; who has gone all of lågstadiet stands in the list of May."""
        following = self.following(place)
        if following is None:
            ended = place.enrolment.ends_on
            return ended is not None and ended < last_day(place.school_class.academic_year)
        if following.school_id != place.school_class.school_id:
            return True
        before, after = (self.teachers(one.id) for one in (place.school_class, following))
        return not before & after

    def row(self, place: Place) -> LeaverRow:
        made, pupil_id = self.made(place), place.pupil.id
        places = self.places[pupil_id]
        latest = places[-1].school_class
        has_left = latest is place.school_class and not _goes_on(place.enrolment)
        begun = [one for one in places if one.enrolment.starts_on <= today()]
        # What is open at another school is that school's to know, from the day the pupil goes there.
        is_hidden = has_left or is_elsewhere(begun, place.school_class)
        return LeaverRow(
            pupil_id=pupil_id,
            name=place.pupil.name,
            class_id=place.school_class.id,
            class_name=f"{place.school_class.name}, {place.school_class.academic_year}",
            year=year_of(place),
            to="har slutat" if has_left else f"{latest.name}, {latest.school.name}",
            signals=None if is_hidden else self.signals.get(pupil_id, 0),
            support=None if is_hidden else self.support.get(pupil_id, 0),
            handover_id=made.id if made else None,
            made_on=made.made_on if made else None,
            followed_up_on=self.ticks.get(pupil_id),
        )


def _teachers(class_ids: Collection[int]) -> dict[int, set[int]]:
    rows = db.session.execute(
        sa.select(Duty.school_class_id, Duty.staff_member_id).where(
            Duty.role == Role.TEACHER, Duty.school_class_id.in_(class_ids)
        )
    )
    found: dict[int, set[int]] = {}
    for class_id, member_id in rows:
        found.setdefault(class_id or 0, set()).add(member_id)
    return found


def _counted(rows: sa.Select) -> dict[int, int]:  # type: ignore[type-arg]  # of whatever has a pupil
    asked = rows.subquery()
    counted = sa.select(asked.c.pupil_id, sa.func.count().label("many")).group_by(asked.c.pupil_id)
    return {row.pupil_id: row.many for row in db.session.execute(counted)}


def _support(pupil_ids: Collection[int]) -> sa.Select[SupportPeriod]:
    """Of this academic year."""
    begun = first_day(academic_year_on(today()))
    return sa.select(SupportPeriod).where(
        SupportPeriod.pupil_id.in_(pupil_ids),
        SupportPeriod.goal_on >= begun,
        is_open_on(SupportPeriod.pupil_id, SupportPeriod.starts_on),
    )


def _ticks(pupil_ids: Collection[int]) -> dict[int, date]:
    own = is_own(Tick.school_id).label("own")  # that school's last: it is what counts
    asked = sa.select(Tick.pupil_id, Tick.ticked_on, own).where(
        Tick.pupil_id.in_(pupil_ids),
        Tick.item == FOLLOWED_UP,
        Tick.academic_year == academic_year_on(today()),
        was_known(Tick.pupil_id, Tick.ticked_on),
    )
    asked = asked.order_by(own, Tick.ticked_on, Tick.id)
    return {row.pupil_id: row.ticked_on for row in db.session.execute(asked)}


def _handovers(pupil_ids: Collection[int]) -> dict[tuple[int, int], Handover]:
    asked = sa.select(Handover).where(
        Handover.pupil_id.in_(pupil_ids), Handover.taken_back_at.is_(None), ~is_too_late()
    )
    return {(one.pupil_id, one.from_class_id): one for one in db.session.scalars(asked.order_by(Handover.id))}
