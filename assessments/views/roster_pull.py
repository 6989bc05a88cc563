"""Class lists fetched from the school administration: the same preview and confirmation as a file's."""

from typing import Any

from flask import Blueprint, abort, g, render_template, request

from assessments.access.permissions import Permission, municipalities_open_to, needs
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Municipality
from assessments.row_ids import row_id
from assessments.ss12000 import pulling
from assessments.ss12000.queries import sources
from assessments.uploads import Upload
from assessments.views.imports import REFUSED, preview_pulled

bp = Blueprint("roster_pull", __name__)
P = Permission
ADDRESS = "/roster/pull"


@bp.get(ADDRESS)
@needs(P.EDIT_ROSTER)
def overview() -> str:
    return _page([])


@bp.post(ADDRESS)
@needs(P.EDIT_ROSTER)
def fetch() -> Any:
    """Ask the service, and show what it would change. Nothing is taken in before it is confirmed."""
    number = row_id(request.form.get("municipality", ""))
    mine = municipalities_open_to(P.EDIT_ROSTER).where(Municipality.id == number)
    municipality = db.session.scalar(mine) if number else None
    if municipality is None:
        return abort(404) if number else (_page(["Välj en kommun."]), REFUSED)
    try:
        found = pulling.pull(municipality, patience=pulling.PAGE_PATIENCE, account_id=g.account.id)
    except Refused as refused:
        return _page(refused.reasons), REFUSED
    options = {"on": "", "end_missing": "1" if request.form.get("end_missing") else ""}
    about = {"pull": str(found.pull_id), "municipality": str(number), "notes": "\n".join(found.notes)}
    return preview_pulled(Upload(found.name, found.content, options | about))


def _page(reasons: list[str]) -> str:
    found = sources(municipalities_open_to(P.EDIT_ROSTER))
    return render_template("assessments/roster_pull.html", sources=found, reasons=reasons)
