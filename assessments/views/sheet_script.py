"""What the score sheet's page brings its script: the sheet as JSON, its person's keys, the modules."""

from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from json import dumps
from pathlib import Path

from flask import current_app, g
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from assessments import calendar
from assessments.access.row_tokens import person_token, queue_key
from assessments.clock import today
from assessments.sheet_json import Json, Reader, sheet_json
from assessments.sheets import Sheet

SMALL = partial(dumps, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class SheetScript:
    """``data`` is safe inside a script block. A test day lies from ``first_day`` to ``last_day``."""

    data: Markup
    person: str
    key: str
    modules: tuple[str, ...]
    first_day: date
    last_day: date


def sheet_script(shown: Sheet, may_record: bool, closed: str | None) -> SheetScript:
    """For the person who is signed in."""
    told = _lean(sheet_json(shown, Reader(g.account, may_record), closed))
    year = shown.window.academic_year
    return SheetScript(
        data=htmlsafe_json_dumps(told, dumps=SMALL),
        person=person_token(g.account),
        key=queue_key(g.account),
        modules=_modules(current_app.static_folder or ""),
        first_day=calendar.first_day(year),
        last_day=min(today(), calendar.last_day(year)),
    )


def _lean(told: Json) -> Json:
    """Cells without what goes without saying: most of a sheet is that. static/sheet/sheet.js puts it back."""
    for row in told["rows"]:
        row["cells"] = [
            {name: said for name, said in cell.items() if said != usual.get(name, False)}
            for cell, usual in zip(row["cells"], _usual(row["cells"], told["measures"]), strict=True)
        ]
    return told


def _usual(cells: list[Json], measures: list[Json]) -> list[Json]:
    return [
        {
            "text": "", "version": 1 if cell["text"] else 0, "absence": cell["absence"], "level": None,
            "assessed_on": measure["assessed_on"] if cell["text"] else None,
            "is_open": True, "is_expected": measure["is_expected"], "before": None,
        }
        for cell, measure in zip(cells, measures, strict=True)
    ]  # fmt: skip


@cache
def _modules(folder: str) -> tuple[str, ...]:
    """All of them are fetched at once, instead of one after another as they name each other."""
    return tuple(f"sheet/{file.name}" for file in sorted(Path(folder, "sheet").glob("*.js")))
