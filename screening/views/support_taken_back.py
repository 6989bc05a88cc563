"""A support period of the wrong pupil is taken back."""

from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.clock import day_of
from assessments.database import db
from assessments.protection_queries import DOCUMENTS, printed
from assessments.refusals import Refused
from assessments.roster.models import Pupil
from assessments.words import day, listed
from screening.models import SupportPeriod
from screening.support.forms import WhichPeriodForm
from screening.support.reach import periods_open_to
from screening.support.taking_back import take_back
from screening.views.room import support
from screening.views.step_pages import to_pupil

P = Permission
SILENT = {DOCUMENTS["blank_sheet"], DOCUMENTS["reading_groups"]}  # papers that tell of no support


@support.post("/pupils/<int(max=9223372036854775807):pupil_id>/support/taken-back")
@needs(P.PLAN_SUPPORT, of="pupil")
def take_period_back(pupil: Pupil) -> Any:
    form = WhichPeriodForm()
    if not form.validate():
        abort(400)
    asked = periods_open_to(P.PLAN_SUPPORT).where(SupportPeriod.pupil_id == pupil.id)
    period = db.session.scalar(asked.where(SupportPeriod.id == form.period.data))
    if period is None:
        flash("Stödperioden finns inte längre.")
        return to_pupil(pupil.id, "support")
    period_id, began_at = period.id, period.created_at
    code, starts_on = period.measure, day(period.starts_on)
    try:
        take_back(period)
    except Refused as refused:
        db.session.rollback()
        flash(" ".join(refused.reasons), "error")
        return redirect(url_for("support.period", period_id=period_id), code=303)
    audit.note("support:taken_back", period, pupil=pupil.id, measure=code, starts_on=starts_on)
    papers = _papers_since(pupil, began_at)
    db.session.commit()
    flash("Stödperioden är tillbakatagen.")
    if papers:
        flash(f"Den kan stå på papper som har skrivits ut sedan dess: {listed(papers)}.", "warning")
    return to_pupil(pupil.id, "support")


def _papers_since(pupil: Pupil, moment: datetime) -> list[str]:
    """What has been printed of the pupil since, and may tell of support."""
    told = [one for one in printed(pupil) if one.printed_at >= moment and one.document not in SILENT]
    return list(dict.fromkeys(f"{one.document} {day(day_of(one.printed_at))}" for one in told))
