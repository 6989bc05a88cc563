"""The measures we know, as frozen values."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, cast

import sqlalchemy as sa
from flask import g, has_request_context

from assessments.database import db
from assessments.database.questions import Question
from assessments.instruments.models import MeasureRow

AREAS = {
    "letters_sounds": "bokstäver och ljud",
    "decoding": "avkodning",
    "fluency": "läsflyt",
    "language": "språkförståelse",
    "comprehension": "läsförståelse",
    "interest": "läsintresse",
}


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

    @property
    def worst(self) -> Decimal:
        return self.minimum if self.higher_is_better else self.maximum

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


COLUMNS = [cast(sa.Table, MeasureRow.__table__).c[field.name] for field in fields(Measure)]
# As the database keeps them: values are made only of rows that say something new.
EVERY = Question(
    sa.select(*(sa.type_coerce(column, sa.types.NullType()) for column in COLUMNS)).order_by(
        MeasureRow.position, MeasureRow.code
    )
)
_kept: tuple[Sequence[Any], dict[str, Measure]] = ([], {})


def _fetched() -> dict[str, Measure]:
    """The rows are read every time, so nobody is served what an import in another process has changed."""
    global _kept  # noqa: PLW0603 - one pair, replaced as a whole: threads see the one or the other
    rows, kept = EVERY.rows(), _kept
    if rows != kept[0]:
        dialect = db.session.get_bind().dialect
        kinds = (column.type.dialect_impl(dialect) for column in COLUMNS)
        readers = [kind.result_processor(dialect, None) or _as_it_is for kind in kinds]
        found = (_measure([read(value) for read, value in zip(readers, row, strict=True)]) for row in rows)
        _kept = kept = rows, {measure.code: measure for measure in found}
    return dict(kept[1])


def _as_it_is(value: Any) -> Any:
    return value


def _measure(values: Sequence[Any]) -> Measure:
    row = dict(zip(Measure.__dataclass_fields__, values, strict=True))
    return Measure(**{**row, "years": tuple(row["years"]), "labels": tuple(row["labels"] or ())})
