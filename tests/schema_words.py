"""What a database says of its own tables, so that two of them can be compared word for word."""

import re
from typing import Any

import sqlalchemy as sa

COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0
"""
RULES = """
    SELECT c.relname, r.conname || ' ' || pg_get_constraintdef(r.oid)
    FROM pg_constraint r JOIN pg_class c ON c.oid = r.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND r.contype <> 'n'
"""
INDEXES = "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"
TRIGGERS = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
FUNCTIONS = "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"


def tables_in(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def everything_in(connection: sa.Connection) -> dict[str, Any]:
    """Tables with columns, rules and indexes; triggers and functions. Without alembic's own table."""
    return _sqlite(connection) if connection.dialect.name == "sqlite" else _postgresql(connection)


def _sqlite(connection: sa.Connection) -> dict[str, Any]:
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    found = connection.exec_driver_sql(query)
    kept = [row for row in found if row.tbl_name != "alembic_version"]
    return {
        "tables": {row.name: _parts(row.sql) for row in kept if row.type == "table"},
        "indexes": sorted(_plain(row.sql) for row in kept if row.type == "index"),
        "triggers": sorted(_plain(row.sql) for row in kept if row.type == "trigger"),
    }


def _parts(create_table: str) -> list[str]:
    """The parts of a CREATE TABLE without their order, and what stands after them (STRICT).

    SQLite writes a column that was added later on the line of the one before it.
    """
    start, end = create_table.index("("), create_table.rindex(")")
    lines = re.split(r",\s*\n|, (?=\"?\w+\"? (?:TEXT|INTEGER)\b)", create_table[start + 1 : end])
    return [*sorted(_plain(line) for line in lines), create_table[end + 1 :].strip()]


def _plain(sql: str) -> str:
    return re.sub(r"\s+", " ", sql.replace('"', "")).strip()


def _postgresql(connection: sa.Connection) -> dict[str, Any]:
    tables: dict[str, list[str]] = {}
    for query in (COLUMNS, RULES, INDEXES):
        for table, *words in connection.exec_driver_sql(query):
            if table != "alembic_version":
                tables.setdefault(table, []).append(str(words))
    return {
        "tables": {table: sorted(words) for table, words in sorted(tables.items())},
        "triggers": sorted(connection.exec_driver_sql(TRIGGERS).scalars()),
        "functions": sorted(connection.exec_driver_sql(FUNCTIONS).scalars()),
    }
