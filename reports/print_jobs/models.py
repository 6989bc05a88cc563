"""What was ordered to be printed: which classes, whose pages, and what became of each.

A class is the unit that a worker holds (a part of the job, with its lease), since its pages share one
document. Each pupil has a row of its own.
"""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.jobs.models import Job
from assessments.models import AssessmentWindow
from assessments.roster.models import Duty, Pupil, SchoolClass


class Purpose(enum.StrEnum):
    HOME = "home"  # to send home: pages that wait for a talk are held back
    TALK = "talk"  # for the utvecklingssamtal: everybody's, for that is the talk they wait for

    @property
    def label(self) -> str:
        return {"home": "att skicka hem", "talk": "till utvecklingssamtalen"}[self.value]


class Outcome(enum.StrEnum):
    WAITING = "waiting"
    PRINTED = "printed"
    HELD_BACK = "held_back"  # the page says "behöver mer träning och stöd", and no step is recorded
    LEFT_OUT = "left_out"  # protected or gone from the class since, or no result where such are skipped
    NOTE = "note"  # the page could not be made: a note lies in its place


class PrintOrder(Recorded, Model):
    """The pages for the home of some classes. ``folder`` is where its files lie, ``is_bound`` whether one of
    them holds all classes. The files go when ``expires_at`` has come, or before: ``removed_at``.
    """

    __table_args__ = (one_of("purpose", Purpose),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey(Job.id), unique=True)
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id))
    purpose: Mapped[Purpose] = mapped_column(Word(Purpose))
    folder: Mapped[str] = mapped_column(unique=True)
    is_bound: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    job: Mapped[Job] = relationship()
    window: Mapped[AssessmentWindow] = relationship()
    classes: Mapped[list["PrintClass"]] = relationship(order_by="PrintClass.position", back_populates="order")

    @property
    def has_covers(self) -> bool:
        """Whether each page lies behind a cover sheet for an envelope with a window."""
        return "covers" in self.job.details

    @property
    def is_measured_only(self) -> bool:
        """Whether pages that only say that nothing has been measured yet are left out."""
        return "measured" in self.job.details


class PrintClass(Model):
    """A class of an order, at its place among them. ``duty_id`` opened it; none: the command line."""

    __table_args__ = (
        sa.UniqueConstraint("print_order_id", "position"),
        sa.CheckConstraint("position >= 1", name="position_counts_from_one"),
        sa.CheckConstraint("sheets >= 0", name="sheets_are_a_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    print_order_id: Mapped[int] = mapped_column(sa.ForeignKey(PrintOrder.id))
    position: Mapped[int]
    school_class_id: Mapped[int] = mapped_column(sa.ForeignKey(SchoolClass.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    sheets: Mapped[int | None]  # of paper in its file; none: there is no file yet

    order: Mapped[PrintOrder] = relationship(back_populates="classes")
    school_class: Mapped[SchoolClass] = relationship()


class PrintPage(Model):
    """What one pupil's homes get by an order, in the order of the class list."""

    __table_args__ = (
        sa.UniqueConstraint("print_class_id", "position"),
        one_of("outcome", Outcome),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    print_class_id: Mapped[int] = mapped_column(sa.ForeignKey(PrintClass.id))
    position: Mapped[int]
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), index=True)
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome), default=Outcome.WAITING)

    print_class: Mapped[PrintClass] = relationship()
    pupil: Mapped[Pupil] = relationship()
