"""The blueprint of this room: its pages are named ``screening.inbox``, ``screening.pupil`` and so on."""

from flask import Blueprint

bp = Blueprint("screening", __name__)
