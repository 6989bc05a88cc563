"""Pupils with a signal that nobody has taken up, and with support that runs, by school: as it stands today.

Counted in the database, whatever the number of pupils, and shown as small groups may be. Each count is a
series of its own: it says how it stands on its day, and the next one may hide other lines.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from assessments.calendar import academic_year_on, first_day
from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow, ScoreChange
from assessments.roster.models import Enrolment, SchoolClass
from assessments.writes import Recorder
from screening import inbox
from screening.coordination.ledger import About, keep
from screening.coordination.models import ReleasedFigures, Subject
from screening.disclosure import ON_PAGES, Counts, Ledger, Table, publish
from screening.disclosure_releases import Gone
from screening.initiative_counts import Place, places
from screening.initiative_lattice import EVERYBODY
from screening.models import Flag, NextStep, SupportPeriod
from screening.rollup.models import CountedPupil
from screening.signals import FlagState
from screening.steps.models import StepOutcome
from screening.support.models import SupportFollowUp

WAITING, SUPPORTED = "waiting", "supported"
BySchool = Mapping[int, int]


def about(window: AssessmentWindow) -> About:
    """What the ledger calls these counts."""
    return About(Subject.FOLLOW_UP, ON_PAGES, window_id=window.id)


def line_of(what: str, line: str) -> str:
    """The line of a count (WAITING or SUPPORTED) for a school, a municipality or everybody."""
    return f"{what} {line}"


def release(window: AssessmentWindow, recorder: Recorder) -> ReleasedFigures:
    """Count how it stands today, hide what is too small, and keep it. Five queries. Flushes."""
    everywhere, here = places(), _here()
    enrolled = _by_school(sa.select(here.c.school_id, sa.func.count()).group_by(here.c.school_id))
    found = {WAITING: _waiting(here), SUPPORTED: _supported(here)}
    cells: dict[str, Counts] = {}
    lines: dict[str, frozenset[str]] = {}
    hidden: set[str] = set()
    for what, counts in found.items():
        table = _table(what, counts, enrolled, everywhere)
        cells, lines = {**cells, **table.cells}, {**lines, **table.lines}
        hidden |= publish(table, what, Ledger(), ON_PAGES)[0]
    facts = {"latest": {str(school): day.isoformat() for school, day in _latest(window)}}
    return keep(about(window), Gone(Table(cells, lines), frozenset(hidden)), recorder, facts)


def _table(what: str, counts: BySchool, enrolled: BySchool, everywhere: Sequence[Place]) -> Table:
    """A cell per school; its line, its municipality's and everybody's."""
    lines: dict[str, frozenset[str]] = {}
    for place in everywhere:
        if place.school_id in enrolled:
            for line in (place.line, place.line_above, EVERYBODY):
                name = line_of(what, line)
                lines[name] = lines.get(name, frozenset()) | {f"{what} {place.school_id}"}
    cells = {
        f"{what} {school_id}": Counts(counts.get(school_id, 0), number - counts.get(school_id, 0))
        for school_id, number in enrolled.items()
    }
    return Table(cells, lines)


def _here() -> sa.CTE:
    """(pupil_id, school_id): who goes where today."""
    return (
        sa.select(Enrolment.pupil_id, SchoolClass.school_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(
            Enrolment.starts_on <= today(),
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today()),
        )
        .distinct()
        .cte("here")
    )


def _by_school(counted: sa.Select[Any]) -> BySchool:
    return {row[0]: row[1] for row in db.session.execute(counted)}


def _waiting(here: sa.CTE) -> BySchool:
    """Pupils with an open signal in an inbox that no planned step answers."""
    threads = inbox.standing(sa.select(here.c.pupil_id)).subquery()
    counted = sa.select(here.c.school_id, sa.func.count(here.c.pupil_id.distinct()))
    joined = counted.join_from(here, threads, threads.c.pupil_id == here.c.pupil_id)
    return _by_school(joined.where(~_planned(threads)).group_by(here.c.school_id))


def _planned(threads: sa.Subquery) -> sa.ColumnElement[bool]:
    """As ``ThreadWork.waits and not is_due`` says the opposite, of one pupil's thread at a time."""
    since, flag = aliased(NextStep), aliased(Flag)
    closed_after = (
        sa.select(since.id)
        .join(flag, flag.id == since.flag_id)
        .where(flag.pupil_id == Flag.pupil_id, flag.family == Flag.family, since.is_closing)
        .where(since.id > NextStep.id)
    )
    has_ended = sa.select(StepOutcome.next_step_id).where(StepOutcome.next_step_id == NextStep.id)
    is_ahead = sa.and_(NextStep.due_on > today(), threads.c.state != FlagState.CLOSE_PROPOSED)
    return (
        sa.select(NextStep.id)
        .join(Flag, Flag.id == NextStep.flag_id)
        .where(
            Flag.pupil_id == threads.c.pupil_id,
            Flag.family == threads.c.family,
            ~NextStep.is_closing,
            ~has_ended.exists(),
            ~closed_after.exists(),
            sa.or_(NextStep.flag_id == threads.c.id, NextStep.due_on <= today(), is_ahead),
        )
        .exists()
    )


def _supported(here: sa.CTE) -> BySchool:
    """Pupils with a support period of this academic year that has begun and has not been followed up."""
    begins = first_day(academic_year_on(today()))
    is_over = sa.select(SupportFollowUp.id).where(SupportFollowUp.support_period_id == SupportPeriod.id)
    counted = sa.select(here.c.school_id, sa.func.count(here.c.pupil_id.distinct()))
    joined = counted.join_from(here, SupportPeriod, SupportPeriod.pupil_id == here.c.pupil_id)
    runs = joined.where(
        SupportPeriod.starts_on <= today(),
        sa.or_(SupportPeriod.starts_on >= begins, SupportPeriod.goal_on >= today()),
        ~is_over.exists(),
    )
    return _by_school(runs.group_by(here.c.school_id))


def _latest(window: AssessmentWindow) -> Iterator[Any]:
    """When a result of the window was last written at each school."""
    there = sa.and_(CountedPupil.pupil_id == ScoreChange.pupil_id, CountedPupil.window_id == window.id)
    yield from db.session.execute(
        sa.select(CountedPupil.school_id, sa.func.max(ScoreChange.changed_at))
        .join(ScoreChange, there)
        .where(ScoreChange.window_id == window.id)
        .group_by(CountedPupil.school_id)
    )
