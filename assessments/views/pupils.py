"""Pupils by hand: add, correct, move, put right, end. The administrator's pages; no scores are shown."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for

from assessments import calendar
from assessments.access import audit
from assessments.access.forms import SwedishForm
from assessments.access.permissions import Permission, fetch, needs
from assessments.corrected_years import correct_class
from assessments.database import db
from assessments.forms import LastDayForm, NewPupilForm, PupilForm
from assessments.refusals import Refused
from assessments.roster import editing, queries
from assessments.roster.editing import PupilDetails
from assessments.roster.models import Curriculum, Enrolment, Pupil, SchoolClass, SchoolForm
from assessments.row_ids import row_id
from assessments.views.pupil_page import REFUSED, change, change_class, move_form, page, right_form
from assessments.words import counted

bp = Blueprint("pupils", __name__)
P = Permission
ID = "int(max=9223372036854775807)"


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
    return page(pupil, {})


@bp.post(f"/pupils/<{ID}:pupil_id>/roster")
@needs(P.EDIT_ROSTER, of="pupil")
def correct(pupil: Pupil) -> Any:
    form = PupilForm()

    def do() -> str:
        changed = editing.correct_pupil(pupil, _details(form))
        return "Ändringen är sparad." if changed else "Inget var ändrat."

    return change(pupil, "pupil:corrected", "details", form, do)


@bp.post(f"/pupils/<{ID}:pupil_id>/move")
@needs(P.EDIT_ROSTER, of="pupil")
def move(pupil: Pupil) -> Any:
    to_class = _class_in_form("move-to_class")
    form = move_form(pupil, queries.enrolments(pupil)[0], request.form)

    def do() -> str:
        editing.move_pupil(pupil, to_class, form.year.data, form.from_day.data)
        return f"Eleven går i {to_class.name}, {to_class.school.name}, från {form.from_day.data}."

    return change_class(pupil, "pupil:moved", "move", form, to_class, do)


@bp.post(f"/pupils/<{ID}:pupil_id>/right-class")
@needs(P.EDIT_ROSTER, of="pupil")
def put_right(pupil: Pupil) -> Any:
    right_class = _class_in_form("right-right_class")
    form = right_form(pupil, queries.enrolments(pupil)[0], request.form)

    def do() -> str:
        scores = correct_class(pupil, right_class, form.year.data)
        told = f"Klassen är rättad till {right_class.name}, {right_class.school.name}. Resultaten är kvar."
        return f"{told} {_judged_anew(scores, right_class, form.year.data)}".rstrip()

    return change_class(pupil, "pupil:class_corrected", "right", form, right_class, do)


@bp.post(f"/pupils/<{ID}:pupil_id>/end")
@needs(P.EDIT_ROSTER, of="pupil")
def end(pupil: Pupil) -> Any:
    form = LastDayForm(prefix="end-")

    def do() -> str:
        editing.end_enrolment(pupil, form.last_day.data)
        return f"Elevens sista dag är {form.last_day.data}."

    return change(pupil, "pupil:ended", "end", form, do)


@bp.post(f"/pupils/<{ID}:pupil_id>/stays")
@needs(P.EDIT_ROSTER, of="pupil")
def stays(pupil: Pupil) -> Any:
    def do() -> str:
        editing.take_back_end(pupil)
        return "Sista dagen är borttagen. Eleven går kvar."

    return change(pupil, "pupil:stays", "stays", SwedishForm(), do)


def _judged_anew(scores: int, right_class: SchoolClass, year: int) -> str:
    label = calendar.year_label(year, right_class.academic_year)
    return f"{counted(scores, 'resultat', 'resultat')} bedöms nu efter {label}." if scores else ""


def _class_in_form(name: str) -> Any:
    """A class named by its id in the form, fetched through what the person may change. None: not a number."""
    text = request.form.get(name, "")
    return fetch("school_class", row_id(text), P.EDIT_ROSTER) if text.isdigit() else None


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
