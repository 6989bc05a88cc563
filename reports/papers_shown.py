"""Papers that somebody looks at just now, so that one is drawn once and not once for each picture of a page.

In the memory of this process, a minute at most; elsewhere it is drawn anew. What lies here says nothing about
rights: whoever takes it out asks for them first.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

KEPT_FOR = 60.0  # seconds: as long as it takes to look through a class
MOST = 8  # papers
LARGEST = 4_000_000  # bytes: the page set of a whole class is a twentieth of it


@dataclass(frozen=True)
class Shown:
    """The file, and the ids of the pupils it has been noted for."""

    content: bytes
    pupils: frozenset[int]
    since: float = field(default_factory=time.monotonic)


_kept: OrderedDict[Hashable, Shown] = OrderedDict()  # the oldest first
_turn = threading.Lock()


def keep(key: Hashable, shown: Shown) -> None:
    """``key``: to whom, what, and which bytes."""
    with _turn:
        _kept.pop(key, None)
        if len(shown.content) <= LARGEST:
            _kept[key] = shown
        while _kept and (len(_kept) > MOST or _is_over(next(iter(_kept.values())))):
            _kept.popitem(last=False)


def find(key: Hashable) -> Shown | None:
    """None where it was not shown here, or too long ago."""
    with _turn:
        shown = _kept.get(key)
    return None if shown is None or _is_over(shown) else shown


def _is_over(shown: Shown) -> bool:
    return time.monotonic() - shown.since > KEPT_FOR
