"""What decides a level in a draft, changed: groups of measures or a weighted sum, by year and season."""

from typing import Any

from flask import abort, render_template

from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.models import Season
from assessments.refusals import Refused
from screening.benchmarks import plan_drafting
from screening.benchmarks.checks import sections
from screening.benchmarks.drafting import content
from screening.benchmarks.forms import SeenForm
from screening.benchmarks.forms.plans import NewPlanForm, PlanForm
from screening.benchmarks.models import BenchmarkDraft
from screening.benchmarks.plan_drafting import Place, plan_at
from screening.queries.draft_pages import draft_page, years_today
from screening.queries.draft_plans import judged_there
from screening.views.drafts import ADDRESS, REFUSED, author_of, draft_or_404, saved
from screening.views.room import bp

P = Permission
PLAN = f"{ADDRESS}/plans/<int(max=9):grade>/<any(autumn, winter, spring):season>"


@bp.get(f"{ADDRESS}/plans/new")
@needs(P.MANAGE_WINDOWS)
def new_draft_plan(draft_id: int) -> str:
    one = draft_or_404(draft_id)
    return _page(one, _offered(one, NewPlanForm(formdata=None, data={"seen": one.version})))


@bp.post(f"{ADDRESS}/plans/new")
@needs(P.MANAGE_WINDOWS)
def add_draft_plan(draft_id: int) -> Any:
    one = draft_or_404(draft_id)
    form = _offered(one, NewPlanForm())
    if not form.validate():
        return _page(one, form), REFUSED
    place = form.year.data, form.season.data
    if plan_at(content(one), place) is not None:
        return _page(one, form, reasons=["Årskursen är redan med i perioden. Ändra i tabellen."]), REFUSED
    return _change(one, form, place)


@bp.get(PLAN)
@needs(P.MANAGE_WINDOWS)
def draft_plan(draft_id: int, grade: int, season: str) -> str:
    one = draft_or_404(draft_id)
    there = plan_at(content(one), (grade, season)) or abort(404)
    return _page(one, _offered(one, PlanForm.of(there, one.version)), (grade, season))


@bp.post(PLAN)
@needs(P.MANAGE_WINDOWS)
def change_draft_plan(draft_id: int, grade: int, season: str) -> Any:
    one, place = draft_or_404(draft_id), (grade, season)
    if plan_at(content(one), place) is None:
        abort(404)
    form = _offered(one, PlanForm())
    if not form.validate():
        return _page(one, form, place), REFUSED
    return _change(one, form, place)


@bp.post(f"{PLAN}/remove")
@needs(P.MANAGE_WINDOWS)
def remove_draft_plan(draft_id: int, grade: int, season: str) -> Any:
    one, place = draft_or_404(draft_id), (grade, season)
    there = plan_at(content(one), place) or abort(404)
    try:
        plan_drafting.change_plan(one, place, None, author_of(SeenForm()))
    except Refused as refused:
        db.session.rollback()
        again = draft_or_404(draft_id)
        return _page(
            again, _offered(again, PlanForm.of(there, again.version)), place, refused.reasons
        ), REFUSED
    return saved(one)


def _change(one: BenchmarkDraft, form: PlanForm, place: Place) -> Any:
    shown = None if isinstance(form, NewPlanForm) else place
    try:
        plan_drafting.change_plan(one, place, form.plan(), author_of(form))
    except Refused as refused:
        db.session.rollback()
        return _page(draft_or_404(one.id), form, shown, refused.reasons), REFUSED
    return saved(one)


def _offered(one: BenchmarkDraft, form: Any) -> Any:
    """The form with what may be chosen in it."""
    form.offer(dict.fromkeys(entry["code"] for entry in sections(content(one), "composite")))
    if isinstance(form, NewPlanForm):
        form.offer_years(years_today())
    return form


def _page(
    one: BenchmarkDraft, form: PlanForm, place: Place | None = None, reasons: list[str] | None = None
) -> str:
    return render_template(
        "screening/draft_plan.html",
        page=draft_page(one),
        form=form,
        place=place,
        heading=f"{years_today()[place[0]]} {Season(place[1]).label}" if place else "Ny årskurs i en period",
        limited=judged_there(content(one), place) if place else (),
        reasons=reasons or [],
    )
