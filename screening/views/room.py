"""The blueprints of this room: ``screening.inbox``, ``screening.pupil``; ``support.periods`` and so on."""

from flask import Blueprint

from assessments.access.permissions import Permission, pupils_open_to
from assessments.database import db
from assessments.roster.models import Pupil

bp = Blueprint("screening", __name__)
support = Blueprint("support", __name__)


def may(permission: Permission, pupil: Pupil) -> bool:
    """Whether the signed-in person has the right with the pupil."""
    return db.session.scalar(pupils_open_to(permission).where(Pupil.id == pupil.id)) is not None
