"""What ids of schools, periods, measures and functions are called, each kind asked for once."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.extracts.register import Fetch, Ids, Told
from assessments.instruments.models import MeasureRow
from assessments.models import AssessmentWindow
from assessments.queries import function_names
from assessments.roster.models import School, SchoolClass


class Places:
    """Remember what is met, fetch it all (one question per kind), then say each by id and name."""

    def __init__(self, fetches: Mapping[str, Fetch]) -> None:
        self._fetches = fetches
        self._met: dict[str, set[Any]] = {}
        self._told: dict[str, dict[Any, Told]] = {}

    def remember(self, keys: Iterable[tuple[str, Any]]) -> None:
        for table, row_id in keys:
            if row_id is not None and table in self._fetches:
                self._met.setdefault(table, set()).add(row_id)

    def fetch(self) -> None:
        self._told = {table: self._fetches[table](ids) for table, ids in self._met.items()}

    def told(self, table: str, row_id: Any) -> Any:
        """``{"id": 3, "namn": "Ekbackens skola"}``; the id alone where it has no name of its own."""
        return self._told.get(table, {}).get(row_id, row_id)


def named(model: Any) -> Fetch:
    """Rows that are called by ``name``."""

    def fetch(ids: Ids) -> dict[Any, Told]:
        rows = db.session.execute(sa.select(model.id, model.name).where(model.id.in_(ids)))
        return {row_id: {"id": row_id, "namn": name} for row_id, name in rows}

    return fetch


def classes(ids: Ids) -> dict[Any, Told]:
    asked = sa.select(SchoolClass, School.name).join(SchoolClass.school).where(SchoolClass.id.in_(ids))
    return {
        one.id: {"id": one.id, "namn": one.name, "läsår": one.academic_year, "skola": school}
        for one, school in db.session.execute(asked)
    }


def windows(ids: Ids) -> dict[Any, Told]:
    found = db.session.scalars(sa.select(AssessmentWindow).where(AssessmentWindow.id.in_(ids)))
    return {one.id: {"id": one.id, "kod": one.code, "namn": one.label} for one in found}


def measures(codes: Ids) -> dict[Any, Told]:
    found = db.session.scalars(sa.select(MeasureRow).where(MeasureRow.code.in_(codes)))
    return {one.code: {"kod": one.code, "namn": one.name, "enhet": one.unit} for one in found}


def functions(ids: Ids) -> dict[Any, Told]:
    return {duty_id: {"uppdrag": duty_id, "funktion": name} for duty_id, name in function_names(ids).items()}
