"""People and dated duties in bulk: choose a file, look it over, confirm, hand the links over."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_wtf.file import FileField, FileRequired

from assessments import uploads
from assessments.access import audit
from assessments.access.forms import APPOINTED_HERE, SwedishForm
from assessments.access.permissions import Permission, municipalities_open_to, needs
from assessments.access.staff_files.applying import Applied, apply_duties
from assessments.access.staff_files.noting import note_applied
from assessments.access.staff_files.planning import StaffPlan, plan_duties
from assessments.database import db
from assessments.roster.tables import FROM_A_PAGE, Problem, UnreadableFile
from assessments.uploads import Upload
from assessments.words import counted, during

bp = Blueprint("staff_file", __name__)
P = Permission
ADDRESS = "/staff/import"
GONE = "Filen finns inte kvar. Välj den igen."
CHANGED = "Något har ändrats sedan du granskade filen. Granska den igen innan du bekräftar."
MOST_SHOWN, REFUSED = 500, 422


class StaffFileForm(SwedishForm):
    file = FileField("Personal och uppdrag (CSV eller Excel)", [FileRequired("Välj en fil.")])


@bp.get(ADDRESS)
@needs(P.MANAGE_STAFF)
def file() -> str:
    return _page(StaffFileForm())


@bp.post(ADDRESS)
@needs(P.MANAGE_STAFF)
def preview() -> Any:
    form = StaffFileForm()
    if not form.validate_on_submit():
        return _page(form), REFUSED
    name = (form.file.data.filename or "fil")[-100:]
    return _preview(Upload(name, form.file.data.read(), {"kind": "staff"}))


@bp.post(f"{ADDRESS}/confirm")
@needs(P.MANAGE_STAFF)
def confirm() -> Any:
    """Do what was previewed, all or nothing; then the links of those who are new, which are seen once."""
    token = request.form.get("upload", "")
    upload = uploads.fetch(token, g.account.id)
    if upload is None or upload.told.get("kind") != "staff":
        flash(GONE, "error")
        return redirect(url_for("staff_file.file"), code=303)
    plan = _plan(upload)
    uploads.forget(token)
    if plan.problems or plan.fingerprint() != upload.told["promised"]:
        db.session.rollback()
        flash(CHANGED, "warning")
        return _preview(upload)
    done = apply_duties(plan)
    note_applied(done)
    links = _links(done)
    db.session.commit()
    said = f"Uppdragen är inlästa: {counted(len(done.given), 'nytt', 'nya')}, {len(done.ended)} ändrade."
    if not links:
        flash(said)
        return redirect(url_for("staff.overview"), code=303)
    return render_template("assessments/staff_links.html", links=links, said=said)


def _links(done: Applied) -> list[tuple[str, str, str]]:
    """Name, username and address of everybody who is new."""
    return [
        (
            account.staff_member.name,
            account.username,
            url_for("access.password_page", token=token, _external=True),
        )
        for account, token in zip(done.opened, done.tokens, strict=True)
    ]


def _preview(upload: Upload) -> Any:
    try:
        plan = _plan(upload)
    except UnreadableFile as unreadable:
        return _page(StaffFileForm(), upload.name, unreadable.problems), REFUSED
    if plan.problems:
        return _page(StaffFileForm(), upload.name, plan.problems), REFUSED
    for municipality in db.session.scalars(municipalities_open_to(P.MANAGE_STAFF)):
        audit.note_read("staff_import:previewed", municipality, municipality_id=municipality.id)
    promised = Upload(upload.name, upload.content, upload.told | {"promised": plan.fingerprint()})
    return render_template(
        "assessments/staff_file_preview.html",
        plan=plan,
        name=upload.name,
        during=during,
        sentence=_sentence(plan),
        most=MOST_SHOWN,
        upload=uploads.keep(promised, g.account.id),
    )


def _plan(upload: Upload) -> StaffPlan:
    mine = {one.id for one in db.session.scalars(municipalities_open_to(P.MANAGE_STAFF))}
    db.session.rollback()  # a workbook takes a while to read: nobody else's save waits for it
    return plan_duties(upload.name, upload.content, FROM_A_PAGE, mine, APPOINTED_HERE)


def _sentence(plan: StaffPlan) -> str:
    counts = [
        (len(plan.people), "ny person", "nya personer"),
        (len(plan.given), "nytt uppdrag", "nya uppdrag"),
        (len(plan.ends), "får en annan sista dag", "får en annan sista dag"),
        (plan.unchanged, "oförändrat", "oförändrade"),
    ]
    said = [counted(count, one, several) for count, one, several in counts if count]
    return f"{', '.join(said)}." if said else "Filen har inga uppdrag."


def _page(form: StaffFileForm, name: str = "", problems: list[Problem] | None = None) -> str:
    return render_template(
        "assessments/staff_file.html", form=form, name=name, problems=problems or [], most=MOST_SHOWN
    )
