"""A set or a draft beside the set in force: what they say differently, and how many it would concern.

To count is to release: what is shown is kept, and the next comparison is asked beside it. So it is a button.
"""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, needs
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.writes import Recorder
from screening.benchmarks.catalogue import Benchmarks, from_content
from screening.benchmarks.catalogue import benchmarks as published
from screening.benchmarks.drafting import content
from screening.benchmarks.models import BenchmarkDraft
from screening.models import BenchmarkSet
from screening.queries.draft_pages import draft_page
from screening.views.benchmarks import ADDRESS as SET
from screening.views.benchmarks import set_or_404
from screening.views.drafts import ADDRESS as DRAFT
from screening.views.drafts import draft_or_404
from screening.views.room import bp

P = Permission


@bp.get(f"{SET}/comparison")
@needs(P.MANAGE_WINDOWS)
def compare_set(set_id: int) -> str:
    one = set_or_404(set_id)
    return _page(one.called, f"{one.code}@{one.version}", _published(one))


@bp.post(f"{SET}/comparison")
@needs(P.MANAGE_WINDOWS)
def count_set(set_id: int) -> Any:
    one = set_or_404(set_id)
    return _count(one, _published(one))


@bp.get(f"{DRAFT}/comparison")
@needs(P.MANAGE_WINDOWS)
def compare_draft(draft_id: int) -> str:
    one = draft_or_404(draft_id)
    page = draft_page(one)
    return _page(f"Utkast: {page.name}", page.code, from_content(content(one), measures()))


@bp.post(f"{DRAFT}/comparison")
@needs(P.MANAGE_WINDOWS)
def count_draft(draft_id: int) -> Any:
    one = draft_or_404(draft_id)
    return _count(one, from_content(content(one), measures()))


def _published(one: BenchmarkSet) -> Benchmarks:
    return published({one.id}, measures())[one.id]


def _page(name: str, code: str, candidate: Benchmarks) -> str:
    from screening import comparing  # NumPy and SciPy only where somebody compares
    from screening.disclosure import ON_PAGES
    from screening.queries.set_comparison import comparison

    window = header.chosen_window()
    told = comparing.latest(window, candidate, ON_PAGES) if window else None
    return render_template(
        "screening/set_comparison.html",
        name=name,
        code=code,
        back=request.path.removesuffix("/comparison"),
        found=comparison(window, candidate, told) if window else None,
    )


def _count(what: BenchmarkSet | BenchmarkDraft, candidate: Benchmarks) -> Any:
    from screening import comparing  # NumPy and SciPy only where somebody compares
    from screening.disclosure import ON_PAGES

    window = header.chosen_window() or abort(404)
    recorder = Recorder(g.account.id, duties_giving(P.MANAGE_WINDOWS)[0].id)
    told = comparing.compare(window, candidate, ON_PAGES, recorder)
    audit.note("benchmarks:compared", what, window=window.id, comparison=told.id)
    db.session.commit()
    flash("Räknat på de resultat som är ifyllda.")
    return redirect(request.full_path.rstrip("?"), code=303)
