"""What would be disposed of today, in counts: by kind and table, and how many pupils."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.extracts.register import register
from assessments.retention.due import Due, held
from assessments.retention.kinds import kinds
from assessments.roster.models import Municipality

MARKED = "disposed_pupil"  # written by disposal itself: it says nothing about the pupil


@dataclass(frozen=True)
class Line:
    """A kind that something goes of, as the protocol keeps it. ``rows``: by the table's Swedish name."""

    code: str
    name: str
    years: int
    basis: str
    decision: str
    decided_on: str
    until: str
    pupils: int
    rows: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    @property
    def rule(self) -> str:
        """``2 år efter att eleven slutade``."""
        return f"{self.years} år {self.basis}"


@dataclass(frozen=True)
class Plan:
    """Everything that has had its time. ``seen`` is the same for the same plan."""

    lines: tuple[Line, ...]
    pupils: int
    held: int
    undecided: tuple[str, ...]  # names of kinds without a rule: nothing of them goes

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def seen(self) -> str:
        told = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


def planned(municipality: Municipality, parts: Sequence[Due], decided: Sequence[str]) -> Plan:
    """One question for each table. ``decided``: codes of the kinds with a rule."""
    lines = [_line(part) for part in parts]
    return Plan(
        lines=tuple(line for line in lines if line.total),
        pupils=_count(sa.union(*(part.pupils for part in parts))) if parts else 0,
        held=_count(held(municipality.id).distinct()),
        undecided=tuple(kind.name for code, kind in kinds().items() if code not in decided),
    )


def _line(part: Due) -> Line:
    kept = register().kept
    counts = {
        kept[table.name].name: _count(sa.select(sa.literal(1)).select_from(table).where(condition))
        for table, condition in part.going.items()
        if table.name != MARKED
    }
    return Line(
        code=part.kind.code,
        name=part.kind.name,
        years=part.rule.years or 0,
        basis=part.rule.basis.label,
        decision=part.rule.decision,
        decided_on=part.rule.decided_on.isoformat(),
        until=part.until.isoformat(),
        pupils=_count(part.pupils),
        rows={name: count for name, count in counts.items() if count},
    )


def _count(asked: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(asked.subquery())) or 0
