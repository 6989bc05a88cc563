"""Municipalities, schools, classes, pupils and staff, and from when to when they belong together."""

import enum
import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of


def new_external_id() -> str:
    """An id for other systems (SS 12000), which says nothing about whose it is."""
    return str(uuid.uuid4())


class SchoolForm(enum.StrEnum):
    GRUNDSKOLA = "grundskola"
    ANPASSAD = "anpassad_grundskola"


class Curriculum(enum.StrEnum):
    SWEDISH = "sv"
    SWEDISH_AS_SECOND_LANGUAGE = "sva"


class Role(enum.StrEnum):
    TEACHER = "teacher"
    SPECIAL_TEACHER = "special_teacher"
    PRINCIPAL = "principal"
    TEAM = "team"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class TeamFunction(enum.StrEnum):
    """Which function outside the school somebody in a team holds: each sees what was sent to it."""

    SOCIAL_TEAM = "social_team"
    LANGUAGE_SUPPORT = "language_support"
    STUDENT_HEALTH = "student_health"


class Municipality(Recorded, Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    external_id: Mapped[str] = mapped_column(unique=True, default=new_external_id)

    schools: Mapped[list["School"]] = relationship(back_populates="municipality")


class School(Recorded, Model):
    __table_args__ = (
        sa.UniqueConstraint("municipality_id", "name"),
        sa.CheckConstraint("code IS NULL OR length(code) = 8", name="code_has_eight_digits"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey(Municipality.id), index=True)
    name: Mapped[str]
    code: Mapped[str | None] = mapped_column(unique=True)  # skolenhetskod
    phone: Mapped[str | None]
    external_id: Mapped[str] = mapped_column(unique=True, default=new_external_id)

    municipality: Mapped[Municipality] = relationship(back_populates="schools")
    classes: Mapped[list["SchoolClass"]] = relationship(back_populates="school")


class SchoolClass(Recorded, Model):
    """A class in one academic year. Its pupils' years stand on their enrolments: classes may be mixed."""

    __table_args__ = (
        sa.UniqueConstraint("school_id", "name", "academic_year"),
        sa.CheckConstraint("length(academic_year) = 7", name="academic_year_like_2026_27"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id), index=True)
    name: Mapped[str]
    academic_year: Mapped[str]
    external_id: Mapped[str] = mapped_column(unique=True, default=new_external_id)

    school: Mapped[School] = relationship(back_populates="classes")


class Pupil(Recorded, Model):
    __table_args__ = (
        sa.UniqueConstraint("municipality_id", "code"),
        one_of("school_form", SchoolForm),
        one_of("curriculum", Curriculum),
        sa.CheckConstraint("length(code) > 0", name="code_not_empty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey(Municipality.id), index=True)
    code: Mapped[str]  # elev-id
    given_name: Mapped[str]
    preferred_name: Mapped[str | None]  # tilltalsnamn: shown instead of the given name
    family_name: Mapped[str]
    school_form: Mapped[SchoolForm] = mapped_column(Word(SchoolForm), default=SchoolForm.GRUNDSKOLA)
    curriculum: Mapped[Curriculum] = mapped_column(Word(Curriculum), default=Curriculum.SWEDISH)
    letter_language: Mapped[str] = mapped_column(default="sv")
    second_letter_language: Mapped[str | None]
    new_in_swedish_school_on: Mapped[date | None]
    is_protected: Mapped[bool] = mapped_column(default=False)  # skyddade personuppgifter
    alias: Mapped[str | None]  # what stands instead of the name when protected
    personnummer_encrypted: Mapped[str | None]
    personnummer_hash: Mapped[str | None] = mapped_column(index=True)
    external_id: Mapped[str] = mapped_column(unique=True, default=new_external_id)

    municipality: Mapped[Municipality] = relationship()
    enrolments: Mapped[list["Enrolment"]] = relationship(back_populates="pupil")

    @property
    def first_name(self) -> str:
        """What the pupil is called: the alias when protected, else tilltalsnamn, else given name."""
        if self.is_protected:
            return self.alias or "Skyddad elev"
        return self.preferred_name or self.given_name

    @property
    def name(self) -> str:
        """The name in natural order; only the alias of a protected pupil."""
        return self.first_name if self.is_protected else f"{self.first_name} {self.family_name}"


class Narrowing(Recorded, Model):
    """While it is not lifted, what is kept of the pupil is kept and not used (GDPR, article 18)."""

    __table_args__ = (
        sa.CheckConstraint("length(reason) BETWEEN 1 AND 200", name="reason_is_short"),
        sa.Index(
            "ix_narrowing_open", "pupil_id", unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"), postgresql_where=sa.text("lifted_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), index=True)
    reason: Mapped[str]
    since_on: Mapped[date]
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duty.id"))  # none: the command line
    lifted_at: Mapped[datetime | None]
    lifted_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duty.id"))


class Enrolment(Recorded, Model):
    """A pupil in a class from one day to another (both included; open while it lasts)."""

    __table_args__ = (
        sa.CheckConstraint("year BETWEEN 0 AND 9", name="year_is_a_grade"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), index=True)
    school_class_id: Mapped[int] = mapped_column(sa.ForeignKey(SchoolClass.id), index=True)
    year: Mapped[int]  # grade index, 0 = förskoleklass
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    pupil: Mapped[Pupil] = relationship(back_populates="enrolments")
    school_class: Mapped[SchoolClass] = relationship()


class StaffMember(Recorded, Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    external_id: Mapped[str] = mapped_column(unique=True, default=new_external_id)
    disposed_at: Mapped[datetime | None]  # since then nothing here says who it was

    duties: Mapped[list["Duty"]] = relationship(back_populates="staff_member")


class Duty(Recorded, Model):
    """A role held from one day to another, in a class, a school, a municipality or the whole initiative.

    Duties are the only source of rights. A teacher's scope is a class, a special teacher's and a
    principal's a school, a team's a school or municipality, an administrator's a municipality, a
    coordinator's a municipality or (with no scope) the initiative. A special teacher's may hold for some
    years of the school: for the classes where a pupil goes in one of them.
    """

    __table_args__ = (
        one_of("role", Role),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
        sa.CheckConstraint(
            "(role <> 'teacher' OR school_class_id IS NOT NULL)"
            " AND (role NOT IN ('special_teacher', 'principal') OR school_id IS NOT NULL)"
            " AND (role <> 'team' OR school_id IS NOT NULL OR municipality_id IS NOT NULL)"
            " AND (role <> 'administrator' OR municipality_id IS NOT NULL)",
            name="scope_fits_role",
        ),
        sa.CheckConstraint(
            "(school_class_id IS NULL OR (school_id IS NULL AND municipality_id IS NULL))"
            " AND (school_id IS NULL OR municipality_id IS NULL)",
            name="one_scope",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_member_id: Mapped[int] = mapped_column(sa.ForeignKey(StaffMember.id), index=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Municipality.id), index=True)
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey(School.id), index=True)
    school_class_id: Mapped[int | None] = mapped_column(sa.ForeignKey(SchoolClass.id), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    # Of a team's duty; none is the social team. (A CHECK would rebuild the table: the type knows the words.)
    team: Mapped[TeamFunction | None] = mapped_column(Word(TeamFunction))
    # Grade indexes, both included; none: every year. (No CHECK, as above: whoever gives a duty says both.)
    first_year: Mapped[int | None]
    last_year: Mapped[int | None]

    staff_member: Mapped[StaffMember] = relationship(back_populates="duties")
    municipality: Mapped[Municipality | None] = relationship()
    school: Mapped[School | None] = relationship()
    school_class: Mapped[SchoolClass | None] = relationship()


class RosterImport(Recorded, Model):
    """A class list that was taken in: who did it is in the audit trail, what it said is in the rows."""

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Municipality.id), index=True)
    file_digest: Mapped[str] = mapped_column(index=True)
    rows: Mapped[int]
    effective_on: Mapped[date]
    file_name: Mapped[str | None]  # so that a quarantined row can be found again


class QuarantinedRow(Recorded, Model):
    """A row with sekretessmarkering: only where it stood is kept, never what it said."""

    id: Mapped[int] = mapped_column(primary_key=True)
    roster_import_id: Mapped[int] = mapped_column(sa.ForeignKey(RosterImport.id), index=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id), index=True)
    row: Mapped[int]
    resolved_at: Mapped[datetime | None]


class QuarantineWord(enum.StrEnum):
    """What is said of a quarantined row: what it was about when it came, then what came of it."""

    ABOUT_KNOWN = "about_known"  # marked, and the pupil goes here under the own name
    ABOUT_PROTECTED = "about_protected"  # the pupil has been protected: no file brings the name back
    ADDED = "added_under_alias"
    PROTECTED = "protected_now"
    WRONG = "marking_was_wrong"
    NOT_HERE = "does_not_begin_here"
    REOPENED = "reopened"


class QuarantineNote(Model):
    """A dated note on a quarantined row, in fixed words. Rows are only added; the latest one holds."""

    __table_args__ = (one_of("word", QuarantineWord),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quarantined_row_id: Mapped[int] = mapped_column(sa.ForeignKey(QuarantinedRow.id), index=True)
    word: Mapped[QuarantineWord] = mapped_column(Word(QuarantineWord))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))  # none: the import itself
    noted_at: Mapped[datetime]


class ProtectedNumber(Model):
    """A keyed trace of a protected pupil's personnummer: it knows the number again and tells nothing."""

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), unique=True)
    trace: Mapped[str] = mapped_column(index=True)


class LineToReview(Model):
    """A line somebody wrote where a protected pupil's old name stood: a person corrects it, no machine does.

    ``kind`` and ``row_id`` say where the line is (assessments/written_lines.py); the name is kept nowhere.
    """

    __table_args__ = (sa.UniqueConstraint("pupil_id", "kind", "row_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id))
    kind: Mapped[str]
    row_id: Mapped[int]
    reviewed_at: Mapped[datetime | None]
