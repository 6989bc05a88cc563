"""A server's drawer: one process that draws the papers and pictures of all its web processes.

What draws is large and slow to load, and takes the processor in long pieces: in a process of its own it is
loaded once, before anybody waits for it, and whoever saves goes before. Where it does not answer, each
process draws for itself.
"""

import contextlib
import pkgutil
import threading
from typing import Any

from assessments import beside
from assessments.beside import Beside
from assessments.settings import DRAWER

# The longest paper, of a large school, takes two seconds of a processor of its own.
ITS = Beside(DRAWER, answers_within_seconds=20)
LOADED_FIRST = ("documents.class_set", "drawings")

Drawing = tuple[str, tuple[Any, ...], dict[str, Any]]  # the place of what draws it, and what is told to it


def drawn(place: str, *told: Any, **how: Any) -> Any:
    """What the function at ``place`` of this room makes of it, as ``documents.class_report:pdf``: a pure one,
    told nothing but figures and words. Raises what it raises."""
    if ITS.is_asked:
        with contextlib.suppress(OSError, EOFError):
            made, error = ITS.hand_over((place, told, how))
            if error:
                raise error
            return made
    return _function(place)(*told, **how)


def serve(address: str) -> None:
    """Draw what is handed over, until this process is ended. Who comes while it loads what draws waits."""
    threading.Thread(target=_load, daemon=True).start()
    beside.serve(address, made_of)


def _load() -> None:
    for place in LOADED_FIRST:
        _function(place)


def made_of(drawing: Drawing) -> beside.Answer:
    """What became of a drawing of another process."""
    place, told, how = drawing
    try:
        return _function(place)(*told, **how), None
    except Exception as error:
        return None, error


def _function(place: str) -> Any:
    return pkgutil.resolve_name(f"reports.{place}")
