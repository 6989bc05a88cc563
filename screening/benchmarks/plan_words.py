"""What decides a level, as people write it: a group a line, a weight a line. Pure.

Measures are named as everywhere, or by their codes: "Ordavkodning, normerat test eller legilexi_avkodning".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches

from assessments.instruments.catalogue import Measure
from assessments.words import decimal

OR = re.compile(r"\s+eller\s+")
EXACT = re.compile(r"-?\d{1,6}(?:[.,]\d{1,6})?", re.ASCII)
Known = Mapping[str, Measure]


def group_lines(groups: Iterable[Sequence[str]], known: Known) -> str:
    """Groups as lines: those of a line stand in for each other, the first with a result speaks."""
    return "\n".join(" eller ".join(_name(code, known) for code in group) for group in groups)


def groups_of(text: str, known: Known) -> list[list[str]]:
    """What ``group_lines`` wrote, read again. Raises ``ValueError`` in words."""
    return [[_code(name, known) for name in OR.split(line)] for line in _lines(text)]


def codes_of(text: str, known: Known) -> list[str]:
    """A measure a line."""
    return [_code(line, known) for line in _lines(text)]


def weight_lines(
    weights: Mapping[str, Decimal | int], divide: Mapping[str, Decimal | int], known: Known
) -> str:
    """``Bokstavsljud: 2`` and, divided by 4 before it is weighted, ``Fel: -0,5 / 4``."""
    return "\n".join(
        f"{_name(code, known)}: {decimal(Decimal(weight))}"
        + (f" / {decimal(Decimal(divide[code]))}" if code in divide else "")
        for code, weight in weights.items()
    )


def weights_of(text: str, known: Known) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Weights, and what is divided. Raises ``ValueError`` in words."""
    weights: dict[str, Decimal] = {}
    divide: dict[str, Decimal] = {}
    for line in _lines(text):
        name, colon, told = line.rpartition(":")
        weight, slash, by = told.partition("/")
        if not colon:
            raise ValueError(f"Skriv ”mått: vikt”. Raden är ”{line[:60]}”.")
        code = _code(name.strip(), known)
        if code in weights:
            raise ValueError(f"{known[code].name} står två gånger.")
        weights[code] = number_of(weight)
        if slash:
            divide[code] = number_of(by)
    return weights, divide


def number_of(text: str) -> Decimal:
    """A number with at most six decimals, with comma or point. Raises ``ValueError`` in words."""
    told = text.replace("\N{MINUS SIGN}", "-").replace("\u00a0", " ").strip()
    if not EXACT.fullmatch(told):
        raise ValueError(f"”{told[:20]}” är inget tal med högst sex decimaler.")
    return Decimal(told.replace(",", "."))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _name(code: str, known: Known) -> str:
    return known[code].name if code in known else code


def _code(name: str, known: Known) -> str:
    """The code of a measure by its name or code, whatever the case."""
    by_name = {one.name.casefold(): code for code, one in known.items()}
    told = " ".join(name.split()).casefold()
    if told in by_name:
        return by_name[told]
    if told in known:
        return told
    near = get_close_matches(told, [*by_name, *known], n=1)
    meant = f" Menade du {known[by_name.get(near[0], near[0])].name}?" if near else ""
    raise ValueError(f"Måttet ”{name[:60]}” finns inte.{meant}")
