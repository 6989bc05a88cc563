"""What became of a step, samråd, what the principal noted of a case, and steps of the law ticked by hand.

Each row says a day, a function and at most a line: the guarantee asks for no more.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.roster.models import Duty, Pupil, Role, School
from screening.models import NextStep


def short(column: str) -> sa.CheckConstraint:
    """The CHECK that nobody wrote more than one line there."""
    return sa.CheckConstraint(
        f"{column} IS NULL OR length({column}) BETWEEN 1 AND 300", name=f"{column}_is_one_line"
    )


class StepOutcome(Recorded, Model):
    """A step is ticked off: done, or it came to nothing. A step without one is still planned."""

    __table_args__ = (short("line"), short("competence"))

    next_step_id: Mapped[int] = mapped_column(sa.ForeignKey(NextStep.id), primary_key=True)
    id: Mapped[int] = synonym("next_step_id")  # what traces and lists of lines call a row by
    is_done: Mapped[bool]
    ended_on: Mapped[date]
    line: Mapped[str | None]
    competence: Mapped[str | None]  # who took part in the samråd, with which competence
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id), index=True)


class Consultation(Recorded, Model):
    """Samråd about a pupil: asked of a function, held on a day with somebody who has the competence."""

    __table_args__ = (
        one_of("asked_role", Role),
        sa.CheckConstraint("(held_on IS NULL) = (competence IS NULL)", name="held_with_competence"),
        sa.CheckConstraint("held_on IS NULL OR closed_on IS NOT NULL", name="held_is_closed"),
        *(short("question"), short("competence"), short("answer")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), index=True)
    about: Mapped[str]  # a code of the rule set
    asked_role: Mapped[Role] = mapped_column(Word(Role))  # the function at the pupil's school or class
    question: Mapped[str | None]
    asked_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id), index=True)
    held_on: Mapped[date | None]
    competence: Mapped[str | None]
    answer: Mapped[str | None]
    closed_on: Mapped[date | None]  # without having been held: withdrawn by those who asked
    closed_account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    closed_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id), index=True)

    pupil: Mapped[Pupil] = relationship()


class CaseNote(Recorded, Model):
    """What became of a report to the principal, on a day: the investigation, and what she decided."""

    __table_args__ = (short("line"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    next_step_id: Mapped[int] = mapped_column(sa.ForeignKey(NextStep.id), index=True)  # the report
    kind: Mapped[str]  # a code of the rule set
    noted_on: Mapped[date]  # the day of the decision
    line: Mapped[str | None]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id), index=True)


class Tick(Recorded, Model):
    """A step of the law that people tick by hand: no other row of ours says that it was taken.

    ``school``: the one that took it. Of a pupil who moves in the middle of a year each school has its own.
    """

    __table_args__ = (
        sa.UniqueConstraint("pupil_id", "academic_year", "item", "school_id"),
        *(short("line"), short("competence")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id))
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id))
    academic_year: Mapped[str]
    item: Mapped[str]  # a code of the rule set's checklist
    ticked_on: Mapped[date]
    line: Mapped[str | None]
    competence: Mapped[str | None]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id), index=True)
