"""Pages of a class, a pupil and a school, in an initiative of 1,000 pupils and in one of 350,000.

Run with ``pytest tests/benchmarks/test_flat_pages.py -s`` (PUPILS=20000 for a smaller large one). The two
take turns in one run; processor time is what is told, on PostgreSQL also that of the server's process.
Goals: class and pupil page at most 1.2 times as long, school page 1.3 times, and as many queries.

Last what is above the schools, summed from their rows, beside counting everybody's scores by their limits:
goal 500 times (588 on SQLite, 514 on PostgreSQL with the two measures here, 23 November 2026; it grows with
the measures, of which a nation has six). Judgements are kept for each pupil, and counting those would take
half as long as counting the scores: that is told beside it. PostgreSQL counts in processes beside the one
that answers, whose time nobody sees: here it counts in that one, so that all of it is told.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from nation import Nation, nation
from postgres import postgres
from scoring import counted_queries
from werkzeug.http import parse_cookie

from app import create_app
from assessments.access.letting_in import let_in
from assessments.access.models import Account
from assessments.database import db
from assessments.roster.models import Role, School
from screening.initiative_counts import OF_WINDOW, SUMS
from screening.rollup.models import WHOLE_WINDOW

SMALL, LARGE = 1_000, int(os.environ.get("PUPILS", "350000"))
MEASURES = ("ord_per_minut", "bokstavsljud")
ROUNDS = 15
WINDOW = "2026-27-spring"
TICKS = os.sysconf("SC_CLK_TCK")


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """Two empty databases; what is put there goes with the test."""
    os.environ["LASSPAR_INSTANCE_PATH"] = str(tmp_path)
    if request.param == "sqlite":
        files = [tmp_path / "small.sqlite", tmp_path / "large.sqlite"]
        yield [f"sqlite:///{file}" for file in files]
        for file in files:
            file.unlink()
        return
    with postgres() as url:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE DATABASE large")
        yield [url, url.replace("/postgres?", "/large?")]


class Visited:
    """An initiative's app, with somebody of each role signed in at the school in the middle."""

    def __init__(self, filled: Nation) -> None:
        self.filled = filled
        self.app = create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": filled.url})
        self.clients = {role: _signed_in(self.app, number) for role, number in filled.staff.items()}
        with self.app.app_context():
            self.is_postgres = db.engine.dialect.name == "postgresql"

    def seconds(self, role: Role, address: str) -> float:
        begun = self._spent()
        with self.app.app_context():
            answer = self.clients[role].get(address)
        assert answer.status_code == 200, address
        return self._spent() - begun

    def queries(self, role: Role, address: str) -> int:
        with self.app.app_context(), counted_queries() as asked:
            self.clients[role].get(address)
        return len(asked)

    def _spent(self) -> float:
        return time.process_time() + (self._server() if self.is_postgres else 0.0)

    def _server(self) -> float:
        """Processor time of the server's processes that answer this database, in ticks of 10 ms."""
        with self.app.app_context():
            pool: Any = db.engine.pool
            with db.engine.connect() as connection:
                (number,) = connection.exec_driver_sql("SELECT pg_backend_pid()").one()
            assert pool.checkedout() == 0
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def _signed_in(app: Flask, account_id: int) -> FlaskClient:
    client = app.test_client()
    with app.test_request_context("/sign-in", method="POST"):
        let_in(db.session.get_one(Account, account_id))
        answer = app.response_class()
        generate_csrf()
        app.session_interface.save_session(app, session, answer)
        db.session.commit()
    client.set_cookie("lasspar", parse_cookie(answer.headers["Set-Cookie"])["lasspar"])
    return client


def pages(filled: Nation) -> dict[str, tuple[Role, str]]:
    school_class = f"/classes/{filled.class_id}/windows/{WINDOW}"
    pupil = f"/pupils/{filled.pupil_id}"
    return {
        "class: sheet": (Role.SPECIAL_TEACHER, f"{school_class}/sheet"),
        "class: overview": (Role.SPECIAL_TEACHER, f"{school_class}/overview"),
        "class: groups": (Role.SPECIAL_TEACHER, f"{school_class}/groups"),
        "pupil": (Role.SPECIAL_TEACHER, pupil),
        "pupil: panel": (Role.SPECIAL_TEACHER, f"{pupil}/windows/{WINDOW}/panel.html"),
        "pupil: home page": (Role.SPECIAL_TEACHER, f"{pupil}/windows/{WINDOW}/home-page"),
        "school: classes": (Role.PRINCIPAL, "/classes"),
        "school: prints": (Role.PRINCIPAL, "/reports"),
        "school: to follow up": (Role.SPECIAL_TEACHER, "/follow-up"),
    }


@pytest.fixture
def both(urls: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Visited]]:
    monkeypatch.setenv("LASSPAR_TODAY", "2027-05-20")
    filled = [nation(url, pupils, MEASURES) for url, pupils in zip(urls, (SMALL, LARGE), strict=True)]
    visited = [Visited(one) for one in filled]
    yield visited
    for one in visited:
        with one.app.app_context():
            db.engine.dispose()


def test_pages_take_no_longer_among_many(both: list[Visited]) -> None:
    small, large = both
    told = []
    for name in pages(small.filled):
        asked = [pages(one.filled)[name] for one in both]
        queries = [one.queries(*page) for one, page in zip(both, asked, strict=True)]
        taken = _in_turn([lambda o=one, p=page: o.seconds(*p) for one, page in zip(both, asked, strict=True)])
        told.append(
            f"{name}: {taken[0] * 1000:.1f} and {taken[1] * 1000:.1f} ms, "
            f"{taken[1] / taken[0]:.2f} x; {queries[0]} and {queries[1]} queries"
        )
    print(f"\n{SMALL} and {LARGE} pupils, {'PostgreSQL' if small.is_postgres else 'SQLite'}")
    print("\n".join([*told, _sums_beside_rows(large)]))


BY_MUNICIPALITY = (  # what is above the schools is summed from their rows
    sa.select(
        School.municipality_id,
        *(
            sa.cast(sa.func.sum(SUMS.c[name]), sa.BigInteger)  # PostgreSQL makes decimals of its sums
            for name in ("below_goal", "near_goal", "at_goal", "above_goal", "no_level")
        ),
    )
    .join(School, School.id == SUMS.c.school_id)
    .where(SUMS.c.window_id == 9, SUMS.c.measure == WHOLE_WINDOW)
    .group_by(School.municipality_id)
)
WENT = (
    " JOIN enrolment ON enrolment.pupil_id = {table}.pupil_id"
    " JOIN school_class ON school_class.id = enrolment.school_class_id"
    " JOIN assessment_window ON assessment_window.id = {table}.window_id"
    " AND assessment_window.academic_year = school_class.academic_year"
    " JOIN school ON school.id = school_class.school_id WHERE {table}.window_id = 9 GROUP BY 1, 2"
)
COUNTED = "SELECT school.municipality_id, judgement.level, count(*) FROM judgement"
JUDGED = (  # what pages do that keep nothing: each score's level by its limits, and the counting
    "SELECT school.municipality_id, CASE WHEN score.points >= 90000 THEN 'at' WHEN score.points >= 50000"
    " THEN 'near' ELSE 'below' END, count(*) FROM score"
)


def _sums_beside_rows(large: Visited) -> str:
    """The overview of one window, of every municipality of the nation."""
    many = 20  # of what is quick: processor time of the server comes in ticks

    def asked(statement: sa.Executable, times: int = 1, **values: Any) -> Callable[[], float]:
        def ask() -> float:
            begun = large._spent()
            with large.app.app_context(), db.engine.connect() as connection:
                if large.is_postgres:
                    connection.exec_driver_sql("SET LOCAL max_parallel_workers_per_gather = 0")
                for _ in range(times):
                    connection.execute(statement, values).all()
            return (large._spent() - begun) / times

        return ask

    ways = {
        "sums by municipality": asked(BY_MUNICIPALITY, many),
        "sums by school": asked(OF_WINDOW, many, window=9, years=[3]),
        "judgements counted": asked(sa.text(COUNTED + WENT.format(table="judgement"))),
        "scores judged and counted": asked(sa.text(JUDGED + WENT.format(table="score"))),
    }
    taken = dict(zip(ways, _in_turn(list(ways.values()), rounds=3), strict=True))
    least = taken["sums by municipality"]
    told = (f"{name} {seconds * 1000:.2f} ms ({seconds / least:.0f} x)" for name, seconds in taken.items())
    return f"one window: {', '.join(told)}"


def _in_turn(ways: list[Callable[[], float]], rounds: int = ROUNDS) -> list[float]:
    """The middle of each way's times, after one that warms up."""
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds + 1):
        for number, way in enumerate(ways):
            taken[number].append(way())
    if taken[0][0] == 0:
        return [statistics.mean(times[1:]) for times in taken]
    return [statistics.median(times[1:]) for times in taken]
