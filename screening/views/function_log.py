"""Who has acted for a function: the log that its next holder reads."""

import sqlalchemy as sa
from flask import render_template, request

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.roster.models import Pupil
from screening.queries import function_log as queries
from screening.queries.functions_held import functions_held
from screening.views.room import bp

LAST_PAGE = 1_000_000  # further back nobody leafs, and no database counts on for ever


@bp.get("/follow-up/log")
@needs(Permission.SEE_SIGNALS)
def function_log() -> str:
    found = queries.function_log(min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE))
    for pupil in db.session.scalars(sa.select(Pupil).where(Pupil.id.in_(found.pupil_ids))):
        audit.note_read("pupil:named", pupil)
    return render_template("screening/function_log.html", found=found, functions=functions_held())
