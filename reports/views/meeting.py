"""The page for the home on the screen of a meeting.

What draws is imported inside the views: the web worker starts without matplotlib and ReportLab.
"""

from typing import Any

from flask import abort, render_template, request

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.roster.models import Pupil
from reports.views.room import OF_PUPIL, bp, refuse_protected
from reports.wording import CODES, SWEDISH


@bp.get(f"{OF_PUPIL}/meeting")
@needs(Permission.PRINT, of="pupil")
def meeting(pupil: Pupil, window: str) -> Any:
    """One child and nobody else: no other page's name is on it. ``?language=ar`` where a home reads it."""
    from reports.queries.meeting import meeting as gathered

    found = header.window_or_404(window)
    refuse_protected(pupil)
    language = request.args.get("language", SWEDISH)
    page = gathered(pupil, found, language if language in CODES else SWEDISH)
    if page is None:
        abort(404)
    audit.note_read("meeting:shown", pupil, window=found.id, language=page.language)
    return render_template("reports/meeting.html", page=page, pupil_id=pupil.id, window=found)
