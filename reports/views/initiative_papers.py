"""Papers of the initiative: a goal for the steering group. Only what was released, never a pupil."""

from flask import Response, abort

from assessments.access.permissions import Permission, needs
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
