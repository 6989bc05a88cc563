"""The measures we know, as rows: built in or imported from a file."""

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from assessments.database import Model, Recorded


class MeasureRow(Recorded, Model):
    __tablename__ = "measure"
    __table_args__ = (
        sa.CheckConstraint("minimum < maximum", name="minimum_below_maximum"),
        sa.CheckConstraint("step > 0", name="step_positive"),
        sa.CheckConstraint("sem IS NULL OR sem > 0", name="sem_positive"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]  # reading order on sheets
    name: Mapped[str]
    unit: Mapped[str]
    minimum: Mapped[Decimal]
    maximum: Mapped[Decimal]
    step: Mapped[Decimal]
    higher_is_better: Mapped[bool]
    area: Mapped[str]
    years: Mapped[list[int]]
    how: Mapped[str]
    sem: Mapped[Decimal | None]
    sem_status: Mapped[str | None]
    labels: Mapped[list[str] | None]
    official: Mapped[bool] = mapped_column(default=False)
    same_text: Mapped[bool] = mapped_column(default=False)
    implausible_gain: Mapped[Decimal | None]
