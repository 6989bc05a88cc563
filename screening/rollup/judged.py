"""As what pupils are counted who have just been judged: from the arrays they were judged in."""

from collections.abc import Container, Sequence

import numpy as np

from screening.levels import NO_RANK
from screening.material import Material
from screening.placed import NOWHERE
from screening.rollup.models import NOBODY, WHOLE_WINDOW
from screening.rollup.placing import Placed, Placements
from screening.standards import Mark

NOTHING = -2  # in the place of a rank: nothing is put down


def judged_placements(material: Material, window_ids: Container[int]) -> Placements:
    """What ``placing.should_be`` says of these pupils when the judgements are written, in these windows."""
    found: Placements = {}
    for number, window in enumerate(material.frame.windows):
        if (window_id := window.id) not in window_ids:
            continue
        schools, years = material.places.schools[number].tolist(), material.places.years[number].tolist()
        levels, by = _levels(material, number - material.first), material.frame.in_force[window_id].set_id
        for row, pupil_id in enumerate(material.pupil_ids):
            if schools[row] == NOWHERE or material.adapted[row]:
                continue
            place, reached = (pupil_id, window_id), levels[row]
            found[place] = Placed(
                schools[row],
                years[row],
                material.curricula[row],
                NOBODY if reached is None else by,
                {WHOLE_WINDOW: NO_RANK} if reached is None else reached,
            )
    return found


def _levels(material: Material, at: int) -> Sequence[dict[str, int] | None]:
    """By row what is reached on each measure and in the window; None of who is not judged there.

    Who have reached the same share one answer.
    """
    if not 0 <= at < len(material.periods):
        return [None] * len(material.pupil_ids)
    period, codes = material.periods[at], (*material.frame.measures, WHOLE_WINDOW)
    ranks = np.where(period.sheet.marks == Mark.BLANK, np.int8(NOTHING), period.judged.ranks)
    reached = np.column_stack([ranks, period.judged.level])
    told: dict[bytes, dict[str, int]] = {}
    found: list[dict[str, int] | None] = []
    for is_there, kind in zip(material.there[at].tolist(), map(bytes, reached), strict=True):
        if is_there and kind not in told:
            both = zip(codes, np.frombuffer(kind, np.int8).tolist(), strict=True)
            told[kind] = {code: rank for code, rank in both if rank != NOTHING}
        found.append(told[kind] if is_there else None)
    return found
