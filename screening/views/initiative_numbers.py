"""Numbers of a goal that schools enter by hand, one academic year at a time."""

import re
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.calendar import academic_year_on, first_day, is_academic_year
from assessments.clock import today
from assessments.database import db
from assessments.refusals import Refused
from screening.coordination import goals
from screening.coordination.models import GoalKind, HalvingGoal
from screening.views.initiative_goals import ADDRESS, goal_or_404, goal_to_decide_or_403
from screening.views.initiative_home import coordinator
from screening.views.room import bp

if TYPE_CHECKING:
    from screening.initiative_counts import Place

P = Permission
REFUSED = 422
WHOLE = re.compile(r"[0-9]{1,6}")
YEARS_BEFORE = 2  # before the baseline: cohorts that a small baseline is told together with


@bp.get(f"{ADDRESS}/numbers")
@needs(P.SEE_AGGREGATES)
def goal_numbers(goal_id: int) -> str:
    goal = _by_hand_or_404(goal_id)
    academic_year, standing = _year(goal), goals.numbers(goal)
    written = {
        place.school_id: (str(row.count), str(row.among))
        for place in _mine(goal)
        if (row := standing.get((place.school_id, academic_year)))
    }
    return _page(goal, academic_year, written)


@bp.post(f"{ADDRESS}/numbers")
@needs(P.SEE_AGGREGATES)
def enter_goal_numbers(goal_id: int) -> Any:
    goal = _by_hand_or_404(goal_id)
    academic_year, mine = _year(goal), _mine(goal)
    written = {
        place.school_id: tuple(
            request.form.get(f"{field}-{place.school_id}", "").strip() for field in ("count", "among")
        )
        for place in mine
    }
    try:
        told = _pairs(mine, written)
        changed = goals.enter_numbers(goal, academic_year, told, mine, coordinator())
    except Refused as refused:
        db.session.rollback()
        return _page(goal_or_404(goal_id), academic_year, written, refused.reasons), REFUSED
    audit.note("halving_goal:numbers", goal, academic_year=academic_year, schools=changed)
    db.session.commit()
    flash("Talen är sparade. Räkna målet igen för att få med dem.")
    return redirect(url_for("screening.halving_goal", goal_id=goal.id), code=303)


def _by_hand_or_404(goal_id: int) -> HalvingGoal:
    goal = goal_to_decide_or_403(goal_id)
    return goal if goal.kind is GoalKind.INDICATOR else abort(404)


def _mine(goal: HalvingGoal) -> "list[Place]":
    """The goal's schools in the municipalities that the person coordinates."""
    from screening.initiative_counts import places  # with NumPy: not at the server's start

    own = goals.my_municipalities()
    return [place for place in goals.of_goal(goal, places()) if place.municipality_id in own]


def _year(goal: HalvingGoal) -> str:
    """The academic year of the address, else the baseline's."""
    told = request.args.get("year", goal.baseline_year).replace("-", "/")
    return told if is_academic_year(told) and told in years_of(goal) else abort(404)


def years_of(goal: HalvingGoal) -> list[str]:
    """The academic years that numbers can be entered for: some before the baseline, up to this one."""
    first = int(goal.baseline_year[:4]) - YEARS_BEFORE
    last = min(int(goal.target_year[:4]), max(int(goal.baseline_year[:4]), today().year))
    begin = first_day(goal.baseline_year)
    return [academic_year_on(begin.replace(year=year)) for year in range(first, last + 1)]


def _pairs(mine: "list[Place]", written: dict[int, tuple[str, ...]]) -> dict[int, tuple[int, int] | None]:
    """What was written for each school. Raises Refused with every school that cannot have reached it."""
    told: dict[int, tuple[int, int] | None] = {}
    reasons = []
    for place in mine:
        count, among = written[place.school_id]
        if WHOLE.fullmatch(count) and WHOLE.fullmatch(among):
            told[place.school_id] = pair = int(count), int(among)
            reasons += [line] if (line := goals.wrong_numbers(place, pair)) else []
        elif count or among:
            reasons.append(f"{place.school}: skriv båda talen som hela tal, eller inget av dem.")
        else:
            told[place.school_id] = None
    if reasons:
        raise Refused(reasons)
    return told


def _page(goal: HalvingGoal, academic_year: str, written: Any, reasons: list[str] | None = None) -> str:
    return render_template(
        "screening/goal_numbers.html",
        goal=goal,
        academic_year=academic_year,
        years=years_of(goal),
        places=_mine(goal),
        written=written,
        reasons=reasons or [],
    )
