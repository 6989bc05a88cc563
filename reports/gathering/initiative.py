"""What the report on the initiative says: what went out when the window was last counted, and no more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.governing import in_force
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
from screening.comparable import unlike
from screening.coordination import follow_up
from screening.coordination.comparison import comparison
from screening.coordination.figures import figures
from screening.coordination.follow_up import SUPPORTED, WAITING
from screening.coordination.home import Home, Row, home
from screening.coordination.ledger import latest, latest_shares, table_of
from screening.coordination.measure_shares import compared
from screening.disclosure import IN_FILES, Table
from screening.disclosure_releases import Gone
from screening.initiative import compare
from screening.initiative_counts import SUMS, Place
from screening.initiative_lattice import EVERYBODY, of_curriculum
from screening.rollup.models import WHOLE_WINDOW

YEARS = range(10)
WORK = (WAITING, SUPPORTED)
Work = Mapping[str, tuple[int, int | None]]  # by line how many, and of them those who have waited too long


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
        imprint=behind.imprint_of(in_force.chosen("initiative_name", today())),
        sentence=_sentence(found, work),
        counted=f"Räknat {moment(found.counted_at)}.",
        lines=tuple(_line(row, line, work) for row, line in zip(found.rows, _lines_of(chosen), strict=True)),
        total=_line(found.total, EVERYBODY, work),
        curricula=tuple(_apart(gone, chosen, unlike(window))),
        late_after=found.late_after,
        funnels=tuple(_funnels(window, chosen)),
        flows=tuple(flows(window, chosen)),
        sources=_sources(behind),
    )


def _sentence(found: Home, work: Work) -> str:
    """The page's own, with what paper may say."""
    waiting, late, supported = _of_work(EVERYBODY, work)
    total = replace(found.total, waiting=waiting, late=late, supported=supported)
    return replace(found, total=total).sentence


def _line(row: Row, line: str, work: Work) -> GroupLine:
    waiting, late, supported = _of_work(line, work)
    return GroupLine(
        name=row.name,
        is_school=row.is_school,
        shares=row.shares,
        pooled=row.pooled,
        pooled_over=row.pooled_over,
        waiting=waiting,
        late=late,
        supported=supported,
        not_compared=row.not_compared,
        latest=row.latest,
    )


def _of_work(line: str, work: Work) -> tuple[int | None, int | None, int | None]:
    """Who waits, who has waited too long, who has support."""
    waiting, supported = (work.get(follow_up.line_of(what, line), (None, None)) for what in WORK)
    return (*waiting, supported[0])


def _lines_of(chosen: Sequence[Place]) -> list[str]:
    """Each municipality, then its schools, as ``home`` tells of them."""
    return list(dict.fromkeys(line for place in chosen for line in (place.line_above, place.line)))


def _work(window: AssessmentWindow) -> Work:
    """Of what went out on the page: what leaves the house on paper is told of larger groups only."""
    row = latest(follow_up.about(window))
    if row is None:
        return {}
    gone, told = table_of(row), dict[str, tuple[int, int | None]]()
    for what in WORK:
        lines = {line: cells for line, cells in gone.table.lines.items() if line.startswith(f"{what} ")}
        cells = {cell: gone.table.cells[cell] for cell in frozenset().union(*lines.values())}
        paper = follow_up.told(Gone(Table(cells, lines), gone.hidden), IN_FILES)
        counts = {line: paper.table.counts(line) for line in lines if line not in paper.hidden}
        told |= {
            line: (one.under_goal, one.below_goal if line in paper.parts else None)
            for line, one in counts.items()
        }
    return told


def _apart(gone: Gone, chosen: Sequence[Place], unlike: Mapping[str, str]) -> Iterator[CurriculumLine]:
    """Municipalities and all: the groups of single schools are never told of. No share of those that another
    measure decided."""
    above = dict.fromkeys((place.municipality, place.line_above) for place in chosen)
    for name, line in [*above, ("Alla i satsningen", EVERYBODY)]:
        sv, sva = (figures(gone, of_curriculum(line, one)) for one in Curriculum)
        if why_not := unlike.get(line, ""):
            sv, sva = (one and one.without_shares for one in (sv, sva))
        if sv is not None or sva is not None:
            yield CurriculumLine(name, sv, sva, why_not)


def _funnels(window: AssessmentWindow, chosen: Sequence[Place]) -> Iterator[FunnelTold]:
    """Municipalities apart, then schools, as the page compares them: by the window's level, then by each
    measure that somebody has let out. Not more queries with more schools."""
    measures = {code: f", {one.name.lower()}" for code, one in compared(window).items()}
    for measure, said in ({WHOLE_WINDOW: ""} | measures).items():
        found = comparison(window, measure, chosen)
        sides = (("Kommunerna", found.municipalities), ("Skolorna", found.schools)) if found else ()
        for title, side in sides:
            if side.funnel is not None:
                yield FunnelTold(f"{title}{said}", side.sentence, side.funnel)


def _sources(behind: Past) -> tuple[Source, ...]:
    """Of the measures that somebody has a result of, year by year in reading order. One query."""
    used = sa.select(SUMS.c.year, SUMS.c.measure).where(SUMS.c.window_id == behind.window.id).distinct()
    there = {(year, measure) for year, measure in db.session.execute(used)}
    places = [(year, code) for code in behind.known for year in YEARS if (year, code) in there]
    return sources(behind.standards, [(behind.window, code, year) for year, code in places])
