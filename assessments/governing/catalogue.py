"""What may be chosen, read from settings.toml: names, limits, and what holds where nobody has chosen."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assessments.one_line import one_line
from assessments.refusals import Refused

FILE = Path(__file__).with_name("settings.toml")
NUMBER, TEXT, CHOICE, SEVERAL = "number", "text", "choice", "several"


@dataclass(frozen=True)
class Setting:
    """One thing to choose; the fields are explained in settings.toml."""

    code: str
    name: str
    hint: str
    kind: str
    default: str
    unit: str = ""
    minimum: int = 0
    maximum: int = 0
    longest: int = 0

    def kept(self, said: str) -> str:
        """The value as it is kept. Raises Refused with what it should look like."""
        if self.kind == TEXT:
            return one_line(said, self.longest, f"{self.name}: skriv något.")
        if self.kind in (CHOICE, SEVERAL):
            return said
        told = said.strip()
        is_whole = told.isascii() and told.isdigit() and len(told) < 10  # Python reads no 5,000 digits
        if not (is_whole and self.minimum <= int(told) <= self.maximum):
            raise Refused(f"{self.name}: skriv ett heltal från {self.minimum} till {self.maximum}.")
        return str(int(told))

    def words(self, value: str) -> str:
        """``10 skoldagar``."""
        return f"{value} {self.unit}" if self.unit else value


@functools.cache
def settings() -> Mapping[str, Setting]:
    """By code, in the order of the file."""
    return {one["code"]: Setting(**one) for one in _file()["setting"]}


@functools.cache
def names() -> Mapping[str, str]:
    """What every code of the history is called, also of what is chosen on pages of its own."""
    return {code: one.name for code, one in settings().items()} | dict(_file()["names"])


@functools.cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))
