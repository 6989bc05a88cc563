"""What a list of groups says: names under names, and nothing about why."""

from dataclasses import dataclass
from datetime import date

from reports.figures.imprint import Imprint


@dataclass(frozen=True)
class GroupOnPaper:
    name: str
    pupils: tuple[str, ...]


@dataclass(frozen=True)
class GroupList:
    """Protected identities stand in no group here, and nothing tells that there are any."""

    imprint: Imprint
    class_name: str
    saved_on: date
    groups: tuple[GroupOnPaper, ...]
