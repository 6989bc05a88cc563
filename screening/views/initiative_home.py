"""Överblick: the coordinator's first page. To count is to release, so it is a button; the page only reads."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, needs
from assessments.database import db
from assessments.refusals import Refused
from assessments.writes import Recorder
from screening.views.room import bp

P = Permission
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

    window = header.chosen_window() or abort(404)
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


def coordinator() -> Recorder:
    """Who lets figures out: the duty that gives the right to see them."""
    return Recorder(g.account.id, duties_giving(P.SEE_AGGREGATES)[0].id)


def _page(reasons: list[str] | None = None) -> str:
    from screening.coordination.home import home  # NumPy only where somebody looks at shares

    window = header.chosen_window()
    return render_template(
        "screening/initiative.html",
        window=window,
        found=home(window) if window else None,
        reasons=reasons or [],
    )
