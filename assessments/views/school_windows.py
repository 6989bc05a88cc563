"""Skolor med egna dagar: the coordinator lets a window open and close otherwise at one school."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, municipalities_open_to, needs
from assessments.calendar_forms import SchoolDaysForm
from assessments.collation import swedish_key
from assessments.database import db
from assessments.governing.choosing import About
from assessments.governing.noting import note_from_page
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Municipality, School
from assessments.school_windows import follow_the_window, give_own_days, schools_with_own_days
from assessments.words import day

bp = Blueprint("school_windows", __name__)
P = Permission
REFUSED = 422


@bp.route("/windows/<window>/schools", methods=["GET", "POST"])
@needs(P.MANAGE_WINDOWS)
def overview(window: str) -> Any:
    """The schools that have days of their own, and a form for one more."""
    found, reasons = header.window_or_404(window), []
    schools = _schools()
    form = SchoolDaysForm(data={"opens_on": found.opens_on, "closes_on": found.closes_on})
    form.school.choices = [(one.id, f"{one.name}, {one.municipality.name}") for one in schools]
    if form.validate_on_submit():
        reasons = _give(found, next(one for one in schools if one.id == form.school.data), form)
        if not reasons:
            return redirect(url_for("school_windows.overview", window=window), code=303)
    page = render_template(
        "assessments/school_windows.html",
        form=form,
        reasons=reasons,
        window=found,
        rows=schools_with_own_days(found, municipalities_open_to(P.MANAGE_WINDOWS)),
    )
    return page, REFUSED if reasons or form.errors else 200


@bp.post("/windows/<window>/schools/remove")
@needs(P.MANAGE_WINDOWS)
def remove(window: str) -> Any:
    """The school follows the initiative's days again."""
    found, asked = header.window_or_404(window), request.form.get("school", "")
    school = next((one for one in _schools() if str(one.id) == asked), None) or abort(404)
    name = school.name
    if follow_the_window(found, school):
        audit.note("school_window:removed", found, school_id=school.id)
        note_from_page(
            "school_window", "följer periodens dagar", About(window_id=found.id, school_id=school.id)
        )
    db.session.commit()
    flash(f"{name} följer periodens dagar.")
    return redirect(url_for("school_windows.overview", window=window), code=303)


def _give(window: AssessmentWindow, school: School, form: SchoolDaysForm) -> list[str]:
    name = school.name
    try:
        is_news = give_own_days(window, school, form.opens_on.data, form.closes_on.data)
        if is_news:
            days = f"{day(form.opens_on.data)} till {day(form.closes_on.data)}"
            where = About(window_id=window.id, school_id=school.id)
            note_from_page("school_window", days, where, form.reason.data)
    except Refused as refused:
        db.session.rollback()
        return refused.reasons
    if is_news:
        audit.note(
            "school_window:given", window, school_id=school.id,
            opens_on=str(form.opens_on.data), closes_on=str(form.closes_on.data),
        )  # fmt: skip
    db.session.commit()
    flash(f"{name} har egna dagar." if is_news else "Inget var ändrat.")
    return []


def _schools() -> list[School]:
    """Every school where the person looks after windows, by municipality and name."""
    here = municipalities_open_to(P.MANAGE_WINDOWS).with_only_columns(Municipality.id)
    found = db.session.scalars(
        sa.select(School).where(School.municipality_id.in_(here)).options(joinedload(School.municipality))
    )
    return sorted(found, key=lambda one: (swedish_key(one.municipality.name), swedish_key(one.name)))
