"""Assessment windows, the scores taken in them, and every score's history."""

import enum
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.instruments.models import MeasureRow
from assessments.roster.models import Duty, Pupil, School, SchoolClass


class Season(enum.StrEnum):
    AUTUMN = "autumn"
    WINTER = "winter"
    SPRING = "spring"

    @property
    def label(self) -> str:
        return {"autumn": "höst", "winter": "vinter", "spring": "vår"}[self.value]

    @property
    def heading(self) -> str:
        return {"autumn": "Hösten", "winter": "Vintern", "spring": "Våren"}[self.value]


class AssessmentWindow(Recorded, Model):
    """A kartläggningsperiod: an academic year and a season, the same for the whole initiative."""

    __table_args__ = (
        sa.UniqueConstraint("academic_year", "season"),
        one_of("season", Season),
        sa.CheckConstraint("opens_on <= closes_on", name="opens_before_it_closes"),
        sa.CheckConstraint("makeup_days >= 0", name="makeup_days_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    academic_year: Mapped[str]
    season: Mapped[Season] = mapped_column(Word(Season))
    opens_on: Mapped[date] = mapped_column(index=True)
    closes_on: Mapped[date]
    makeup_days: Mapped[int] = mapped_column(default=21)

    @property
    def code(self) -> str:
        """``2026/27-autumn``: what files and commands say."""
        return f"{self.academic_year}-{self.season.value}"

    @property
    def slug(self) -> str:
        """``2026-27-autumn``: what addresses say."""
        return self.code.replace("/", "-")

    @property
    def label(self) -> str:
        """``Hösten 2026/27``: what people read."""
        return f"{self.season.heading} {self.academic_year}"


class Absence(enum.StrEnum):
    """Why there is no value. The letters are what teachers type."""

    ABSENT = "absent"
    DECLINED = "declined"
    EXEMPT = "exempt"
    OTHER_LANGUAGE = "other_language"
    INVALID = "invalid"
    NOT_YET_ABLE = "not_yet_able"

    @property
    def letter(self) -> str:
        return ABSENCE_LETTERS[self]

    @property
    def label(self) -> str:
        return ABSENCE_WORDS[self]


ABSENCE_LETTERS = {
    Absence.ABSENT: "f",
    Absence.DECLINED: "a",
    Absence.EXEMPT: "u",
    Absence.OTHER_LANGUAGE: "s",
    Absence.INVALID: "o",
    Absence.NOT_YET_ABLE: "k",
}
ABSENCE_WORDS = {
    Absence.ABSENT: "frånvarande",
    Absence.DECLINED: "avstod",
    Absence.EXEMPT: "undantag",
    Absence.OTHER_LANGUAGE: "annat språk",
    Absence.INVALID: "ogiltigt",
    Absence.NOT_YET_ABLE: "kan inte genomföras ännu",
}


class Score(Recorded, Model):
    """What one pupil reached on one measure in one window, in the year (årskurs) it was taken."""

    __table_args__ = (
        sa.UniqueConstraint("pupil_id", "window_id", "measure"),
        one_of("absence", Absence),
        sa.CheckConstraint("(points IS NULL) <> (absence IS NULL)", name="points_or_absence"),
        sa.CheckConstraint("year BETWEEN 0 AND 9", name="year_is_a_grade"),
        sa.CheckConstraint("version >= 1", name="version_counts_from_one"),
        sa.CheckConstraint("attempted IS NULL OR attempted >= 0", name="attempted_not_negative"),
        sa.CheckConstraint("errors IS NULL OR errors >= 0", name="errors_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id))
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), index=True)
    measure: Mapped[str] = mapped_column(sa.ForeignKey(MeasureRow.code))
    year: Mapped[int]  # frozen when the score was first taken
    points: Mapped[Decimal | None]
    absence: Mapped[Absence | None] = mapped_column(Word(Absence))
    is_discontinued: Mapped[bool] = mapped_column(default=False)  # "12b": a real score, broken off
    is_on_agreed_text: Mapped[bool] = mapped_column(default=True)
    is_confirmed: Mapped[bool] = mapped_column(default=False)  # an odd number that a person has looked at
    assessed_on: Mapped[date]
    attempted: Mapped[int | None]
    errors: Mapped[int | None]
    version: Mapped[int]

    pupil: Mapped[Pupil] = relationship()
    window: Mapped[AssessmentWindow] = relationship()


class ScoreChange(Model):
    """What a cell said after each change; points and absence both empty: the value was taken away."""

    __table_args__ = (
        sa.UniqueConstraint("pupil_id", "window_id", "measure", "version"),
        one_of("absence", Absence),
        sa.CheckConstraint("points IS NULL OR absence IS NULL", name="points_or_absence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id))
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), index=True)
    measure: Mapped[str] = mapped_column(sa.ForeignKey(MeasureRow.code))
    version: Mapped[int]
    points: Mapped[Decimal | None]
    absence: Mapped[Absence | None] = mapped_column(Word(Absence))
    is_discontinued: Mapped[bool] = mapped_column(default=False)
    assessed_on: Mapped[date | None]
    client_id: Mapped[str | None] = mapped_column(unique=True)  # a repeated write changes nothing
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # none: command line
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    changed_at: Mapped[datetime] = mapped_column(index=True)  # what is fresh is asked for by every inbox


class How(enum.StrEnum):
    """How a change came about, where it was not typed on a page or written by a command."""

    FILE = "file"
    MOVED = "moved"
    RESTORED = "restored"


class ScoreChangeNote(Model):
    """What there is to say of a change beside its value. Most changes have none.

    ``counterpart``: of a move the change at its other end, of a restored value the change it came from.
    """

    __table_args__ = (
        one_of("how", How),
        sa.CheckConstraint("how IS NOT NULL OR NOT is_on_agreed_text", name="says_something"),
        sa.CheckConstraint(
            "(coalesce(how, '') IN ('moved', 'restored')) = (counterpart_id IS NOT NULL)",
            name="counterpart_of_a_move",
        ),
    )

    change_id: Mapped[int] = mapped_column(sa.ForeignKey(ScoreChange.id), primary_key=True)
    how: Mapped[How | None] = mapped_column(Word(How))
    counterpart_id: Mapped[int | None] = mapped_column(sa.ForeignKey(ScoreChange.id), index=True)
    is_on_agreed_text: Mapped[bool] = mapped_column(default=True)


class HandIn(Recorded, Model):
    """Lämna in klassen: from here on the class's signals reach the inbox."""

    __table_args__ = (sa.UniqueConstraint("school_class_id", "window_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_class_id: Mapped[int] = mapped_column(sa.ForeignKey(SchoolClass.id))
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))


class SchoolMeasure(Model):
    """A measure the school has chosen to use. No row for a school: it follows what the set expects."""

    __table_args__ = (sa.UniqueConstraint("school_id", "measure"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id))
    measure: Mapped[str] = mapped_column(sa.ForeignKey(MeasureRow.code))


class LateEntry(Recorded, Model):
    """A class that may, or asks to, fill in results after its window has closed.

    ``line``: why, in one line; none where nobody asked. Unanswered, open until a date, or refused with a
    reason.
    """

    __table_args__ = (
        sa.CheckConstraint("line IS NULL OR length(line) BETWEEN 1 AND 300", name="line_is_one_line"),
        sa.CheckConstraint(
            "refusal IS NULL OR length(refusal) BETWEEN 1 AND 300", name="refusal_is_one_line"
        ),
        sa.CheckConstraint("open_until IS NULL OR refusal IS NULL", name="one_answer"),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (open_until IS NULL AND refusal IS NULL)", name="answered_with_something"
        ),
        sa.CheckConstraint("line IS NOT NULL OR answered_at IS NOT NULL", name="asked_or_answered"),
        sa.Index(
            "uq_late_entry_waiting", "school_class_id", "window_id", unique=True,
            sqlite_where=sa.text("answered_at IS NULL"), postgresql_where=sa.text("answered_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    school_class_id: Mapped[int] = mapped_column(sa.ForeignKey(SchoolClass.id), index=True)
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), index=True)
    line: Mapped[str | None]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))  # who asks, or opened it unasked
    answered_at: Mapped[datetime | None]
    answered_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    open_until: Mapped[date | None]
    refusal: Mapped[str | None]

    school_class: Mapped[SchoolClass] = relationship()
    window: Mapped[AssessmentWindow] = relationship()


class AgreedText(Recorded, Model):
    """The text that everybody of a year reads in a window, for a measure that compares only the same text."""

    __table_args__ = (
        sa.UniqueConstraint("window_id", "year", "measure"),
        sa.CheckConstraint("year BETWEEN 0 AND 9", name="year_is_a_grade"),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_is_short"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id))
    year: Mapped[int]
    measure: Mapped[str] = mapped_column(sa.ForeignKey(MeasureRow.code))
    name: Mapped[str]
    decided_on: Mapped[date]
