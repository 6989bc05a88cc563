"""Windows: found by the code people write, opened, moved, listed."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import sqlalchemy as sa
from blinker import signal

from assessments import calendar
from assessments.clock import today
from assessments.database import db
from assessments.database.questions import Question
from assessments.models import AssessmentWindow, Season
from assessments.refusals import Refused
from assessments.roster.importing import is_near

window_changed = signal("window-changed")
"""Sent with the window, in the same transaction, when it is new or its dates were moved: who is counted in
it may be others than before."""

ORDER = {Season.AUTUMN: 1, Season.WINTER: 2, Season.SPRING: 3}


def parse(code: str) -> tuple[str, Season]:
    """``2026/27-autumn`` (or ``2026-27-autumn``) as academic year and season."""
    year, _, season = code.rpartition("-")
    year = year.replace("-", "/")
    if not calendar.is_academic_year(year) or season not in list(Season):
        raise Refused(f"Perioden {code} är inte skriven som 2026/27-autumn (autumn, winter eller spring).")
    return year, Season(season)


# Asked by nearly every page: built once.
FIND = sa.select(AssessmentWindow).filter_by(
    academic_year=sa.bindparam("academic_year"), season=sa.bindparam("season")
)


def find(code: str) -> AssessmentWindow:
    """The declared window with this code."""
    year, season = parse(code)
    return _declared(db.session.scalar(FIND, {"academic_year": year, "season": season}), year, season)


def find_to_read(code: str) -> AssessmentWindow:
    """The same as ``to_read`` gives it."""
    year, season = parse(code)
    there = (one for one in to_read() if (one.academic_year, one.season) == (year, season))
    return _declared(next(there, None), year, season)


def _declared(window: AssessmentWindow | None, year: str, season: Season) -> AssessmentWindow:
    if window is None:
        raise Refused(
            f"Perioden {year}-{season.value} är inte öppnad. "
            f"Öppna den med: lasspar windows open {year}-{season.value}"
        )
    return window


def in_order() -> list[AssessmentWindow]:
    """Every window, oldest first."""
    return sorted(db.session.scalars(sa.select(AssessmentWindow)), key=place_in_time)


WINDOWS = cast(sa.Table, AssessmentWindow.__table__)
READ = ("id", "academic_year", "season", "opens_on", "closes_on", "makeup_days")
EVERY = Question(sa.select(*(WINDOWS.c[name] for name in READ)).order_by(WINDOWS.c.id))
_kept: tuple[Sequence[Any], list[AssessmentWindow]] = ([], [])


def to_read() -> list[AssessmentWindow]:
    """Every window, oldest first, for who only reads them: of no session, and the same as long as what the
    database says of them is. One query, as ``in_order`` of objects that need not be made at every save."""
    global _kept  # noqa: PLW0603 - one pair, replaced as a whole: threads see the one or the other
    rows, kept = EVERY.kept(), _kept
    if rows != kept[0]:
        made = [AssessmentWindow(**{name: getattr(one, name) for name in READ}) for one in in_order()]
        _kept = kept = rows, made
    return list(kept[1])


def place_in_time(window: AssessmentWindow) -> tuple[str, int]:
    """Sort key: the academic year, then autumn, winter, spring, whatever the dates say."""
    return window.academic_year, ORDER[window.season]


def current(windows: list[AssessmentWindow]) -> AssessmentWindow | None:
    """The window to work in: the open one, else the latest begun, else the first to come."""
    begun = [window for window in windows if window.opens_on <= today()]
    return begun[-1] if begun else (windows[0] if windows else None)


def open_window(code: str, opens_on: date, closes_on: date) -> tuple[AssessmentWindow, str]:
    """Open or move a window; returns it with ``"new"``, ``"moved"`` or ``"unchanged"``."""
    year, season = parse(code)
    if closes_on < opens_on:
        raise Refused(f"Perioden stänger {closes_on}, före öppningen {opens_on}.")
    if far := [day for day in (opens_on, closes_on) if not is_near(day)]:
        raise Refused(f"{far[0]} ligger för långt bort. Kontrollera datumen.")
    window = db.session.scalar(sa.select(AssessmentWindow).filter_by(academic_year=year, season=season))
    if window is None:
        window = AssessmentWindow(
            academic_year=year, season=season, opens_on=opens_on, closes_on=closes_on, makeup_days=21
        )
        db.session.add(window)
        outcome = "new"
    elif (window.opens_on, window.closes_on) == (opens_on, closes_on):
        outcome = "unchanged"
    else:
        window.opens_on, window.closes_on = opens_on, closes_on
        outcome = "moved"
    db.session.flush()
    if outcome != "unchanged":
        window_changed.send(window)
    return window, outcome
