"""Stöd: what each kind of support gave, of all that take part. To count is to release: a button."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.access.taking_part import have_left
from assessments.calendar import last_day
from assessments.clock import today
from assessments.database import db
from assessments.refusals import Refused
from screening.coordination.goals import my_homes
from screening.rejudging import why_half_counted
from screening.views.initiative_home import OUTSIDE, coordinator
from screening.views.room import bp

P = Permission
REFUSED = 422


@bp.get("/initiative/support")
@needs(P.SEE_AGGREGATES)
def initiative_support() -> str:
    return _page()


@bp.post("/initiative/support")
@needs(P.SEE_AGGREGATES)
def count_support() -> Any:
    from screening.coordination import support_outcomes  # NumPy and SciPy only where somebody counts

    if have_left(my_homes(), today()):
        abort(403, OUTSIDE)
    asked = request.form.get("academic_year", "")
    if asked not in _years():
        return _page(["Välj ett läsår i listan."]), REFUSED
    try:
        told = support_outcomes.release(asked, coordinator())
    except Refused as refused:
        db.session.rollback()
        return _page(refused.reasons), REFUSED
    audit.note("initiative:support", told)
    db.session.commit()
    flash(f"Läsåret {asked} är räknat.")
    return redirect(url_for("screening.initiative_support"), code=303)


def _years() -> list[str]:
    """Those that are over while a municipality of the person's took part."""
    from screening.coordination.support_outcomes import over  # NumPy, as above

    return [one for one in over() if not have_left(my_homes(), last_day(one))]


def _page(reasons: list[str] | None = None) -> str:
    from screening.conditional_growth import CAUTION  # NumPy, as above
    from screening.coordination.support_outcomes import year_of_support

    return render_template(
        "screening/initiative_support.html",
        window=header.chosen_window(),
        years=[year_of_support(one) for one in _years()],
        caution=CAUTION,
        reasons=reasons or [],
        waits=why_half_counted(),
    )
