"""The school calendar of each municipality as dated ranges, and the schools with days of their own."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.models import AssessmentWindow
from assessments.roster.models import Municipality, School
from assessments.school_days import Span, SpanKind

ONCE_A_YEAR = sa.text("kind NOT IN ('study_day', 'other')")


class CalendarRange(Recorded, Model):
    """A term, or days without school, of one municipality (both ends included).

    A kind that a municipality has not said of a year follows what is usual (assessments/school_days.py).
    """

    __table_args__ = (
        one_of("kind", SpanKind),
        sa.CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        sa.CheckConstraint("length(academic_year) = 7", name="academic_year_like_2026_27"),
        sa.CheckConstraint("name IS NULL OR length(name) BETWEEN 1 AND 60", name="name_is_short"),
        sa.Index("ix_calendar_range_year", "municipality_id", "academic_year"),
        sa.Index(
            "uq_calendar_range_once_a_year", "municipality_id", "academic_year", "kind", unique=True,
            sqlite_where=ONCE_A_YEAR, postgresql_where=ONCE_A_YEAR,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey(Municipality.id))
    academic_year: Mapped[str]
    kind: Mapped[SpanKind] = mapped_column(Word(SpanKind))
    name: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    municipality: Mapped[Municipality] = relationship()

    @property
    def span(self) -> Span:
        return Span(self.kind, self.starts_on, self.ends_on, self.name)


class SchoolWindow(Recorded, Model):
    """A school where a window opens and closes on days of its own. No row: the days of the initiative.

    Make-up days are as many as the window's. Who is counted in shares goes by the window's own closing date
    everywhere, so that nobody who moves is counted twice.
    """

    __table_args__ = (
        sa.UniqueConstraint("window_id", "school_id"),
        sa.CheckConstraint("opens_on <= closes_on", name="opens_before_it_closes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id))
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id), index=True)
    opens_on: Mapped[date]
    closes_on: Mapped[date]

    window: Mapped[AssessmentWindow] = relationship()
    school: Mapped[School] = relationship()
