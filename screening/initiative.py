"""``lasspar initiative compare``: the share that does not yet reach the goal, by school or municipality.

One fixed table of schools, municipalities and all is audited as a whole, so that the two ways of looking at
it never give each other away. What goes out is kept in a ledger, and asked before the next time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Curriculum
from assessments.writes import Recorder
from screening import releasing
from screening.comparable import Comparability, comparabilities, why_apart
from screening.comparing import told_of
from screening.coordination.goal_release import given_away, told_of_windows
from screening.disclosure import Release
from screening.disclosure_releases import Gone
from screening.initiative_counting import Counting
from screening.initiative_counts import Place
from screening.initiative_lattice import EVERYBODY, Lattice, of_curriculum, over_windows, over_years
from screening.percent import whole_percent
from screening.rejudging import refuse_half_counted
from screening.runs import NOT_ADOPTED
from screening.statistics import wilson

Json = dict[str, Any]
By = Literal["school", "municipality"]
NUMBERS = ("enrolled", "assessed", "under_goal", "share", "low", "high")
PARTS_TOLD = ("near_goal", "below_goal")


def compare(window: AssessmentWindow, by: By, recorder: Recorder | None = None) -> Json:
    """The shares as they may be published. A line too small, or that would give one away, has only nulls.

    The pattern stays fixed over the windows of the academic year, and numbers that have changed by too few
    pupils since they last went out stay as they were. A group whose results another measure or text decided
    is not compared. Writes the release into the ledger; the caller commits.
    """
    refuse_half_counted()
    counting = Counting.fetch()
    if window.id not in counting.adopted:
        raise Refused(NOT_ADOPTED)
    alike = counting.same_season(window)
    released = releasing.of_years({one.academic_year for one in alike}, window)
    *earlier, (year, ledger) = [counting.year_to(one, released) for one in alike]
    cohorts = [*(of_year[-1] for of_year, _ in earlier), year[-1]]
    told = told_of_windows(window.season, {one.academic_year: one.code for one in alike})
    lattice = Lattice.of(cohorts, counting.places, year[:-1], told)
    lattice = replace(lattice, known=lattice.known | (lattice.own & told_of(window)))
    before = releasing.gone(released, window)
    gone = lattice.release(ledger, before)
    while more := given_away(window, gone, before):
        ledger = ledger.with_release(Release("beside goals", more))
        gone = lattice.release(ledger, before)
    codes = {one.name for one in (*cohorts, *year)}
    beside = [one for one in counting.declared if one.code in codes]
    unlike = comparabilities(beside, counting.adopted, counting.sets, counting.places)
    answer = _answer(window, by, counting.places, lattice, gone, unlike)
    row = releasing.keep(window, by, gone, answer, recorder or Recorder())
    return {**answer, "release": {"number": row.number, "digest": row.digest}}


def lines(answer: Json) -> list[str]:
    """The same for people: of those with results and of all, both always."""
    told = []
    for group in (*answer["groups"], answer["total"]):
        told.append(f"{group['name']}: {_words(group)}")
        if (pooled := group["pooled"]) is not None:
            told.append(f"  {len(pooled['windows'])} årskullar tillsammans: {_words(pooled)}")
        if (year := group["year"]) is not None and group["suppressed"]:
            told.append(f"  {len(year['windows'])} perioder tillsammans: {_words(year)}")
        apart = {one.value: group[one.value] for one in Curriculum if one.value in group}
        told += [f"  {name}: {_words(own)}" for name, own in apart.items() if not own["suppressed"]]
    return told


def _words(group: Json) -> str:
    if "not_compared" in group:
        return f"jämförs inte ({group['not_compared']})"
    if group["suppressed"]:
        return "visas inte (små grupper)"
    under, assessed, enrolled = (group[key] for key in ("under_goal", "assessed", "enrolled"))
    share, low, high = (whole_percent(group[key]) for key in ("share", "low", "high"))
    return (
        f"{under} når ännu inte målet, av {assessed} som har resultat och av alla {enrolled} "
        f"({share} % av alla, {low} till {high} %)"
    )


def _answer(
    window: AssessmentWindow,
    by: By,
    everywhere: Sequence[Place],
    lattice: Lattice,
    gone: Gone,
    unlike: Mapping[str, Comparability],
) -> Json:
    told = [
        {"code": code, "name": name, **_told(lattice, gone, line, window.code, unlike)}
        for line, code, name in _groups(everywhere, by)
        if line in lattice.own
    ]
    total = {"code": None, "name": "Alla", **_told(lattice, gone, EVERYBODY, window.code, unlike)}
    return {"window": window.code, "groups": told, "total": total}


def _groups(places: Sequence[Place], by: By) -> list[tuple[str, str, str]]:
    """Line, code and name of each group in reading order; who has no code is told by name."""
    if by == "school":
        return [(place.line, place.code or place.school, place.school) for place in places]
    return list(dict.fromkeys((place.line_above, place.municipality, place.municipality) for place in places))


def _told(lattice: Lattice, gone: Gone, line: str, window: str, unlike: Mapping[str, Comparability]) -> Json:
    """The group's numbers, what is told together where it is too small, and sv and sva apart."""
    reason = unlike[window].reasons.get(line, "")
    numbers = {**_numbers(gone, line, reason), **_parts(gone, line, reason)}
    told: Json = {**numbers, "pooled": None, "year": None}
    apart = {
        one.value: _numbers(gone, name, reason)
        for one in Curriculum
        if (name := of_curriculum(line, one)) in gone.table.lines
    }
    cohorts, year = lattice.cohorts.get(line), lattice.years.get(line)
    if cohorts is not None:
        why_not = why_apart(line, [unlike[code] for code in cohorts])
        told["pooled"] = {"windows": list(cohorts), **_numbers(gone, over_years(line), why_not)}
    if year is not None:
        why_not = next((why for code in year if (why := unlike[code].reasons.get(line))), "")
        numbers = _numbers(gone, over_windows(line), why_not, len(year))
        told["year"] = {"windows": list(year), **numbers}
    return told | apart


def _numbers(gone: Gone, line: str, why_not: str, times: int = 1) -> Json:
    """``times``: how often each pupil is counted; the interval is that of as many pupils as there are."""
    nothing = {**dict.fromkeys(NUMBERS), "suppressed": True}
    if why_not:
        return {**nothing, "not_compared": why_not}
    if line in gone.hidden or line not in gone.table.lines:
        return nothing
    found = gone.table.counts(line)
    share = wilson(found.under_goal / times, found.enrolled / times)
    ends = map(float, (share.share, share.low, share.high))
    numbers = (found.enrolled, found.assessed, found.under_goal, *ends)
    return {**dict(zip(NUMBERS, numbers, strict=True)), "suppressed": False}


def _parts(gone: Gone, line: str, why_not: str) -> Json:
    """Near the goal and below it; null where that is not told."""
    if why_not or line not in gone.parts:
        return dict.fromkeys(PARTS_TOLD)
    found = gone.table.counts(line)
    return dict(zip(PARTS_TOLD, (found.near_goal, found.below_goal), strict=True))
