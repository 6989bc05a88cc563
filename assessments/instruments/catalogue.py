"""The measures we know, as frozen values."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import g, has_request_context

from assessments.database import db
from assessments.instruments.models import MeasureRow

AREAS = {
    "letters_sounds": "bokstäver och ljud",
    "decoding": "avkodning",
    "fluency": "läsflyt",
    "language": "språkförståelse",
    "comprehension": "läsförståelse",
    "interest": "läsintresse",
}


EVERY = sa.select(MeasureRow.__table__).order_by(MeasureRow.position, MeasureRow.code)


@dataclass(frozen=True)
class Measure:
    """What is scored. ``minimum``, ``maximum``, ``step`` and ``sem`` are in the measure's own unit."""

    code: str
    name: str
    unit: str
    minimum: Decimal
    maximum: Decimal
    step: Decimal
    higher_is_better: bool
    area: str
    years: tuple[int, ...]
    how: str
    sem: Decimal | None = None
    labels: tuple[str, ...] = ()
    official: bool = False
    same_text: bool = False
    implausible_gain: Decimal | None = None
    position: int = 0

    @property
    def area_word(self) -> str:
        return AREAS[self.area]

    def shown(self, points: Decimal) -> str:
        """The points as people read them: the label, or the number with a decimal comma."""
        if self.labels:
            return self.labels[int((points - self.minimum) / self.step)]
        return f"{points:f}".replace(".", ",")


def measures() -> dict[str, Measure]:
    """Every measure by code, in reading order. One query; in a web request it is asked once.

    Pages never change measures: files do, on the command line.
    """
    if not has_request_context():
        return _fetched()
    if "measures" not in g:
        g.measures = _fetched()
    return dict(g.measures)


def _fetched() -> dict[str, Measure]:
    rows = db.session.execute(EVERY)
    return {row.code: _measure(dict(row._mapping)) for row in rows}


def _measure(row: dict[str, Any]) -> Measure:
    row = {key: row[key] for key in Measure.__dataclass_fields__}
    return Measure(**{**row, "years": tuple(row["years"]), "labels": tuple(row["labels"] or ())})
