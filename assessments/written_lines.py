"""Lines that people wrote by hand, whichever room keeps them, and those where an old name still stands.

A machine does not change what a person wrote: the lines are found when a pupil is protected, remembered by
place, and shown to the principal until each has been corrected or found right as it is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app

from assessments.clock import day_of, now
from assessments.database import db
from assessments.models import LateEntry
from assessments.one_line import one_line
from assessments.roster.models import Enrolment, LineToReview, Pupil, SchoolClass
from assessments.roster.naming import Names


@dataclass(frozen=True)
class LineKind:
    """A column of lines: what people call it, and how to reach the pupil (or the class) it is about.

    ``pupil_id`` and ``class_id`` are columns of ``model`` or of what ``joins`` joins to it: relationships,
    or (model, condition).
    """

    kind: str
    word: str
    model: Any
    column: str
    pupil_id: Any = None
    class_id: Any = None
    joins: tuple[Any, ...] = ()
    written_at: Any = None  # when the row itself does not say
    longest: int = 300
    may_be_empty: bool = False

    def rows(self) -> sa.Select[Any]:
        """id, line, pupil_id, class_id and written_at of every line there is."""
        nobody = sa.null()
        asked = sa.select(
            self.model.id,
            getattr(self.model, self.column).label("line"),
            (nobody if self.pupil_id is None else self.pupil_id).label("pupil_id"),
            (nobody if self.class_id is None else self.class_id).label("class_id"),
            (self.model.created_at if self.written_at is None else self.written_at).label("written_at"),
        ).select_from(self.model)
        for joined in self.joins:
            asked = asked.join(*joined) if isinstance(joined, tuple) else asked.join(joined)
        return asked.where(getattr(self.model, self.column).is_not(None))


@dataclass(frozen=True)
class Line:
    """A line to look at. ``pupil``: the name of the one it is about, where that is not the protected one."""

    review_id: int
    word: str
    text: str
    written_on: date
    pupil_id: int | None
    pupil: str | None
    longest: int


def kinds() -> dict[str, LineKind]:
    """What the rooms have told of in app.py."""
    found = cast(list[LineKind], current_app.extensions["lasspar.written_lines"])
    return {one.kind: one for one in found}


def remember_lines(pupil: Pupil, *, names: Names) -> None:
    """Somebody has been protected: note every line at the pupil's schools where the old name stands."""
    pupils, classes = _around(pupil)
    for kind in kinds().values():
        for row in db.session.execute(kind.rows()):
            is_near = row.pupil_id in pupils or row.class_id in classes
            if is_near and names.stand_in(row.line):
                db.session.add(LineToReview(pupil_id=pupil.id, kind=kind.kind, row_id=row.id))
    db.session.flush()


def _around(pupil: Pupil) -> tuple[set[int], set[int]]:
    """Everybody who goes or went at a school of the pupil's, and the classes there."""
    schools = (
        sa.select(SchoolClass.school_id)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .where(Enrolment.pupil_id == pupil.id)
    )
    classes = set(db.session.scalars(sa.select(SchoolClass.id).where(SchoolClass.school_id.in_(schools))))
    there = sa.select(Enrolment.pupil_id).where(Enrolment.school_class_id.in_(classes))
    return set(db.session.scalars(there)), classes


def lines_to_review(
    pupil: Pupil, open_pupils: sa.Select[Pupil], open_classes: sa.Select[SchoolClass]
) -> list[Line]:
    """The lines that wait to be looked at, of pupils and classes that are open; the oldest first."""
    waiting = db.session.scalars(
        sa.select(LineToReview).filter_by(pupil_id=pupil.id, reviewed_at=None).order_by(LineToReview.id)
    ).all()
    known = kinds()
    found = [
        (one, known[one.kind], row) for one in waiting if one.kind in known and (row := _row(known, one))
    ]
    names = _open_names(open_pupils, {row.pupil_id for _, _, row in found})
    classes = set(db.session.scalars(open_classes.with_only_columns(SchoolClass.id)))
    return [
        _line(pupil, review, kind, row, names)
        for review, kind, row in found
        if row.pupil_id in names or row.class_id in classes
    ]


def correct_line(review: LineToReview, text: str) -> bool:
    """The line as it shall stand; True where that is another than before. Raises Refused."""
    kind = kinds()[review.kind]
    is_emptied = kind.may_be_empty and not text.strip()
    kept = None if is_emptied else one_line(text, kind.longest, "Skriv vad som ska stå på raden.")
    row = db.session.get(kind.model, review.row_id)
    is_changed = row is not None and getattr(row, kind.column) != kept
    if is_changed:
        setattr(row, kind.column, kept)
    review.reviewed_at = now()
    db.session.flush()
    return is_changed


def forget_lines(kind: str, row_ids: Collection[int]) -> None:
    """Rows are taken away: nobody looks for the old name in them, nor in rows that get their ids."""
    gone = (LineToReview.kind == kind, LineToReview.row_id.in_(row_ids))
    db.session.execute(sa.delete(LineToReview).where(*gone))


def _row(known: dict[str, LineKind], review: LineToReview) -> Any | None:
    kind = known[review.kind]
    return db.session.execute(kind.rows().where(kind.model.id == review.row_id)).first()


def _open_names(open_pupils: sa.Select[Pupil], ids: Collection[int | None]) -> dict[int, str]:
    found = db.session.scalars(open_pupils.where(Pupil.id.in_([one for one in ids if one is not None])))
    return {one.id: one.name for one in found}


def _line(pupil: Pupil, review: LineToReview, kind: LineKind, row: Any, names: dict[int, str]) -> Line:
    is_other = row.pupil_id not in (None, pupil.id)
    return Line(
        review_id=review.id,
        word=kind.word,
        text=row.line,
        written_on=day_of(row.written_at),
        pupil_id=row.pupil_id if is_other else None,
        pupil=names.get(row.pupil_id) if is_other else None,
        longest=kind.longest,
    )


OF_CLASS: dict[str, Any] = {"class_id": LateEntry.school_class_id}
LINES = [
    LineKind("late_entry", "Begäran om att fylla i efter perioden", LateEntry, "line", **OF_CLASS),
    LineKind("late_refusal", "Svar på en begäran", LateEntry, "refusal", **OF_CLASS),
]
