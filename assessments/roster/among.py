"""Rows of pupils that are open to somebody, asked so that few rows stay few however many pupils there are."""

from typing import Any

import sqlalchemy as sa

from assessments.roster.models import Pupil


def is_among(pupil_id: Any, pupils: sa.Select[Pupil]) -> sa.ColumnElement[bool]:
    """Whether the row's pupil is one of these; ``pupil_id`` is a column of another table than Pupil.

    Asked of each row: ``IN`` would first gather every pupil there is, and look who of them is open.
    """
    asked = pupils.with_only_columns(Pupil.id).where(Pupil.id == pupil_id)
    return asked.correlate(pupil_id.table).exists()
