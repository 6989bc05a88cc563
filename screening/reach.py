"""Which signals a person may act on: fetched through what they may see, like everything else."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from assessments.access.permissions import FETCHES, Fetch, Permission, pupils_open_to
from assessments.database import db
from assessments.roster.among import is_among
from assessments.roster.models import Duty
from screening.handovers.seeing import is_open, is_open_on
from screening.models import Flag, NextStep
from screening.steps.models import Consultation

REPORTED = "report_to_principal"  # the step that makes a pupil a case of the principal's


def flags_open_to(
    permission: Permission | None = None, among: Sequence[Duty] | None = None
) -> sa.Select[Any]:
    """The signals of the pupils open with the permission; for the principal's, of those reported to her.

    What was before a move stays closed, as on every page, until the school has accepted a handover.
    """
    flags = sa.select(Flag).where(
        is_among(Flag.pupil_id, pupils_open_to(permission, among)), is_open(Flag.pupil_id, Flag.window_id)
    )
    if permission is not Permission.ACT_ON_REPORTED:
        return flags
    other = aliased(Flag)
    reported = sa.select(NextStep.id).join(other, other.id == NextStep.flag_id)
    reported = reported.where(
        other.pupil_id == Flag.pupil_id,
        NextStep.kind == REPORTED,
        is_open_on(other.pupil_id, NextStep.taken_on),
    )
    return flags.where(reported.correlate(Flag).exists())


def may_act_on(flag_ids: Collection[int]) -> set[int]:
    """Those of the signals that the signed-in person may record a step for. Two queries."""
    found: set[int] = set()
    for permission in (Permission.ACT_ON_SIGNALS, Permission.ACT_ON_REPORTED):
        theirs = flags_open_to(permission).with_only_columns(Flag.id)
        found |= set(db.session.scalars(theirs.where(Flag.id.in_(flag_ids))))
    return found


def next_steps_open_to(
    permission: Permission | None = None, among: Sequence[Duty] | None = None
) -> sa.Select[Any]:
    """The steps recorded about the signals that are open with the permission; none of a former school."""
    flags = flags_open_to(permission, among).with_only_columns(Flag.id).correlate(None)
    return (
        sa.select(NextStep)
        .join(NextStep.flag)
        .where(NextStep.flag_id.in_(flags), is_open_on(Flag.pupil_id, NextStep.taken_on))
    )


def consultations_open_to(
    permission: Permission | None = None, among: Sequence[Duty] | None = None
) -> sa.Select[Any]:
    """Samråd about the pupils open with the permission, asked where they go now."""
    pupils = pupils_open_to(permission, among)
    return sa.select(Consultation).where(
        is_among(Consultation.pupil_id, pupils), is_open_on(Consultation.pupil_id, Consultation.asked_on)
    )


FETCHES["flag"] = Fetch(Flag, "flag_id", flags_open_to)
FETCHES["next_step"] = Fetch(NextStep, "step_id", next_steps_open_to)
FETCHES["consultation"] = Fetch(Consultation, "consultation_id", consultations_open_to)
