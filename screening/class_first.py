"""When the answer belongs to the class before it belongs to each pupil (decision logic, section 5)."""

from collections.abc import Collection
from dataclasses import dataclass

from screening.levels import Level

FEWEST = 10
SHARE = (2, 5)  # over 40 %, in whole numbers


@dataclass(frozen=True)
class ClassAnswer:
    """How many of the pupils with a level do not reach their goal yet."""

    under_goal: int
    determined: int

    @property
    def is_first(self) -> bool:
        part, whole = SHARE
        return self.determined >= FEWEST and self.under_goal * whole > self.determined * part


def class_answer(levels: Collection[Level]) -> ClassAnswer:
    """``levels`` of the pupils in grundskola; those without a determined one do not count."""
    determined = [level for level in levels if level is not Level.NOT_DETERMINED]
    under = [level for level in determined if level < Level.AT_GOAL]
    return ClassAnswer(len(under), len(determined))
