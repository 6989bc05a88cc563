"""Goals of the initiative, numbers entered by hand, and the ledger of figures beside a window's shares."""

import enum
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.instruments.models import MeasureRow
from assessments.models import AssessmentWindow, Season
from assessments.roster.models import Duty, Municipality, School

Json = dict[str, Any]


class GoalKind(enum.StrEnum):
    """What the share that is to be halved is a share of."""

    WINDOW = "window"
    MEASURE = "measure"
    ABSENCE = "absence"
    INDICATOR = "indicator"

    @property
    def label(self) -> str:
        """What a coordinator chooses."""
        return {
            "window": "Nivån i perioden",
            "measure": "Ett mått",
            "absence": "Oroande frånvaro",
            "indicator": "Tal som skrivs in för hand",
        }[self.value]


class HalvingGoal(Recorded, Model):
    """A share that is to be half as large in the target year as in the baseline year.

    ``year`` None: every year of the window. ``municipality_id`` None: the whole initiative.
    """

    __table_args__ = (
        one_of("kind", GoalKind),
        one_of("season", Season),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_is_short"),
        sa.CheckConstraint("(kind = 'measure') = (measure IS NOT NULL)", name="measure_of_a_measure"),
        sa.CheckConstraint("year BETWEEN 0 AND 9", name="year_is_a_grade"),
        sa.CheckConstraint("target_year > baseline_year", name="target_after_baseline"),
        sa.CheckConstraint("length(baseline_year) = 7", name="baseline_like_2026_27"),
        sa.CheckConstraint("length(target_year) = 7", name="target_like_2026_27"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[GoalKind] = mapped_column(Word(GoalKind))
    measure: Mapped[str | None] = mapped_column(sa.ForeignKey(MeasureRow.code))
    year: Mapped[int | None]
    season: Mapped[Season] = mapped_column(Word(Season))
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Municipality.id), index=True)
    baseline_year: Mapped[str]
    target_year: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    ended_on: Mapped[date | None]  # no longer followed; what was released of it stays

    municipality: Mapped[Municipality | None] = relationship()


class GoalNumber(Recorded, Model):
    """An indicator entered by hand: so many of a school's cohort do not yet reach it."""

    __table_args__ = (
        sa.UniqueConstraint("goal_id", "school_id", "academic_year"),
        sa.CheckConstraint("count BETWEEN 0 AND among", name="count_is_a_part"),
        sa.CheckConstraint("among >= 1", name="somebody_is_counted"),
        sa.CheckConstraint("length(academic_year) = 7", name="academic_year_like_2026_27"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(sa.ForeignKey(HalvingGoal.id))
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id), index=True)
    academic_year: Mapped[str]
    count: Mapped[int]
    among: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))


class Subject(enum.StrEnum):
    """What a release was about."""

    FOLLOW_UP = "follow_up"
    MEASURE = "measure"
    FLOW = "flow"
    GOAL = "goal"
    TRIAL = "trial"


class ReleasedFigures(Recorded, Model):
    """One release. Kept as it went out: a trigger lets nobody change or remove it."""

    __table_args__ = (
        one_of("subject", Subject),
        sa.CheckConstraint("fewest >= 1", name="fewest_counts_from_one"),
        sa.CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
        sa.Index("ix_released_figures_asked", "subject", "part", "window_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[Subject] = mapped_column(Word(Subject))
    part: Mapped[str]  # a measure's code, the id of a goal or of the window that flowed into this,
    # ``support`` and an academic year; else empty
    window_id: Mapped[int | None] = mapped_column(sa.ForeignKey(AssessmentWindow.id))
    fewest: Mapped[int]  # the smallest group that was shown
    cells: Mapped[Json]  # by cell the counts it went out with: under the goal, at it, without level
    lines: Mapped[Json]  # by line the cells that it summed
    hidden: Mapped[list[str]]  # lines that were not shown
    facts: Mapped[Json]  # what stood beside them: days, counts of classes, what support gave on average
    digest: Mapped[str]  # sha-256 of all this
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # None: the command line
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))

    duty: Mapped[Duty | None] = relationship()
