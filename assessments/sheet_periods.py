"""A workbook with a sheet for each period: a file is of one period, and nobody knows which was meant."""

import re

from assessments.roster.characters import shown
from assessments.roster.tables import SheetRow, Table, UnreadableFile

PERIOD = re.compile(
    r"(?<![a-zåäö])(?P<season>ht|höst(?:en)?|vt|vår(?:en)?|vinter(?:n)?)(?:termin(?:en)?)?(?![a-zåäö])"
    r"\W*(?:20)?(?P<year>[0-9]{2})?",
    re.IGNORECASE,
)
SEASONS = {"ht": "hö", "vt": "vå"}  # else the first two letters


def refuse_several_periods(table: Table) -> None:
    """Raises ``UnreadableFile`` where the names of the sheets say more than one season, or more than one
    year: whoever chose the period meant one of them, and nobody knows which."""
    sheets = dict.fromkeys(row.number.sheet for row in table.rows if isinstance(row.number, SheetRow))
    periods: dict[tuple[str, str | None], str] = {}
    for name in sheets:
        if found := PERIOD.search(name):
            season = found["season"].casefold()
            periods.setdefault((SEASONS.get(season, season[:2]), found["year"]), name)
    if len(periods) > 1:
        listed = ", ".join(f"”{shown(name)}”" for name in periods.values())
        raise UnreadableFile(
            f"arbetsboken har flera perioder, på bladen {listed}, men en fil läses in i en period",
            "Spara varje periods blad som en egen fil, och läs in den i sin period",
        )
