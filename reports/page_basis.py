"""What a page for the home rests on: kept when a person has read it, compared when it is printed."""

import hashlib
import json
from typing import Any

from reports.figures.growth import Growth
from reports.figures.guardian import AreaRow, GuardianSheet


def basis_of(sheet: GuardianSheet) -> dict[str, Any]:
    """The results on the page, as plain values: year, level, areas with numbers and limits, the line."""
    return {
        "year": sheet.year,
        "level": sheet.level.value if sheet.level else None,
        "own_goals": sheet.has_own_goals,
        "areas": {row.area: _area(row) for row in sheet.rows},
        "growth": _line(sheet.growth),
    }


def digest(basis: dict[str, Any]) -> str:
    """A short word that is another one when the basis is."""
    return hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()[:16]


def what_changed(then: dict[str, Any], now: dict[str, Any], words: dict[str, Any]) -> list[str]:
    """What the results say something else about, in the words of the page; nothing when all is as it was."""
    if then == now:
        return []
    before, after = then.get("areas", {}), now["areas"]
    changed = [
        str(words["areas"][area]["name"]) for area in words["areas"] if before.get(area) != after.get(area)
    ]
    if changed:
        return changed
    return ["nivån för perioden" if then.get("level") != now["level"] else "tidigare resultat"]


def _area(row: AreaRow) -> list[str | None]:
    zones = row.zones
    limits = (zones.near_from, zones.goal_from) if zones else (None, None)
    values = (row.points, row.before, *limits)
    return [row.level.value if row.level else None, *(None if one is None else f"{one:f}" for one in values)]


def _line(growth: Growth | None) -> list[list[str]]:
    return [[str(place), f"{points:f}"] for place, points in growth.points] if growth else []
