"""A former value of a cell, put back: a new change that says which one it was."""

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow, ScoreChange, ScoreChangeNote
from assessments.recording import Outcome, Recorder, Write, record_scores
from assessments.refusals import Refused
from assessments.writes import Cell


def restore_score(
    window: AssessmentWindow, cell: Cell, version: int, expected_version: int, by: Recorder
) -> Outcome:
    """Let the cell say again what it said in a former version, on the day that test was taken.

    CONFLICT when somebody has written since ``expected_version`` was seen. Flushes; the caller commits.
    """
    pupil_id, measure = cell
    found = db.session.execute(
        sa.select(ScoreChange, ScoreChangeNote)
        .outerjoin(ScoreChangeNote, ScoreChangeNote.change_id == ScoreChange.id)
        .where(
            ScoreChange.pupil_id == pupil_id,
            ScoreChange.window_id == window.id,
            ScoreChange.measure == measure,
            ScoreChange.version == version,
        )
    ).one_or_none()
    if found is None or (found[0].points is None and found[0].absence is None):
        raise Refused("Det finns inget sådant värde att återställa.")
    change, note = found
    write = Write(
        *cell,
        points=change.points,
        absence=change.absence,
        is_discontinued=change.is_discontinued,
        assessed_on=change.assessed_on,
        expected_version=expected_version,
        is_on_agreed_text=note is None or note.is_on_agreed_text,
        restores=change.id,
    )
    [outcome] = record_scores(window, [write], by)
    return outcome
