"""What a program asks to have written, read from JSON: its shape judged here, its meaning in the recording.

A body that cannot be what it should be is a mistake of the program: Malformed, nothing is looked at. A value
that cannot be read is a mistake in one cell: it is refused alone, and the others are stored.
"""

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

MOST = 500  # writes at a time: a class of 30 with 16 measures pasted at once
LONGEST = 100  # characters of an id, a code or a date
HIGHEST_VERSION = 2**31
NO_VERSION = -1  # a version no cell has
UNREADABLE = "Värdet går inte att läsa. Skriv ett tal, ett tal med b (avbrutet) eller en kod."


class Malformed(Exception):
    """The body is not what the contract says; the sentence tells where."""


class Number(str):
    """A number as it stood in the JSON: never a binary float on its way to a score."""


@dataclass(frozen=True)
class Asked:
    """One write. ``text`` is as typed, empty: take the value away. ``gives_way``: the person has seen that
    somebody else wrote ``expected_version`` and lets that stand; what she wrote is kept in the history.
    ``is_on_other_text`` than the agreed one; None leaves what stands."""

    client_id: str
    row: str
    measure: str
    text: str = ""
    absence: str | None = None
    version: int = 0
    assessed_on: str | None = None
    gives_way: bool = False
    is_on_other_text: bool | None = None
    reason: str | None = None


def asked_writes(body: bytes) -> list[Asked]:
    """The writes in their order. Raises Malformed; RecursionError where the nesting has no end."""
    try:
        told = json.loads(body, parse_int=Number, parse_float=Number, parse_constant=Number)
    except ValueError as error:
        raise Malformed("Begäran är inte JSON.") from error
    writes = told.get("writes") if isinstance(told, dict) else None
    if not isinstance(writes, list):
        raise Malformed('Begäran ska se ut så här: {"writes": [...]}.')
    if len(writes) > MOST:
        raise Malformed(f"Högst {MOST} rutor åt gången.")
    asked = [_asked(write, place) for place, write in enumerate(writes, 1)]
    if len({one.client_id for one in asked}) < len(asked):
        raise Malformed("Samma client_id står flera gånger.")
    return asked


def _asked(write: Any, place: int) -> Asked:
    if not isinstance(write, dict):
        raise Malformed(f"Skrivning {place} är inget objekt.")
    if not {"value", "absence"} & write.keys():
        raise Malformed(f"Skrivning {place} saknar value eller absence.")
    text, reason = _value(write.get("value"), place)
    absence = _words(write, "absence", place, is_needed=False)
    if text and absence:
        reason = "En ruta har antingen ett resultat eller en kod."
    return Asked(
        client_id=_client_id(write, place),
        row=_words(write, "pupil", place) or "",
        measure=_words(write, "measure", place) or "",
        text=text,
        absence=absence,
        version=_version(write.get("expected_version"), place),
        assessed_on=_words(write, "assessed_on", place, is_needed=False),
        gives_way=write.get("gives_way") is True,
        is_on_other_text=_yes_or_no(write.get("is_on_other_text"), place),
        reason=reason,
    )


def _value(value: Any, place: int) -> tuple[str, str | None]:
    """The value as typed text, or why it cannot be one."""
    if isinstance(value, Number):
        plain = _plain(value)
        return ("", UNREADABLE) if plain is None else (plain, None)
    if isinstance(value, bool):
        return "", UNREADABLE
    if isinstance(value, str) or value is None:
        return value or "", None
    raise Malformed(f"Skrivning {place}: value är varken tal eller text.")


def _plain(value: Number) -> str | None:
    """``1e1`` as ``10``; None for NaN, Infinity and what nobody scores."""
    try:
        number = Decimal(value)
    except InvalidOperation:  # an exponent that Decimal itself has no room for
        return None
    return f"{number:f}" if number.is_finite() and abs(number.adjusted()) <= 12 else None


def _yes_or_no(told: Any, place: int) -> bool | None:
    if told not in (True, False, None) or isinstance(told, Number):
        raise Malformed(f"Skrivning {place}: is_on_other_text ska vara true eller false.")
    return None if told is None else bool(told)


def _words(write: dict[str, Any], name: str, place: int, is_needed: bool = True) -> str | None:
    words = write.get(name)
    if words is None and not is_needed:
        return None
    if not isinstance(words, str) or isinstance(words, Number) or len(words) > LONGEST:
        raise Malformed(f"Skrivning {place}: {name} ska vara text om högst {LONGEST} tecken.")
    return words


def _client_id(write: dict[str, Any], place: int) -> str:
    told = _words(write, "client_id", place) or ""
    if not (told.isascii() and told.isprintable() and told):
        raise Malformed(f"Skrivning {place}: client_id ska vara bokstäver och siffror.")
    return told


def _version(told: Any, place: int) -> int:
    if not isinstance(told, Number) or not told.isdigit():
        raise Malformed(f"Skrivning {place}: expected_version ska vara ett heltal, 0 för en tom ruta.")
    version = int(told) if len(told) < 11 else HIGHEST_VERSION
    return version if version < HIGHEST_VERSION else NO_VERSION
