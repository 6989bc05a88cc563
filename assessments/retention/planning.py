"""What would be disposed of today, in counts: by kind and table, and how many pupils."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.extracts.register import register
from assessments.retention.due import Due, held
from assessments.retention.kinds import kinds
from assessments.retention.models import Disposal, RetentionRule
from assessments.roster.models import Municipality
from assessments.words import counted

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
    staff: int = 0  # protocols from before there were rules for them say nothing

    @classmethod
    def of(cls, rule: RetentionRule, until: date, rows: Mapping[str, int], **about: int) -> "Line":
        kind = kinds()[rule.kind]
        return cls(
            code=kind.code, name=kind.name, years=rule.years or 0, basis=kind.counted(rule.basis),
            decision=rule.decision, decided_on=rule.decided_on.isoformat(), until=until.isoformat(),
            rows={name: count for name, count in rows.items() if count}, **({"pupils": 0} | about),
        )  # fmt: skip

    @property
    def about(self) -> str:
        """``12 elever``; nothing where it is of no persons."""
        if self.staff:
            return counted(self.staff, "anställd", "anställda")
        return counted(self.pupils, "elev", "elever") if self.pupils else ""

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    @property
    def rule(self) -> str:
        """``2 år efter att eleven slutade``."""
        return f"{self.years} år {self.basis}"


@dataclass(frozen=True)
class Other:
    """What has had its time and is of no pupil: ``take_away`` is given the protocol."""

    line: Line
    take_away: Callable[[Disposal], None]


@dataclass(frozen=True)
class Plan:
    """Everything that has had its time. ``seen`` is the same for the same plan. ``waiting``: names of kinds
    of which something would go, if nobody were held."""

    lines: tuple[Line, ...]
    pupils: int
    held: int
    waiting: tuple[str, ...]
    undecided: tuple[str, ...]  # names of kinds without a rule: nothing of them goes

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def seen(self) -> str:
        told = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


def planned(
    municipality: Municipality, parts: Sequence[Due], others: Sequence[Other], decided: Sequence[str]
) -> Plan:
    """One question for each table. ``decided``: codes of the kinds with a rule.

    While somebody is held, staff and trail wait: who has seen what may be what is asked about. If one
    school's trail alone waited it would tell where a pupil with protected identity goes.
    """
    lines, holds = [_line(part) for part in parts], number_held(municipality)
    rest = [other.line for other in others if other.line.total]
    return Plan(
        lines=tuple(line for line in (*lines, *(() if holds else rest)) if line.total),
        pupils=_count(sa.union(*(part.pupils for part in parts))) if parts else 0,
        held=holds,
        waiting=tuple(line.name for line in rest) if holds else (),
        undecided=tuple(kind.name for code, kind in kinds().items() if code not in decided),
    )


def _line(part: Due) -> Line:
    kept = register().kept
    counts = {
        kept[table.name].name: _count(sa.select(sa.literal(1)).select_from(table).where(condition))
        for table, condition in part.going.items()
        if table.name != MARKED
    }
    return Line.of(part.rule, part.until, counts, pupils=_count(part.pupils))


def number_held(municipality: Municipality | None) -> int:
    """How many pupils nothing is disposed of; None: anywhere."""
    return _count(held(municipality.id if municipality else None).distinct())


def _count(asked: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(asked.subquery())) or 0
