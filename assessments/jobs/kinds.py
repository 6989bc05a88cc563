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


def _everywhere(_job: Job) -> bool:
    return True


@dataclass(frozen=True)
class Kind:
    """How the parts of a kind are worked on.

    ``work`` gets the job as it stood, and the id of the part's row. It tells now and then how much it has
    done, and returns how much since: what it has written by then is committed together with the end of the
    part. It must be safe to repeat: a part whose worker died is begun anew. ``ended`` comes after the last
    part, in the transaction that ends the job, and may open it again with one part more. ``load`` comes
    before each part, while nothing is locked: modules that take their time are imported there.
    ``is_within_reach`` says whether this machine can work on the job, ``tidy`` comes when there is nothing
    left to do, and commits.
    """

    name: str
    work: Callable[[Job, int, Told], int]
    ended: Callable[[Job], None] = _nothing
    load: Callable[[], object] = _nothing
    is_within_reach: Callable[[Job], bool] = _everywhere
    tidy: Callable[[], object] = _nothing


def kinds() -> dict[str, Kind]:
    """Every kind by its name."""
    return cast(dict[str, Kind], current_app.extensions["lasspar.jobs"])


def kind_named(name: str) -> Kind:
    """The kind of a job. Raises ``Refused`` where this version has none of that name."""
    if name not in kinds():
        raise Refused(f"Den här versionen kan inte utföra {name}.")
    return kinds()[name]
