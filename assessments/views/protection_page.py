"""What the routes of protection.py share: the page of one pupil, its forms, and doing what a form asks."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import contains_eager

from assessments import protection_queries, written_lines
from assessments.access import audit
from assessments.access.forms import SwedishForm
from assessments.access.permissions import Permission, classes_open_to, duties_giving, pupils_open_to
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.forms import AliasForm, HiddenEndForm, LiftForm, MoveForm, ProtectForm
from assessments.refusals import Refused
from assessments.roster import protecting, queries
from assessments.roster.models import Pupil, School, SchoolClass
from assessments.roster.queries import latest_class

P = Permission
REFUSED = 422


def change(pupil: Pupil, kind: str, form: SwedishForm, do: Callable[[], str]) -> Any:
    """Do the change and go to where the pupil can be seen; or show the page again with the reasons."""
    reasons: list[str] = []
    if form.validate_on_submit():
        try:
            told = do()
        except Refused as refused:
            db.session.rollback()
            reasons = refused.reasons
        else:
            db.session.commit()
            flash(told)
            return redirect(_where_now(pupil), code=303)
    return page(pupil, {kind: form}, reasons), REFUSED


def _where_now(pupil: Pupil) -> str:
    """The pupil's page; the class where the protection is over; lists for whoever lost sight of the pupil."""
    if not pupil.is_protected:
        return url_for("classes.pupils", class_id=latest_class(pupil).id)
    if _is_open(pupil, P.MANAGE_PROTECTED):
        return url_for("protection.show", pupil_id=pupil.id)
    return url_for("roster.overview" if duties_giving(P.EDIT_ROSTER) else "quarantine.overview")


def _is_open(pupil: Pupil, permission: Permission) -> bool:
    return db.session.scalar(pupils_open_to(permission).where(Pupil.id == pupil.id)) is not None


def page(pupil: Pupil, forms: dict[str, SwedishForm], reasons: list[str] | None = None) -> str:
    """What would happen, or what can be done. ``forms``: what was filled in and refused."""
    rows, school_id = queries.enrolments(pupil), latest_class(pupil).school_id
    audit.note_read("pupil:shown", pupil, school_id=school_id)
    waiting = lines(pupil) if pupil.is_protected else []
    for other in {line.pupil_id for line in waiting if line.pupil_id}:
        audit.note_read("pupil:shown", db.session.get_one(Pupil, other), school_id=school_id)
    return render_template(
        "assessments/protection.html",
        pupil=pupil,
        latest=rows[0],
        class_id=latest_class(pupil).id,
        printed=protection_queries.printed(pupil),
        lines=waiting,
        loses_sight=not _is_open(pupil, P.MANAGE_PROTECTED),
        may_see_page=_is_open(pupil, P.SEE_SCORES),
        forms=_fresh_forms(pupil) | forms,
        reasons=reasons or [],
    )


def _fresh_forms(pupil: Pupil) -> dict[str, SwedishForm]:
    if not pupil.is_protected:
        proposed = protecting.proposed_alias(pupil.municipality)
        return {"protect": ProtectForm(formdata=None, prefix="protect-", data={"alias": proposed})}
    last_day = queries.enrolments(pupil)[0].ends_on
    return {
        "alias": AliasForm(formdata=None, prefix="alias-", data={"alias": pupil.alias}),
        "move": move_form(pupil, None),
        "end": HiddenEndForm(formdata=None, prefix="end-", data={"last_day": last_day}),
        "lift": LiftForm(formdata=None, prefix="lift-"),
    }


def move_form(pupil: Pupil, told: Any) -> MoveForm:
    latest = queries.enrolments(pupil)[0]
    form = MoveForm(formdata=told, prefix="move-", data={"year": latest.year, "from_day": today()})
    form.name_years(latest.academic_year)
    there = classes(
        School.municipality_id == pupil.municipality_id,
        SchoolClass.academic_year >= latest.academic_year,
        SchoolClass.id != latest_class(pupil).id,
    )
    form.to_class.offer(there)
    return form


def classes(*where: sa.ColumnElement[bool]) -> list[tuple[int, str]]:
    """The classes where the person looks after protected pupils, as choices."""
    asked = classes_open_to(P.MANAGE_PROTECTED).where(*where).options(contains_eager(SchoolClass.school))
    ordered = sorted(
        db.session.scalars(asked),
        key=lambda one: (one.academic_year, swedish_key(one.school.name), swedish_key(one.name)),
    )
    return [(one.id, f"{one.name}, {one.school.name}, {one.academic_year}") for one in ordered]


def lines(pupil: Pupil) -> list[written_lines.Line]:
    return written_lines.lines_to_review(pupil, pupils_open_to(P.SEE_SIGNALS), classes_open_to(P.SEE_SIGNALS))
