"""The way of a school's pupils from one window to the next, as a table and in words."""

from collections.abc import Mapping

from assessments.models import AssessmentWindow
from assessments.words import counted
from reports.figures.school import FlowTable
from screening.percent import whole_percent
from screening.queries.school.flow import flow_of
from screening.queries.school.standings import Stands
from screening.statistics import Flow, Share


def flow_between(
    former: AssessmentWindow, then: Mapping[int, Stands], window: AssessmentWindow, here: Mapping[int, Stands]
) -> FlowTable:
    """``then`` and ``here``: everybody counted in the former window and in this one, by pupil id."""
    found = flow_of(then, here)
    table = tuple(tuple(int(count) for count in row) for row in found.table)
    return FlowTable(former.label, window.label, table, _sentences(found, former))


def _sentences(found: Flow, former: AssessmentWindow) -> tuple[str, ...]:
    """Of those who did not reach the goal, how many do now: by both denominators. Then who came and went."""
    with_results, stayed = found.reached_goal()
    there = f"{found.everyone} gick här båda perioderna, {found.both_assessed} av dem har resultat i båda."
    told = [there]
    start = found.table[:2]
    reached, both, everyone = int(start[:, 2:4].sum()), int(start[:, :4].sum()), int(start[:, :5].sum())
    if both:
        told.append(
            f"Av dem som inte nådde målet {former.label.lower()} når {reached} målet nu: {reached} av {both} "
            f"med resultat i båda ({_percent(with_results)}), {reached} av alla {everyone} som är kvar "
            f"({_percent(stayed)})."
        )
    fallen, from_goal = int(found.table[2:4, :2].sum()), int(found.table[2:4, :4].sum())
    if from_goal:
        told.append(f"Av {from_goal} som nådde målet då och har resultat nu når {fallen} inte målet nu.")
    told.append(f"{counted(found.new, 'är ny', 'är nya')} sedan dess och {found.moved_out} är inte kvar.")
    return tuple(told)


def _percent(share: Share) -> str:
    """``44 %, 23 till 67 %``"""
    middle, low, high = (whole_percent(float(one)) for one in (share.share, share.low, share.high))
    return f"{middle} %, {low} till {high} %"
