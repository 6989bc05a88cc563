"""What the administrator's page and the command say of rules, holds and protocols."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.retention.kinds import STAFF, TRAIL, Kind, kinds
from assessments.retention.models import Basis, Disposal, RetentionHold, RetentionRule
from assessments.retention.planning import Line
from assessments.retention.rules import rules_of
from assessments.roster.models import Municipality, Narrowing, Pupil
from assessments.words import capitalize_first, counted, listed

UNDECIDED = "Ingen regel är beslutad: inget gallras"
COMMAND = "kommandoraden"
WAITING = (
    "Medan någon elev är undantagen eller begränsad står loggen och personalens namn kvar: någon kan fråga."
)


@dataclass(frozen=True)
class RuleRow:
    """A kind, what is decided of it, and what is proposed, in words."""

    kind: Kind
    rule: RetentionRule | None

    @property
    def stands(self) -> str:
        if self.rule is None:
            return UNDECIDED
        return rule_words(self.kind, self.rule.years, self.rule.basis)

    @property
    def decided(self) -> str:
        return f"{self.rule.decision}, {self.rule.decided_on}" if self.rule else ""

    @property
    def proposal(self) -> str:
        return rule_words(self.kind, self.kind.years, self.kind.basis)


@dataclass(frozen=True)
class PupilRow:
    """A pupil who is held, or narrowed."""

    pupil: str  # elev-id
    reason: str
    since: date  # of a hold the moment


@dataclass(frozen=True)
class DisposalRow:
    """A protocol in a line of the list."""

    id: int
    done_at: datetime
    pupils: int
    rows: int
    kinds: str


def rule_words(kind: Kind, years: int | None, basis: Basis) -> str:
    """``Gallras 2 år efter att eleven slutade``; ``Bevaras``."""
    return "Bevaras" if years is None else f"Gallras {years} år {kind.counted(basis)}"


def rule_rows(municipality: Municipality) -> list[RuleRow]:
    """Every kind, in the order of disposal. One query."""
    rules = rules_of(municipality.id)
    return [RuleRow(kind, rules.get(code)) for code, kind in kinds().items()]


def hold_rows(municipality: Municipality) -> tuple[list[PupilRow], int]:
    """The pupils under a hold by elev-id, and how many more there are with protected identity."""
    return _pupil_rows(municipality, RetentionHold, RetentionHold.released_at, RetentionHold.created_at)


def narrowing_rows(municipality: Municipality) -> tuple[list[PupilRow], int]:
    """The pupils whose record may not be used by elev-id, and how many more with protected identity."""
    return _pupil_rows(municipality, Narrowing, Narrowing.lifted_at, Narrowing.since_on)


def _pupil_rows(
    municipality: Municipality, of: type[RetentionHold | Narrowing], ended_at: Any, since: Any
) -> tuple[list[PupilRow], int]:
    asked = (
        sa.select(Pupil.code, of.reason, since, Pupil.is_protected)
        .join(Pupil, Pupil.id == of.pupil_id)
        .where(Pupil.municipality_id == municipality.id, ended_at.is_(None))
        .order_by(of.id)
    )
    rows = db.session.execute(asked).all()
    shown = [PupilRow(code, reason, day) for code, reason, day, hidden in rows if not hidden]
    return shown, len(rows) - len(shown)


def disposal_rows(municipality: Municipality, among: sa.Select[Disposal]) -> list[DisposalRow]:
    """The latest first."""
    asked = among.where(Disposal.municipality_id == municipality.id).order_by(Disposal.id.desc())
    return [
        DisposalRow(
            one.id,
            one.created_at,
            one.pupils,
            sum(line.total for line in lines_of(one)),
            ", ".join(line.name for line in lines_of(one)),
        )
        for one in db.session.scalars(asked)
    ]


def lines_of(disposal: Disposal) -> Sequence[Line]:
    """What went, kind by kind, as it was counted then."""
    return [Line(**line) for line in disposal.kinds]


def what_of(lines: Sequence[Line], pupils: int) -> str:
    """``340 rader om 12 elever, 3 anställda och 5200 rader i loggen``"""
    rows = sum(line.total for line in lines if line.code not in (STAFF, TRAIL))
    of_trail = sum(line.total for line in lines if line.code == TRAIL)
    staff = sum(line.staff for line in lines)
    told = [f"{counted(rows, 'rad', 'rader')} om {counted(pupils, 'elev', 'elever')}"] if rows else []
    told += [f"uppgifter om {counted(staff, 'anställd', 'anställda')}"] if staff else []
    return listed([*told, *([f"{counted(of_trail, 'rad', 'rader')} i loggen"] if of_trail else [])])


def summary(lines: Sequence[Line], pupils: int, held: int) -> str:
    """``340 rader om 12 elever har passerat sin frist. 1 elev är undantagen.``"""
    if not lines:
        told = "Inget har passerat en beslutad frist."
    else:
        told = f"{capitalize_first(what_of(lines, pupils))} har passerat sin frist."
    return told + (f" {counted(held, 'elev är undantagen', 'elever är undantagna')}." if held else "")


def trail_gone_until(municipality_id: int) -> str:
    """The last day whose rows of the trail have been disposed of, as protocols have it; empty: none have."""
    asked = sa.select(Disposal).filter_by(municipality_id=municipality_id)
    gone = [line.until for one in db.session.scalars(asked) for line in lines_of(one) if line.code == TRAIL]
    return max(gone, default="")
