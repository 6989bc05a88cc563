"""A server's drawer: one process that draws the papers and pictures of all its web processes.

What draws is large and slow to load, and takes the processor in long pieces: in a process of its own it is
loaded once, before anybody waits for it, and whoever saves goes before. Where it does not answer, each
process draws for itself.
"""

import contextlib
import os
import pkgutil
import traceback
from typing import Any

from assessments import beside
from assessments.beside import Beside, Unanswered
from assessments.database import connections, db
from assessments.settings import DRAWER

# The longest paper, of a large school, takes two seconds of a processor of its own; a picture on a page some
# thousandths, and the first of them waits for what draws to be loaded.
PAPERS, PICTURES = Beside(DRAWER, answers_within_seconds=20), Beside(DRAWER, answers_within_seconds=5)
NICENESS = 5  # who saves goes before; who waits for a paper, before those who wait for a whole municipality's
LOADED_FIRST = ("documents.class_set", "drawings")

Drawing = tuple[str, tuple[Any, ...], dict[str, Any]]  # the place of what draws it, and what is told to it


def drawn(place: str, *told: Any, **how: Any) -> Any:
    """What the function at ``place`` of this room makes of it, as ``documents.class_report:pdf``: a pure one,
    told nothing but figures and words. Raises what it raises.

    Whoever keeps other writers waiting draws here, and waits for nobody.
    """
    its = PICTURES if place.startswith("drawings:") else PAPERS
    if its.is_asked and not connections.keeps_others_waiting(db.session):
        with contextlib.suppress(Unanswered):
            return its.hand_over((place, told, how))
    return _function(place)(*told, **how)


def serve(address: str) -> None:
    """Draw what is handed over, until this process is ended."""
    beside.serve(address, made_of, _get_ready)


def _get_ready() -> None:
    """Load what draws before anybody goes before us: on a busy server it would take long after."""
    for place in LOADED_FIRST:
        _function(place)
    os.nice(NICENESS)


def made_of(drawing: Drawing) -> beside.Answer:
    """What became of a drawing of another process."""
    place, told, how = drawing
    try:
        return _function(place)(*told, **how), None
    except Exception as error:
        error.add_note(traceback.format_exc())  # the log of who asked says where it happened
        return None, error


def _function(place: str) -> Any:
    return pkgutil.resolve_name(f"reports.{place}")
