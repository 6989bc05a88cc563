"""The versions of the tables: they build what the models say, on both databases, and survive a power cut."""

import contextlib
import itertools
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from cast import Ekbacken
from flask import Flask
from schema_words import everything_in, tables_in
from scoring import a_window, record

from app import app_for_commands
from assessments.database import db, schema
from assessments.database.commands import prepare
from assessments.models import Score, Season
from assessments.roster import editing
from assessments.roster.models import School, SchoolClass
from screening.steps.models import Tick

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]
NAMES = (f"test_{number}" for number in itertools.count())
MOMENTS = ["guard_score", "INTO cut", "CREATE TABLE flag"]
NewDatabase = Callable[..., str]

# For each address and moment a process of its own, which has loaded everything already.
KILLED = """
import os, signal, sys
import sqlalchemy as sa
from app import app_for_commands
from assessments.database import schema
from assessments.database.commands import prepare

def killed(url, moment):
    def kill(_connection, _cursor, statement, *_rest):
        if moment in statement:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "after_cursor_execute", kill)
    with app_for_commands({"SQLALCHEMY_DATABASE_URI": url}).app_context():
        prepare()

for url, moment in zip(sys.argv[1::2], sys.argv[2::2]):
    child = os.fork()
    if child == 0:
        killed(url, moment)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.fixture(scope="module")
def new_database(
    backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> NewDatabase:
    """Gives the address of one more database of the kind under test: empty, or a copy nobody else uses."""
    folder = tmp_path_factory.mktemp("versions")

    def file(like: str | None = None) -> str:
        path = folder / f"{next(NAMES)}.sqlite"
        if like:
            shutil.copy(like.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    def database(like: str | None = None) -> str:
        name, server = next(NAMES), sa.make_url(request.getfixturevalue("postgresql_url"))
        engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        template = f" TEMPLATE {sa.make_url(like).database}" if like else ""
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}{template}")
        engine.dispose()
        return server.set(database=name).render_as_string(hide_password=False)

    return file if backend == "sqlite" else database


@dataclass(frozen=True)
class Prepared:
    """A database as ``lasspar init`` leaves it, and what stands in it."""

    url: str
    words: dict[str, Any]
    how_many: dict[str, int]


@pytest.fixture(scope="module")
def prepared(new_database: NewDatabase) -> Prepared:
    url = new_database()
    with app_on(url):
        prepare()
        return Prepared(url, words(), how_many())


@pytest.fixture(scope="module")
def killed(new_database: NewDatabase) -> dict[str, str]:
    """The database that each moment left."""
    left = {moment: new_database() for moment in MOMENTS}
    told = [word for moment, url in left.items() for word in (url, moment)]
    done = subprocess.run([sys.executable, "-c", KILLED, *told], capture_output=True, text=True, check=True)
    assert [int(word) for word in done.stdout.split()] == [-signal.SIGKILL] * len(MOMENTS)
    return left


@contextlib.contextmanager
def app_on(url: str) -> Iterator[Flask]:
    """An app of its own on this database."""
    app = app_for_commands({"TESTING": True, "SQLALCHEMY_DATABASE_URI": url})
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


def test_migrations_build_the_tables_the_models_describe(
    prepared: Prepared, new_database: NewDatabase
) -> None:
    with app_on(prepared.url):
        assert schema.differences() == []
    with app_on(new_database()):
        db.create_all()
        assert words() == prepared.words
    assert set(prepared.words["tables"]) == set(db.metadata.tables)


def test_what_the_models_promise_stands_in_the_database(prepared: Prepared) -> None:
    written = str(prepared.words)
    tables = db.metadata.tables.values()
    promises = [promise for table in tables for promise in (*table.constraints, *table.indexes)]
    assert len(promises) > 100
    for promise in promises:
        assert str(promise.name) in written, promise.name


def test_the_versions_form_one_line() -> None:
    versions = ScriptDirectory(str(schema.MIGRATIONS))
    assert len(versions.get_heads()) == 1
    assert len(versions.get_bases()) == 1


def test_down_and_up_again_builds_the_same_tables(prepared: Prepared, new_database: NewDatabase) -> None:
    with app_on(new_database(like=prepared.url)):
        Ekbacken()
        before = words()
        with db.engine.begin() as connection:
            command.downgrade(schema._config(connection), "base")
        assert words()["tables"] == {}
        schema.upgrade()
        assert words() == before


def test_init_again_changes_nothing_in_a_full_database(prepared: Prepared, new_database: NewDatabase) -> None:
    with app_on(new_database(like=prepared.url)):
        cast = Ekbacken()
        take_a_score(cast)
        prepare()  # the school was put down beneath the doors: its pupils are counted now
        before = rows(), words()
        prepare()
        assert (rows(), words()) == before
        assert len(before[0]["pupil"]) == len(before[0]["counted_pupil"]) == 4
        assert len(before[0]["score"]) == 1


def test_what_was_held_of_the_latest_move_is_held_of_every_move(
    prepared: Prepared, new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kim went from Ekbacken to Granbacken and on to Lindbacken. The seventh version knew the second move
    only, and Granbacken's window was judged by what Ekbacken had seen."""
    with app_on(new_database(like=prepared.url)):
        cast = Ekbacken()
        winter = goes_on_twice(cast, monkeypatch)
        prepare()
        before = rows()
        assert len(before["held_history"]) == 2
        with db.engine.begin() as connection:
            command.downgrade(schema._config(connection), "fa92b5abac48")
            kept = connection.exec_driver_sql("SELECT pupil_id, before_on, to_school_id FROM held_history")
            (row,) = [tuple(map(str, one)) for one in kept]
            persistent = "UPDATE flag SET state = 'persistent' WHERE state = 'new' AND window_id = "
            assert connection.exec_driver_sql(f"{persistent}{winter}").rowcount == 1
        schema.upgrade()
        assert [(str(one[0]), str(one[2]), str(one[1])) for one in rows()["held_history"]] == [row]
        prepare()
        assert without_moments(rows()) == without_moments(before)


def test_a_tick_is_of_the_school_that_took_the_step(prepared: Prepared, new_database: NewDatabase) -> None:
    """The tenth version knew one tick of a year: its school is the duty's, else where the pupil went."""
    with app_on(new_database(like=prepared.url)):
        cast = Ekbacken()
        school, other = cast.class_1a.school, School(name="Granbacken", municipality=cast.municipality)
        db.session.add(other)
        db.session.flush()
        teacher, special = (one.staff_member.duties[0].id for one in (cast.astrid, cast.birgitta))
        first, second = date(2026, 10, 1), date(2026, 10, 2)
        told = [(school, "indication", first, teacher), (school, "assessment", first, special),
                (school, "follow_up", first, None)]  # fmt: skip
        for at, item, day, duty_id in [*told, (other, "indication", second, None)]:
            which = {"school_id": at.id, "duty_id": duty_id, "item": item, "ticked_on": day}
            db.session.add(Tick(pupil_id=cast.kim.id, academic_year="2026/27", **which))
        db.session.commit()
        before, described = rows()["tick"], words()
        with db.engine.begin() as connection:
            command.downgrade(schema._config(connection), "5d1c9a7e42b3")
            kept = connection.exec_driver_sql("SELECT item, ticked_on FROM tick ORDER BY item")
            assert [(item, str(day)) for item, day in kept] == [
                ("assessment", "2026-10-01"), ("follow_up", "2026-10-01"), ("indication", "2026-10-02"),
            ]  # fmt: skip
        schema.upgrade()
        assert words() == described
        of_school = sa.select(Tick.item, Tick.school_id).order_by(Tick.item)
        assert [tuple(row) for row in db.session.execute(of_school)] == [
            ("assessment", school.id), ("follow_up", school.id), ("indication", school.id),
        ]  # fmt: skip
        latest = max(row[0] for row in before)
        db.session.add(Tick(pupil_id=cast.kim.id, school_id=other.id, academic_year="2026/27", item="lunch",
                            ticked_on=first))  # fmt: skip
        db.session.flush()
        assert db.session.scalars(sa.select(Tick.id).where(Tick.item == "lunch")).one() > latest
        assert rows()["tick"][: len(told) - 1] == before[1:3]


def goes_on_twice(cast: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> int:
    """The id of the window that Kim was assessed in at the second school, as low as in the first."""
    cast.autumn.opens_on, cast.autumn.closes_on = date(2026, 8, 20), date(2026, 8, 31)
    winter = a_window("2026/27", Season.WINTER, date(2026, 9, 7), date(2026, 9, 25))
    schools = [School(name=name, municipality=cast.municipality) for name in ("Granbacken", "Lindbacken")]
    classes = [SchoolClass(name="1C", academic_year="2026/27", school=one) for one in schools]
    db.session.add_all(classes)
    db.session.flush()
    low = {"bokstavsljud": 3, "fonologisk_medvetenhet": 4, "ord_per_minut": 1}
    for window, to_class, on in zip((cast.autumn, winter), classes, (4, 29), strict=True):
        monkeypatch.setenv("LASSPAR_TODAY", window.closes_on.isoformat())
        record(window, cast.kim, **low)
        editing.move_pupil(cast.kim, to_class, 1, date(2026, 9, on))
    number = winter.id
    db.session.commit()
    return number


def without_moments(found: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Judging the same again says when."""
    return {
        name: [tuple(one for one in row if not isinstance(one, datetime)) for row in told]
        for name, told in found.items()
    }


def take_a_score(cast: Ekbacken) -> None:
    code = db.session.scalar(sa.text("SELECT code FROM measure ORDER BY position LIMIT 1"))
    score = Score(pupil=cast.kim, window=cast.autumn, measure=code, year=1, points=1, version=1)
    score.assessed_on = cast.autumn.opens_on
    db.session.add(score)
    db.session.commit()


@pytest.mark.long
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_while_upgrading_the_tables_are_old_or_new(
    killed: dict[str, str], prepared: Prepared, moment: str
) -> None:
    with app_on(killed[moment]):
        assert tables_in(db.engine) in (set(), set(db.metadata.tables))
        prepare()
        assert (how_many(), words()) == (prepared.how_many, prepared.words)


def how_many() -> dict[str, int]:
    return {name: len(found) for name, found in rows().items()}
