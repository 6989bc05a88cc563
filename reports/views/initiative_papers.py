"""Papers of the initiative for the steering group: a window, a goal. Only what was released, no pupil."""

from flask import Response, abort

from assessments import header
from assessments.access.permissions import Permission, needs
from assessments.refusals import Refused
from reports.views.room import ID, bp, paper
from screening.views.initiative_goals import goal_or_404


@bp.get(f"/initiative/goals/{ID.format('goal_id')}/goal.pdf")
@needs(Permission.SEE_AGGREGATES)
def halving_goal(goal_id: int) -> Response:
    from reports.documents import halving_goal as document
    from reports.gathering.halving_goal import goal_paper

    goal = goal_or_404(goal_id)
    told = goal_paper(goal)
    if told is None:
        abort(404)
    return paper(document.pdf(told), f"mal-{goal.id}.pdf")


@bp.get("/initiative/windows/<window>/report.pdf")
@needs(Permission.SEE_AGGREGATES)
def initiative_report(window: str) -> Response:
    """The municipalities that the person coordinates, as they last went out."""
    from reports.documents import initiative_report as document
    from reports.gathering.initiative import initiative_report as gathered
    from screening.coordination.home import mine
    from screening.initiative_counts import places

    found = header.window_or_404(window)
    try:
        told = gathered(found, mine(places()))
    except Refused as refused:
        abort(404, refused.reasons[0])
    return paper(document.pdf(told), f"lassatsningen-{found.slug}.pdf")
