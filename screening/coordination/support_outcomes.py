"""What came of support in an academic year, in all that take part: how much each kind gave, beside others.

Of a year that is counted again and again, two tables side by side would tell of whoever came between. So a
year is counted once, when the first window after it has closed, and stays as it went out. What support gave
is told of ten pupils or more, of whom none or five at least go elsewhere than at any one school: whoever sees
her own pupils may not take them away and see the rest. How many reached a better level is told where five did
and five did not; that there was a kind of support at all, where five pupils had it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from assessments import windows
from assessments.access.taking_part import schools_outside
from assessments.calendar import academic_year_on, first_day, last_day
from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Enrolment, Pupil, SchoolClass, SchoolForm
from assessments.roster.narrowing import NARROWED
from assessments.words import day
from assessments.writes import Recorder
from screening.conditional_growth import FEWEST_WITH_SUPPORT
from screening.coordination.ledger import About, keep, latest
from screening.coordination.models import ReleasedFigures, Subject
from screening.disclosure import ON_PAGES, Table
from screening.disclosure_releases import Gone
from screening.models import SupportPeriod
from screening.rejudging import refuse_half_counted
from screening.support.effects import EffectLine, shown, support_effects
from screening.support.models import SupportFollowUp

LATEST = 5  # academic years
PART = "support "  # and the academic year: what the ledger calls the figures


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
    few: tuple[str, ...]  # kinds of support of which nothing may be told
    waits_for: str | None  # why it cannot be counted yet

    @property
    def sentence(self) -> str:
        if self.counted_at is None:
            return f"Läsåret {self.academic_year}: inte räknat än."
        if not self.outcomes:
            return f"Läsåret {self.academic_year}: ingen insats har tal som kan visas."
        one = max(self.outcomes, key=lambda each: each.periods)
        others = f"; för elever som började lika brukar det vara {one.expected}" if one.expected else ""
        return (
            f"Läsåret {self.academic_year}: framsteget med {one.kind.lower()} var i snitt {one.gain} "
            f"{one.unit}{others}."
        )


def over() -> list[str]:
    """The latest academic years that are over and had support that was followed up, or have been told; the
    last first. Two queries."""
    parts = sa.select(ReleasedFigures.part).where(
        ReleasedFigures.subject == Subject.FOLLOW_UP, ReleasedFigures.part.startswith(PART)
    )
    years = {part.removeprefix(PART) for part in db.session.scalars(parts)}
    ends = (sa.func.min(SupportFollowUp.ended_on), sa.func.max(SupportFollowUp.ended_on))
    first, last = db.session.execute(sa.select(*ends)).one()
    if first is not None:
        begins = range(int(academic_year_on(first)[:4]), int(academic_year_on(last)[:4]) + 1)
        years |= {academic_year_on(date(year, 12, 31)) for year in begins}
    now = academic_year_on(today())
    return sorted((one for one in years if one < now), reverse=True)[:LATEST]


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
    there = sa.select(AssessmentWindow.id).filter_by(academic_year=academic_year)
    db.session.execute(there.order_by(AssessmentWindow.id).with_for_update(key_share=True))  # one at a time
    if (told := latest(_about(academic_year))) is not None:
        return told
    refuse_half_counted()
    if why := _waits_for(academic_year):
        raise Refused(why)
    went = _went(academic_year)
    ended_then = SupportFollowUp.ended_on.between(first_day(academic_year), last_day(academic_year))
    found = support_effects(
        went.with_only_columns(Enrolment.pupil_id),
        sa.and_(ended_then, _went_there_when_it_ended(went)),
        AssessmentWindow.academic_year == academic_year,
    )
    # Of several schools the last one: whoever sees the pupil there sees what came of it.
    order = went.with_only_columns(Enrolment.pupil_id, SchoolClass.school_id).order_by(Enrolment.starts_on)
    schools = dict(db.session.execute(order.order_by(Enrolment.id)).all())
    told_of = [one for one in found if _may_be_told(one, schools)]
    few = [one for one in found if one not in told_of and len(one.pupils) >= ON_PAGES]
    facts = {"told": [_facts(one) for one in told_of], "few": [f"{one.kind}, {one.measure}" for one in few]}
    return keep(_about(academic_year), Gone(Table({}, {}), frozenset()), recorder, facts)


def _about(academic_year: str) -> About:
    return About(Subject.FOLLOW_UP, FEWEST_WITH_SUPPORT, part=f"{PART}{academic_year}")


def _went(academic_year: str) -> sa.Select[Any]:
    """The enrolments of that year in grundskola, in the municipalities that took part on its last day."""
    outside = schools_outside(last_day(academic_year))
    return (
        sa.select(Enrolment)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .where(
            SchoolClass.academic_year == academic_year,
            SchoolClass.school_id.not_in(outside),
            Pupil.school_form == SchoolForm.GRUNDSKOLA,
            Pupil.id.not_in(NARROWED),
        )
    )


def _went_there_when_it_ended(went: sa.Select[Any]) -> sa.ColumnElement[bool]:
    ended_on = SupportFollowUp.ended_on
    then = went.with_only_columns(Enrolment.id).where(
        Enrolment.pupil_id == SupportPeriod.pupil_id,
        Enrolment.starts_on <= ended_on,
        sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= ended_on),
    )
    return then.correlate(SupportPeriod, SupportFollowUp).exists()


def _may_be_told(one: EffectLine, schools: Mapping[int, int]) -> bool:
    """Whether nobody's result can be taken out of the mean, its interval, and what one school knows."""
    gain = one.effect.gain
    if len(one.pupils) < FEWEST_WITH_SUPPORT or gain is None:
        return False
    if shown(gain.low) == shown(gain.high):  # all gained the same; floats may say almost
        return False
    elsewhere = [len(one.pupils) - here for here in Counter(map(schools.get, one.pupils)).values()]
    return all(count == 0 or count >= ON_PAGES for count in elsewhere)


def _waits_for(academic_year: str) -> str | None:
    later = [one for one in windows.in_order() if one.academic_year > academic_year]
    if any(one.closes_on < today() for one in later):
        return None
    when = f": {day(min(one.closes_on for one in later))}" if later else ""
    return f"Läsåret {academic_year} räknas när den första perioden efter det har stängt{when}."


def _facts(one: EffectLine) -> dict[str, Any]:
    told, gain = one.effect, one.effect.gain
    better, others = len(one.better), len(one.with_levels - one.better)
    return {
        "kind": one.kind, "measure": one.measure, "unit": one.unit, "periods": told.n,
        "before": told.before, "after": told.after, "expected": told.expected,
        "gain": gain and [gain.mean, gain.low, gain.high],
        "better": [better, better + others] if min(better, others) >= ON_PAGES else None,
    }  # fmt: skip


def _outcome(said: Mapping[str, Any]) -> Outcome:
    gain, low, high = (shown(one) for one in said["gain"])
    return Outcome(
        said["kind"], said["measure"], said["unit"], said["periods"], shown(said["before"]),
        shown(said["after"]), gain, low, high,
        None if said["expected"] is None else shown(said["expected"]),
        None if said["better"] is None else "{} av {}".format(*said["better"]),
    )  # fmt: skip
