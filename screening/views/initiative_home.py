"""Överblick: the coordinator's first page. To count is to release, so it is a button; the page only reads."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, needs
from assessments.access.taking_part import have_left
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.writes import Recorder
from screening.coordination.goals import my_homes
from screening.rejudging import why_half_counted
from screening.views.room import bp

P = Permission
OUTSIDE = "Kommunen var inte med i satsningen när perioden stängde. Välj en period som stängde tidigare."
REFUSED = 422


@bp.get("/initiative")
@needs(P.SEE_AGGREGATES)
def initiative() -> str:
    return _page()


@bp.post("/initiative")
@needs(P.SEE_AGGREGATES)
def count_initiative() -> Any:
    from screening import initiative as shares  # NumPy and SciPy only where somebody counts
    from screening.coordination import follow_up

    window = told_window() or abort(404)
    try:
        shares.compare(window, "school", coordinator())
    except Refused as refused:
        db.session.rollback()
        return _page(refused.reasons), REFUSED
    told = follow_up.release(window, coordinator())
    audit.note("initiative:counted", window, release=told.id)
    db.session.commit()
    flash("Räknat på de resultat som är ifyllda.")
    return redirect(url_for("screening.initiative", window=window.slug), code=303)


def told_window() -> AssessmentWindow | None:
    """The window that the page tells of."""
    window = header.chosen_window()
    if window is not None:
        refuse_after_leaving(window)
    return window


def refuse_after_leaving(window: AssessmentWindow) -> None:
    """403 for whoever coordinates only municipalities that had left the initiative when the window closed."""
    if have_left(my_homes(), window.closes_on):
        abort(403, OUTSIDE)


def coordinator() -> Recorder:
    """Who lets figures out: the duty that gives the right to see them."""
    return Recorder(g.account.id, duties_giving(P.SEE_AGGREGATES)[0].id)


def _page(reasons: list[str] | None = None) -> str:
    from screening.coordination.home import home  # NumPy only where somebody looks at shares

    window = told_window()
    return render_template(
        "screening/initiative.html",
        window=window,
        found=home(window) if window else None,
        reasons=reasons or [],
        waits=why_half_counted(),
    )
