"""What a page for the home rests on: kept when a person has read it, compared when it is printed."""

import hashlib
import json
from typing import Any

from reports.figures.growth import Growth
from reports.figures.guardian import AreaRow, GuardianSheet, Support


def basis_of(sheet: GuardianSheet) -> dict[str, Any]:
    """The results on the page, as plain values: year, level, areas with numbers and limits, the line; and
    what the school does, in no order."""
    return {
        "year": sheet.year,
        "level": sheet.level.value if sheet.level else None,
        "own_goals": sheet.has_own_goals,
        "areas": {row.area: _area(row) for row in sheet.rows},
        "growth": _line(sheet.growth),
        "support": sorted(_support(one) for one in sheet.support),
    }


def digest(basis: dict[str, Any]) -> str:
    """A short word that is another one when the basis is."""
    return hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()[:16]


def is_unchanged(then: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether a page that rested on ``then`` may stay as it was read. Of one that was kept before the support
    was, nothing is known of it."""
    return {"support": now["support"]} | then == now


def what_changed(then: dict[str, Any], now: dict[str, Any], words: dict[str, Any]) -> list[str]:
    """What the results or the support say something else about, in the words of the page; nothing when all is
    as it was."""
    if is_unchanged(then, now):
        return []
    before, after = then.get("areas", {}), now["areas"]
    changed = [
        str(words["areas"][area]["name"]) for area in words["areas"] if before.get(area) != after.get(area)
    ]
    if then.get("support", now["support"]) != now["support"]:
        changed.append("vad skolan gör")
    if changed:
        return changed
    return ["nivån för perioden" if then.get("level") != now["level"] else "tidigare resultat"]


def _support(one: Support) -> list[str]:
    days = [day.isoformat() if day else "" for day in (one.from_on, one.to_on)]
    return [one.what, one.function or "", *days]


def _area(row: AreaRow) -> list[str | None]:
    zones = row.zones
    limits = (zones.near_from, zones.goal_from) if zones else (None, None)
    values = (row.points, row.before, *limits)
    return [row.level.value if row.level else None, *(None if one is None else f"{one:f}" for one in values)]


def _line(growth: Growth | None) -> list[list[str]]:
    return [[str(place), f"{points:f}"] for place, points in growth.points] if growth else []
