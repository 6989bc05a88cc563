"""Papers of a whole school, for its principal."""

import sqlalchemy as sa
from flask import Response, abort

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs, pupils_open_to
from assessments.database import db
from assessments.roster.models import Pupil, School
from reports.drawer import drawn
from reports.views.room import ID, bp, paper
from screening.rejudging import refuse_half_counted

OF_SCHOOL = f"/schools/{ID.format('school_id')}/windows/<window>"


@bp.get(f"{OF_SCHOOL}/school-report.pdf")
@needs(Permission.LEAD_SCHOOL, of="school")
def school_report(school: School, window: str) -> Response:
    """Counts of everybody; by name those who are not assessed, where she may see them."""
    from reports.gathering.school import school_report as gathered

    found = header.window_or_404(window)
    refuse_half_counted([school.id])
    report = gathered(school, found, pupils_open_to(Permission.PRINT))
    if not report.whole.enrolled:
        abort(404)
    for pupil in db.session.scalars(sa.select(Pupil).where(Pupil.id.in_(report.named))):
        audit.note_read(
            "report:printed", pupil, school_id=school.id, window=found.id, document="school_report"
        )
    return paper(drawn("documents.school_report:pdf", report), f"skolrapport-{found.slug}.pdf")
