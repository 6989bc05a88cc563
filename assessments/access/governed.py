"""What those who govern the initiative have chosen: dated rows with who and why, only ever added to.

The words that a code may say, and what holds where nobody has chosen, stand in assessments/governing. The
table is on this floor because one choice, which municipalities take part, says what a coordinator reaches.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.roster.models import Duty, Municipality, School

TAKES_PART = "takes_part"
YES, NO = "yes", "no"


class GovernedSetting(Recorded, Model):
    """One choice: ``value`` for ``code`` from a day on. Of two about the same thing the one with the latest
    day that has come holds, and of two with one day the later row.

    The columns between say what it is about: ``about`` a measure or a language, a year (grade index), a
    window, a municipality, a school; none of them: the whole initiative.
    """

    __table_args__ = (
        sa.CheckConstraint("length(code) > 0", name="code_not_empty"),
        sa.CheckConstraint("year BETWEEN 0 AND 9", name="year_is_a_grade"),
        sa.CheckConstraint("length(value) <= 300", name="value_is_short"),
        sa.CheckConstraint("reason IS NULL OR length(reason) BETWEEN 1 AND 300", name="reason_is_one_line"),
        sa.Index("ix_governed_setting_code", "code", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    about: Mapped[str | None]
    year: Mapped[int | None]
    # The window's table is on a floor above: named, not imported.
    window_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assessment_window.id"))
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Municipality.id))
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey(School.id))
    value: Mapped[str]
    valid_from: Mapped[date]
    reason: Mapped[str | None]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # none: command line
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))


def takes_part(municipality_id: sa.SQLColumnExpression[int], day: date) -> sa.ColumnElement[bool]:
    """Whether the municipality is in the initiative on the day. Nobody has said: it always is. One that joins
    later was outside before, and one that leaves was inside."""
    said = sa.select(GovernedSetting.value).where(
        GovernedSetting.code == TAKES_PART, GovernedSetting.municipality_id == municipality_id
    )
    latest = said.where(GovernedSetting.valid_from <= day).order_by(
        GovernedSetting.valid_from.desc(), GovernedSetting.id.desc()
    )
    turned = sa.case((GovernedSetting.value == YES, NO), else_=YES)
    first = (
        said.with_only_columns(turned)
        .where(GovernedSetting.valid_from > day)
        .order_by(GovernedSetting.valid_from, GovernedSetting.id.desc())
    )
    answers = (one.limit(1).correlate(Municipality).scalar_subquery() for one in (latest, first))
    return sa.func.coalesce(*answers, YES) == YES
