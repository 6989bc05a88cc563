"""What a measure file must say, checked entry by entry before anything is stored."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.instruments.catalogue import AREAS
from assessments.roster.characters import name_fault, refused_character, shown
from assessments.roster.workbook_child import key_of

Entry = Mapping[str, Any]
NUMBERS = ("minimum", "maximum", "step", "sem", "implausible_gain")
REQUIRED = ("code", "name", "unit", "minimum", "maximum", "step", "higher_is_better", "area", "years", "how")
KNOWN = {*REQUIRED, "sem", "sem_status", "labels", "official", "same_text", "implausible_gain"}
CODE = re.compile(r"[a-z][a-z0-9_]{0,49}")
LARGEST = 1_000_000


@dataclass(frozen=True)
class Fault:
    """What is wrong with the entry of that number (from 0), under that key."""

    number: int
    key: str | None
    words: str


def faults(entries: list[Entry]) -> Iterator[Fault]:
    """Everything wrong with the entries, each by itself and with each other."""
    codes: set[str] = set()
    for number, entry in enumerate(entries):
        wrong = list(_of_one(number, entry))
        yield from wrong
        if not wrong and entry["code"] in codes:
            yield Fault(number, "code", f"{entry['code']} står två gånger.")
        codes.add(str(entry.get("code")))


def named_alike(entries: list[Entry], others: Mapping[str, str]) -> Iterator[Fault]:
    """Measures that a column of a score file could not tell apart; ``others``: names by code."""
    names = {**others, **{entry["code"]: entry["name"] for entry in entries}}
    by_key: dict[str, set[str]] = {}
    for code, name in names.items():
        for said in (code, name):
            by_key.setdefault(key_of(said), set()).add(code)
    for number, entry in enumerate(entries):
        alike = (by_key[key_of(entry["code"])] | by_key[key_of(entry["name"])]) - {entry["code"]}
        if alike:
            yield Fault(number, "name", f"{shown(entry['name'])} är redan namnet på måttet {min(alike)}.")


def _of_one(number: int, entry: Entry) -> Iterator[Fault]:
    whole = [Fault(number, None, f"{key} saknas.") for key in REQUIRED if key not in entry]
    whole += [Fault(number, key, f"okänd nyckel {shown(key)}.") for key in entry if key not in KNOWN]
    kinds = [Fault(number, key, f"{key} {KINDS[key][1]}.") for key in entry if not _is_right(entry, key)]
    yield from whole or kinds
    if whole or kinds:
        return
    if not entry["minimum"] < entry["maximum"]:
        yield Fault(number, "minimum", "minimum ska vara mindre än maximum.")
    if "labels" in entry and len(entry["labels"]) != _values(entry):
        yield Fault(number, "labels", "labels ska ha ett ord per värde.")


def _is_right(entry: Entry, key: str) -> bool:
    return key not in KINDS or KINDS[key][0](entry[key])


def _values(entry: Entry) -> Decimal:
    low, high, step = (Decimal(entry[key]) for key in ("minimum", "maximum", "step"))
    return (high - low) / step + 1


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and CODE.fullmatch(value) is not None


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and name_fault(value) is None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and refused_character(value.replace("\n", " ")) is None


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        return False
    return abs(Decimal(value)) <= LARGEST and Decimal(value) == round(Decimal(value), 3)


def _is_positive(value: Any) -> bool:
    return _is_number(value) and bool(value > 0)


def _are_years(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_year(one) for one in value)


def _is_year(value: Any) -> bool:
    return type(value) is int and value in range(10)


def _are_labels(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_name, value))


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


NUMBER, POSITIVE = "ska vara ett tal med högst tre decimaler", "ska vara ett tal större än 0"
KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "code": (_is_code, "ska vara små bokstäver a-z, siffror och _, högst 50"),
    "name": (_is_name, "ska vara text, högst 100 tecken"),
    "unit": (_is_name, "ska vara text, högst 100 tecken"),
    "how": (_is_text, "ska vara text"),
    "minimum": (_is_number, NUMBER),
    "maximum": (_is_number, NUMBER),
    "step": (_is_positive, f"{POSITIVE}, med högst tre decimaler"),
    "sem": (_is_positive, POSITIVE),
    "implausible_gain": (_is_positive, POSITIVE),
    "higher_is_better": (_is_bool, "ska vara true eller false"),
    "official": (_is_bool, "ska vara true eller false"),
    "same_text": (_is_bool, "ska vara true eller false"),
    "area": (lambda value: value in tuple(AREAS), f"ska vara någon av {', '.join(AREAS)}"),
    "years": (_are_years, "ska vara en lista med årskurser, 0 (förskoleklass) till 9"),
    "labels": (_are_labels, "ska vara en lista med ord"),
    "sem_status": (lambda value: value in ("N", "G", "C", "P"), "ska vara N, G, C eller P"),
}
