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
    changed_at: Mapped[datetime]


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
