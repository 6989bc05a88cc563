"""Starting a support period: for one pupil, or for several of a reading group at once."""

from collections.abc import Collection
from datetime import date
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, needs
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Pupil
from assessments.row_ids import row_id
from screening.support import planning
from screening.support.forms import StartForm
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
from screening.views.support_candidates import Candidate, known_about, ways_of

P = Permission
ADDRESS = "/pupils/<int(max=9223372036854775807):pupil_id>/support/new"


@support.get(ADDRESS)
@needs(P.PLAN_SUPPORT, of="pupil")
def new(pupil: Pupil) -> str:
    place = place_of(pupil)
    from screening.support.queries.proposals import measured_of  # NumPy waits until a goal is to be set

    form = _form(place, StartForm(formdata=None), measured_of(pupil.id, measures_to_follow()))
    return _page(pupil, place, form, _candidates(pupil, is_first=True), [])


@support.post(ADDRESS)
@needs(P.PLAN_SUPPORT, of="pupil")
def start(pupil: Pupil) -> Any:
    """Show what the goals would be, or start."""
    place, candidates = place_of(pupil), _candidates(pupil, is_first=False)
    form = _form(place, StartForm())
    if request.form.get("step") == "propose":
        return _page(pupil, place, form, candidates, [])
    if not form.validate() or (known_about(form, candidates).thoughts and not form.anyway.data):
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


def _form(place: Place | None, form: StartForm, measured: Collection[str] = ()) -> StartForm:
    """With the choices of this place; chosen beforehand are the function of whoever asks, and a measure that
    there is a result of to start from."""
    form.measure.choices = measures_to_follow()
    form.led_by.choices = functions_at(place)
    if not form.is_submitted():
        mine = {one.code for one in held_by(duties_giving(P.PLAN_SUPPORT))}
        form.led_by.data = next((code for code in form.led_by.choices if code in mine), None)
        form.kind.data = SupportKind.INTENSIVE_PERIOD.value
        codes = list(form.measure.choices)
        form.measure.data = next((code for code in codes if code in measured), next(iter(codes), None))
    return form


def _candidates(pupil: Pupil, *, is_first: bool) -> list[Candidate]:
    """The pupil, who is always chosen, and the others of the group. Anybody else is as nobody."""
    _name, mates = groupmates(pupil)
    chosen = {row_id(one) for one in request.form.getlist("with") if one.isdigit()}
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
    ways = ways_of(form, measure, plan, chosen)
    group = None
    if len(chosen) > 1 and place is not None:
        group = SupportGroup(school_id=place.school_id, name=form.group_name.data)
    by = Recorder(g.account.id, g.opening_duty.id)
    return planning.start_periods(measure.code, starts_on, plan, ways, by, group)


def _page(
    pupil: Pupil, place: Place | None, form: StartForm, candidates: list[Candidate], reasons: list[str]
) -> str:
    for one in candidates:
        audit.note_read("pupil:seen", one.pupil, school_id=place.school_id if place else None)
    known = known_about(form, candidates)
    group_name, _mates = groupmates(pupil)
    if not form.is_submitted() and group_name in form.group_name.choices:
        form.group_name.data = group_name
    return render_template(
        "screening/support_new.html",
        pupil=pupil,
        form=form,
        candidates=candidates,
        known=known,
        measure=measures().get(form.measure.data or ""),
        reasons=reasons,
        ways=[way for way in GoalWay if way is not GoalWay.AGREED],
    )
