"""The files of absence that were taken in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments.absence.file_models import AbsenceFile
from assessments.cell_history import COMMAND
from assessments.database import db
from assessments.imports.absence_undoing import AbsenceUndoing, why_not
from assessments.imports.queries.states import State
from assessments.queries import function_names
from assessments.taken_back import last_day
from assessments.words import counted, listed

MOST = 100


@dataclass(frozen=True)
class AbsenceRow:
    """A file of absence as a list shows it. ``digest`` is the beginning of its SHA-256."""

    id: int
    window: str
    taken_in_at: datetime
    by: str
    file_name: str
    digest: str
    new: int
    replaced: int
    state: State


def absence_files(files: sa.Select[Any]) -> list[AbsenceRow]:
    """The latest of the files. Two queries."""
    latest = files.order_by(AbsenceFile.id.desc()).limit(MOST).options(joinedload(AbsenceFile.window))
    return file_rows(db.session.scalars(latest).all())


def file_rows(files: Sequence[AbsenceFile]) -> list[AbsenceRow]:
    """The files in the order given. One query."""
    duties = {duty for one in files for duty in (one.duty_id, one.undone_duty_id) if duty is not None}
    functions = function_names(duties)
    return [
        AbsenceRow(
            id=one.id,
            window=one.window.label,
            taken_in_at=one.created_at,
            by=functions.get(one.duty_id or 0, COMMAND),
            file_name=one.file_name,
            digest=one.file_digest[:12],
            new=one.new,
            replaced=one.replaced,
            state=State(
                undone_at=one.undone_at,
                undone_by=functions.get(one.undone_duty_id or 0, COMMAND),
                open_until=None if why_not(one) else last_day(one.created_at),
            ),
        )
        for one in files
    ]


def undoing_sentence(told: AbsenceUndoing) -> str:
    """``40 elevers frånvaro tas bort, 2 får tillbaka den som stod och 1 står kvar.``"""
    parts = [
        (told.emptied, f"{counted(told.emptied, 'elevs', 'elevers')} frånvaro tas bort"),
        (told.given_back, f"{told.given_back} får tillbaka den som stod"),
        (told.kept, f"{told.kept} står kvar, ersatt av en annan fil"),
    ]
    return f"{listed([words for count, words in parts if count])}."
