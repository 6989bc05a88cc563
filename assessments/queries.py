"""What the pages of this room print, fetched whole and in order."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments import calendar, late_entry
from assessments.access.permissions import Permission, classes_open_to
from assessments.clock import day_of
from assessments.collation import swedish_key
from assessments.database import db
from assessments.doors import ClassCounts, screening
from assessments.expected import Enrolled, Filled, enrolled, filled_by_class, recorded_cells
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow, HandIn
from assessments.roster.models import Duty, SchoolClass
from assessments.window_dates import WindowDates, of_classes
from assessments.words import function_of

NOTHING = ClassCounts(to_follow_up=0, waiting_for_hand_in=0)


@dataclass(frozen=True)
class ClassRow:
    """One line of Mina klasser."""

    id: int
    name: str
    school: str
    school_id: int
    years: str
    pupils: int
    results: Filled
    signals: ClassCounts
    handed_in_on: date | None
    dates: WindowDates  # of the window, at its school
    lacks: tuple[tuple[str, int], ...] = ()  # the measure's name and how many miss it
    late: str | None = None  # how it stands with filling in afterwards

    @property
    def is_ready(self) -> bool:
        """Everything expected is there, and the class has not been handed in."""
        return bool(self.results.expected) and not self.results.missing and self.handed_in_on is None


def my_classes(window: AssessmentWindow) -> list[ClassRow]:
    """The classes of the window's academic year whose scores the person may see, by school and name.

    A fixed number of queries, whatever the number of classes.
    """
    classes = db.session.scalars(
        classes_open_to(Permission.SEE_SCORES)
        .where(SchoolClass.academic_year == window.academic_year)
        .options(joinedload(SchoolClass.school))
    ).all()
    if not classes:
        return []
    ids = [school_class.id for school_class in classes]
    pupils = enrolled(window, ids)
    by_class: dict[int, list[Enrolled]] = {}
    for pupil in pupils:
        by_class.setdefault(pupil.class_id, []).append(pupil)
    filled = filled_by_class(window, pupils, recorded_cells(window, {pupil.pupil_id for pupil in pupils}))
    signals = screening().class_counts(window, ids)
    handed_in, late, known = hand_ins(window, ids), late_entry.states(window, ids), measures()
    dates = of_classes(window, classes)
    rows = [
        ClassRow(
            id=one.id,
            name=one.name,
            school=one.school.name,
            school_id=one.school_id,
            years=years_shown({pupil.year for pupil in by_class.get(one.id, [])}, one.academic_year),
            pupils=len(by_class.get(one.id, [])),
            results=results,
            signals=signals.get(one.id, NOTHING),
            handed_in_on=handed_in.get(one.id),
            lacks=tuple((known[code].name, count) for code, count in results.lacks),
            late=late[one.id].told if one.id in late else None,
            dates=dates[one.id],
        )
        for one in classes
        for results in [filled.get(one.id, Filled(0, 0))]
    ]
    return sorted(rows, key=lambda row: (swedish_key(row.school), swedish_key(row.name)))


def years_shown(years: Collection[int], academic_year: str) -> str:
    """``F, åk 1``."""
    return ", ".join(calendar.year_label(year, academic_year) for year in sorted(years))


def hand_ins(window: AssessmentWindow, class_ids: Collection[int]) -> dict[int, date]:
    """When each class was handed in, of those that were."""
    rows = db.session.execute(
        sa.select(HandIn.school_class_id, HandIn.created_at).where(
            HandIn.window_id == window.id, HandIn.school_class_id.in_(class_ids)
        )
    )
    return {class_id: day_of(at) for class_id, at in rows}


def function_names(duty_ids: Collection[int]) -> dict[int, str]:
    """What each duty is called: a score is signed by a function, not by a name. No query for none."""
    if not duty_ids:
        return {}
    duties = db.session.scalars(
        sa.select(Duty)
        .where(Duty.id.in_(duty_ids))
        .options(
            joinedload(Duty.school),
            joinedload(Duty.municipality),
            joinedload(Duty.school_class).joinedload(SchoolClass.school),
        )
    )
    return {duty.id: function_of(duty) for duty in duties}
