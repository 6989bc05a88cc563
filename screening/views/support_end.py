"""Ending a support period with its follow-up, correcting that, and opening the period again."""

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Pupil
from screening.models import SupportPeriod
from screening.steps.lines import tidy
from screening.support import ending
from screening.support.forms import EndForm
from screening.support.models import SupportFollowUp
from screening.support.queries.around import absence_line
from screening.support.stored import PERIODS
from screening.support.ways import WhatWorked
from screening.views.room import support

P = Permission
ADDRESS = "/support/<int(max=9223372036854775807):period_id>/end"


@support.get(ADDRESS)
@needs(P.PLAN_SUPPORT, of="support_period")
def end_page(support_period: SupportPeriod) -> str:
    _is_theirs(support_period)
    form, kept = EndForm(formdata=None), ending.follow_up_of(support_period)
    form.version.data = kept.version if kept else 0
    if kept is not None:
        form.ended_on.data, form.worked.data, form.line.data = kept.ended_on, kept.worked.value, kept.line
    return _page(support_period, form, [])


@support.post(ADDRESS)
@needs(P.PLAN_SUPPORT, of="support_period")
def end(support_period: SupportPeriod) -> Any:
    _is_theirs(support_period)
    form = EndForm()
    if not form.validate():
        return _page(support_period, form, []), 422
    told = ending.Told(
        form.ended_on.data, WhatWorked(form.worked.data), tidy(form.line.data), form.version.data
    )
    try:
        kept = ending.end_period(support_period, told, Recorder(g.account.id, g.opening_duty.id))
    except Refused as refused:
        db.session.rollback()
        return _page(support_period, form, refused.reasons), 422
    audit.note("support:ended", support_period, pupil=support_period.pupil_id, version=kept.version)
    db.session.commit()
    flash("Perioden är avslutad och uppföljningen sparad.")
    return _back(support_period)


@support.post(f"{ADDRESS}/undo")
@needs(P.PLAN_SUPPORT, of="support_period")
def open_again(support_period: SupportPeriod) -> Response:
    """The follow-up is taken away: what it said stays in the trail by its version only."""
    _is_theirs(support_period)
    is_news = ending.open_again(support_period, request.form.get("version", 0, type=int))
    if is_news:
        audit.note("support:opened_again", support_period, pupil=support_period.pupil_id)
    db.session.commit()
    flash("Perioden pågår igen." if is_news else "Perioden pågår redan.")
    return _back(support_period)


def _is_theirs(period: SupportPeriod) -> None:
    """What another school wrote, and has not handed over, is neither shown here nor written over."""
    untold = sa.select(SupportFollowUp.id).filter_by(support_period_id=period.id)
    if db.session.scalar(untold.where(~ending.is_told(period.pupil_id))) is not None:
        abort(404)


def _back(period: SupportPeriod) -> Response:
    return redirect(url_for("support.period", period_id=period.id), code=303)


def _page(period: SupportPeriod, form: EndForm, reasons: list[str]) -> str:
    from screening.support.queries.shown import shown  # NumPy waits until there is a period to tell of

    pupil = db.session.get_one(Pupil, period.pupil_id)
    audit.note_read("pupil:seen", pupil)
    (found,) = shown(PERIODS.c.id == period.id)
    kept = ending.follow_up_of(period)
    return render_template(
        "screening/support_end.html",
        period=period,
        pupil=pupil,
        form=form,
        reasons=reasons,
        one=found,
        absence=absence_line(period),
        measure=measures()[period.measure],
        after=ending.value_after(ending.results_until(period, today())),
        version=kept.version if kept else 0,
    )
