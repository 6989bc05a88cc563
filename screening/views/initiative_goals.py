"""Goals to halve: set, counted and followed by the coordinator. Pages read what was last released."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from assessments import calendar
from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.calendar import academic_year_on, year_label
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.refusals import Refused
from screening.coordination import goals
from screening.coordination.forms import ALL, GoalForm
from screening.coordination.models import HalvingGoal
from screening.rejudging import why_half_counted
from screening.views.initiative_home import coordinator
from screening.views.room import bp

P = Permission
REFUSED = 422
ADDRESS = "/initiative/goals/<int(max=9223372036854775807):goal_id>"
YEARS_BACK, YEARS_AHEAD = 5, 10
AFTER_LEAVING = "Kommunen är inte med i satsningen. Målet gäller de andra, och de bestämmer om det."


@bp.get("/initiative/goals")
@needs(P.SEE_AGGREGATES)
def halving_goals() -> str:
    from screening.coordination.goal_pages import goals_told  # NumPy only where somebody looks at shares

    return render_template(
        "screening/halving_goals.html", goals=goals_told(goals.my_homes()), waits=why_half_counted()
    )


@bp.get("/initiative/goals/new")
@needs(P.SEE_AGGREGATES)
def new_halving_goal() -> str:
    form = _form()
    form.baseline_year.data = academic_year_on(today())
    form.target_year.data = _year(4)
    return _new_page(form)


@bp.post("/initiative/goals/new")
@needs(P.SEE_AGGREGATES)
def set_halving_goal() -> Any:
    form = _form()
    if not form.validate():
        return _new_page(form), REFUSED
    try:
        goal = goals.set_goal(form.wish(), coordinator())
    except Refused as refused:
        db.session.rollback()
        return _new_page(form, refused.reasons), REFUSED
    audit.note("halving_goal:set", goal, kind=goal.kind.value)
    db.session.commit()
    flash("Målet är sparat. Räkna det för att se var ni står.")
    return redirect(url_for("screening.halving_goal", goal_id=goal.id), code=303)


@bp.get(ADDRESS)
@needs(P.SEE_AGGREGATES)
def halving_goal(goal_id: int) -> str:
    from screening.coordination.goal_pages import goal_told  # NumPy only where somebody looks at shares

    goal = goal_or_404(goal_id)
    return render_template(
        "screening/halving_goal.html",
        goal=goal_told(goal, goals.my_homes()),
        decides=goals.decides(goal.municipality_id),
        waits=why_half_counted(),
    )


@bp.post(ADDRESS)
@needs(P.SEE_AGGREGATES)
def count_halving_goal(goal_id: int) -> Any:
    from screening.coordination import goal_release  # NumPy and SciPy only where somebody counts

    goal = goal_to_decide_or_403(goal_id)
    told = goal_release.release(goal, coordinator())
    audit.note("halving_goal:counted", goal, release=told.id)
    db.session.commit()
    flash("Målet är räknat.")
    return redirect(url_for("screening.halving_goal", goal_id=goal.id), code=303)


@bp.post(f"{ADDRESS}/end")
@needs(P.SEE_AGGREGATES)
def end_halving_goal(goal_id: int) -> Any:
    goal = goal_to_decide_or_403(goal_id)
    goals.end_goal(goal)
    audit.note("halving_goal:ended", goal)
    db.session.commit()
    flash("Målet följs inte längre. Det som har räknats finns kvar.")
    return redirect(url_for("screening.halving_goals"), code=303)


def goal_or_404(goal_id: int) -> HalvingGoal:
    """The goal of the address, among those that the person may see."""
    found = db.session.scalar(goals.goals_open_to_me().where(HalvingGoal.id == goal_id))
    return found or abort(404)


def goal_to_decide_or_403(goal_id: int) -> HalvingGoal:
    """The same; 403 for a goal of everybody where the person's municipalities have left."""
    goal = goal_or_404(goal_id)
    return goal if goals.decides(goal.municipality_id) else abort(403, AFTER_LEAVING)


def _new_page(form: GoalForm, reasons: list[str] | None = None) -> str:
    return render_template("screening/halving_goal_new.html", form=form, reasons=reasons or [])


def _form() -> GoalForm:
    """The form with what there is to choose from."""
    form, this_year = (
        GoalForm(formdata=request.form if request.method == "POST" else None),
        academic_year_on(today()),
    )
    form.measure.choices = {"": "Inget mått"} | {code: one.name for code, one in measures().items()}
    form.year.choices = {ALL: "Alla i perioden"} | {
        str(year): year_label(year, this_year) for year in range(10)
    }
    mine = {str(number): name for number, name in goals.my_municipalities().items()}
    form.municipality.choices = ({ALL: "Hela satsningen"} if goals.decides(None) else {}) | mine
    form.baseline_year.choices = {year: year for year in map(_year, range(-YEARS_BACK, 2))}
    form.target_year.choices = {year: year for year in map(_year, range(1 - YEARS_BACK, YEARS_AHEAD + 1))}
    return form


def _year(ahead: int) -> str:
    """The academic year so many years from this one."""
    first = calendar.first_day(academic_year_on(today()))
    return academic_year_on(first.replace(year=first.year + ahead))
