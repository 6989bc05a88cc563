"""Benchmark sets: what limits rest on, for everyone; comparing and adopting them, for the coordinator."""

from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, needs, signed_in
from assessments.clock import today
from assessments.database import db
from assessments.jobs import doorbell
from assessments.jobs.models import Job
from assessments.jobs.progress import progress_of
from assessments.refusals import Refused
from assessments.words import day
from assessments.writes import Recorder
from screening import adoption
from screening.benchmarks.adopting import Trial
from screening.benchmarks.writing import as_toml, content_of
from screening.forms import AdoptionForm
from screening.models import BenchmarkSet
from screening.queries.benchmark_history import adoption_history
from screening.queries.benchmark_pages import benchmark_page, benchmark_sets
from screening.queries.draft_pages import open_drafts
from screening.queries.rejudging_pages import running_now
from screening.rejudging_reach import rejudgings_open_to
from screening.views.room import bp

P = Permission
ADDRESS = "/benchmarks/<int(max=9223372036854775807):set_id>"


def _followed() -> set[int]:
    """Ids of the re-judgings whose own page is open to the person."""
    if not duties_giving(P.MANAGE_WINDOWS):
        return set()
    return set(db.session.scalars(rejudgings_open_to(P.MANAGE_WINDOWS).with_only_columns(Job.id)))


@bp.get("/benchmarks")
@signed_in
def benchmarks() -> str:
    manages = bool(duties_giving(P.MANAGE_WINDOWS))
    return render_template(
        "screening/benchmark_sets.html",
        sets=benchmark_sets(),
        history=adoption_history(),
        jobs=running_now(),
        followed=_followed(),
        drafts=open_drafts() if manages else [],
        manages=manages,
    )


@bp.get(ADDRESS)
@signed_in
def benchmark_set(set_id: int) -> str:
    return render_template(
        "screening/benchmark_set.html",
        page=benchmark_page(set_or_404(set_id)),
        jobs=running_now(),
        followed=_followed(),
        manages=bool(duties_giving(P.MANAGE_WINDOWS)),
    )


@bp.get(f"{ADDRESS}/set.toml")
@signed_in
def benchmark_toml(set_id: int) -> Response:
    """The set as a file: what it says belongs to nobody in secret."""
    one = set_or_404(set_id)
    answer = Response(as_toml(content_of(one)), mimetype="application/toml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{one.code}-{one.version}.toml"'
    return answer


@bp.get(f"{ADDRESS}/adoption")
@needs(P.MANAGE_WINDOWS)
def benchmark_trial(set_id: int) -> str:
    """What adopting would mean, before anybody does."""
    one = set_or_404(set_id)
    form = AdoptionForm(formdata=None)
    form.valid_from.data = max(one.valid_from, today())  # a day that has been judges again what is under way
    return _trial_page(one, form)


@bp.post(f"{ADDRESS}/adoption")
@needs(P.MANAGE_WINDOWS)
def adopt(set_id: int) -> Any:
    """Adopt, and order that everybody it concerns is judged again: the next page says how far it is."""
    one = set_or_404(set_id)
    form = AdoptionForm()
    if not form.validate():
        return _trial_page(one, form), 422
    told = _count(one)
    try:
        done = adoption.decide(one, _decision(form), told)
    except Refused as refused:
        db.session.rollback()
        return _trial_page(set_or_404(set_id), form, refused.reasons), 422
    name = one.called
    if done.is_new:
        audit.note("benchmarks:adopted", one, valid_from=form.valid_from.data.isoformat())
    parts = progress_of([done.job.id])[done.job.id].parts if done.job else 0
    db.session.commit()
    doorbell.ring(parts)
    flash(
        f"{name}, är antagen för perioder som öppnar {day(form.valid_from.data)} eller senare."
        if done.is_new
        else f"{name}, var redan antagen från den dagen."
    )
    return redirect(url_for("screening.benchmark_set", set_id=set_id), code=303)


@bp.post(f"{ADDRESS}/adoption/trial")
@needs(P.MANAGE_WINDOWS)
def count_trial(set_id: int) -> Any:
    """Try the set on the latest windows. To count is to release, so it is a button."""
    _count(set_or_404(set_id))
    return redirect(url_for("screening.benchmark_trial", set_id=set_id), code=303)


def _count(one: BenchmarkSet) -> list[Trial]:
    """What may be told, kept in the ledger whatever becomes of the adoption."""
    told = adoption.count_trials(one, Recorder(g.account.id, duties_giving(P.MANAGE_WINDOWS)[0].id))
    audit.note("benchmarks:tried", one, windows=[trial.window.id for trial in told])
    db.session.commit()
    return told


def _decision(form: AdoptionForm) -> adoption.Decision:
    duty = duties_giving(P.MANAGE_WINDOWS)[0]
    reason = (form.reason.data or "").strip() or None
    return adoption.Decision(form.valid_from.data, g.account.id, duty.id, reason)


def set_or_404(set_id: int) -> BenchmarkSet:
    """The set of the address: what is published is everybody's."""
    return db.session.get(BenchmarkSet, set_id) or abort(404)


def _trial_page(one: BenchmarkSet, form: AdoptionForm, reasons: list[str] | None = None) -> str:
    trials = adoption.last_told(one)
    return render_template(
        "screening/benchmark_adoption.html",
        set_id=one.id,
        name=one.called,
        code=f"{one.code}@{one.version}",
        form=form,
        trials=trials,
        asked=adoption.why_asked(trials or []),
        reasons=reasons or [],
    )
