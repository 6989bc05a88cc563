"""What travels no longer when a pupil is protected: what was sent is let go of, where it was sent."""

from typing import Any

import sqlalchemy as sa

from assessments.database import db
from assessments.recording import Recorder
from assessments.roster.models import Pupil
from screening.requests.events import LIVING, happened
from screening.requests.models import EventKind, HelpRequest


def stop_requests(pupil: Pupil, **_more: Any) -> None:
    """No function outside the school has facts about the pupil from this moment on."""
    for request in db.session.scalars(sa.select(HelpRequest).where(HelpRequest.pupil_id == pupil.id)):
        request.facts = {}
        if request.state in LIVING:
            happened(request, EventKind.STOPPED, Recorder())
