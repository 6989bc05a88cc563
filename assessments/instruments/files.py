"""Measure files (TOML): read, checked as a whole, stored."""

import re
import tomllib
from collections.abc import Collection
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.instruments.checks import NUMBERS, Entry, Fault, faults, named_alike
from assessments.instruments.models import MeasureRow
from assessments.instruments.places import Places
from assessments.refusals import Refused, because

BUILT_IN = Path(__file__).parent
SCALE = ("minimum", "maximum", "step", "higher_is_better", "labels")
PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


def read_toml(path: Path) -> dict[str, Any]:
    """The file's content with numbers as decimals. Raises Refused when it is no readable TOML."""
    try:
        return parse_toml(str(path), path.read_text("utf-8-sig"))
    except OSError as error:
        raise Refused(f"{path}:1:1: Filen kan inte läsas ({because(error)}).") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{path}:1:1: Filen är inte sparad som UTF-8.") from error


def parse_toml(name: str, text: str) -> dict[str, Any]:
    """The same of a text; ``name`` is what the reasons call it."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        place = PLACE.search(str(error))
        row, column = place.groups() if place else (1, 1)
        words = PLACE.sub("", str(error))
        raise Refused(f"{name}:{row}:{column}: Filen är inte giltig TOML: {words}.") from error
    except (RecursionError, ValueError, ArithmeticError) as error:
        raise Refused(f"{name}:1:1: Filen har för stora tal eller för många lager.") from error


def import_measures(path: Path, used: Collection[str] = ()) -> tuple[list[str], list[str]]:
    """Store every ``[[measure]]``; returns the codes that were new and that were changed.

    The scale of a measure that is ``used`` must stay: scores were taken by it. Raises ``Refused`` with every
    fault and where it stands.
    """
    content = read_toml(path)
    entries = content.get("measure")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries) or not entries:
        raise Refused(f"{path}:1:1: Filen har inget avsnitt [[measure]].")
    known = {row.code: row for row in db.session.scalars(sa.select(MeasureRow))}
    if wrong := list(faults(entries)) or list(_against_known(entries, known, used)):
        places = Places(path.read_text("utf-8-sig"))
        raise Refused([_told(path, places, fault, entries[fault.number]) for fault in wrong])
    return _store(entries, known)


def load_built_in(_app: object) -> None:
    """The measures that come with Lässpår; safe to repeat."""
    for path in sorted(BUILT_IN.glob("*.toml")):
        import_measures(path)


def _against_known(entries: list[Entry], known: dict[str, MeasureRow], used: Collection[str]) -> list[Fault]:
    wrong = list(named_alike(entries, {code: row.name for code, row in known.items()}))
    for number, entry in enumerate(entries):
        if entry["code"] in used and any(
            _columns(entry)[key] != getattr(known[entry["code"]], key) for key in SCALE
        ):
            words = "har resultat: minimum, maximum, step, labels och higher_is_better ska vara som förut."
            wrong.append(Fault(number, None, words))
    return wrong


def _told(path: Path, places: Places, fault: Fault, entry: Entry) -> str:
    row = places.row("measure", fault.number, fault.key)
    return f"{path}:{row}:1: Måttet {entry.get('code', 'utan code')}: {fault.words}"


def _store(entries: list[Entry], known: dict[str, MeasureRow]) -> tuple[list[str], list[str]]:
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


def _columns(entry: Entry) -> dict[str, Any]:
    plain = {"sem": None, "sem_status": None, "labels": None, "official": False, "same_text": False}
    columns = {**plain, "implausible_gain": None, **entry}
    return {
        key: Decimal(value) if key in NUMBERS and value is not None else value
        for key, value in columns.items()
    }


def _differs(row: MeasureRow, entry: Entry) -> bool:
    return any(getattr(row, column) != value for column, value in _columns(entry).items())
