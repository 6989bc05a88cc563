"""Writers of one pupil, one at a time."""

import sqlalchemy as sa

from assessments.database import db
from assessments.roster.models import Pupil


def hold(pupils: set[int]) -> None:
    """On PostgreSQL two writers of one pupil wait for each other here, as SQLite's writers do at BEGIN.

    Whoever compares before writing holds first: what is read then stands until the commit.
    """
    rows = sa.select(Pupil.id).where(Pupil.id.in_(pupils)).order_by(Pupil.id)
    db.session.execute(rows.with_for_update(key_share=True)).all()
