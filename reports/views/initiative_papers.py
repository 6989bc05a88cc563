"""Papers of the initiative for the steering group: a window, a goal. Only what was released, no pupil.

Each is also a table for Excel, with what the paper hides hidden.
"""

from flask import Response, abort

from assessments import header, spreadsheets
from assessments.access.permissions import Permission, needs
from assessments.refusals import Refused
from reports.drawer import drawn
from reports.views.room import ID, bp, paper
from screening.coordination.goals import my_homes
from screening.rejudging import refuse_half_counted
from screening.views.initiative_goals import goal_or_404
from screening.views.initiative_home import refuse_after_leaving

FORM = "<any(pdf,csv,xlsx):form>"
OF_WINDOW = f"/initiative/windows/<window>/report.{FORM}"


@bp.get(f"/initiative/goals/{ID.format('goal_id')}/goal.{FORM}")
@needs(Permission.SEE_AGGREGATES)
def halving_goal(goal_id: int, form: str) -> Response:
    from reports.gathering.halving_goal import goal_paper
    from reports.initiative_tables import goal_rows
    from screening.coordination.goal_pages import goal_told

    goal = goal_or_404(goal_id)
    refuse_half_counted()
    if form in spreadsheets.KINDS:
        told = goal_told(goal, my_homes())
        if told.found is None:
            abort(404, "Målet är inte räknat än.")
        return spreadsheets.spreadsheet(list(goal_rows(told)), form, f"mal-{goal.id}", "Mål att halvera")
    printed = goal_paper(goal, my_homes())
    if printed is None:
        abort(404, "Målet är inte räknat än.")
    return paper(drawn("documents.halving_goal:pdf", printed), f"mal-{goal.id}.pdf")


@bp.get(OF_WINDOW)
@needs(Permission.SEE_AGGREGATES)
def initiative_report(window: str, form: str) -> Response:
    """The municipalities that the person coordinates, as they last went out."""
    from reports.gathering.initiative import initiative_report as gathered
    from reports.initiative_tables import initiative_rows
    from screening.coordination.home import mine
    from screening.initiative_counts import places

    found = header.window_or_404(window)
    refuse_after_leaving(found)
    refuse_half_counted()
    try:
        told = gathered(found, mine(places()))
    except Refused as refused:
        abort(404, refused.reasons[0])
    if form in spreadsheets.KINDS:
        rows = list(initiative_rows(told))
        return spreadsheets.spreadsheet(rows, form, f"overblick-{found.slug}", "Överblick")
    return paper(drawn("documents.initiative_report:pdf", told), f"lassatsningen-{found.slug}.pdf")
