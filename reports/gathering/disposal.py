"""A gallringsprotokoll from what was written down when it was done: as a paper, and as lines of a table."""

from assessments.clock import day_of
from assessments.retention.models import Disposal
from assessments.retention.queries import COMMAND, lines_of
from assessments.spreadsheets import Rows
from assessments.words import function_of, moment
from reports.figures.disposal import DisposalPaper, DisposedKind
from reports.figures.imprint import Imprint

HEADINGS = (
    "protokoll", "kommun", "gallrat", "av", "slag", "regel", "beslut", "beslutsdag", "till_och_med",
    "elever", "uppgift", "rader",
)  # fmt: skip


def disposal_paper(disposal: Disposal) -> DisposalPaper:
    lines = lines_of(disposal)
    return DisposalPaper(
        imprint=Imprint(disposal.municipality.name, "Gallring", "", day_of(disposal.created_at)),
        number=disposal.id,
        done_at=moment(disposal.created_at),
        done_by=_by(disposal),
        pupils=disposal.pupils,
        rows=sum(line.total for line in lines),
        held=disposal.held,
        kinds=tuple(
            DisposedKind(
                line.name, line.rule, f"{line.decision}, {line.decided_on}", line.until, line.pupils,
                tuple((_words(name), count) for name, count in line.rows.items()),
            )
            for line in lines
        ),
    )  # fmt: skip


def disposal_rows(disposal: Disposal) -> Rows:
    """A line for each table of each kind."""
    first = (disposal.id, disposal.municipality.name, moment(disposal.created_at), _by(disposal))
    return [
        HEADINGS,
        *(
            (
                *first, line.name, line.rule, line.decision, line.decided_on, line.until, line.pupils, name,
                count,
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
