"""The pages of this room, one module per subject."""

from flask import Blueprint

from screening.views import (
    benchmarks,
    class_handovers,
    class_overview,
    consultations,
    draft_composites,
    draft_limits,
    draft_plans,
    drafts,
    flags_api,
    follow_up,
    function_log,
    governing,
    governing_measures,
    governing_members,
    handovers,
    help_room,
    initiative_comparison,
    initiative_flow,
    initiative_goals,
    initiative_home,
    initiative_numbers,
    limit_proposals,
    my_school,
    notes,
    open_support,
    pupil,
    reading_groups,
    rejudging,
    request_acts,
    request_pages,
    room,
    set_comparison,
    steps,
    support_change,
    support_end,
    support_period,
    support_results,
    support_running,
    support_start,
)

# Each puts its addresses on the room's blueprint.
PAGES = (
    *(class_overview, reading_groups, pupil, follow_up, flags_api),
    *(steps, consultations, function_log, my_school),
    *(request_pages, request_acts, notes, handovers, class_handovers),
    open_support,
    *(initiative_home, initiative_goals, initiative_numbers, initiative_comparison, initiative_flow),
    *(governing, governing_members, governing_measures),
    *(benchmarks, drafts, draft_limits, draft_plans, draft_composites),
    *(limit_proposals, set_comparison, rejudging),
    *(support_running, support_start, support_period, support_change, support_results, support_end),
)
BLUEPRINTS: list[Blueprint] = [
    *(room.bp, room.support),
    *(help_room.requests, help_room.notes, help_room.handovers),
    open_support.bp,
]
