"""What a class report says: sentence, levels and movements as in the class overview on the screen.

The screen's own query asks what the signed-in person may see. A print is asked for by someone whose right has
been tried already, or on the command line by nobody signed in; so the material is put together here.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from assessments import calendar
from assessments.database import db
from assessments.expected import counting_day
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil, SchoolClass, SchoolForm
from assessments.roster.queries import number_narrowed
from assessments.words import decimal
from reports.figures.school_class import Cell, ClassReport, Column, PupilRow
from reports.gathering.enrolled import Enrolled, enrolled_in
from reports.gathering.past import Past, past
from reports.gathering.sources import sources
from screening import inbox
from screening.class_first import class_answer
from screening.levels import Level
from screening.queries import class_needs
from screening.queries.class_columns import columns_of, years_asked
from screening.queries.class_material import Classmate, ClassMaterial
from screening.queries.class_spreads import distributions
from screening.queries.expected import expected_at
from screening.queries.shown import level_of, note_on, shown_score

OWN_GOALS = "egna mål"
BEST_FIRST = (Level.ABOVE_GOAL, Level.AT_GOAL, Level.NEAR_GOAL, Level.BELOW_GOAL, None)


def class_report(
    school_class: SchoolClass, window: AssessmentWindow, pupils: sa.Select[Pupil] | None = None
) -> ClassReport:
    """The figures count everyone in the class; protected identities have no row with a name.

    ``pupils`` narrows the rows to those somebody may see.
    """
    everyone = enrolled_in(school_class, window)
    behind = past([one.pupil.id for one in everyone], window)
    material = _material(school_class, everyone, behind)
    codes = columns_of(material)
    shown = [one for one in enrolled_in(school_class, window, pupils) if not one.pupil.is_protected]
    mates = {mate.id: mate for mate in material.classmates}
    places = [(window, code, year) for code in codes for year in years_asked(material, code)]
    rows = [(mates[one.pupil.id], _row(material, mates[one.pupil.id], codes)) for one in shown]
    levels = [
        level_of(material.judgements.get((mate.id, window.id))) for mate in class_needs.judged(material)
    ]
    counts: Counter[Level | None] = Counter(
        None if level is Level.NOT_DETERMINED else level for level in levels
    )
    return ClassReport(
        imprint=behind.imprint(school_class.school),
        class_name=school_class.name,
        sentence=class_needs.sentence(material),
        enrolled=len(everyone),
        columns=tuple(_column(material, code) for code in codes),
        rows=tuple(row for _, row in rows),
        counts=tuple((level, counts[level]) for level in BEST_FIRST),
        distributions=tuple(distributions(material, codes)),
        missing=tuple(_missing(material, [mate for mate, _ in rows], codes)),
        sources=sources(material.standards, places),
        is_class_answer_first=class_answer(levels).is_first,
        narrowed=number_narrowed(school_class, counting_day(window)),
    )


def _material(school_class: SchoolClass, everyone: Sequence[Enrolled], behind: Past) -> ClassMaterial:
    window, ids = behind.window, [one.pupil.id for one in everyone]
    places = {(school_class.school_id, one.year) for one in everyone}
    expected = expected_at(window, places, behind.standards)
    return ClassMaterial(
        window=window,
        earlier=behind.windows[:-1],
        classmates=[
            Classmate(one.pupil.id, one.pupil.name, one.year, one.pupil.school_form is SchoolForm.ANPASSAD)
            for one in everyone
        ],
        known=behind.known,
        standards=behind.standards,
        expected={year: codes for (_school, year), codes in expected.items()},
        scores={
            (pupil_id, code): row for (pupil_id, at, code), row in behind.scores.items() if at == window.id
        },
        before={},
        judgements=behind.judgements,
        signals=_signals(ids, window),
        newest={},
        is_handed_in=inbox.is_handed_in(school_class, window),
    )


def _signals(pupil_ids: list[int], window: AssessmentWindow) -> dict[int, list[sa.Row[tuple[object, ...]]]]:
    """The open threads by pupil, as they stood in the window."""
    of_the_class = sa.select(Pupil.id).where(Pupil.id.in_(pupil_ids))
    found: dict[int, list[sa.Row[tuple[object, ...]]]] = {}
    for thread in db.session.execute(inbox.standing(of_the_class, through=window, only_arrived=False)):
        found.setdefault(thread.pupil_id, []).append(thread)
    return found


def _column(material: ClassMaterial, code: str) -> Column:
    """``mål 35``; in a mixed class the goal of each year, lowest year first."""
    measure = material.known[code]
    goals = []
    for year in years_asked(material, code):
        cut = material.standards.cut(material.window, code, year)
        goal = cut.limits.at_goal_from if cut else None
        if goal is not None:
            goals.append(measure.shown(goal) if measure.labels else decimal(goal))
    said = "/".join(dict.fromkeys(goals))
    return Column(measure.name, measure.unit, f"mål {said}" if said else None)


def _row(material: ClassMaterial, mate: Classmate, codes: list[str]) -> PupilRow:
    judgement = None if mate.has_own_goals else material.judgements.get((mate.id, material.window.id))
    level = level_of(judgement)
    years = {one.year for one in material.classmates}
    return PupilRow(
        name=mate.name,
        year=calendar.year_label(mate.year, material.window.academic_year) if len(years) > 1 else None,
        cells=tuple(_cell(material, mate, code) for code in codes),
        level=None if level is Level.NOT_DETERMINED else level,
        note=OWN_GOALS if mate.has_own_goals else note_on(judgement) or None,
        moved=class_needs.movement(material, mate)[0],
        is_to_follow_up=bool(class_needs.open_needs(material, mate)),
        has_level=not mate.has_own_goals and class_needs.is_in_window(material, mate),
    )


def _cell(material: ClassMaterial, mate: Classmate, code: str) -> Cell:
    """The score and its level. A blank that is asked for is hatched; one that is not is only empty."""
    score = material.scores.get((mate.id, code))
    if score is None:
        is_asked_for = code in material.expected.get(mate.year, ())
        return Cell("–" if is_asked_for else "", None, is_asked_for)
    shown = shown_score(score, material.window, material.standards)
    if shown.code is None or shown.is_missing or mate.has_own_goals:
        return Cell(shown.text, None, shown.is_missing)
    return Cell(shown.text, Level(shown.code))


def _missing(
    material: ClassMaterial, mates: list[Classmate], codes: list[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for mate in mates:
        cells = [(code, _cell(material, mate, code)) for code in codes]
        lacking = tuple(material.known[code].name for code, cell in cells if cell.is_missing)
        if lacking:
            yield mate.name, lacking
