"""``lasspar screening run --json``: every pupil of a window as the contract writes it, numbers unrounded.

Levels of single scores are judged as they are read (nothing of them is stored); signals are what is stored.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

from assessments.collation import swedish_key
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Municipality, Pupil, School, SchoolClass
from screening.certainty import certainty
from screening.flagging import by_school, window_pupils
from screening.frame import Frame
from screening.levels import NO_RANK, Level, plain_number, thousandths
from screening.lives import judged_in
from screening.material import Material, gather
from screening.models import Flag
from screening.periods import Period
from screening.signals import Family
from screening.standards import Mark

Json = dict[str, Any]

NOT_ADOPTED = (
    "Ingen uppsättning riktmärken är antagen. Anta en med: lasspar benchmarks adopt KOD@VERSION DATUM"
)


def screening_run(window: AssessmentWindow) -> Json:
    """The whole answer. Everyone enrolled on the closing date, with or without scores."""
    frame = Frame.fetch()
    force = frame.in_force.get(window.id)
    if force is None:
        raise Refused(NOT_ADOPTED)
    number = [one.id for one in frame.windows].index(window.id)
    pupils = [
        pupil for ids in by_school(window_pupils(window)) for pupil in _told(gather(frame, ids), number)
    ]
    return {
        "window": window.code,
        "benchmark_set": {"code": force.code, "version": force.version},
        "judged_afterwards": force.judged_afterwards,
        "pupils": sorted(pupils, key=_order),
    }


def _order(pupil: Json) -> tuple[Any, ...]:
    return (
        swedish_key(pupil["municipality"]),
        swedish_key(pupil["school"]),
        swedish_key(pupil["class"]),
        pupil["pupil"],
    )


def _told(material: Material, number: int) -> Iterator[Json]:
    period, classes = material.periods[number], material.classes[number]
    people = _people(material.pupil_ids)
    places = _places({int(one) for one in np.unique(classes)})
    flags = _flags(material.pupil_ids, material.windows[number])
    enrolled = np.flatnonzero(material.enrolled[number])
    force = material.frame.in_force[material.windows[number].id]
    says = judged_in(period, material.adapted, enrolled, force)
    for row, found in zip(enrolled.tolist(), says, strict=True):
        pupil_id = material.pupil_ids[row]
        person, place = people[pupil_id], places[int(classes[row])]
        yield {
            "pupil": person.code,
            "municipality": person.municipality,
            "school": place.code or place.school,
            "class": place.name,
            "year": found.year,
            "level": found.level,
            "at_best": found.at_best,
            "reason": found.reason,
            "despite_missing": found.is_despite_missing,
            "composite": None if found.composite is None else plain_number(thousandths(found.composite)),
            "certainty": found.certainty,
            "measures": _measures(period, row),
            "flags": flags.get(pupil_id, []),
        }


def _people(ids: Sequence[int]) -> dict[int, Any]:
    rows = db.session.execute(
        sa.select(Pupil.id, Pupil.code, Municipality.name.label("municipality"))
        .join(Municipality, Municipality.id == Pupil.municipality_id)
        .where(Pupil.id.in_(ids))
    )
    return {row.id: row for row in rows}


def _places(class_ids: set[int]) -> dict[int, Any]:
    rows = db.session.execute(
        sa.select(SchoolClass.id, SchoolClass.name, School.code, School.name.label("school"))
        .join(School, School.id == SchoolClass.school_id)
        .where(SchoolClass.id.in_(class_ids))
    )
    return {row.id: row for row in rows}


def _flags(ids: Sequence[int], window: AssessmentWindow) -> Mapping[int, list[Json]]:
    columns = (Flag.pupil_id, Flag.family, Flag.kind, Flag.level, Flag.state)
    rows = db.session.execute(sa.select(*columns).where(Flag.pupil_id.in_(ids), Flag.window_id == window.id))
    order = list(Family)
    told: dict[int, list[Json]] = {}
    for row in sorted(rows, key=lambda row: order.index(row.family)):
        flag = {"family": row.family, "kind": row.kind, "level": row.level, "state": row.state}
        told.setdefault(row.pupil_id, []).append(flag)
    return told


def _measures(period: Period, row: int) -> Json:
    """Those the set names for the year and season, and every other with a record."""
    standard = period.standards[int(period.year[row])]
    marks = period.sheet.marks[row]
    return {
        measure.code: _measure(period, row, column)
        for column, measure in enumerate(standard.measures)
        if measure.code in standard.named or marks[column] != Mark.BLANK
    }


def _measure(period: Period, row: int, column: int) -> Json:
    sheet, judged = period.sheet, period.judged
    mark, p = Mark(int(sheet.marks[row, column])), float(judged.p_other_side[row, column])
    has_points, rank = mark is Mark.POINTS, int(judged.ranks[row, column])
    level = None if rank == NO_RANK else Level.of(rank)
    return {
        "value": plain_number(int(sheet.points[row, column])) if has_points else None,
        "absence": None if mark in (Mark.BLANK, Mark.POINTS) else mark.name.lower(),
        "discontinued": bool(sheet.discontinued[row, column]),
        "level": level if has_points or mark is Mark.NOT_YET_ABLE else Level.NOT_DETERMINED,
        "certainty": certainty(p),
        "p_other_side": None if np.isnan(p) else p,
    }
