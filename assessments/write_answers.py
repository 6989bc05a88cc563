"""The answer to each written cell, as the contract has it: what stands there now, and whose it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from assessments.cells import written
from assessments.clock import SWEDEN
from assessments.doors import screening
from assessments.models import Absence, AssessmentWindow
from assessments.recording import Outcome, Status
from assessments.sheet_queries import points_judged
from assessments.sheet_writes import Written
from assessments.sheets import Key
from assessments.standing import STANDING

Json = dict[str, Any]
FROM_A_FILE = "en fil eller kommandoraden"


@dataclass(frozen=True)
class _Value:
    """What a cell says."""

    points: Decimal | None = None
    absence: Absence | None = None
    is_discontinued: bool = False
    version: int = 0
    year: int | None = None
    is_on_agreed_text: bool = True


SAYS = tuple(field.name for field in fields(_Value))


def answers(window: AssessmentWindow, done: Written, functions: Mapping[int, str]) -> list[Json]:
    """One for each write, in their order. Levels are the server's judgement. The limits' query, and one more
    where something was refused."""
    standing = _standing(window, done.outcomes)
    values = [_value(one, standing.get(one.write.cell, _Value())) for one in done.outcomes]
    levels = _levels(window, done, values)
    return [
        _answer(asked.client_id, outcome, value, level, (done, functions))
        for asked, outcome, value, level in zip(done.asked, done.outcomes, values, levels, strict=True)
    ]


def _standing(window: AssessmentWindow, outcomes: Sequence[Outcome]) -> dict[Key, _Value]:
    """What stood in each cell when it was written, or stands since; asked for where nothing was tried."""
    told = {one.write.cell: one.stands for one in outcomes if one.stands is not None}
    found = {cell: _Value(*(row[name] for name in SAYS)) for cell, row in told.items()}
    refused = [one for one in outcomes if one.status is Status.REFUSED and one.stands is None]
    if refused:
        rows = STANDING.told(window=window.id, pupils=sorted({one.write.pupil_id for one in refused}))
        there = {(row.pupil_id, row.measure): _Value(*(getattr(row, name) for name in SAYS)) for row in rows}
        found = there | found
    return found


def _value(outcome: Outcome, standing: _Value) -> _Value:
    """What was stored; where it was not, what stands there instead."""
    write = outcome.write
    if outcome.status in (Status.CONFLICT, Status.REFUSED):
        return standing
    value = (write.points, write.absence, write.is_discontinued)
    return _Value(*value, outcome.version, standing.year, standing.is_on_agreed_text)


def _levels(window: AssessmentWindow, done: Written, values: list[_Value]) -> list[str | None]:
    asked: dict[int, tuple[str, int, Decimal]] = {}
    for place, (outcome, value) in enumerate(zip(done.outcomes, values, strict=True)):
        measure, year = done.known.get(outcome.write.measure), done.years.get(outcome.write.pupil_id)
        if measure is None or year is None:
            continue
        points = points_judged(measure, value.points, value.absence)
        if points is not None:
            asked[place] = (measure.code, year if value.year is None else value.year, points)
    found = dict(zip(asked, screening().cell_levels(window, list(asked.values())), strict=True))
    levels = [found.get(place) for place in range(len(values))]
    return [level.code if level else None for level in levels]


def _answer(
    client_id: str,
    outcome: Outcome,
    value: _Value,
    level: str | None,
    words: tuple[Written, Mapping[int, str]],
) -> Json:
    done, functions = words
    measure, is_theirs = done.known.get(outcome.write.measure), outcome.status is Status.CONFLICT
    text = written(measure, value.points, value.absence, value.is_discontinued) if measure else ""
    at = outcome.changed_at
    return {
        "client_id": client_id,
        "status": "stored" if outcome.status is Status.UNCHANGED else outcome.status.value,
        "version": max(outcome.version, value.version),
        "value": plain_number(value.points),
        "absence": value.absence.value if value.absence else None,
        "text": text,
        "level": level,
        "is_on_other_text": bool(measure and measure.same_text and not value.is_on_agreed_text),
        "reason": outcome.reason,
        "by": functions.get(outcome.duty_id or 0, FROM_A_FILE) if is_theirs else None,
        "at": at.astimezone(SWEDEN).isoformat(timespec="seconds") if at else None,
    }


def plain_number(points: Decimal | None) -> int | float | None:
    """The points as the number JSON writes: 12, or 12.5; thousandths survive the way through a float."""
    if points is None:
        return None
    return int(points) if points == points.to_integral_value() else float(points)
