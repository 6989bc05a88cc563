"""Jämför: schools and municipalities side by side. To count is to release, so it is a button."""

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
WHOLE = "Nivån i perioden"


@bp.get("/initiative/comparison")
@needs(P.SEE_AGGREGATES)
def initiative_comparison() -> str:
    return _page()


@bp.post("/initiative/comparison")
@needs(P.SEE_AGGREGATES)
def count_comparison() -> Any:
    from screening import initiative as shares  # NumPy and SciPy only where somebody counts
    from screening.coordination import measure_shares

    window = told_window() or abort(404)
    measure = _measure(window)
    try:
        if measure:
            measure_shares.release(window, measure, coordinator())
        else:
            shares.compare(window, "school", coordinator())
    except Refused as refused:
        db.session.rollback()
        return _page(refused.reasons), REFUSED
    audit.note("initiative:compared", window, measure=measure)
    db.session.commit()
    flash("Räknat på de resultat som är ifyllda.")
    address = url_for("screening.initiative_comparison", window=window.slug, measure=measure or None)
    return redirect(address, code=303)


@bp.get("/initiative/comparison/table.csv")
@needs(P.SEE_AGGREGATES)
def comparison_csv() -> Response:
    return _file(spreadsheets.CSV)


@bp.get("/initiative/comparison/table.xlsx")
@needs(P.SEE_AGGREGATES)
def comparison_xlsx() -> Response:
    return _file(spreadsheets.XLSX)


def _file(kind: str) -> Response:
    """The same table as the page, with the same hidden."""
    from screening.coordination.comparison import comparison, rows  # NumPy only where shares are told

    window = told_window() or abort(404)
    measure = _measure(window)
    refuse_half_counted()
    told = comparison(window, measure) or abort(404)
    name = "-".join(filter(None, ("jamforelse", window.slug, measure)))
    return spreadsheets.spreadsheet(list(rows(told)), kind, name, "Jämförelse")


def _measure(window: AssessmentWindow) -> str:
    """The measure of the address; empty for the level of the window."""
    from screening.coordination.measure_shares import compared  # NumPy, as above

    code = request.args.get("measure", "")
    return code if not code or code in compared(window) else abort(404)


def _page(reasons: list[str] | None = None) -> str:
    from screening.coordination.comparison import comparison  # NumPy, as above
    from screening.coordination.measure_shares import compared

    window = told_window()
    measure = _measure(window) if window else ""
    choices = {"": WHOLE} | {code: one.name for code, one in (compared(window) if window else {}).items()}
    return render_template(
        "screening/initiative_comparison.html",
        window=window,
        measure=measure,
        choices=choices,
        found=comparison(window, measure) if window else None,
        reasons=reasons or [],
        waits=why_half_counted(),
    )
