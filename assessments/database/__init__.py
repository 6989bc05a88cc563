"""The one database object, and what every table has in common."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from assessments.clock import now
from assessments.database import connections, triggers
from assessments.database.types import TYPES


class Base(DeclarativeBase):
    """Names for every constraint, our own column types, and STRICT tables on SQLite."""

    # Flask-SQLAlchemy 3.1 cannot build its base on ``type_annotation_map``: it is given a ready registry.
    registry = registry(
        metadata=sa.MetaData(
            naming_convention={
                "ix": "ix_%(column_0_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map=TYPES,
    )

    @classmethod
    def __table_cls__(cls, *args: Any, **options: Any) -> sa.Table:
        return sa.Table(*args, sqlite_strict=True, **options)


class Recorded:
    """Mixin for rows that say when they were made."""

    created_at: Mapped[datetime] = mapped_column(default=now)


db = SQLAlchemy(model_class=Base)
connections.listen()
triggers.listen(Base.metadata)


def let_go(app: Flask) -> None:
    """Close every connection, before the process ends: the last to leave an SQLite takes what waits beside it
    into the file."""
    with app.app_context():
        db.engine.dispose()


if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

__all__ = ["Base", "Model", "Recorded", "db", "let_go"]
