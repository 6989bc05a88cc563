"""The versions of the tables: they build what the models say, on both databases, and survive a power cut."""

import contextlib
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from cast import Ekbacken
from flask import Flask
from schema_words import everything_in, tables_in

from app import create_app
from assessments.database import db, schema
from assessments.database.commands import prepare
from assessments.models import Score

pytestmark = pytest.mark.both_databases
NAMES = (f"test_{number}" for number in itertools.count())
NewDatabase = Callable[[], str]

KILLED = """
import os, signal, sys
import sqlalchemy as sa
from app import create_app
from assessments.database.commands import prepare

def kill(_connection, _cursor, statement, *_rest):
    if sys.argv[1] in statement:
        os.kill(os.getpid(), signal.SIGKILL)

sa.event.listen(sa.Engine, "after_cursor_execute", kill)
with create_app().app_context():
    prepare()
"""


@pytest.fixture
def new_database(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    """Gives the address of one more empty database of the kind under test."""

    def make() -> str:
        name = next(NAMES)
        if backend == "sqlite":
            return f"sqlite:///{tmp_path / name}.sqlite"
        server = sa.create_engine(request.getfixturevalue("postgresql_url"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        server.dispose()
        return str(server.url.set(database=name).render_as_string(hide_password=False))

    return make


@contextlib.contextmanager
def app_on(url: str) -> Iterator[Flask]:
    """An app of its own on this database."""
    app = create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": url})
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything the database holds, in the order of the keys."""
    tables = db.metadata.sorted_tables
    queries = {table.name: sa.select(table).order_by(*table.primary_key) for table in tables}
    kept = {name: [tuple(row) for row in db.session.execute(query)] for name, query in queries.items()}
    db.session.rollback()
    return kept


def words() -> dict[str, Any]:
    with db.engine.connect() as connection:
        return everything_in(connection)


def test_migrations_build_the_tables_the_models_describe(new_database: NewDatabase) -> None:
    with app_on(new_database()):
        schema.upgrade()
        migrated = words()
        assert schema.differences() == []
    with app_on(new_database()):
        db.create_all()
        assert words() == migrated
    assert set(migrated["tables"]) == set(db.metadata.tables)


def test_what_the_models_promise_stands_in_the_database(new_database: NewDatabase) -> None:
    with app_on(new_database()):
        schema.upgrade()
        written = str(words())
    tables = db.metadata.tables.values()
    promises = [promise for table in tables for promise in (*table.constraints, *table.indexes)]
    assert len(promises) > 100
    for promise in promises:
        assert str(promise.name) in written, promise.name


def test_the_versions_form_one_line() -> None:
    versions = ScriptDirectory(str(schema.MIGRATIONS))
    assert len(versions.get_heads()) == 1
    assert len(versions.get_bases()) == 1


def test_down_and_up_again_builds_the_same_tables(new_database: NewDatabase) -> None:
    with app_on(new_database()):
        prepare()
        Ekbacken()
        before = words()
        with db.engine.begin() as connection:
            command.downgrade(schema._config(connection), "base")
        assert words()["tables"] == {}
        schema.upgrade()
        assert words() == before


def test_init_again_changes_nothing_in_a_full_database(new_database: NewDatabase) -> None:
    with app_on(new_database()):
        prepare()
        cast = Ekbacken()
        take_a_score(cast)
        before = rows(), words()
        prepare()
        assert (rows(), words()) == before
        assert len(before[0]["pupil"]) == 4
        assert len(before[0]["score"]) == 1


def take_a_score(cast: Ekbacken) -> None:
    code = db.session.scalar(sa.text("SELECT code FROM measure ORDER BY position LIMIT 1"))
    score = Score(pupil=cast.kim, window=cast.autumn, measure=code, year=1, points=1, version=1)
    score.assessed_on = cast.autumn.opens_on
    db.session.add(score)
    db.session.commit()


@pytest.mark.parametrize("moment", ["CREATE TABLE flag", "guard_score", "INTO cut"])
def test_killed_while_upgrading_the_tables_are_old_or_new(
    new_database: NewDatabase, tmp_path: Path, moment: str
) -> None:
    url = new_database()
    surroundings = {**os.environ, "LASSPAR_DATABASE_URL": url, "LASSPAR_INSTANCE_PATH": str(tmp_path)}
    killed = subprocess.run([sys.executable, "-c", KILLED, moment], env=surroundings, check=False)
    assert killed.returncode == -signal.SIGKILL
    with app_on(url):
        assert tables_in(db.engine) in (set(), set(db.metadata.tables))
        prepare()
        after = how_many(), words()
    with app_on(new_database()):
        prepare()
        assert (how_many(), words()) == after


def how_many() -> dict[str, int]:
    return {name: len(found) for name, found in rows().items()}
