"""The functions whose inbox it is, and who has held, holds and will hold each: work stays when people go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from assessments.access.permissions import Permission, duties_giving
from assessments.access.persons import Held, HeldDuty
from assessments.clock import today
from assessments.database import db
from assessments.roster.models import Duty, StaffMember
from assessments.words import function_of

LATELY = timedelta(days=60)  # who held it until then is still named


@dataclass(frozen=True)
class Holder:
    """Who holds the function from when to when; ``ends_on`` None: until further notice."""

    name: str
    starts_on: date
    ends_on: date | None

    @property
    def is_former(self) -> bool:
        return self.ends_on is not None and self.ends_on < today()

    @property
    def is_to_come(self) -> bool:
        return self.starts_on > today()


@dataclass(frozen=True)
class FunctionHeld:
    words: str
    holders: tuple[Holder, ...]  # in order of their days


def functions_held() -> tuple[FunctionHeld, ...]:
    """The functions of the signed-in person that see signals. One query."""
    mine = {_place(duty): _words(duty) for duty in duties_giving(Permission.SEE_SIGNALS)}
    found: dict[Any, list[Holder]] = {place: [] for place in mine}
    for duty, name in db.session.execute(_holding(list(mine))):
        found[_place(duty)].append(Holder(name, duty.starts_on, duty.ends_on))
    return tuple(FunctionHeld(mine[place], tuple(holders)) for place, holders in found.items())


def same_function(places: Sequence[tuple[Any, ...]]) -> sa.ColumnElement[bool]:
    """The condition on Duty: it holds one of these functions, by whomever."""
    return sa.or_(
        sa.false(),
        *(
            sa.and_(
                Duty.role == role,
                Duty.school_class_id.is_not_distinct_from(class_id),
                Duty.school_id.is_not_distinct_from(school_id),
                Duty.municipality_id.is_not_distinct_from(municipality_id),
                Duty.first_year.is_not_distinct_from(first_year),
                Duty.last_year.is_not_distinct_from(last_year),
            )
            for role, class_id, school_id, municipality_id, first_year, last_year in places
        ),
    )


def my_functions(permission: Permission) -> list[tuple[Any, ...]]:
    """The functions behind the signed-in person's duties that give the permission."""
    return list(dict.fromkeys(_place(duty) for duty in duties_giving(permission)))


def _place(duty: Any) -> tuple[Any, ...]:
    place = duty.role, duty.school_class_id, duty.school_id, duty.municipality_id
    return *place, duty.first_year, duty.last_year


def _words(duty: Held) -> str:
    return duty.function if isinstance(duty, HeldDuty) else function_of(duty)


def _holding(places: Sequence[tuple[Any, ...]]) -> sa.Select[Duty, str]:
    return (
        sa.select(Duty, StaffMember.name)
        .join(StaffMember, StaffMember.id == Duty.staff_member_id)
        .where(same_function(places), sa.or_(Duty.ends_on.is_(None), Duty.ends_on >= today() - LATELY))
        .order_by(Duty.starts_on, Duty.id)
    )
