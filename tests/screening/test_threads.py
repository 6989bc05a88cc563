"""Decision logic, section 5: the life of a thread."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.signals import FlagState
from screening.threads import STATES, Event, Standing, Step, follow

FINDING, UNDETERMINED, CLEAR, CLEARLY, SKIPPED = (
    Event.FINDING, Event.UNDETERMINED, Event.CLEAR, Event.CLEARLY_CLEAR, Event.SKIPPED,
)  # fmt: skip
START = date(2026, 9, 1)


def step(
    *events: Event,
    number: int = 0,
    kind: int = 0,
    level: int = 2,
    determined: bool = True,
    closed: dict[int, date] | None = None,
    acted: dict[int, tuple[int, int]] | None = None,
    opens_on: date | None = None,
) -> Step:
    n = len(events)
    return Step(
        opens_on=opens_on or START + timedelta(days=120 * number),
        events=np.array(events, np.int8),
        kind=np.full(n, kind, np.int8),
        level=np.full(n, level, np.int8),
        determined=np.full(n, determined),
        closed=closed or {},
        acted=acted or {},
    )


def states(standings: list[Standing], row: int = 0) -> list[str | None]:
    """The state after each window; None where the thread has no row."""
    return [str(STATES[one.state[row]]) if one.listed[row] else None for one in standings]


def life(*events: Event) -> list[str | None]:
    return states(follow([step(event, number=number) for number, event in enumerate(events)]))


@pytest.mark.parametrize(
    ("events", "states"),
    [
        ([FINDING], ["new"]),
        ([FINDING, FINDING, FINDING], ["new", "persistent", "persistent"]),
        ([FINDING, UNDETERMINED], ["new", "persistent_unconfirmed"]),
        (
            [FINDING, UNDETERMINED, UNDETERMINED, FINDING],
            ["new", *["persistent_unconfirmed"] * 2, "persistent"],
        ),
        ([FINDING, CLEAR], ["new", "at_goal_once"]),
        ([FINDING, CLEAR, FINDING], ["new", "at_goal_once", "persistent"]),
        ([FINDING, CLEAR, CLEAR], ["new", "at_goal_once", "close_proposed"]),
        ([FINDING, CLEAR, UNDETERMINED, CLEAR], ["new", "at_goal_once", "at_goal_once", "close_proposed"]),
        ([FINDING, UNDETERMINED, CLEAR], ["new", "persistent_unconfirmed", "at_goal_once"]),
        ([FINDING, CLEARLY], ["new", "close_proposed"]),
        ([FINDING, CLEARLY, CLEAR, UNDETERMINED], ["new", *["close_proposed"] * 3]),
        ([FINDING, CLEARLY, FINDING], ["new", "close_proposed", "persistent"]),
        ([FINDING, SKIPPED, FINDING], ["new", None, "persistent"]),
        ([CLEAR, UNDETERMINED, CLEARLY], [None, None, None]),
        ([UNDETERMINED, FINDING], [None, "new"]),
    ],
)
def test_what_leads_where(events: list[Event], states: list[str | None]) -> None:
    assert life(*events) == states


class TestClosing:
    def test_only_a_person_closes_and_the_thread_sleeps(self) -> None:
        steps = [step(FINDING, closed={0: START}), step(CLEAR, number=1), step(UNDETERMINED, number=2)]
        assert states(follow(steps)) == ["closed", None, None]

    @pytest.mark.parametrize(("days", "state"), [(1, "recurrence"), (365, "recurrence"), (366, "new")])
    def test_again_within_twelve_months_is_a_recurrence(self, days: int, state: str) -> None:
        again = step(FINDING, opens_on=START + timedelta(days=days))
        assert states(follow([step(FINDING, closed={0: START}), again])) == ["closed", state]

    def test_a_recurrence_goes_on_as_any_other(self) -> None:
        steps = [step(FINDING, closed={0: START}), step(FINDING, number=1), step(FINDING, number=2)]
        assert states(follow(steps)) == ["closed", "recurrence", "persistent"]
        steps[2] = step(UNDETERMINED, number=2)
        assert states(follow(steps))[-1] == "persistent_unconfirmed"
        steps[2] = step(CLEAR, number=2)
        assert states(follow(steps))[-1] == "at_goal_once"

    def test_a_proposal_may_be_closed_where_nothing_was_found(self) -> None:
        steps = [step(FINDING), step(CLEARLY, number=1, closed={0: START})]
        assert states(follow(steps)) == ["new", "closed"]


class TestKind:
    def kinds(self, *steps: Step) -> list[tuple[int, int, int]]:
        return [(int(one.kind[0]), int(one.level[0]), int(one.since[0])) for one in follow(list(steps))]

    def test_follows_the_latest_window_with_a_finding(self) -> None:
        steps = step(FINDING, kind=0, level=3), step(FINDING, kind=2, level=1), step(CLEAR)
        assert self.kinds(*steps) == [(0, 3, 0), (2, 1, 1), (2, 1, 1)]

    def test_a_window_that_is_not_determined_can_only_make_it_more_urgent(self) -> None:
        open_thread = step(FINDING, kind=1, level=2)
        milder = step(FINDING, kind=2, level=1, determined=False)
        worse = step(FINDING, kind=0, level=3, determined=False)
        assert self.kinds(open_thread, milder)[-1] == (1, 2, 0)
        assert self.kinds(open_thread, worse)[-1] == (0, 3, 1)
        assert self.kinds(milder) == [(2, 1, 0)]


class TestGroundGone:
    """A signal somebody acted on stays, though its numbers no longer say it."""

    def test_it_is_proposed_to_be_closed(self) -> None:
        steps = [
            step(CLEAR, acted={0: (1, 2)}),
            step(CLEAR, number=1),
            step(FINDING, number=2, kind=0, level=3),
        ]
        found = follow(steps)
        assert states(found) == ["close_proposed", "close_proposed", "persistent"]
        assert [bool(one.ground_gone[0]) for one in found] == [True, False, False]
        assert [(one.kind[0], one.level[0]) for one in found] == [(1, 2), (1, 2), (0, 3)]

    def test_closed_it_stays_closed(self) -> None:
        found = follow([step(CLEAR, acted={0: (1, 2)}, closed={0: START}), step(CLEAR, number=1)])
        assert states(found) == ["closed", None]
        assert found[0].ground_gone[0]

    def test_a_thread_that_goes_on_carries_it_by_itself(self) -> None:
        found = follow([step(FINDING), step(CLEAR, number=1, acted={0: (0, 2)})])
        assert states(found) == ["new", "at_goal_once"]
        assert not found[1].ground_gone[0]

    def test_with_its_finding_it_is_a_signal_as_any_other(self) -> None:
        found = follow([step(FINDING, acted={0: (0, 2)})])
        assert (states(found), bool(found[0].ground_gone[0])) == (["new"], False)


def test_no_windows_make_no_threads() -> None:
    assert follow([]) == []


@given(st.lists(st.lists(st.sampled_from(list(Event)[:5]), min_size=4, max_size=4), min_size=1, max_size=9))
def test_threads_of_many_pupils_are_those_of_each(windows: list[list[Event]]) -> None:
    together = follow([step(*events, number=number) for number, events in enumerate(windows)])
    for row in range(4):
        assert states(together, row) == life(*(events[row] for events in windows))


@given(st.lists(st.sampled_from(list(Event)[:5]), min_size=1, max_size=9), st.data())
def test_a_thread_is_open_exactly_from_its_first_finding_until_somebody_closes(
    events: list[Event], data: Any
) -> None:
    told = follow([step(event, number=number) for number, event in enumerate(events)])
    found = [event == FINDING for event in events]
    for number, one in enumerate(told):
        assert (STATES[one.state[0]] is not None) == any(found[: number + 1])
        assert STATES[one.state[0]] is not FlagState.CLOSED
