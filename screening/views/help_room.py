"""The blueprints around requests, notes and handovers, and the addresses they share."""

from flask import Blueprint, g

from assessments.recording import Recorder

requests = Blueprint("requests", __name__)
notes = Blueprint("notes", __name__)
handovers = Blueprint("handovers", __name__)
ID = "<int(max=9223372036854775807):{}>"
OF_PUPIL = f"/pupils/{ID.format('pupil_id')}"
OF_REQUEST = f"/requests/{ID.format('request_id')}"
OF_HANDOVER = f"/handovers/{ID.format('handover_id')}"


def by() -> Recorder:
    """Who acts, by the duty that opened the door."""
    return Recorder(g.account.id, g.opening_duty.id)
