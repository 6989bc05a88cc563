"""No page of a class, a pupil or a school goes through a table that grows with the initiative.

SQLite plans alike however many rows there are (nobody gathers statistics), so a small school shows it.
"""

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from scoring import class_2b, counted_queries, flag, record
from supporting import followed_up

from assessments.database import db
from assessments.recording import Recorder
from screening.coordination.follow_up_counts import waiting
from screening.initiative_counts import OF_WINDOW
from screening.reviewing import Decision, record_next_step

# As many rows for a nation as for a school, or nearly; every other table is taken to grow.
FEW = {
    "absence_limit", "adoption", "agreed_text", "assessment_window", "benchmark_set", "benchmark_window",
    "calendar_range", "composite", "cut", "measure", "municipality", "school_window",
}  # fmt: skip
# An index of few rows of a table that grows may be gone through.
WHOLE = re.compile(r"SCAN (\w+)(?! USING (?:COVERING )?INDEX ix_(?:job_part_failed|narrowing_open))\b")
# One column of a key that many share: everybody's rows of a window are as bad as everybody's rows.
SHARED = re.compile(r"SEARCH (\w+) .*\((?:window_id|academic_year|measure|family|kind)=\?\)")
PAGES = {
    "astrid": [
        "/classes", "/classes/{own_class}/windows/2026-27-autumn/sheet",
        "/classes/{own_class}/windows/2026-27-autumn/overview",
        "/windows/2026-27-autumn/measures/ord_per_minut/sheet?class={own_class}", "{own_pupil}",
        "/classes/{own_class}/windows/2026-27-autumn/prints", "/handovers", "/requests",
    ],
    "birgitta": [
        "/classes", "/follow-up", "{school_class}/sheet", "{school_class}/overview", "{school_class}/groups",
        "{pupil}", "{pupil}/windows/2026-27-autumn/panel.html", "{pupil}/windows/2026-27-autumn/home-page",
        "/classes/{class_id}/pupils", "/windows/2026-27-autumn/measures",
        "/windows/2026-27-autumn/measures/ord_per_minut/sheet?class={class_id}", "{school_class}/prints",
        "/support", "{period}", "{period}/support-report.pdf", "{pupil}/support/new", "/handovers",
        "/follow-up/log",
    ],
    "rut": [
        "/classes", "/reports", "{school_class}/overview", "{pupil}", "/my-school", "/handovers", "/requests",
    ],
    "ada": [
        "/roster", "/schools/{school_id}/classes", "/classes/{class_id}/roster",
        "/schools/{school_id}/new-year", "/trail", "/trail?all=1",
    ],
}  # fmt: skip


@pytest.fixture
def places(ekbacken: Ekbacken) -> dict[str, Any]:
    """A class with results, a signal, a step and support that was followed up; by name what addresses are
    filled in with."""
    school_class, pupils = class_2b(ekbacken, [3, 40, 60, 90])
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=3)
    record_next_step([flag(pupils[0])], Decision("adaptations"), Recorder())
    period = followed_up(ekbacken, pupils[1].id)
    db.session.commit()
    return {
        "class_id": school_class.id,
        "own_class": ekbacken.class_1a.id,
        "own_pupil": f"/pupils/{ekbacken.kim.id}",
        "school_id": ekbacken.school.id,
        "school_class": f"/classes/{school_class.id}/windows/2026-27-autumn",
        "pupil": f"/pupils/{pupils[0].id}",
        "period": f"/support/{period.id}",
    }


@pytest.mark.slow
@pytest.mark.parametrize("who", PAGES)
def test_no_page_goes_through_a_table_that_grows(
    who: str, ekbacken: Ekbacken, places: dict[str, Any], signed_in: Callable[[Any], FlaskClient]
):
    client = signed_in(getattr(ekbacken, who))
    with looking() as found:
        for page in PAGES[who]:
            assert client.get(page.format(**places)).status_code == 200, page
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_what_is_handed_over_is_found_by_the_pupil(
    ekbacken: Ekbacken, places: dict[str, Any], signed_in: Callable[[Any], FlaskClient]
):
    client = signed_in(ekbacken.rut)
    with looking() as found:
        assert client.get(f"/leavers/{ekbacken.kim.id}/handover").status_code == 200
    beside = [
        told for told in found if not told.startswith("SCAN school:")
    ]  # every school can be the next one
    assert not beside, "\n".join(beside)


@pytest.mark.slow
def test_no_save_goes_through_a_table_that_grows(ekbacken: Ekbacken, signed_in: Callable[[Any], FlaskClient]):
    client = signed_in(ekbacken.astrid)
    sheet = f"/api/v1/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"
    token = client.get("/api/v1/session").json["csrf_token"]
    rows = [row["row"] for row in client.get(sheet).json["rows"]]
    writes = [
        {
            "client_id": f"write-{number}",
            "pupil": row,
            "measure": "fonologisk_medvetenhet",
            "value": number,
            "expected_version": 0,
        }
        for number, row in enumerate(rows)
    ]
    with looking() as found:
        answer = client.patch(sheet, json={"writes": writes}, headers={"X-CSRFToken": token})
    assert {one["status"] for one in answer.json["results"]} == {"stored"}
    assert not found, "\n".join(found)


def test_the_sums_of_a_window_are_found_by_their_key(ekbacken: Ekbacken):
    asked = OF_WINDOW.params(window=1, years=[1, 2])
    assert passages(str(asked.compile(db.engine, compile_kwargs={"literal_binds": True})), ()) == []


def test_the_count_of_signals_finds_each_ones_school_by_a_key(ekbacken: Ekbacken, places: dict[str, Any]):
    """What is made on the way has no index: joined with, it is gone through anew for each signal."""
    with counted_queries() as asked:
        waiting()
    rows = db.session.connection().exec_driver_sql(
        f"EXPLAIN QUERY PLAN {asked[-1]}", (None,) * asked[-1].count("?")
    )
    assert sum(not parent and told.startswith("SCAN") for _, parent, _, told in rows) == 1


@contextlib.contextmanager
def looking() -> Iterator[list[str]]:
    """What is asked within, and goes through a table that grows: known when it ends."""
    asked: dict[str, Any] = {}
    found: list[str] = []

    def seen(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, is_many: bool):
        asked.setdefault(statement, parameters[0] if is_many else parameters)

    sa.event.listen(db.engine, "before_cursor_execute", seen)
    try:
        yield found
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", seen)
    assert len(asked) > 15
    found += [told for statement, parameters in asked.items() for told in passages(statement, parameters)]


def passages(statement: str, parameters: Any) -> list[str]:
    """Where the statement goes through a table that grows, with the statement."""
    if not statement.lstrip().upper().startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
        return []
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    told = [str(row[3]) for row in rows]
    grows = {table.name for table in db.metadata.sorted_tables} - FEW
    found = [line for line in told for at in (WHOLE, SHARED) if (hit := at.match(line)) and hit[1] in grows]
    return [f"{line}: {statement}" for line in found]
