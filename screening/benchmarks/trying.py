"""What a set would signal in the latest windows, told as comparisons are: never of a small group, and never
so that two sets tried one after the other give one away.

To count is to release: what is told is kept in the ledger, and the next set is asked beside it.
"""

from dataclasses import replace

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.writes import Recorder
from screening.benchmarks.adopting import Trial, latest_windows
from screening.benchmarks.catalogue import Benchmarks
from screening.comparing import digest_of
from screening.coordination.ledger import About, earlier, keep, table_of
from screening.coordination.models import ReleasedFigures, Subject
from screening.disclosure import ON_PAGES, Counts, Table
from screening.disclosure_releases import Gone, settled
from screening.initiative_lattice import EVERYBODY
from screening.level_changes import would_signal

LINES = {EVERYBODY: frozenset({EVERYBODY})}


def count(candidate: Benchmarks, recorder: Recorder) -> list[Trial]:
    """Try the set on the latest windows and keep what may be said. Flushes; the caller commits.

    On PostgreSQL two who try on a window wait for each other here, as SQLite's writers do at BEGIN.
    """
    digest, told = digest_of(candidate), []
    for window in latest_windows():
        one = sa.select(AssessmentWindow.id).filter_by(id=window.id)
        db.session.execute(one.with_for_update(key_share=True))
        about = About(Subject.TRIAL, ON_PAGES, window_id=window.id)
        pupils, signalled = would_signal(window, candidate)
        now = Table({EVERYBODY: Counts(signalled, pupils - signalled)}, LINES)
        table = settled(now, frozenset(), earlier(about), ((EVERYBODY,),), ON_PAGES)
        row = keep(about, Gone(table, table.primary(ON_PAGES)), recorder, {"judges": digest})
        told.append(replace(_trial(window, row), counted=(pupils, signalled)))
    return told


def last_told(candidate: Benchmarks) -> list[Trial] | None:
    """What was last told of the set; None where it has not been tried on each of the latest windows."""
    digest, found = digest_of(candidate), latest_windows()
    ids = [one.id for one in found]
    rows = sa.select(ReleasedFigures).where(
        ReleasedFigures.subject == Subject.TRIAL,
        ReleasedFigures.part == "",
        ReleasedFigures.window_id.in_(ids),
    )
    latest = {
        row.window_id: row
        for row in db.session.scalars(rows.order_by(ReleasedFigures.id))
        if row.facts["judges"] == digest
    }
    return [_trial(one, latest[one.id]) for one in found] if latest.keys() >= set(ids) else None


def _trial(window: AssessmentWindow, row: ReleasedFigures) -> Trial:
    gone = table_of(row)
    counts = gone.table.counts(EVERYBODY)
    return Trial(window, counts.enrolled, counts.under_goal, is_hidden=bool(gone.hidden))
