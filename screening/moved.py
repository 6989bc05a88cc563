"""The signals of pupils whose history is held: where they go now, nothing from before the move is known.

Windows before the move say what they said to the school of that time; later ones are judged as if the pupil
had begun with the move. When the school has accepted a handover nothing is held, and all is judged together.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from screening.frame import Frame
from screening.lives import Acts, FlagKey, Rows, rows
from screening.material import gather

T = TypeVar("T")


def where_they_go(
    should_be: Rows, frame: Frame, moved: Mapping[int, date], acts: Acts, written: Collection[int]
) -> Rows:
    """``should_be`` with other signals of the pupils in ``moved`` in windows that close from that day on.

    ``moved``: by pupil, the day of the move; ``written``: the ids of the windows that are written.
    """
    closes_on = {window.id: window.closes_on for window in frame.windows}

    def is_after_move(key: FlagKey) -> bool:
        pupil_id, _, window_id = key
        return pupil_id in moved and window_id in closes_on and closes_on[window_id] >= moved[pupil_id]

    def since(told: Mapping[FlagKey, T]) -> dict[FlagKey, T]:
        return {key: one for key, one in told.items() if is_after_move(key)}

    def before(stands: Mapping[FlagKey, T]) -> dict[FlagKey, T]:
        return {key: one for key, one in stands.items() if not is_after_move(key)}

    known = Acts(since(acts.closed), since(acts.acted))
    acted_in = {window_id for _, _, window_id in known.acted}
    material = gather(frame, moved, unless_empty=acted_in, moved=moved)
    first = sum(window.id not in written for window in material.windows)
    told = rows(material, known, first)
    return replace(
        should_be,
        flags={**before(should_be.flags), **since(told.flags)},
        ground_gone={**before(should_be.ground_gone), **since(told.ground_gone)},
    )
