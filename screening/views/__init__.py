"""The pages of this room, one module per subject."""

from flask import Blueprint

from screening.views import benchmarks, class_overview, follow_up, pupil, reading_groups, room

# Each puts its addresses on the room's blueprint.
PAGES = (class_overview, reading_groups, pupil, follow_up, benchmarks)
BLUEPRINTS: list[Blueprint] = [room.bp]
