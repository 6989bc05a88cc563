"""The goals as pages and paper tell them: what was released, the answer in words, and the picture."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from assessments import windows
from assessments.access.taking_part import have_left
from assessments.calendar import last_day, year_label
from assessments.collation import swedish_key
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import Season
from assessments.words import capitalize_first
from screening.coordination import ledger
from screening.coordination.figures import figures, percent
from screening.coordination.goal_picture import GoalPicture, goal_picture
from screening.coordination.goal_release import about, latest_releases
from screening.coordination.goal_table import of_year
from screening.coordination.goals import goals_open_to_me
from screening.coordination.models import GoalKind, HalvingGoal, ReleasedFigures
from screening.coordination.progress import Point, Progress, Told, progress
from screening.models import BenchmarkSet
from screening.statistics import Halving

EVERYBODY = "hela satsningen"
Homes = Collection[int | None]  # the municipalities somebody coordinates; None: the whole initiative


@dataclass(frozen=True)
class GoalTold:
    """A goal as it last went out. ``found`` None: nobody has counted it."""

    goal_id: int
    name: str
    what: str  # "når ännu inte målet"
    who_are: str  # the same after "som": "ännu inte når målet"
    who: str  # "åk 2, våren, Almsjö"
    baseline_year: str
    target_year: str
    kind: GoalKind
    ended_on: date | None
    counted_at: datetime | None
    found: Progress | None
    judged_by: str
    beside: tuple["GoalTold", ...] = ()  # worrying absence of the same pupils, followed as a goal of its own

    @property
    def is_by_hand(self) -> bool:
        return self.kind is GoalKind.INDICATOR

    @property
    def is_on_the_way(self) -> bool:
        return self.found is not None and self.found.answer is Halving.ON_THE_WAY

    @property
    def answer(self) -> str:
        """The verdict, with a large first letter."""
        return capitalize_first(self.found.answer.label) if self.found else "Inte räknat än"

    @property
    def why(self) -> str:
        latest = self.found.latest if self.found else None
        return latest.why if latest else ""

    @property
    def picture(self) -> GoalPicture | None:
        return goal_picture(self.found) if self.found else None

    @property
    def sentence(self) -> str:
        """The answer and the numbers it rests on."""
        if self.found is None:
            return "Målet är inte räknat än."
        latest = self.found.latest
        if latest is None:
            return f"{self.answer}: {self._start} Inget läsår efter utgångsläget har räknats."
        return f"{self.answer}: {self._now(latest)} {self._start}"

    @property
    def _start(self) -> str:
        baseline = self.found.baseline if self.found else None
        if (
            baseline is None
            or baseline.figures.of_all is None
            or self.found is None
            or self.found.goal is None
        ):
            return f"Utgångsläget {self.baseline_year} har inget tal som kan visas."
        start = f"{baseline.figures.of_all.words}{self._from(baseline)}"
        return (
            f"Utgångsläget {self.baseline_year} är {start}, målet "
            f"{self.target_year} är {percent(self.found.goal)}."
        )

    def _now(self, latest: Point) -> str:
        share = latest.figures.of_all
        if share is None:
            return f"{latest.academic_year} har inget tal som kan visas."
        path = f" Den raka vägen går genom {percent(latest.path)}." if latest.path is not None else ""
        return (
            f"{share.words} ({share.between}) {self.what}{self._from(latest)} {latest.academic_year}.{path}"
        )

    def _from(self, year: Point) -> str:
        """From how much absence a year was counted, where that is not the same for all of them."""
        return f" (minst {year.limit})" if year.limit and not _one_limit(self.found) else ""

    def limit_of(self, year: Point) -> str:
        """``gräns 15 %``, of a goal about absence."""
        return year.from_limit if self.kind is GoalKind.ABSENCE else ""


@dataclass(frozen=True)
class _Looking:
    """Who looks. Of a goal of everybody those who have left see what closed while they took part."""

    homes: Homes
    closed: Mapping[tuple[str, Season], date]

    @classmethod
    def of(cls, homes: Homes) -> "_Looking":
        """At most one query."""
        every = () if None in homes else windows.in_order()
        return cls(homes, {(one.academic_year, one.season): one.closes_on for one in every})

    def sees(self, goal: HalvingGoal, academic_year: str) -> bool:
        if goal.municipality_id is not None or None in self.homes:
            return True
        closed = None if goal.kind is GoalKind.INDICATOR else self.closed.get((academic_year, goal.season))
        return not have_left(self.homes, closed or last_day(academic_year))


def goals_told(homes: Homes) -> list[GoalTold]:
    """Every goal the person may see, those followed first, by name. Six queries, however many goals."""
    goals = list(db.session.scalars(goals_open_to_me().options(sa.orm.joinedload(HalvingGoal.municipality))))
    released = latest_releases(goals)
    ordered = sorted(goals, key=lambda one: (one.ended_on is not None, swedish_key(one.name), one.id))
    who = _Looking.of(homes)
    return [_told(one, released.get(one.id), who) for one in ordered]


def goal_told(goal: HalvingGoal, homes: Homes = (None,)) -> GoalTold:
    """One goal, with worrying absence as a second line beside it. Six queries at most."""
    who = _Looking.of(homes)
    told = _told(goal, ledger.latest(about(goal)), who)
    told = replace(told, judged_by=_called(told.judged_by))
    if goal.kind is GoalKind.ABSENCE:
        return told
    # Of the same municipality as a goal that the person sees, or of everybody: no need to ask whose.
    alike = sa.select(HalvingGoal).where(
        HalvingGoal.kind == GoalKind.ABSENCE,
        HalvingGoal.ended_on.is_(None),
        HalvingGoal.municipality_id == goal.municipality_id
        if goal.municipality_id
        else HalvingGoal.municipality_id.is_(None),
    )
    absence = list(db.session.scalars(alike.order_by(HalvingGoal.id)))
    released = latest_releases(absence)
    return replace(
        told, beside=tuple(_told(one, released[one.id], who) for one in absence if one.id in released)
    )


def _told(goal: HalvingGoal, row: ReleasedFigures | None, who: _Looking) -> GoalTold:
    years = [one for one in _years(goal, row) if who.sees(goal, one.academic_year)] if row else []
    found = progress(years, goal.baseline_year, goal.target_year) if row else None
    what = _what(goal, _one_limit(found))
    return GoalTold(
        goal_id=goal.id,
        name=goal.name,
        what=what,
        who_are=what.replace("når ännu inte", "ännu inte når", 1),
        who=_who(goal),
        baseline_year=goal.baseline_year,
        target_year=goal.target_year,
        kind=goal.kind,
        ended_on=goal.ended_on,
        counted_at=row.created_at if row else None,
        found=found,
        judged_by=years[-1].judged_by if years else "",
    )


def _called(judged_by: str) -> str:
    """The name of the set that the ledger knows by code and version; as it stands there where it is gone."""
    code, _, version = judged_by.rpartition("@")
    name = code and db.session.scalar(sa.select(BenchmarkSet.name).filter_by(code=code, version=version))
    return f"{name}, version {version}" if name else judged_by


def _one_limit(found: Progress | None) -> str:
    """From how much absence all years were counted; empty where that differs or is not known of all."""
    limits = {one.limit for one in found.points} if found else set()
    return limits.pop() if len(limits) == 1 else ""


def _years(goal: HalvingGoal, row: ReleasedFigures) -> list[Told]:
    """Each year of a release, oldest first. Which limit for absence one had did not always go out with it."""
    gone, facts = ledger.table_of(row), row.facts
    return [
        Told(
            academic_year=year,
            cohorts=tuple(taken),
            figures=found,
            judged_by=facts["judged_by"].get(year, ""),
            texts=_texts(facts, year),
            limits=_limits(facts, taken) if goal.kind is GoalKind.ABSENCE else None,
        )
        for year, taken in sorted(facts["cohorts"].items())
        if (found := figures(gone, of_year(year), row.fewest)) is not None
    ]


def _texts(facts: Mapping[str, Any], year: str) -> tuple[str, ...] | None:
    texts = facts.get("texts")
    return tuple(texts.get(year, ())) if texts else None


def _limits(facts: Mapping[str, Any], taken: Sequence[str]) -> tuple[str, ...]:
    of_year = facts.get("limits", {})
    return tuple(sorted({of_year.get(one, "") for one in taken}))


def _what(goal: HalvingGoal, limit: str) -> str:
    if goal.kind is GoalKind.ABSENCE:
        return f"har oroande frånvaro{f' (minst {limit})' if limit else ''}"
    if goal.kind is GoalKind.MEASURE:
        measure = measures().get(goal.measure or "")
        return f"når ännu inte målet i {measure.name if measure else goal.measure}"
    return "når ännu inte målet"


def _who(goal: HalvingGoal) -> str:
    place = goal.municipality.name if goal.municipality else EVERYBODY
    years = "alla årskurser" if goal.year is None else year_label(goal.year, goal.baseline_year)
    if goal.kind is GoalKind.INDICATOR:
        return f"{years}, {place}"
    return f"{years}, {SEASONS[goal.season]}, {place}"


SEASONS = {Season.AUTUMN: "hösten", Season.WINTER: "vintern", Season.SPRING: "våren"}
