"""What two sets say differently: limits, what decides a level, and weighted sums. Pure."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from assessments.models import Season
from screening.benchmarks.catalogue import Benchmarks, CutLine, Key

Place = TypeVar("Place", bound=Hashable)
Said = TypeVar("Said")
SEASONS = list(Season)


@dataclass(frozen=True)
class LimitChange:
    """The limits of a measure (or composite) in a year and season; None where one of them has none."""

    place: Key
    before: CutLine | None
    after: CutLine | None

    @property
    def judges_alike(self) -> bool:
        """Only the source, or what is drawn and never judged by, differs."""
        return self.before is not None and self.after is not None and self.before.limits == self.after.limits


@dataclass(frozen=True)
class Differences:
    limits: tuple[LimitChange, ...]
    decided_otherwise: tuple[tuple[int, Season], ...]  # years and seasons

    def places(self) -> frozenset[tuple[int, Season]]:
        """Where somebody could get another level."""
        limits = {change.place[1:] for change in self.limits if not change.judges_alike}
        return frozenset(limits | set(self.decided_otherwise))


def differences(before: Benchmarks, after: Benchmarks) -> Differences:
    """In order of measure, year and season."""
    limits = [LimitChange(place, old, new) for place, old, new in _unlike(before.cuts, after.cuts)]
    plans = {place for place, _, _ in _unlike(before.plans, after.plans)}
    sums = {place[1:] for place, _, _ in _unlike(before.composites, after.composites)}
    return Differences(
        limits=tuple(sorted(limits, key=_place_of)),
        decided_otherwise=tuple(sorted(plans | sums, key=lambda place: _in_time(place[0], place[1]))),
    )


def _unlike(
    before: Mapping[Place, Said], after: Mapping[Place, Said]
) -> Iterator[tuple[Place, Said | None, Said | None]]:
    for place in before.keys() | after.keys():
        if before.get(place) != after.get(place):
            yield place, before.get(place), after.get(place)


def _place_of(change: LimitChange) -> tuple[str, int, int]:
    measure, year, season = change.place
    return _in_time(year, season, measure)


def _in_time(year: int, season: Season, measure: str = "") -> tuple[str, int, int]:
    return measure, year, SEASONS.index(season)
