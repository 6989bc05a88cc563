"""Schools and classes by hand: the administrator's pages. No scores, and no protected pupils."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments import calendar
from assessments.access import audit
from assessments.access.permissions import (
    Permission,
    municipalities_open_to,
    needs,
    pupils_open_to,
    quarantined_rows_open_to,
    schools_open_to,
)
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.forms import ClassNameForm, NewClassForm, SchoolDetailsForm
from assessments.governing.class_names import former_names, note_former_name
from assessments.imports import belongings
from assessments.new_year.naming import following
from assessments.new_year.planning import to_move_up
from assessments.protection_queries import waiting
from assessments.refusals import Refused
from assessments.roster import founding, queries
from assessments.roster.models import Municipality, School, SchoolClass
from assessments.writes import Recorder

bp = Blueprint("roster", __name__)
P = Permission
ID = "int(max=9223372036854775807)"
REFUSED = 422


@bp.get("/roster")
@needs(P.EDIT_ROSTER)
def overview() -> str:
    """The schools of the administrator's municipalities."""
    municipalities = db.session.scalars(municipalities_open_to(P.EDIT_ROSTER)).all()
    year = calendar.academic_year_on(today())
    rows = queries.schools(schools_open_to(P.EDIT_ROSTER), pupils_open_to(P.EDIT_ROSTER), today(), year)
    return render_template(
        "assessments/roster.html",
        places=[
            (one.id, one.name, [row for row in rows if row.municipality_id == one.id])
            for one in sorted(municipalities, key=lambda one: swedish_key(one.name))
        ],
        year=year,
        pupils=sum(row.pupils for row in rows),
        schools=len(rows),
        to_move_up=[
            (year, following(year), [school for _year, school in found])
            for year, found in groupby(to_move_up(schools_open_to(P.EDIT_ROSTER)), key=itemgetter(0))
        ],
        in_quarantine=waiting(quarantined_rows_open_to(P.PROTECT)),
    )


@bp.route(f"/municipalities/<{ID}:municipality_id>/schools/new", methods=["GET", "POST"])
@needs(P.EDIT_ROSTER, of="municipality")
def new_school(municipality: Municipality) -> Any:
    form, reasons = SchoolDetailsForm(), []
    if form.validate_on_submit():
        try:
            school = founding.add_school(municipality, form.name.data, form.code.data, form.phone.data)
        except Refused as refused:
            reasons = refused.reasons
        else:
            audit.note("school:added", school, municipality_id=municipality.id)
            db.session.commit()
            flash("Skolan är tillagd.")
            return redirect(url_for("roster.school_page", school_id=school.id), code=303)
    page = render_template(
        "assessments/school_details.html", form=form, reasons=reasons, place=municipality.name, school=None
    )
    return page, REFUSED if reasons or form.errors else 200


@bp.route(f"/schools/<{ID}:school_id>/details", methods=["GET", "POST"])
@needs(P.EDIT_ROSTER, of="school")
def school_details(school: School) -> Any:
    form, reasons = SchoolDetailsForm(obj=school), []
    if form.validate_on_submit():
        try:
            founding.correct_school(school, form.name.data, form.code.data, form.phone.data)
        except Refused as refused:
            reasons = refused.reasons
        else:
            audit.note("school:corrected", school, municipality_id=school.municipality_id)
            db.session.commit()
            flash("Skolans uppgifter är sparade.")
            return redirect(url_for("roster.school_page", school_id=school.id), code=303)
    page = render_template(
        "assessments/school_details.html",
        form=form,
        reasons=reasons,
        place=school.municipality.name,
        school=school,
    )
    return page, REFUSED if reasons or form.errors else 200


@bp.post(f"/schools/<{ID}:school_id>/remove")
@needs(P.EDIT_ROSTER, of="school")
def remove_school(school: School) -> Any:
    """A school that was made by mistake, while nothing hangs on it."""
    name, municipality_id = school.name, school.municipality_id
    try:
        audit.note("school:removed", school, municipality_id=municipality_id)
        belongings.remove_unused_school(school)
    except Refused as refused:
        db.session.rollback()
        return _school_page(school, NewClassForm(formdata=None), refused.reasons), REFUSED
    db.session.commit()
    flash(f"{name} är borttagen.")
    return redirect(url_for("roster.overview"), code=303)


@bp.get(f"/schools/<{ID}:school_id>/classes")
@needs(P.EDIT_ROSTER, of="school")
def school_page(school: School) -> str:
    return _school_page(school, NewClassForm(formdata=None), [])


@bp.post(f"/schools/<{ID}:school_id>/classes")
@needs(P.EDIT_ROSTER, of="school")
def add_class(school: School) -> Any:
    form = NewClassForm()
    form.academic_year.choices = _years_ahead()
    reasons: list[str] = []
    if form.validate_on_submit():
        try:
            school_class = founding.add_class(school, form.name.data, form.academic_year.data)
        except Refused as refused:
            reasons = refused.reasons
        else:
            audit.note("class:added", school_class, school_id=school.id)
            db.session.commit()
            flash("Klassen är tillagd. Lägg till elever eller läs in en klasslista.")
            return redirect(url_for("roster.class_page", class_id=school_class.id), code=303)
    return _school_page(school, form, reasons), REFUSED


def _school_page(school: School, form: NewClassForm, reasons: list[str]) -> str:
    this_year = calendar.academic_year_on(today())
    had_classes = queries.academic_years([school.id])
    years = sorted({*had_classes, this_year}, reverse=True)
    shown = request.args.get("year", "").replace("-", "/")
    year = shown if shown in years else this_year
    form.academic_year.choices = _years_ahead()
    if form.academic_year.data is None:
        form.academic_year.data = this_year
    day = min(max(today(), calendar.first_day(year)), calendar.last_day(year))
    return render_template(
        "assessments/school.html",
        school=school,
        municipality=school.municipality.name,
        rows=queries.classes(school, year, pupils_open_to(P.EDIT_ROSTER), day),
        in_quarantine=waiting(quarantined_rows_open_to(P.PROTECT), school.id),
        year=year,
        years=years,
        form=form,
        reasons=reasons,
        # Every table that names a school is gone through: asked only of one that has never had a class.
        is_unused=not had_classes and bool(belongings.unused("school", [school.id])),
    )


def _years_ahead() -> list[str]:
    """This academic year and the next: classes are made before the summer."""
    this = calendar.academic_year_on(today())
    return [this, calendar.academic_year_on(calendar.last_day(this).replace(month=8, day=1))]


@bp.get(f"/classes/<{ID}:class_id>/roster")
@needs(P.EDIT_ROSTER, of="school_class")
def class_page(school_class: SchoolClass) -> str:
    return _class_page(school_class, ClassNameForm(formdata=None, obj=school_class), [])


@bp.post(f"/classes/<{ID}:class_id>/roster")
@needs(P.EDIT_ROSTER, of="school_class")
def rename_class(school_class: SchoolClass) -> str | tuple[str, int] | Response:
    form, reasons = ClassNameForm(), []
    if form.validate_on_submit():
        former = school_class.name
        try:
            founding.rename_class(school_class, form.name.data)
        except Refused as refused:
            reasons = refused.reasons
        else:
            if school_class.name != former:
                note_former_name(school_class, former, Recorder(g.account.id, g.opening_duty.id))
            audit.note("class:renamed", school_class, school_id=school_class.school_id)
            db.session.commit()
            flash("Klassen har fått sitt nya namn.")
            return redirect(url_for("roster.class_page", class_id=school_class.id), code=303)
    return _class_page(school_class, form, reasons), REFUSED


def _class_page(school_class: SchoolClass, form: ClassNameForm, reasons: list[str]) -> str:
    rows = queries.class_list(school_class, pupils_open_to(P.EDIT_ROSTER), today())
    if rows:
        audit.note_read("class_list:shown", school_class, school_id=school_class.school_id)
    return render_template(
        "assessments/class_roster.html",
        school_class=school_class,
        school=school_class.school,
        rows=rows,
        former=former_names(school_class),
        form=form,
        reasons=reasons,
    )
