"""What the report on one support period says, gathered and frozen."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from assessments import calendar, windows
from assessments.calendar import academic_year_on
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Enrolment, Pupil, School, SchoolClass
from assessments.words import capitalize_first
from reports.figures.imprint import Imprint
from reports.figures.sources import Source
from reports.figures.support_period import Ending, GoalByWay, Measured, PlanVersion, SupportSheet
from reports.gathering.past import set_label
from screening.models import SupportPeriod
from screening.queries.limit_sources import by_source
from screening.queries.standards import standards
from screening.support.models import SupportPlan
from screening.support.queries.around import absence_line
from screening.support.queries.history import plan_history
from screening.support.queries.proposals import proposals
from screening.support.queries.shown import SupportShown, shown
from screening.support.stored import PERIODS
from screening.support.ways import GoalWay

UNKNOWN = "går inte att säga"
UNSET = "inte satt så"


def support_sheet(period: SupportPeriod, pupil: Pupil, on: date | None = None) -> SupportSheet:
    """Two dozen questions. ``on``: the day whose class stands on the sheet; none: today."""
    (one,) = shown(PERIODS.c.id == period.id)
    measure = measures()[period.measure]
    school, school_class, year = _place(pupil, on or today())
    return SupportSheet(
        imprint=Imprint(
            school.name, f"Läsåret {academic_year_on(period.starts_on)}", _set_then(period), today()
        ),
        name=pupil.name,
        class_name=school_class.name,
        year=calendar.year_label(year, school_class.academic_year),
        kind=one.kind,
        measure=one.measure,
        verdict=one.verdict,
        is_behind=one.is_behind,
        evidence=one.evidence,
        facts=tuple(_facts(one, period)),
        goal=one.goal,
        pace=one.pace,
        goals=_goals(period, measure),
        picture=one.picture,
        changes=tuple(
            PlanVersion(was.changed_from, (*_as_sentence(was.line), *was.differences), was.by)
            for was in reversed(plan_history(period, measure))
            if was.version > 1
        ),
        results=tuple(Measured(row.day, row.points, row.planned, row.is_under) for row in one.results),
        ending=_ending(one),
        sources=tuple(
            Source(name, tuple(f"{line.place}: {line.limits}" for line in lines))
            for name, lines in by_source(one.sources).items()
        ),
    )


def chosen_period(pupil: Pupil, window: AssessmentWindow, measure: str | None) -> SupportPeriod:
    """The period of the window's academic year, the latest one that had begun when the window closed."""
    asked = sa.select(SupportPeriod).where(
        SupportPeriod.pupil_id == pupil.id, SupportPeriod.starts_on <= window.closes_on
    )
    asked = asked if measure is None else asked.where(SupportPeriod.measure == measure)
    latest = asked.order_by(SupportPeriod.starts_on.desc(), SupportPeriod.id.desc()).limit(1)
    period = db.session.scalar(latest)
    if period is None or academic_year_on(period.starts_on) != window.academic_year:
        on = f" på måttet {measure}" if measure else ""
        raise Refused(
            f"Eleven {pupil.code} har ingen stödperiod{on} {window.label.lower()} eller tidigare i år."
        )
    return period


def _place(pupil: Pupil, on: date) -> tuple[School, SchoolClass, int]:
    """Where the pupil goes on the day, or went last before it."""
    row = db.session.execute(
        sa.select(School, SchoolClass, Enrolment.year)
        .join(SchoolClass, SchoolClass.school_id == School.id)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .where(Enrolment.pupil_id == pupil.id, Enrolment.starts_on <= on)
        .order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise Refused(f"Eleven {pupil.code} går inte i någon klass.")
    return row.School, row.SchoolClass, row.year


def _set_then(period: SupportPeriod) -> str:
    """The set by which the period is told: that of the window that was open when it began."""
    declared = windows.in_order()
    opened = [one for one in declared if one.opens_on <= period.starts_on] or declared[:1]
    return set_label(standards(declared, measures()), opened[-1]) if opened else ""


def _facts(one: SupportShown, period: SupportPeriod) -> list[tuple[str, str]]:
    told = [
        ("Mått", one.measure),
        ("Tid", f"{one.starts_on} till {one.goal_on}, {one.weeks}"),
        ("Hur ofta", one.how_often or "inte sagt"),
        ("Ansvarar", one.led_by or "inte sagt"),
    ]
    told += [("Grupp", one.group[1])] if one.group else []
    away = absence_line(period)
    return [*told, ("Frånvaro", capitalize_first(away.removeprefix("Frånvaro: ")))] if away else told


def _as_sentence(line: str | None) -> tuple[str, ...]:
    return (line if line.endswith((".", "?", "!")) else f"{line}.",) if line else ()


def _goals(period: SupportPeriod, measure: Measure) -> tuple[GoalByWay, ...]:
    told = proposals(period.measure, period.starts_on, period.goal_on, {period.pupil_id: period.start})
    plan = db.session.get(SupportPlan, period.id)
    chosen = plan.goal_way if plan else GoalWay.AGREED
    goals = {**told[period.pupil_id].goals, chosen: period.goal}
    return tuple(
        GoalByWay(
            capitalize_first(way.label),
            _goal(goals[way], way, measure),
            way is chosen,
        )
        for way in GoalWay
    )


def _goal(goal: Decimal | None, way: GoalWay, measure: Measure) -> str:
    if goal is None:
        return UNSET if way is GoalWay.AGREED else UNKNOWN
    return measure.shown(goal)


def _ending(one: SupportShown) -> Ending | None:
    ended = one.follow_up
    if ended is None:
        return None
    after = ended.after if ended.is_told else "visas inte"
    return Ending(ended.ended_on, ended.before, after, ended.change, ended.worked, ended.line or "", ended.by)
