"""Goals to halve a share: set, ended, and the numbers that are entered by hand. Verbs flush."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from assessments.access.permissions import Permission, duties_giving, municipalities_open_to
from assessments.access.taking_part import have_left
from assessments.calendar import is_academic_year
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import Season
from assessments.refusals import Refused
from assessments.roster.models import Municipality
from assessments.said_already import said_already
from assessments.writes import Recorder
from screening.coordination.models import GoalKind, GoalNumber, HalvingGoal

if TYPE_CHECKING:
    from screening.initiative_counts import Place  # with NumPy, which a web worker does not load at its start

LONGEST_NAME = 100
MOST_PUPILS = 100_000
FARTHEST = 15  # years from the baseline to the target
SchoolYear = tuple[int, str]  # school id, academic year


@dataclass(frozen=True)
class Wish:
    """A goal as somebody wrote it. ``year`` None: every year of the window; no municipality: everybody."""

    name: str
    kind: GoalKind
    measure: str | None
    year: int | None
    season: Season
    municipality_id: int | None
    baseline_year: str
    target_year: str


def set_goal(wish: Wish, recorder: Recorder) -> HalvingGoal:
    """Write the goal down, once however often it is sent. Raises ``Refused`` with every reason."""
    name = " ".join(wish.name.split())
    wrong = [] if 1 <= len(name) <= LONGEST_NAME else [f"Skriv ett namn på högst {LONGEST_NAME} tecken."]
    wrong += _wrong_years(wish)
    if wish.kind is GoalKind.MEASURE and wish.measure not in measures():
        wrong.append("Välj vilket mått målet gäller.")
    if wish.municipality_id is not None and wish.municipality_id not in my_municipalities():
        wrong.append("Välj en kommun som du samordnar.")
    if wrong:
        raise Refused(wrong)
    measure = wish.measure if wish.kind is GoalKind.MEASURE else None
    told = {**asdict(wish), "name": name, "measure": measure, "duty_id": recorder.duty_id}
    if before := said_already(HalvingGoal, recorder.account_id, ended_on=None, **told):
        return before[0]
    goal = HalvingGoal(account_id=recorder.account_id, **told)
    db.session.add(goal)
    db.session.flush()
    return goal


def _wrong_years(wish: Wish) -> list[str]:
    if not (is_academic_year(wish.baseline_year) and is_academic_year(wish.target_year)):
        return ["Välj läsår för utgångsläget och för målet."]
    years = int(wish.target_year[:4]) - int(wish.baseline_year[:4])
    return [] if 1 <= years <= FARTHEST else [f"Målåret ligger 1 till {FARTHEST} år efter utgångsläget."]


def end_goal(goal: HalvingGoal) -> None:
    """Follow the goal no longer. What was released of it stays in the ledger."""
    goal.ended_on = goal.ended_on or today()
    db.session.flush()


def my_municipalities() -> dict[int, str]:
    """By id the names of those that the signed-in person coordinates. One query."""
    rows = db.session.scalars(municipalities_open_to(Permission.SEE_AGGREGATES))
    return {one.id: one.name for one in rows}


def my_homes() -> set[int | None]:
    """The ids of the municipalities whose coordinator the person is; None: of the whole initiative."""
    return {duty.municipality_id for duty in duties_giving(Permission.SEE_AGGREGATES)}


def decides(municipality_id: int | None) -> bool:
    """Whether the person may set, count and end goals of it: those of everybody nobody who has left."""
    return municipality_id is not None or not have_left(my_homes(), today())


def goals_open_to_me() -> sa.Select[HalvingGoal]:
    """Goals of the whole initiative, and of the municipalities that the person coordinates."""
    ids = municipalities_open_to(Permission.SEE_AGGREGATES).with_only_columns(Municipality.id)
    mine = sa.or_(HalvingGoal.municipality_id.is_(None), HalvingGoal.municipality_id.in_(ids))
    return sa.select(HalvingGoal).where(mine)


def numbers(goal: HalvingGoal) -> dict[SchoolYear, GoalNumber]:
    """What has been entered by hand. One query."""
    rows = db.session.scalars(sa.select(GoalNumber).filter_by(goal_id=goal.id))
    return {(row.school_id, row.academic_year): row for row in rows}


def enter_numbers(
    goal: HalvingGoal,
    academic_year: str,
    told: Mapping[int, tuple[int, int] | None],
    schools: "Sequence[Place]",
    recorder: Recorder,
) -> int:
    """What the schools reached in a year: (count, among) by school, None where nothing stands. All or
    nothing; returns how many schools changed. Raises ``Refused`` naming each school that is wrong."""
    if not is_academic_year(academic_year):
        raise Refused("Välj ett läsår.")
    if wrong := [line for place in schools if (line := wrong_numbers(place, told.get(place.school_id)))]:
        raise Refused(wrong)
    standing, changed = numbers(goal), 0
    for place in schools:
        pair, row = told.get(place.school_id), standing.get((place.school_id, academic_year))
        if pair == ((row.count, row.among) if row else None):
            continue
        changed += 1
        if pair is None:
            db.session.delete(row)
            continue
        row = row or GoalNumber(goal_id=goal.id, school_id=place.school_id, academic_year=academic_year)
        row.count, row.among = pair
        row.account_id = recorder.account_id
        db.session.add(row)
    db.session.flush()
    return changed


def wrong_numbers(place: "Place", pair: tuple[int, int] | None) -> str:
    """What is wrong with what a school reached, in words; nothing where it can be."""
    if pair is None or (1 <= pair[1] <= MOST_PUPILS and 0 <= pair[0] <= pair[1]):
        return ""
    return (
        f"{place.school}: antalet som ännu inte når målet är 0 till så många som räknas, och minst en räknas."
    )


def of_goal(goal: HalvingGoal, everywhere: "Sequence[Place]") -> "list[Place]":
    """The schools that the goal is about."""
    return [place for place in everywhere if goal.municipality_id in (None, place.municipality_id)]
