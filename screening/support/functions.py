"""The function that leads a support period: a role at a place, whoever holds it today."""

import re
from collections.abc import Iterable
from typing import NamedTuple, Self

from assessments.access.persons import Held
from assessments.refusals import Refused
from assessments.roster.models import Role
from screening.support.models import SupportLead

LEADING = (Role.SPECIAL_TEACHER, Role.TEACHER)  # who give support at a school
CODE = re.compile(r"(special_teacher|teacher)\.([0-9]{1,18})")


class Function(NamedTuple):
    """A special teacher's place is a school, a teacher's a class."""

    role: Role
    place_id: int

    @property
    def code(self) -> str:
        """``special_teacher.3``: what a form sends."""
        return f"{self.role.value}.{self.place_id}"

    @property
    def columns(self) -> dict[str, object]:
        is_class = self.role is Role.TEACHER
        place = {"school_class_id": self.place_id} if is_class else {"school_id": self.place_id}
        return {"role": self.role, "school_id": None, "school_class_id": None, **place}

    @classmethod
    def of_code(cls, code: str) -> Self:
        found = CODE.fullmatch(code)
        if found is None:
            raise Refused("Välj vilken funktion som ansvarar.")
        return cls(Role(found[1]), int(found[2]))

    @classmethod
    def of_lead(cls, lead: SupportLead) -> Self:
        return cls(lead.role, lead.school_class_id or lead.school_id or 0)


def held_by(duties: Iterable[Held]) -> set[Function]:
    """The functions that a person with these duties holds."""
    return {
        Function(duty.role, duty.school_class_id or duty.school_id or 0)
        for duty in duties
        if duty.role in LEADING
    }
