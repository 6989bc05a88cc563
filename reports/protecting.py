"""What this room lets go of when a pupil is protected, and the lines of it that people write by hand."""

from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.roster.models import Pupil
from assessments.written_lines import LineKind
from reports.models import LONGEST_COMMENT, HomePage

LINES = [
    LineKind(
        "home_page", "Blad hem, egna ord", HomePage, "comment", pupil_id=HomePage.pupil_id,
        longest=LONGEST_COMMENT,
    ),
]  # fmt: skip


def let_pages_go(pupil: Pupil, **_more: Any) -> None:
    """The pages for the home that somebody had made ready: their sentences call the child by name."""
    db.session.execute(sa.delete(HomePage).where(HomePage.pupil_id == pupil.id))
