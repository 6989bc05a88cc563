"""The pages of this room, one module per subject."""

from flask import Blueprint

from screening.views import benchmarks, class_overview, follow_up, pupil, room

PAGES = (class_overview, pupil, follow_up, benchmarks)  # each puts its addresses on the room's blueprint
BLUEPRINTS: list[Blueprint] = [room.bp]
