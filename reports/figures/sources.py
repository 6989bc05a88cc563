"""What the limits of a sheet rest on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One source, and the limits that rest on it: "Läsflyt, åk 2 höst: nära 26, mål 35 (publicerad norm)"."""

    name: str
    limits: tuple[str, ...]
