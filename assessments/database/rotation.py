"""Copies in a folder, one for every run, and which of them may go: seven days, four weeks, six months."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from assessments.clock import SWEDEN, now
from assessments.database.contents import Contents

NAME = "lasspar-%Y-%m-%dT%H%M%S.sqlite"
POSTGRESQL_NAME = "lasspar-%Y-%m-%dT%H%M%S.zip"
SPANS: list[tuple[int, Callable[[datetime], object]]] = [
    (7, lambda moment: moment.date()),
    (4, lambda moment: moment.isocalendar()[:2]),
    (6, lambda moment: (moment.year, moment.month)),
]


def rotate(
    folder: Path, make: Callable[[Path], Contents], name: str = NAME
) -> tuple[Path, Contents, list[Path], list[Path]]:
    """Make a copy in the folder; only when it stands, take away those that have had their time.

    ``name`` is how copies of this kind are called; other files are left alone. Returns the copy, what it
    holds, those that went and those that are of a later day: the clock has been wrong, now or then. They stay
    and do not count, or a clock set back would take away the copy just made. Raises Refused as ``make``.
    """
    file = folder / now().astimezone(SWEDEN).strftime(name)
    contents = make(file)
    copies = {moment: copy for copy in folder.iterdir() if (moment := _moment(copy.name, name))}
    this = _moment(file.name, name)
    later = {moment for moment in copies if this and moment > this}
    counted = copies.keys() - later
    gone = [copies[moment] for moment in sorted(counted - to_keep(counted))]
    for copy in gone:
        copy.unlink()
    return file, contents, gone, [copies[moment] for moment in sorted(later)]


def to_keep(moments: Iterable[datetime]) -> set[datetime]:
    """The latest copy of each of the last 7 days, 4 weeks and 6 months in which one was made."""
    in_order = sorted(moments)
    kept: set[datetime] = set()
    for count, span in SPANS:
        latest = {span(moment): moment for moment in in_order}  # the last of a span goes over the earlier
        kept |= set(list(latest.values())[-count:])
    return kept


def _moment(called: str, name: str) -> datetime | None:
    try:
        return datetime.strptime(called, name)  # noqa: DTZ007 - the name says the local time, and so compares
    except ValueError:
        return None
