"""What the staff report on a pupil says: results with limits and source, earlier windows, signals, steps."""

from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa

from assessments import calendar
from assessments.database import db
from assessments.instruments.catalogue import AREAS, Measure
from assessments.models import AssessmentWindow
from assessments.queries import function_names
from assessments.roster.models import Pupil, SchoolClass
from reports.figures.growth import Growth
from reports.figures.staff import EarlierWindow, Result, Signal, StaffSheet, Step
from reports.gathering.growth import growth
from reports.gathering.past import Past, past
from reports.wording import number
from screening import inbox
from screening.certainty import certainty, p_beyond
from screening.levels import Certainty, Level, Limits, LimitStatus
from screening.models import Flag, NextStep
from screening.queries.expected import expected_at
from screening.queries.shown import kind_label, note_on, score_text
from screening.reasons import HOW_SURE, why, window_words
from screening.rules.catalogue import rules_on
from screening.signals import FlagState

EARLIER_SHOWN = 6
CHARTS = ("fluency", "decoding", "letters_sounds", "comprehension")  # areas in the order they are drawn
MOST_CHARTS = 2
SURE = {
    Certainty.CLEAR: "tydligt",
    Certainty.NEAR: "nära en gräns",
    Certainty.ON_THE_LINE: "på gränsen",
    Certainty.UNKNOWN: "mätfelet är inte känt",
}


def staff_sheet(pupil: Pupil, school_class: SchoolClass, year: int, window: AssessmentWindow) -> StaffSheet:
    """A dozen questions. ``school_class`` and ``year`` are where the pupil goes in the window."""
    behind = past([pupil.id], window)
    place = (school_class.school_id, year)
    expected = expected_at(window, {place}, behind.standards)[place]
    judgement = behind.judgements.get((pupil.id, window.id))
    return StaffSheet(
        imprint=behind.imprint(school_class.school),
        name=pupil.name,
        class_name=school_class.name,
        year=calendar.year_label(year, window.academic_year),
        level=behind.level(pupil.id, window),
        certainty=HOW_SURE[Certainty(judgement.certainty)]
        if judgement and judgement.level != Level.NOT_DETERMINED
        else None,
        reason=(judgement.reason or note_on(judgement) or None) if judgement else None,
        results=tuple(_results(behind, pupil.id, expected)),
        windows=tuple(_earlier(behind, pupil.id)),
        growth=tuple(_growth(behind, pupil.id, year))[:MOST_CHARTS],
        signals=tuple(_signals(pupil.id, behind)),
    )


def _results(behind: Past, pupil_id: int, expected: frozenset[str]) -> Iterator[Result]:
    """Every measure that is expected or has something put down, in reading order."""
    for code, measure in behind.known.items():
        row = behind.scores.get((pupil_id, behind.window.id, code))
        if row is None and code not in expected:
            continue
        points = behind.points(pupil_id, behind.window, code)
        cut = behind.cut(behind.window, code, row.year) if row is not None else None
        limits = cut.limits if cut else None
        level = limits.level(points) if limits is not None and points is not None else None
        shown = (
            "Resultat saknas"
            if row is None
            else score_text(measure, row.points, row.absence, row.is_discontinued)
        )
        before = behind.before(pupil_id, code)
        yield Result(
            measure=measure.name,
            area=AREAS[measure.area] if measure.labels else f"{AREAS[measure.area]}, {measure.unit}",
            shown=shown,
            level=level,
            certainty=_sure(points, limits, measure.sem) if level is not None else None,
            limits=_limits(measure, limits),
            status=_status(limits),
            source=cut.source if cut else None,
            before=f"{measure.shown(before[1])} {window_words(before[0].code)}" if before else None,
            assessed_on=row.assessed_on if row is not None else None,
        )


def _sure(points: Decimal | None, limits: Limits | None, sem: Decimal | None) -> str:
    """How sure the level is, from the distance to the nearer limit."""
    edges = [edge for edge in (limits.near_from, limits.goal_from) if edge is not None] if limits else []
    if sem is None or points is None or not edges:
        return SURE[Certainty.UNKNOWN]
    nearest = min(abs(points - edge) for edge in edges)
    return SURE[certainty(float(p_beyond(float(nearest), float(sem))))]


def _limits(measure: Measure, limits: Limits | None) -> str:
    """``Nära målet från 26, mål 35``; labels instead of numbers where the measure has them."""
    if limits is None:
        return "Ingen gräns i perioden"
    said = [
        f"{word} {measure.shown(edge) if measure.labels else number(edge)}"
        for word, edge in (
            ("nära målet", limits.near_from),
            ("mål", limits.goal_from),
            ("över målet", limits.above_from),
        )
        if edge is not None
    ]
    told = ", ".join(said)
    return told[0].upper() + told[1:]


def _status(limits: Limits | None) -> str | None:
    """What the limits rest on; both when near_from rests on something else."""
    if limits is None:
        return None
    statuses = dict.fromkeys(
        [limits.status, *([limits.near_status] if limits.near_status and limits.near_from else [])]
    )
    told = " och ".join(LimitStatus(status).label for status in statuses)
    return told[0].upper() + told[1:]


def _earlier(behind: Past, pupil_id: int) -> Iterator[EarlierWindow]:
    """The latest windows before this one, latest first, where the pupil was judged."""
    judged = [window for window in behind.windows[:-1] if (pupil_id, window.id) in behind.judgements]
    for window in reversed(judged[-EARLIER_SHOWN:]):
        judgement = behind.judgements[pupil_id, window.id]
        year = calendar.year_label(judgement.year, window.academic_year)
        yield EarlierWindow(window.label, year, behind.level(pupil_id, window), note_on(judgement) or None)


def _growth(behind: Past, pupil_id: int, year: int) -> Iterator[Growth]:
    """Measures with at least two results and a goal, those of reading first."""
    measures = sorted(
        (measure for measure in behind.known.values() if measure.area in CHARTS and not measure.labels),
        key=lambda measure: (CHARTS.index(measure.area), measure.position),
    )
    for measure in measures:
        found = growth(behind, pupil_id, year, measure.code, (measure.name, measure.unit))
        if found is not None and len(found.points) > 1:
            yield found


def _signals(pupil_id: int, behind: Past) -> Iterator[Signal]:
    """The open threads as they stood in this window, the greatest need first, with what has been done."""
    only = sa.select(sa.literal(pupil_id))
    threads = db.session.execute(inbox.standing(only, through=behind.window, only_arrived=False)).all()
    steps = _steps(pupil_id)
    for thread in sorted(threads, key=lambda thread: (-(thread.level or 0), thread.id)):
        window = next((one for one in behind.windows if one.id == thread.window_id), behind.window)
        judged_on = thread.judged_at.date().isoformat()
        yield Signal(
            title=kind_label(thread.kind),
            state=FlagState(thread.state).label,
            why=why(thread.kind, thread.evidence),
            ground=f"Bedömt {judged_on}, {window.label}, {_judged_by(behind, window)}",
            steps=tuple(steps.get(thread.family, [])),
        )


def _judged_by(behind: Past, window: AssessmentWindow) -> str:
    """The set that judged a window: by name where it is the one in the page's foot, else by its code."""
    then, now = (behind.standards.in_force.get(one.id) for one in (window, behind.window))
    return behind.set_label if then is None or then == now else then.name


def _steps(pupil_id: int) -> dict[str, list[Step]]:
    """What has been recorded about each family of signals, oldest first."""
    rows = db.session.execute(
        sa.select(Flag.family, NextStep)
        .join(Flag, NextStep.flag_id == Flag.id)
        .where(Flag.pupil_id == pupil_id)
        .order_by(NextStep.taken_on, NextStep.id)
    ).all()
    functions = function_names({step.duty_id for _, step in rows if step.duty_id is not None})
    found: dict[str, list[Step]] = {}
    for family, step in rows:
        kind = rules_on(step.taken_on).past(step.kind)
        function = functions.get(step.duty_id) if step.duty_id is not None else None
        found.setdefault(family, []).append(Step(step.taken_on, kind, function, step.line, step.due_on))
    return found
