"""The page for the home on the screen of a meeting, and the paper as pictures on the page where it is made.

What draws is imported inside the views: the web worker starts without matplotlib and ReportLab.
"""

from typing import Any

from flask import Response, abort, render_template, request

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.roster.models import Pupil
from reports.views.room import OF_PUPIL, bp
from reports.wording import CODES, SWEDISH


@bp.get(f"{OF_PUPIL}/meeting")
@needs(Permission.PRINT, of="pupil")
def meeting(pupil: Pupil, window: str) -> Any:
    """One child and nobody else: no other page's name is on it. ``?language=ar`` where a home reads it."""
    from reports.queries.meeting import meeting as gathered

    found = header.window_or_404(window)
    if pupil.is_protected:
        abort(403)
    language = request.args.get("language", SWEDISH)
    page = gathered(pupil, found, language if language in CODES else SWEDISH)
    if page is None:
        abort(404)
    audit.note_read("meeting:shown", pupil, window=found.id, language=page.language)
    return render_template("reports/meeting.html", page=page, pupil_id=pupil.id, window=found)


@bp.get(f"{OF_PUPIL}/home-page/<int:number>.png")
@needs(Permission.PRINT, of="pupil")
def home_picture(pupil: Pupil, window: str, number: int) -> Response:
    """A page of the saved paper, counted from 1 as it is printed."""
    from reports.page_pictures import page_picture
    from reports.printing import guardian_page

    found = header.window_or_404(window)
    if pupil.is_protected:
        abort(403)
    content = guardian_page(pupil, found)
    picture = page_picture(content, number) if content else None
    if picture is None:
        abort(404)
    audit.note_read("home_page:shown", pupil, window=found.id)
    answer = Response(picture, mimetype="image/png")
    answer.headers["Cache-Control"] = "no-store"
    return answer
