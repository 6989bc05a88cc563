"""Stödinsatser: the support that is running, for the function that leads it."""

import sqlalchemy as sa
from flask import g, render_template

from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, needs
from assessments.database import db
from assessments.roster.models import SchoolClass
from assessments.words import counted
from screening.support.functions import held_by
from screening.views.room import support

P = Permission


@support.get("/support")
@needs(P.SEE_SUPPORT)
def periods() -> str:
    from screening.support.queries.running import support_list  # NumPy is not loaded at the server's start

    found = support_list(held_by(g.duties))
    classes = sa.select(SchoolClass).where(SchoolClass.id.in_(found.class_ids))
    for school_class in db.session.scalars(classes):
        audit.note_read("support:listed", school_class, school_id=school_class.school_id)
    late = sum(row.is_late for row in found.running)
    over = sum(row.is_over for row in found.running)
    told = [counted(len(found.running), "stödperiod pågår", "stödperioder pågår")]
    told += [f"{late} saknar resultat"] if late else []
    told += [f"{over} ska följas upp"] if over else []
    return render_template(
        "screening/support_list.html",
        found=found,
        sentence="; ".join(told) + "." if found.running else "Inga stödperioder pågår.",
        may_record=bool(duties_giving(P.RECORD_SUPPORT)),
        may_plan=bool(duties_giving(P.PLAN_SUPPORT)),
        may_consult=bool(duties_giving(P.CONSULT)),
    )
