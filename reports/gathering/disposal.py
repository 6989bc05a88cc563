"""A gallringsprotokoll from what was written down when it was done: as a paper, and as lines of a table."""

from collections.abc import Iterator

import sqlalchemy as sa

from assessments.access.models import TrailAnchor
from assessments.access.trail.checking import names_of
from assessments.clock import day_of
from assessments.database import db
from assessments.retention.models import Disposal
from assessments.retention.queries import COMMAND, lines_of, what_of
from assessments.spreadsheets import Rows
from assessments.words import function_of, moment
from reports.figures.disposal import CutChain, DisposalPaper, DisposedKind
from reports.figures.imprint import Imprint

HEADINGS = (
    "protokoll", "kommun", "gallrat", "av", "slag", "regel", "beslut", "beslutsdag", "till_och_med",
    "elever", "uppgift", "rader", "anställda",
)  # fmt: skip


def disposal_paper(disposal: Disposal) -> DisposalPaper:
    lines = lines_of(disposal)
    return DisposalPaper(
        imprint=Imprint(disposal.municipality.name, "Gallring", "", day_of(disposal.created_at)),
        number=disposal.id,
        done_at=moment(disposal.created_at),
        done_by=_by(disposal),
        what=what_of(lines, disposal.pupils),
        held=disposal.held,
        kinds=tuple(
            DisposedKind(
                line.name, line.rule, f"{line.decision}, {line.decided_on}", line.until, line.about,
                tuple((_words(name), count) for name, count in line.rows.items()),
            )
            for line in lines
        ),
        chains=tuple(_chains(disposal)),
    )  # fmt: skip


def _chains(disposal: Disposal) -> Iterator[CutChain]:
    asked = sa.select(TrailAnchor).filter_by(disposal_id=disposal.id).order_by(TrailAnchor.chain)
    anchors = db.session.scalars(asked).all()
    names = names_of({one.chain for one in anchors})
    yield from (CutChain(names[one.chain], one.number, one.digest) for one in anchors)


def disposal_rows(disposal: Disposal) -> Rows:
    """A line for each table of each kind."""
    first = (disposal.id, disposal.municipality.name, moment(disposal.created_at), _by(disposal))
    return [
        HEADINGS,
        *(
            (
                *first, line.name, line.rule, line.decision, line.decided_on, line.until, line.pupils, name,
                count, line.staff,
            )
            for line in lines_of(disposal)
            for name, count in line.rows.items()
        ),
    ]  # fmt: skip


def _by(disposal: Disposal) -> str:
    return function_of(disposal.duty) if disposal.duty else COMMAND


def _words(name: str) -> str:
    """``resultatens_historik`` as people say it."""
    return name.replace("_", " ")
