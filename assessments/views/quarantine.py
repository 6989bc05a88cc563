"""Rader i karantän: where rows of class lists wait, and what came of them. Nobody's name stands here."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from assessments.access import audit
from assessments.access.permissions import (
    Permission,
    duties_giving,
    fetch,
    needs,
    quarantined_rows_open_to,
    schools_open_to,
)
from assessments.collation import swedish_key
from assessments.database import db
from assessments.protection_queries import WORDS, quarantine
from assessments.refusals import Refused
from assessments.roster.models import QuarantineWord
from assessments.roster.quarantine import SETTLES, settle
from assessments.row_ids import row_id
from assessments.words import counted

bp = Blueprint("quarantine", __name__)
P = Permission
FIELD = "row-"


@bp.get("/quarantine")
@needs(P.PROTECT)
def overview() -> str:
    waiting, settled = quarantine(quarantined_rows_open_to(P.PROTECT))
    schools = db.session.scalars(schools_open_to(P.MANAGE_PROTECTED)) if _may_add() else ()
    return render_template(
        "assessments/quarantine.html",
        waiting=waiting,
        settled=settled,
        words=[(word.value, WORDS[word]) for word in SETTLES],
        reopened=QuarantineWord.REOPENED.value,
        mine=sorted(((one.id, one.name) for one in schools), key=lambda one: swedish_key(one[1])),
        is_roster_keeper=bool(duties_giving(P.EDIT_ROSTER)),
    )


def _may_add() -> bool:
    return bool(duties_giving(P.MANAGE_PROTECTED))


@bp.post("/quarantine")
@needs(P.PROTECT)
def note() -> Any:
    """What came of each of the rows that somebody has chosen words for."""
    told = {name.removeprefix(FIELD): word for name, word in request.form.items() if name.startswith(FIELD)}
    done = sum(_note_one(number, word) for number, word in told.items() if word)
    db.session.commit()
    flash(f"{counted(done, 'rad är ändrad', 'rader är ändrade')}." if done else "Inget var ändrat.")
    return redirect(url_for("quarantine.overview"), code=303)


def _note_one(number: str, told: str) -> bool:
    row = fetch("quarantined_row", row_id(number), P.PROTECT)
    if told not in list(QuarantineWord):
        raise Refused("Välj vad som har hänt med raden.")
    if not settle(row, QuarantineWord(told), g.opening_duty.id):
        return False
    audit.note("quarantine:noted", row, school_id=row.school_id, word=told)
    return True
