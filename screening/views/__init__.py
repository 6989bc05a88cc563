"""The pages of this room, one module per subject."""

from flask import Blueprint

from screening.views import (
    benchmarks,
    class_overview,
    draft_limits,
    drafts,
    follow_up,
    pupil,
    reading_groups,
    rejudging,
    room,
    support_change,
    support_end,
    support_period,
    support_results,
    support_running,
    support_start,
)

# Each puts its addresses on the room's blueprint.
PAGES = (
    *(class_overview, reading_groups, pupil, follow_up),
    *(benchmarks, drafts, draft_limits, rejudging),
    *(support_running, support_start, support_period, support_change, support_results, support_end),
)
BLUEPRINTS: list[Blueprint] = [room.bp, room.support]
