"""Decision logic, section 5: the life of a thread."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yardsticks import limits, measure, period, standard

from screening.events import Events
from screening.growth import Behind
from screening.periods import Period, Whole
from screening.signals import Family, FlagState
from screening.threads import BEFORE_ALL, STATES, Event, Said, Standing, follow

FINDING, UNDETERMINED, CLEAR, CLEARLY, SKIPPED = (
    Event.FINDING, Event.UNDETERMINED, Event.CLEAR, Event.CLEARLY_CLEAR, Event.SKIPPED,
)  # fmt: skip
START = date(2026, 9, 1)
BEHIND = Behind(0, START, 20_000, date(2026, 11, 1), 40_000, 5, 28, 0.1, 2.0, 0.9)


@dataclass(frozen=True)
class Step:
    """What one window says to a thread, and what people did about it there."""

    event: Event
    number: int = 0
    kind: int = 0
    level: int = 2
    determined: bool = True
    closed: date | None = None
    acted: tuple[int, int] | None = None
    opens_on: date | None = None


def follow_all(*threads: Sequence[Step]) -> list[Sequence[Standing]]:
    """These threads, of the same windows, after each of them."""

    def told(name: str, kind: type[np.generic]) -> Any:
        return np.array([[getattr(one, name) for one in each] for each in threads], kind).T

    def acts(name: str) -> dict[tuple[int, int], Any]:
        cells = ((window, at, one) for at, each in enumerate(threads) for window, one in enumerate(each))
        return {(window, at): getattr(one, name) for window, at, one in cells if getattr(one, name)}

    found = follow(
        Said(
            opens_on=[one.opens_on or START + timedelta(days=120 * one.number) for one in threads[0]],
            events=told("event", np.int8),
            kind=told("kind", np.int8),
            level=told("level", np.int8),
            determined=told("determined", np.bool_),
            closed=acts("closed"),
            acted=acts("acted"),
        )
    )
    return [found.get(at, [BEFORE_ALL] * len(each)) for at, each in enumerate(threads)]


def after(steps: Sequence[Step]) -> Sequence[Standing]:
    return follow_all(steps)[0]


def states(standings: Sequence[Standing]) -> list[str | None]:
    """The state after each window; None where the thread has no row."""
    return [str(STATES[one.state]) if one.is_listed else None for one in standings]


def life(*events: Event) -> list[str | None]:
    return states(after([Step(event, number=number) for number, event in enumerate(events)]))


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
        steps = [Step(FINDING, closed=START), Step(CLEAR, number=1), Step(UNDETERMINED, number=2)]
        assert states(after(steps)) == ["closed", None, None]

    @pytest.mark.parametrize(("days", "state"), [(1, "recurrence"), (365, "recurrence"), (366, "new")])
    def test_again_within_twelve_months_is_a_recurrence(self, days: int, state: str) -> None:
        again = Step(FINDING, opens_on=START + timedelta(days=days))
        assert states(after([Step(FINDING, closed=START), again])) == ["closed", state]

    @pytest.mark.parametrize(
        ("closed", "opens", "state"),
        [
            (date(2027, 9, 1), date(2028, 9, 1), "recurrence"),  # 366 days: 2028 has a leap day
            (date(2027, 9, 1), date(2028, 9, 2), "new"),
            (date(2028, 2, 29), date(2029, 2, 28), "recurrence"),
            (date(2028, 2, 29), date(2029, 3, 1), "new"),
            (date(2026, 12, 31), date(2028, 1, 1), "new"),
        ],
    )
    def test_twelve_months_are_counted_by_the_calendar(self, closed: date, opens: date, state: str) -> None:
        steps = [Step(FINDING, closed=closed, opens_on=closed), Step(FINDING, opens_on=opens)]
        assert states(after(steps)) == ["closed", state]

    def test_a_recurrence_goes_on_as_any_other(self) -> None:
        steps = [Step(FINDING, closed=START), Step(FINDING, number=1), Step(FINDING, number=2)]
        assert states(after(steps)) == ["closed", "recurrence", "persistent"]
        steps[2] = Step(UNDETERMINED, number=2)
        assert states(after(steps))[-1] == "persistent_unconfirmed"
        steps[2] = Step(CLEAR, number=2)
        assert states(after(steps))[-1] == "at_goal_once"

    def test_what_people_did_in_an_earlier_window_is_not_forgotten_for_what_they_did_later(self) -> None:
        steps = [Step(FINDING, closed=START), Step(FINDING, number=1), Step(FINDING, number=2, closed=START)]
        assert states(after(steps)) == ["closed", "recurrence", "closed"]

    def test_a_proposal_may_be_closed_where_nothing_was_found(self) -> None:
        steps = [Step(FINDING), Step(CLEARLY, number=1, closed=START)]
        assert states(after(steps)) == ["new", "closed"]


class TestKind:
    def kinds(self, *steps: Step) -> list[tuple[int, int, int]]:
        return [(one.kind, one.level, one.since) for one in after(steps)]

    def test_follows_the_latest_window_with_a_finding(self) -> None:
        steps = Step(FINDING, kind=0, level=3), Step(FINDING, kind=2, level=1), Step(CLEAR)
        assert self.kinds(*steps) == [(0, 3, 0), (2, 1, 1), (2, 1, 1)]

    def test_a_window_that_is_not_determined_can_only_make_it_more_urgent(self) -> None:
        open_thread = Step(FINDING, kind=1, level=2)
        milder = Step(FINDING, kind=2, level=1, determined=False)
        worse = Step(FINDING, kind=0, level=3, determined=False)
        assert self.kinds(open_thread, milder)[-1] == (1, 2, 0)
        assert self.kinds(open_thread, worse)[-1] == (0, 3, 1)
        assert self.kinds(open_thread, replace(milder, level=open_thread.level))[-1] == (1, 2, 0)
        assert self.kinds(milder) == [(2, 1, 0)]


class TestGroundGone:
    """A signal somebody acted on stays, though its numbers no longer say it."""

    def test_it_is_proposed_to_be_closed(self) -> None:
        steps = [
            Step(CLEAR, acted=(1, 2)),
            Step(CLEAR, number=1),
            Step(FINDING, number=2, kind=0, level=3),
        ]
        found = after(steps)
        assert states(found) == ["close_proposed", "close_proposed", "persistent"]
        assert [one.ground_gone for one in found] == [True, False, False]
        assert [(one.kind, one.level) for one in found] == [(1, 2), (1, 2), (0, 3)]

    def test_closed_it_stays_closed(self) -> None:
        found = after([Step(CLEAR, acted=(1, 2), closed=START), Step(CLEAR, number=1)])
        assert states(found) == ["closed", None]
        assert found[0].ground_gone

    def test_a_thread_that_goes_on_carries_it_by_itself(self) -> None:
        found = after([Step(FINDING), Step(CLEAR, number=1, acted=(0, 2))])
        assert states(found) == ["new", "at_goal_once"]
        assert not found[1].ground_gone

    def test_and_keeps_its_own_kind(self) -> None:
        found = after([Step(FINDING, kind=0, level=3), Step(CLEAR, number=1, acted=(1, 2))])
        assert (found[1].kind, found[1].level, found[1].since) == (0, 3, 0)

    def test_with_its_finding_it_is_a_signal_as_any_other(self) -> None:
        found = after([Step(FINDING, acted=(0, 2))])
        assert (states(found), found[0].ground_gone) == (["new"], False)


class TestWhatWindowsSay:
    """The events of windows, by family, with nothing found unless said so."""

    RULE = standard(measure("ord", limits(18, 28, status="C"), sem=8))
    CLEARLY_AT_GOAL, AT_GOAL, NEAR, NOTHING = ({"ord": one} for one in (60, 32, 20, None))
    EVERYBODY = (CLEARLY_AT_GOAL, AT_GOAL, NEAR, NOTHING)

    def window(self, *rows: dict[str, Any], **more: Any) -> Period:
        return period(self.RULE, *(rows or self.EVERYBODY), **more)

    def said(self, family: Family, *periods: Period, found: tuple[int, ...] = ()) -> list[Event]:
        whole = Whole.of(periods)
        there = np.isin(np.arange(len(whole.is_due)), found)
        return [Event(one) for one in Events(periods, whole).of(family, there).tolist()]

    @pytest.mark.parametrize("family", [Family.NEED, Family.CHANGE])
    def test_levels_clear_a_need_or_a_change_and_no_level_says_nothing(self, family: Family) -> None:
        assert self.said(family, self.window()) == [CLEARLY, CLEAR, CLEAR, UNDETERMINED]
        assert self.said(family, self.window(), found=(0, 3)) == [FINDING, CLEAR, CLEAR, FINDING]

    @pytest.mark.parametrize("family", [Family.COVERAGE, Family.DATA])
    def test_what_is_no_longer_missing_or_odd_is_clearly_gone(self, family: Family) -> None:
        assert self.said(family, self.window(), found=(1,)) == [CLEARLY, FINDING, CLEARLY, CLEARLY]

    def test_growth_waits_for_a_plan_that_can_be_judged_and_numbers_that_are_sure(self) -> None:
        no_plan, not_behind = self.window(), self.window(behind={row: [] for row in range(4)})
        held_back = self.window(behind={row: [BEHIND] for row in range(4)})
        assert self.said(Family.GROWTH, no_plan) == [CLEARLY, *[UNDETERMINED] * 3]
        assert self.said(Family.GROWTH, not_behind) == [CLEARLY, CLEAR, CLEAR, UNDETERMINED]
        assert self.said(Family.GROWTH, held_back, found=(2,)) == [UNDETERMINED] * 2 + [FINDING, UNDETERMINED]

    def test_nothing_is_made_good_before_all_that_is_expected_is_there(self) -> None:
        there, absent, exempt = ({"ord": one} for one in (20, "f", "u"))
        early, late = (
            self.window(there, absent, exempt, expected=["ord"], is_due=due) for due in (False, True)
        )
        assert self.said(Family.COVERAGE, early) == [CLEARLY, SKIPPED, CLEARLY]
        assert self.said(Family.COVERAGE, late, found=(1,)) == [CLEARLY, FINDING, CLEARLY]

    def test_who_the_window_does_not_judge_hears_nothing(self) -> None:
        here = np.array([True, False, True, False])
        counted = self.window(is_judged=here, is_counted=~here)
        for family in (Family.NEED, Family.GROWTH, Family.CHANGE, Family.DATA):
            assert [one == SKIPPED for one in self.said(family, counted)] == [False, True, False, True]
        assert self.said(Family.COVERAGE, counted, found=(0, 1)) == [SKIPPED, FINDING, SKIPPED, CLEARLY]

    def test_a_window_judged_afterwards_says_nothing_and_the_next_one_does(self) -> None:
        before, now = (self.window(self.NEAR, self.NEAR, gives_signals=does) for does in (False, True))
        assert self.said(Family.NEED, before, now, found=(0, 3)) == [SKIPPED, SKIPPED, CLEAR, FINDING]

    def test_what_somebody_saw_is_said_in_any_window(self) -> None:
        seen = self.window(self.NEAR, self.NEAR, observations={1: {}}, gives_signals=False)
        none = self.window(self.NEAR, self.NEAR)
        assert self.said(Family.OBSERVATION, none, seen, found=(3,)) == [SKIPPED, SKIPPED, SKIPPED, FINDING]

    def test_an_event_is_a_byte_for_each_pupil_of_a_nation(self) -> None:
        whole = Whole.of([self.window()])
        assert Events([self.window()], whole).of(Family.NEED, whole.is_due).itemsize == 1


def test_who_has_no_finding_has_no_thread() -> None:
    quiet, found = [Step(CLEAR), Step(UNDETERMINED)], [Step(CLEAR), Step(FINDING)]
    assert [states(one) for one in follow_all(quiet, found)] == [[None, None], [None, "new"]]


@given(st.lists(st.lists(st.sampled_from(list(Event)[:5]), min_size=4, max_size=4), min_size=1, max_size=9))
def test_threads_of_many_pupils_are_those_of_each(windows: list[list[Event]]) -> None:
    of_each = list(zip(*windows, strict=True))
    together = follow_all(*([Step(one, number=at) for at, one in enumerate(events)] for events in of_each))
    assert [states(one) for one in together] == [life(*events) for events in of_each]


@given(st.lists(st.sampled_from(list(Event)[:5]), min_size=1, max_size=9), st.data())
def test_a_thread_is_open_exactly_from_its_first_finding_until_somebody_closes(
    events: list[Event], data: Any
) -> None:
    told = after([Step(event, number=number) for number, event in enumerate(events)])
    found = [event == FINDING for event in events]
    for number, one in enumerate(told):
        assert (STATES[one.state] is not None) == any(found[: number + 1])
        assert STATES[one.state] is not FlagState.CLOSED
