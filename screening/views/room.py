"""The blueprints of this room: ``screening.inbox``, ``screening.pupil``; ``support.periods`` and so on."""

from flask import Blueprint

bp = Blueprint("screening", __name__)
support = Blueprint("support", __name__)
