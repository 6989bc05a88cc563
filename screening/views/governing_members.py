"""Kommuner i satsningen: a municipality joins from a day on, or leaves after one, and keeps its data."""

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, url_for

from assessments.access import audit
from assessments.access.governed import YES
from assessments.access.permissions import Permission, duties_giving, municipalities_open_to, needs
from assessments.database import db
from assessments.governing import members as verbs
from assessments.governing.members import Member, members
from assessments.refusals import Refused
from assessments.roster.models import Municipality
from assessments.words import counted, day
from screening.governing import joining
from screening.governing.forms import MemberForm
from screening.views.governing import REFUSED, governor
from screening.views.room import bp

P = Permission


@bp.get("/governing/municipalities")
@needs(P.MANAGE_WINDOWS)
def governing_members() -> str:
    return _page(_with_choices(MemberForm(formdata=None)))


@bp.post("/governing/municipalities")
@needs(P.MANAGE_WINDOWS)
def change_member() -> Any:
    """Join or leave. The day is the first one in, or the last one."""
    form = _with_choices(MemberForm())
    if not form.validate():
        return _page(form), REFUSED
    municipality = db.session.get(Municipality, form.municipality.data) or abort(404)
    name, joins = municipality.name, form.turn.data == YES
    try:
        turn = joining.join if joins else verbs.leave
        row = turn(municipality, form.on.data, form.reason.data, governor())
    except Refused as refused:
        db.session.rollback()
        return _page(_with_choices(form), refused.reasons), REFUSED
    audit.note("governing:joined" if joins else "governing:left", row, municipality_id=municipality.id)
    db.session.commit()
    flash(
        f"{name} är med i satsningen från {day(form.on.data)}."
        if joins
        else f"{name} är med i satsningen till och med {day(form.on.data)}."
    )
    return redirect(url_for("screening.governing_members"), code=303)


def _mine() -> list[Member]:
    """Those that the person may say this of: all, for the initiative's coordinator; else the own ones."""
    if any(duty.municipality_id is None for duty in duties_giving(P.MANAGE_WINDOWS)):
        return members()
    ids = municipalities_open_to(P.MANAGE_WINDOWS).with_only_columns(Municipality.id)
    own = set(db.session.scalars(sa.select(Municipality.id).where(Municipality.id.in_(ids))))
    return [one for one in members() if one.municipality_id in own]


def _with_choices(form: MemberForm) -> MemberForm:
    form.municipality.offer((one.municipality_id, one.name) for one in _mine())
    return form


def _page(form: MemberForm, reasons: list[str] | None = None) -> str:
    everybody = members()
    inside = sum(one.is_in for one in everybody)
    return render_template(
        "screening/governing_members.html",
        form=form,
        reasons=reasons or [],
        rows=everybody,
        sentence=f"{inside} av {counted(len(everybody), 'kommun', 'kommuner')} är med i satsningen i dag.",
    )
