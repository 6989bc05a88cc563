"""Changing the plan of a support period: from a day on, with one line that stands on the picture."""

from decimal import Decimal
from typing import Any

from flask import flash, g, redirect, render_template, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.instruments.catalogue import Measure, measures
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Pupil
from assessments.words import decimal
from screening.models import SupportPeriod
from screening.steps.lines import tidy
from screening.support import planning
from screening.support.forms import ChangeForm, typed_points, whole_weeks
from screening.support.functions import Function
from screening.support.models import SupportLead, SupportPlan
from screening.support.queries.starting import function_words_of, functions_at, place_of
from screening.support.queries.weekly import periods_together
from screening.support.ways import GoalWay, SupportKind
from screening.views.room import support

P = Permission
ADDRESS = "/support/<int(max=9223372036854775807):period_id>/change"


@support.get(ADDRESS)
@needs(P.PLAN_SUPPORT, of="support_period")
def change_page(support_period: SupportPeriod) -> str:
    form = ChangeForm(formdata=None)
    plan = db.session.get(SupportPlan, support_period.id)
    lead = db.session.get(SupportLead, support_period.id)
    if plan is not None:
        form.kind.data, form.goal_way.data = plan.kind.value, plan.goal_way.value
        form.minutes.data, form.times_a_week.data = plan.minutes, plan.times_a_week
    form.weeks.data = whole_weeks(support_period.starts_on, support_period.goal_on)
    form.goal.data = decimal(support_period.goal.normalize() + 0)
    form.led_by.data = Function.of_lead(lead).code if lead else None
    latest = planning.latest_change(support_period)
    form.version.data = latest.version if latest else 0
    return _page(support_period, form, [])


@support.post(ADDRESS)
@needs(P.PLAN_SUPPORT, of="support_period")
def change(support_period: SupportPeriod) -> Any:
    form = ChangeForm()
    form.led_by.choices = _functions(support_period)
    if not form.validate():
        return _page(support_period, form, []), 422
    try:
        changed = _change(support_period, form)
    except Refused as refused:
        db.session.rollback()
        return _page(support_period, form, refused.reasons), 422
    for one in changed:
        audit.note("support:changed", one, pupil=one.pupil_id)
    db.session.commit()
    told = "Planen är ändrad" if len(changed) < 2 else f"Planen är ändrad för {len(changed)} elever"
    flash(f"{told}." if changed else "Inget var ändrat.")
    return redirect(url_for("support.period", period_id=support_period.id), code=303)


def _change(period: SupportPeriod, form: ChangeForm) -> list[SupportPeriod]:
    """The periods it was news for: this one, and where it was asked for the others of the group."""
    measure = measures()[period.measure]
    plan = planning.Plan(
        kind=SupportKind(form.kind.data),
        goal_way=GoalWay(form.goal_way.data),
        goal_on=_goal_on(period, form.weeks.data),
        led_by=Function.of_code(form.led_by.data),
        minutes=form.minutes.data,
        times_a_week=form.times_a_week.data,
    )
    goal = _goal(period, plan, measure, form.goal.data or "")
    version = planning.Version(form.version.data, form.changed_from.data, tidy(form.line.data))
    by = Recorder(g.account.id, g.opening_duty.id)
    changed = [period] if planning.change_plan(period, plan, goal, version, by) else []
    mates = _mates(period) if form.for_group.data else []
    return [*changed, *planning.change_mates(mates, plan, version, by)]


def _mates(period: SupportPeriod) -> list[SupportPeriod]:
    """The others of the group whose support the signed-in person may plan."""
    return [one for one in periods_together(period, P.PLAN_SUPPORT).values() if one.id != period.id]


def _goal_on(period: SupportPeriod, weeks: int) -> Any:
    """The day stays where the number of weeks is what it was: files say days that are no whole weeks."""
    if weeks == whole_weeks(period.starts_on, period.goal_on):
        return period.goal_on
    return planning.ends_after(period.starts_on, weeks)


def _goal(period: SupportPeriod, plan: planning.Plan, measure: Measure, typed: str) -> Decimal:
    if plan.goal_way is GoalWay.AGREED:
        goal, fault = typed_points(typed, measure, "Målet")
        if fault or goal is None:
            raise Refused(fault or "Skriv målet som ni har kommit överens om.")
        return goal
    from screening.support.queries.proposals import proposals  # NumPy waits until a goal is to be set

    told = {period.pupil_id: period.start}
    found = proposals(period.measure, period.starts_on, plan.goal_on, told)[period.pupil_id]
    goal = found.goals[plan.goal_way]
    if goal is None:
        raise Refused(f"Det går inte att sätta målet efter {plan.goal_way.label}.")
    return goal


def _functions(period: SupportPeriod) -> dict[str, str]:
    """Those of the pupil's school today, and the one that leads the period wherever it is."""
    found = functions_at(place_of(db.session.get_one(Pupil, period.pupil_id)))
    lead = db.session.get(SupportLead, period.id)
    if lead is not None:
        function = Function.of_lead(lead)
        found.setdefault(function.code, function_words_of([function])[function])
    return found


def _page(period: SupportPeriod, form: ChangeForm, reasons: list[str]) -> str:
    pupil = db.session.get_one(Pupil, period.pupil_id)
    audit.note_read("pupil:seen", pupil)
    form.led_by.choices = _functions(period)
    latest = planning.latest_change(period)
    return render_template(
        "screening/support_change.html",
        period=period,
        pupil=pupil,
        form=form,
        reasons=reasons,
        measure=measures()[period.measure],
        version=latest.version if latest else 0,
        mates=len(_mates(period)),
    )
