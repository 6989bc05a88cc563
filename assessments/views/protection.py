"""Skyddade personuppgifter: protect a pupil now, add one under an alias, and take a protection away."""

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for

from assessments import calendar, written_lines
from assessments.access import audit
from assessments.access.forms import SwedishForm
from assessments.access.permissions import Permission, fetch, needs, quarantined_rows_open_to
from assessments.clock import today
from assessments.database import db
from assessments.forms import AliasForm, HiddenEndForm, HiddenPupilForm, LiftForm, ProtectForm
from assessments.protection_queries import waiting_row
from assessments.refusals import Refused
from assessments.roster import editing, protecting
from assessments.roster.models import (
    Curriculum,
    LineToReview,
    Pupil,
    QuarantineWord,
    School,
    SchoolClass,
    SchoolForm,
)
from assessments.roster.quarantine import settle
from assessments.roster.queries import latest_class
from assessments.views.protection_page import REFUSED, change, classes, lines, move_form, page

bp = Blueprint("protection", __name__)
P = Permission
ID = "int(max=9223372036854775807)"
ADDRESS = f"/pupils/<{ID}:pupil_id>/protection"


@bp.route(f"/schools/<{ID}:school_id>/protected-pupils/new", methods=["GET", "POST"])
@needs(P.MANAGE_PROTECTED, of="school")
def new(school: School) -> Any:
    """A pupil who never had a name here. ``row``: the quarantined row that this deals with."""
    year = calendar.academic_year_on(today())
    form, reasons = HiddenPupilForm(), []
    form.name_years(year)
    form.school_class.offer(classes(SchoolClass.school_id == school.id, SchoolClass.academic_year >= year))
    row = waiting_row(quarantined_rows_open_to(P.PROTECT), school.id, request.values.get("row", ""))
    if request.method == "GET":
        form.alias.data = protecting.proposed_alias(school.municipality)
        form.year.data = 1
    if form.validate_on_submit():
        school_class = fetch("school_class", form.school_class.data, P.MANAGE_PROTECTED)
        try:
            pupil = protecting.add_under_alias(school_class, _hidden(form))
        except Refused as refused:
            reasons = refused.reasons
        else:
            audit.note("pupil:added_protected", pupil, school_id=school.id, school_class=school_class.id)
            if row is not None and settle(row, QuarantineWord.ADDED, g.opening_duty.id):
                audit.note("quarantine:noted", row, school_id=school.id, word=QuarantineWord.ADDED.value)
            db.session.commit()
            flash("Eleven är inlagd under alias. Elev-id står här nedanför.")
            return redirect(url_for("protection.show", pupil_id=pupil.id), code=303)
    shown = render_template(
        "assessments/protected_new.html", form=form, reasons=reasons, school=school, row=row
    )
    return shown, REFUSED if reasons or form.errors else 200


def _hidden(form: HiddenPupilForm) -> protecting.Hidden:
    return protecting.Hidden(
        alias=form.alias.data,
        year=form.year.data,
        starts_on=form.starts_on.data,
        school_form=SchoolForm(form.school_form.data),
        curriculum=Curriculum(form.curriculum.data),
    )


@bp.get(ADDRESS)
@needs(P.PROTECT, of="pupil")
def show(pupil: Pupil) -> str:
    return page(pupil, {})


@bp.post(ADDRESS)
@needs(P.PROTECT, of="pupil")
def protect(pupil: Pupil) -> Any:
    """Skydda nu. Done twice it changes nothing the second time."""
    form = ProtectForm(prefix="protect-")

    def do() -> str:
        if not protecting.protect(pupil, form.alias.data):
            return "Eleven är redan skyddad."
        audit.note("pupil:protected", pupil, school_id=latest_class(pupil).school_id)
        return "Eleven är skyddad. Namnet är raderat."

    return change(pupil, "protect", form, do)


@bp.post(f"{ADDRESS}/alias")
@needs(P.MANAGE_PROTECTED, of="pupil")
def rename(pupil: Pupil) -> Any:
    form = AliasForm(prefix="alias-")

    def do() -> str:
        if not protecting.rename(pupil, form.alias.data):
            return "Inget var ändrat."
        audit.note("pupil:alias_changed", pupil, school_id=latest_class(pupil).school_id)
        return "Eleven har fått sitt nya alias."

    return change(pupil, "alias", form, do)


@bp.post(f"{ADDRESS}/move")
@needs(P.MANAGE_PROTECTED, of="pupil")
def move(pupil: Pupil) -> Any:
    form = move_form(pupil, request.form)

    def do() -> str:
        _only_protected(pupil)
        to_class = fetch("school_class", form.to_class.data, P.MANAGE_PROTECTED)
        editing.move_pupil(pupil, to_class, form.year.data, form.from_day.data)
        audit.note("pupil:moved", pupil, school_id=to_class.school_id)
        return f"Eleven går i {to_class.name}, {to_class.school.name}, från {form.from_day.data}."

    return change(pupil, "move", form, do)


@bp.post(f"{ADDRESS}/end")
@needs(P.MANAGE_PROTECTED, of="pupil")
def end(pupil: Pupil) -> Any:
    form = HiddenEndForm(prefix="end-")

    def do() -> str:
        _only_protected(pupil)
        school_id, last_day = latest_class(pupil).school_id, form.last_day.data
        if last_day is None:
            editing.take_back_end(pupil)
            audit.note("pupil:stays", pupil, school_id=school_id)
            return "Sista dagen är borttagen. Eleven går kvar."
        editing.end_enrolment(pupil, last_day)
        audit.note("pupil:ended", pupil, school_id=school_id)
        return f"Elevens sista dag är {last_day}."

    return change(pupil, "end", form, do)


@bp.post(f"{ADDRESS}/lift")
@needs(P.MANAGE_PROTECTED, of="pupil")
def lift(pupil: Pupil) -> Any:
    form = LiftForm(prefix="lift-")

    def do() -> str:
        protecting.lift(pupil, form.given_name.data, form.family_name.data)
        audit.note("pupil:unprotected", pupil, school_id=latest_class(pupil).school_id)
        return "Skyddet är borttaget. Eleven står under sitt namn igen."

    return change(pupil, "lift", form, do)


@bp.post(f"{ADDRESS}/lines")
@needs(P.MANAGE_PROTECTED, of="pupil")
def correct_line(pupil: Pupil) -> Any:
    """A line where the old name stood, as the principal wants it to stand."""
    number = request.form.get("review", "")
    waiting = {str(line.review_id): line for line in lines(pupil)}
    if number not in waiting:
        abort(404)
    review = db.session.get_one(LineToReview, int(number))

    def do() -> str:
        is_changed = written_lines.correct_line(review, request.form.get("text", ""))
        audit.note(
            "line:reviewed",
            pupil,
            school_id=latest_class(pupil).school_id,
            kind=review.kind,
            row=review.row_id,
            changed=is_changed,
        )
        return "Raden är ändrad." if is_changed else "Raden står kvar som den var."

    return change(pupil, "line", SwedishForm(), do)


def _only_protected(pupil: Pupil) -> None:
    if not pupil.is_protected:
        raise Refused("Eleven har inte skyddade personuppgifter. Administratören ändrar klass och sista dag.")
