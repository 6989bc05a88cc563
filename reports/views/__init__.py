"""The pages of this room: what can be printed, the prints, and pages for the home to write on."""

from flask import Blueprint

from reports.views import class_papers, home_languages, home_pages, prints, room

PAGES = (prints, class_papers, home_pages, home_languages)  # each puts its addresses on the room's blueprint
BLUEPRINTS: list[Blueprint] = [room.bp]
