"""Starting a support period: for one pupil, or for several of a reading group at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import abort, flash, g, redirect, render_template, request, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, needs
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.importing import is_near
from assessments.roster.models import Pupil
from screening.models import StartFrom
from screening.support import planning
from screening.support.forms import StartForm, typed_points
from screening.support.functions import Function, held_by
from screening.support.models import SupportGroup
from screening.support.queries.starting import (
    Place,
    functions_at,
    groupmates,
    measures_to_follow,
    place_of,
)
from screening.support.ways import GoalWay, SupportKind
from screening.views.room import support

if TYPE_CHECKING:
    from screening.support.queries.proposals import Proposal

P = Permission
ADDRESS = "/pupils/<int(max=9223372036854775807):pupil_id>/support/new"


@dataclass(frozen=True)
class Candidate:
    """A pupil the period may be for, with what was typed."""

    pupil: Pupil
    is_chosen: bool
    typed_start: str


@support.get(ADDRESS)
@needs(P.PLAN_SUPPORT, of="pupil")
def new(pupil: Pupil) -> str:
    place = place_of(pupil)
    form = _form(place, StartForm(formdata=None))
    return _page(pupil, place, form, _candidates(pupil, is_first=True), [])


@support.post(ADDRESS)
@needs(P.PLAN_SUPPORT, of="pupil")
def start(pupil: Pupil) -> Any:
    """Show what the goals would be, or start."""
    place, candidates = place_of(pupil), _candidates(pupil, is_first=False)
    form = _form(place, StartForm())
    if request.form.get("step") == "propose":
        return _page(pupil, place, form, candidates, [])
    if not form.validate():
        return _page(pupil, place, form, candidates, []), 422
    try:
        periods = _start(form, candidates, place)
    except Refused as refused:
        db.session.rollback()
        return _page(pupil, place, form, candidates, refused.reasons), 422
    for period in periods:
        audit.note("support:started", period, pupil=period.pupil_id)
    db.session.commit()
    told = "Stödperioden är startad" if len(periods) == 1 else f"{len(periods)} stödperioder är startade"
    flash(f"{told}.")
    return redirect(url_for("support.period", period_id=periods[0].id), code=303)


def _form(place: Place | None, form: StartForm) -> StartForm:
    """With the choices of this place; the function of whoever asks is chosen beforehand."""
    form.measure.choices = measures_to_follow()
    form.led_by.choices = functions_at(place)
    if not form.is_submitted():
        mine = {one.code for one in held_by(duties_giving(P.PLAN_SUPPORT))}
        form.led_by.data = next((code for code in form.led_by.choices if code in mine), None)
        form.kind.data = SupportKind.INTENSIVE_PERIOD.value
        form.measure.data = next(iter(form.measure.choices), None)
    return form


def _candidates(pupil: Pupil, *, is_first: bool) -> list[Candidate]:
    """The pupil, who is always chosen, and the others of the group. Anybody else is as nobody."""
    _name, mates = groupmates(pupil)
    chosen = {int(one) for one in request.form.getlist("with") if one.isascii() and one.isdigit()}
    if chosen - {one.id for one in mates} - {pupil.id}:
        abort(404)
    return [
        Candidate(
            one,
            one is pupil or (not is_first and one.id in chosen),
            request.form.get(f"start-{one.id}", "").strip(),
        )
        for one in (pupil, *mates)
    ]


def _start(form: StartForm, candidates: list[Candidate], place: Place | None) -> list[Any]:
    measure = measures()[form.measure.data]
    starts_on: date = form.starts_on.data
    plan = planning.Plan(
        kind=SupportKind(form.kind.data),
        goal_way=GoalWay(form.goal_way.data),
        goal_on=planning.ends_after(starts_on, form.weeks.data),
        led_by=Function.of_code(form.led_by.data),
        minutes=form.minutes.data,
        times_a_week=form.times_a_week.data,
    )
    chosen = [one for one in candidates if one.is_chosen]
    ways = _ways(form, measure, plan, chosen)
    group = None
    if len(chosen) > 1 and place is not None:
        group = SupportGroup(school_id=place.school_id, name=form.group_name.data)
    by = Recorder(g.account.id, g.opening_duty.id)
    return planning.start_periods(measure.code, starts_on, plan, ways, by, group)


def _ways(
    form: StartForm, measure: Measure, plan: planning.Plan, chosen: list[Candidate]
) -> dict[int, planning.Way]:
    """Start and goal of each, or every reason why not."""
    starts, reasons = _typed_starts(chosen, measure)
    agreed, fault = typed_points(form.goal.data or "", measure, "Målet")
    reasons += [fault] if fault else []
    if plan.goal_way is GoalWay.AGREED and agreed is None and not fault:
        reasons.append("Skriv målet som ni har kommit överens om.")
    proposed = _proposed(measure.code, form.starts_on.data, plan.goal_on, starts)
    ways = {}
    for one in chosen:
        found = proposed[one.pupil.id]
        goal = agreed if plan.goal_way is GoalWay.AGREED else found.goals[plan.goal_way]
        if found.start is None:
            reasons.append(
                f"{one.pupil.name}: startvärde saknas, och det finns inget resultat att börja från."
            )
        elif goal is None and plan.goal_way is not GoalWay.AGREED:
            reasons.append(f"{one.pupil.name}: det går inte att sätta målet efter {plan.goal_way.label}.")
        elif goal is not None and (goal <= found.start.value) is measure.higher_is_better:
            reasons.append(f"{one.pupil.name} har redan nått målet. Sätt ett mål som är längre bort.")
        elif goal is not None:
            ways[one.pupil.id] = planning.Way(found.start.value, StartFrom(found.start.start_from), goal)
    if reasons:
        raise Refused(reasons)
    return ways


def _typed_starts(chosen: list[Candidate], measure: Measure) -> tuple[dict[int, Decimal | None], list[str]]:
    starts, reasons = {}, []
    for one in chosen:
        starts[one.pupil.id], fault = typed_points(
            one.typed_start, measure, f"Startvärdet för {one.pupil.name}"
        )
        reasons += [fault] if fault else []
    return starts, reasons


def _proposed(
    measure: str, starts_on: date, goal_on: date, starts: Mapping[int, Decimal | None]
) -> "dict[int, Proposal]":
    from screening.support.queries.proposals import proposals  # NumPy waits until a goal is to be set

    return proposals(measure, starts_on, goal_on, starts)


def _page(
    pupil: Pupil, place: Place | None, form: StartForm, candidates: list[Candidate], reasons: list[str]
) -> str:
    for one in candidates:
        audit.note_read("pupil:seen", one.pupil, school_id=place.school_id if place else None)
    measure = measures().get(form.measure.data or "")
    told = form.starts_on.data
    starts_on = told if told and is_near(told) else today()
    proposed: dict[int, Any] = {}
    if measure is not None:
        weeks = form.weeks.data or 8
        starts, _faults = _typed_starts(candidates, measure)
        goal_on = planning.ends_after(starts_on, min(max(weeks, 1), 60))
        proposed = _proposed(measure.code, starts_on, goal_on, starts)
    group_name, _mates = groupmates(pupil)
    if not form.is_submitted() and group_name in form.group_name.choices:
        form.group_name.data = group_name
    return render_template(
        "screening/support_new.html",
        pupil=pupil,
        form=form,
        candidates=candidates,
        proposed=proposed,
        measure=measure,
        reasons=reasons,
        ways=[way for way in GoalWay if way is not GoalWay.AGREED],
    )
