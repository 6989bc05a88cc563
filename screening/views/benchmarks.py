"""Benchmark sets: what limits rest on, for everyone signed in; adopting them, for the coordinator."""

from datetime import date
from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, needs, signed_in
from assessments.database import db
from assessments.refusals import Refused
from screening.benchmarks import adopting
from screening.forms import AdoptionForm
from screening.models import BenchmarkSet
from screening.queries.benchmark_pages import benchmark_page, benchmark_sets
from screening.views.room import bp

P = Permission
ADDRESS = "/benchmarks/<int(max=9223372036854775807):set_id>"


@bp.get("/benchmarks")
@signed_in
def benchmarks() -> str:
    return render_template("screening/benchmark_sets.html", sets=benchmark_sets())


@bp.get(ADDRESS)
@signed_in
def benchmark_set(set_id: int) -> str:
    return _page(_set(set_id), AdoptionForm(formdata=None))


@bp.get(f"{ADDRESS}/adoption")
@needs(P.MANAGE_WINDOWS)
def benchmark_trial(set_id: int) -> str:
    """What adopting would mean, before anybody does."""
    one = _set(set_id)
    form = AdoptionForm(formdata=None)
    form.valid_from.data = one.valid_from
    return _trial_page(one, form)


@bp.post(f"{ADDRESS}/adoption")
@needs(P.MANAGE_WINDOWS)
def adopt(set_id: int) -> Any:
    one = _set(set_id)
    form = AdoptionForm()
    if not form.validate():
        return _trial_page(one, form), 422
    try:
        is_new = _adopt(one, form.valid_from.data, (form.reason.data or "").strip() or None)
    except Refused as refused:
        db.session.rollback()
        return _trial_page(one, form, refused.reasons), 422
    flash(f"{one.name} är antagen." if is_new else f"{one.name} var redan antagen från den dagen.")
    return redirect(url_for("screening.benchmark_set", set_id=set_id), code=303)


def _adopt(one: BenchmarkSet, valid_from: date, reason: str | None) -> bool:
    """Adopt and judge everyone again. A set that signals many needs a reason."""
    if reason is None and _asks_reason(adopting.trials(one)):
        raise Refused("Mer än 30 % av eleverna skulle få en signal. Skriv varför ni antar den ändå.")
    if not adopting.adopt(one, valid_from, reason=reason, account_id=g.account.id):
        return False
    audit.note("benchmarks:adopted", one, valid_from=valid_from.isoformat())
    db.session.commit()
    from screening import flagging  # NumPy is loaded when somebody is judged, not when the server starts

    flagging.judge_everyone(lambda _count: db.session.commit())
    db.session.commit()
    return True


def _asks_reason(trials: list[adopting.Trial]) -> bool:
    return any(one.share > adopting.ASKS_REASON_ABOVE for one in trials)


def _set(set_id: int) -> BenchmarkSet:
    return db.session.get(BenchmarkSet, set_id) or abort(404)


def _page(one: BenchmarkSet, form: AdoptionForm) -> str:
    may_adopt = bool(duties_giving(P.MANAGE_WINDOWS))
    return render_template(
        "screening/benchmark_set.html", page=benchmark_page(one), form=form, may_adopt=may_adopt
    )


def _trial_page(one: BenchmarkSet, form: AdoptionForm, reasons: list[str] | None = None) -> str:
    trials = adopting.trials(one)
    return render_template(
        "screening/benchmark_adoption.html",
        set_id=one.id,
        name=one.name,
        code=f"{one.code}@{one.version}",
        form=form,
        trials=trials,
        asks_reason=_asks_reason(trials),
        reasons=reasons or [],
    )
