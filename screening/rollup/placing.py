"""As what pupils should be counted, worked out from everything else that is stored.

This way is apart from the one the engine takes (``judged``): it asks the tables, without arrays, so the one
can be held against the other. It must not import NumPy: a web worker counts new pupils with it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.models import Absence, AssessmentWindow, Score
from assessments.roster.models import Curriculum, Pupil, SchoolForm
from screening.benchmarks.catalogue import Benchmarks, benchmarks
from screening.levels import NO_RANK
from screening.models import Judgement
from screening.rollup.models import NOBODY, WHOLE_WINDOW
from screening.whereabouts import IDS, went

PUPILS, JUDGEMENTS, SCORES = (cast(sa.Table, kind.__table__) for kind in (Pupil, Judgement, Score))
WINDOWS: sa.BindParameter[int] = sa.bindparam("windows", expanding=True)
CURRICULA = sa.select(PUPILS.c.id, PUPILS.c.curriculum).where(
    PUPILS.c.id.in_(IDS), PUPILS.c.school_form == SchoolForm.GRUNDSKOLA
)
JUDGED = sa.select(
    JUDGEMENTS.c.pupil_id, JUDGEMENTS.c.window_id, JUDGEMENTS.c.year, JUDGEMENTS.c.level,
    JUDGEMENTS.c.benchmark_set_id,
).where(JUDGEMENTS.c.pupil_id.in_(IDS), JUDGEMENTS.c.window_id.in_(WINDOWS))  # fmt: skip
RESULTS = sa.select(
    SCORES.c.pupil_id, SCORES.c.window_id, SCORES.c.measure, SCORES.c.points, SCORES.c.absence
).where(SCORES.c.pupil_id.in_(IDS), SCORES.c.window_id.in_(WINDOWS))


class Placed(NamedTuple):
    """As what a pupil is counted in a window; ``levels`` as in CountedPupil."""

    school_id: int
    year: int
    curriculum: Curriculum
    judged_by: int
    levels: Mapping[str, int]


Place = tuple[int, int]  # pupil id, window id
Placements = dict[Place, Placed]


def should_be(pupil_ids: Sequence[int], windows: Sequence[AssessmentWindow]) -> Placements:
    """As what these pupils should be counted in the windows. Seven queries; at most 5,000 pupils at once."""
    known, wanted = measures(), {"ids": pupil_ids, "windows": [window.id for window in windows]}
    curricula = {row.id: row.curriculum for row in db.session.execute(CURRICULA, {"ids": pupil_ids})}
    judged = {(row.pupil_id, row.window_id): row for row in db.session.execute(JUDGED, wanted)}
    results: defaultdict[Place, list[Any]] = defaultdict(list)
    for row in db.session.execute(RESULTS, wanted):
        results[row.pupil_id, row.window_id].append(row)
    sets = benchmarks({row.benchmark_set_id for row in judged.values()}, known)
    found: Placements = {}
    for numbers, pupil_id, year, _class_id, school_id in went(pupil_ids, windows):
        if pupil_id not in curricula:
            continue
        for window in (windows[number] for number in numbers):  # of two on one day the later one
            place, goes_in, by, levels = (pupil_id, window.id), year, NOBODY, {WHOLE_WINDOW: NO_RANK}
            if (judgement := judged.get(place)) is not None:
                goes_in, by = judgement.year, judgement.benchmark_set_id
                reached = _Limits(sets[by], window, goes_in, known)
                levels = {one.measure: reached.rank(one) for one in results[place]}
                levels[WHOLE_WINDOW] = judgement.level.rank
            found[place] = Placed(school_id, goes_in, curricula[pupil_id], by, levels)
    return found


class _Limits(NamedTuple):
    """What a year's results in a window are judged by."""

    by: Benchmarks
    window: AssessmentWindow
    year: int
    known: Mapping[str, Measure]

    def rank(self, result: Any) -> int:
        cut = self.by.cuts.get((result.measure, self.year, self.window.season))
        points: Decimal | None = result.points
        if result.absence is Absence.NOT_YET_ABLE:
            points = self.known[result.measure].worst
        return NO_RANK if cut is None or points is None else cut.limits.level(points).rank
