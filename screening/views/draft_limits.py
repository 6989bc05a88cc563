"""What a draft says, changed: the facts of the set, and its limits one by one."""

from typing import Any

from flask import abort, render_template

from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import Season
from assessments.refusals import Refused
from screening.benchmarks import drafting
from screening.benchmarks.checks import Key
from screening.benchmarks.forms import FactsForm, LimitForm, NewLimitForm, SeenForm
from screening.benchmarks.models import BenchmarkDraft
from screening.queries.draft_pages import draft_page, years_today
from screening.views.drafts import ADDRESS, REFUSED, author_of, draft_or_404, saved
from screening.views.room import bp

P = Permission
LIMIT = f"{ADDRESS}/limits/<measure>/<int(max=9):grade>/<any(autumn, winter, spring):season>"


@bp.get(f"{ADDRESS}/facts")
@needs(P.MANAGE_WINDOWS)
def draft_facts(draft_id: int) -> str:
    one = draft_or_404(draft_id)
    facts = drafting.content(one)["set"]
    return _facts_page(one, FactsForm(formdata=None, data={**facts, "seen": one.version}))


@bp.post(f"{ADDRESS}/facts")
@needs(P.MANAGE_WINDOWS)
def change_draft_facts(draft_id: int) -> Any:
    one, form = draft_or_404(draft_id), FactsForm()
    if not form.validate():
        return _facts_page(one, form), REFUSED
    try:
        drafting.change_facts(one, form.facts(), author_of(form))
    except Refused as refused:
        db.session.rollback()
        return _facts_page(draft_or_404(draft_id), form, refused.reasons), REFUSED
    return saved(one)


def _facts_page(one: BenchmarkDraft, form: FactsForm, reasons: list[str] | None = None) -> str:
    return render_template(
        "screening/draft_facts.html", page=draft_page(one), form=form, reasons=reasons or []
    )


@bp.get(f"{ADDRESS}/limits/new")
@needs(P.MANAGE_WINDOWS)
def new_draft_limit(draft_id: int) -> str:
    one = draft_or_404(draft_id)
    return _limit_page(one, _new_form(NewLimitForm(formdata=None, data={"seen": one.version})))


@bp.post(f"{ADDRESS}/limits/new")
@needs(P.MANAGE_WINDOWS)
def add_draft_limit(draft_id: int) -> Any:
    one, form = draft_or_404(draft_id), _new_form(NewLimitForm())
    if not form.validate():
        return _limit_page(one, form), REFUSED
    place = form.measure.data, form.year.data, form.season.data
    if drafting.limit_at(drafting.content(one), place) is not None:
        return _limit_page(one, form, reasons=["Där finns redan en gräns. Ändra den i tabellen."]), REFUSED
    return _change(one, form, place)


def _new_form(form: NewLimitForm) -> NewLimitForm:
    form.offer(list(measures().values()), years_today())
    return form


@bp.get(LIMIT)
@needs(P.MANAGE_WINDOWS)
def draft_limit(draft_id: int, measure: str, grade: int, season: str) -> str:
    one = draft_or_404(draft_id)
    limits = drafting.limit_at(drafting.content(one), (measure, grade, season)) or abort(404)
    return _limit_page(one, LimitForm.of(limits, one.version), (measure, grade, season))


@bp.post(LIMIT)
@needs(P.MANAGE_WINDOWS)
def change_draft_limit(draft_id: int, measure: str, grade: int, season: str) -> Any:
    one, form, place = draft_or_404(draft_id), LimitForm(), (measure, grade, season)
    before = drafting.limit_at(drafting.content(one), place) or abort(404)
    if not form.validate() or form.rests_on_the_old(before):
        return _limit_page(one, form, place), REFUSED
    return _change(one, form, place)


def _change(one: BenchmarkDraft, form: LimitForm, place: Key) -> Any:
    shown = None if isinstance(form, NewLimitForm) else place
    try:
        drafting.change_limit(one, place, form.limits(), author_of(form))
    except Refused as refused:
        db.session.rollback()
        return _limit_page(draft_or_404(one.id), form, shown, refused.reasons), REFUSED
    return saved(one)


@bp.post(f"{LIMIT}/remove")
@needs(P.MANAGE_WINDOWS)
def remove_draft_limit(draft_id: int, measure: str, grade: int, season: str) -> Any:
    one, form, place = draft_or_404(draft_id), SeenForm(), (measure, grade, season)
    limits = drafting.limit_at(drafting.content(one), place) or abort(404)
    try:
        drafting.change_limit(one, place, None, author_of(form))
    except Refused as refused:
        db.session.rollback()
        again = draft_or_404(draft_id)
        filled_in = LimitForm.of(limits, again.version)
        return _limit_page(again, filled_in, place, refused.reasons), REFUSED
    return saved(one)


def _limit_page(
    one: BenchmarkDraft, form: LimitForm, place: Key | None = None, reasons: list[str] | None = None
) -> str:
    known = measures()
    measure = known.get(place[0]) if place else None
    return render_template(
        "screening/draft_limit.html",
        page=draft_page(one),
        form=form,
        place=place,
        measure=measure,
        heading=f"{measure.name if measure else place[0]}, {years_today()[place[1]]} {Season(place[2]).label}"
        if place
        else "Ny gräns",
        reasons=reasons or [],
    )
