"""What the report on a school says: levels by year and class, the way from the window before, who is missing.

The right to the school has been tried already, or the command line asks and nobody is signed in.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from assessments import calendar
from assessments.collation import swedish_key
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Curriculum, Pupil, School, SchoolClass
from assessments.words import counted
from reports.figures.levels import WORST_FIRST, LevelRow
from reports.figures.school import SchoolReport, YearMeasures
from reports.gathering.past import past
from reports.gathering.school_flow import flow_between
from reports.gathering.school_missing import missing
from reports.gathering.school_work import ended_support, running_support, signal_lines, steps_of, work_at
from reports.gathering.sources import sources
from screening.levels import Level
from screening.queries.school.standings import Stands, measure_counts, standings, window_before
from screening.queries.standards import Standards
from screening.signal_ages import age_words, limits
from screening.statistics import wilson

CURRICULA = {
    Curriculum.SWEDISH: "Svenska (sv)",
    Curriculum.SWEDISH_AS_SECOND_LANGUAGE: "Svenska som andraspråk (sva)",
}

Standings = Mapping[int, Stands]


def school_report(
    school: School, window: AssessmentWindow, pupils: sa.Select[Pupil] | None = None
) -> SchoolReport:
    """The figures count everybody; names are of open identities, of ``pupils`` where they are given.

    Some thirty questions, however many pupils. Signals, steps and support are told as they stand today.
    """
    behind = past([], window)
    judged_by = behind.standards
    here = standings(school, window, judged_by)
    classes = _classes(here)
    whole, work = row(school.name, here.values()), work_at(school)
    before = window_before(school, window)
    codes = list(measure_counts(school, window).items())
    years = sorted({one.year for one in here.values()})
    places = [(window, code, year) for year in years for (at, code), _ in codes if at == year]
    return SchoolReport(
        imprint=behind.imprint(school),
        sentence=_sentence(whole, work.late),
        whole=whole,
        curricula=tuple(_apart(here.values(), lambda one: one.curriculum, CURRICULA)),
        years=tuple(
            _apart(
                here.values(),
                lambda one: one.year,
                {year: calendar.year_label(year, window.academic_year) for year in years},
            )
        ),
        classes=tuple(_apart(here.values(), lambda one: one.class_id, classes)),
        measures=tuple(_measures(window, years, dict(codes), judged_by)),
        flow=flow_between(before, standings(school, before, judged_by), window, here) if before else None,
        missing=tuple(missing(school, window, here, classes, judged_by, pupils)),
        signals=signal_lines(work, window),
        steps=steps_of(work),
        running=running_support(work),
        ended=ended_support(work),
        support_late=work.support.late,
        sources=sources(judged_by, places),
        ages=tuple(age_words().values()),
    )


def row(name: str, pupils: Iterable[Stands]) -> LevelRow:
    """The group's counts, with the interval of its share."""
    counts = Counter(one.level for one in pupils)
    return level_row(name, counts)


def level_row(name: str, counts: Mapping[Level | None, int]) -> LevelRow:
    """With Wilson's interval of the share under the goal, of those with results; None without any."""
    told = LevelRow(name, tuple(counts.get(level, 0) for level in WORST_FIRST))  # type: ignore[arg-type]  # five
    if not told.assessed:
        return told
    share = wilson(told.under_goal, told.assessed)
    return LevelRow(name, told.counts, (float(share.low), float(share.high)))


def _apart(
    pupils: Iterable[Stands], key: Callable[[Stands], Any], names: Mapping[Any, str]
) -> Iterator[LevelRow]:
    """A row per name that somebody stands under, in the order of the names."""
    groups: dict[Any, list[Stands]] = {}
    for one in pupils:
        groups.setdefault(key(one), []).append(one)
    return (row(name, groups[of]) for of, name in names.items() if of in groups)


def _classes(here: Standings) -> dict[int, str]:
    """The names of the classes by id, in order."""
    ids = {one.class_id for one in here.values()}
    found = db.session.scalars(sa.select(SchoolClass).where(SchoolClass.id.in_(ids)))
    return {one.id: one.name for one in sorted(found, key=lambda one: (swedish_key(one.name), one.id))}


def _measures(
    window: AssessmentWindow, years: list[int], counts: Mapping[tuple[int, str], Any], judged_by: Standards
) -> Iterator[YearMeasures]:
    """Of each year the measures with limits that somebody has a result of, in reading order."""
    for year in years:
        rows = tuple(
            level_row(measure.name, counts[year, code])
            for code, measure in judged_by.known.items()
            if (year, code) in counts and judged_by.cut(window, code, year)
        )
        if rows:
            yield YearMeasures(calendar.year_label(year, window.academic_year), rows)


def _sentence(whole: LevelRow, late: int) -> str:
    if not whole.enrolled:
        return "Ingen elev går i en årskurs som perioden gäller."
    told = f"{whole.assessed} av {whole.enrolled} elever är kartlagda; {whole.under_goal} når ännu inte målet"
    if not late:
        return f"{told}."
    old = f"{counted(late, 'signal', 'signaler')} utan nästa steg är äldre än {limits()[1]} skoldagar"
    return f"{told}; {old}."
