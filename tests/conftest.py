"""A real database, real requests, one school. What a view does not commit is lost, as in real life."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from cast import PASSWORD, TODAY, Ekbacken
from flask import Flask, before_render_template, template_rendered
from flask.testing import FlaskClient

from app import create_app
from assessments.database import db
from assessments.database.commands import prepare

os.environ["LASSPAR_TODAY"] = TODAY.isoformat()


class Visitor(FlaskClient):
    """A browser. What a view did not commit is gone when the page has been sent."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        response = super().open(*args, **kwargs)
        db.session.rollback()
        return response


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app on a SQLite file made by the migrations, with the measures and set that come built in."""
    folder = tmp_path_factory.mktemp("instance")
    os.environ["LASSPAR_INSTANCE_PATH"] = str(folder)
    app = create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'test.sqlite'}"})
    app.test_client_class = Visitor
    with app.app_context():
        prepare()
        built_in = _tables_with_rows()
    app.config["BUILT_IN"] = built_in
    yield app
    with app.app_context():
        db.engine.dispose()


def _tables_with_rows() -> dict[str, list[dict[str, Any]]]:
    rows = {table.name: db.session.execute(sa.select(table)).mappings().all() for table in db.metadata.sorted_tables}
    return {name: [dict(row) for row in found] for name, found in rows.items() if found}


@pytest.fixture
def database(app: Flask) -> Iterator[None]:
    """An app context, and afterwards the database as ``lasspar init`` left it."""
    with app.app_context():
        yield
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for table in reversed(db.metadata.sorted_tables):
                if table.name not in app.config["BUILT_IN"]:
                    connection.execute(table.delete())


@pytest.fixture
def ekbacken(database: None) -> Ekbacken:
    return Ekbacken()


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Any], FlaskClient]:
    """A browser where this account has signed in through the form."""

    def sign_in(account: Any) -> FlaskClient:
        client = app.test_client()
        page = client.get("/sign-in").text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        answer = client.post(
            "/sign-in", data={"username": account.username, "password": PASSWORD, "csrf_token": token}
        )
        assert answer.status_code == 302, answer.text
        return client

    return sign_in


@pytest.fixture(autouse=True)
def templates_do_not_query(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a page prints is fetched before: a template that asks the database fails the test."""
    if "app" not in request.fixturenames:
        yield
        return
    app = request.getfixturevalue("app")
    rendering: list[int] = []
    asked: list[str] = []

    def started(*_args: Any, **_more: Any) -> None:
        rendering.append(1)

    def ended(*_args: Any, **_more: Any) -> None:
        rendering.clear()

    def seen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if rendering:
            asked.append(statement)

    with app.app_context():
        engine = db.engine
    before_render_template.connect(started, app)
    template_rendered.connect(ended, app)
    sa.event.listen(engine, "before_cursor_execute", seen)
    yield
    sa.event.remove(engine, "before_cursor_execute", seen)
    assert asked == [], f"a template asked the database: {asked[0]}"
