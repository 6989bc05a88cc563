"""What the pages for the home say: a whole class at once, whatever its size a fixed number of questions."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from assessments.instruments.catalogue import Measure
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil, SchoolClass, SchoolForm
from reports.figures.growth import Growth, Zones
from reports.figures.guardian import AreaRow, ClassSet, GuardianSheet
from reports.gathering.enrolled import enrolled_in
from reports.gathering.growth import growth
from reports.gathering.home_languages import languages_of_homes, languages_printed
from reports.gathering.home_pages import as_left, pages_left
from reports.gathering.home_support import Period, support, support_periods
from reports.gathering.past import Past, past
from reports.gathering.steps import Taken, steps_taken
from reports.sentences import proposal
from reports.translating import as_chosen, scale_in_words
from reports.wording import SWEDISH, points_told, wording
from screening.levels import Limits
from screening.queries.expected import expected_at

HOME_AREAS = {
    "letters_sounds": "letters",
    "decoding": "decoding",
    "fluency": "fluency",
    "language": "language",
    "comprehension": "comprehension",
}  # läsintresse is the child's own and no area of the band
OWN_AREA = {"fonologisk_medvetenhet": "sounds"}  # "höra ljuden i ord" is another thing than knowing letters


@dataclass(frozen=True)
class ClassBasis:
    """What the pages of a class share while they are gathered."""

    school_class: SchoolClass
    past: Past
    expected: Mapping[int, Collection[str]]  # by year
    steps: Mapping[int, list[Taken]]
    periods: Mapping[int, list[Period]]
    words: dict[str, Any]


def class_set(
    school_class: SchoolClass,
    window: AssessmentWindow,
    pupils: sa.Select[Pupil] | None = None,
    language: str | None = None,
) -> ClassSet:
    """A page for everyone who goes in the class, by family name; of those in ``pupils`` where it is given.

    Each as somebody left it, else as the catalogue proposes it, with what its homes get: in the languages of
    the class list that the school prints, or in ``language`` for everybody. Protected identities are left
    out: no print carries their names.
    """
    enrolled = printable(school_class, window, pupils)
    ids = [pupil.id for pupil, _ in enrolled]
    behind = past(ids, window)
    expected = expected_at(window, {(school_class.school_id, year) for _, year in enrolled}, behind.standards)
    basis = ClassBasis(
        school_class=school_class,
        past=behind,
        expected={year: codes for (_, year), codes in expected.items()},
        steps=steps_taken(ids, window, school_class.school_id),
        periods=support_periods(ids, school_class.school_id),
        words=wording(),
    )
    left, printed = pages_left(ids, window), languages_printed(school_class.school_id)
    sheets = tuple(
        _with_homes(basis, pupil, as_left(_sheet(basis, pupil, year), left.get(pupil.id)), asked, printed)
        for pupil, year in enrolled
        for asked in [(language,) if language else languages_of_homes(pupil)]
    )
    return ClassSet(behind.imprint(school_class.school), school_class.name, sheets)


def printable(
    school_class: SchoolClass, window: AssessmentWindow, pupils: sa.Select[Pupil] | None = None
) -> list[tuple[Pupil, int]]:
    """The pupils of the class whose names may stand on paper, with their year, in a class list's order."""
    enrolled = enrolled_in(school_class, window, pupils)
    return [(one.pupil, one.year) for one in enrolled if not one.pupil.is_protected]


def _with_homes(
    basis: ClassBasis, pupil: Pupil, sheet: GuardianSheet, asked: tuple[str, ...], printed: frozenset[str]
) -> GuardianSheet:
    """The Swedish page, with the page that each home gets. Where the home's language is not printed, the
    Swedish page asks whether an interpreter is wanted."""
    if asked == (SWEDISH,):
        return sheet
    homes = tuple(
        as_chosen(_sheet(replace(basis, words=wording(language)), pupil, sheet.year), sheet)
        if language in printed and language != SWEDISH
        else replace(sheet, offers_interpreter=language != SWEDISH)
        for language in asked
    )
    return replace(sheet, homes=homes)


def _sheet(basis: ClassBasis, pupil: Pupil, year: int) -> GuardianSheet:
    has_own_goals = pupil.school_form is SchoolForm.ANPASSAD
    rows = () if has_own_goals else tuple(_rows(basis, pupil, year))
    levels = [(row.area, row.said_as) for row in rows if row.said_as is not None]
    is_measured = has_own_goals or any(row.points is not None for row in rows)
    proposed = proposal(levels, year, basis.words, is_measured=is_measured)
    steps = basis.steps.get(pupil.id, [])
    return GuardianSheet(
        imprint=basis.past.imprint(basis.school_class.school),
        key=pupil.id,
        name=pupil.name,
        first_name=pupil.first_name,
        class_name=basis.school_class.name,
        year=year,
        level=None if has_own_goals else basis.past.level(pupil.id, basis.past.window),
        rows=rows,
        can=proposed.can,
        practise=proposed.practise,
        home=proposed.home,
        support=support(basis.periods.get(pupil.id, []), steps, basis.words),
        growth=None if has_own_goals else _growth(basis, pupil, year),
        contact=basis.words["functions"]["teacher"],
        phone=basis.school_class.school.phone,
        has_own_goals=has_own_goals,
        has_goal=basis.past.standards.has_window(basis.past.window, year),
        has_next_step=bool(steps),
        language=basis.words["language"],
    )


def _rows(basis: ClassBasis, pupil: Pupil, year: int) -> Iterable[AreaRow]:
    """A row per area that is expected or has a result; its first measure with result and limits speaks."""
    window = basis.past.window
    asked = [
        measure
        for code in _reading_order(basis, year)
        if home_area(measure := basis.past.known[code]) is not None
        and (code in basis.expected.get(year, ()) or basis.past.points(pupil.id, window, code) is not None)
    ]
    by_area: dict[str, list[Measure]] = {}
    for measure in asked:
        by_area.setdefault(str(home_area(measure)), []).append(measure)
    for area in basis.words["areas"]:
        if area in by_area:
            yield _row(basis, pupil, area, by_area[area])


def _reading_order(basis: ClassBasis, year: int) -> list[str]:
    """The measures that decide first, then those that count when present, those expected, and the rest."""
    window = basis.past.window
    groups = basis.past.standards.groups(window, year)
    named = [*(code for group in groups for code in group), *basis.past.standards.expected(window, year)]
    return [code for code in dict.fromkeys([*named, *basis.past.known]) if code in basis.past.known]


def home_area(measure: Measure) -> str | None:
    return OWN_AREA.get(measure.code) or HOME_AREAS.get(measure.area)


def _row(basis: ClassBasis, pupil: Pupil, area: str, measures: list[Measure]) -> AreaRow:
    window = basis.past.window
    results = [(measure, basis.past.points(pupil.id, window, measure.code)) for measure in measures]
    measured = [(measure, points) for measure, points in results if points is not None]
    for measure, points in measured:
        year = basis.past.scores[pupil.id, window.id, measure.code].year
        cut = basis.past.cut(window, measure.code, year)
        if cut is not None:
            before = basis.past.before(pupil.id, measure.code)
            return AreaRow(
                area, cut.limits.level(points), zones(measure, cut.limits), points,
                before[1] if before else None, _told(basis, pupil, measure),
            )  # fmt: skip
    if measured:
        return AreaRow(area, None, points=measured[0][1], told=_told(basis, pupil, measured[0][0]))
    return AreaRow(area, None)


def zones(measure: Measure, limits: Limits) -> Zones:
    """The band's zones. What is above the goal is at the goal for the home."""
    ends = measure.minimum, measure.maximum
    return Zones(*ends, limits.near_from, limits.goal_from, measure.higher_is_better)


def _told(basis: ClassBasis, pupil: Pupil, measure: Measure) -> str | None:
    """The number in words for the home, where the catalogue has words for it and there is a number."""
    row = basis.past.scores[pupil.id, basis.past.window.id, measure.code]
    if row.points is None:
        return None
    return points_told(basis.words, measure.code, row.points, measure.maximum)


def _growth(basis: ClassBasis, pupil: Pupil, year: int) -> Growth | None:
    """The first measure of the catalogue's growth pictures that the child has points on."""
    for code, unit in basis.words["growth"].items():
        if code in basis.past.known:
            title = basis.words["areas"][home_area(basis.past.known[code])]["name"]
            found = growth(basis.past, pupil.id, year, code, (title, unit))
            if found is not None:
                return replace(found, sem=None, scale=scale_in_words(found.scale, basis.words))
    return None
