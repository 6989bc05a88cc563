"""A pupil's threads with their whole life: what each window said, what people did, and what is open now."""

from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil
from screening import inbox
from screening.handovers.seeing import is_open
from screening.queries.shown import kind_label
from screening.queries.signal_cards import FLAGS, Card, background, card
from screening.queries.thread_work import StepTaken
from screening.signals import Family, FlagState, state_label

FAMILY_WORDS = {
    Family.NEED: "Behov",
    Family.GROWTH: "Utveckling",
    Family.CHANGE: "Förändring",
    Family.COVERAGE: "Underlag",
    Family.DATA: "Siffror att kontrollera",
    Family.OBSERVATION: "Iakttagelse",
}


@dataclass(frozen=True)
class Moment:
    """The thread in one window."""

    window: str
    label: str
    state: str


@dataclass(frozen=True)
class ThreadLife:
    """A thread. ``card`` is what is open now, None once somebody has closed it."""

    family: str
    card: Card | None
    window_slug: str
    moments: tuple[Moment, ...]  # latest first
    steps: tuple[StepTaken, ...]

    @property
    def closing(self) -> StepTaken | None:
        """The step that closed the thread, while it can be taken back."""
        latest = self.steps[0] if self.card is None and self.steps else None
        return latest if latest and latest.is_closing and latest.may_be_opened_again else None


def thread_lives(pupil: Pupil) -> tuple[ThreadLife, ...]:
    """Open threads first, those of the greatest level first among them."""
    rows: dict[Family, list[Any]] = {}
    found = db.session.execute(
        sa.select(FLAGS, AssessmentWindow)
        .join(AssessmentWindow, AssessmentWindow.id == FLAGS.c.window_id)
        .where(FLAGS.c.pupil_id == pupil.id, is_open(FLAGS.c.pupil_id, FLAGS.c.window_id))
        .order_by(inbox.place_in_time().desc())
    )
    for row in found:
        rows.setdefault(Family(row.family), []).append(row)
    known = background(sa.select(Pupil.id).where(Pupil.id == pupil.id))
    lives = []
    for family, its in rows.items():
        latest = its[0]
        goes_on = FlagState(latest.state) is not FlagState.CLOSED
        since_closed = takewhile(lambda row: FlagState(row.state) is not FlagState.CLOSED, its)
        began_at = min((row.created_at for row in since_closed), default=latest.created_at)
        told = card(latest, latest.AssessmentWindow, pupil, known, began_at)
        lives.append(
            ThreadLife(
                family=FAMILY_WORDS[family],
                card=told if goes_on else None,
                window_slug=latest.AssessmentWindow.slug,
                moments=tuple(
                    Moment(
                        row.AssessmentWindow.label,
                        kind_label(row.kind),
                        state_label(FlagState(row.state), row.kind),
                    )
                    for row in its
                ),
                steps=told.steps,
            )
        )
    return tuple(
        sorted(lives, key=lambda life: (life.card is None, -(life.card.level or 0) if life.card else 0))
    )
