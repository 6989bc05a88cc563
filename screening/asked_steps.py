"""A next step as a program asks to have it recorded: its shape judged here, its meaning in the recording."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from assessments.asked_writes import LONGEST, Malformed
from assessments.clock import today
from screening.reviewing import Decision
from screening.rules.catalogue import rules_on
from screening.steps.lines import LONGEST_LINE, Competence

CODES, LINES = ("kind", "reason", "competence_kind"), ("line", "ready", "competence")
NUMBERS, DAYS = ("weeks", "follow_up_weeks"), ("due_on",)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_WEEKS = 100


def step_asked(told: Any) -> Decision:
    """The decision in a JSON object. Raises Malformed, which says which field."""
    if not isinstance(told, dict):
        raise Malformed("Skicka ett JSON-objekt.")
    known = (*CODES, *LINES, *NUMBERS, *DAYS)
    if strange := [name for name in told if name not in known]:
        raise Malformed(f"Okänt fält: {strange[0][:40]!r}. Fälten är {', '.join(known)}.")
    words = {name: _words(told, name, LONGEST) for name in CODES}
    lines = {name: _words(told, name, LONGEST_LINE) for name in LINES}
    if not words["kind"]:
        raise Malformed("kind saknas: vilket nästa steg? Stegen står i signalens offered.")
    return Decision(
        kind=words["kind"],
        line=lines["line"],
        competence=Competence(words["competence_kind"], lines["competence"]).words(rules_on(today())),
        ready=lines["ready"],
        reason=words["reason"],
        weeks=_number(told, "weeks"),
        follow_up_weeks=_number(told, "follow_up_weeks"),
        due_on=_day(told, "due_on"),
    )


def _words(told: Mapping[str, Any], name: str, longest: int) -> str | None:
    words = told.get(name)
    if words is None:
        return None
    if not isinstance(words, str) or len(words) > longest:
        raise Malformed(f"{name} ska vara text om högst {longest} tecken.")
    return words or None


def _number(told: Mapping[str, Any], name: str) -> int | None:
    number = told.get(name)
    if number is None:
        return None
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST_WEEKS:
        raise Malformed(f"{name} ska vara ett heltal från 1 till {MOST_WEEKS}.")
    return number


def _day(told: Mapping[str, Any], name: str) -> date | None:
    words = told.get(name)
    if words is None:
        return None
    try:
        if isinstance(words, str) and DAY.fullmatch(words):
            return date.fromisoformat(words)
    except ValueError:
        pass  # a day no month has
    raise Malformed(f"{name} ska vara en dag, till exempel 2026-10-15.")
