"""Nytt läsår: the administrator moves a school's classes up, looks it over first, and can take it back."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.calendar import year_label
from assessments.collation import swedish_key
from assessments.database import db
from assessments.new_year import outcome, planning, turning
from assessments.new_year.naming import following
from assessments.new_year.planning import Choices, Going, Otherwise, Part
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import School

bp = Blueprint("new_year", __name__)
P = Permission
ID = "int(max=9223372036854775807)"
REFUSED = 422


@bp.get(f"/schools/<{ID}:school_id>/new-year")
@needs(P.EDIT_ROSTER, of="school")
def page(school: School) -> str:
    """Every class with the name it is suggested to have."""
    return _page(school, request.args, Choices(), None, [])


@bp.post(f"/schools/<{ID}:school_id>/new-year")
@needs(P.EDIT_ROSTER, of="school")
def move_up(school: School) -> Response | tuple[str, int] | str:
    """Look over what the choices make, or do it."""
    year = _year(school, request.form)
    found = planning.parts(school, year) if year else []
    choices, by = _choices(found, request.form), Recorder(g.account.id, g.opening_duty.id)
    try:
        if "do" not in request.form:
            choices = planning.one_spelling(school, year, found, choices) if year else choices
            made = planning.steps(found, choices)
            seen = outcome.outcome(found, made, choices, _teachers(found, year))
            return _page(school, request.form, choices, seen, [])
        if (told := request.form.get("year", "")) != year:  # sent twice: the next year is not meant
            raise Refused(f"Alla på skolan har redan flyttats upp från läsåret {told}.")
        done = turning.move_up(school, year, choices, by)
    except Refused as refused:
        db.session.rollback()
        return _page(school, request.form, choices, None, refused.reasons), REFUSED
    went_on, left = turning.told(done)
    audit.note(
        "new_year:moved_up", done, school_id=school.id, academic_year=done.academic_year, pupils=went_on,
        leaving=left, classes=len(done.trace["classes"]),
    )  # fmt: skip
    db.session.commit()
    flash(f"Läsåret {done.academic_year} är upplagt: {outcome.how_many(went_on, left)}.")
    return _back(school)


@bp.post(f"/schools/<{ID}:school_id>/new-year/take-back")
@needs(P.EDIT_ROSTER, of="school")
def take_back(school: School) -> Response | tuple[str, int]:
    """The latest move as if it had never been made."""
    done = turning.latest(school)
    if done is not None:
        try:
            turning.take_back(done)
        except Refused as refused:
            db.session.rollback()
            return _page(school, {}, Choices(), None, refused.reasons), REFUSED
        audit.note("new_year:taken_back", done, school_id=school.id, academic_year=done.academic_year)
        db.session.commit()
        flash(f"Läsåret {done.academic_year} är ångrat. Alla går i sina förra klasser.")
    return _back(school)


def _back(school: School) -> Response:
    return redirect(url_for("new_year.page", school_id=school.id), code=303)


def _teachers(found: list[Part], year: str | None) -> dict[int, list[str]]:
    """By class who teaches it to the end of the academic year, and may go along."""
    names: dict[int, list[str]] = {}
    for one in planning.teaching(found, year) if year else []:
        names.setdefault(one.school_class_id or 0, []).append(one.staff_member.name)
    return {class_id: sorted(set(of), key=swedish_key) for class_id, of in names.items()}


def _page(school: School, said: Mapping[str, str], choices: Choices, seen: Any, reasons: list[str]) -> str:
    years = planning.years_to_leave(school)
    year = _year(school, said)
    found = planning.parts(school, year) if year else []
    shown, latest = [part for part in found if part.shown], turning.latest(school)
    for school_class in planning.classes_of(shown):
        audit.note_read("class_list:shown", school_class, school_id=school.id)
    return render_template(
        "assessments/new_year.html",
        school=school,
        year=year,
        years=years,
        to_year=following(year) if year else None,
        parts=shown,
        names={part.key: choices.names.get(part.key, part.suggested) for part in shown},
        teachers=choices.teachers if "year" in request.form else planning.with_teachers(shown),
        otherwise=choices.otherwise,
        who_teaches=_teachers(shown, year),
        outcome=seen,
        label=year_label,
        latest=latest,
        moved=outcome.how_many(*turning.told(latest)) if latest else None,
        reasons=reasons,
    )


def _year(school: School, said: Mapping[str, str]) -> str | None:
    """The academic year that is left: the one asked for, else the oldest that somebody is still in."""
    years = planning.years_to_leave(school)
    asked = said.get("year", "").replace("-", "/")
    return asked if asked in years else next(iter(years), None)


def _choices(found: list[Part], form: Mapping[str, str]) -> Choices:
    """What was typed."""
    otherwise = {}
    for pupil in (pupil for part in found for pupil in part.shown):
        told, name = form.get(f"going-{pupil.pupil_id}", ""), form.get(f"class-{pupil.pupil_id}", "").strip()
        going = Going(told) if told in set(Going) else Going.ALONG
        if going is not Going.ALONG or name:
            otherwise[pupil.pupil_id] = Otherwise(going, name)
    teachers = frozenset(part.key for part in found if f"teacher-{part.key.code}" in form)
    return Choices({part.key: _name(part, found, form) for part in found}, otherwise, teachers)


def _name(part: Part, found: list[Part], form: Mapping[str, str]) -> str:
    """A part that the page does not show, for its pupils are protected, goes where its class goes."""
    same = [one for one in found if one.key.class_id == part.key.class_id and one.shown]
    asked = part if part.shown or not same else same[0]
    return form.get(f"part-{asked.key.code}", part.suggested).strip()
