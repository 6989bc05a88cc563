"""Språk på bladen hem: the principal turns on translations that nobody outside the project has reviewed."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.clock import today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import School
from reports import home_languages
from reports.drawer import drawn
from reports.queries.home_languages import language_rows
from reports.views.room import ID, bp, paper
from reports.wording import translations, wording

ADDRESS = f"/schools/{ID.format('school_id')}/home-languages"


@bp.get(ADDRESS)
@needs(Permission.LEAD_SCHOOL, of="school")
def languages(school: School) -> str:
    return render_template("reports/home_languages.html", school=school, rows=language_rows(school))


@bp.get(f"{ADDRESS}.pdf")
@needs(Permission.LEAD_SCHOOL, of="school")
def language_specimen(school: School) -> Response:
    """A page about nobody, to be read before the language is turned on. ``?language=ti``."""
    from reports.specimen import specimen

    language = request.args.get("language", translations()[0])
    if language not in translations():
        abort(404)
    told = [specimen(language, school.name, today())]
    content = drawn("documents.class_set:pdf", told)
    return paper(content, f"provblad-{language}.pdf")


@bp.post(ADDRESS)
@needs(Permission.LEAD_SCHOOL, of="school")
def turn_language(school: School) -> Response:
    """Field ``on`` or ``off``: the code of the language."""
    is_on = "on" in request.form
    code = request.form.get("on" if is_on else "off", "")
    try:
        by = Recorder(g.account.id, g.opening_duty.id)
        is_news = home_languages.turn_on(school, code, by) if is_on else home_languages.turn_off(school, code)
    except Refused as refused:
        flash(refused.reasons[0])
        is_news = False
    if is_news:
        action = f"home_language:turned_{'on' if is_on else 'off'}"
        audit.note(action, school, school_id=school.id, language=code)
        db.session.commit()
        flash(f"{wording(code)['name'].capitalize()} är {'påslaget' if is_on else 'avslaget'}.")
    return redirect(url_for("reports.languages", school_id=school.id), code=303)
