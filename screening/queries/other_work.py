"""What waits in a function's inbox besides signals and samråd: a line that leads to a page of its own.

A new kind of work is one function in SOURCES: it gives the rows of the classes' pupils, ready to print.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.roster.models import SchoolClass
from screening.handovers.seeing import is_open_on
from screening.models import SupportPeriod
from screening.queries.follow_up_order import Filters
from screening.queries.follow_up_rows import Classes, place_words, placed
from screening.requests.models import WAITING, HelpRequest, RequestState
from screening.support.models import SupportFollowUp


@dataclass(frozen=True)
class OtherWork:
    """One line. ``due_on`` None: no day was set."""

    word: str  # what it is: "Stödperiod", "Begäran om hjälp"
    name: str
    pupil_id: int
    class_id: int
    place: str
    why: str
    due_on: date | None
    endpoint: str
    parts: Mapping[str, int]

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < today()


def other_work(classes: Classes, filters: Filters) -> list[OtherWork]:
    """Every source asked, the oldest day first, and of one day by name. A query for each source."""
    found = [row for source in SOURCES for row in source(classes, filters)]
    return sorted(found, key=lambda row: (row.due_on or date.max, swedish_key(row.name), row.pupil_id))


def ended_periods(classes: Classes, filters: Filters) -> list[OtherWork]:
    """Support periods whose day has passed and that nobody has followed up."""
    rows = db.session.execute(
        placed(SupportPeriod, SupportPeriod.pupil_id, classes)
        .outerjoin(SupportFollowUp, SupportFollowUp.support_period_id == SupportPeriod.id)
        .where(
            SupportPeriod.goal_on < today(),
            SupportFollowUp.id.is_(None),
            is_open_on(SupportPeriod.pupil_id, SupportPeriod.starts_on),
        )
    )
    return [
        OtherWork(
            word="Stödperiod",
            name=row.Pupil.name,
            pupil_id=row.Pupil.id,
            class_id=row.class_id,
            place=place_words(row, classes),
            why="Perioden är slut. Följ upp: vad fungerade?",
            due_on=row.SupportPeriod.goal_on,
            endpoint="support.period",
            parts={"period_id": row.SupportPeriod.id},
        )
        for row in rows
        if filters.fit_place(row) and filters.may_name(row)
    ]


def requests_for_help(classes: Classes, filters: Filters) -> list[OtherWork]:
    """The school's own requests where somebody here has something to do: read an answer, ask again."""
    waits = sa.and_(HelpRequest.state.in_(WAITING), HelpRequest.due_on < today())
    rows = db.session.execute(
        placed(HelpRequest, HelpRequest.pupil_id, classes).where(
            HelpRequest.school_id == SchoolClass.school_id,
            sa.or_(waits, HelpRequest.state.in_(WORDS_OF_REQUESTS)),
        )
    )
    return [
        OtherWork(
            word="Begäran om hjälp",
            name=row.Pupil.name,
            pupil_id=row.Pupil.id,
            class_id=row.class_id,
            place=place_words(row, classes),
            why=WORDS_OF_REQUESTS.get(row.HelpRequest.state, UNANSWERED),
            due_on=row.HelpRequest.due_on if row.HelpRequest.state in WAITING else None,
            endpoint="requests.show",
            parts={"request_id": row.HelpRequest.id},
        )
        for row in rows
        if filters.fit_place(row) and filters.may_name(row)
    ]


UNANSWERED = "Inget svar har kommit. Hör av er till mottagaren."
WORDS_OF_REQUESTS = {
    RequestState.ANSWERED: "Svaret har kommit. Läs det och avsluta begäran.",
    RequestState.STOPPED: "Begäran är stoppad: samtycket räcker inte längre.",
}
SOURCES: list[Callable[[Classes, Filters], list[OtherWork]]] = [ended_periods, requests_for_help]
