"""A line as the pieces that stand on paper: each in one script, each knowing what it says.

What is read from the right is written in the order in which it is read, each sign at its place, and says its
words besides, in the letters as written: joined letters are other signs. So it is in order also for readers
that pay no heed to what is said. What is of another script than its page has a language of its own.
"""

import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports import arabic, direction

SWEDISH = "sv-SE"
NOT_LATIN = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2c00-\ufefc]")
SCRIPTS = {
    "Arab": re.compile("[\u0600-\u06ff\u0750-\u08ff\ufb50-\ufefc]"),
    "Cyrl": re.compile("[\u0400-\u052f]"),
    "Ethi": re.compile("[\u1200-\u139f]"),
    "Grek": re.compile("[\u0370-\u03ff]"),
    "Hebr": re.compile("[\u0590-\u05ff\ufb1d-\ufb4f]"),
    "Latn": re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
}
WRITTEN_IN = {"ar": "Arab", "fa": "Arab", "ckb": "Arab", "uk": "Cyrl", "ti": "Ethi"}  # others: Latn


@dataclass(frozen=True)
class Piece:
    """``order``: the places in ``laid`` as they are read, none where that is from left to right. ``place``:
    in the order in which the pieces are read. ``said``: the words where they are not what is laid;
    ``language``: where it is not the page's."""

    laid: str
    order: tuple[int, ...]
    place: int
    said: str | None
    language: str | None


def is_plain(line: str, language: str, *, is_mirrored: bool) -> bool:
    """Whether the line is one piece from left to right in the script of the page: most are."""
    return not is_mirrored and language not in WRITTEN_IN and not NOT_LATIN.search(line)


@functools.lru_cache(maxsize=direction.REMEMBERED)
def pieces(line: str, language: str, *, is_mirrored: bool = False) -> tuple[Piece, ...]:
    """A ready line on a page in ``language``, from left to right."""
    home = WRITTEN_IN.get(language, "Latn")
    placed = direction.placed(line, is_mirrored=is_mirrored)
    signs = sorted(placed)
    runs = _runs(_scripts([sign for _, sign in signs], home))
    run_of = dict(zip((place for place, _ in signs), runs, strict=True))
    found: list[Piece] = []
    for (_, script), group in itertools.groupby(placed, lambda one: run_of[one[0]]):
        standing = list(group)
        first = min(standing)[0]
        # As written: on paper brackets from right to left are turned.
        read = arabic.parted("".join(line[place] for place, _ in sorted(standing)))
        if is_mirrored and not found and line.endswith(" ") and standing[0][1] == " ":
            del standing[0]  # a space that ends a line from right to left is said and not laid
        laid = "".join(sign for _, sign in standing)
        other = None if script == home else SWEDISH if script == "Latn" else f"und-{script}"
        found.append(Piece(laid, _as_read(standing), first, None if read == laid else read, other))
    return tuple(found)


def _as_read(standing: Sequence[tuple[int, str]]) -> tuple[int, ...]:
    order = tuple(sorted(range(len(standing)), key=lambda at: standing[at][0]))
    return () if order == tuple(range(len(standing))) else order


def _scripts(signs: Sequence[str], home: str) -> list[str]:
    """The script of each sign: what is no letter goes with letters of one script around it, else with the
    page's."""
    own = [next((name for name, of_it in SCRIPTS.items() if of_it.match(sign)), "") for sign in signs]
    before = itertools.accumulate(own, _latest)
    after = [*itertools.accumulate(reversed(own), _latest)][::-1]
    return [(one if one == other else "") or home for one, other in zip(before, after, strict=True)]


def _latest(before: str, script: str) -> str:
    return script or before


def _runs(scripts: Sequence[str]) -> list[tuple[int, str]]:
    """For each sign the number of its run among the runs of one script, and the script."""
    changes = (int(one != other) for one, other in itertools.pairwise(scripts))
    return list(zip(itertools.accumulate(changes, initial=0), scripts, strict=True)) if scripts else []
