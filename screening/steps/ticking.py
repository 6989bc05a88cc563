"""Steps of the law that people tick by hand: a day, a function, at most a line. Verbs flush."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments.calendar import academic_year_on
from assessments.clock import today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Pupil
from screening.handovers.seeing import is_open_on
from screening.rules.catalogue import rules_on
from screening.steps.lines import WHO_TOOK_PART, faults, tidy
from screening.steps.models import Tick


@dataclass(frozen=True)
class Ticked:
    """``item`` is a code of the rule set's checklist."""

    item: str
    ticked_on: date | None = None  # today
    line: str | None = None
    competence: str | None = None


def tick(pupil: Pupil, told: Ticked, by: Recorder) -> Tick:
    """Tick the step for the academic year of the day; ticking again corrects. Raises ``Refused``."""
    return tick_several([pupil], told, by)[0]


def tick_several(pupils: Sequence[Pupil], told: Ticked, by: Recorder) -> list[Tick]:
    """The same for several, in one go: none of them is ticked where something is wrong."""
    item = rules_on(today()).checklist.get(told.item)
    day, competence = told.ticked_on or today(), tidy(told.competence)
    wrong = faults(told.line, competence, day=day)
    if item is None or item.steps:
        wrong.append("Det steget bockas inte av för hand.")
    elif item.needs_consultation and not competence:
        wrong.append(WHO_TOOK_PART)
    if wrong:
        raise Refused(wrong)
    there = _ticks(pupils, told.item, day)
    ticks = []
    for pupil in pupils:
        ticked = there.get(pupil.id) or Tick(
            pupil_id=pupil.id, academic_year=academic_year_on(day), item=told.item
        )
        ticked.ticked_on, ticked.line, ticked.competence = day, tidy(told.line), competence
        ticked.account_id, ticked.duty_id = by.account_id, by.duty_id
        ticks.append(ticked)
    db.session.add_all(ticks)
    db.session.flush()
    return ticks


def untick(pupil: Pupil, item: str) -> Tick | None:
    """It was ticked by mistake this academic year. None where it was not ticked."""
    there = _ticks([pupil], item, today(), is_open_on(Tick.pupil_id, Tick.ticked_on)).get(pupil.id)
    if there is not None:
        db.session.delete(there)
        db.session.flush()
    return there


def _ticks(
    pupils: Sequence[Pupil], item: str, day: date, seen: sa.ColumnElement[bool] | None = None
) -> dict[int, Tick]:
    """``seen``: only those that may be seen. There is one of a year, whichever school it is from."""
    rows = sa.select(Tick).filter_by(item=item, academic_year=academic_year_on(day))
    rows = rows if seen is None else rows.where(seen)
    ids = [pupil.id for pupil in pupils]
    return {one.pupil_id: one for one in db.session.scalars(rows.where(Tick.pupil_id.in_(ids)))}
