"""Open support in a municipality: a place that families turn to by themselves."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.database import Model, Recorded
from assessments.roster.models import Municipality

LONGEST = {"name": 100, "what": 300, "address": 200, "phone": 50, "hours": 200, "web": 200}


def _lengths() -> tuple[sa.CheckConstraint, ...]:
    return tuple(
        sa.CheckConstraint(
            f"{column} IS NULL OR length({column}) BETWEEN 1 AND {most}", name=f"{column}_is_short"
        )
        for column, most in LONGEST.items()
    )


class OpenSupport(Recorded, Model):
    """What is printed for a family: who they are, what they offer, where and when."""

    __table_args__ = (sa.UniqueConstraint("municipality_id", "name"), *_lengths())

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey(Municipality.id))
    name: Mapped[str]  # "Familjecentralen Åkern"
    what: Mapped[str]  # for whom, and what one can get help with
    address: Mapped[str | None]
    phone: Mapped[str | None]
    hours: Mapped[str | None]
    web: Mapped[str | None]

    municipality: Mapped[Municipality] = relationship()
