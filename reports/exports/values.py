"""A value in the tables for people, in the files that Lässpår reads back, and back again."""

import enum
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from assessments.clock import SWEDEN
from assessments.database.types import Day, JsonText, Moment, Thousandths, Word
from assessments.spreadsheets import Cell

YES, NO = "ja", "nej"


def for_people(value: Any) -> Cell:
    """Words instead of codes, days and moments by Swedish clocks; lists and the like as JSON in the cell."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, enum.Enum):
        return str(getattr(value, "label", value.value))
    if isinstance(value, datetime):
        return value.astimezone(SWEDEN).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    is_a_cell = value is None or isinstance(value, Decimal | int | str)
    return value if is_a_cell else json.dumps(value, ensure_ascii=False)


def for_reading(value: Any) -> Any:
    """As JSON has it, so that ``from_file`` gives the same value again. Decimals have at most three places,
    so that a number of JSON holds them exactly."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def from_file(column: sa.Column[Any], value: Any) -> Any:
    """The value as the column has it. Raises ``ValueError`` or ``TypeError`` for what never stood there."""
    kind = column.type
    if value is None or isinstance(kind, JsonText):
        return value
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    if isinstance(kind, Day):
        return date.fromisoformat(value)
    if isinstance(kind, Thousandths):
        return Decimal(str(value))
    if isinstance(kind, Word):
        return kind.kind(value)
    return value
