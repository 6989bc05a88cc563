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
from assessments.roster.models import Duty, Enrolment, Pupil, SchoolClass
from screening.handovers.seeing import is_open_on, is_own
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
    """Tick the step for the academic year of the day and the school of the duty; again corrects it. Raises
    ``Refused``."""
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
    ids = [pupil.id for pupil in pupils]
    schools = _schools(ids, by)
    rows = db.session.scalars(_of_year(told.item, day).where(Tick.pupil_id.in_(ids)))
    there = {(one.pupil_id, one.school_id): one for one in rows}
    ticks = []
    for pupil in pupils:
        key = pupil.id, schools[pupil.id]
        ticked = there.get(key) or Tick(
            pupil_id=pupil.id, school_id=key[1], academic_year=academic_year_on(day), item=told.item
        )
        ticked.ticked_on, ticked.line, ticked.competence = day, tidy(told.line), competence
        ticked.account_id, ticked.duty_id = by.account_id, by.duty_id
        ticks.append(ticked)
    db.session.add_all(ticks)
    db.session.flush()
    return ticks


def untick(pupil: Pupil, item: str) -> Tick | None:
    """It was ticked by mistake this academic year, at a school of whoever asks. None where it was not."""
    seen = is_open_on(Tick.pupil_id, Tick.ticked_on) & is_own(Tick.school_id)
    rows = _of_year(item, today()).where(seen, Tick.pupil_id == pupil.id)
    there = db.session.scalars(rows.order_by(Tick.ticked_on.desc(), Tick.id.desc()).limit(1)).first()
    if there is not None:
        db.session.delete(there)
        db.session.flush()
    return there


def _of_year(item: str, day: date) -> sa.Select[Tick]:
    """There is one of a year for each school that the pupil went to."""
    return sa.select(Tick).filter_by(item=item, academic_year=academic_year_on(day))


def _schools(pupil_ids: Sequence[int], by: Recorder) -> dict[int, int]:
    """The school that takes the step, by pupil: the duty's, else where the pupil goes or went last."""
    duty = db.session.get(Duty, by.duty_id) if by.duty_id is not None else None
    school_class = duty.school_class if duty else None
    if school_id := school_class.school_id if school_class else duty.school_id if duty else None:
        return dict.fromkeys(pupil_ids, school_id)
    went = (
        sa.select(Enrolment.pupil_id, SchoolClass.school_id)
        .join(Enrolment.school_class)
        .where(Enrolment.pupil_id.in_(pupil_ids))
        .order_by(Enrolment.starts_on <= today(), Enrolment.starts_on, Enrolment.id)
    )
    return {row.pupil_id: row.school_id for row in db.session.execute(went)}
