"""``lasspar initiative compare``: the share that does not yet reach the goal, by school or municipality.

One fixed table of schools, municipalities and all is audited as a whole, so that the two ways of looking at
it never give each other away. What goes out is kept in a ledger, and asked before the next time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from assessments import windows
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Curriculum
from assessments.writes import Recorder
from screening import releasing
from screening.benchmarks.catalogue import Benchmarks, InForce, benchmarks, in_force
from screening.comparable import OTHER_MEASURES, Comparability, comparability, used_in
from screening.disclosure import IN_FILES, Ledger, Release, Table, publish
from screening.disclosure_releases import Gone
from screening.initiative_counts import Place, places, school_counts
from screening.initiative_lattice import EVERYBODY, Cohort, Lattice, of_curriculum, over_years
from screening.released import ReleasedTable
from screening.runs import NOT_ADOPTED
from screening.statistics import wilson

Json = dict[str, Any]
By = Literal["school", "municipality"]
NUMBERS = ("enrolled", "assessed", "under_goal", "share", "low", "high")


def compare(window: AssessmentWindow, by: By, recorder: Recorder | None = None) -> Json:
    """The shares as they may be published. A line too small, or that would give one away, has only nulls.

    The pattern stays fixed over the windows of the academic year, and numbers that have changed by too few
    pupils since they last went out stay as they were. A group whose results another measure or text decided
    is not compared. Writes the release into the ledger; the caller commits.
    """
    counting = _Counting.fetch()
    if window.id not in counting.adopted:
        raise Refused(NOT_ADOPTED)
    alike = counting.same_season(window)
    released = releasing.of_years({one.academic_year for one in alike}, window)
    found = [counting.cohort(one, released) for one in alike]
    ledger = found[-1][1]
    lattice = Lattice.of([cohort for cohort, _ in found], counting.places)
    gone = lattice.release(ledger, releasing.gone(released, window))
    unlike = {one.code: counting.comparability(one) for one in alike}
    answer = _answer(window, by, counting, lattice, gone, unlike)
    row = releasing.keep(window, by, gone, answer, recorder or Recorder())
    return {**answer, "release": {"number": row.number, "digest": row.digest}}


def lines(answer: Json) -> list[str]:
    """The same for people: of those with results and of all, both always."""
    told = []
    for group in (*answer["groups"], answer["total"]):
        told.append(f"{group['name']}: {_words(group)}")
        if (pooled := group["pooled"]) is not None:
            told.append(f"  {len(pooled['windows'])} årskullar tillsammans: {_words(pooled)}")
        apart = {one.value: group[one.value] for one in Curriculum if one.value in group}
        told += [f"  {name}: {_words(own)}" for name, own in apart.items() if not own["suppressed"]]
    return told


def _words(group: Json) -> str:
    if "not_compared" in group:
        return f"jämförs inte ({group['not_compared']})"
    if group["suppressed"]:
        return "visas inte (små grupper)"
    under, assessed, enrolled = (group[key] for key in ("under_goal", "assessed", "enrolled"))
    share, low, high = (round(100 * group[key]) for key in ("share", "low", "high"))
    return (
        f"{under} når ännu inte målet, av {assessed} som har resultat och av alla {enrolled} "
        f"({share} % av alla, {low} till {high} %)"
    )


@dataclass(frozen=True)
class _Counting:
    """What every window is counted by."""

    declared: Sequence[AssessmentWindow]
    adopted: Mapping[int, InForce]
    sets: Mapping[int, Benchmarks]
    places: Sequence[Place]
    known: Mapping[str, Measure]

    @classmethod
    def fetch(cls) -> "_Counting":
        declared = windows.in_order()
        adopted = in_force(declared)
        known = measures()
        sets = benchmarks({found.set_id for found in adopted.values()}, known)
        return cls(declared, adopted, sets, places(), known)

    def cohort(self, window: AssessmentWindow, released: Sequence[ReleasedTable]) -> tuple[Cohort, Ledger]:
        """The window's counts, and what it hides: what the year's earlier windows hid stays hidden."""
        ledger = Ledger(
            tuple(
                Release(one.window.code, frozenset(one.hidden))
                for one in released
                if one.window.academic_year == window.academic_year
            )
        )
        for one in self.series(window):
            cohort = Cohort(one.code, school_counts(one, self.adopted[one.id], self.sets))
            before = ledger
            hidden, ledger = publish(
                Table(cohort.cells, cohort.lines(self.places)), one.code, ledger, IN_FILES
            )
        return replace(cohort, hidden=hidden), before

    def comparability(self, window: AssessmentWindow) -> Comparability:
        """What may stand beside what in the window."""
        plans = self.sets[self.adopted[window.id].set_id]
        return comparability(window, plans, used_in(window, self.known), self.places)

    def series(self, window: AssessmentWindow) -> list[AssessmentWindow]:
        """The windows of the academic year up to this one."""
        place = windows.place_in_time
        return [
            one
            for one in self.declared
            if one.academic_year == window.academic_year and place(one) <= place(window)
        ]

    def same_season(self, window: AssessmentWindow) -> list[AssessmentWindow]:
        """The window and those like it of earlier years that the same set judged, oldest first."""
        return [
            one
            for one in self.declared
            if one.season is window.season
            and one.academic_year <= window.academic_year
            and self.adopted[one.id].set_id == self.adopted[window.id].set_id
        ]


def _answer(
    window: AssessmentWindow,
    by: By,
    counting: _Counting,
    lattice: Lattice,
    gone: Gone,
    unlike: Mapping[str, Comparability],
) -> Json:
    told = [
        {"code": code, "name": name, **_told(lattice, gone, line, window.code, unlike)}
        for line, code, name in _groups(counting.places, by)
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
    """The group's numbers, the latest cohorts together where one is too small, and sv and sva apart."""
    taken = lattice.cohorts.get(line)
    reason = unlike[window].reasons.get(line)
    apart = {
        one.value: _numbers(gone, name, reason)
        for one in Curriculum
        if (name := of_curriculum(line, one)) in gone.table.lines
    }
    together = None
    if taken is not None:
        numbers = _numbers(gone, over_years(line), _why_apart(line, [unlike[code] for code in taken]))
        together = {"windows": list(taken), **numbers}
    return {**_numbers(gone, line, reason), "pooled": together, **apart}


def _why_apart(line: str, cohorts: Sequence[Comparability]) -> str | None:
    """Why cohorts of the line cannot be taken together; None where they can."""
    reasons = [one.reasons[line] for one in cohorts if line in one.reasons]
    alike = all(one.is_like(cohorts[-1]) for one in cohorts)
    return next(iter(reasons), None if alike else OTHER_MEASURES)


def _numbers(gone: Gone, line: str, why_not: str | None) -> Json:
    nothing = {**dict.fromkeys(NUMBERS), "suppressed": True}
    if why_not is not None:
        return {**nothing, "not_compared": why_not}
    if line in gone.hidden or line not in gone.table.lines:
        return nothing
    found = gone.table.counts(line)
    share = wilson(found.under_goal, found.enrolled)
    ends = map(float, (share.share, share.low, share.high))
    numbers = (found.enrolled, found.assessed, found.under_goal, *ends)
    return {**dict(zip(NUMBERS, numbers, strict=True)), "suppressed": False}
