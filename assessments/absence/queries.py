"""Absence as pages show it: beside results and signals, in words, with the limit it is compared with."""

from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from assessments.absence.limits import Limits
from assessments.absence.models import AbsenceShare
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.words import decimal

Place = tuple[int, int]  # pupil id, window id


@dataclass(frozen=True)
class Absence:
    """A pupil's share before a window. ``limit`` None: nothing says what is much."""

    percent: Decimal
    limit: Decimal | None

    @property
    def is_worrying(self) -> bool:
        return self.limit is not None and self.percent >= self.limit

    @property
    def share(self) -> str:
        """``22 %``."""
        return f"{plain(self.percent)} %"

    @property
    def sentence(self) -> str:
        """Beside a result of the window that is low or missing; nothing where the absence is not much."""
        return self.before("perioden")

    def before(self, window: str) -> str:
        """The same with the window by its name, beside what is told of another."""
        if not self.is_worrying or self.limit is None:
            return ""
        return f"Hög frånvaro före {window}: {self.share} (gränsen är {plain(self.limit)} %)."


def plain(percent: Decimal) -> str:
    """``22`` or ``22,5``."""
    return decimal(percent.normalize() + 0)


def absence_of(pupils: sa.SelectBase) -> dict[Place, Absence]:
    """All there is about some pupils; ``pupils`` asks for their ids. Two queries."""
    return _absence(pupils, Limits.fetch(), at_least=None)


def worrying_absence(pupils: sa.SelectBase) -> dict[Place, Absence]:
    """Only what is shown as high. Two queries, however many pupils; where there is no limit one."""
    limits = Limits.fetch()
    if limits.least is None:
        return {}
    found = _absence(pupils, limits, at_least=limits.least)
    return {place: one for place, one in found.items() if one.is_worrying}


def _absence(pupils: sa.SelectBase, limits: Limits, at_least: Decimal | None) -> dict[Place, Absence]:
    asked = (
        sa.select(
            AbsenceShare.pupil_id, AbsenceShare.window_id, AbsenceShare.percent, AssessmentWindow.opens_on
        )
        .join(AssessmentWindow, AssessmentWindow.id == AbsenceShare.window_id)
        .where(AbsenceShare.pupil_id.in_(pupils))
    )
    if at_least is not None:
        asked = asked.where(AbsenceShare.percent >= at_least)
    return {
        (row.pupil_id, row.window_id): Absence(row.percent, limits.on(row.opens_on))
        for row in db.session.execute(asked)
    }
