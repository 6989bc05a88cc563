"""Rows that class lists had to set aside: dated notes in fixed words, until somebody has dealt with them."""

from assessments.clock import now
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import QuarantinedRow, QuarantineNote, QuarantineWord

W = QuarantineWord
SETTLES = (W.ADDED, W.PROTECTED, W.WRONG, W.NOT_HERE)


def settle(row: QuarantinedRow, word: QuarantineWord, duty_id: int | None) -> bool:
    """Say what came of the row, or open it again; False where that is what it says already."""
    db.session.refresh(row, with_for_update=True)
    if word not in (*SETTLES, W.REOPENED):
        raise Refused("Välj vad som har hänt med raden.")
    opens = word is W.REOPENED
    if opens == (row.resolved_at is None):
        return False
    noted_at = now()
    row.resolved_at = None if opens else noted_at
    db.session.add(QuarantineNote(quarantined_row_id=row.id, word=word, duty_id=duty_id, noted_at=noted_at))
    db.session.flush()
    return True
