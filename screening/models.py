"""Benchmark sets and their adoption, what was judged, the signals, what people did, groups and support."""

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.instruments.models import MeasureRow
from assessments.models import AssessmentWindow, Season
from assessments.roster.models import Duty, Pupil, SchoolClass
from screening.levels import Level
from screening.signals import Family, FlagState


class BenchmarkSet(Recorded, Model):
    """A published version of somebody's benchmarks; a trigger keeps its rows as they were published."""

    __table_args__ = (sa.UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    version: Mapped[str]
    name: Mapped[str]
    owner: Mapped[str]
    language: Mapped[str]
    population: Mapped[str]
    valid_from: Mapped[date]  # the date proposed for adoption
    note: Mapped[str]
    digest: Mapped[str]  # of the content, so that the same file again is known

    cuts: Mapped[list["Cut"]] = relationship()
    windows: Mapped[list["BenchmarkWindow"]] = relationship()
    composites: Mapped[list["Composite"]] = relationship()

    @property
    def called(self) -> str:
        """For people: ``Lässpår bas 2026, version 1``."""
        return f"{self.name}, version {self.version}"


class Cut(Model):
    """The limits of a measure (or composite) in a year and season, each with status and source."""

    __table_args__ = (
        sa.UniqueConstraint("benchmark_set_id", "measure", "year", "season"),
        one_of("season", Season),
        sa.CheckConstraint("near_from IS NOT NULL OR goal_from IS NOT NULL", name="has_a_limit"),
        sa.CheckConstraint("status IN ('N', 'G', 'C', 'P')", name="status_known"),
        sa.CheckConstraint("near_status IN ('N', 'G', 'C', 'P')", name="near_status_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    benchmark_set_id: Mapped[int] = mapped_column(sa.ForeignKey(BenchmarkSet.id))
    measure: Mapped[str]  # a measure's code or a composite's
    year: Mapped[int]
    season: Mapped[Season] = mapped_column(Word(Season))
    near_from: Mapped[Decimal | None]
    goal_from: Mapped[Decimal | None]
    above_from: Mapped[Decimal | None]
    typical: Mapped[Decimal | None]
    status: Mapped[str]
    near_status: Mapped[str]
    source: Mapped[str]


class BenchmarkWindow(Model):
    """What decides the level of a year and season, and what a sheet there is expected to hold."""

    __table_args__ = (sa.UniqueConstraint("benchmark_set_id", "year", "season"), one_of("season", Season))

    id: Mapped[int] = mapped_column(primary_key=True)
    benchmark_set_id: Mapped[int] = mapped_column(sa.ForeignKey(BenchmarkSet.id))
    year: Mapped[int]
    season: Mapped[Season] = mapped_column(Word(Season))
    composite: Mapped[str | None]
    decides: Mapped[list[list[str]]] = mapped_column(default=list)
    also: Mapped[list[list[str]]] = mapped_column(default=list)
    expected: Mapped[list[str]] = mapped_column(default=list)


class Composite(Model):
    """A weighted sum of measures. Numbers are kept as the text they were published with: exact decimals."""

    __table_args__ = (
        sa.UniqueConstraint("benchmark_set_id", "code", "year", "season"),
        one_of("season", Season),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    benchmark_set_id: Mapped[int] = mapped_column(sa.ForeignKey(BenchmarkSet.id))
    code: Mapped[str]
    year: Mapped[int]
    season: Mapped[Season] = mapped_column(Word(Season))
    weights: Mapped[dict[str, str]]
    divide: Mapped[dict[str, str]] = mapped_column(default=dict)
    mean: Mapped[str]
    sd: Mapped[str]
    scale: Mapped[str]
    constant: Mapped[str]


class Adoption(Recorded, Model):
    """The initiative uses a set from a date. Of two with one date the later row counts."""

    id: Mapped[int] = mapped_column(primary_key=True)
    benchmark_set_id: Mapped[int] = mapped_column(sa.ForeignKey(BenchmarkSet.id))
    valid_from: Mapped[date]
    reason: Mapped[str | None]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # none: command line

    benchmark_set: Mapped[BenchmarkSet] = relationship()


class Judgement(Model):
    """The level of one pupil's window, by one set: what pages read and the engine writes."""

    __table_args__ = (
        sa.UniqueConstraint("pupil_id", "window_id"),
        one_of("level", Level),
        one_of("at_best", Level),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id))
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), index=True)
    benchmark_set_id: Mapped[int] = mapped_column(sa.ForeignKey(BenchmarkSet.id))
    year: Mapped[int]
    level: Mapped[Level] = mapped_column(Word(Level))
    at_best: Mapped[Level | None] = mapped_column(Word(Level))
    reason: Mapped[str | None]
    is_despite_missing: Mapped[bool] = mapped_column(default=False)
    is_judged_afterwards: Mapped[bool] = mapped_column(default=False)
    certainty: Mapped[str]
    composite: Mapped[Decimal | None]
    judged_at: Mapped[datetime]


class Flag(Recorded, Model):
    """A signal: a pupil's thread of one family as it stood in one window, with the numbers it was judged by.

    The thread of a pupil and family is the row of its latest window; earlier rows are its history.
    """

    __table_args__ = (
        sa.UniqueConstraint("pupil_id", "family", "window_id"),
        one_of("family", Family),
        one_of("state", FlagState),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name="level_one_to_three"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id))
    family: Mapped[Family] = mapped_column(Word(Family))
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), index=True)
    benchmark_set_id: Mapped[int | None] = mapped_column(sa.ForeignKey(BenchmarkSet.id))
    kind: Mapped[str]
    level: Mapped[int | None]  # 3 is the greatest need; data has none
    state: Mapped[FlagState] = mapped_column(Word(FlagState))
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    judged_at: Mapped[datetime]
    ground_gone_on: Mapped[date | None]  # somebody has acted, and the numbers no longer say it

    pupil: Mapped[Pupil] = relationship()
    window: Mapped[AssessmentWindow] = relationship()


class NextStep(Recorded, Model):
    """What a person decided to do about a signal: a date, a function and one line."""

    id: Mapped[int] = mapped_column(primary_key=True)
    flag_id: Mapped[int] = mapped_column(sa.ForeignKey(Flag.id), index=True)
    kind: Mapped[str]  # a step of the rule set (garanti-2019)
    line: Mapped[str | None]
    competence: Mapped[str | None]  # who took part in the samråd, with which competence
    due_on: Mapped[date | None]
    is_closing: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id), index=True)
    taken_on: Mapped[date]

    flag: Mapped[Flag] = relationship()


class ObservedBy(enum.StrEnum):
    TEACHER = "teacher"
    OTHER_STAFF = "other_staff"
    GUARDIAN = "guardian"
    PUPIL = "pupil"


class Observation(Recorded, Model):
    """Iakttagelse: somebody saw something the numbers do not say (skollagen 3 kap. 5 §)."""

    __table_args__ = (one_of("observed_by", ObservedBy),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), index=True)
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id))
    observed_by: Mapped[ObservedBy] = mapped_column(Word(ObservedBy))
    line: Mapped[str]
    observed_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))


class ReadingGroupSet(Recorded, Model):
    """Groups that a teacher has made of a class, as they stood on a day. A class may have several."""

    id: Mapped[int] = mapped_column(primary_key=True)
    school_class_id: Mapped[int] = mapped_column(sa.ForeignKey(SchoolClass.id), index=True)
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), index=True)
    saved_on: Mapped[date]  # the day it was last changed
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))

    groups: Mapped[list["ReadingGroup"]] = relationship(order_by="ReadingGroup.position")


class ReadingGroup(Model):
    """One group under a name that says nothing; ``areas`` is what it was suggested to practise."""

    __table_args__ = (
        sa.UniqueConstraint("reading_group_set_id", "name"),
        sa.UniqueConstraint("reading_group_set_id", "position"),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 40", name="name_is_short"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reading_group_set_id: Mapped[int] = mapped_column(sa.ForeignKey(ReadingGroupSet.id))
    name: Mapped[str]
    position: Mapped[int]
    areas: Mapped[list[str]] = mapped_column(default=list)

    members: Mapped[list["ReadingGroupMember"]] = relationship(order_by="ReadingGroupMember.id")


class ReadingGroupMember(Model):
    """A pupil in a group, and in no other of the same set."""

    __table_args__ = (sa.UniqueConstraint("reading_group_set_id", "pupil_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reading_group_set_id: Mapped[int] = mapped_column(sa.ForeignKey(ReadingGroupSet.id))
    reading_group_id: Mapped[int] = mapped_column(sa.ForeignKey(ReadingGroup.id), index=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), index=True)


class StartFrom(enum.StrEnum):
    """Where planned development starts: the value given, the first results' median, or the window's score."""

    GIVEN = "given"
    FIRST_RESULTS = "first_results"
    WINDOW = "window"


class SupportPeriod(Recorded, Model):
    """Support that is followed up: from a start to a goal on one measure. A missing start is never 0."""

    __table_args__ = (
        sa.UniqueConstraint("pupil_id", "measure", "starts_on"),
        one_of("start_from", StartFrom),
        sa.CheckConstraint("starts_on < goal_on", name="starts_before_its_goal"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id))
    measure: Mapped[str] = mapped_column(sa.ForeignKey(MeasureRow.code), index=True)
    starts_on: Mapped[date]
    start: Mapped[Decimal]
    start_from: Mapped[StartFrom] = mapped_column(Word(StartFrom))
    goal_on: Mapped[date]
    goal: Mapped[Decimal]


class SupportResult(Model):
    """One dated repeat of the period's measure."""

    __table_args__ = (sa.UniqueConstraint("support_period_id", "measured_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    support_period_id: Mapped[int] = mapped_column(sa.ForeignKey(SupportPeriod.id))
    measured_on: Mapped[date]
    points: Mapped[Decimal]
    is_discontinued: Mapped[bool] = mapped_column(default=False)  # "12b"
