"""What assessments asks of this room (assessments.doors.Screening), connected in app.py.

Sheets are shown to people who wait, so nothing here but judging loads NumPy.
"""

import itertools
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import g

from assessments import windows
from assessments.database import db
from assessments.doors import CellLevel, ClassCounts, LimitSource
from assessments.instruments.catalogue import measures
from assessments.jobs import doorbell
from assessments.jobs.progress import progress_of
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil
from screening.handovers.holding import hold_history
from screening.handovers.seeing import is_open, may_see
from screening.models import Judgement
from screening.queries.class_counts import class_counts
from screening.queries.expected import expected_at
from screening.queries.limit_sources import by_source, limit_sources
from screening.queries.standards import standards
from screening.rejudging import order_recounting
from screening.rollup.comparing import is_small, recount_window
from screening.rollup.keeping import let_counts_go, recount

CHUNK = 5000  # pupils in one question: both databases limit how many values one statement may hold
JUDGED = sa.select(Judgement.pupil_id).where(Judgement.pupil_id.in_(sa.bindparam("ids", expanding=True)))


class ScreeningDoor:
    """Limits, levels and counts for sheets and lists."""

    def expected_measures(self, window: AssessmentWindow, years: set[int]) -> list[str]:
        """Codes of the measures the window's set expects of these years, in reading order."""
        known = measures()
        judged_by = standards([window], known)
        expected = {code for year in years for code in judged_by.expected(window, year)}
        return [code for code in known if code in expected]

    def expected_at(
        self, window: AssessmentWindow, places: set[tuple[int, int]]
    ) -> dict[tuple[int, int], list[str]]:
        """The same for each (school id, year), narrowed to what the school uses."""
        known = measures()
        order = list(known)
        found = expected_at(window, places, standards([window], known))
        return {place: sorted(codes, key=order.index) for place, codes in found.items()}

    def limits(
        self, window: AssessmentWindow, years: set[int]
    ) -> dict[tuple[str, int], dict[str, Decimal | None]]:
        """Limits by measure and year, for the sheet: near_from, goal_from, above_from."""
        known = measures()
        judged_by, found = standards([window], known), {}
        for measure, year in itertools.product(known, sorted(years)):
            if cut := judged_by.cut(window, measure, year):
                edges = ("near_from", "goal_from", "above_from")
                found[measure, year] = {edge: getattr(cut.limits, edge) for edge in edges}
        return found

    def limit_sources(self, window: AssessmentWindow, places: Sequence[tuple[str, int]]) -> list[LimitSource]:
        """What the limits of each (measure, year) rest on, in the order given."""
        asked = [(window, measure, year) for measure, year in places]
        found = by_source(limit_sources(standards([window], measures()), asked))
        return [
            LimitSource(source, tuple(f"{line.place}: {line.limits}" for line in lines))
            for source, lines in found.items()
        ]

    def cell_levels(
        self, window: AssessmentWindow, cells: list[tuple[str, int, Decimal]]
    ) -> list[CellLevel | None]:
        """The level of each (measure, year, points), in order; None where there are no limits."""
        judged_by = standards([window], measures())
        told: list[CellLevel | None] = []
        for measure, year, points in cells:
            level = judged_by.level(window, (measure, year), points)
            told.append(CellLevel(level.value, level.label, level.value) if level is not None else None)
        return told

    def may_see(self, pupil_id: int, window: AssessmentWindow) -> bool:
        """Whether what was before a move is open where the pupil goes now."""
        return may_see(pupil_id, window)

    def is_open(self, pupil_id: Any, window_id: Any, seen_from: AssessmentWindow) -> sa.ColumnElement[bool]:
        """The same as a condition on rows of a pupil and a window, on a page about another one."""
        return is_open(pupil_id, window_id, seen_from)

    def class_counts(self, window: AssessmentWindow, class_ids: list[int]) -> dict[int, ClassCounts]:
        """Pupils to follow up in each class, and pupils whose signals wait for the hand-in."""
        return class_counts(window, class_ids)


def judge_again(
    window: AssessmentWindow, *, pupil_ids: set[int], measures: Collection[str] = (), **_more: Any
) -> None:
    """Scores were recorded; cells of these measures were filled, or emptied: judge those pupils, and whom it
    changes what is expected of, in the same transaction."""
    from screening import flagging  # NumPy is loaded when somebody is judged, not when the server starts

    flagging.judge_pupils(pupil_ids, since=window, measures=measures)


def judge_changed(
    _sender: object, *, pupil_ids: set[int], were_at: Collection[int] = (), **_more: Any
) -> None:
    """Pupils changed class, year or school form: what was judged of them is judged anew, from the start.

    Who has never been judged is counted at the school, and waits for a score, or the night's run: a new class
    list judges nobody. What a move closes is settled first: signals are judged by what may be known.
    """
    hold_history(pupil_ids)
    ids, judged = sorted(pupil_ids), set[int]()
    for start in range(0, len(ids), CHUNK):
        judged |= set(db.session.scalars(JUDGED, {"ids": ids[start : start + CHUNK]}))
    if judged:
        from screening import flagging  # NumPy is loaded when somebody is judged, not when the server starts

        flagging.judge_moved(judged, were_at)
    recount(pupil_ids - judged, windows.in_order())


def count_no_more(pupil: Pupil, *, since: date) -> None:
    """What is kept of the pupil is not used from a day on: the pupil is counted in no window that closes
    later. What was counted before stays, and nothing is judged anew."""
    let_counts_go(pupil.id, since)


def count_anew(window: AssessmentWindow, **_more: Any) -> None:
    """A window was declared or moved: others than before may be counted in it. School by school, as a job,
    where they are so many that others' saves would wait."""
    if is_small(window):
        recount_window(window)
        return
    job = order_recounting(window, g.account.id if g.get("account") else None)
    parts = progress_of([job.id])[job.id].parts
    sa.event.listen(db.session(), "after_commit", lambda _session: doorbell.ring(parts), once=True)
