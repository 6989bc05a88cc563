"""What the routes of pupils.py share: the page of one pupil, its forms, and doing what a form asks."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import contains_eager

from assessments.access import audit
from assessments.access.forms import SwedishForm
from assessments.access.permissions import Permission, classes_open_to, pupils_open_to
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.forms import AnotherClassForm, LastDayForm, MoveForm, PupilForm, RightClassForm
from assessments.refusals import Refused
from assessments.roster import queries
from assessments.roster.models import Pupil, School, SchoolClass

P = Permission
REFUSED = 422


def change(
    pupil: Pupil,
    action: str,
    kind: str,
    form: SwedishForm,
    do: Callable[[], str],
    ask: Callable[[], str] | None = None,
) -> Any:
    """Do the change, note it, and go to where the pupil now is; or show the page again with the reasons.

    ``ask``: the page that asks once more. What cannot be done is told first, so it is done and taken back.
    """
    reasons: list[str] = []
    if form.validate_on_submit():
        try:
            told = do()
        except Refused as refused:
            reasons = refused.reasons
        else:
            if ask is not None:
                db.session.rollback()
                return ask()
            audit.note(action, pupil)
            db.session.commit()
            flash(told)
            return redirect(_where_now(pupil), code=303)
    return page(pupil, {kind: form}, reasons), REFUSED


def change_class(
    pupil: Pupil, action: str, kind: str, form: AnotherClassForm, to_class: SchoolClass, do: Callable[[], str]
) -> Any:
    """As ``change``; whoever chose a class of another school is asked once more."""
    before = queries.latest_class(pupil)

    def ask() -> str:
        audit.note_read("pupil:shown", pupil)
        sent = {one.name: one.data for one in form if one.type != "CSRFTokenField"}
        return render_template(
            "assessments/pupil_other_school.html",
            pupil_id=pupil.id,
            name=pupil.name,
            kind=kind,
            old_class=f"{before.name}, {before.school.name}",
            new_class=f"{to_class.name}, {to_class.school.name}",
            here=before.school.name,
            there=to_class.school.name,
            fields=sent | {form.sure.name: to_class.id},
            from_day=form.from_day.data if kind == "move" else None,
            today=today(),
        )

    is_sure = to_class is None or to_class.school_id == before.school_id or form.sure.data == to_class.id
    return change(pupil, action, kind, form, do, None if is_sure else ask)


def _where_now(pupil: Pupil) -> str:
    """The pupil's page; the list of schools for somebody whose last day has been."""
    is_here = db.session.scalar(pupils_open_to(P.EDIT_ROSTER).where(Pupil.id == pupil.id)) is not None
    return url_for("pupils.show", pupil_id=pupil.id) if is_here else url_for("roster.overview")


def page(pupil: Pupil, forms: dict[str, SwedishForm], reasons: Sequence[str] = ()) -> str:
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
            "move": move_form(pupil, rows[0], None),
            "right": right_form(pupil, rows[0], None),
            "end": LastDayForm(formdata=None, prefix="end-"),
        }
        | forms,
        reasons=reasons,
        municipality=pupil.municipality.name,
    )


def move_form(pupil: Pupil, latest: queries.EnrolmentRow, told: Any) -> MoveForm:
    form = MoveForm(formdata=told, prefix="move-", data={"year": latest.year, "from_day": today()})
    form.name_years(latest.academic_year)
    form.to_class.offer(_classes(pupil, SchoolClass.academic_year >= latest.academic_year))
    return form


def right_form(pupil: Pupil, latest: queries.EnrolmentRow, told: Any) -> RightClassForm:
    form = RightClassForm(formdata=told, prefix="right-", data={"year": latest.year})
    form.name_years(latest.academic_year)
    form.right_class.offer(_classes(pupil, SchoolClass.academic_year == latest.academic_year))
    return form


def _classes(pupil: Pupil, when: sa.ColumnElement[bool]) -> list[tuple[int, str]]:
    """The classes of the pupil's municipality, as choices."""
    found = db.session.scalars(
        classes_open_to(P.EDIT_ROSTER)
        .where(School.municipality_id == pupil.municipality_id, when)
        .options(contains_eager(SchoolClass.school))
    )
    ordered = sorted(
        found, key=lambda one: (one.academic_year, swedish_key(one.school.name), swedish_key(one.name))
    )
    return [(one.id, f"{one.name}, {one.school.name}, {one.academic_year}") for one in ordered]
