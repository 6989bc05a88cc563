"""A pupil's results by area: measures x windows, and a picture of the way on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments import calendar
from assessments.instruments.catalogue import AREAS, Measure
from assessments.models import AssessmentWindow
from screening.queries.growth_picture import GrowthPicture, Reading, growth_picture
from screening.queries.shown import Shown, shown_score
from screening.queries.standards import Standards

Cell = tuple[int, str]  # window id, measure


@dataclass(frozen=True)
class MeasureRow:
    name: str
    unit: str
    sem: str
    cells: tuple[Shown | None, ...]  # latest window first


@dataclass(frozen=True)
class Area:
    name: str
    rows: tuple[MeasureRow, ...]
    pictures: tuple[GrowthPicture, ...]


def areas(
    shown: Sequence[AssessmentWindow], scores: Mapping[Cell, Any], judged_by: Standards, adapted: bool
) -> list[Area]:
    taken = {measure for _, measure in scores}
    found = []
    for area, name in AREAS.items():
        mine = [
            measure for code, measure in judged_by.known.items() if measure.area == area and code in taken
        ]
        if mine:
            pictures = [_picture(measure, shown, scores, judged_by) for measure in mine]
            found.append(
                Area(
                    name=name,
                    rows=tuple(_row(measure, shown, scores, judged_by) for measure in mine),
                    pictures=tuple(picture for picture in pictures if picture and not adapted),
                )
            )
    return found


def _row(
    measure: Measure, shown: Sequence[AssessmentWindow], scores: Mapping[Cell, Any], judged_by: Standards
) -> MeasureRow:
    sem = f"±{measure.sem:f}".replace(".", ",") if measure.sem is not None else "okänt"
    cells = [(one, scores.get((one.id, measure.code))) for one in reversed(shown)]
    return MeasureRow(
        measure.name, measure.unit, sem,
        tuple(shown_score(row, one, judged_by) if row else None for one, row in cells),
    )  # fmt: skip


def _picture(
    measure: Measure, shown: Sequence[AssessmentWindow], scores: Mapping[Cell, Any], judged_by: Standards
) -> GrowthPicture | None:
    readings = []
    for window in shown:
        score = scores.get((window.id, measure.code))
        cut = judged_by.cut(window, measure.code, score.year) if score else None
        points = score.points if score else None
        readings.append(
            Reading(
                season=window.season.label,
                year=calendar.year_label(score.year, window.academic_year) if score else "",
                academic_year=window.academic_year,
                points=points,
                level=cut.limits.level(points) if cut and points is not None else None,
                limits=cut.limits if cut else None,
            )
        )
    return growth_picture(measure, readings)
