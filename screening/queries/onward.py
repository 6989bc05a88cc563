"""Who takes a recorded step further on a page of its own: plans the support period, writes the request."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from assessments.access.permissions import Permission, pupils_open_to
from assessments.database import db
from assessments.roster.models import Pupil
from screening.queries.signal_cards import Card


@dataclass(frozen=True)
class Onward:
    """The ids of the pupils for whom the signed-in person does it."""

    plans: frozenset[int]
    asks: frozenset[int]


def onward(cards: Iterable[Card]) -> Onward:
    """Of the pupils whose steps lead on. Two queries; where no step does, none."""
    return onward_for({card.pupil_id for card in cards if any(step.leads_to for step in card.steps)})


def onward_for(pupil_ids: set[int]) -> Onward:
    """Nobody asks for help about a protected identity here: the principal does, outside Lässpår."""
    if not pupil_ids:
        return Onward(frozenset(), frozenset())
    plans = pupils_open_to(Permission.PLAN_SUPPORT)
    asks = pupils_open_to(Permission.ASK_FOR_HELP).where(~Pupil.is_protected)
    return Onward(_among(plans, pupil_ids), _among(asks, pupil_ids))


def _among(pupils: sa.Select[Pupil], pupil_ids: set[int]) -> frozenset[int]:
    return frozenset(db.session.scalars(pupils.where(Pupil.id.in_(pupil_ids)).with_only_columns(Pupil.id)))
