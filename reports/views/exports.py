"""Everything a municipality owns as a file: ordered here, written by a worker, fetched for two days."""

from typing import Any

import sqlalchemy as sa
from flask import Response, abort, request, send_file

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.jobs import doorbell
from assessments.jobs.models import Job
from assessments.refusals import Refused
from assessments.roster.models import Municipality
from reports.exports.ordering import file_of, is_ready, order_export
from reports.views.records import OF, REFUSED, back, bp, page, recorder
from reports.views.room import ID

P = Permission


@bp.post(f"{OF}/exports")
@needs(P.KEEP_RECORDS, of="municipality")
def export(municipality: Municipality) -> Any:
    """Order a file with everything the municipality owns."""
    try:
        order_export(municipality, recorder(), with_protected="protected" in request.form)
    except Refused as refused:
        db.session.rollback()
        return page(municipality, reasons=refused.reasons), REFUSED
    answer = back(municipality, "Uttaget är beställt. Ladda om sidan om en stund.")
    doorbell.ring(1)
    return answer


@bp.get(f"{OF}/exports/{ID.format('export_id')}.zip")
@needs(P.KEEP_RECORDS, of="municipality")
def fetch_export(municipality: Municipality, export_id: int) -> Response:
    """The file, while it lies there. A trace is left of who fetched it."""
    job = db.session.scalar(sa.select(Job).filter_by(id=export_id, municipality_id=municipality.id))
    if job is None or not is_ready(job):
        abort(404)
    audit.note_read("municipality:export_fetched", municipality, municipality_id=municipality.id, job=job.id)
    answer = send_file(file_of(job), "application/zip", as_attachment=True, download_name="uttag.zip")
    answer.headers["Cache-Control"] = "no-store"
    return answer
