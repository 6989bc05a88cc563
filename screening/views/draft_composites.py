"""Weighted sums in a draft: added with their limits, changed, taken away. Their limits change like others."""

from typing import Any

from flask import abort, render_template

from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.models import Season
from assessments.refusals import Refused
from screening.benchmarks import plan_drafting
from screening.benchmarks.checks import Key
from screening.benchmarks.drafting import content
from screening.benchmarks.forms import SeenForm
from screening.benchmarks.forms.plans import CompositeForm, NewCompositeForm, Weighted
from screening.benchmarks.models import BenchmarkDraft
from screening.benchmarks.plan_drafting import composite_at
from screening.queries.draft_pages import draft_page, years_today
from screening.views.drafts import ADDRESS, REFUSED, author_of, draft_or_404, saved
from screening.views.room import bp

P = Permission
SUM = f"{ADDRESS}/composites/<code>/<int(max=9):grade>/<any(autumn, winter, spring):season>"


@bp.get(f"{ADDRESS}/composites/new")
@needs(P.MANAGE_WINDOWS)
def new_draft_composite(draft_id: int) -> str:
    one = draft_or_404(draft_id)
    return _page(one, _offered(NewCompositeForm.empty(one.version)))


@bp.post(f"{ADDRESS}/composites/new")
@needs(P.MANAGE_WINDOWS)
def add_draft_composite(draft_id: int) -> Any:
    one, form = draft_or_404(draft_id), _offered(NewCompositeForm())
    if not form.validate():
        return _page(one, form), REFUSED
    place = form.code.data.strip(), form.year.data, form.season.data
    try:
        plan_drafting.add_composite(one, place, form.composite(), form.limits(), author_of(form))
    except Refused as refused:
        db.session.rollback()
        return _page(draft_or_404(draft_id), form, reasons=refused.reasons), REFUSED
    return saved(one)


@bp.get(SUM)
@needs(P.MANAGE_WINDOWS)
def draft_composite(draft_id: int, code: str, grade: int, season: str) -> str:
    one = draft_or_404(draft_id)
    there = composite_at(content(one), (code, grade, season)) or abort(404)
    return _page(one, CompositeForm.of(there, one.version), (code, grade, season))


@bp.post(SUM)
@needs(P.MANAGE_WINDOWS)
def change_draft_composite(draft_id: int, code: str, grade: int, season: str) -> Any:
    one, form, place = draft_or_404(draft_id), CompositeForm(), (code, grade, season)
    if composite_at(content(one), place) is None:
        abort(404)
    if not form.validate():
        return _page(one, form, place), REFUSED
    try:
        plan_drafting.change_composite(one, place, form.composite(), author_of(form))
    except Refused as refused:
        db.session.rollback()
        return _page(draft_or_404(draft_id), form, place, refused.reasons), REFUSED
    return saved(one)


@bp.post(f"{SUM}/remove")
@needs(P.MANAGE_WINDOWS)
def remove_draft_composite(draft_id: int, code: str, grade: int, season: str) -> Any:
    one, place = draft_or_404(draft_id), (code, grade, season)
    there = composite_at(content(one), place) or abort(404)
    try:
        plan_drafting.change_composite(one, place, None, author_of(SeenForm()))
    except Refused as refused:
        db.session.rollback()
        again = draft_or_404(draft_id)
        return _page(again, CompositeForm.of(there, again.version), place, refused.reasons), REFUSED
    return saved(one)


def _offered(form: NewCompositeForm) -> NewCompositeForm:
    form.offer_years(years_today())
    return form


def _page(
    one: BenchmarkDraft, form: Weighted, place: Key | None = None, reasons: list[str] | None = None
) -> str:
    return render_template(
        "screening/draft_composite.html",
        page=draft_page(one),
        form=form,
        place=place,
        heading=f"{place[0]}, {years_today()[place[1]]} {Season(place[2]).label}"
        if place
        else "Nytt sammanvägt resultat",
        reasons=reasons or [],
    )
