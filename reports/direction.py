"""Text from right to left, and from left to right within it: the order in which signs stand on paper."""

import functools
import re

from bidi.algorithm import get_display  # the newer one of the library leaves brackets unmirrored

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\u202a-\u202c\ufb1d-\ufdff\ufe70-\ufefc]")
# Around a piece that keeps its own direction in a sentence of another; they go when the line is turned.
TURNS = FROM_LEFT, FROM_RIGHT, ENDED, RIGHT_AGAIN = "\u202a", "\u202b", "\u202c", "\u200f"
NO_TURNS = str.maketrans("", "", "".join(TURNS))
REMEMBERED = 4096  # texts in other scripts than ours: pages say the same sentences again and again


def kept_together(text: str) -> str:
    """``text`` that keeps its own direction in a sentence from right to left: a name, a telephone number."""
    return f"{FROM_RIGHT if RIGHT_TO_LEFT.search(text) else FROM_LEFT}{text}{ENDED}{RIGHT_AGAIN}"


def visual(line: str, *, is_mirrored: bool = False) -> str:
    """A ready line in the order the signs stand on paper; ``is_mirrored``: the page reads from the right."""
    return _turned(line, is_mirrored) if is_mirrored or RIGHT_TO_LEFT.search(line) else line


@functools.lru_cache(maxsize=REMEMBERED)
def _turned(line: str, is_mirrored: bool) -> str:
    turned = get_display(line, base_dir="R" if is_mirrored else "L")
    return (turned if isinstance(turned, str) else turned.decode()).translate(NO_TURNS)
