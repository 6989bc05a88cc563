"""What some pupils have reached up to a window, and the limits of each time: nine questions at all."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from assessments import windows
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow, Score
from assessments.roster.models import School
from reports.figures.imprint import Imprint
from screening.benchmarks.catalogue import CutLine
from screening.handovers.seeing import is_open
from screening.levels import Level
from screening.models import BenchmarkSet, Judgement
from screening.queries.standards import Standards, points_judged, standards


@dataclass(frozen=True)
class Past:
    """Windows are oldest first, the last of them the one that is printed."""

    windows: list[AssessmentWindow]
    known: Mapping[str, Measure]
    standards: Standards
    set_label: str  # of the set that judges the window that is printed
    scores: Mapping[tuple[int, int, str], Any]  # pupil id, window id, measure
    judgements: Mapping[tuple[int, int], Judgement]  # pupil id, window id

    @property
    def window(self) -> AssessmentWindow:
        return self.windows[-1]

    def cut(self, window: AssessmentWindow, measure: str, year: int) -> CutLine | None:
        return self.standards.cut(window, measure, year)

    def points(self, pupil_id: int, window: AssessmentWindow, measure: str) -> Decimal | None:
        """What a score is judged by: "kan inte genomföras ännu" is the worst, other absences are none."""
        row = self.scores.get((pupil_id, window.id, measure))
        return None if row is None else points_judged(self.known[measure], row.points, row.absence)

    def reached(self, pupil_id: int, window: AssessmentWindow, measure: str) -> Decimal | None:
        """What stands as a number: "kan inte genomföras ännu" is told in words, and drawn nowhere as zero."""
        row = self.scores.get((pupil_id, window.id, measure))
        return None if row is None else row.points

    def before(self, pupil_id: int, measure: str) -> tuple[AssessmentWindow, Decimal] | None:
        """The latest points on the measure before this window."""
        for window in reversed(self.windows[:-1]):
            points = self.points(pupil_id, window, measure)
            if points is not None:
                return window, points
        return None

    def level(self, pupil_id: int, window: AssessmentWindow) -> Level | None:
        """The window's level; None where it is not determined."""
        judgement = self.judgements.get((pupil_id, window.id))
        return None if judgement is None or judgement.level is Level.NOT_DETERMINED else judgement.level

    def imprint(self, school: School) -> Imprint:
        return self.imprint_of(school.name)

    def imprint_of(self, sender: str) -> Imprint:
        in_force = self.standards.in_force.get(self.window.id)
        is_afterwards = bool(in_force and in_force.judged_afterwards)
        return Imprint(sender, self.window.label, self.set_label, today(), is_afterwards)


def past(pupil_ids: Collection[int], window: AssessmentWindow) -> Past:
    through = [
        one for one in windows.in_order() if windows.place_in_time(one) <= windows.place_in_time(window)
    ]
    known = measures()
    judged_by = standards(through, known)
    return Past(
        windows=through,
        known=known,
        standards=judged_by,
        set_label=set_label(judged_by, window),
        scores=_scores(pupil_ids, through, window),
        judgements=_judgements(pupil_ids, through, window),
    )


def set_label(judged_by: Standards, window: AssessmentWindow) -> str:
    """``Lässpår bas 2026, version 1``."""
    in_force = judged_by.in_force.get(window.id)
    if in_force is None:
        return "Inga riktmärken är antagna"
    name = db.session.scalar(sa.select(BenchmarkSet.name).filter_by(id=in_force.set_id))
    return f"{name}, version {in_force.version}"


def _scores(
    pupil_ids: Collection[int], through: list[AssessmentWindow], window: AssessmentWindow
) -> dict[tuple[int, int, str], Any]:
    columns = (
        Score.pupil_id, Score.window_id, Score.measure, Score.year, Score.points, Score.absence,
        Score.is_discontinued, Score.assessed_on,
    )  # fmt: skip
    rows = db.session.execute(
        sa.select(*columns).where(
            Score.pupil_id.in_(pupil_ids),
            Score.window_id.in_([one.id for one in through]),
            is_open(Score.pupil_id, Score.window_id, window),
        )
    )
    return {(row.pupil_id, row.window_id, row.measure): row for row in rows}


def _judgements(
    pupil_ids: Collection[int], through: list[AssessmentWindow], window: AssessmentWindow
) -> dict[tuple[int, int], Judgement]:
    rows = db.session.scalars(
        sa.select(Judgement).where(
            Judgement.pupil_id.in_(pupil_ids),
            Judgement.window_id.in_([one.id for one in through]),
            is_open(Judgement.pupil_id, Judgement.window_id, window),
        )
    )
    return {(row.pupil_id, row.window_id): row for row in rows}
