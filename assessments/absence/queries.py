"""Absence as pages show it: beside results and signals, in words, with the limit it is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from assessments.absence.limits import limits_of
from assessments.absence.models import AbsenceShare
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.words import decimal


@dataclass(frozen=True)
class Absence:
    """A pupil's share before a window. ``limit`` None: nothing says what is much."""

    percent: Decimal
    limit: Decimal | None

    @property
    def is_worrying(self) -> bool:
        return self.limit is not None and self.percent >= self.limit

    @property
    def short(self) -> str:
        """``frånvaro 22 %``."""
        return f"frånvaro {decimal(self.percent.normalize() + 0)} %"

    @property
    def sentence(self) -> str:
        """Beside results that are low or missing; nothing where the absence is not much."""
        if not self.is_worrying or self.limit is None:
            return ""
        limit = decimal(self.limit.normalize() + 0)
        return f"Hög {self.short} (gränsen är {limit} %): räkna med den när du läser resultatet."


Place = tuple[int, int]  # pupil id, window id


def absence_of(pupils: sa.SelectBase, windows: Sequence[AssessmentWindow]) -> dict[Place, Absence]:
    """By pupil and window; ``pupils`` asks for their ids. Two queries."""
    rows = db.session.execute(
        sa.select(AbsenceShare.pupil_id, AbsenceShare.window_id, AbsenceShare.percent).where(
            AbsenceShare.window_id.in_([one.id for one in windows]), AbsenceShare.pupil_id.in_(pupils)
        )
    ).all()
    limits = limits_of(windows) if rows else {}
    return {
        (pupil_id, window_id): Absence(percent, limits.get(window_id))
        for pupil_id, window_id, percent in rows
    }
