"""What kinds of work there are: rooms above enter theirs, and whoever runs a part finds it here by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app

from assessments.jobs.models import Job
from assessments.refusals import Refused

Told = Callable[[int], None]
"""How much was done just now: what is written so far is committed, and the lease goes on from here."""


def _nothing(*_told: object) -> None:
    """Most kinds are done when their parts are, and have all they need."""


@dataclass(frozen=True)
class Kind:
    """How the parts of a kind are worked on.

    ``work`` gets the job and the id of the part's row, and tells now and then how much it has done. It must
    be safe to repeat: a part whose worker died is begun anew. ``ended`` comes once, after the last part, in
    the transaction that ends the job. ``load`` comes before each part, while nothing is locked: modules that
    take their time are imported there.
    """

    name: str
    work: Callable[[Job, int, Told], None]
    ended: Callable[[Job], None] = _nothing
    load: Callable[[], object] = _nothing


def kind_named(name: str) -> Kind:
    """The kind of a job. Raises ``Refused`` where this version has none of that name."""
    kinds = cast(dict[str, Kind], current_app.extensions["lasspar.jobs"])
    if name not in kinds:
        raise Refused(f"Den här versionen kan inte utföra {name}.")
    return kinds[name]
