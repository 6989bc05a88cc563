"""Measure files (TOML): read, checked as a whole, stored."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.instruments.catalogue import AREAS
from assessments.instruments.models import MeasureRow
from assessments.refusals import Refused, because

BUILT_IN = Path(__file__).parent
NUMBERS = ("minimum", "maximum", "step", "sem", "implausible_gain")
REQUIRED = ("code", "name", "unit", "minimum", "maximum", "step", "higher_is_better", "area", "years", "how")
KNOWN = {*REQUIRED, "sem", "sem_status", "labels", "official", "same_text", "implausible_gain"}


def read_toml(path: Path) -> dict[str, Any]:
    """The file's content with numbers as decimals. Raises Refused when it is no readable TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise Refused([f"Filen kan inte läsas ({because(error)})."]) from error
    except UnicodeDecodeError as error:
        raise Refused(["Filen är inte sparad som UTF-8."]) from error
    except tomllib.TOMLDecodeError as error:
        raise Refused([f"Filen är inte giltig TOML: {error}"]) from error


def import_measures(content: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Store every ``[[measure]]``; returns the codes that were new and that were changed.

    Range and step of a measure that has been in use must stay: scores were taken by them.
    """
    entries = content.get("measure", [])
    reasons = [reason for number, entry in enumerate(entries, 1) for reason in _faults(number, entry)]
    if not entries:
        reasons = ["Filen har inget avsnitt [[measure]]."]
    if reasons:
        raise Refused(reasons)
    known = {row.code: row for row in db.session.scalars(sa.select(MeasureRow))}
    new, changed = [], []
    last = max((row.position for row in known.values()), default=0)
    for place, entry in enumerate(entries, 1):
        row = known.get(entry["code"])
        if row is None:
            db.session.add(MeasureRow(position=last + place, **_columns(entry)))
            new.append(entry["code"])
        elif _differs(row, entry):
            for column, value in _columns(entry).items():
                setattr(row, column, value)
            changed.append(entry["code"])
    db.session.flush()
    return new, changed


def load_built_in(_app: object) -> None:
    """The measures that come with Lässpår; safe to repeat."""
    for path in sorted(BUILT_IN.glob("*.toml")):
        import_measures(read_toml(path))


def _faults(number: int, entry: dict[str, Any]) -> list[str]:
    name = f"[[measure]] nummer {number} ({entry.get('code', 'utan code')})"
    reasons = [f"{name}: {key} saknas." for key in REQUIRED if key not in entry]
    reasons += [f"{name}: okänd nyckel {key}." for key in entry if key not in KNOWN]
    if reasons:
        return reasons
    if entry["area"] not in AREAS:
        reasons.append(f"{name}: area {entry['area']} finns inte; välj bland {', '.join(AREAS)}.")
    if not all(_is_number(entry[key]) for key in NUMBERS if key in entry):
        return [*reasons, f"{name}: {', '.join(NUMBERS)} ska vara tal."]
    if not entry["minimum"] < entry["maximum"]:
        reasons.append(f"{name}: minimum ska vara mindre än maximum.")
    if entry["step"] <= 0:
        reasons.append(f"{name}: step ska vara större än 0.")
    labels = entry.get("labels")
    if (
        labels
        and entry["step"] > 0
        and len(labels) != (entry["maximum"] - entry["minimum"]) / entry["step"] + 1
    ):
        reasons.append(f"{name}: labels ska ha ett ord per värde.")
    return reasons


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()


def _columns(entry: dict[str, Any]) -> dict[str, Any]:
    plain = {"sem": None, "sem_status": None, "labels": None, "official": False, "same_text": False}
    columns = {**plain, "implausible_gain": None, **entry}
    return {
        key: Decimal(value) if key in NUMBERS and value is not None else value
        for key, value in columns.items()
    }


def _differs(row: MeasureRow, entry: dict[str, Any]) -> bool:
    return any(getattr(row, column) != value for column, value in _columns(entry).items())
