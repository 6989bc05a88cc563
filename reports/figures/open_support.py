"""What a sheet about open support says: contact details, and nothing about anybody."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    name: str
    what: str
    lines: tuple[tuple[str, str], ...]  # ("Telefon", "0531-123 45")
