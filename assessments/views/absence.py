"""Absence taken in from a file: choose, preview, confirm. And the limit from which it is shown as high."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from assessments import header, uploads
from assessments.absence import limits
from assessments.absence.files import AbsenceImport, import_absence
from assessments.absence.forms import AbsenceFileForm, AbsenceLimitForm
from assessments.absence.keeping import keep_file
from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, needs, pupils_open_to
from assessments.database import db
from assessments.governing.noting import note_from_page
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.importing import is_near
from assessments.roster.tables import FROM_A_PAGE, Problem, UnreadableFile
from assessments.score_pupils import Terms
from assessments.uploads import Upload
from assessments.words import counted, day

bp = Blueprint("absence", __name__)
P = Permission
ADDRESS = "/windows/<window>/absence/import"
GONE = "Filen finns inte kvar. Välj den igen."
CHANGED = "Något har ändrats sedan du granskade filen. Granska den igen innan du bekräftar."
MOST_SHOWN, REFUSED = 500, 422


@bp.get(ADDRESS)
@needs(P.IMPORT_ABSENCE)
def file(window: str) -> str:
    return _page(header.window_or_404(window), AbsenceFileForm())


@bp.post(ADDRESS)
@needs(P.IMPORT_ABSENCE)
def preview(window: str) -> Any:
    found, form = header.window_or_404(window), AbsenceFileForm()
    if not form.validate_on_submit():
        return _page(found, form), REFUSED
    name = (form.file.data.filename or "fil")[-100:]
    told = {"window": found.slug, "replaces": "1" if form.replaces.data else ""}
    return _preview(found, Upload(name, form.file.data.read(), told))


@bp.post(f"{ADDRESS}/confirm")
@needs(P.IMPORT_ABSENCE)
def confirm(window: str) -> Any:
    """Write what was previewed, all or nothing."""
    found, token = header.window_or_404(window), request.form.get("upload", "")
    upload = uploads.fetch(token, g.account.id)
    if upload is None or upload.told.get("window") != found.slug or "replaces" not in upload.told:
        flash(GONE, "error")
        return redirect(url_for("absence.file", window=found.slug), code=303)
    told = _import(found, upload, writes=True)
    uploads.forget(token)
    if told.problems or _promise(told) != upload.told.get("promised"):
        db.session.rollback()
        flash(CHANGED, "warning")
        return _preview(header.window_or_404(window), upload)
    if told.changes_something:
        duty = duties_giving(P.IMPORT_ABSENCE)[0]
        kept = keep_file(found, upload.name, upload.content, told, duty.id)
        audit.note("absence:imported", found, file=kept.id, new=told.new, replaced=told.replaced)
    db.session.commit()
    stored = counted(told.new + told.replaced, "elev", "elever")
    flash(f"Frånvaron är inläst för {stored}. Det kan ångras i 30 dagar, på sidan Inlästa filer.")
    return redirect(url_for("absence.file", window=found.slug), code=303)


@bp.get("/absence/limit")
@needs(P.MANAGE_WINDOWS)
def limit() -> str:
    return _limit_page(AbsenceLimitForm(formdata=None), [])


@bp.post("/absence/limit")
@needs(P.MANAGE_WINDOWS)
def set_limit() -> Any:
    form = AbsenceLimitForm()
    if not form.validate():
        return _limit_page(form, []), REFUSED
    if not is_near(form.valid_from.data):
        return _limit_page(form, ["Datumet ligger för långt bort."]), REFUSED
    row = limits.set_limit(Decimal(form.percent.data), form.valid_from.data, g.account.id)
    audit.note("absence_limit:set", row, percent=form.percent.data)
    words = f"från {form.percent.data} procent i perioder som öppnar {day(form.valid_from.data)} eller senare"
    try:
        note_from_page("absence_limit", words, reason=form.reason.data)
    except Refused as refused:
        db.session.rollback()
        return _limit_page(form, refused.reasons), REFUSED
    db.session.commit()
    flash("Gränsen är sparad.")
    return redirect(url_for("absence.limit"), code=303)


def _limit_page(form: AbsenceLimitForm, reasons: list[str]) -> str:
    return render_template(
        "assessments/absence_limit.html", form=form, reasons=reasons, history=limits.history()
    )


def _preview(window: AssessmentWindow, upload: Upload) -> Any:
    try:
        told = _import(window, upload, writes=False)
    except UnreadableFile as unreadable:
        return _page(window, AbsenceFileForm(), upload.name, unreadable.problems), REFUSED
    if told.problems:
        return _page(window, AbsenceFileForm(), upload.name, told.problems), REFUSED
    promised = Upload(upload.name, upload.content, upload.told | {"promised": _promise(told)})
    return render_template(
        "assessments/absence_preview.html",
        window=window,
        told=told,
        name=upload.name,
        upload=uploads.keep(promised, g.account.id),
    )


def _import(window: AssessmentWindow, upload: Upload, *, writes: bool) -> AbsenceImport:
    terms = Terms(pupils_open_to(P.IMPORT_ABSENCE, with_narrowed=True), bool(upload.told["replaces"]), writes)
    db.session.rollback()  # a workbook takes a while to read: nobody else's save waits for it
    return import_absence(window, upload.name, upload.content, FROM_A_PAGE, terms)


def _promise(told: AbsenceImport) -> str:
    return f"{told.new} {told.replaced} {told.unchanged}"


def _page(
    window: AssessmentWindow, form: AbsenceFileForm, name: str = "", problems: list[Problem] | None = None
) -> str:
    return render_template(
        "assessments/absence_file.html",
        window=window,
        form=form,
        name=name,
        problems=problems or [],
        most=MOST_SHOWN,
        limit=limits.Limits.fetch().on(window.opens_on),
    )
