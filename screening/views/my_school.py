"""Skolan: the principal's page."""

import sqlalchemy as sa
from flask import render_template

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.roster.models import SchoolClass
from assessments.words import counted
from screening.queries.school.page import SchoolPage, school_page
from screening.rejudging import why_half_counted
from screening.signal_ages import age_words, limits
from screening.views.room import bp


@bp.get("/my-school")
@needs(Permission.LEAD_SCHOOL)
def my_school() -> str:
    window = header.chosen_window()
    found = school_page(window) if window else None
    named = sa.select(SchoolClass).where(SchoolClass.id.in_(found.class_ids if found else ()))
    for school_class in db.session.scalars(named):
        audit.note_read("my_school:shown", school_class, school_id=school_class.school_id)
    return render_template(
        "screening/my_school.html",
        found=found,
        window=window,
        ages=age_words(),
        waits=why_half_counted([school_id for school_id, _ in found.schools]) if found else None,
        sentence=_sentence(found) if found else "Det finns ingen period än.",
    )


def _sentence(found: SchoolPage) -> str:
    total = found.total
    told = [f"{total.assessed.assessed} av {total.assessed.pupils} elever är kartlagda"]
    if found.late:
        late = counted(found.late, "signal", "signaler")
        told.append(f"{late} utan nästa steg är äldre än {limits()[1]} skoldagar")
    if total.overdue:
        told.append(f"{counted(total.overdue, 'steg är försenat', 'steg är försenade')}")
    waiting = sum(one.is_open for one in found.reported) + found.hidden_reported
    if waiting:
        told.append(f"{counted(waiting, 'anmälan väntar', 'anmälningar väntar')} på dig")
    return "; ".join(told) + "."
