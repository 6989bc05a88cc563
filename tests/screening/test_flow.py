"""Flow between two windows: who reached the goal, who came and went, and nothing of a few."""

from collections.abc import Callable
from datetime import UTC, date, datetime
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
from screening.coordination.flow_pages import Flow, FlowTold
from screening.coordination.flow_table import ALL, Place, Standing, line_of

pytestmark = pytest.mark.slow

SignIn = Callable[[Any], FlaskClient]
ADDRESS = "/initiative/flow?window=2026-27-winter"
UNDER, AT, WITHOUT, ELSEWHERE = Place
BELOW, NEAR, GOAL, ABOVE, NO_LEVEL, AWAY = Standing


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


@pytest.mark.parametrize("hidden", [None, Place.UNDER_GOAL, Place.AT_GOAL])
def test_the_answer_is_of_those_who_have_results_both_times(hidden: Place | None) -> None:
    """Of 117 under the goal 45 have left or have no level now: they have not failed to reach it."""
    counts = {Place.UNDER_GOAL: 49, Place.AT_GOAL: 23, None: 117}
    told = {(Place.UNDER_GOAL, now): None if now and now == hidden else n for now, n in counts.items()}
    found = Flow(datetime(2026, 10, 1, tzinfo=UTC), (FlowTold("Alla", told),))
    assert found.sentence == (
        "Hur många som har nått målet sedan dess visas inte (små grupper)."
        if hidden
        else "23 av de 72 som inte nådde målet och har resultat båda gångerna når det nu."
    )


@pytest.mark.both_databases
def test_it_is_counted_and_shown(two_windows: Ekbacken, signed_in: SignIn) -> None:
    client = signed_in(two_windows.cecilia)
    assert sentence(client.get(ADDRESS).text) == "Inte räknat än."
    assert post(client, ADDRESS).status_code == 303
    page = client.get(ADDRESS).text
    assert sentence(page).startswith(
        "Hur många som har nått målet sedan dess visas inte"
    )  # nobody went missing
    assert [number in row for number, row in zip(("40", "71"), texts(page, "//tbody/tr"), strict=False)] == [
        True
    ] * 2
    file = client.get(ADDRESS.replace("flow?", "flow/table.csv?")).data.decode("utf-8-sig")
    assert "Alla i satsningen;Hösten 2026/27;Når inte målet;Vintern 2026/27;Alla;40;ja" in file
    assert (
        "Alla i satsningen;Hösten 2026/27;Når inte målet;Vintern 2026/27;Utan nivå;;nej (små grupper)" in file
    )


def test_only_the_two_windows_it_can_be_set_beside(two_windows: Ekbacken, signed_in: SignIn) -> None:
    client = signed_in(two_windows.cecilia)
    assert client.get(f"{ADDRESS}&first=2026-27-autumn").status_code == 200
    assert client.get(f"{ADDRESS}&first=2026-27-winter").status_code == 404
    assert sentence(client.get("/initiative/flow?window=2026-27-autumn").text).startswith("Det finns ingen")


@pytest.mark.long
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


MOVES: flow_table.Moves = {
    (1, 1, BELOW, BELOW): 30, (1, 1, BELOW, GOAL): 25, (1, 1, GOAL, GOAL): 90, (1, 1, GOAL, BELOW): 20,
    (1, 2, BELOW, GOAL): 12, (2, 2, BELOW, GOAL): 40, (2, 2, BELOW, BELOW): 50, (2, 2, GOAL, GOAL): 80,
}  # fmt: skip


def shown(gone: Any) -> dict[str, int]:
    return {line: gone.table.counts(line).under_goal for line in gone.table.lines if line not in gone.hidden}


class TestTable:
    def test_a_move_between_municipalities_is_none_for_all_of_them(self) -> None:
        gone = flow_table.release(MOVES, ([], []), [])
        assert gone.table.counts(line_of(ALL, UNDER, AT)).under_goal == 77
        assert gone.table.counts(line_of(1, UNDER, ELSEWHERE)).under_goal == 12
        assert gone.table.counts(line_of(2, ELSEWHERE, AT)).under_goal == 12

    def test_where_all_are_many_all_is_shown(self) -> None:
        steps = {(one, other) for one in Standing for other in Standing} - {(AWAY, AWAY)}
        moves = {
            (None if one is AWAY else 1, None if other is AWAY else 1, one, other): 20 for one, other in steps
        }
        told = shown(flow_table.release(moves, ([], []), []))
        assert (told[line_of(ALL, UNDER, AT)], told[line_of(ALL, BELOW, ABOVE)]) == (80, 20)

    def test_fewer_than_ten_are_never_shown_and_nobody_neither(self) -> None:
        told = shown(flow_table.release({**MOVES, (1, 1, BELOW, NO_LEVEL): 3}, ([], []), []))
        assert told
        assert all(count >= 10 for count in told.values())

    def test_sums_that_the_shares_hide_are_hidden_here(self) -> None:
        told = shown(flow_table.release(MOVES, (["1"], []), []))
        assert not {line for line in told if line.startswith("1 ") and line.endswith(" *")}

    @pytest.mark.long
    def test_a_change_of_few_pupils_waits(self) -> None:
        first = flow_table.release(MOVES, ([], []), [])
        more = {**MOVES, (2, 2, GOAL, GOAL): 83}
        again = flow_table.release(more, ([], []), [first])
        assert again.table.counts(line_of(2, AT, AT)).under_goal == 80

    def test_levels_never_cost_a_line_of_the_table_above_them(self) -> None:
        moves = {**MOVES, (1, 1, NEAR, GOAL): 14, (1, 1, NEAR, NEAR): 4}
        whole = {**MOVES, (1, 1, BELOW, GOAL): 39, (1, 1, BELOW, BELOW): 34}
        told, plain = (shown(flow_table.release(one, ([], []), [])) for one in (moves, whole))
        coarse = {line for line in plain if "_goal" not in line}
        assert {line: told.get(line) for line in coarse} == {line: plain[line] for line in coarse}
        assert line_of(ALL, NEAR, NEAR) not in told


def test_of_those_who_stood_somewhere_how_many_reach_the_goal_by_both_denominators() -> None:
    counts = {(UNDER, UNDER): 30, (UNDER, AT): 10, (UNDER, WITHOUT): 10, (NEAR, BELOW): 10, (NEAR, NEAR): 10,
              (NEAR, GOAL): 15, (NEAR, ABOVE): 15, (NEAR, NO_LEVEL): None}  # fmt: skip
    told = FlowTold("Ekby", {(str(one), str(other)): count for (one, other), count in counts.items()})
    (with_results, of_all), (near, near_of_all) = told.reached, told.reached_from(NEAR)
    assert with_results is not None
    assert of_all is not None
    assert near is not None
    assert (with_results.share, of_all.share, near.share, near_of_all) == (0.25, 0.2, 0.6, None)
    assert told.tells_levels
