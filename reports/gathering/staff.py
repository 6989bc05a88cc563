"""What the staff report on a pupil says: results with limits and source, earlier windows, signals, steps."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

import sqlalchemy as sa

from assessments import calendar
from assessments.absence.queries import worrying_absence
from assessments.calendar import academic_year_on, first_day, last_day
from assessments.clock import day_of, today
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.queries import function_names
from assessments.roster.models import Pupil, SchoolClass
from assessments.words import ROLE_WORDS
from reports.figures.growth import Growth
from reports.figures.staff import Consultation, EarlierWindow, Signal, StaffSheet, Step, SupportPeriod
from reports.gathering.growth import growth, growth_sources
from reports.gathering.past import Past, past
from reports.gathering.results import composite, results
from screening import inbox
from screening.handovers.seeing import is_open_on, may_see, was_known
from screening.levels import Certainty, Level
from screening.models import Flag, NextStep
from screening.queries.expected import expected_at
from screening.queries.pupil_support import pupil_support
from screening.queries.shown import kind_label, note_on
from screening.queries.thread_work import BY_COMMAND
from screening.reasons import HOW_SURE, Stands, why, window_words
from screening.rules.catalogue import rules_on
from screening.signals import FlagState, state_label
from screening.steps.models import Consultation as Asked

EARLIER_SHOWN = 6
CHARTS = ("fluency", "decoding", "letters_sounds", "comprehension")  # areas in the order they are drawn
MOST_CHARTS = 2
MOST_PERIODS = 3
MOST_CONSULTATIONS = 5


def staff_sheet(
    pupil: Pupil, school_class: SchoolClass, year: int, window: AssessmentWindow, until: date | None = None
) -> StaffSheet:
    """A dozen questions. ``school_class`` and ``year`` are where the pupil goes in the window.

    ``until``: the last day of a pupil who has left. What came after is told where the pupil goes now.
    """
    behind = past([pupil.id], window)
    place = (school_class.school_id, year)
    expected = expected_at(window, {place}, behind.standards)[place]
    judgement = behind.judgements.get((pupil.id, window.id))
    drawn = dict(islice(_growth(behind, pupil.id, year), MOST_CHARTS))
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
        results=(*composite(behind, judgement, year), *results(behind, pupil.id, year, expected)),
        windows=tuple(_earlier(behind, pupil.id)),
        growth=tuple(drawn.values()),
        growth_sources=growth_sources(behind, pupil.id, year, drawn),
        signals=tuple(_signals(pupil.id, behind, until)),
        support=tuple(_support(pupil, window, until)),
        absence=_absence(pupil, window),
        consultations=tuple(_consultations(pupil.id, window, until)),
    )


def _earlier(behind: Past, pupil_id: int) -> Iterator[EarlierWindow]:
    """The latest windows before this one, latest first, where the pupil was judged."""
    judged = [window for window in behind.windows[:-1] if (pupil_id, window.id) in behind.judgements]
    for window in reversed(judged[-EARLIER_SHOWN:]):
        judgement = behind.judgements[pupil_id, window.id]
        year = calendar.year_label(judgement.year, window.academic_year)
        other = _judged_by(behind, window)
        yield EarlierWindow(
            label=window.label,
            year=year,
            level=behind.level(pupil_id, window),
            note=note_on(judgement) or None,
            judged_by=None if other == behind.set_label else other,
        )


def _growth(behind: Past, pupil_id: int, year: int) -> Iterator[tuple[str, Growth]]:
    """Measures with at least two results and a goal, those of reading first, by their code."""
    measures = sorted(
        (measure for measure in behind.known.values() if measure.area in CHARTS and not measure.labels),
        key=lambda measure: (CHARTS.index(measure.area), measure.position),
    )
    for measure in measures:
        found = growth(behind, pupil_id, year, measure.code, (measure.name, measure.unit))
        if found is not None and len(found.points) > 1:
            yield measure.code, found


def _signals(pupil_id: int, behind: Past, until: date | None) -> Iterator[Signal]:
    """The open threads as they stood in this window, the greatest need first, with what has been done."""
    only = sa.select(sa.literal(pupil_id))
    threads = db.session.execute(inbox.standing(only, through=behind.window, only_arrived=False)).all()
    steps = _steps(pupil_id, until)
    for thread in sorted(threads, key=lambda thread: (-(thread.level or 0), thread.id)):
        window = next((one for one in behind.windows if one.id == thread.window_id), behind.window)
        state, judgement = FlagState(thread.state), behind.judgements.get((pupil_id, window.id))
        is_determined = judgement is None or judgement.level is not Level.NOT_DETERMINED
        yield Signal(
            title=kind_label(thread.kind),
            state=state_label(state, thread.kind),
            why=why(thread.kind, thread.evidence, Stands(window.code, state, is_determined)),
            ground=_ground(behind, thread, window),
            steps=tuple(steps.get(thread.family, [])),
        )


def _ground(behind: Past, thread: Any, window: AssessmentWindow) -> str:
    """When and in which window the thread was judged, and by which set the numbers were: those of an earlier
    window by the set of that one."""
    told = f"Bedömt {day_of(thread.judged_at).isoformat()}, {window.label}"
    then = next((one for one in behind.windows if one.code == thread.evidence["window"]), window)
    by = _judged_by(behind, then)
    return f"{told}, {by}" if then is window else f"{told}; {window_words(then.code)} efter {by}"


def _support(pupil: Pupil, window: AssessmentWindow, until: date | None) -> Iterator[SupportPeriod]:
    """The latest periods of the window's academic year, the latest first."""
    periods = pupil_support(pupil, until)
    of_year = (one for one in periods if academic_year_on(one.starts_on) == window.academic_year)
    for one in islice(of_year, MOST_PERIODS):
        dates = f"{one.starts_on} till {one.goal_on}, {one.weeks}"
        ended = one.follow_up
        lines = [f"{one.verdict}. {one.evidence}", one.goal]
        if ended:
            change = f" ({ended.change})" if ended.change else ""
            worked = " ".join(filter(None, (f"{ended.worked}.", ended.line)))
            then = f", efter {ended.after or 'inte mätt'}{change}" if ended.is_told else ""
            after = f"Före {ended.before}{then}. {worked}"
            lines = [f"Uppföljning {ended.ended_on}: {after}", *lines]
        yield SupportPeriod(
            title=f"{one.kind}: {one.measure}",
            about=" · ".join(filter(None, (dates, one.how_often, one.led_by))),
            lines=tuple(lines),
            changes=one.changes,
            picture=one.picture,
        )


def _absence(pupil: Pupil, window: AssessmentWindow) -> str:
    if not may_see(pupil.id, window):
        return ""
    away = worrying_absence(sa.select(sa.literal(pupil.id)))
    return away[pupil.id, window.id].sentence if (pupil.id, window.id) in away else ""


def _consultations(pupil_id: int, window: AssessmentWindow, until: date | None) -> Iterator[Consultation]:
    """Those of the window's academic year that wait or were held; what was withdrawn is told to nobody."""
    kinds = rules_on(today()).consultations
    rows = db.session.scalars(
        sa.select(Asked)
        .where(
            Asked.pupil_id == pupil_id,
            Asked.asked_on >= first_day(window.academic_year),
            Asked.asked_on <= last_day(window.academic_year),
            sa.or_(Asked.closed_on.is_(None), Asked.held_on.is_not(None)),
            _is_known(Asked.pupil_id, Asked.asked_on, until),
            sa.true() if until is None else sa.func.coalesce(Asked.held_on, Asked.asked_on) <= until,
        )
        .order_by(Asked.held_on.is_not(None), Asked.held_on.desc(), Asked.id.desc())
        .limit(MOST_CONSULTATIONS)
    ).all()
    named = {one for row in rows for one in (row.duty_id, row.closed_duty_id) if one is not None}
    functions = function_names(named)
    for row in rows:
        yield Consultation(
            about=kinds.get(row.about, row.about),
            asked_on=row.asked_on,
            asked_by=functions.get(row.duty_id or 0, BY_COMMAND),
            asked_of=ROLE_WORDS[row.asked_role],
            held_on=row.held_on,
            held_by=functions.get(row.closed_duty_id or 0, BY_COMMAND) if row.held_on else None,
            competence=row.competence,
            said=row.answer if row.held_on else row.question,
        )


def _judged_by(behind: Past, window: AssessmentWindow) -> str:
    """The set that judged a window: by name where it is the one in the page's foot, else by its code."""
    then, now = (behind.standards.in_force.get(one.id) for one in (window, behind.window))
    return behind.set_label if then is None or then == now else then.name


def _is_known(pupil_id: Any, day: Any, until: date | None) -> sa.ColumnElement[bool]:
    return is_open_on(pupil_id, day) if until is None else sa.and_(day <= until, was_known(pupil_id, day))


def _steps(pupil_id: int, until: date | None) -> dict[str, list[Step]]:
    """What has been recorded about each family of signals, oldest first."""
    rows = db.session.execute(
        sa.select(Flag.family, NextStep)
        .join(Flag, NextStep.flag_id == Flag.id)
        .where(Flag.pupil_id == pupil_id, _is_known(Flag.pupil_id, NextStep.taken_on, until))
        .order_by(NextStep.taken_on, NextStep.id)
    ).all()
    functions = function_names({step.duty_id for _, step in rows if step.duty_id is not None})
    found: dict[str, list[Step]] = {}
    for family, step in rows:
        kind = rules_on(step.taken_on).past(step.kind)
        function = functions.get(step.duty_id) if step.duty_id is not None else None
        found.setdefault(family, []).append(
            Step(step.taken_on, kind, function, step.line, step.due_on, step.competence)
        )
    return found
