"""The signals of pupils who have gone to several schools: each school's windows know what that school may.

What closed at another school, and has not been handed over there, is to the windows of a school as if it had
never been. When the school has accepted a handover, what was told is judged together with its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from screening.frame import Frame
from screening.handovers.holding import View
from screening.lives import Acts, FlagKey, Rows, rows
from screening.material import gather

T = TypeVar("T")


def as_each_school_knows(
    should_be: Rows,
    frame: Frame,
    layers: Sequence[Mapping[int, View]],
    acts: Acts,
    written: Collection[int],
) -> Rows:
    """``should_be`` with other signals in the windows of schools that may not know all.

    ``layers``: by pupil a school, and in the next one another, of those who have gone to several such;
    ``written``: the ids of the windows that are written.
    """
    for seen in layers:
        should_be = _as_known(should_be, frame, seen, acts, written)
    return should_be


def _as_known(
    should_be: Rows, frame: Frame, seen: Mapping[int, View], acts: Acts, written: Collection[int]
) -> Rows:
    closes_on = {window.id: window.closes_on for window in frame.windows}

    def is_theirs(key: FlagKey) -> bool:
        pupil_id, _, window_id = key
        return pupil_id in seen and window_id in closes_on and seen[pupil_id].owns(closes_on[window_id])

    def is_known(key: FlagKey) -> bool:
        pupil_id, _, window_id = key
        return (
            pupil_id in seen
            and window_id in closes_on
            and not seen[pupil_id].closed.covers(closes_on[window_id])
        )

    def chosen(told: Mapping[FlagKey, T], *, theirs: bool) -> dict[FlagKey, T]:
        return {key: one for key, one in told.items() if is_theirs(key) is theirs}

    known = Acts(
        *({key: one for key, one in told.items() if is_known(key)} for told in (acts.closed, acts.acted))
    )
    acted_in = {window_id for _, _, window_id in known.acted}
    material = gather(frame, seen, unless_empty=acted_in, seen=seen)
    first = sum(window.id not in written for window in material.windows)
    told = rows(material, known, first)
    return replace(
        should_be,
        flags={**chosen(should_be.flags, theirs=False), **chosen(told.flags, theirs=True)},
        ground_gone={
            **chosen(should_be.ground_gone, theirs=False),
            **chosen(told.ground_gone, theirs=True),
        },
    )
