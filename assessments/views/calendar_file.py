"""Läsårstider taken in from a file: choose, look over, confirm. Of one municipality, the one of the page."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from assessments import uploads
from assessments.access import audit
from assessments.access.forms import SwedishForm
from assessments.access.permissions import Permission, needs
from assessments.calendar_files import CalendarPlan, apply_calendar, plan_calendar, preview, told_of
from assessments.calendar_queries import years_shown
from assessments.database import db
from assessments.governing.choosing import About
from assessments.governing.noting import note_from_page
from assessments.roster.models import Municipality
from assessments.roster.tables import FROM_A_PAGE, Problem, UnreadableFile
from assessments.uploads import Upload

bp = Blueprint("calendar_file", __name__)
P = Permission
ADDRESS = "/school-calendar/<int(max=9223372036854775807):calendar_id>/import"
GONE = "Filen finns inte kvar. Välj den igen."
CHANGED = "Något har ändrats sedan du granskade filen. Granska den igen innan du bekräftar."
MOST_SHOWN, REFUSED = 500, 422


class CalendarFileForm(SwedishForm):
    file = FileField("Läsårstider (CSV eller Excel)", [FileRequired("Välj en fil.")])
    removes = BooleanField("Ta bort det som saknas i filen, för de läsår som den nämner")


@bp.get(ADDRESS)
@needs(P.MANAGE_CALENDAR, of="calendar_of")
def file(calendar_of: Municipality) -> str:
    return _page(calendar_of, CalendarFileForm())


@bp.post(ADDRESS)
@needs(P.MANAGE_CALENDAR, of="calendar_of")
def look_over(calendar_of: Municipality) -> Any:
    form = CalendarFileForm()
    if not form.validate_on_submit():
        return _page(calendar_of, form), REFUSED
    name = (form.file.data.filename or "fil")[-100:]
    told = {"calendar": str(calendar_of.id), "removes": "1" if form.removes.data else ""}
    return _preview(calendar_of, Upload(name, form.file.data.read(), told))


@bp.post(f"{ADDRESS}/confirm")
@needs(P.MANAGE_CALENDAR, of="calendar_of")
def confirm(calendar_of: Municipality) -> Any:
    """Write what was looked over, all or nothing."""
    token = request.form.get("upload", "")
    upload = uploads.fetch(token, g.account.id)
    if upload is None or upload.told.get("calendar") != str(calendar_of.id):
        flash(GONE, "error")
        return redirect(url_for("calendar_file.file", calendar_id=calendar_of.id), code=303)
    plan, removes = _plan(calendar_of, upload), bool(upload.told["removes"])
    uploads.forget(token)
    if plan.problems or _promise(plan, removes) != upload.told["promised"]:
        db.session.rollback()
        flash(CHANGED, "warning")
        return _preview(calendar_of, upload)
    if plan.changes_something(removes=removes):
        apply_calendar(plan, removes=removes)
        about = About(municipality_id=calendar_of.id)
        for (municipality_id, academic_year), counts, words in told_of(plan, removes=removes):
            audit.note(
                "calendar:imported", calendar_of,
                municipality_id=municipality_id, academic_year=academic_year, **counts,
            )  # fmt: skip
            note_from_page("school_calendar", words, about, permission=P.MANAGE_CALENDAR)
    db.session.commit()
    flash("Läsårstiderna är inlästa.")
    years = [year.replace("/", "-") for _, year in plan.years if year in years_shown()]
    if not years:
        return redirect(url_for("school_calendar.overview"), code=303)
    return redirect(url_for("school_calendar.show", calendar_id=calendar_of.id, year=years[0]), code=303)


def _preview(calendar_of: Municipality, upload: Upload) -> Any:
    try:
        plan = _plan(calendar_of, upload)
    except UnreadableFile as unreadable:
        return _page(calendar_of, CalendarFileForm(), upload.name, unreadable.problems), REFUSED
    if plan.problems:
        return _page(calendar_of, CalendarFileForm(), upload.name, plan.problems), REFUSED
    removes = bool(upload.told["removes"])
    promised = Upload(upload.name, upload.content, upload.told | {"promised": _promise(plan, removes)})
    return render_template(
        "assessments/calendar_file_preview.html",
        municipality=calendar_of,
        plan=plan,
        removes=removes,
        changes=plan.changes_something(removes=removes),
        name=upload.name,
        upload=uploads.keep(promised, g.account.id),
    )


def _plan(calendar_of: Municipality, upload: Upload) -> CalendarPlan:
    removes = bool(upload.told["removes"])
    db.session.rollback()  # a workbook takes a while to read: nobody else's save waits for it
    return plan_calendar(upload.name, upload.content, FROM_A_PAGE, calendar_of, removes=removes)


def _promise(plan: CalendarPlan, removes: bool) -> str:
    return "\n".join(preview(plan, removes=removes))


def _page(
    calendar_of: Municipality, form: CalendarFileForm, name: str = "", problems: list[Problem] | None = None
) -> str:
    return render_template(
        "assessments/calendar_file.html",
        municipality=calendar_of,
        form=form,
        name=name,
        problems=problems or [],
        most=MOST_SHOWN,
    )
