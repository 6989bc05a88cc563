"""Where in a TOML file something stands, so that a reason can name the row. The parser does not tell."""

import re
from dataclasses import dataclass, field

HEADER = re.compile(r"\s*\[\[?\s*([\w-]+)\s*\]\]?\s*(#.*)?")
KEY = re.compile(r"\s*\"?([\w-]+)\"?\s*=")


@dataclass
class _Section:
    row: int
    keys: dict[str, int] = field(default_factory=dict)


class Places:
    """Rows (counted from 1) of the n-th ``[[name]]`` and of the keys in it."""

    def __init__(self, text: str) -> None:
        self._sections: dict[str, list[_Section]] = {}
        section = None
        for row, line in enumerate(text.splitlines(), 1):
            if header := HEADER.fullmatch(line):
                section = _Section(row)
                self._sections.setdefault(header[1], []).append(section)
            elif section is not None and (key := KEY.match(line)):
                section.keys.setdefault(key[1], row)

    def row(self, name: str, number: int = 0, key: str | None = None) -> int:
        """The row of a key, else of its section, else the first."""
        sections = self._sections.get(name, [])
        if number >= len(sections):
            return 1
        section = sections[number]
        return section.keys.get(key or "", section.row)
