"""What the report on the initiative says: what went out when the window was last counted, and no more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Curriculum
from assessments.words import moment
from assessments.writes import Recorder
from reports.figures.initiative import CurriculumLine, FunnelTold, GroupLine, InitiativeReport
from reports.figures.sources import Source
from reports.gathering.initiative_flow import flows, release_if_needed
from reports.gathering.past import Past, past
from reports.gathering.sources import sources
from screening.coordination import follow_up
from screening.coordination.comparison import comparison
from screening.coordination.figures import figures
from screening.coordination.follow_up import SUPPORTED, WAITING
from screening.coordination.home import Home, Row, home
from screening.coordination.ledger import latest, latest_shares, table_of
from screening.disclosure import IN_FILES, Ledger, Release, Table, publish
from screening.disclosure_releases import Gone
from screening.initiative import compare
from screening.initiative_counts import SUMS, Place
from screening.initiative_lattice import EVERYBODY, of_curriculum
from screening.rollup.models import WHOLE_WINDOW

YEARS = range(10)
WORK = (WAITING, SUPPORTED)


def counted_if_needed(window: AssessmentWindow) -> None:
    """Let the window's figures out where nobody has; nothing where they have gone out. The caller commits."""
    if home(window, ()) is None:
        compare(window, "school", Recorder())
        follow_up.release(window, Recorder())
    release_if_needed(window)


def initiative_report(window: AssessmentWindow, chosen: Sequence[Place]) -> InitiativeReport:
    """Of the schools ``chosen`` and their municipalities. Refused where nobody has counted the window."""
    found, released = home(window, chosen), latest_shares(window)
    if found is None or released is None:
        raise Refused("Perioden är inte räknad än. Räkna den på sidan Överblick.")
    behind, gone, work = past([], window), table_of(released), _work(window)
    return InitiativeReport(
        imprint=behind.imprint_of("Lässatsningen"),
        sentence=_sentence(found, work),
        counted=f"Räknat {moment(found.counted_at)}.",
        lines=tuple(_line(row, line, work) for row, line in zip(found.rows, _lines_of(chosen), strict=True)),
        total=_line(found.total, EVERYBODY, work),
        curricula=tuple(_apart(gone, chosen)),
        funnels=tuple(_funnels(window, chosen)),
        flows=tuple(flows(window, chosen)),
        sources=_sources(behind),
    )


def _sentence(found: Home, work: Mapping[str, int]) -> str:
    """The page's own, with what paper may say."""
    waiting, supported = (work.get(follow_up.line_of(what, EVERYBODY)) for what in WORK)
    return replace(found, total=replace(found.total, waiting=waiting, supported=supported)).sentence


def _line(row: Row, line: str, work: Mapping[str, int]) -> GroupLine:
    waiting, supported = (work.get(follow_up.line_of(what, line)) for what in WORK)
    return GroupLine(row.name, row.is_school, row.shares, row.pooled, row.cohorts, waiting, supported)


def _lines_of(chosen: Sequence[Place]) -> list[str]:
    """Each municipality, then its schools, as ``home`` tells of them."""
    return list(dict.fromkeys(line for place in chosen for line in (place.line_above, place.line)))


def _work(window: AssessmentWindow) -> dict[str, int]:
    """By line how many wait or have support, of what went out on the page: what leaves the house on paper is
    told of larger groups only."""
    row = latest(follow_up.about(window))
    if row is None:
        return {}
    gone, told = table_of(row), dict[str, int]()
    for what in WORK:
        lines = {line: cells for line, cells in gone.table.lines.items() if line.startswith(f"{what} ")}
        there = frozenset().union(*lines.values())
        table = Table({cell: gone.table.cells[cell] for cell in there}, lines)
        on_page = Ledger((Release("page", gone.hidden & lines.keys()),))
        hidden, _ = publish(table, what, on_page, IN_FILES)
        told |= {line: table.counts(line).under_goal for line in lines if line not in hidden}
    return told


def _apart(gone: Gone, chosen: Sequence[Place]) -> Iterator[CurriculumLine]:
    """Municipalities and all: the groups of single schools are never told of."""
    above = dict.fromkeys((place.municipality, place.line_above) for place in chosen)
    for name, line in [*above, ("Alla i satsningen", EVERYBODY)]:
        sv, sva = (figures(gone, of_curriculum(line, one)) for one in Curriculum)
        if sv is not None or sva is not None:
            yield CurriculumLine(name, sv, sva)


def _funnels(window: AssessmentWindow, chosen: Sequence[Place]) -> Iterator[FunnelTold]:
    """Municipalities apart, then schools, as the page compares them."""
    found = comparison(window, WHOLE_WINDOW, chosen)
    sides = (("Kommunerna", found.municipalities), ("Skolorna", found.schools)) if found else ()
    for title, side in sides:
        if side.funnel is not None:
            yield FunnelTold(title, side.sentence, side.funnel)


def _sources(behind: Past) -> tuple[Source, ...]:
    """Of the measures that somebody has a result of, year by year in reading order. One query."""
    used = sa.select(SUMS.c.year, SUMS.c.measure).where(SUMS.c.window_id == behind.window.id).distinct()
    there = {(year, measure) for year, measure in db.session.execute(used)}
    places = [(year, code) for code in behind.known for year in YEARS if (year, code) in there]
    return sources(behind.standards, [(behind.window, code, year) for year, code in places])
