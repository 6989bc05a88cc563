"""A page for the home as people leave it: sentences they chose, their own words, whether it is reviewed; and
in which languages a school prints them."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from assessments.access.models import Account
from assessments.database import Model, Recorded
from assessments.database.types import Word, one_of
from assessments.models import AssessmentWindow
from assessments.roster.models import Duty, Pupil, School

LONGEST_COMMENT = 300


class PageState(enum.StrEnum):
    DRAFT = "draft"
    REVIEWED = "reviewed"

    @property
    def label(self) -> str:
        return {"draft": "Utkast", "reviewed": "Granskad"}[self.value]


class HomePage(Recorded, Model):
    """One child's page for the home in one window, as a person left it. No row: the page is as proposed.

    ``can``, ``practise`` and ``home`` are [place in the catalogue, words as printed] in printed order.
    ``basis`` is what the results said then, and what the school did: when it is something else, a reviewed
    page is a draft again.
    """

    __table_args__ = (
        sa.UniqueConstraint("pupil_id", "window_id"),
        one_of("state", PageState),
        sa.CheckConstraint(f"length(comment) <= {LONGEST_COMMENT}", name="comment_fits"),
        sa.CheckConstraint("version >= 1", name="version_counts_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id))
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), index=True)
    can: Mapped[list[list[str]]]
    practise: Mapped[list[list[str]]]
    home: Mapped[list[list[str]]]
    comment: Mapped[str]
    is_as_proposed: Mapped[bool]  # nobody chose otherwise: new results may propose anew
    state: Mapped[PageState] = mapped_column(Word(PageState))
    basis: Mapped[dict[str, Any]]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))  # none: command line
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
    changed_at: Mapped[datetime]
    version: Mapped[int]


class HomeLanguage(Recorded, Model):
    """A translation that the school prints although nobody outside the project has reviewed it: the principal
    has turned it on. No row: it is off, and the home gets the Swedish page."""

    __table_args__ = (
        sa.UniqueConstraint("school_id", "language"),
        sa.CheckConstraint("length(language) BETWEEN 2 AND 3", name="language_is_a_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id))
    language: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Duty.id))
