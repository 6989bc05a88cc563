"""Signals somebody is about to record a step for: what the step's own page shows."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil
from screening.models import Flag
from screening.queries.signal_cards import FLAGS, Card, background, card
from screening.rules.catalogue import Step


@dataclass(frozen=True)
class ChosenSignals:
    items: tuple[tuple[str, Card], ...]  # name and signal
    offered: tuple[Step, ...]  # the steps that are offered for every one of them
    ends_consultation: bool  # a step that needs samråd is ticked off by the next one
    pupils: tuple[Pupil, ...]


def chosen_signals(flags: Sequence[Flag]) -> ChosenSignals:
    """In the order given."""
    ids = [flag.id for flag in flags]
    pupils = sa.select(Flag.pupil_id).where(Flag.id.in_(ids))
    known = background(pupils)
    rows = db.session.execute(
        sa.select(FLAGS, Pupil, AssessmentWindow)
        .join(Pupil, Pupil.id == FLAGS.c.pupil_id)
        .join(AssessmentWindow, AssessmentWindow.id == FLAGS.c.window_id)
        .where(FLAGS.c.id.in_(ids))
    ).all()
    cards = [  # how long they have waited is not said where somebody is about to answer
        (row.Pupil.name, card(row, row.AssessmentWindow, row.Pupil, known, row.created_at))
        for row in sorted(rows, key=lambda row: ids.index(row.id))
    ]
    offered = known.rules.steps.values()
    return ChosenSignals(
        items=tuple(cards),
        offered=tuple(
            step
            for step in offered
            if all(step in told.offered for _, told in cards) or (step.for_class and len(cards) > 1)
        ),
        ends_consultation=any(step.needs_consultation for _, told in cards for step in told.due),
        pupils=tuple({row.Pupil.id: row.Pupil for row in rows}.values()),
    )
