"""What holds on a day of what the whole initiative chooses: one query in a request, whatever is asked."""

from datetime import date

import sqlalchemy as sa
from flask import g, has_app_context

from assessments.access.governed import GovernedSetting
from assessments.database import db
from assessments.governing.catalogue import settings

EVERY = sa.select(GovernedSetting.code, GovernedSetting.valid_from, GovernedSetting.value).order_by(
    GovernedSetting.valid_from, GovernedSetting.id
)


def chosen(code: str, day: date) -> str:
    """The value that holds on the day. The default where nobody has chosen, and where there is no app."""
    if not has_app_context():
        return settings()[code].default
    if "governed" not in g:
        held: dict[str, list[tuple[date, str]]] = {}
        for row in db.session.execute(EVERY.where(GovernedSetting.code.in_(settings()))):
            held.setdefault(row.code, []).append((row.valid_from, row.value))
        g.governed = held
    begun = [value for valid_from, value in g.governed.get(code, ()) if valid_from <= day]
    return begun[-1] if begun else settings()[code].default


def number(code: str, day: date) -> int:
    """The same of what is a number."""
    return int(chosen(code, day))


def several(code: str, day: date) -> frozenset[str]:
    """The same of what is codes with commas between."""
    return frozenset(filter(None, chosen(code, day).split(",")))


def forget() -> None:
    """What has been fetched is no longer so."""
    for kept in ("governed", "taking_part", "schools_outside"):
        g.pop(kept, None)
