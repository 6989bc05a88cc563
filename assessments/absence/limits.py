"""From how much absence is worrying: set by the initiative from a day on, a row and not code."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from assessments.absence.models import AbsenceLimit
from assessments.database import db
from assessments.refusals import Refused

BUILT_IN = Path(__file__).with_name("built_in.toml")
LEAST, MOST = Decimal(1), Decimal(100)


def load_built_in(*_sender: Any) -> None:
    """The proposed limit, where the initiative has none."""
    if db.session.scalar(sa.select(AbsenceLimit.id).limit(1)) is None:
        said = tomllib.loads(BUILT_IN.read_text("utf-8"), parse_float=Decimal)["limit"]
        db.session.add(AbsenceLimit(percent=Decimal(said["percent"]), valid_from=said["valid_from"]))
        db.session.flush()


def set_limit(percent: Decimal, valid_from: date, account_id: int | None) -> AbsenceLimit:
    """The limit for windows that open on the day or later. One row, however often it is said."""
    if not LEAST <= percent <= MOST:
        raise Refused(f"Gränsen är mellan {LEAST} och {MOST} procent.")
    from_then = next((one for one in history() if one.valid_from == valid_from), None)
    if from_then and from_then.percent == percent:
        return from_then
    limit = AbsenceLimit(percent=percent, valid_from=valid_from, account_id=account_id)
    db.session.add(limit)
    db.session.flush()
    return limit


@dataclass(frozen=True)
class Limits:
    """Every limit there has been, by the day it holds from, the earliest first."""

    held: tuple[tuple[date, Decimal], ...]

    @classmethod
    def fetch(cls) -> "Limits":
        """One query."""
        asked = sa.select(AbsenceLimit.valid_from, AbsenceLimit.percent)
        rows = db.session.execute(asked.order_by(AbsenceLimit.valid_from, AbsenceLimit.id))
        return cls(tuple((row.valid_from, row.percent) for row in rows))

    @property
    def least(self) -> Decimal | None:
        return min((percent for _day, percent in self.held), default=None)

    def on(self, opens_on: date) -> Decimal | None:
        """The limit of a window that opens on the day."""
        return next((percent for valid_from, percent in reversed(self.held) if valid_from <= opens_on), None)


def history() -> list[AbsenceLimit]:
    """Every limit there has been, the latest first."""
    asked = sa.select(AbsenceLimit).order_by(AbsenceLimit.valid_from.desc(), AbsenceLimit.id.desc())
    return list(db.session.scalars(asked))
