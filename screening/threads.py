"""The life of a thread over windows: what leads from one state to the next (decision logic, section 5).

A thread is a pupil's signals of one family. Its life is a function of what each window found and of what
people did; nothing is remembered anywhere else, so judging again on the same data changes nothing.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from screening.signals import FlagState
from screening.standards import Bools

Small = npt.NDArray[np.int8]

RECURRENCE_YEARS = 1  # a finding in a window that opens within twelve months of closing is a recurrence

NO_THREAD = 0
STATES: list[FlagState | None] = [None, *FlagState]
CLOSED = STATES.index(FlagState.CLOSED)
IS_OPEN = [state not in (None, FlagState.CLOSED) for state in STATES]

Place = tuple[int, int]  # number of a window, and of a thread
T = TypeVar("T")


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


NEXT = _table().tolist()


@dataclass(frozen=True)
class Said:
    """What w windows say to n threads, and what people did about them there. A thread is a column."""

    opens_on: Sequence[date]  # of each window
    events: Small  # (w, n) of Event
    kind: Small  # (w, n) of the finding, where there is one
    level: Small
    determined: Bools
    closed: Mapping[Place, date]  # the day a person closed the thread in this window
    acted: Mapping[Place, tuple[int, int]]  # kind and level of a signal of this window somebody acted on


class Standing(NamedTuple):
    """A thread as it stands after a window."""

    state: int  # index in STATES
    kind: int
    level: int
    since: int  # index of the window whose finding the kind is from
    closed_on: int  # the day as an ordinal, where the state is closed
    is_listed: bool  # the thread has a row in this window
    ground_gone: bool  # ... and only because somebody acted on it


BEFORE_ALL = Standing(NO_THREAD, 0, 0, 0, 0, is_listed=False, ground_gone=False)


def follow(said: Said) -> dict[int, Sequence[Standing]]:
    """The threads that begin in some window, after each of them: most pupils have none, and get none."""
    closed, acted = _by_thread(said.closed), _by_thread(said.acted)
    begins = (said.events == Event.FINDING).any(axis=0)
    begins[[*closed, *acted]] = True
    threads = np.flatnonzero(begins)
    told = (said.events, said.kind, said.level, said.determined.view(np.int8))
    each = np.stack([one[:, threads] for one in told], axis=2).swapaxes(0, 1).tobytes()
    opens_on, size = tuple(day.toordinal() for day in said.opens_on), 4 * len(said.opens_on)
    return {
        thread: _life(
            opens_on, each[at * size : (at + 1) * size], closed.get(thread, ()), acted.get(thread, ())
        )
        for at, thread in enumerate(threads.tolist())
    }


def _by_thread(acts: Mapping[Place, T]) -> dict[int, tuple[tuple[int, T], ...]]:
    """Of each thread, by window."""
    told: dict[int, tuple[tuple[int, T], ...]] = {}
    for (window, thread), act in acts.items():
        told[thread] = (*told.get(thread, ()), (window, act))
    return told


# What is said to threads is much the same of all pupils, and of a pupil at the next save.
@lru_cache(maxsize=8192)
def _life(
    opens_on: tuple[int, ...],
    said: bytes,
    closed: tuple[tuple[int, date], ...],
    acted: tuple[tuple[int, tuple[int, int]], ...],
) -> tuple[Standing, ...]:
    """One thread. ``said``: event, kind, level and determined of each window."""
    closed_in, acted_in = dict(closed), dict(acted)
    standings = [BEFORE_ALL]
    for number in range(len(opens_on)):
        what = said[4 * number : 4 * number + 4]
        was = _unless_forgotten(standings[-1], opens_on[number])
        standings.append(_after(was, number, what, closed_in.get(number), acted_in.get(number)))
    return tuple(standings[1:])


def _unless_forgotten(before: Standing, opens_on: int) -> Standing:
    """A thread closed more than twelve months ago is no longer the same trouble when it comes again."""
    if before.state != CLOSED:
        return before
    closed, opens = date.fromordinal(before.closed_on), date.fromordinal(opens_on)
    # By the calendar, as people count: a year with a leap day is no shorter than another.
    last = (closed.year + RECURRENCE_YEARS, closed.month, closed.day)
    return before._replace(state=NO_THREAD) if (opens.year, opens.month, opens.day) > last else before


def _after(
    before: Standing, number: int, said: bytes, closed: date | None, acted: tuple[int, int] | None
) -> Standing:
    event, kind, level, determined = said
    asleep, is_found = not IS_OPEN[before.state], event == Event.FINDING
    gone = acted is not None and asleep and not is_found
    event = Event.GROUND_GONE if gone else event
    # The kind follows the latest determined window; one that is not determined can only make it more urgent.
    takes = is_found and (determined or asleep or level > before.level)
    says = (kind, level) if takes else (before.kind, before.level)
    state, closed_on = NEXT[before.state][event], before.closed_on
    if closed is not None:  # only people close; from then on the thread sleeps
        state, closed_on = CLOSED, closed.toordinal()
    return Standing(
        state,
        *(acted if gone and acted is not None else says),
        number if takes or gone else before.since,
        closed_on,
        closed is not None or (IS_OPEN[state] and event != Event.SKIPPED),
        gone,
    )
