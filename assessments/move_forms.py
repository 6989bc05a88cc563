"""What a form about a move asks for: places that the person may write in, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments import windows
from assessments.access.permissions import Permission, classes_open_to
from assessments.clock import today
from assessments.database import db
from assessments.expected import Enrolled, enrolled, recorded_cells
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow
from assessments.move_plans import Place
from assessments.moving import Taken
from assessments.roster.models import SchoolClass

HISTORY, CELL, COLUMN, PUPILS = "history", "cell", "column", "pupils"


@dataclass(frozen=True)
class Choices:
    """Where results can be moved from and to: names, measures, periods, and classes of the school."""

    window: AssessmentWindow
    pupils: list[Enrolled]
    to_class: SchoolClass
    to_pupils: list[Enrolled]
    measures: dict[str, Measure]
    windows: dict[str, AssessmentWindow]
    classes: list[SchoolClass]

    @property
    def names(self) -> dict[int, str]:
        return {pupil.pupil_id: pupil.name for pupil in [*self.to_pupils, *self.pupils]}


def choices(school_class: SchoolClass, window: AssessmentWindow, form: Mapping[str, str]) -> Choices:
    """The places of the class, and of the class of the same school and year that results go to."""
    classes = list(
        db.session.scalars(
            classes_open_to(Permission.RECORD_SCORES)
            .where(
                SchoolClass.school_id == school_class.school_id,
                SchoolClass.academic_year == school_class.academic_year,
            )
            .order_by(SchoolClass.name)
        )
    )
    asked = form.get("to_class", "")
    to_class = next((one for one in classes if str(one.id) == asked), school_class)
    pupils = enrolled(window, [school_class.id])
    to_pupils = pupils if to_class.id == school_class.id else enrolled(window, [to_class.id])
    years = {pupil.year for pupil in [*pupils, *to_pupils]}
    return Choices(
        window=window,
        pupils=pupils,
        to_class=to_class,
        to_pupils=to_pupils,
        measures={code: one for code, one in measures().items() if years & set(one.years)}
        | _recorded(window, pupils),
        windows={
            one.slug: one
            for one in windows.in_order()
            if one.academic_year == school_class.academic_year and one.opens_on <= today()
        },
        classes=classes,
    )


def _recorded(window: AssessmentWindow, pupils: list[Enrolled]) -> dict[str, Measure]:
    """Measures of other years in which somebody has a result all the same."""
    codes = {code for _, code in recorded_cells(window, {pupil.pupil_id for pupil in pupils})}
    return {code: one for code, one in measures().items() if code in codes}


@dataclass(frozen=True)
class Asked:
    """One filled-in form. What is not among the choices is None."""

    what: str
    pupil: int | None
    measure: str | None
    to_pupil: int | None
    to_measure: str | None
    to_window: AssessmentWindow | None
    taken: Taken | None

    @classmethod
    def of(cls, form: Mapping[str, str], among: Choices) -> "Asked":
        here = {str(pupil.pupil_id): pupil.pupil_id for pupil in among.pupils}
        there = {str(pupil.pupil_id): pupil.pupil_id for pupil in among.to_pupils}
        codes = {code: code for code in among.measures}
        what = form.get("what", "")
        taken = form.get("taken", "")
        return cls(
            what=what,
            pupil=here.get(form.get("pupil", "")),
            measure=codes.get(form.get("measure", "")),
            to_pupil=(here if what == PUPILS else there).get(form.get("to_pupil", "")),
            to_measure=codes.get(form.get("to_measure", "")),
            to_window=among.windows.get(form.get("to_window", "")),
            taken=Taken.SWAP if what == PUPILS else Taken(taken) if taken in list(Taken) else None,
        )

    def ends(self, among: Choices) -> list[tuple[Place, Place]]:
        """The places results go between; none while something has not been chosen, or is chosen twice."""
        here = among.window
        if self.what == PUPILS and self.pupil and self.to_pupil:
            ends = [((self.pupil, here, code), (self.to_pupil, here, code)) for code in among.measures]
        elif self.measure is None or self.to_measure is None or self.to_window is None:
            return []
        elif self.what == CELL and self.pupil and self.to_pupil:
            ends = [((self.pupil, here, self.measure), (self.to_pupil, self.to_window, self.to_measure))]
        elif self.what == COLUMN:
            ends = [
                ((one.pupil_id, here, self.measure), (one.pupil_id, self.to_window, self.to_measure))
                for one in among.pupils
            ]
        else:
            return []
        return [] if any(_key(first) == _key(second) for first, second in ends) else ends


def _key(place: Place) -> tuple[int, int, str]:
    return place[0], place[1].id, place[2]
