"""What was planned for a support period besides its line: the kind of support, and where the goal is from."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from screening.models import SupportPeriod
from screening.support.ways import GoalWay, SupportKind


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
