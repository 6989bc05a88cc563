"""The shares of one measure in a window, by school and municipality, let out like the window's own."""

from collections import defaultdict
from dataclasses import replace

import sqlalchemy as sa

from assessments.access.taking_part import schools_outside
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AgreedText, AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Curriculum
from assessments.writes import Recorder
from screening.benchmarks.catalogue import Benchmarks, benchmarks, in_force
from screening.coordination import ledger
from screening.coordination.goal_release import given_away
from screening.coordination.ledger import About
from screening.coordination.models import ReleasedFigures, Subject
from screening.disclosure import IN_FILES, Counts, Ledger, Release
from screening.initiative_counts import SUMS, SchoolCounts, places
from screening.initiative_lattice import Cohort, Lattice
from screening.rejudging import refuse_half_counted
from screening.rollup.models import WHOLE_WINDOW
from screening.runs import NOT_ADOPTED


def about(window: AssessmentWindow, code: str) -> About:
    """What the ledger calls the shares."""
    return About(Subject.MEASURE, IN_FILES, part=code, window_id=window.id)


def compared(window: AssessmentWindow) -> dict[str, Measure]:
    """The measures that have limits in the window, in reading order: what can be chosen to compare."""
    years = {code for code, _, season in _judged_by(window).cuts if season == window.season}
    return {code: one for code, one in measures().items() if code in years}


def release(window: AssessmentWindow, code: str, recorder: Recorder) -> ReleasedFigures:
    """Count, hide what is too small, and keep it. The same number of queries always. Flushes.

    On PostgreSQL two who count in a window wait for each other here, as SQLite's writers do at BEGIN.
    """
    refuse_half_counted()
    db.session.execute(sa.select(AssessmentWindow.id).filter_by(id=window.id).with_for_update(key_share=True))
    said = _judged_by(window)
    years = {year for one, year, season in said.cuts if one == code and season == window.season}
    if not years:
        raise Refused("Måttet har inga gränser i perioden, så det finns inget att jämföra.")
    _refuse_other_texts(window, measures()[code], years)
    cohort = Cohort(window.code, _counts(window, code, years))
    before = ledger.earlier(about(window, code))
    lattice, known = Lattice.of([cohort], places()), Ledger()
    gone = lattice.release(known, before)
    while more := given_away(window, gone, before, code):
        known = known.with_release(Release("beside goals", more))
        gone = lattice.release(known, before)
    return ledger.keep(about(window, code), gone, recorder, {})


def _judged_by(window: AssessmentWindow) -> Benchmarks:
    force = in_force([window]).get(window.id)
    if force is None:
        raise Refused(NOT_ADOPTED)
    return benchmarks({force.set_id}, measures())[force.set_id]


def _refuse_other_texts(window: AssessmentWindow, measure: Measure, years: set[int]) -> None:
    """A measure that compares only the same text needs one that everybody has agreed on."""
    if not measure.same_text:
        return
    agreed = sa.select(AgreedText.year).filter_by(window_id=window.id, measure=measure.code)
    there = sa.select(SUMS.c.year).where(SUMS.c.window_id == window.id, SUMS.c.measure == measure.code)
    if (set(db.session.scalars(there.distinct())) & years) - set(db.session.scalars(agreed)):
        raise Refused(
            f"Olika texter: {measure.name} jämförs bara på samma text, och alla årskurser har ingen "
            "överenskommen text i perioden."
        )


def _counts(window: AssessmentWindow, code: str, years: set[int]) -> SchoolCounts:
    """By school and curriculum everybody of those years; who has no result of the measure is missing."""
    enrolled: dict[tuple[int, Curriculum], int] = defaultdict(int)
    reached: dict[tuple[int, Curriculum], Counts] = defaultdict(Counts)
    outside = schools_outside(window.closes_on)
    of_window = sa.select(SUMS).where(SUMS.c.window_id == window.id, SUMS.c.measure.in_([code, WHOLE_WINDOW]))
    for row in db.session.execute(of_window.where(SUMS.c.year.in_(years))):
        if row.school_id in outside:
            continue
        place = row.school_id, row.curriculum
        under, at = row.below_goal + row.near_goal, row.at_goal + row.above_goal
        if row.measure == WHOLE_WINDOW:
            enrolled[place] += under + at + row.no_level
        else:
            reached[place] += Counts(under, at, below_goal=row.below_goal)
    return {
        place: replace(one, missing=max(number - one.assessed, 0))
        for place, number in enrolled.items()
        if number and (one := reached[place])
    }
