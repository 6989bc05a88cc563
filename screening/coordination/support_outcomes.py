"""What came of support in an academic year, in all that take part: how much each kind gave, beside others.

Of a year that is counted again and again, two tables side by side would tell of whoever came between. So a
year is counted once, when the first window after it has closed, and stays as it went out. Of fewer than ten
pupils nothing is told; who reached a better level only where five did and five did not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from assessments import windows
from assessments.access.taking_part import schools_outside
from assessments.calendar import academic_year_on, last_day
from assessments.clock import today
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Enrolment, SchoolClass
from assessments.words import day
from assessments.writes import Recorder
from screening.conditional_growth import FEWEST_WITH_SUPPORT
from screening.coordination.ledger import About, keep, latest
from screening.coordination.models import ReleasedFigures, Subject
from screening.disclosure import ON_PAGES, Table
from screening.disclosure_releases import Gone
from screening.rejudging import refuse_half_counted
from screening.support.effects import EffectLine, effects_in, shown
from screening.support.models import SupportFollowUp

LATEST = 5  # academic years


@dataclass(frozen=True)
class Outcome:
    """One kind of support on one measure, in words."""

    kind: str
    measure: str
    unit: str
    periods: int
    before: str
    after: str
    gain: str
    low: str
    high: str
    expected: str | None  # None: nobody knows
    better: str | None  # how many reached a better level; None: not to be told


@dataclass(frozen=True)
class YearOfSupport:
    """An academic year as it was told, or when it can be counted."""

    academic_year: str
    counted_at: datetime | None
    outcomes: tuple[Outcome, ...]
    few: tuple[str, ...]  # kinds that fewer than ten pupils had
    waits_for: str | None  # why it cannot be counted yet

    @property
    def sentence(self) -> str:
        if self.counted_at is None:
            return f"Läsåret {self.academic_year}: inte räknat än."
        if not self.outcomes:
            return f"Läsåret {self.academic_year}: ingen insats följdes upp för minst tio elever."
        one = max(self.outcomes, key=lambda each: each.periods)
        others = f"; elever som började lika brukar öka {one.expected}" if one.expected else ""
        return (
            f"Läsåret {self.academic_year}: med {one.kind.lower()} ökade resultatet i snitt {one.gain} "
            f"{one.unit}{others}."
        )


def over() -> list[str]:
    """Academic years that are over, from the first with a follow-up to the last, latest first. One query."""
    ended = db.session.execute(
        sa.select(sa.func.min(SupportFollowUp.ended_on), sa.func.max(SupportFollowUp.ended_on))
    )
    first, last = ended.one()
    if first is None:
        return []
    now = academic_year_on(today())
    begins = range(int(academic_year_on(last)[:4]), int(academic_year_on(first)[:4]) - 1, -1)
    years = [academic_year_on(date(year, 12, 31)) for year in begins]
    return [one for one in years if one < now][:LATEST]


def year_of_support(academic_year: str) -> YearOfSupport:
    """As it went out. At most two queries."""
    told = latest(_about(academic_year))
    if told is None:
        return YearOfSupport(academic_year, None, (), (), _waits_for(academic_year))
    outcomes = tuple(_outcome(one) for one in told.facts["told"])
    return YearOfSupport(academic_year, told.created_at, outcomes, tuple(told.facts["few"]), None)


def release(academic_year: str, recorder: Recorder) -> ReleasedFigures:
    """Count the year, once and for all; what has gone out goes out again as it was. Flushes.

    Raises ``Refused`` before the first window after it has closed, and while anybody is judged again.
    """
    if (told := latest(_about(academic_year))) is not None:
        return told
    refuse_half_counted()
    if why := _waits_for(academic_year):
        raise Refused(why)
    found = effects_in(academic_year, _pupils(academic_year))
    facts = {
        "told": [_facts(one) for one in found if one.pupils >= FEWEST_WITH_SUPPORT],
        "few": [f"{one.kind}, {one.measure}" for one in found if one.pupils < FEWEST_WITH_SUPPORT],
    }
    return keep(_about(academic_year), Gone(Table({}, {}), frozenset()), recorder, facts)


def _about(academic_year: str) -> About:
    return About(Subject.FOLLOW_UP, FEWEST_WITH_SUPPORT, part=f"support {academic_year}")


def _pupils(academic_year: str) -> sa.Select[int]:
    """Who went somewhere that year, in the municipalities that took part on its last day."""
    outside = schools_outside(last_day(academic_year))
    return (
        sa.select(Enrolment.pupil_id)
        .join(SchoolClass)
        .where(SchoolClass.academic_year == academic_year, SchoolClass.school_id.not_in(outside))
    )


def _waits_for(academic_year: str) -> str | None:
    later = [one for one in windows.in_order() if one.academic_year > academic_year]
    if any(one.closes_on < today() for one in later):
        return None
    when = f": {day(min(one.closes_on for one in later))}" if later else ""
    return f"Läsåret {academic_year} räknas när den första perioden efter det har stängt{when}."


def _facts(one: EffectLine) -> dict[str, Any]:
    told, gain = one.effect, one.effect.gain
    up, others = told.levels_up or 0, (told.levels_same or 0) + (told.levels_down or 0)
    return {
        "kind": one.kind, "measure": one.measure, "unit": one.unit, "periods": told.n,
        "before": told.before, "after": told.after, "expected": told.expected,
        "gain": gain and [gain.mean, gain.low, gain.high],
        "better": [up, up + others] if min(up, others) >= ON_PAGES else None,
    }  # fmt: skip


def _outcome(said: Mapping[str, Any]) -> Outcome:
    gain, low, high = (shown(one) for one in said["gain"])
    return Outcome(
        said["kind"], said["measure"], said["unit"], said["periods"], shown(said["before"]),
        shown(said["after"]), gain, low, high,
        None if said["expected"] is None else shown(said["expected"]),
        None if said["better"] is None else "{} av {}".format(*said["better"]),
    )  # fmt: skip
