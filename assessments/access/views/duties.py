"""One duty: its last day, or taking it back."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from assessments.access import audit, duties, queries
from assessments.access.forms import LastDayForm
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Duty
from assessments.words import day

bp = Blueprint("duties", __name__)
P = Permission
DUTY = "/duties/<int(max=9223372036854775807):duty_id>"


@bp.get(DUTY)
@needs(P.MANAGE_STAFF, of="duty")
def duty(duty: Duty) -> str:
    return _page(duty, LastDayForm(formdata=None, obj=duty))


@bp.post(f"{DUTY}/end")
@needs(P.MANAGE_STAFF, of="duty")
def change(duty: Duty) -> Any:
    form = LastDayForm()
    if not form.validate():
        return _page(duty, form), 422
    try:
        duties.change(duty, form.ends_on.data)
    except Refused as refused:
        db.session.rollback()
        return _page(duty, form, refused.reasons), 422
    audit.note("duty:changed", duty, municipality_id=_municipality_id(duty))
    if duties.leaves_nobody(duty):
        flash(
            f"Efter {day(duty.ends_on)} har kommunen ingen administratör."
            " Lägg upp den som tar över innan dess.",
            "warning",
        )
    db.session.commit()
    flash("Uppdragets sista dag är sparad.")
    return redirect(url_for("staff.overview"))


@bp.post(f"{DUTY}/take-back")
@needs(P.MANAGE_STAFF, of="duty")
def take_back(duty: Duty) -> Any:
    audit.note(
        "duty:taken_back", duty, municipality_id=_municipality_id(duty), staff_member=duty.staff_member_id
    )
    try:
        duties.take_back(duty)
    except Refused as refused:
        db.session.rollback()
        return _page(duty, LastDayForm(formdata=None, obj=duty), refused.reasons), 409
    db.session.commit()
    flash("Uppdraget är borttaget.")
    return redirect(url_for("staff.overview"))


def _municipality_id(duty: Duty) -> int | None:
    municipality = queries.municipality_of(duty)
    return municipality.id if municipality else None


def _page(duty: Duty, form: LastDayForm, reasons: list[str] | None = None) -> str:
    return render_template(
        "access/duty.html",
        duty=queries.duty_rows([duty])[0],
        name=duty.staff_member.name,
        form=form,
        reasons=reasons or [],
    )
