"""Which column is which: headers as Swedish systems write them, and a suggestion for those we do not know."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from assessments.roster.characters import shown
from assessments.roster.tables import Problem
from assessments.roster.workbook_child import key_of

CLOSE_ENOUGH = 0.8
SHORTEST_GUESSED = 2


@dataclass(frozen=True)
class Column:
    """A column by our key, by the name we print, and by what others call it."""

    key: str
    name: str
    synonyms: tuple[str, ...] = ()


ROSTER_COLUMNS = (
    Column("school_code", "skolenhetskod", ("skolkod", "enhetskod", "skolans kod")),
    Column("school", "skola", ("skolenhet", "skolans namn", "skolnamn", "enhet")),
    Column("municipality", "kommun", ("huvudman", "kommunnamn")),
    Column("school_class", "klass", ("grupp", "avdelning", "klassnamn", "klassbeteckning")),
    Column("year", "årskurs", ("åk", "årskull")),
    Column("code", "elev-id", ("elevens id", "elevnummer", "elevnr", "elevkod", "id")),
    Column("personnummer", "personnummer", ("pnr", "personnr", "person-id", "samordningsnummer")),
    Column("given_name", "förnamn", ("förnamnen",)),
    Column("preferred_name", "tilltalsnamn", ("kallas",)),
    Column("family_name", "efternamn", ("släktnamn",)),
    Column("name", "namn", ("efternamn, förnamn", "elevens namn", "elevnamn", "elev", "förnamn efternamn")),
    Column("school_form", "skolform", ()),
    Column("curriculum", "kursplan", ("sv/sva", "svenska/sva", "svenskämne")),
    Column("letter_language", "brevspråk1", ("brevspråk", "språk i brev")),
    Column("second_letter_language", "brevspråk2", ()),
    Column(
        "marking",
        "sekretessmarkering",
        ("sekretess", "skyddad identitet", "skyddade personuppgifter", "skydd"),
    ),
    # No "startdatum": that may be anything's, and was not used before.
    Column("starts_on", "börjar", ("börjar i klassen", "första dagen i klassen")),
    Column("ends_on", "slutar", ("slutar i klassen", "sista dagen i klassen")),
)


@dataclass(frozen=True)
class Layout:
    """Where each column stands, what is wrong with the header, and what is not used."""

    header: tuple[str, ...]
    places: dict[str, int]
    problems: list[Problem]
    unused: list[str]

    def called(self, key: str) -> str:
        """What the file itself calls the column."""
        return self.header[self.places[key]] if key in self.places else key


def keys_of(columns: Sequence[Column]) -> frozenset[str]:
    """Every header that is one of the columns, as it is compared."""
    return frozenset(key_of(name) for column in columns for name in (column.name, *column.synonyms))


def lay_out(header: tuple[str, ...], columns: Sequence[Column]) -> Layout:
    """Find the columns. A header close to one that is missing is a fault: it was surely meant."""
    by_key = {key_of(name): column for column in columns for name in (column.name, *column.synonyms)}
    places: dict[str, int] = {}
    problems: list[Problem] = []
    unknown: list[str] = []
    for place, text in enumerate(header):
        column = by_key.get(key_of(text))
        if column is None:
            unknown += [text] if text else []
        elif column.key not in places:
            places[column.key] = place
        elif key_of(text) == key_of(header[places[column.key]]):
            problems.append(_twice(text))
        elif key_of(text) == key_of(column.name):
            unknown.append(header[places[column.key]])  # "klass" is surer than "grupp"
            places[column.key] = place
        else:
            unknown.append(text)
    suggestions = {text: _suggested(text, by_key, places) for text in unknown}
    problems += [_misspelt(text, column) for text, column in suggestions.items() if column]
    return Layout(header, places, problems, [text for text in unknown if not suggestions[text]])


def nearest(text: str, candidates: Sequence[str], cutoff: float = CLOSE_ENOUGH) -> str | None:
    """The candidate that was probably meant, or none."""
    return next(iter(difflib.get_close_matches(text, candidates, n=1, cutoff=cutoff)), None)


def missing(layout: Layout, columns: Sequence[Column], *alternatives: Sequence[str]) -> list[Problem]:
    """A fault for each group of keys none of which the header has, nor comes close to."""
    suggested = {problem.remedy for problem in layout.problems}
    names = {column.key: column.name for column in columns}
    faults = []
    for group in alternatives:
        if any(key in layout.places for key in group):
            continue
        if any(f"”{names[key]}”" in remedy for key in group for remedy in suggested):
            continue  # a misspelt header has been told already
        called = " eller ".join(names[key] for key in group)
        faults.append(Problem(1, called, f"kolumnen {called} saknas", "Lägg till kolumnen med den rubriken"))
    return faults


def _suggested(text: str, by_key: dict[str, Column], places: dict[str, int]) -> Column | None:
    key = key_of(text)
    if len(key) <= SHORTEST_GUESSED:  # "Nr" is no misspelt "pnr": most lists number their rows
        return None
    free = [one for one, column in by_key.items() if column.key not in places]
    found = nearest(key, free)
    return by_key[found] if found else None


def _misspelt(text: str, column: Column) -> Problem:
    return Problem(1, shown(text), f"rubriken ”{shown(text)}” känns inte igen", f"Menade du ”{column.name}”?")


def _twice(text: str) -> Problem:
    return Problem(
        1, shown(text), f"rubriken ”{shown(text)}” står två gånger", "Ta bort eller byt namn på den ena"
    )
