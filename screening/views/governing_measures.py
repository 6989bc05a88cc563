"""Mått på och av: for a year, a window or a school, beside what the benchmark set expects."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for

from assessments import windows
from assessments.access import audit
from assessments.access.governed import NO
from assessments.access.permissions import Permission, municipalities_open_to, needs
from assessments.calendar import academic_year_on, year_label
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.governing import measures as switching
from assessments.governing.choosing import About
from assessments.instruments.catalogue import measures
from assessments.jobs import doorbell
from assessments.jobs.progress import progress_of
from assessments.refusals import Refused
from assessments.roster.models import Municipality, School
from assessments.words import listed
from screening import rejudging
from screening.governing import choosing, queries
from screening.governing.forms import ALL, SwitchForm, number_or_none
from screening.views.governing import REFUSED, governor
from screening.views.room import bp

P = Permission


@bp.get("/governing/measures")
@needs(P.MANAGE_WINDOWS)
def governing_measures() -> str:
    return _page(_with_choices(SwitchForm(formdata=None)))


@bp.post("/governing/measures")
@needs(P.MANAGE_WINDOWS)
def switch_measure() -> Any:
    """Switch, and order that those it concerns are judged again: what is missing may be another thing."""
    form = _with_choices(SwitchForm())
    if not form.validate():
        return _page(form), REFUSED
    about = About(
        year=number_or_none(form.year),
        window_id=number_or_none(form.window),
        school_id=number_or_none(form.school),
    )
    code, by = form.measure.data, governor()
    try:
        row = switching.switch(code, form.value.data, about, form.valid_from.data, form.reason.data, by)
    except Refused as refused:
        db.session.rollback()
        return _page(_with_choices(form), refused.reasons), REFUSED
    school = db.session.get(School, about.school_id) if about.school_id else None
    home = school.municipality if school else None
    job = rejudging.order_rejudging(home, account_id=by.account_id, duty_id=by.duty_id)
    audit.note("governing:measure", row, measure=code, value=form.value.data)
    alone = choosing.decided_alone(code, about) if form.value.data == NO else []
    parts = progress_of([job.id])[job.id].parts
    db.session.commit()
    doorbell.ring(parts)
    flash("Sparat. Det som saknas bedöms om i bakgrunden.")
    if alone:
        flash(f"Utan måttet kan nivån inte bestämmas i {listed(alone)}.", "warning")
    return redirect(url_for("screening.governing_measures"), code=303)


def _with_choices(form: SwitchForm) -> SwitchForm:
    year = academic_year_on(today())
    ids = municipalities_open_to(P.MANAGE_WINDOWS).with_only_columns(Municipality.id)
    schools = db.session.scalars(sa.select(School).where(School.municipality_id.in_(ids)))
    form.measure.choices = {code: one.name for code, one in measures().items()}
    form.year.choices = {ALL: "Alla årskurser"} | {str(one): year_label(one, year) for one in range(10)}
    form.window.choices = {ALL: "Alla, från dagen nedan"} | {
        str(one.id): one.label for one in reversed(windows.in_order())
    }
    form.school.choices = {ALL: "Alla skolor"} | {
        str(one.id): one.name for one in sorted(schools, key=lambda one: swedish_key(one.name))
    }
    return form


def _page(form: SwitchForm, reasons: list[str] | None = None) -> str:
    rows = queries.switched()
    return render_template("screening/governing_measures.html", form=form, reasons=reasons or [], rows=rows)
