"""What a benchmark file must hold before it is published: every fault, with the section and key of it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.instruments.catalogue import Measure
from assessments.models import Season
from assessments.roster.characters import refused_character
from screening.levels import LimitStatus

Content = dict[str, Any]
Key = tuple[str, int, str]  # measure or composite, year, season

SET_KEYS = ("code", "name", "version", "owner", "language", "population", "valid_from")
LIMITS = ("near_from", "goal_from", "above_from")
KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # section: required, optional
    "set": (SET_KEYS, ("note",)),
    "window": (("year", "season"), ("composite", "decides", "also", "expected")),
    "cut": (("measure", "year", "season"), (*LIMITS, "typical", "status", "near_status", "source")),
    "composite": (("code", "year", "season", "weights", "mean", "sd", "scale", "constant"), ("divide",)),
}
YEARS = range(10)
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}")  # typed as code@version
LARGEST = 1_000_000


@dataclass(frozen=True)
class Fault:
    """What is wrong, in the n-th section of a name, at a key if it is about one."""

    section: str
    number: int
    key: str | None
    words: str


def faults(content: Content, known: Mapping[str, Measure]) -> list[Fault]:
    """Everything that is wrong: first the shape, and only in a well-shaped file what the numbers mean."""
    found = list(_shape(content))
    return found or [
        *_unknown_codes(content, known),
        *_repeated(content, known),
        *_windows(content, known),
        *_composites(content, known),
        *_cuts(content, known),
    ]


def _shape(content: Content) -> Iterator[Fault]:
    for name in content.keys() - KEYS.keys():
        yield Fault(name, 0, None, f"Okänt avsnitt [{name}].")
    if not isinstance(content.get("set"), dict):
        yield Fault("set", 0, None, "Avsnittet [set] saknas.")
    for section, (required, optional) in KEYS.items():
        for number, entry in enumerate(sections(content, section)):
            if not isinstance(entry, dict):
                yield Fault(section, number, None, f"Avsnittet skrivs [[{section}]].")
                continue
            for key in required:
                if key not in entry:
                    yield Fault(section, number, None, f"{key} saknas.")
            for key, value in entry.items():
                if key not in required + optional:
                    yield Fault(section, number, key, f"Okänd nyckel {key}.")
                elif not _KINDS.get(key, _is_text)(value):
                    yield Fault(section, number, key, f"{key}: {_WANTED.get(key, 'ska vara text')}.")


def sections(content: Content, name: str) -> list[Any]:
    """The sections of a name, in order; ``[set]`` is the only one that stands once."""
    found = content.get(name, [])
    return found if isinstance(found, list) else [found]


def is_number(value: Any) -> bool:
    """A number with at most three decimals, of a size that scores have."""
    return _is_exact(value) and Decimal(value) * 1000 == int(Decimal(value) * 1000)


def _is_exact(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    return Decimal(value).is_finite() and abs(Decimal(value)) <= LARGEST


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and refused_character(value.replace("\n", " ")) is None


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and CODE.fullmatch(value) is not None


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(code, str) for code in value)


def _is_groups(value: Any) -> bool:
    return isinstance(value, list) and all(_is_list(group) and group for group in value)


def _is_numbers(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(_is_exact(number) for number in value.values())


_KINDS: dict[str, Callable[[Any], bool]] = {
    "code": _is_code,
    "version": _is_code,
    "valid_from": lambda value: type(value) is date,
    "year": lambda value: type(value) is int and value in YEARS,
    "season": lambda value: value in list(Season),
    "decides": _is_groups,
    "also": _is_groups,
    "expected": _is_list,
    "weights": _is_numbers,
    "divide": _is_numbers,
    **dict.fromkeys((*LIMITS, "typical", "constant"), is_number),
    **dict.fromkeys(("mean", "sd", "scale"), _is_exact),
    "status": lambda value: value in list(LimitStatus),
    "near_status": lambda value: value in list(LimitStatus),
}
_WANTED = {
    **dict.fromkeys(("code", "version"), "ska vara bokstäver a-z, siffror, punkt, - och _, högst 50"),
    "valid_from": "ska vara ett datum, 2026-08-01",
    "year": "ska vara ett heltal 0-9 (0 = förskoleklass)",
    "season": "ska vara autumn, winter eller spring",
    "decides": 'ska vara grupper av mått, [["a", "b"], ["c"]]',
    "also": 'ska vara grupper av mått, [["a", "b"], ["c"]]',
    "expected": 'ska vara en lista av mått, ["a", "b"]',
    "weights": "ska vara tal per mått, { a = 2, b = 0.5 }",
    "divide": "ska vara tal per mått, { a = 2, b = 0.5 }",
    **dict.fromkeys((*LIMITS, "typical", "constant"), "ska vara ett tal med högst tre decimaler"),
    **dict.fromkeys(("mean", "sd", "scale"), "ska vara ett tal"),
    "status": "ska vara N, G, C eller P",
    "near_status": "ska vara N, G, C eller P",
}


def _place(entry: Content, name: str = "measure") -> Key:
    return entry[name], entry["year"], entry["season"]


def _unknown_codes(content: Content, known: Mapping[str, Measure]) -> Iterator[Fault]:
    composites = {entry["code"] for entry in sections(content, "composite")}
    for number, entry in enumerate(sections(content, "window")):
        for key in ("decides", "also"):
            for code in (code for group in entry.get(key, []) for code in group if code not in known):
                yield Fault("window", number, key, f"Måttet {code} finns inte.")
        for code in (code for code in entry.get("expected", []) if code not in known):
            yield Fault("window", number, "expected", f"Måttet {code} finns inte.")
    for number, entry in enumerate(sections(content, "cut")):
        if entry["measure"] not in known and entry["measure"] not in composites:
            yield Fault("cut", number, "measure", f"Måttet {entry['measure']} finns inte.")
    for number, entry in enumerate(sections(content, "composite")):
        if entry["code"] in known:
            yield Fault("composite", number, "code", f"{entry['code']} är redan namnet på ett mått.")
        for code in (code for code in entry["weights"] if code not in known):
            yield Fault("composite", number, "weights", f"Måttet {code} finns inte.")
        for code in entry.get("divide", {}).keys() - entry["weights"].keys():
            yield Fault("composite", number, "divide", f"{code} ingår inte i weights.")


def _repeated(content: Content, known: Mapping[str, Measure]) -> Iterator[Fault]:
    names = {"cut": "measure", "composite": "code", "window": "year"}
    for section, name in names.items():
        counts: Counter[Key] = Counter()
        for number, entry in enumerate(sections(content, section)):
            counts[_place(entry, name)] += 1
            if counts[_place(entry, name)] == 2:
                code = "" if name == "year" else entry[name]
                yield Fault(section, number, None, f"{_words(entry, code, known)} står mer än en gång.")


def _words(entry: Content, code: str, known: Mapping[str, Measure]) -> str:
    """What stands there, as people say it: who fills in a form has not seen the file's words."""
    name = f"”{known[code].name}”" if code in known else code
    return f"{name} {_when(entry)}".lstrip()


def _when(entry: Content) -> str:
    return f"årskurs {entry['year']} {Season(entry['season']).label}"


def _windows(content: Content, known: Mapping[str, Measure]) -> Iterator[Fault]:
    cuts = {_place(entry) for entry in sections(content, "cut")}
    composites = {_place(entry, "code") for entry in sections(content, "composite")}
    for number, entry in enumerate(sections(content, "window")):
        code = entry.get("composite")
        if (code is None) == (not entry.get("decides")):
            yield Fault("window", number, None, "Ange antingen composite eller decides.")
        if code is not None and (code, entry["year"], entry["season"]) not in composites:
            words = f"{code} saknar [[composite]] för {_when(entry)}."
            yield Fault("window", number, "composite", words)
        for code in dict.fromkeys(code for group in entry.get("decides", []) for code in group):
            if (code, entry["year"], entry["season"]) not in cuts:
                yield Fault("window", number, "decides", f"{_words(entry, code, known)} saknar gränser.")


def _composites(content: Content, known: Mapping[str, Measure]) -> Iterator[Fault]:
    cuts = {_place(entry) for entry in sections(content, "cut")}
    for number, entry in enumerate(sections(content, "composite")):
        if _place(entry, "code") not in cuts and entry["code"] not in known:
            yield Fault("composite", number, None, f"{_words(entry, entry['code'], known)} saknar gränser.")
        if entry["sd"] <= 0:
            yield Fault("composite", number, "sd", "sd ska vara större än 0.")
        if 0 in entry.get("divide", {}).values():
            yield Fault("composite", number, "divide", "Det går inte att dividera med 0.")


def _cuts(content: Content, known: Mapping[str, Measure]) -> Iterator[Fault]:
    for number, entry in enumerate(sections(content, "cut")):
        place = _words(entry, entry["measure"], known)
        if "near_from" not in entry and "goal_from" not in entry:
            words = f"{place} behöver en gräns för nära målet eller målet (near_from eller goal_from)."
            yield Fault("cut", number, None, words)
        given = [entry[key] for key in LIMITS if key in entry]
        measure = known.get(entry["measure"])
        falling = measure is not None and not measure.higher_is_better
        if given != sorted(given, reverse=falling):
            order = "sjunka" if falling else "stiga"
            yield Fault("cut", number, None, f"Gränserna för {place} ska {order} mot målet.")
