"""What the score sheet's page brings its script: the sheet as JSON, its person's keys, the modules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from json import dumps
from pathlib import Path

from flask import current_app, g, url_for
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from assessments import calendar
from assessments.access import halfway
from assessments.access.providers.known import Provider, provider_called
from assessments.access.row_tokens import person_token, queue_key
from assessments.clock import today
from assessments.former_scores import most_often
from assessments.roster.models import SchoolClass
from assessments.sheet_json import LEVELS, WORDS, Json, Reader, columns_json, histories, rows_json
from assessments.sheets import Sheet

Part = tuple[Sheet, str | None]  # a class, and why it is closed
LETTERS = {code: letter for code, letter, _word in LEVELS}
SMALL = partial(dumps, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class SheetScript:
    """``data`` is safe inside a script block. A test day lies from ``first_day`` to ``last_day``.
    ``provider``: the municipality's sign-in that this person came by."""

    data: Markup
    person: str
    key: str
    modules: tuple[str, ...]
    first_day: date
    last_day: date
    provider: Provider | None


def sheet_script(parts: Sequence[Part], may_record: bool) -> SheetScript:
    """For the person who is signed in: the sheet of a class, or of several with one measure."""
    sheets, reader = [sheet for sheet, _ in parts], Reader(g.account, may_record)
    year = sheets[0].window.academic_year
    rows = rows_json(sheets, reader)
    cells = [row["cells"] for some in rows for row in some]
    measures = [
        {**measure, "before_in": most_often(one[place]["before_in"] for one in cells)}
        for place, measure in enumerate(columns_json(sheets))
    ]
    told = {
        "may_record": may_record,
        **WORDS,
        "measures": measures,
        "parts": [_part(sheet, closed, sheets) for sheet, closed in parts],
        "rows": [_lean(row, place, measures) for place, some in enumerate(rows) for row in some],
    }
    return SheetScript(
        data=htmlsafe_json_dumps(told, dumps=SMALL),
        person=person_token(g.account),
        key=queue_key(g.account),
        modules=_modules(current_app.static_folder or ""),
        first_day=calendar.first_day(year),
        last_day=min(today(), calendar.last_day(year)),
        provider=provider_called(halfway.provider() or ""),
    )


def _part(sheet: Sheet, closed: str | None, sheets: Sequence[Sheet]) -> Json:
    """A class: where its cells are saved, and what it is called where there are several."""
    one = sheet.school_class
    address = url_for("api.write_sheet", class_id=one.id, window=sheet.window.slug)
    return {
        "class": class_called(one, [sheet.school_class for sheet in sheets]) if len(sheets) > 1 else None,
        "closed": closed,
        "address": address,
        "history": histories(sheet),
    }


def class_called(one: SchoolClass, classes: Sequence[SchoolClass]) -> str:
    """``1A``, with the school where two schools have one."""
    names = [other.name for other in classes]
    return one.name if names.count(one.name) == 1 else f"{one.name} {one.school.name}"


def _lean(row: Json, part: int, measures: list[Json]) -> Json:
    """A row without what goes without saying: most of a sheet is that. static/sheet/sheet.js puts it back."""
    cells = [_lean_cell(cell, measure) for cell, measure in zip(row["cells"], measures, strict=True)]
    told = {name: row[name] for name in ("row", "history", "name", "year")}
    if row["first_name"] != row["name"].partition(" ")[0]:
        told["first_name"] = row["first_name"]
    return {**told, **({"part": part} if part else {}), "cells": cells}


def _lean_cell(cell: Json, measure: Json) -> Json | list[str]:
    """What is unusual about a cell; ``["12", "M"]`` where that is its text and its level alone."""
    usual = _usual(cell, measure)
    told = {name: said for name, said in cell.items() if said != usual.get(name, False)}
    if "level" in told:
        told["level"] = LETTERS[told["level"]]
    return list(told.values()) if list(told) in (["text"], ["text", "level"]) else told


def _usual(cell: Json, measure: Json) -> Json:
    return {
        "text": "", "version": 1 if cell["text"] else 0, "absence": cell["absence"], "level": None,
        "assessed_on": measure["assessed_on"] if cell["text"] else None,
        "is_open": True, "is_expected": measure["is_expected"], "before": None,
        "before_in": None if cell["before"] is None else measure["before_in"],
    }  # fmt: skip


@cache
def _modules(folder: str) -> tuple[str, ...]:
    """All of them are fetched at once, instead of one after another as they name each other."""
    return tuple(f"sheet/{file.name}" for file in sorted(Path(folder, "sheet").glob("*.js")))
