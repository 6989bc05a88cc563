"""Drafts of benchmark sets: made from a version or a file, changed limit by limit, compared, published."""

from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.refusals import Refused
from screening.benchmarks import drafting
from screening.benchmarks.drafting import Author
from screening.benchmarks.forms import DraftFileForm, FactsForm, LimitForm, SeenForm
from screening.benchmarks.models import BenchmarkDraft
from screening.models import BenchmarkSet
from screening.queries.draft_pages import draft_page
from screening.views.room import bp

P = Permission
REFUSED = 422
LARGEST_FILE = 400_000
BIG = "<int(max=9223372036854775807):"
ADDRESS = f"/benchmarks/drafts/{BIG}draft_id>"


@bp.post(f"/benchmarks/{BIG}set_id>/draft")
@needs(P.MANAGE_WINDOWS)
def begin_draft(set_id: int) -> Any:
    """A draft that says what the published set says."""
    one = db.session.get(BenchmarkSet, set_id) or abort(404)
    return _begun(drafting.draft_from_set(one, g.account.id))


@bp.get("/benchmarks/drafts/file")
@needs(P.MANAGE_WINDOWS)
def draft_file() -> str:
    return _file_page(DraftFileForm())


@bp.post("/benchmarks/drafts/file")
@needs(P.MANAGE_WINDOWS)
def read_draft_file() -> Any:
    form = DraftFileForm()
    if not form.validate_on_submit():
        return _file_page(form), REFUSED
    with form.file.data.stream as file:
        content = file.read(LARGEST_FILE + 1)
    name = (form.file.data.filename or "fil")[-100:]
    try:
        if len(content) > LARGEST_FILE:
            raise Refused(f"{name}:1:1: Filen är för stor för att vara riktmärken.")
        return _begun(drafting.draft_from_file(name, content.decode("utf-8-sig"), g.account.id))
    except UnicodeDecodeError:
        return _file_page(form, [f"{name}:1:1: Filen är inte sparad som UTF-8."]), REFUSED
    except Refused as refused:
        return _file_page(form, refused.reasons), REFUSED


def _file_page(form: DraftFileForm, reasons: list[str] | None = None) -> str:
    return render_template("screening/draft_file.html", form=form, reasons=reasons or [])


def _begun(draft: BenchmarkDraft) -> Any:
    audit.note("benchmark_draft:begun", draft, based_on=draft.based_on_id)
    db.session.commit()
    flash("Utkastet är skapat. Ingenting bedöms efter det förrän det är utgivet och antaget.")
    return redirect(url_for("screening.draft", draft_id=draft.id), code=303)


@bp.get(ADDRESS)
@needs(P.MANAGE_WINDOWS)
def draft(draft_id: int) -> str:
    return _draft_page(draft_or_404(draft_id))


def draft_or_404(draft_id: int) -> BenchmarkDraft:
    """The draft of the address; every coordinator of the initiative may write in it."""
    return db.session.get(BenchmarkDraft, draft_id) or abort(404)


def _draft_page(one: BenchmarkDraft, reasons: list[str] | None = None) -> str:
    form = SeenForm(formdata=None, data={"seen": one.version})
    return render_template("screening/draft.html", page=draft_page(one), form=form, reasons=reasons or [])


@bp.get(f"{ADDRESS}/draft.toml")
@needs(P.MANAGE_WINDOWS)
def draft_toml(draft_id: int) -> Response:
    """The draft as a file, to change by hand and take in again."""
    one = draft_or_404(draft_id)
    answer = Response(one.content, mimetype="application/toml")
    answer.headers["Content-Disposition"] = f'attachment; filename="utkast-{one.id}.toml"'
    return answer


def author_of(form: LimitForm | FactsForm | SeenForm) -> Author:
    """Who writes; a form without a version of the draft has seen none."""
    return Author(g.account.id, form.seen.data or 0, (form.reason.data or "").strip() or None)


def saved(one: BenchmarkDraft) -> Any:
    """Leave a trace, commit, and back to the draft."""
    audit.note("benchmark_draft:changed", one, version=one.version)
    db.session.commit()
    flash("Utkastet är sparat.")
    return redirect(url_for("screening.draft", draft_id=one.id), code=303)


@bp.post(f"{ADDRESS}/publish")
@needs(P.MANAGE_WINDOWS)
def publish_draft(draft_id: int) -> Any:
    one = draft_or_404(draft_id)
    try:
        published = drafting.publish_draft(one, author_of(SeenForm()))
    except Refused as refused:
        db.session.rollback()
        return _draft_page(draft_or_404(draft_id), refused.reasons), REFUSED
    audit.note("benchmarks:published", published, draft=one.id)
    db.session.commit()
    name = f"{published.name}, version {published.version}"
    flash(f"{name}, är utgiven. Den bedömer ingenting förrän ni antar den.")
    return redirect(url_for("screening.benchmark_set", set_id=published.id), code=303)


@bp.post(f"{ADDRESS}/lay-aside")
@needs(P.MANAGE_WINDOWS)
def lay_draft_aside(draft_id: int) -> Any:
    one = draft_or_404(draft_id)
    try:
        drafting.lay_aside(one, author_of(SeenForm()))
    except Refused as refused:
        db.session.rollback()
        return _draft_page(draft_or_404(draft_id), refused.reasons), REFUSED
    audit.note("benchmark_draft:laid_aside", one)
    db.session.commit()
    flash("Utkastet är undanlagt.")
    return redirect(url_for("screening.benchmarks"), code=303)
