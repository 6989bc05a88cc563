"""Whether groups of a window may stand side by side: only what the same measure decided is compared.

A set may let one of several measures decide; a school uses one of them. Those whose schools use another than
most, or read another text than the agreed one, are not compared (decision-logic.md, section 7).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import sqlalchemy as sa

from assessments.access.taking_part import schools_outside
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow, Score
from screening.benchmarks.catalogue import Benchmarks, InForce, Plan, benchmarks, in_force
from screening.initiative_counts import SUMS, Place, places
from screening.rollup.models import WHOLE_WINDOW, CountedPupil

OTHER_MEASURES, OTHER_TEXTS = "olika mått", "olika texter"
MOST = 0.10  # of a group's pupils with results: so few with another measure or text do not move a share
SCORES, COUNTED = cast(sa.Table, Score.__table__), cast(sa.Table, CountedPupil.__table__)
At = tuple[int, int]  # school id, year
Choice = tuple[str | None, ...]  # of each group of measures the one that speaks at a school


@dataclass(frozen=True)
class Used:
    """What was used where in a window. ``pupils`` with a level, ``results`` by measure, ``other_text`` those
    of a measure that only the same text compares."""

    pupils: Mapping[At, int]
    results: Mapping[At, Mapping[str, int]]
    other_text: Mapping[At, Mapping[str, int]] = field(default_factory=dict)


def used_in(windows: Iterable[AssessmentWindow], known: Mapping[str, Measure]) -> Mapping[int, Used]:
    """By window id. Two queries, of sums and of those who read another text, however many windows."""
    outside = {window.id: schools_outside(window.closes_on) for window in windows}
    ids = list(outside)
    levels = SUMS.c.below_goal + SUMS.c.near_goal + SUMS.c.at_goal + SUMS.c.above_goal
    keys = (SUMS.c.window_id, SUMS.c.school_id, SUMS.c.year, SUMS.c.measure)
    sums = sa.select(*keys, sa.func.sum(levels)).where(SUMS.c.window_id.in_(ids)).group_by(*keys)
    pupils: dict[int, Counter[At]] = {one: Counter() for one in ids}
    results: dict[int, defaultdict[At, Counter[str]]] = {one: defaultdict(Counter) for one in ids}
    for window_id, school_id, year, measure, count in db.session.execute(sums):
        if school_id in outside[window_id]:
            continue
        if measure == WHOLE_WINDOW:
            pupils[window_id][school_id, year] += int(count)
        else:
            results[window_id][school_id, year][measure] += int(count)
    texts = _other_texts(ids, known)
    return {one: Used(pupils[one], results[one], texts[one]) for one in ids}


def _other_texts(ids: Sequence[int], known: Mapping[str, Measure]) -> dict[int, dict[At, Counter[str]]]:
    codes = [one.code for one in known.values() if one.same_text]
    same_pupil = sa.and_(COUNTED.c.pupil_id == SCORES.c.pupil_id, COUNTED.c.window_id == SCORES.c.window_id)
    keys = (SCORES.c.window_id, COUNTED.c.school_id, COUNTED.c.year, SCORES.c.measure)
    asked = sa.select(*keys, sa.func.count()).join(COUNTED, same_pupil).group_by(*keys)
    here = (SCORES.c.window_id.in_(ids), SCORES.c.measure.in_(codes), ~SCORES.c.is_on_agreed_text)
    found: dict[int, dict[At, Counter[str]]] = {one: defaultdict(Counter) for one in ids}
    for window_id, school_id, year, measure, count in db.session.execute(asked.where(*here)):
        found[window_id][school_id, year][measure] = count
    return found


@dataclass(frozen=True)
class Comparability:
    """``reasons``: by line (schools and municipalities) why it is not compared, of those that are not.
    ``usual``: what decides in most places, by year."""

    reasons: Mapping[str, str]
    usual: Mapping[int, Choice]

    def is_like(self, other: "Comparability") -> bool:
        """Whether the same measures decided in both windows, in the years that both were for."""
        return all(self.usual[year] == other.usual[year] for year in self.usual.keys() & other.usual.keys())


def why_apart(line: str, cohorts: Sequence[Comparability]) -> str:
    """Why cohorts of the line cannot be taken together; empty where they can."""
    reasons = [one.reasons[line] for one in cohorts if line in one.reasons]
    alike = all(one.is_like(cohorts[-1]) for one in cohorts)
    return next(iter(reasons), "" if alike else OTHER_MEASURES)


def comparabilities(
    windows: Sequence[AssessmentWindow],
    adopted: Mapping[int, InForce],
    sets: Mapping[int, Benchmarks],
    everywhere: Sequence[Place],
) -> dict[str, Comparability]:
    """What may stand beside what, by code of the window, of those that a set judges. Two queries."""
    judged = [window for window in windows if window.id in adopted]
    used = used_in(judged, measures())
    return {
        window.code: comparability(window, sets[adopted[window.id].set_id], used[window.id], everywhere)
        for window in judged
    }


def unlike(window: AssessmentWindow, measure: str = "") -> Mapping[str, str]:
    """By line why it is not compared in the window, by its level or one measure. At most five queries."""
    adopted, known = in_force([window]), measures()
    force = adopted.get(window.id)
    if force is None:
        return {}
    if not measure:
        sets = benchmarks({force.set_id}, known)
        return comparabilities([window], adopted, sets, places())[window.code].reasons
    used = used_in([window], known)[window.id]
    alone = {(year, window.season): Plan(decides=((measure,),)) for _school, year in used.pupils}
    pupils = {at: counts.get(measure, 0) for at, counts in used.results.items()}
    of_it = Used(pupils, used.results, used.other_text)
    return comparability(window, Benchmarks(plans=alone), of_it, places()).reasons


def comparability(
    window: AssessmentWindow, plans: Benchmarks, used: Used, everywhere: Sequence[Place]
) -> Comparability:
    """What may stand beside what in the window. Pure."""
    choices = {at: _choice(at, window, plans, used) for at, count in used.pupils.items() if count}
    usual = _usual(choices, used)
    odd, elsewhere, there = Counter[str](), Counter[str](), Counter[str]()
    for at, line in _lines(choices, everywhere):
        count, choice = used.pupils[at], choices[at]
        there[line] += count
        if choice != usual[at[1]]:
            odd[line] += count
        else:
            texts = used.other_text.get(at, {})
            elsewhere[line] += min(count, max((texts.get(one, 0) for one in choice if one), default=0))
    reasons = {line: OTHER_TEXTS for line in there if elsewhere[line] > MOST * there[line]}
    reasons |= {line: OTHER_MEASURES for line in there if odd[line] > MOST * there[line]}
    return Comparability(reasons, usual)


def _choice(at: At, window: AssessmentWindow, plans: Benchmarks, used: Used) -> Choice:
    """Of each group the measure that speaks for most at the school; of what counts when it is there also
    none. One measure, or a composite, leaves nothing to choose."""
    plan = plans.plan(at[1], window.season)
    if plan.composite is not None:
        return ()
    counts = used.results.get(at, {})
    needed = [_speaks(group, counts, None) for group in plan.decides]
    return (*needed, *(_speaks(group, counts, used.pupils[at]) for group in plan.also))


def _speaks(group: Sequence[str], counts: Mapping[str, int], among: int | None) -> str | None:
    """The first measure in order speaks where it is there, the next for those who are left at least."""
    left, found = 0, []
    for code in group:
        found.append((max(0, counts.get(code, 0) - left), code))
        left += counts.get(code, 0)
    most, speaker = max(found, key=lambda one: one[0])
    return None if among is not None and 2 * most <= among else speaker


def _usual(choices: Mapping[At, Choice], used: Used) -> dict[int, Choice]:
    """By year the choice that most pupils' schools have made."""
    counts: defaultdict[int, Counter[Choice]] = defaultdict(Counter)
    for at, choice in sorted(choices.items()):
        counts[at[1]][choice] += used.pupils[at]
    return {year: found.most_common(1)[0][0] for year, found in counts.items()}


def _lines(choices: Mapping[At, Choice], everywhere: Sequence[Place]) -> Iterator[tuple[At, str]]:
    homes = {place.school_id: place for place in everywhere}
    for at in choices:
        place = homes[at[0]]
        yield from ((at, line) for line in (place.line, place.line_above))
