"""The page of the one-minute reading: whose turn it is, and what stands for each."""

from dataclasses import dataclass

from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow
from assessments.reading_aloud import ACCURACY, UNIT
from assessments.roster.models import SchoolClass
from assessments.sheet_queries import measure_sheets, sheet
from assessments.sheets import Cell, Sheet


@dataclass(frozen=True)
class Reader:
    """A pupil the measure is for. ``accuracy`` is the cell of träffsäkerhet, where the class has that too."""

    pupil_id: int
    name: str
    year: str | None
    cell: Cell
    accuracy: Cell | None

    @property
    def is_done(self) -> bool:
        return bool(self.cell.stands)


@dataclass(frozen=True)
class ReadingPage:
    """``chosen`` is None where nobody is left to read, or nobody can."""

    measures: tuple[Measure, ...]
    measure: Measure | None
    readers: tuple[Reader, ...]
    chosen: Reader | None
    text: str = ""  # agreed for the window, by name and day

    @property
    def left(self) -> int:
        return sum(not one.is_done for one in self.readers)

    def reader(self, pupil_id: int | None) -> Reader | None:
        return next((one for one in self.readers if one.pupil_id == pupil_id), None)

    def after(self, pupil_id: int) -> Reader | None:
        """Whose turn it is next: the first without a result further down, else from the top."""
        places = [one.pupil_id for one in self.readers]
        turned = self.readers[places.index(pupil_id) + 1 :] + self.readers[: places.index(pupil_id)]
        return next((one for one in turned if not one.is_done), None)


def reading_page(
    school_class: SchoolClass, window: AssessmentWindow, code: str | None, pupil_id: int | None
) -> ReadingPage:
    """What cannot be read in the address chooses nothing: then the first is taken. Fixed questions."""
    shown = sheet(school_class, window)
    offered = read_aloud(shown)
    columns = [column.code for column in shown.columns]
    offered.sort(key=lambda one: one.code not in columns)  # those of the sheet first
    measure = next((one for one in offered if one.code == code), next(iter(offered), None))
    if measure is None:
        return ReadingPage((), None, (), None)
    own = shown if measure.code in columns else measure_sheets([school_class], window, measure.code)[0]
    readers = _readers(own, shown, measure)
    chosen = next((one for one in readers if one.pupil_id == pupil_id), None)
    if chosen is None and pupil_id is None:
        chosen = next((one for one in readers if not one.is_done), None)
    text = next(column.text for column in own.columns if column.code == measure.code)
    return ReadingPage(tuple(offered), measure, readers, chosen, text)


def read_aloud(shown: Sheet) -> list[Measure]:
    """The measures that are read aloud in the years of the sheet's pupils."""
    years = {row.pupil.year for row in shown.rows}
    return [one for one in measures().values() if one.unit == UNIT and years & set(one.years)]


def _readers(own: Sheet, shown: Sheet, measure: Measure) -> tuple[Reader, ...]:
    found = []
    for row in own.rows:
        cell = own.cell((row.pupil.pupil_id, measure.code))
        accuracy = shown.cell((row.pupil.pupil_id, ACCURACY)) if measure.same_text else None
        if cell is not None and cell.is_open:
            is_asked = accuracy is not None and accuracy.is_open
            found.append(
                Reader(row.pupil.pupil_id, row.pupil.name, row.year, cell, accuracy if is_asked else None)
            )
    return tuple(found)
