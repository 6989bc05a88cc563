"""A whole class to next year's teacher: looked at, chosen, made with one button; and taken over with one."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, needs
from assessments.clock import today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Role, SchoolClass
from assessments.words import counted
from screening.facts.ways import Part
from screening.handovers.forms import ClassForm
from screening.handovers.making import accept_all, hand_over_class
from screening.handovers.queries import handover_rows
from screening.handovers.reach import waiting_for
from screening.queries.class_handovers import ClassMember, made_from, members
from screening.rules.catalogue import rules_on
from screening.steps.ticking import Ticked, tick_several
from screening.views.handovers import HANDED_OVER
from screening.views.help_room import ID, by
from screening.views.help_room import handovers as bp

P = Permission
OF_CLASS = f"/classes/{ID.format('class_id')}/handover"


@bp.get(OF_CLASS)
@needs(P.HAND_OVER, of="school_class")
def choose_class(school_class: SchoolClass) -> str:
    form = ClassForm(formdata=None)
    return _page(school_class, form, members(school_class, form.parts.data))


@bp.post(OF_CLASS)
@needs(P.HAND_OVER, of="school_class")
def make_class(school_class: SchoolClass) -> Any:
    """Show what it would say, or make it for everybody who was chosen."""
    form = ClassForm()
    found = members(school_class, form.parts.data or [])
    choices = {str(one.place.pupil.id): one.place.pupil.name for one in found if not one.is_elsewhere}
    form.pupils.choices = choices
    if not form.validate() or request.form.get("step") == "preview":
        return _page(school_class, form, found), 422 if form.errors else 200
    chosen = [one for one in found if one.place.pupil.id in form.chosen()]
    try:
        contents = {one.place.pupil.id: one.facts for one in chosen}
        made = hand_over_class(school_class, contents, form.parts.data or [], by())
    except Refused as refused:
        db.session.rollback()
        return _page(school_class, form, found, refused.reasons), 422
    if HANDED_OVER in rules_on(today()).checklist:
        tick_several([one.place.pupil for one in chosen], Ticked(HANDED_OVER), by())
    for one in made:
        audit.note("handover:made", one, school_id=one.from_school_id, pupil=one.pupil_id, parts=one.parts)
    db.session.commit()
    flash(f"{counted(len(made), 'elev är överlämnad', 'elever är överlämnade')} till nästa lärare.")
    return redirect(url_for("handovers.choose_class", class_id=school_class.id), code=303)


def _page(
    school_class: SchoolClass, form: ClassForm, found: list[ClassMember], reasons: list[str] | None = None
) -> str:
    is_sent = form.is_submitted()
    chosen = form.chosen() if is_sent else {one.place.pupil.id for one in found if one.is_proposed}
    for one in found:
        audit.note_read("handover:previewed", one.place.pupil, school_id=school_class.school_id)
    return render_template(
        "screening/class_handover.html",
        class_id=school_class.id,
        class_name=school_class.name,
        academic_year=school_class.academic_year,
        members=found,
        chosen=chosen,
        form=form,
        parts=[(part.value, part) for part in Part],
        made=handover_rows(made_from(school_class)),
        reasons=reasons or [],
    )


@bp.post("/handovers/accept-all")
@needs(P.HAND_OVER)
def accept_everything() -> Any:
    """By a teacher: what former teachers have handed over of the pupils of her own classes."""
    taken = 0
    for duty in duties_giving(P.HAND_OVER, roles={Role.TEACHER}):
        waiting = list(db.session.scalars(waiting_for([duty])))
        accepted = accept_all(waiting, Recorder(g.account.id, duty.id))
        for one in accepted:
            told = {"school_id": one.to_school_id, "pupil": one.pupil_id, "duty_id": duty.id}
            audit.note("handover:accepted", one, **told)
        taken += len(accepted)
    db.session.commit()
    flash(f"{counted(taken, 'överlämning är mottagen', 'överlämningar är mottagna')}.")
    return redirect(url_for("handovers.overview"), code=303)
