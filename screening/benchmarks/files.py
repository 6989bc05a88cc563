"""Benchmark files (TOML): read, checked as a whole, published. A published version never changes."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.instruments.files import read_toml
from assessments.instruments.places import Places
from assessments.models import Season
from assessments.refusals import Refused
from screening.benchmarks.checks import LIMITS, SET_KEYS, Content, faults, sections
from screening.levels import LimitStatus
from screening.models import BenchmarkSet, BenchmarkWindow, Composite, Cut

NUMBERS = (*LIMITS, "typical")


@dataclass(frozen=True)
class Imported:
    """The set of a file; ``is_new`` is false when the very same version was there already, and
    ``is_reworded`` true when the file tells of where its limits come from in other words."""

    benchmark_set: BenchmarkSet
    is_new: bool
    is_reworded: bool = False


def import_set(path: Path) -> Imported:
    """Publish the set of the file. Flushes. Raises ``Refused`` with every fault and where it stands."""
    content = read_toml(path)
    if reasons := reasons_against(content, str(path), path.read_text("utf-8-sig")):
        raise Refused(reasons)
    try:
        return publish(content, may_be_reworded=True)
    except Refused as refused:
        raise Refused([f"{path}:1:1: {reason}" for reason in refused.reasons]) from refused


def reasons_against(content: Content, name: str, text: str) -> list[str]:
    """Every fault of a file as ``name:row:column: why``; ``text`` is what it was read from."""
    places = Places(text)
    return [
        f"{name}:{places.row(fault.section, fault.number, fault.key)}:1: {fault.words}"
        for fault in faults(content, measures())
    ]


def publish(content: Content, digest: str = "", *, may_be_reworded: bool = False) -> Imported:
    """Publish what has no faults. Flushes. Raises ``Refused`` where the version already says other things.

    ``digest``: what it was published with elsewhere, of a file that said the same in other words.
    ``may_be_reworded``: the same limits with sources in other words are the published version, which stays
    as it is: the set that is built in has its sources in Swedish, its first file had them in English.
    """
    code, version, digest = content["set"]["code"], content["set"]["version"], digest or _digest(content)
    published = db.session.scalar(sa.select(BenchmarkSet).filter_by(code=code, version=version))
    if published is None:
        return Imported(_publish(content, digest), True)
    if published.digest == digest or _says_the_same(published, content):
        return Imported(published, False)
    if may_be_reworded and _says_the_same(published, content, words={"source"}):
        return Imported(published, False, is_reworded=True)
    raise Refused(f"{code} version {version} är redan utgiven med annat innehåll. Ge filen en ny version.")


def _digest(content: Content) -> str:
    """Of what the file says, whatever its comments, order of keys and spelling of numbers (1.50 is 1.5)."""
    return hashlib.sha256(_plain(content).encode()).hexdigest()


def _plain(content: Content) -> str:
    def plain(value: Any) -> str:
        return f"{Decimal(value).normalize():f}" if isinstance(value, Decimal) else str(value)

    whole = json.loads(json.dumps(content, default=plain), parse_int=str)
    return json.dumps(whole, sort_keys=True)


def _says_the_same(published: BenchmarkSet, content: Content, words: Collection[str] = frozenset()) -> bool:
    """Whether a file in other words, as an export writes out what was left unsaid, makes the same rows, but
    for the columns ``words``."""
    told = {key: content["set"].get(key, "") for key in (*SET_KEYS, "note")}
    if told != {key: getattr(published, key) for key in told}:
        return False
    for table, entries in rows_of(content).items():
        rows = db.session.scalars(sa.select(table).filter_by(benchmark_set_id=published.id))
        keys = [key for key in entries[0] if key not in words] if entries else ()
        stored = sorted(_plain({key: getattr(row, key) for key in keys}) for row in rows)
        if stored != sorted(_plain({key: entry[key] for key in keys}) for entry in entries):
            return False
    return True


def _publish(content: Content, digest: str) -> BenchmarkSet:
    named = {key: content["set"][key] for key in SET_KEYS}
    benchmark_set = BenchmarkSet(**named, note=content["set"].get("note", ""), digest=digest)
    db.session.add(benchmark_set)
    db.session.flush()
    for table, entries in rows_of(content).items():
        if entries:
            db.session.execute(
                sa.insert(table), [{**entry, "benchmark_set_id": benchmark_set.id} for entry in entries]
            )
    return benchmark_set


def rows_of(content: Content) -> dict[type[Cut | BenchmarkWindow | Composite], list[Content]]:
    """The columns of every row that the sections become, by table; the set's own row is not among them."""
    return {
        Cut: [_cut(entry) for entry in sections(content, "cut")],
        BenchmarkWindow: [_window(entry, content) for entry in sections(content, "window")],
        Composite: [_composite(entry) for entry in sections(content, "composite")],
    }


def _cut(entry: Content) -> Content:
    status = entry.get("status", LimitStatus.PROPOSAL)  # a limit that says nothing rests on nothing
    return {
        **_where(entry),
        "measure": entry["measure"],
        **{key: Decimal(entry[key]) if key in entry else None for key in NUMBERS},
        "status": status,
        "near_status": entry.get("near_status", status),
        "source": entry.get("source", ""),
    }


def _window(entry: Content, content: Content) -> Content:
    return {
        **_where(entry),
        "composite": entry.get("composite"),
        **{key: entry.get(key, []) for key in ("decides", "also")},
        "expected": entry.get("expected") or _parts(entry, content),
    }


def _parts(entry: Content, content: Content) -> list[str]:
    """What a window that is decided by a composite, and names nothing else, expects."""
    place = entry.get("composite"), entry["year"], entry["season"]
    composites = sections(content, "composite")
    found = [one["weights"] for one in composites if (one["code"], one["year"], one["season"]) == place]
    return list(found[0]) if found else []


def _composite(entry: Content) -> Content:
    return {
        **_where(entry),
        "code": entry["code"],
        **{
            key: {part: str(number) for part, number in entry.get(key, {}).items()}
            for key in ("weights", "divide")
        },
        **{key: str(entry[key]) for key in ("mean", "sd", "scale", "constant")},
    }


def _where(entry: Content) -> Content:
    return {"year": entry["year"], "season": Season(entry["season"])}
