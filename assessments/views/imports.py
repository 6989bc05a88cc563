"""Taking files in from the browser: choose, preview, confirm."""

import re
from collections import Counter
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from assessments import header, navigation, uploads
from assessments.access import audit
from assessments.access.permissions import (
    Permission,
    duties_giving,
    municipalities_open_to,
    needs,
)
from assessments.database import db
from assessments.governing.class_names import note_renamed
from assessments.import_forms import RosterFileForm, ScoreFileForm
from assessments.instruments.catalogue import measures
from assessments.late_entry import pupils_to_fill_in, why_all_closed
from assessments.models import AssessmentWindow
from assessments.recording import Recorder
from assessments.roster.applying import apply_roster
from assessments.roster.importing import plan_roster
from assessments.roster.plans import RosterPlan
from assessments.roster.tables import FROM_A_PAGE, Problem, UnreadableFile
from assessments.score_files import ScoreImport, Terms, import_scores
from assessments.ss12000.models import PullOutcome
from assessments.ss12000.pulling import keep_outcome, plan_pulled
from assessments.uploads import Upload
from assessments.words import counted

bp = Blueprint("imports", __name__)
MOST_SHOWN = 500
ID = re.compile("[0-9]{1,18}")
GONE = "Filen finns inte kvar. Välj den igen."
CHANGED = "Något har ändrats sedan du granskade filen. Granska den igen innan du bekräftar."
REFUSED = 422


@bp.get("/roster/import")
@needs(Permission.EDIT_ROSTER)
def roster_file() -> str:
    return render_template("assessments/import_roster.html", form=RosterFileForm())


@bp.post("/roster/import")
@needs(Permission.EDIT_ROSTER)
def preview_roster() -> Any:
    form = RosterFileForm()
    if not form.validate_on_submit():
        return render_template("assessments/import_roster.html", form=form), REFUSED
    on = form.on.data.isoformat() if form.on.data else ""
    told = {"on": on, "end_missing": "1" if form.end_missing.data else ""}
    return _roster_preview(Upload(*_read(form.file.data), told), form)


@bp.post("/roster/import/confirm")
@needs(Permission.EDIT_ROSTER)
def confirm_roster() -> Any:
    """Do what was previewed: the file is planned anew, and shown anew if that came out otherwise."""
    token = request.form.get("upload", "")
    upload = uploads.fetch(token, g.account.id)
    if upload is None or "on" not in upload.told:
        flash(GONE, "error")
        return redirect(url_for("imports.roster_file"), code=303)
    chosen = ",".join(one for one in request.form.getlist("rename") if ID.fullmatch(one))
    if "review" in request.form or chosen != upload.told.get("renamed", ""):
        uploads.forget(token)  # which classes have another name was chosen: show what that comes to
        anew = Upload(upload.name, upload.content, upload.told | {"renamed": chosen})
        return _roster_preview(anew, RosterFileForm())
    plan = _plan(upload)
    if plan.problems or plan.fingerprint() != upload.told["promised"]:
        uploads.forget(token)
        flash(CHANGED, "warning")
        return _roster_preview(upload, RosterFileForm())
    taken_in = apply_roster(plan, end_missing=bool(upload.told["end_missing"]))
    if taken_in:
        note_renamed(plan.renamed, Recorder(g.account.id, duties_giving(Permission.EDIT_ROSTER)[0].id))
        audit.note(
            "roster:imported", taken_in, municipality_id=taken_in.municipality_id,
            rows=plan.rows, new=len(plan.new), moved=len(plan.moved),
        )  # fmt: skip
    if pull_id := upload.told.get("pull"):
        outcome = PullOutcome.TAKEN_IN if taken_in else PullOutcome.NOTHING_NEW
        keep_outcome(int(pull_id), outcome, plan, upload.content, taken_in)
    uploads.forget(token)
    db.session.commit()
    said = "Klasslistan är inläst. Det kan ångras i 30 dagar, på sidan Inlästa filer."
    flash(said if taken_in else "Inget var nytt i filen.")
    return redirect(navigation.address_of("roster.overview") or url_for("imports.roster_file"), code=303)


def preview_pulled(upload: Upload) -> Any:
    """The preview of a class list that was fetched, as of one that was chosen."""
    plan = _plan(upload)
    if plan.problems or not plan.changes_something(end_missing=bool(upload.told["end_missing"])):
        outcome = PullOutcome.FAULTY if plan.problems else PullOutcome.NOTHING_NEW
        keep_outcome(int(upload.told["pull"]), outcome, plan, upload.content, None)
        db.session.commit()
    return _roster_preview(upload, RosterFileForm(formdata=None))


def _roster_preview(upload: Upload, form: RosterFileForm) -> Any:
    try:
        plan = _plan(upload)
    except UnreadableFile as unreadable:
        return _roster_refused(form, upload.name, unreadable.problems)
    if plan.problems:
        return _roster_refused(form, upload.name, plan.problems)
    promised = Upload(upload.name, upload.content, upload.told | {"promised": plan.fingerprint()})
    for municipality in db.session.scalars(municipalities_open_to(Permission.EDIT_ROSTER)):
        audit.note_read("roster_import:previewed", municipality, municipality_id=municipality.id)
    end_missing = bool(upload.told["end_missing"])
    return render_template(
        "assessments/import_roster_preview.html",
        plan=plan,
        name=upload.name,
        is_pulled="pull" in upload.told,
        end_missing=end_missing,
        changes=plan.changes_something(end_missing=end_missing),
        new_by_class=Counter(str(one.school_class) for one in plan.new).items(),
        sentence=_roster_sentence(plan, end_missing),
        most=MOST_SHOWN,
        upload=uploads.keep(promised, g.account.id),
    )


def _plan(upload: Upload) -> RosterPlan:
    mine = {one.id for one in db.session.scalars(municipalities_open_to(Permission.EDIT_ROSTER))}
    on = date.fromisoformat(upload.told["on"]) if upload.told["on"] else None
    renamed = {int(one) for one in upload.told.get("renamed", "").split(",") if one}
    db.session.rollback()  # a workbook takes a while to read: nobody else's save waits for it
    if "pull" in upload.told:
        plan = plan_pulled(upload.name, upload.content, int(upload.told["municipality"]), renamed)
        plan.notes += upload.told["notes"].splitlines()
        return plan
    return plan_roster(upload.name, upload.content, FROM_A_PAGE, on, within=mine, renamed=renamed)


def _roster_sentence(plan: RosterPlan, end_missing: bool) -> str:
    counts = [
        (len(plan.new), "ny elev", "nya elever"),
        (len(plan.changed), "ändrad", "ändrade"),
        (len(plan.moved), "byter klass", "byter klass"),
        (len(plan.leaving(end_missing=end_missing)), "slutar", "slutar"),
        (plan.unchanged, "oförändrad", "oförändrade"),
        (len(plan.aside), "satt i karantän förut", "satta i karantän förut"),
    ]
    said = [counted(count, one, several) for count, one, several in counts if count]
    return f"{', '.join(said)}." if said else "Filen har inga elever."


def _roster_refused(form: RosterFileForm, name: str, problems: list[Problem]) -> Any:
    page = "assessments/import_roster.html"
    return render_template(page, form=form, name=name, problems=problems, most=MOST_SHOWN), REFUSED


@bp.get("/windows/<window>/scores/import")
@needs(Permission.RECORD_SCORES)
def score_file(window: str) -> str:
    return _score_page(header.window_or_404(window), ScoreFileForm())


@bp.post("/windows/<window>/scores/import")
@needs(Permission.RECORD_SCORES)
def preview_scores(window: str) -> Any:
    found, form = header.window_or_404(window), ScoreFileForm()
    if why_all_closed(found) or not form.validate_on_submit():
        return _score_page(found, form), REFUSED
    told = {"window": found.slug, "replaces": "1" if form.replaces.data else ""}
    return _score_preview(found, Upload(*_read(form.file.data), told), form)


@bp.post("/windows/<window>/scores/import/confirm")
@needs(Permission.RECORD_SCORES)
def confirm_scores(window: str) -> Any:
    """Write what was previewed, all or nothing."""
    found, token = header.window_or_404(window), request.form.get("upload", "")
    upload = uploads.fetch(token, g.account.id)
    if upload is None or upload.told.get("window") != found.slug or why_all_closed(found):
        flash(why_all_closed(found) or GONE, "error")
        return redirect(url_for("imports.score_file", window=found.slug), code=303)
    told = _import(found, upload, Recorder(g.account.id, duties_giving(Permission.RECORD_SCORES)[0].id))
    uploads.forget(token)
    if told.problems or _promise(told) != upload.told["promised"]:
        db.session.rollback()
        flash(CHANGED, "warning")
        return _score_preview(header.window_or_404(window), upload, ScoreFileForm())
    if told.changes_something:
        counts = {"new": told.new, "replaced": told.replaced, "pupils": told.pupils}
        audit.note("scores:imported", found, file=told.kept and told.kept.id, **counts)
    db.session.commit()
    stored = counted(told.new + told.replaced, "resultat är inläst", "resultat är inlästa")
    flash(f"{stored}. Det kan ångras i 30 dagar, på sidan Inlästa filer.")
    return redirect(navigation.address_of("classes.my_classes", window=window) or "/", code=303)


def _score_preview(window: AssessmentWindow, upload: Upload, form: ScoreFileForm) -> Any:
    try:
        told = _import(window, upload, by=None)
    except UnreadableFile as unreadable:
        return _score_page(window, form, upload.name, unreadable.problems), REFUSED
    if told.problems:
        return _score_page(window, form, upload.name, told.problems), REFUSED
    promised = Upload(upload.name, upload.content, upload.told | {"promised": _promise(told)})
    known = measures()
    return render_template(
        "assessments/import_scores_preview.html",
        told=told,
        window=window,
        name=upload.name,
        by_measure=[(known[code].name, count) for code, count in told.by_measure.items()],
        upload=uploads.keep(promised, g.account.id),
    )


def _import(window: AssessmentWindow, upload: Upload, by: Recorder | None) -> ScoreImport:
    among, replaces = pupils_to_fill_in(window), bool(upload.told["replaces"])
    terms = Terms(among, replaces, known=measures(), by=by)
    db.session.rollback()  # as in _plan
    return import_scores(window, upload.name, upload.content, FROM_A_PAGE, terms)


def _promise(told: ScoreImport) -> str:
    return f"{told.new} {told.replaced} {told.unchanged}"


def _score_page(
    window: AssessmentWindow, form: ScoreFileForm, name: str = "", problems: list[Problem] | None = None
) -> str:
    return render_template(
        "assessments/import_scores.html",
        window=window,
        form=form,
        closed=why_all_closed(window),
        measures=list(measures().values()),
        name=name,
        problems=problems or [],
        most=MOST_SHOWN,
    )


def _read(file: FileStorage) -> tuple[str, bytes]:
    return (file.filename or "fil")[-100:], file.read()
