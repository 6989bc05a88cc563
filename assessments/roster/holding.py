"""Writers of one pupil, one at a time."""

import sqlalchemy as sa

from assessments.database import db
from assessments.roster.models import Pupil

# Asked at every save: built once.
HELD = (
    sa.select(Pupil.id)
    .where(Pupil.id.in_(sa.bindparam("pupils", expanding=True)))
    .order_by(Pupil.id)
    .with_for_update(key_share=True)
)


def hold(pupils: set[int]) -> None:
    """On PostgreSQL two writers of one pupil wait for each other here, as SQLite's writers do at BEGIN.

    Whoever compares before writing holds first: what is read then stands until the commit.
    """
    db.session.execute(HELD, {"pupils": sorted(pupils)}).all()
