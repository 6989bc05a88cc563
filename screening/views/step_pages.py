"""What the pages of steps share: the words of their forms, the way back, and the page of what was refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import g, redirect, render_template, request, session, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving
from assessments.clock import today
from assessments.database import db
from assessments.recording import Recorder
from assessments.roster.models import Pupil
from screening.queries.recorded import Recorded, recorded
from screening.rules.catalogue import OWN, rules_on

JUST_RECORDED = "recorded"  # of the session: the ids of steps, told once where their reader comes back
TOLD_AT = "told_at"  # of the session: the heading where the pupil's page opens and what was saved is told
KEPT = ("school", "class", "year", "kind", "age", "show", "page")  # of the address, when a step is recorded


@dataclass(frozen=True)
class StepWords:
    """Ready words of the rule set. ``competence``: the code that is chosen to begin with, if any."""

    reasons: dict[str, str]
    competences: dict[str, str]
    consultations: dict[str, str]
    competence: str
    follow_up_weeks: tuple[int, ...]
    follow_up: int  # the weeks that are chosen to begin with


def step_words() -> StepWords:
    """For the signed-in person: who acts on signals has the special-needs competence."""
    rules = rules_on(today())
    own = OWN if duties_giving(Permission.ACT_ON_SIGNALS) else ""
    return StepWords(
        dict(rules.reasons),
        dict(rules.competences),
        dict(rules.consultations),
        own,
        rules.follow_up_weeks,
        rules.default_follow_up,
    )


def kept() -> dict[str, str]:
    return {name: request.args[name] for name in KEPT if request.args.get(name)}


def just_recorded() -> Recorded | None:
    return recorded(session.pop(JUST_RECORDED, ()))


def back(anchor: str = "signals") -> Response:
    """To where the form was sent from: the pupil's page, the principal's, or the list as it was narrowed."""
    pupil_id = request.args.get("pupil", type=int)
    if pupil_id is not None:
        return to_pupil(pupil_id, anchor)
    if request.args.get("from") == "school":
        return redirect(url_for("screening.my_school", _anchor="reported"), code=303)
    narrowed = urlencode(kept())
    return redirect(url_for("screening.inbox") + (f"?{narrowed}" if narrowed else "") + "#list", code=303)


def to_pupil(pupil_id: int, anchor: str = "signals") -> Response:
    """The pupil's page, at a heading."""
    session[TOLD_AT] = anchor
    return redirect(url_for("screening.pupil", pupil_id=pupil_id, _anchor=anchor), code=303)


def by_this_duty() -> Recorder:
    return Recorder(g.account.id, g.opening_duty.id)


def faults(form: FlaskForm) -> list[str]:
    return [told for faults in form.errors.values() for told in faults]


def put_right(parts: str, pupil_id: int, reasons: Sequence[str], **more: Any) -> tuple[str, int]:
    """The form once more, with everything that was typed and why it was refused."""
    db.session.rollback()
    pupil = db.session.get_one(Pupil, pupil_id)
    audit.note_read("pupil:seen", pupil)
    page = render_template(
        "screening/put_right.html",
        parts=parts,
        name=pupil.name,
        reasons=reasons,
        typed=request.form,
        words=step_words(),
        address=request.full_path.removesuffix("?"),
        **more,
    )
    return page, 422
