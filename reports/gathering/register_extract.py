"""A register extract as a paper: the same rows as the file, in words that somebody at home can read."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from assessments.access.trail import words
from assessments.clock import today
from assessments.extracts.queries import TRAIL_GONE
from assessments.extracts.register import Told
from assessments.retention.kinds import STAFF
from assessments.retention.queries import rule_rows, trail_gone_until
from assessments.roster.models import Municipality
from assessments.words import moment
from reports.figures.imprint import Imprint
from reports.figures.register_extract import ExtractPaper, ExtractPart

TITLE = "Registerutdrag"
MACHINE = frozenset({"underlag", "grund"})
"""The computer's figures behind a signal and a letter, whose words stand beside them: in the file only."""
TWINS = frozenset({"level", "value", "text", "unit", "measure", "window", "judged_by", "external_id"})
"""Within frozen facts: the same once more, for programs."""
READS = {"handling": words.said}
"""By the file's name: codes that the file keeps for programs, in words."""
ONLY_IN_THE_FILE = (
    "Talen bakom signaler och blad hem (underlag, grund) står bara i filen (JSON), som hör till utdraget."
)


def extract_paper(told: Told, municipality: Municipality, *, of_health: bool = False) -> ExtractPaper:
    """``told``: as record_of or health_notes_of gives it. One query."""
    tables = [(name.replace("_", " "), rows) for name, rows in told.items() if _is_table(rows)]
    told_of = [one for one in rule_rows(municipality) if one.kind.code != STAFF]
    rules = [f"{one.kind.name}: {one.stands[:1].lower()}{one.stands[1:]}." for one in told_of]
    if gone := trail_gone_until(municipality.id):
        rules.append(TRAIL_GONE.format(gone))
    return ExtractPaper(
        imprint=Imprint(municipality.name, TITLE, "", today()),
        pupil=told["elev_id"],
        made_at=told["gjort"][:10],
        parts=tuple(ExtractPart(name, tuple(_line(row) for row in rows)) for name, rows in tables if rows),
        empty=tuple(name for name, rows in tables if not rows),
        kept_for=() if of_health else tuple(rules),
        left_out=(
            *(f"{name.replace('_', ' ')}: {why}." for name, why in told["inte_med"].items()),
            *(() if of_health else (ONLY_IN_THE_FILE,)),
        ),
        is_of_health=of_health,
    )


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _line(row: Told) -> str:
    """``dag: 2026-10-03; sa: ja; av: speciallärare Björkskolan``: what is filled in."""
    told = ((name, READS[name](one) if name in READS else one) for name, one in row.items())
    said = ((name, _words(one)) for name, one in told if name not in MACHINE)
    return "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in said if value)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, Mapping | list):
        return ", ".join(dict.fromkeys(_leaves(value)))
    if _is_moment(value):
        return moment(datetime.fromisoformat(value))
    return "" if value is None else str(value)


def _leaves(value: Any) -> Iterator[str]:
    """Every word and number within, in order, without the ids of places and functions."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            is_id = key in ("id", "uppdrag", "kod") and len(value) > 1
            if not is_id and key not in TWINS:
                yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif (word := _words(value)) and not isinstance(value, bool):
        yield word


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 25 and value[10:11] == "T" and value[19:20] in "+-"
