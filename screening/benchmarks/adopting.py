"""Adopting a set for the initiative from a date, and what the sets are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from assessments import windows
from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow, Score
from assessments.refusals import Refused
from screening.benchmarks.models import AdoptionTrial
from screening.models import Adoption, BenchmarkSet

LATEST = 3  # windows a proposed set is tried on
ASKS_REASON_ABOVE = 0.30  # of the pupils
FEW = 17  # from here on fewer than five with a signal are less than that share, so a hidden one says nothing


@dataclass(frozen=True)
class Trial:
    """How many pupils of a window the set would signal a need for, as it may be told. ``counted``: as it is,
    pupils and signalled, for the command line, which reads every pupil anyway."""

    window: AssessmentWindow
    pupils: int
    signalled: int
    is_hidden: bool = False
    counted: tuple[int, int] = field(default=(0, 0), compare=False)

    @property
    def share(self) -> float:
        return self.signalled / self.pupils if self.pupils else 0.0

    @property
    def asks_reason(self) -> bool:
        """Of so few pupils that nothing is told, always: what is asked must tell nothing either."""
        return (self.is_hidden and 0 < self.pupils < FEW) or self.share > ASKS_REASON_ABOVE


@dataclass(frozen=True)
class Listed:
    """A published version, and from when it has been adopted."""

    benchmark_set: BenchmarkSet
    adopted_from: Sequence[date]


def find(name: str) -> BenchmarkSet:
    """The set of ``code@version``."""
    code, _, version = name.rpartition("@")
    found = db.session.scalar(sa.select(BenchmarkSet).filter_by(code=code, version=version))
    if found is None:
        raise Refused(f"{name} finns inte. Se vilka som finns med: lasspar benchmarks list")
    return found


def adopt(
    benchmark_set: BenchmarkSet,
    valid_from: date,
    *,
    reason: str | None = None,
    account_id: int | None = None,
    told: Sequence[Trial] = (),
) -> bool:
    """Use the set for windows that open from the date on. Flushes; false when it is so already.

    Of two adoptions with one date the later row counts. ``told`` is what whoever adopts was shown first: it
    is kept with the adoption.
    """
    last = db.session.scalar(
        sa.select(Adoption).filter_by(valid_from=valid_from).order_by(Adoption.id.desc()).limit(1)
    )
    if last is not None and last.benchmark_set_id == benchmark_set.id:
        return False
    adoption = Adoption(benchmark_set_id=benchmark_set.id, valid_from=valid_from, reason=reason)
    adoption.account_id = account_id
    db.session.add(adoption)
    db.session.flush()
    db.session.add_all(
        AdoptionTrial(
            adoption_id=adoption.id, window_id=one.window.id, pupils=one.pupils, signalled=one.signalled
        )
        for one in told
        if not one.is_hidden
    )
    db.session.flush()
    return True


def latest_windows() -> list[AssessmentWindow]:
    """The windows a set is tried on: the latest that have begun and have scores, oldest first."""
    has_scores = sa.exists().where(Score.window_id == AssessmentWindow.id)
    with_scores = set(db.session.scalars(sa.select(AssessmentWindow.id).where(has_scores)))
    begun = [one for one in windows.in_order() if one.opens_on <= today() and one.id in with_scores]
    return begun[-LATEST:]


def asks_reason(told: Sequence[Trial]) -> bool:
    """Whether so many would be signalled that whoever adopts has to say why."""
    return any(one.asks_reason for one in told)


def listed() -> list[Listed]:
    """Every published set, by code and version, with the dates it was adopted from."""
    sets = db.session.scalars(sa.select(BenchmarkSet).order_by(BenchmarkSet.code, BenchmarkSet.id)).all()
    rows = db.session.execute(
        sa.select(Adoption.benchmark_set_id, Adoption.valid_from).order_by(Adoption.valid_from, Adoption.id)
    ).all()
    return [Listed(one, [row.valid_from for row in rows if row.benchmark_set_id == one.id]) for one in sets]
