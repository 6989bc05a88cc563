"""The score sheet as JSON: for ``/api/v1``, and for the page's own script.

Numbers are text with a decimal point ("12.5"), so that nobody reads them as binary floats; ``text`` is what a
person types to say the same ("12,5", "12b", "f", a label).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from assessments import calendar
from assessments.access.models import Account
from assessments.access.row_tokens import row_token
from assessments.doors import screening
from assessments.former_scores import Former, points_before
from assessments.instruments.catalogue import Measure
from assessments.models import ABSENCE_LETTERS, ABSENCE_WORDS
from assessments.navigation import address_of
from assessments.sheets import Cell, Column, Row, Sheet

Json = dict[str, Any]
Limits = Mapping[tuple[str, int], Mapping[str, Decimal | None]]
LEVELS = (
    ("above_goal", "Ö", "Över målet"),
    ("at_goal", "M", "Når målet"),
    ("near_goal", "N", "Nära målet"),
    ("below_goal", "U", "Under målet"),
)
CODE_OF = {letter: absence for absence, letter in ABSENCE_LETTERS.items()}
WORDS: Json = {
    "codes": [
        {"letter": letter, "absence": code.value, "word": ABSENCE_WORDS[code]}
        for code, letter in ABSENCE_LETTERS.items()
    ],
    "levels": [{"code": code, "letter": letter, "word": word} for code, letter, word in LEVELS],
}


@dataclass(frozen=True)
class Reader:
    """Who the sheet is for: rows have names of their own for everybody."""

    account: Account
    may_record: bool


def sheet_json(sheet: Sheet, reader: Reader, closed: str | None) -> Json:
    """The whole sheet. Two queries and those of the limits, whatever the number of cells."""
    one, window = sheet.school_class, sheet.window
    [rows], past = rows_json([sheet], reader), histories(sheet)
    return {
        "class": {"id": one.id, "name": one.name, "school": one.school.name},
        "window": {"code": window.code, "slug": window.slug, "label": window.label},
        "may_record": reader.may_record,
        "closed": closed,
        **WORDS,
        "measures": columns_json([sheet]),
        "rows": [{**row, "history": past + row["history"] if past else None} for row in rows],
    }


def columns_json(sheets: Sequence[Sheet]) -> list[Json]:
    """The columns that these sheets share, with the limits of all their pupils' years."""
    years = {row.pupil.year for sheet in sheets for row in sheet.rows}
    limits = screening().limits(sheets[0].window, years)
    return [_column(column, years, limits) for column in sheets[0].columns]


def rows_json(sheets: Sequence[Sheet], reader: Reader) -> list[list[Json]]:
    """The rows of each sheet of one window; ``history`` comes after what ``histories`` says."""
    pupil_ids = [row.pupil.pupil_id for sheet in sheets for row in sheet.rows]
    before = points_before(sheets[0].window, pupil_ids)
    return [
        [
            {
                "row": row_token(reader.account, sheet.school_class, row.pupil.pupil_id),
                "history": f"{row.pupil.pupil_id}/",
                **_pupil(row, sheet.school_class.academic_year),
                "cells": [
                    _cell(cell, column, before.get((row.pupil.pupil_id, column.code)))
                    for column, cell in zip(sheet.columns, row.cells, strict=True)
                ],
            }
            for row in sheet.rows
        ]
        for sheet in sheets
    ]


def histories(sheet: Sheet) -> str | None:
    """Where the histories of the sheet's cells are: the pupil's id and the measure's code come after."""
    here = {"class_id": sheet.school_class.id, "window": sheet.window.slug}
    address = address_of("cells.history", **here, pupil_id=0, measure="-")
    return address.removesuffix("0/-") if address else None


def _column(column: Column, years: set[int], limits: Limits) -> Json:
    measure = column.measure
    return {
        "code": measure.code,
        "name": measure.name,
        "unit": measure.unit,
        "minimum": number(measure.minimum),
        "maximum": number(measure.maximum),
        "step": number(measure.step),
        "higher_is_better": measure.higher_is_better,
        "labels": list(measure.labels),
        "same_text": measure.same_text,
        "is_expected": column.is_expected,
        "assessed_on": day(column.assessed_on),
        "text": column.text or None,
        "limits": _limits(measure, years, limits),
    }


def _limits(measure: Measure, years: set[int], limits: Limits) -> Json:
    return {
        str(year): {edge: number(points) for edge, points in limits[measure.code, year].items()}
        for year in sorted(years)
        if (measure.code, year) in limits
    }


def _pupil(row: Row, academic_year: str) -> Json:
    year = row.pupil.year
    return {
        "name": row.pupil.name,
        "first_name": row.pupil.first_name,
        "year": year,
        **(
            {} if row.pupil.is_judged else {"is_judged": False}
        ),  # a page is not compressed: each letter counts
        "year_label": calendar.year_label(year, academic_year) if row.year else None,
    }


def _cell(cell: Cell, column: Column, before: Former | None) -> Json:
    code = None if cell.text in column.measure.labels else CODE_OF.get(cell.text)
    return {
        "text": cell.text,
        "version": cell.version,
        "absence": code.value if code else None,
        "level": cell.level.code if cell.level else None,
        "assessed_on": day(cell.assessed_on),
        "is_on_other_text": cell.is_on_other_text,
        "is_open": cell.is_open,
        "is_expected": cell.is_expected,
        "before": number(before.points) if before else None,
        "before_in": before.when if before else None,
    }


def number(points: Decimal | None) -> str | None:
    """``"12.5"``: exact, with a point, without exponent."""
    return None if points is None else f"{points:f}"


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None
