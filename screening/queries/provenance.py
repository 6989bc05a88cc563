"""Which version of the benchmarks judged each window of a pupil, when, and what earlier versions said."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from assessments.clock import day_of
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil
from screening.benchmarks.models import FormerJudgement
from screening.models import BenchmarkSet, Judgement
from screening.queries.standards import Standards


@dataclass(frozen=True)
class Provenance:
    """``names`` of sets by id; ``former`` by window id, latest first."""

    judged_by: Standards
    names: Mapping[int, str]
    former: Mapping[int, tuple[str, ...]]

    @classmethod
    def fetch(cls, pupil: Pupil, judged_by: Standards) -> "Provenance":
        """Two queries."""
        sets = db.session.execute(sa.select(BenchmarkSet.id, BenchmarkSet.name, BenchmarkSet.version))
        names = {row.id: f"{row.name}, version {row.version}" for row in sets}
        rows = db.session.scalars(
            sa.select(FormerJudgement).filter_by(pupil_id=pupil.id).order_by(FormerJudgement.id.desc())
        )
        former: dict[int, tuple[str, ...]] = {}
        for row in rows:
            days = f"{day_of(row.judged_at)} till {day_of(row.replaced_at)}"
            words = f"{row.level.label} efter {names[row.benchmark_set_id]}, {days}"
            former[row.window_id] = (*former.get(row.window_id, ()), words)
        return cls(judged_by, names, former)

    def words(self, window: AssessmentWindow, judgement: Judgement | None) -> str:
        """``Lässpår bas 2026, version 1, 2026-10-15``: the set and day of the judgement that stands there."""
        force = self.judged_by.in_force.get(window.id)
        if judgement is None:
            return force.called if force else ""
        told = f"{self.names[judgement.benchmark_set_id]}, {day_of(judgement.judged_at)}"
        told += ", bedömt i efterhand" if judgement.is_judged_afterwards else ""
        is_old = force is not None and force.set_id != judgement.benchmark_set_id
        return f"{told}; räknas om efter {force.called}" if force and is_old else told
