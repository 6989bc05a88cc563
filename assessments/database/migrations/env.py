"""How alembic reaches our tables: the app's connection, our own column types, both databases."""

from typing import Any, Literal

from alembic import context

from assessments.database import db
from assessments.database.types import Day, JsonText, Moment, Thousandths, Word, YesNo

OWN_TYPES = (Day, JsonText, Moment, Thousandths, YesNo)


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our own column types as themselves; a closed set as text (its CHECK holds the words)."""
    if kind == "type" and isinstance(item, Word):
        return "sa.Text()"
    if kind == "type" and isinstance(item, OWN_TYPES):
        autogen_context.imports.add("from assessments.database import types")
        return f"types.{type(item).__name__}()"
    return False


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=False,  # what SQLite says of a column's type is not what we said; tests compare the DDL
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
