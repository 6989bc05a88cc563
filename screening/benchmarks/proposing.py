"""Local limits proposed from the initiative's own results: pupils followed from a result to a later goal.

What comes out is a ``[[cut]]`` that a draft can take (``screening.benchmarks.drafting``); nothing is applied.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from assessments import calendar, windows
from assessments.access.taking_part import schools_outside
from assessments.clock import today
from assessments.database import db
from assessments.database.types import from_thousandths
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow, Score, Season
from assessments.refusals import Refused
from assessments.roster.header import nearest
from assessments.words import counted, decimal
from screening.benchmarks.drafting import Author, change_limit, content, limit_at
from screening.benchmarks.models import BenchmarkDraft
from screening.levels import Level, thousandths
from screening.local_limits import CAUTION, Followed, Proposal, about, propose
from screening.models import Judgement
from screening.percent import whole_percent
from screening.rejudging import refuse_half_counted
from screening.rollup.models import CountedPupil

Content = dict[str, Any]
REASON = "Lokalt förslag"
OWN, BESIDE = "lokalt underlag: ", "; i övrigt: "
SEED = 1  # the same material gives the same proposal, whoever asks
UNDER_GOAL = (Level.BELOW_GOAL, Level.NEAR_GOAL)


@dataclass(frozen=True)
class Question:
    """Which result is to foretell which goal. Years are grade indexes."""

    measure: str
    year: int
    season: Season
    goal_year: int
    goal_season: Season

    @property
    def goal(self) -> str:
        now = calendar.academic_year_on(today())
        return f"{self.goal_season.heading.lower()} i {calendar.year_label(self.goal_year, now)}"


def proposed(question: Question) -> Proposal:
    """The limit that finds nine of ten of those who later did not reach the goal.

    Raises ``Refused`` for an unknown measure, a goal that is not later, too little to go by, and while
    anybody is judged again.
    """
    refuse_half_counted()
    known = measures()
    if question.measure not in known:
        meant = nearest(question.measure, list(known))
        raise Refused(f"Måttet {question.measure} finns inte." + (f" Menade du {meant}?" if meant else ""))
    later = (question.goal_year, windows.ORDER[question.goal_season])
    if later <= (question.year, windows.ORDER[question.season]):
        raise Refused("Målet ska ligga efter resultatet i tiden.")
    return propose(followed(question, known[question.measure]), SEED)


def followed(question: Question, measure: Measure) -> Followed:
    """Everybody of the cohorts whose goal window has been, with a result and a level. Four queries.

    Those of municipalities that took part when the window closed. A pupil without result or level, moved out,
    or in another year than expected counts among those missing.
    """
    cohorts = _cohorts(question)
    first, last = ([pair[at] for pair in cohorts] for at in (0, 1))
    counted_then = _counted(first, question.year)
    everybody = db.session.scalar(sa.select(sa.func.count()).select_from(counted_then.subquery()))
    levels = _levels(_counted(last, question.goal_year))
    goal_of = {before.id: after.id for before, after in cohorts}
    found = [
        (thousandths(points), level in UNDER_GOAL, window_id)
        for pupil_id, window_id, points in _points(counted_then, question)
        if (level := levels.get((pupil_id, goal_of[window_id]))) is not None
    ]
    values, cases, cohort = zip(*found, strict=True) if found else ((), (), ())
    return Followed(
        points=np.array(values, np.int64),
        is_case=np.array(cases, np.bool_),
        cohort=np.array(cohort, np.int64),
        among=everybody or 0,
        step=thousandths(measure.step),
        scale=(thousandths(measure.minimum), thousandths(measure.maximum)),
        higher_is_better=measure.higher_is_better,
    )


def _cohorts(question: Question) -> list[tuple[AssessmentWindow, AssessmentWindow]]:
    """The window of the result and that of the goal, of each cohort that has had both."""
    declared = {windows.place_in_time(one): one for one in windows.in_order()}
    ahead = question.goal_year - question.year
    pairs = []
    for (academic_year, _), one in declared.items():
        goal_at = (_years_on(academic_year, ahead), windows.ORDER[question.goal_season])
        later = declared.get(goal_at)
        if one.season is question.season and later is not None and later.closes_on < today():
            pairs.append((one, later))
    return pairs


def _years_on(academic_year: str, count: int) -> str:
    first = int(academic_year[:4]) + count
    return f"{first}/{(first + 1) % 100:02d}"


def _counted(declared: Sequence[AssessmentWindow], year: int) -> sa.Select[int, int]:
    """(pupil_id, window_id) of those of the year whom the initiative counts there."""
    there = [
        sa.and_(
            CountedPupil.window_id == one.id, CountedPupil.school_id.not_in(schools_outside(one.closes_on))
        )
        for one in declared
    ]
    counted_there = sa.select(CountedPupil.pupil_id, CountedPupil.window_id)
    return counted_there.where(CountedPupil.year == year, sa.or_(sa.false(), *there))


def _points(counted_then: sa.Select[int, int], question: Question) -> Sequence[Any]:
    same = sa.and_(Score.pupil_id == CountedPupil.pupil_id, Score.window_id == CountedPupil.window_id)
    with_points = counted_then.join(Score, same).add_columns(Score.points)
    return db.session.execute(
        with_points.where(Score.measure == question.measure, Score.points.is_not(None))
    ).all()


def _levels(counted_later: sa.Select[int, int]) -> dict[tuple[int, int], Level]:
    """By pupil and goal window, those determined."""
    same = sa.and_(Judgement.pupil_id == CountedPupil.pupil_id, Judgement.window_id == CountedPupil.window_id)
    with_level = counted_later.join(Judgement, same).add_columns(Judgement.level)
    rows = db.session.execute(with_level.where(Judgement.level != Level.NOT_DETERMINED))
    return {(pupil_id, window_id): level for pupil_id, window_id, level in rows}


def as_cut(question: Question, found: Proposal) -> Content:
    """The limit as a draft takes it (keys of a ``[[cut]]``), with what it rests on. Status P."""
    return {
        "goal_from": from_thousandths(found.limit),
        "status": "P",
        "source": f"{OWN}{evidence(question, found)}",
    }


def take_in(draft: BenchmarkDraft, question: Question, found: Proposal, by: Author) -> None:
    """The limit beside what the draft says there already, which rests on what it rested on.

    Raises ``Refused`` where the set would not hold.
    """
    place = question.measure, question.year, question.season.value
    there = limit_at(content(draft), place) or {}
    others: Content = {key: there[key] for key in ("near_from", "above_from", "typical") if key in there}
    taken = as_cut(question, found)
    if "near_from" in others:
        others["near_status"] = there.get("near_status") or there["status"]
    # Without what a former proposal rested on: pressed twice it is said once.
    before = there.get("source", "").rpartition(BESIDE)[2]
    if others and before and not before.startswith(OWN):
        taken["source"] += f"{BESIDE}{before}"
    change_limit(draft, place, {**others, **taken}, by)


def evidence(question: Question, found: Proposal) -> str:
    """What the proposal rests on, in one line."""
    low, high = (decimal(from_thousandths(end)) for end in (found.low, found.high))
    return (
        f"{about(found.cases + found.others)} elever i {counted(found.cohorts, 'årskull', 'årskullar')}, "
        f"{percent(found.base_rate)} nådde inte målet {question.goal}, "
        f"{percent(found.share_missing)} saknas; "
        f"AUC {share(found.area.area)} ({share(found.area.low)}-{share(found.area.high)}); "
        f"gränsen {low} till {high} i 95 av 100 omtag; utanför urvalet hittas {percent(found.sensitivity)} "
        f"av dem, och {percent(found.specificity)} av de andra pekas inte ut"
    )


def lines(question: Question, found: Proposal) -> list[str]:
    """The proposal for people, with the caution that belongs to it."""
    limit = decimal(from_thousandths(found.limit))
    return [
        f"Förslag: mål från {limit} på {question.measure}. Inget har ändrats.",
        f"Underlag: {evidence(question, found)}.",
        CAUTION,
    ]


def as_json(question: Question, found: Proposal) -> Content:
    """The same for scripts, numbers unrounded: whoever runs a command has the whole database."""
    low, limit, high = (float(from_thousandths(end)) for end in (found.low, found.limit, found.high))
    return {
        "measure": question.measure,
        "year": question.year,
        "season": question.season.value,
        "goal": {"year": question.goal_year, "season": question.goal_season.value},
        "limit": {"goal_from": limit, "low": low, "high": high, "status": "P"},
        "auc": {"value": found.area.area, "low": found.area.low, "high": found.area.high},
        "out_of_bag": {"sensitivity": found.sensitivity, "specificity": found.specificity},
        "pupils": found.cases + found.others,
        "cases": found.cases,
        "cohorts": found.cohorts,
        "base_rate": found.base_rate,
        "share_missing": found.share_missing,
        "caution": CAUTION,
    }


def percent(share: float) -> str:
    return f"{whole_percent(share)} %"


def share(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
