"""Flöde: what became of pupils between two windows, by municipality. To count is to release: a button."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for

from assessments import spreadsheets
from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from screening.rejudging import refuse_half_counted, why_half_counted
from screening.views.initiative_home import coordinator, told_window
from screening.views.room import bp

P = Permission
REFUSED = 422


@bp.get("/initiative/flow")
@needs(P.SEE_AGGREGATES)
def initiative_flow() -> str:
    return _page()


@bp.post("/initiative/flow")
@needs(P.SEE_AGGREGATES)
def count_flow() -> Any:
    from screening.coordination import flow  # NumPy and SciPy only where somebody counts

    window = told_window() or abort(404)
    first = _first(window) or abort(404)
    try:
        flow.release(first, window, coordinator())
    except Refused as refused:
        db.session.rollback()
        return _page(refused.reasons), REFUSED
    audit.note("initiative:flow", window, first=first.id)
    db.session.commit()
    flash("Räknat på de resultat som är ifyllda.")
    return redirect(url_for("screening.initiative_flow", window=window.slug, first=first.slug), code=303)


@bp.get("/initiative/flow/table.csv")
@needs(P.SEE_AGGREGATES)
def flow_csv() -> Response:
    return _file(spreadsheets.CSV)


@bp.get("/initiative/flow/table.xlsx")
@needs(P.SEE_AGGREGATES)
def flow_xlsx() -> Response:
    return _file(spreadsheets.XLSX)


def _file(kind: str) -> Response:
    """The same tables as the page, with the same hidden."""
    from screening.coordination.flow_pages import flow, rows  # NumPy, as above

    window = told_window() or abort(404)
    first = _first(window) or abort(404)
    refuse_half_counted()
    told = flow(first, window) or abort(404)
    name = f"flode-{first.slug}-{window.slug}"
    return spreadsheets.spreadsheet(list(rows(told, first, window)), kind, name, "Flöde")


def _first(window: AssessmentWindow) -> AssessmentWindow | None:
    """The window that the address sets this one beside, of the two it can be; the nearest one else."""
    from screening.coordination.flow import windows_before  # NumPy, as above

    choices = windows_before(window)
    told = request.args.get("first")
    if told is None:
        return choices[0] if choices else None
    return next((one for one in choices if one.slug == told), None) or abort(404)


def _page(reasons: list[str] | None = None) -> str:
    from screening.coordination.flow import windows_before  # NumPy, as above
    from screening.coordination.flow_pages import NAMES, flow

    window = told_window()
    first = _first(window) if window else None
    return render_template(
        "screening/initiative_flow.html",
        window=window,
        first=first,
        choices=windows_before(window) if window else [],
        found=flow(first, window) if window and first else None,
        names=NAMES,
        reasons=reasons or [],
        waits=why_half_counted(),
    )
