"""The life of a thread over windows: what leads from one state to the next (decision logic, section 5).

A thread is a pupil's signals of one family. Its life is a function of what each window found and of what
people did; nothing is remembered anywhere else, so judging again on the same data changes nothing.
"""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from screening.signals import FlagState
from screening.standards import Bools, Ints

Small = npt.NDArray[np.int8]

RECURRENCE_DAYS = 365  # a finding in a window that opens within twelve months of closing is a recurrence

NO_THREAD = 0
STATES: list[FlagState | None] = [None, *FlagState]
IS_OPEN = np.array([state not in (None, FlagState.CLOSED) for state in STATES])


class Event(enum.IntEnum):
    """What one window says to the threads of a family."""

    SKIPPED = 0  # not a window for this pupil, or none that gives signals
    FINDING = 1
    UNDETERMINED = 2
    CLEAR = 3  # no finding
    CLEARLY_CLEAR = 4  # no finding, beyond doubt: clearly at the goal, or the ground is gone
    GROUND_GONE = 5  # a signal somebody acted on was raised here, and the numbers no longer say it


def _table() -> npt.NDArray[np.int8]:
    """State after each state (row) and event (column); what is not named stays as it is."""
    to: dict[FlagState | None, int] = {state: index for index, state in enumerate(STATES)}
    lasting = (FlagState.NEW, FlagState.PERSISTENT, FlagState.PERSISTENT_UNCONFIRMED, FlagState.RECURRENCE)
    table = np.repeat(np.arange(len(STATES), dtype=np.int8)[:, None], len(Event), axis=1)
    for state in FlagState:
        table[to[state], Event.FINDING] = to[FlagState.PERSISTENT]
    for state in lasting:
        table[to[state], Event.UNDETERMINED] = to[FlagState.PERSISTENT_UNCONFIRMED]
        table[to[state], Event.CLEAR] = to[FlagState.AT_GOAL_ONCE]
        table[to[state], Event.CLEARLY_CLEAR] = to[FlagState.CLOSE_PROPOSED]
    # A missing window between two at the goal neither confirms nor breaks: they are still two running.
    table[to[FlagState.AT_GOAL_ONCE], [Event.CLEAR, Event.CLEARLY_CLEAR]] = to[FlagState.CLOSE_PROPOSED]
    table[to[None], Event.FINDING] = to[FlagState.NEW]
    table[to[FlagState.CLOSED], Event.FINDING] = to[FlagState.RECURRENCE]
    for ended in (None, FlagState.CLOSED):
        table[to[ended], Event.GROUND_GONE] = to[FlagState.CLOSE_PROPOSED]
    return table


NEXT = _table()


@dataclass(frozen=True)
class Step:
    """What one window says to n threads, one row each, and what people did about them there."""

    opens_on: date
    events: Small  # (n,) of Event
    kind: Small  # (n,) of the finding, where there is one
    level: Small
    determined: Bools
    closed: Mapping[int, date]  # row: the day a person closed the thread in this window
    acted: Mapping[int, tuple[int, int]]  # row: kind and level of a signal of this window somebody acted on


@dataclass(frozen=True)
class Standing:
    """The threads as they stand after a window: arrays (n,)."""

    state: Small  # index in STATES
    kind: Small
    level: Small
    since: Ints  # index of the window whose finding the kind is from
    closed_on: Ints  # the day as an ordinal, where the state is closed
    listed: Bools  # the thread has a row in this window
    ground_gone: Bools  # ... and only because somebody acted on it

    @classmethod
    def before_all(cls, pupils: int) -> "Standing":
        """No thread anywhere; the rest says nothing there."""
        kinds = (np.int8, np.int8, np.int8, np.int64, np.int64, np.bool_, np.bool_)
        nothing: Iterator[Any] = (np.zeros(pupils, kind) for kind in kinds)
        return cls(*nothing)


def follow(steps: Sequence[Step]) -> list[Standing]:
    """The threads after each window, in order."""
    standings = [Standing.before_all(len(steps[0].events))] if steps else []
    for number, step in enumerate(steps):
        before = standings[-1]
        standings.append(_after(before, step, number) if _may_change(before, step) else before)
    return standings[1:]


def _may_change(before: Standing, step: Step) -> bool:
    """Most pupils have no thread, and get none: then the threads stand as they stood."""
    is_new = (step.events == Event.FINDING).any()
    return bool(is_new or step.closed or step.acted or before.state.any())


def _after(before: Standing, step: Step, number: int) -> Standing:
    state = _without_the_forgotten(before, step)
    asleep = ~IS_OPEN[state]
    is_found = step.events == Event.FINDING
    gone = _rows(step.acted, len(state)) & asleep & ~is_found
    events = np.where(gone, np.int8(Event.GROUND_GONE), step.events)
    # The kind follows the latest determined window; one that is not determined can only make it more urgent.
    takes = is_found & (step.determined | asleep | (step.level > before.level))
    kind, level = np.where(takes, step.kind, before.kind), np.where(takes, step.level, before.level)
    for index in np.flatnonzero(gone):
        kind[index], level[index] = step.acted[int(index)]
    state, closed_on = NEXT[state, events], before.closed_on.copy()
    for row, day in step.closed.items():  # only people close; from then on the thread sleeps
        state[row] = STATES.index(FlagState.CLOSED)
        closed_on[row] = day.toordinal()
    is_open = IS_OPEN[state] & (events != Event.SKIPPED)
    return Standing(
        state=state,
        kind=kind,
        level=level,
        since=np.where(takes | gone, number, before.since),
        closed_on=closed_on,
        listed=is_open | _rows(step.closed, len(state)),
        ground_gone=gone,
    )


def _without_the_forgotten(before: Standing, step: Step) -> Small:
    """A thread closed more than twelve months ago is no longer the same trouble when it comes again."""
    if not before.closed_on.any():
        return before.state
    is_old = before.closed_on + RECURRENCE_DAYS < step.opens_on.toordinal()
    return np.where(
        (before.state == STATES.index(FlagState.CLOSED)) & is_old, np.int8(NO_THREAD), before.state
    )


def _rows(named: Mapping[int, object], pupils: int) -> Bools:
    rows = np.zeros(pupils, np.bool_)
    rows[list(named)] = True
    return rows
