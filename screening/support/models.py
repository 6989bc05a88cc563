"""What belongs to a support period besides its line: the plan, who leads it, what changed, how it ended."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.roster.models import Duty, Role, School, SchoolClass
from screening.models import SupportPeriod
from screening.support.ways import GoalWay, SupportKind, WhatWorked


class SupportPlan(Recorded, Model):
    """The plan of one period. What nobody has said is not guessed: a period may stand without a plan."""

    __table_args__ = (
        one_of("kind", SupportKind),
        one_of("goal_way", GoalWay),
        sa.CheckConstraint("minutes BETWEEN 1 AND 300", name="minutes_of_a_school_day"),
        sa.CheckConstraint("times_a_week BETWEEN 1 AND 20", name="times_of_a_school_week"),
        sa.CheckConstraint("(minutes IS NULL) = (times_a_week IS NULL)", name="minutes_with_times"),
    )

    support_period_id: Mapped[int] = mapped_column(sa.ForeignKey(SupportPeriod.id), primary_key=True)
    kind: Mapped[SupportKind] = mapped_column(Word(SupportKind))
    goal_way: Mapped[GoalWay] = mapped_column(Word(GoalWay), default=GoalWay.AGREED)
    minutes: Mapped[int | None]
    times_a_week: Mapped[int | None]

    period: Mapped[SupportPeriod] = relationship()


class SupportGroup(Recorded, Model):
    """Pupils of a school who get support together, under a name that says nothing."""

    __table_args__ = (sa.CheckConstraint("length(name) BETWEEN 1 AND 40", name="name_is_short"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id), index=True)
    name: Mapped[str]


class SupportLead(Recorded, Model):
    """The function that leads a period, never a person: whoever holds that duty has it; and with whom."""

    __table_args__ = (
        one_of("role", Role),
        sa.CheckConstraint("(school_id IS NULL) <> (school_class_id IS NULL)", name="one_place"),
    )

    support_period_id: Mapped[int] = mapped_column(sa.ForeignKey(SupportPeriod.id), primary_key=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey(School.id), index=True)
    school_class_id: Mapped[int | None] = mapped_column(sa.ForeignKey(SchoolClass.id), index=True)
    support_group_id: Mapped[int | None] = mapped_column(sa.ForeignKey(SupportGroup.id), index=True)


class SupportChange(Model):
    """The plan as it stood after each change of it, from a day on. The first version is how it began.

    ``plan`` holds plain values: kind, goal_way, goal (thousandths), goal_on, minutes, times_a_week, led_by.
    """

    __table_args__ = (
        sa.UniqueConstraint("support_period_id", "version"),
        sa.CheckConstraint("version >= 1", name="version_counts_from_one"),
        sa.CheckConstraint("line IS NULL OR length(line) BETWEEN 1 AND 300", name="line_is_one_line"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    support_period_id: Mapped[int] = mapped_column(sa.ForeignKey(SupportPeriod.id))
    version: Mapped[int]
    changed_from: Mapped[date]
    line: Mapped[str | None]
    plan: Mapped[dict[str, Any]]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    changed_at: Mapped[datetime]


class SupportResultChange(Model):
    """What stood on a day of a period after each change; points empty: the result was taken away."""

    __table_args__ = (
        sa.UniqueConstraint("support_period_id", "measured_on", "version"),
        sa.CheckConstraint("version >= 1", name="version_counts_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    support_period_id: Mapped[int] = mapped_column(sa.ForeignKey(SupportPeriod.id))
    measured_on: Mapped[date]
    version: Mapped[int]
    points: Mapped[Decimal | None]
    is_discontinued: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # none: command line
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    changed_at: Mapped[datetime]


class SupportFollowUp(Recorded, Model):
    """How a period ended: before, after, what the numbers said that day, and what worked."""

    __table_args__ = (
        one_of("worked", WhatWorked),
        sa.CheckConstraint("version >= 1", name="version_counts_from_one"),
        sa.CheckConstraint("line IS NULL OR length(line) BETWEEN 1 AND 300", name="line_is_one_line"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    support_period_id: Mapped[int] = mapped_column(sa.ForeignKey(SupportPeriod.id), unique=True)
    ended_on: Mapped[date]
    before: Mapped[Decimal]
    after: Mapped[Decimal | None]  # none: nothing was measured
    results: Mapped[int]
    verdict: Mapped[str]  # of screening.growth
    worked: Mapped[WhatWorked] = mapped_column(Word(WhatWorked))
    line: Mapped[str | None]
    version: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
