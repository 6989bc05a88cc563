"""The class overview."""

from flask import render_template, request

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.expected import counting_day
from assessments.roster.models import SchoolClass
from assessments.roster.queries import number_narrowed
from screening.queries import class_overview as queries
from screening.queries.class_orders import NEED
from screening.views.room import bp


@bp.get("/classes/<int(max=9223372036854775807):class_id>/windows/<window>/overview")
@needs(Permission.SEE_SCORES, of="school_class")
def class_overview(school_class: SchoolClass, window: str) -> str:
    found = header.window_of_class(school_class, window)
    shown = queries.class_overview(school_class, found, order=request.args.get("order", NEED))
    if shown.rows:
        audit.note_read(
            "class_overview:shown", school_class, school_id=school_class.school_id, window=found.id
        )
    return render_template(
        "screening/class_overview.html",
        overview=shown,
        class_id=school_class.id,
        class_name=school_class.name,
        school_name=school_class.school.name,
        narrowed=number_narrowed(school_class, counting_day(found)),
        window=found,
    )
