"""The quick guide for teachers: what its page in the help shows, and the same to print. About nobody."""

import functools
from datetime import date
from typing import Any

from flask import Response
from markupsafe import Markup

from assessments import clock
from assessments.access.permissions import public
from reports.drawer import drawn
from reports.views.room import bp, paper


@bp.get("/help/quick-guide.pdf")
@public
def quick_guide() -> Response:
    return paper(_printed(clock.today()), "snabbguide.pdf")


@functools.lru_cache(maxsize=2)
def _printed(day: date) -> bytes:
    """Drawn once a day: nobody needs to sign in to ask for it."""
    from reports.figures.imprint import Imprint
    from reports.figures.quick_guide import QuickGuide

    told = QuickGuide(Imprint("Lässpår", "snabbguide", "", day))
    return bytes(drawn("documents.quick_guide:pdf", told))


@bp.app_template_global("quick_guide")
def _told() -> Any:
    """The words of the guide, and each step that ``guide_drawing`` draws."""
    from reports.figures import quick_guide as told  # what is printed is imported when somebody asks for it

    return told


@bp.app_template_global()
def guide_drawing(step: Any) -> Markup:
    """What the step shows, once on a page."""
    from reports.guide_pictures import guide_picture
    from reports.svg import svg

    return svg((guide_picture(step.picture),), f"guide-{step.picture}", step.title, step.shows)
