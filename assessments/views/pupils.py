"""Pupils by hand: add, correct, move, put right, end. The administrator's pages; no scores are shown."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import contains_eager

from assessments.access import audit
from assessments.access.forms import SwedishForm
from assessments.access.permissions import Permission, classes_open_to, fetch, needs, pupils_open_to
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.forms import (
    LastDayForm,
    MoveForm,
    NewPupilForm,
    PupilForm,
    RightClassForm,
)
from assessments.refusals import Refused
from assessments.roster import editing, queries
from assessments.roster.editing import PupilDetails
from assessments.roster.models import Curriculum, Enrolment, Pupil, School, SchoolClass, SchoolForm

bp = Blueprint("pupils", __name__)
P = Permission
ID = "int(max=9223372036854775807)"
REFUSED = 422


@bp.route(f"/classes/<{ID}:class_id>/pupils/new", methods=["GET", "POST"])
@needs(P.EDIT_ROSTER, of="school_class")
def new(school_class: SchoolClass) -> Any:
    form, reasons = NewPupilForm(), []
    form.name_years(school_class.academic_year)
    if request.method == "GET":
        form.year.data = _usual_year(school_class)
    if form.validate_on_submit():
        try:
            pupil, returns = editing.add_pupil(
                school_class, _details(form), form.year.data, form.starts_on.data
            )
        except Refused as refused:
            reasons = refused.reasons
        else:
            audit.note("pupil:added", pupil, school_id=school_class.school_id, school_class=school_class.id)
            db.session.commit()
            flash("Eleven är inskriven igen, med sin historik." if returns else "Eleven är tillagd.")
            return redirect(url_for("roster.class_page", class_id=school_class.id), code=303)
    page = render_template(
        "assessments/pupil_new.html",
        form=form,
        reasons=reasons,
        school_class=school_class,
        school=school_class.school,
    )
    return page, REFUSED if reasons or form.errors else 200


@bp.get(f"/pupils/<{ID}:pupil_id>/roster")
@needs(P.EDIT_ROSTER, of="pupil")
def show(pupil: Pupil) -> str:
    return _page(pupil, {})


@bp.post(f"/pupils/<{ID}:pupil_id>/roster")
@needs(P.EDIT_ROSTER, of="pupil")
def correct(pupil: Pupil) -> Any:
    form = PupilForm()

    def change() -> str:
        changed = editing.correct_pupil(pupil, _details(form))
        return "Ändringen är sparad." if changed else "Inget var ändrat."

    return _change(pupil, "pupil:corrected", "details", form, change)


@bp.post(f"/pupils/<{ID}:pupil_id>/move")
@needs(P.EDIT_ROSTER, of="pupil")
def move(pupil: Pupil) -> Any:
    to_class = _class_in_form("move-to_class")
    form = _move_form(pupil, queries.enrolments(pupil)[0], request.form)

    def change() -> str:
        editing.move_pupil(pupil, to_class, form.year.data, form.from_day.data)
        return f"Eleven går i {to_class.name} från {form.from_day.data}."

    return _change(pupil, "pupil:moved", "move", form, change)


@bp.post(f"/pupils/<{ID}:pupil_id>/right-class")
@needs(P.EDIT_ROSTER, of="pupil")
def put_right(pupil: Pupil) -> Any:
    right_class = _class_in_form("right-right_class")
    form = _right_form(pupil, queries.enrolments(pupil)[0], request.form)

    def change() -> str:
        editing.correct_class(pupil, right_class, form.year.data)
        return f"Klassen är rättad till {right_class.name}. Resultaten är kvar."

    return _change(pupil, "pupil:class_corrected", "right", form, change)


@bp.post(f"/pupils/<{ID}:pupil_id>/end")
@needs(P.EDIT_ROSTER, of="pupil")
def end(pupil: Pupil) -> Any:
    form = LastDayForm(prefix="end-")

    def change() -> str:
        editing.end_enrolment(pupil, form.last_day.data)
        return f"Elevens sista dag är {form.last_day.data}."

    return _change(pupil, "pupil:ended", "end", form, change)


@bp.post(f"/pupils/<{ID}:pupil_id>/stays")
@needs(P.EDIT_ROSTER, of="pupil")
def stays(pupil: Pupil) -> Any:
    def change() -> str:
        editing.take_back_end(pupil)
        return "Sista dagen är borttagen. Eleven går kvar."

    return _change(pupil, "pupil:stays", "stays", SwedishForm(), change)


def _change(pupil: Pupil, action: str, kind: str, form: SwedishForm, change: Callable[[], str]) -> Any:
    """Do the change, note it, and go to where the pupil now is; or show the page again with the reasons."""
    reasons: list[str] = []
    if form.validate_on_submit():
        try:
            told = change()
        except Refused as refused:
            reasons = refused.reasons
        else:
            audit.note(action, pupil)
            db.session.commit()
            flash(told)
            return redirect(_where_now(pupil), code=303)
    return _page(pupil, {kind: form}, reasons), REFUSED


def _where_now(pupil: Pupil) -> str:
    """The pupil's page; the list of schools for somebody whose last day has been."""
    is_here = db.session.scalar(pupils_open_to(P.EDIT_ROSTER).where(Pupil.id == pupil.id)) is not None
    return url_for("pupils.show", pupil_id=pupil.id) if is_here else url_for("roster.overview")


def _page(pupil: Pupil, forms: dict[str, SwedishForm], reasons: Sequence[str] = ()) -> str:
    """The pupil's page. ``forms``: what was filled in and refused; the others start anew."""
    audit.note_read("pupil:shown", pupil)
    rows = queries.enrolments(pupil)
    return render_template(
        "assessments/pupil_roster.html",
        pupil=pupil,
        enrolments=rows,
        latest=rows[0],
        forms={
            "details": PupilForm(formdata=None, obj=pupil),
            "move": _move_form(pupil, rows[0], None),
            "right": _right_form(pupil, rows[0], None),
            "end": LastDayForm(formdata=None, prefix="end-"),
        }
        | forms,
        reasons=reasons,
        municipality=pupil.municipality.name,
    )


def _move_form(pupil: Pupil, latest: queries.EnrolmentRow, told: Any) -> MoveForm:
    form = MoveForm(formdata=told, prefix="move-", data={"year": latest.year, "from_day": today()})
    form.name_years(latest.academic_year)
    form.to_class.choices = _classes(pupil, SchoolClass.academic_year >= latest.academic_year)
    return form


def _right_form(pupil: Pupil, latest: queries.EnrolmentRow, told: Any) -> RightClassForm:
    form = RightClassForm(formdata=told, prefix="right-", data={"year": latest.year})
    form.name_years(latest.academic_year)
    form.right_class.choices = _classes(pupil, SchoolClass.academic_year == latest.academic_year)
    return form


def _classes(pupil: Pupil, when: sa.ColumnElement[bool]) -> dict[str, str]:
    """The classes of the pupil's municipality, as choices."""
    found = db.session.scalars(
        classes_open_to(P.EDIT_ROSTER)
        .where(School.municipality_id == pupil.municipality_id, when)
        .options(contains_eager(SchoolClass.school))
    )
    ordered = sorted(
        found, key=lambda one: (one.academic_year, swedish_key(one.school.name), swedish_key(one.name))
    )
    return {str(one.id): f"{one.name}, {one.school.name}, {one.academic_year}" for one in ordered}


def _class_in_form(name: str) -> Any:
    """A class named by its id in the form, fetched through what the person may change. None: not a number."""
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdigit()):
        return None
    return fetch("school_class", int(text), P.EDIT_ROSTER) if int(text) < 2**63 else abort(404)


def _usual_year(school_class: SchoolClass) -> int:
    """The årskurs most of the class goes in."""
    years = list(db.session.scalars(sa.select(Enrolment.year).filter_by(school_class_id=school_class.id)))
    return max(sorted(set(years)), key=years.count) if years else 1


def _details(form: PupilForm) -> PupilDetails:
    return PupilDetails(
        code=form.code.data,
        given_name=form.given_name.data,
        family_name=form.family_name.data,
        preferred_name=form.preferred_name.data or None,
        school_form=SchoolForm(form.school_form.data),
        curriculum=Curriculum(form.curriculum.data),
        letter_language=form.letter_language.data,
        second_letter_language=form.second_letter_language.data or None,
        new_in_swedish_school_on=form.new_in_swedish_school_on.data,
    )
