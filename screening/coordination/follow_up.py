"""Pupils with a signal that nobody has taken up, and with support that runs, by school: as it stands today.

Shown as small groups may be; of the signals those that are too old are told apart, as parts of their line.
Each count is a series of its own: it says how it stands on its day, and the next one may hide other lines.
"""

from collections.abc import Sequence

from assessments.models import AssessmentWindow
from assessments.writes import Recorder
from screening.coordination.follow_up_counts import BySchool, enrolled, latest, supported, waiting
from screening.coordination.ledger import About, keep
from screening.coordination.models import ReleasedFigures, Subject
from screening.disclosure import ON_PAGES, Counts, Ledger, Release, Table, publish
from screening.disclosure_parts import hidden_parts, whole_of
from screening.disclosure_releases import Gone
from screening.initiative_counts import Place, places
from screening.initiative_lattice import EVERYBODY
from screening.signal_ages import limits

WAITING, SUPPORTED = "waiting", "supported"


def about(window: AssessmentWindow) -> About:
    """What the ledger calls these counts."""
    return About(Subject.FOLLOW_UP, ON_PAGES, window_id=window.id)


def line_of(what: str, line: str) -> str:
    """The line of a count (WAITING or SUPPORTED) for a school, a municipality or everybody."""
    return f"{what} {line}"


def release(window: AssessmentWindow, recorder: Recorder) -> ReleasedFigures:
    """Count how it stands today, hide what is too small, and keep it. At most seven queries. Flushes."""
    everywhere, pupils = places(), enrolled()
    unanswered, late = waiting()
    of_waiting = _told(_table(WAITING, unanswered, pupils, everywhere, late))
    of_support = _told(_table(SUPPORTED, supported(), pupils, everywhere))
    facts = {
        "latest": {str(school): day.isoformat() for school, day in latest(window)},
        "late_after": limits()[1],
    }
    table = Table(
        {**of_waiting.table.cells, **of_support.table.cells},
        {**of_waiting.table.lines, **of_support.table.lines},
    )
    gone = Gone(table, of_waiting.hidden | of_support.hidden, of_waiting.parts)
    return keep(about(window), gone, recorder, facts)


def _told(table: Table) -> Gone:
    return told(Gone(table, frozenset()), ON_PAGES)


def told(gone: Gone, fewest: int) -> Gone:
    """One count as it may go out to readers of groups of so many, beside what has gone out of it."""
    hidden, _ = publish(gone.table, "", Ledger((Release("before", gone.hidden),)), fewest)
    parts = hidden_parts(gone.table, gone.table.lines, hidden | gone.hidden, fewest)
    return Gone(gone.table, hidden | parts, frozenset(gone.table.lines) - {*map(whole_of, parts)})


def _table(
    what: str,
    counts: BySchool,
    pupils: BySchool,
    everywhere: Sequence[Place],
    parts: BySchool | None = None,
) -> Table:
    """A cell per school; its line, its municipality's and everybody's. ``parts``: of the counts, those told
    apart."""
    lines: dict[str, frozenset[str]] = {}
    for place in everywhere:
        if place.school_id in pupils:
            for line in (place.line, place.line_above, EVERYBODY):
                name = line_of(what, line)
                lines[name] = lines.get(name, frozenset()) | {f"{what} {place.school_id}"}
    cells = {
        f"{what} {school_id}": Counts(
            counts.get(school_id, 0),
            number - counts.get(school_id, 0),
            below_goal=None if parts is None else parts.get(school_id, 0),
        )
        for school_id, number in pupils.items()
    }
    return Table(cells, lines)
