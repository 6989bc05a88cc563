"""Drafts of benchmark sets: made, changed limit by limit, published or laid aside. A draft is always whole.

Whatever is saved could be published: a change that would leave a fault behind is refused with its words.
Verbs flush; views and commands commit.
"""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from assessments.clock import now
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.instruments.files import parse_toml
from assessments.models import Season
from assessments.refusals import Refused
from assessments.said_already import said_already
from assessments.words import decimal
from screening.benchmarks.checks import LIMITS, SET_KEYS, Content, Key, faults, sections
from screening.benchmarks.files import Imported, publish, reasons_against
from screening.benchmarks.models import BenchmarkDraft, DraftChange
from screening.benchmarks.writing import as_toml, content_of
from screening.models import BenchmarkSet

FACTS = (*SET_KEYS, "note")
CHANGED_SINCE = "Någon har ändrat utkastet sedan du öppnade sidan. Läs det och gör om din ändring."
ENDED = "Utkastet är redan utgivet eller lagt undan."


@dataclass(frozen=True)
class Author:
    """Who writes, and why. ``seen`` is the version of the draft that the person looked at."""

    account_id: int | None
    seen: int
    reason: str | None = None


def draft_from_set(benchmark_set: BenchmarkSet, account_id: int | None) -> BenchmarkDraft:
    """A draft that says what the published set says, as the next version of it."""
    content = content_of(benchmark_set)
    content["set"]["version"] = next_version(benchmark_set.code, benchmark_set.version)
    return _begin(content, account_id, benchmark_set.id)


def draft_from_file(name: str, text: str, account_id: int | None) -> BenchmarkDraft:
    """A draft that says what the file says. Raises ``Refused`` with every fault and where it stands."""
    content = parse_toml(name, text)
    if reasons := reasons_against(content, name, text):
        raise Refused(reasons)
    return _begin(content, account_id, None)


def next_version(code: str, version: str) -> str:
    """The first free version after this one: 2 after 1, 2026-2 after 2026-1, and 2026b-2 after 2026b."""
    taken = set(db.session.scalars(sa.select(BenchmarkSet.version).filter_by(code=code)))
    start, dash, number = version.rpartition("-")
    if not number.isdecimal():
        start, dash, number = version, "-", "2"
    while (proposed := f"{start}{dash}{number}") in taken or proposed == version:
        number = str(int(number) + 1)
    return proposed


def _begin(content: Content, account_id: int | None, based_on_id: int | None) -> BenchmarkDraft:
    told = {"based_on_id": based_on_id, "content": as_toml(content)}
    untouched = {"version": 1, "published_set_id": None, "laid_aside_at": None}
    if before := said_already(BenchmarkDraft, account_id, **told, **untouched):
        return before[0]
    draft = BenchmarkDraft(account_id=account_id, changed_at=now(), **told)
    db.session.add(draft)
    db.session.flush()
    return draft


def content(draft: BenchmarkDraft) -> Content:
    """What the draft says, numbers as decimals."""
    return tomllib.loads(draft.content, parse_float=Decimal)


def limit_at(said: Content, place: Key) -> Content | None:
    """The ``[[cut]]`` of a measure, year and season."""
    found = (one for one in sections(said, "cut") if (one["measure"], one["year"], one["season"]) == place)
    return next(found, None)


def change_limit(draft: BenchmarkDraft, place: Key, limits: Content | None, by: Author) -> bool:
    """Put the limits there (keys of a ``[[cut]]``), or take them away with None. False when they stood so.

    Raises ``Refused`` where the set would not hold with them.
    """
    said = opened(draft, by)
    before = limit_at(said, place)
    measure, year, season = place
    after = None if limits is None else {"measure": measure, "year": year, "season": season, **limits}
    if before == after:
        return False
    cuts = sections(said, "cut")
    at = cuts.index(before) if before is not None else len(cuts)
    cuts[at : at + 1] = [after] if after is not None else []
    said["cut"] = cuts
    _refuse_outside_scale(place, after)
    save(draft, said)
    change = DraftChange(measure=measure, year=year, season=Season(season))
    note(change, draft, (before, after), by)
    return True


def change_facts(draft: BenchmarkDraft, facts: Content, by: Author) -> bool:
    """Name, version, owner, population, note and proposed date. False when they stood so."""
    said = opened(draft, by)
    before = {key: said["set"].get(key, "") for key in FACTS}
    after = {**before, **facts}
    if before == after:
        return False
    said["set"] = after
    save(draft, said)
    note(DraftChange(), draft, (before, after), by)
    return True


def publish_draft(draft: BenchmarkDraft, by: Author) -> BenchmarkSet:
    """Publish it for good: a version never changes. Nothing is judged by it until it is adopted."""
    done: Imported = publish(opened(draft, by))
    if not done.is_new:
        raise Refused("En version med samma innehåll är redan utgiven.")
    draft.published_set_id = done.benchmark_set.id
    db.session.flush()
    return done.benchmark_set


def lay_aside(draft: BenchmarkDraft, by: Author) -> None:
    """Nobody goes on with it; it stays in the history."""
    opened(draft, by)
    draft.laid_aside_at = now()
    db.session.flush()


def opened(draft: BenchmarkDraft, by: Author) -> Content:
    """The content to change, of a draft nobody else has changed meanwhile."""
    db.session.refresh(draft, with_for_update=True)
    if draft.published_set_id is not None or draft.laid_aside_at is not None:
        raise Refused(ENDED)
    if draft.version != by.seen:
        raise Refused(CHANGED_SINCE)
    return content(draft)


def save(draft: BenchmarkDraft, said: Content) -> None:
    """As the draft's next version. Raises ``Refused`` with every fault of it."""
    if wrong := faults(said, measures()):
        raise Refused([fault.words for fault in wrong])
    draft.content, draft.version, draft.changed_at = as_toml(said), draft.version + 1, now()


def _refuse_outside_scale(place: Key, limits: Content | None) -> None:
    """A limit that no score can reach, or that all do, is a slip of the pen."""
    measure = measures().get(place[0])
    numbers = [limits[key] for key in LIMITS if key in limits] if limits else []
    if measure and any(not measure.minimum <= number <= measure.maximum for number in numbers):
        scale = f"{decimal(measure.minimum)} till {decimal(measure.maximum)}"
        raise Refused(f"{measure.name} går från {scale}. En gräns ligger utanför.")


def note(
    change: DraftChange, draft: BenchmarkDraft, what: tuple[Content | None, Content | None], by: Author
) -> None:
    """Into the history: what stood there and what stands there now."""
    change.draft_id, change.account_id, change.reason = draft.id, by.account_id, by.reason
    change.before, change.after = (_as_text(one) for one in what)
    db.session.add(change)
    db.session.flush()


def _as_text(said: Content | None) -> dict[str, Any] | None:
    """Numbers and dates as text: the history is read by people."""
    return None if said is None else {key: _text(value) for key, value in said.items()}


def _text(value: Any) -> str:
    """Groups as ``a eller b; c``, lists as ``a, b``, numbers per measure as ``a 2, b 0.5``."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    if not isinstance(value, list):
        return str(value)
    between = "; " if any(isinstance(one, list) for one in value) else ", "
    return between.join(" eller ".join(one) if isinstance(one, list) else one for one in value)
