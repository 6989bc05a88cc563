"""Text from right to left, and from left to right within it: the order in which signs stand on paper."""

import functools
import re
from typing import Any

from bidi import algorithm  # the newer one of the library leaves brackets unmirrored

NO_BREAK = "\N{NO-BREAK SPACE}"
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\u202a-\u202c\ufb1d-\ufdff\ufe70-\ufefc]")
# Around a piece that keeps its own direction in a sentence of another; they go when the line is turned.
TURNS = FROM_LEFT, FROM_RIGHT, ENDED, RIGHT_AGAIN = "\u202a", "\u202b", "\u202c", "\u200f"
NO_TURNS = str.maketrans("", "", "".join(TURNS))
STEPS = (
    algorithm.explicit_embed_and_overrides, algorithm.resolve_weak_types, algorithm.resolve_neutral_types,
    algorithm.resolve_implicit_levels, algorithm.reorder_resolved_levels, algorithm.apply_mirroring,
)  # fmt: skip
REMEMBERED = 4096  # texts in other scripts than ours: pages say the same sentences again and again


def kept_together(text: str) -> str:
    """``text`` that keeps its own direction in a sentence from right to left: a name, a telephone number."""
    return f"{FROM_RIGHT if RIGHT_TO_LEFT.search(text) else FROM_LEFT}{text}{ENDED}{RIGHT_AGAIN}"


def each_by_itself(lines: list[str]) -> list[str]:
    """The lines of one text, each turned by itself: a piece that keeps its own direction keeps it in the
    next line too."""
    if not any(ENDED in line for line in lines):
        return lines
    found, begins = [], ""
    for line in lines:
        whole = begins + line
        last = max(whole.rfind(FROM_LEFT), whole.rfind(FROM_RIGHT))
        begins = whole[last] if last > whole.rfind(ENDED) else ""
        found.append(whole + ENDED + RIGHT_AGAIN if begins else whole)
    return found


def visual(line: str, *, is_mirrored: bool = False) -> str:
    """A ready line in the order the signs stand on paper; ``is_mirrored``: the page reads from the right."""
    if not is_mirrored and not RIGHT_TO_LEFT.search(line):
        return line
    return "".join(sign for _, sign in placed(line, is_mirrored=is_mirrored))


@functools.lru_cache(maxsize=REMEMBERED)
def placed(line: str, *, is_mirrored: bool = False) -> tuple[tuple[int, str], ...]:
    """From left to right on paper: each sign with its place in the order in which it is read. As the
    library's ``get_display``, which forgets the places.
    """
    level = int(is_mirrored)
    storage: Any = algorithm.get_empty_storage() | {"base_level": level, "base_dir": "LR"[level]}
    algorithm.get_embedding_levels(line, storage)
    for place, sign in enumerate(storage["chars"]):
        sign["place"] = place
    for step in STEPS:
        step(storage, False)
    return tuple((sign["place"], sign["ch"]) for sign in storage["chars"] if sign["ch"] not in TURNS)
