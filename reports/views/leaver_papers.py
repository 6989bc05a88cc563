"""Papers about a pupil who has left, as of the last window here: for whoever had the pupil, for a year."""

from flask import Response, abort

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, Pupil
from reports.drawer import drawn
from reports.queries.leavers import has_left, last_time, support_then
from reports.views.room import ID, bp, paper

OF_LEAVER = f"/leavers/{ID.format('leaver_id')}"
NOT_HERE = "Eleven gick inte här i någon kartläggningsperiod."
P = Permission


@bp.get(f"{OF_LEAVER}/<any(home,staff):kind>.pdf")
@needs(P.PRINT, of="leaver")
def leaver_paper(leaver: Pupil, kind: str) -> Response:
    """The page for the home, or the staff report."""
    from reports.printing import guardian_page, staff_report

    enrolment, window = _last_time(leaver)
    if kind == "home":
        content, document, name = guardian_page(leaver, window), "guardian", "blad-hem"
    else:
        content = staff_report(leaver, window, enrolment.ends_on if has_left(leaver) else None)
        document, name = "staff", "underlag-infor-samrad"
    return _paper(leaver, window, content, document, name)


@bp.get(f"{OF_LEAVER}/support.pdf")
@needs(P.SEE_SUPPORT, of="leaver")
def leaver_support(leaver: Pupil) -> Response:
    """The support period that was the latest then."""
    from reports.gathering.support_period import support_sheet

    enrolment, window = _last_time(leaver)
    period = support_then({leaver.id: (enrolment, window)}).get(leaver.id)
    if period is None:
        abort(404, "Från den sista perioden här finns inget stöd att skriva ut.")
    content = drawn("documents.support_period:pdf", support_sheet(period, leaver, window.closes_on))
    return _paper(leaver, window, content, "support_period", "stodperiod")


def _last_time(pupil: Pupil) -> tuple[Enrolment, AssessmentWindow]:
    return last_time(pupil) or abort(404, NOT_HERE)


def _paper(
    pupil: Pupil, window: AssessmentWindow, content: bytes | None, document: str, name: str
) -> Response:
    if content is None:
        abort(404, NOT_HERE)
    audit.note_read("report:printed", pupil, window=window.id, document=document)
    return paper(content, f"{name}-{window.slug}.pdf")
