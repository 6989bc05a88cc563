"""Drafts changed in what decides a level, and in weighted sums: always whole, with who and why.

Verbs flush; views and commands commit.
"""

from assessments.refusals import Refused
from screening.benchmarks.checks import Content, Key, sections
from screening.benchmarks.drafting import Author, content, note, opened, save
from screening.benchmarks.models import BenchmarkDraft, DraftChange

Place = tuple[int, str]  # year, season


def plan_at(said: Content, place: Place) -> Content | None:
    """The ``[[window]]`` of a year and season."""
    found = (one for one in sections(said, "window") if (one["year"], one["season"]) == place)
    return next(found, None)


def composite_at(said: Content, place: Key) -> Content | None:
    """The ``[[composite]]`` of a code, year and season."""
    return next((one for one in sections(said, "composite") if _place(one) == place), None)


def change_plan(draft: BenchmarkDraft, place: Place, plan: Content | None, by: Author) -> bool:
    """Say what decides there (keys of a ``[[window]]``), or take the year out of the period with None.

    False when it stood so. Raises ``Refused`` where the set would not hold with it.
    """
    said, (year, season) = opened(draft, by), place
    after = None if plan is None else {"year": year, "season": season, **plan}
    return _put(draft, said, "window", (plan_at(said, place), after), by)


def change_composite(draft: BenchmarkDraft, place: Key, composite: Content | None, by: Author) -> bool:
    """Put the weighted sum there (keys of a ``[[composite]]``), or take it and its limits away with None."""
    said, (code, year, season) = opened(draft, by), place
    after = None if composite is None else {"code": code, "year": year, "season": season, **composite}
    if after is None:
        said["cut"] = [one for one in sections(said, "cut") if _place(one, "measure") != place]
    return _put(draft, said, "composite", (composite_at(said, place), after), by)


def add_composite(draft: BenchmarkDraft, place: Key, composite: Content, limits: Content, by: Author) -> None:
    """A weighted sum that was not there, with its limits: without them it would say nothing."""
    if composite_at(content(draft), place) is not None:
        raise Refused("Där finns redan ett sammanvägt resultat med den koden. Ändra det i tabellen.")
    said, (code, year, season) = opened(draft, by), place
    where = {"year": year, "season": season}
    said["cut"] = [*sections(said, "cut"), {"measure": code, **where, **limits}]
    _put(draft, said, "composite", (None, {"code": code, **where, **composite}), by)


def _put(
    draft: BenchmarkDraft,
    said: Content,
    section: str,
    what: tuple[Content | None, Content | None],
    by: Author,
) -> bool:
    before, after = what
    if before == after:
        return False
    entries = sections(said, section)
    at = entries.index(before) if before is not None else len(entries)
    entries[at : at + 1] = [after] if after is not None else []
    said[section] = entries
    save(draft, said)
    note(DraftChange(), draft, what, by)
    return True


def _place(entry: Content, name: str = "code") -> Key:
    return entry[name], entry["year"], entry["season"]
