"""The pages of this room: what can be printed, the prints, and pages for the home to write on."""

from flask import Blueprint

from reports.views import (
    class_papers,
    drawings,
    exports,
    home_languages,
    home_pages,
    initiative_papers,
    leaver_papers,
    meeting,
    paper_api,
    previews,
    print_api,
    print_jobs,
    prints,
    quick_guide,
    records,
    room,
    school_papers,
    sent_papers,
)

# Each puts its addresses on the room's blueprint.
PAGES = (
    drawings,
    prints,
    class_papers,
    home_pages,
    home_languages,
    school_papers,
    sent_papers,
    initiative_papers,
    print_jobs,
    print_api,
    paper_api,
    previews,
    meeting,
    quick_guide,
    records,
    exports,
    leaver_papers,
)
BLUEPRINTS: list[Blueprint] = [room.bp, records.bp]
