"""Flow between two windows: who reached the goal, who came and went, and nothing of a few."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from cast import Ekbacken
from coordinating import a_school, alone, pupils
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, texts
from scoring import a_window, counted_queries

from assessments.database import db
from assessments.models import Season
from assessments.recording import Recorder, Write, record_scores
from screening.coordination import flow_table
from screening.coordination.flow_table import ALL, Place, line_of

SignIn = Callable[[Any], FlaskClient]
ADDRESS = "/initiative/flow?window=2026-27-winter"
UNDER, AT, WITHOUT, ELSEWHERE = Place


@pytest.fixture
def two_windows(ekbacken: Ekbacken) -> Ekbacken:
    """Of 40 under the goal 15 reach it by winter; of 71 at it 12 fall under and 11 have no result then."""
    cast = alone(ekbacken)
    winter = a_window("2026/27", Season.WINTER, date(2026, 11, 16), date(2026, 12, 4))
    everybody = pupils(cast, cast.school, 40, 71)
    points = [Decimal(20)] * 15 + [Decimal(0)] * 25 + [Decimal(0)] * 12 + [Decimal(27)] * 48
    writes = [Write(one.id, "bokstavsljud", value) for one, value in zip(everybody, points, strict=False)]
    record_scores(winter, writes, Recorder())
    db.session.commit()
    return cast


@pytest.mark.both_databases
def test_it_is_counted_and_shown(two_windows: Ekbacken, signed_in: SignIn) -> None:
    client = signed_in(two_windows.cecilia)
    assert sentence(client.get(ADDRESS).text) == "Inte räknat än."
    assert post(client, ADDRESS).status_code == 303
    page = client.get(ADDRESS).text
    assert sentence(page).startswith(
        "Hur många som har nått målet sedan dess visas inte"
    )  # nobody went missing
    assert [row.split()[-1] for row in texts(page, "//tbody/tr")[:2]] == ["40", "71"]


def test_only_the_two_windows_it_can_be_set_beside(two_windows: Ekbacken, signed_in: SignIn) -> None:
    client = signed_in(two_windows.cecilia)
    assert client.get(f"{ADDRESS}&first=2026-27-autumn").status_code == 200
    assert client.get(f"{ADDRESS}&first=2026-27-winter").status_code == 404
    assert sentence(client.get("/initiative/flow?window=2026-27-autumn").text).startswith("Det finns ingen")


def test_the_number_of_queries_does_not_grow(two_windows: Ekbacken, signed_in: SignIn) -> None:
    client, counts = signed_in(two_windows.cecilia), []
    for number in range(2):
        with counted_queries() as counting:
            post(client, ADDRESS)
        with counted_queries() as reading:
            client.get(ADDRESS)
        counts.append((len(counting), len(reading)))
        pupils(two_windows, a_school(f"Skola {number}", two_windows.school), 15, 20)
    assert counts[0] == counts[1]


MOVES = {
    (1, 1, UNDER, UNDER): 30, (1, 1, UNDER, AT): 25, (1, 1, AT, AT): 90, (1, 1, AT, UNDER): 20,
    (1, 2, UNDER, AT): 12, (2, 2, UNDER, AT): 40, (2, 2, UNDER, UNDER): 50, (2, 2, AT, AT): 80,
}  # fmt: skip


def shown(gone: Any) -> dict[str, int]:
    return {line: gone.table.counts(line).under_goal for line in gone.table.lines if line not in gone.hidden}


class TestTable:
    def test_a_move_between_municipalities_is_none_for_all_of_them(self) -> None:
        gone = flow_table.release(MOVES, [1, 2], ([], []), [])
        assert gone.table.counts(line_of(ALL, UNDER, AT)).under_goal == 77
        assert gone.table.counts(line_of(1, UNDER, ELSEWHERE)).under_goal == 12
        assert gone.table.counts(line_of(2, ELSEWHERE, AT)).under_goal == 12

    def test_where_all_are_many_all_is_shown(self) -> None:
        steps = {(one, other) for one in Place for other in Place} - {(ELSEWHERE, ELSEWHERE)}
        moves = {
            (None if one is ELSEWHERE else 1, None if other is ELSEWHERE else 1, one, other): 20
            for one, other in steps
        }
        assert shown(flow_table.release(moves, [1], ([], []), []))[line_of(ALL, UNDER, AT)] == 20

    def test_fewer_than_ten_are_never_shown_and_nobody_neither(self) -> None:
        told = shown(flow_table.release({**MOVES, (1, 1, UNDER, WITHOUT): 3}, [1, 2], ([], []), []))
        assert told
        assert all(count >= 10 for count in told.values())

    def test_sums_that_the_shares_hide_are_hidden_here(self) -> None:
        told = shown(flow_table.release(MOVES, [1, 2], (["1"], []), []))
        assert not {line for line in told if line.startswith("1 ") and line.endswith(" *")}

    def test_a_change_of_few_pupils_waits(self) -> None:
        first = flow_table.release(MOVES, [1, 2], ([], []), [])
        more = {**MOVES, (2, 2, AT, AT): 83}
        again = flow_table.release(more, [1, 2], ([], []), [first])
        assert again.table.counts(line_of(2, AT, AT)).under_goal == 80
