"""Uppgifter och gallring: how long records are kept, disposal with its protocol, and how fresh copies are."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, municipalities_open_to, needs
from assessments.access.trail.disposing import DISPOSED, vouched_for
from assessments.clock import is_set, today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.database.verified import LONGEST_DAYS, days_since, latest
from assessments.one_line import one_line
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.retention import queries, rules
from assessments.retention.disposing import dispose, plan
from assessments.retention.forms import HoldForm, NarrowForm, RuleForm
from assessments.retention.models import Basis, Disposal
from assessments.retention.reach import disposals_open_to
from assessments.roster import narrowing
from assessments.roster.models import Municipality, Pupil
from assessments.spreadsheets import CSV, spreadsheet
from reports.drawer import drawn
from reports.exports.ordering import latest_exports
from reports.views.room import ID, paper

bp = Blueprint("records", __name__)
P = Permission
OF = f"/municipalities/{ID.format('municipality_id')}/records"
REFUSED = 422


@bp.get("/records")
@needs(P.KEEP_RECORDS)
def overview() -> Any:
    """The municipalities that the person administers; where there is one, its page."""
    found = db.session.scalars(municipalities_open_to(P.KEEP_RECORDS)).all()
    if len(found) == 1:
        return redirect(url_for("records.show", municipality_id=found[0].id))
    in_order = sorted(found, key=lambda one: swedish_key(one.name))
    return render_template("reports/records_choice.html", municipalities=in_order)


@bp.get(OF)
@needs(P.KEEP_RECORDS, of="municipality")
def show(municipality: Municipality) -> str:
    return page(municipality)


@bp.post(f"{OF}/rules")
@needs(P.KEEP_RECORDS, of="municipality")
def decide(municipality: Municipality) -> Any:
    """Write a decided rule down. Nothing is disposed of by it."""
    form = RuleForm().name_kinds()
    if not form.validate():
        return page(municipality, rule=form), REFUSED
    try:
        made = rules.decide(
            municipality, form.kind.data, form.years.data, Basis(form.basis.data), form.decision.data,
            form.decided_on.data, recorder(),
        )  # fmt: skip
    except Refused as refused:
        db.session.rollback()
        return page(municipality, rule=form, reasons=refused.reasons), REFUSED
    audit.note("retention:decided", made, municipality_id=municipality.id, kind=made.kind, years=made.years)
    return back(municipality, "Regeln är sparad.")


@bp.post(f"{OF}/holds")
@needs(P.KEEP_RECORDS, of="municipality")
def hold(municipality: Municipality) -> Any:
    """Keep everything about a pupil, or let the rules hold again."""
    form, releases = HoldForm(), "release" in request.form
    if not form.validate():
        return page(municipality, hold=form), REFUSED
    try:
        pupil = _pupil(municipality, form.code.data)
        row = (
            rules.release(pupil, recorder()) if releases else rules.hold(pupil, form.reason.data, recorder())
        )
    except Refused as refused:
        db.session.rollback()
        return page(municipality, hold=form, reasons=refused.reasons), REFUSED
    audit.note(f"retention:{'released' if releases else 'held'}", row, municipality_id=municipality.id)
    return back(municipality, "Undantaget är hävt." if releases else "Eleven är undantagen från gallring.")


@bp.post(f"{OF}/narrowings")
@needs(P.KEEP_RECORDS, of="municipality")
def narrow(municipality: Municipality) -> Any:
    """Keep a pupil's record without using it (article 18), or let it be used again."""
    form, lifts = NarrowForm(), "lift" in request.form
    if not form.validate():
        return page(municipality, narrowed=form), REFUSED
    try:
        pupil, duty_id = _pupil(municipality, form.code.data), g.opening_duty.id
        if lifts:
            narrowing.lift(pupil, duty_id)
        else:
            reason = one_line(form.reason.data, narrowing.LONGEST, narrowing.NO_REASON)
            narrowing.narrow(pupil, reason, form.since_on.data or today(), duty_id)
    except Refused as refused:
        db.session.rollback()
        return page(municipality, narrowed=form, reasons=refused.reasons), REFUSED
    audit.note(f"pupil:{'used_again' if lifts else 'narrowed'}", pupil, municipality_id=municipality.id)
    told = "Begränsningen är upphävd." if lifts else "Behandlingen av elevens uppgifter är begränsad."
    return back(municipality, told)


@bp.get(f"{OF}/disposal")
@needs(P.KEEP_RECORDS, of="municipality")
def preview(municipality: Municipality) -> str:
    return preview_page(municipality)


@bp.post(f"{OF}/disposal")
@needs(P.KEEP_RECORDS, of="municipality")
def do_dispose(municipality: Municipality) -> Any:
    """Take away what was shown; where something has changed since, it is shown anew."""
    try:
        done = dispose(municipality, recorder(), request.form.get("seen", ""))
    except Refused as refused:
        db.session.rollback()
        return preview_page(municipality, refused.reasons), REFUSED
    audit.note(DISPOSED, done, municipality_id=municipality.id, **vouched_for(municipality))
    return back(municipality, f"Gallringen är gjord. Protokoll {done.id} finns nedan.")


@bp.get(f"/disposals/{ID.format('disposal_id')}/protocol.<any(pdf,csv):form>")
@needs(P.KEEP_RECORDS, of="disposal")
def protocol(disposal: Disposal, form: str) -> Response:
    """What was disposed of, without a name: as paper or as a table."""
    from reports.gathering.disposal import disposal_paper, disposal_rows

    name = f"gallringsprotokoll-{disposal.id}"
    if form == CSV:
        return spreadsheet(disposal_rows(disposal), CSV, name, name)
    return paper(drawn("documents.disposal:pdf", disposal_paper(disposal)), f"{name}.pdf")


def page(
    municipality: Municipality,
    *,
    rule: RuleForm | None = None,
    hold: HoldForm | None = None,
    narrowed: NarrowForm | None = None,
    reasons: list[str] | None = None,
) -> str:
    """The municipality's page, with what was typed and why it was refused."""
    tried = latest()
    holds, hidden = queries.hold_rows(municipality)
    narrowings, hidden_narrowed = queries.narrowing_rows(municipality)
    return render_template(
        "reports/records.html",
        municipality=municipality,
        told_day=today() if is_set() and not current_app.config["LASSPAR_IS_DEMO"] else None,
        tried=tried,
        days=days_since(tried) if tried else None,
        most_days=LONGEST_DAYS,
        rules=queries.rule_rows(municipality),
        rule_form=rule or RuleForm(formdata=None).name_kinds(),
        hold_form=hold or HoldForm(formdata=None),
        holds=holds,
        hidden=hidden,
        narrow_form=narrowed or NarrowForm(formdata=None),
        narrowings=narrowings,
        hidden_narrowed=hidden_narrowed,
        disposals=queries.disposal_rows(municipality, disposals_open_to(P.KEEP_RECORDS)),
        exports=latest_exports(municipality),
        reasons=reasons or [],
    )


def preview_page(municipality: Municipality, reasons: list[str] | None = None) -> str:
    told = plan(municipality)
    return render_template(
        "reports/disposal.html",
        municipality=municipality,
        plan=told,
        sentence=queries.summary(told.lines, told.pupils, told.held),
        waits=queries.WAITING if told.waiting else "",
        reasons=reasons or [],
    )


def _pupil(municipality: Municipality, code: str) -> Pupil:
    """Of one with protected identity an administrator learns nothing, not even that there is one."""
    asked = sa.select(Pupil).filter_by(municipality_id=municipality.id, code=code.strip(), is_protected=False)
    found = db.session.scalar(asked)
    if found is None:
        raise Refused(
            f"Ingen elev har elev-id {code.strip()}. För elever med skyddade uppgifter: kommandoraden."
        )
    return found


def recorder() -> Recorder:
    """Who acts, by the duty that opened the page."""
    return Recorder(g.account.id, g.opening_duty.id)


def back(municipality: Municipality, told: str) -> Any:
    """Keep what was done, and to the municipality's page."""
    address = url_for("records.show", municipality_id=municipality.id)
    db.session.commit()
    flash(told)
    return redirect(address, code=303)
