"""Benchmark sets on their way: drafts, each change to them, what adopting told, judgements replaced."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.models import AssessmentWindow, Season
from assessments.roster.models import Pupil
from screening.levels import Level
from screening.models import Adoption, BenchmarkSet


class BenchmarkDraft(Recorded, Model):
    """A set that is being written: the text of a benchmark file, until it is published or laid aside."""

    __table_args__ = (
        sa.CheckConstraint("published_set_id IS NULL OR laid_aside_at IS NULL", name="ends_in_one_way"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    based_on_id: Mapped[int | None] = mapped_column(sa.ForeignKey(BenchmarkSet.id))  # none: from a file
    content: Mapped[str]  # TOML, as files have it
    version: Mapped[int] = mapped_column(default=1)  # of the draft: two who write at once are told
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # none: command line
    changed_at: Mapped[datetime]
    published_set_id: Mapped[int | None] = mapped_column(sa.ForeignKey(BenchmarkSet.id))
    laid_aside_at: Mapped[datetime | None]


class DraftChange(Recorded, Model):
    """Who changed what in a draft, and why. Without a measure: the facts of the set, or what decides a level
    (then the year and season stand in what was said)."""

    __table_args__ = (
        one_of("season", Season),
        sa.CheckConstraint(
            "(measure IS NULL) = (year IS NULL) AND (measure IS NULL) = (season IS NULL)",
            name="names_a_limit_or_none",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey(BenchmarkDraft.id), index=True)
    measure: Mapped[str | None]
    year: Mapped[int | None]
    season: Mapped[Season | None] = mapped_column(Word(Season))
    before: Mapped[dict[str, Any] | None]  # none: it was not there
    after: Mapped[dict[str, Any] | None]  # none: it was taken away
    reason: Mapped[str | None]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))


class AdoptionTrial(Model):
    """What a set would have signalled in a window, as it was told to whoever adopted it."""

    __table_args__ = (sa.CheckConstraint("signalled BETWEEN 0 AND pupils", name="a_part_of_the_pupils"),)

    adoption_id: Mapped[int] = mapped_column(sa.ForeignKey(Adoption.id), primary_key=True)
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), primary_key=True)
    pupils: Mapped[int]
    signalled: Mapped[int]


class FormerJudgement(Model):
    """What an earlier version of the benchmarks said of a pupil's window, and the signals of then."""

    __table_args__ = (
        sa.Index("ix_former_judgement_pupil_id_window_id", "pupil_id", "window_id"),
        one_of("level", Level),
        one_of("at_best", Level),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id))
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id))
    benchmark_set_id: Mapped[int] = mapped_column(sa.ForeignKey(BenchmarkSet.id))
    year: Mapped[int]
    level: Mapped[Level] = mapped_column(Word(Level))
    at_best: Mapped[Level | None] = mapped_column(Word(Level))
    reason: Mapped[str | None]
    is_despite_missing: Mapped[bool]
    is_judged_afterwards: Mapped[bool]
    certainty: Mapped[str]
    composite: Mapped[Decimal | None]
    judged_at: Mapped[datetime]
    replaced_at: Mapped[datetime]
    signals: Mapped[list[Any]] = mapped_column(default=list)  # family, kind, level, state
