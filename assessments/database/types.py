"""Column types: what STRICT tables of SQLite and what PostgreSQL keep for the same Python value."""

import enum
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

Json = dict[str, Any] | list[Any]


class Moment(sa.TypeDecorator[datetime]):
    """A moment with its time zone, kept as UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.isoformat(timespec="microseconds") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


class Day(sa.TypeDecorator[date]):
    """A calendar date, as ``2026-10-15`` on SQLite, so that it sorts."""

    impl = sa.Date
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.Date())

    def process_bind_param(self, value: date | None, dialect: sa.Dialect) -> Any:
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> date | None:
        return self.told(value)

    @staticmethod
    def told(value: Any) -> date | None:
        """The day of a row that is read without its type."""
        return date.fromisoformat(value) if isinstance(value, str) else value


class Thousandths(sa.TypeDecorator[Decimal]):
    """A decimal with at most three places, kept exactly as a whole number of thousandths."""

    impl = sa.BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(sa.Integer() if dialect.name == "sqlite" else sa.BigInteger())

    def process_bind_param(self, value: Decimal | int | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else in_thousandths(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else from_thousandths(value)


def in_thousandths(value: Decimal | int) -> int:
    """``Decimal("12.5")`` as ``12500``; ``ValueError`` where thousandths do not hold the value."""
    scaled = Decimal(value) * 1000
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more than three decimals")
    return int(scaled)


def from_thousandths(value: int) -> Decimal:
    """``12500`` as ``Decimal("12.5")``, without trailing zeros."""
    whole, rest = divmod(value, 1000)
    return Decimal(whole) if rest == 0 else (Decimal(value) / 1000).normalize()


class YesNo(sa.TypeDecorator[bool]):
    """A claim that holds or not: 0 and 1 on SQLite."""

    impl = sa.Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(sa.Integer() if dialect.name == "sqlite" else sa.Boolean())

    def process_bind_param(self, value: bool | None, dialect: sa.Dialect) -> Any:
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> bool | None:
        return None if value is None else bool(value)


class Word(sa.TypeDecorator[enum.Enum]):
    """A member of a closed set, kept as its value; the table's CHECK (``one_of``) holds the set."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: type[enum.Enum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: enum.Enum | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else str(self.kind(value).value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> enum.Enum | None:
        return None if value is None else self.kind(value)


AS_TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


class JsonText(sa.TypeDecorator[Json]):
    """Plain lists and dictionaries: text with sorted keys on SQLite, JSONB on PostgreSQL.

    What is kept as text already (``kept``) is written as it is.
    """

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else JSONB())

    def process_bind_param(self, value: Json | None, dialect: sa.Dialect) -> Any:
        return self.kept(value, dialect)

    @staticmethod
    def kept(value: Any, dialect: sa.Dialect) -> Any:
        """The value as a row says it that is read without its type: two that are kept alike are equal."""
        if value is None or isinstance(value, str) or dialect.name != "sqlite":
            return value
        return AS_TEXT(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Json | None:
        return cast(Json | None, json.loads(value) if isinstance(value, str) else value)


def one_of(column: str, kind: type[enum.Enum]) -> sa.CheckConstraint:
    """The CHECK that holds a column to the values of an enum (NULL passes)."""
    words = ", ".join(f"'{member.value}'" for member in kind)
    return sa.CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


# Addresses may name any number up to 2^63 - 1: one that is nobody's is compared like any other, on both.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TYPES: dict[Any, Any] = {
    int: WHOLE,
    datetime: Moment(),
    date: Day(),
    Decimal: Thousandths(),
    bool: YesNo(),
    str: sa.Text(),
    dict[str, Any]: JsonText(),
    list[Any]: JsonText(),
    list[str]: JsonText(),
    list[int]: JsonText(),
    list[list[str]]: JsonText(),
    list[dict[str, Any]]: JsonText(),
    dict[str, str]: JsonText(),
    dict[str, int]: JsonText(),
}
