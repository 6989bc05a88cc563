"""What the pages and the command about imported files of results say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments.cell_history import COMMAND, said
from assessments.collation import swedish_key
from assessments.database import db
from assessments.import_models import ScoreFile, ScoreFileClass
from assessments.imports.undoing import Kept, Undoing, Why, why_not
from assessments.instruments.catalogue import measures
from assessments.models import ScoreChange
from assessments.queries import function_names
from assessments.roster.models import Pupil, SchoolClass
from assessments.taken_back import last_day
from assessments.words import counted, moment

MOST_FILES = 100
MOST_KEPT = 200


@dataclass(frozen=True)
class FileRow:
    """A file of results as a list shows it. ``digest`` is the beginning of its SHA-256."""

    id: int
    window: str
    window_slug: str
    taken_in_at: datetime
    by: str
    file_name: str
    digest: str
    classes: tuple[str, ...]
    rows: int
    pupils: int
    new_scores: int
    replaced: int
    undone_at: datetime | None
    undone_by: str
    open_until: date | None  # the last day it can be undone; None where it is too late, or done

    @property
    def state(self) -> str:
        if self.undone_at:
            return f"Ångrad {moment(self.undone_at)} av {self.undone_by}"
        return f"Kan ångras till {self.open_until}" if self.open_until else "Kan inte ångras längre"


def score_files(files: sa.Select[Any]) -> list[FileRow]:
    """The latest of the files. Three queries."""
    latest = files.order_by(ScoreFile.id.desc()).limit(MOST_FILES)
    return file_rows(db.session.scalars(latest.options(joinedload(ScoreFile.window))).all())


def file_rows(files: Sequence[ScoreFile]) -> list[FileRow]:
    """The files in the order given. Two queries."""
    duties = {duty for one in files for duty in (one.duty_id, one.undone_duty_id) if duty is not None}
    functions, classes = function_names(duties), _classes({one.id for one in files})
    return [
        FileRow(
            id=one.id,
            window=one.window.label,
            window_slug=one.window.slug,
            taken_in_at=one.created_at,
            by=functions.get(one.duty_id or 0, COMMAND),
            file_name=one.file_name,
            digest=one.file_digest[:12],
            classes=classes.get(one.id, ()),
            rows=one.rows,
            pupils=one.pupils,
            new_scores=one.new_scores,
            replaced=one.replaced,
            undone_at=one.undone_at,
            undone_by=functions.get(one.undone_duty_id or 0, COMMAND),
            open_until=None if why_not(one) else last_day(one.created_at),
        )
        for one in files
    ]


def _classes(file_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    rows = db.session.execute(
        sa.select(ScoreFileClass.score_file_id, SchoolClass.name)
        .join(SchoolClass, SchoolClass.id == ScoreFileClass.school_class_id)
        .where(ScoreFileClass.score_file_id.in_(file_ids))
    )
    found: dict[int, list[str]] = {}
    for file_id, name in rows:
        found.setdefault(file_id, []).append(name)
    return {file_id: tuple(sorted(names, key=swedish_key)) for file_id, names in found.items()}


def classes_of(taken_in: ScoreFile) -> Sequence[SchoolClass]:
    """The classes that the file spoke of. One query."""
    mine = sa.select(ScoreFileClass.school_class_id).where(ScoreFileClass.score_file_id == taken_in.id)
    return db.session.scalars(sa.select(SchoolClass).where(SchoolClass.id.in_(mine))).all()


@dataclass(frozen=True)
class KeptRow:
    """A result that stays where it is. ``pupil`` is a name, or an elev-id where a command prints it."""

    pupil: str
    measure: str
    stands: str
    reason: str


def kept_rows(kept: Sequence[Kept], pupils: sa.Select[Pupil] | None) -> list[KeptRow]:
    """The first of the results that stay, by pupil; those who are out of reach are not named. Three queries.

    ``pupils``: whose names may be told; None is the command line, which tells elev-ids.
    """
    shown = [one for one in kept if one.why is not Why.OUT_OF_REACH][:MOST_KEPT]
    standing = {one.standing_id for one in shown}
    found = db.session.scalars(sa.select(ScoreChange).where(ScoreChange.id.in_(standing)))
    changes = {change.id: change for change in found}
    functions = function_names({one.duty_id for one in changes.values() if one.duty_id is not None})
    chosen = sa.select(Pupil) if pupils is None else pupils
    met = db.session.scalars(chosen.where(Pupil.id.in_({one.pupil_id for one in shown})))
    names = {one.id: one.code if pupils is None else one.name for one in met}
    known = measures()
    rows = [
        KeptRow(
            names[one.pupil_id],
            known[one.measure].name,
            said(changes[one.standing_id], known[one.measure]) or "tomt",
            _reason(one, changes[one.standing_id], functions),
        )
        for one in shown
        if one.pupil_id in names
    ]
    return sorted(rows, key=lambda row: (swedish_key(row.pupil), row.measure))


def _reason(one: Kept, change: ScoreChange, functions: dict[int, str]) -> str:
    if one.why is Why.CONFIRMED:
        return "Bekräftat efter en kontroll"
    by = functions.get(change.duty_id or 0, COMMAND)
    how = "Ändrat av en annan fil" if one.why is Why.OTHER_FILE else "Ändrat"
    return f"{how} {moment(change.changed_at)}, {by}"


def undoing_sentence(told: Undoing) -> str:
    """``40 resultat tas bort, 2 får tillbaka sitt förra värde och 1 står kvar.``"""
    parts = [
        (told.emptied, f"{counted(told.emptied, 'resultat', 'resultat')} tas bort"),
        (told.given_back, f"{told.given_back} får tillbaka sitt förra värde"),
        (len(told.kept), f"{len(told.kept)} står kvar"),
    ]
    said_parts = [words for count, words in parts if count]
    return f"{', '.join(said_parts[:-1])}{' och ' if len(said_parts) > 1 else ''}{said_parts[-1]}."
