"""Handovers: whom to hand over, choosing and previewing, making, accepting, taking back, and the file."""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload

from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, fetch, needs, pupils_open_to
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Enrolment, Pupil, Role, School, SchoolClass
from screening.facts.queries import Within, facts_of
from screening.facts.ways import Part
from screening.handovers import making
from screening.handovers.forms import NOBODY, AcceptForm, HandoverForm
from screening.handovers.holding import closed_at
from screening.handovers.knowing import ALL_KNOWN
from screening.handovers.models import Handover, HandoverKind
from screening.handovers.queries import TOO_LATE, handover_json, handover_rows, places_of, year_of
from screening.handovers.reach import (
    handovers_open_to,
    is_too_late,
    made_for_me,
    made_here,
    to_receive,
    waiting_for,
    went_here,
)
from screening.handovers.receiving import candidates
from screening.queries.leavers import class_links, leavers
from screening.rules.catalogue import rules_on
from screening.steps.ticking import Ticked, tick
from screening.views.help_room import ID, OF_HANDOVER, by
from screening.views.help_room import handovers as bp

P = Permission
HANDED_OVER = "handover"  # the item of the law's checklist that is told by it
BY_ONESELF = "Du har gjort överlämningen själv. Den som tar över eleven tar emot den."
OF_LEAVER = f"/leavers/{ID.format('leaver_id')}/handover"


@bp.get("/handovers")
@needs(P.HAND_OVER)
def overview() -> str:
    found = leavers()
    waiting = sa.select(Handover).where(
        to_receive(P.HAND_OVER), Handover.accepted_on.is_(None), ~is_too_late(), Handover.id.in_(_seen_ids())
    )
    mine = sa.select(Handover).where(made_here(P.HAND_OVER), Handover.id.in_(_seen_ids()))
    theirs = sa.select(Handover).where(
        made_for_me(P.HAND_OVER), ~made_here(P.HAND_OVER), Handover.accepted_on.is_not(None),
        Handover.id.in_(_seen_ids()),
    )  # fmt: skip
    to_accept, made, accepted = handover_rows(waiting), handover_rows(mine), handover_rows(theirs)
    shown = {row.pupil_id for row in (*found.gone, *found.spring)}
    ids = {row.id for row in (*to_accept, *made, *accepted)}
    shown |= set(db.session.scalars(sa.select(Handover.pupil_id).where(Handover.id.in_(ids))))
    for pupil in db.session.scalars(sa.select(Pupil).where(Pupil.id.in_(shown))):
        audit.note_read("handovers:shown", pupil)
    own = duties_giving(P.HAND_OVER, roles={Role.TEACHER})
    for_me = db.session.scalar(sa.select(sa.func.count()).select_from(waiting_for(own).subquery()))
    return render_template(
        "screening/handovers.html", found=found, to_accept=to_accept, made=made, accepted=accepted,
        for_me=for_me, classes=class_links({row.class_id for row in found.gone if row.signals is not None}),
    )  # fmt: skip


def _seen_ids() -> sa.Select[int]:
    return handovers_open_to(P.HAND_OVER).with_only_columns(Handover.id)


@bp.get(OF_LEAVER)
@needs(P.HAND_OVER, of="leaver")
def choose(leaver: Pupil) -> str:
    return _choose_page(leaver, _form(leaver, HandoverForm(formdata=None)))


@bp.post(OF_LEAVER)
@needs(P.HAND_OVER, of="leaver")
def make(leaver: Pupil) -> Any:
    """Show what it would say, or make it."""
    form = _form(leaver, HandoverForm())
    if not form.validate() or request.form.get("step") == "preview":
        return _choose_page(leaver, form), 422 if form.errors else 200
    try:
        enrolment, told = _enrolment(leaver), form.making()
        made = making.make_handover(leaver, enrolment, told, _content(leaver, enrolment, told.parts), by())
    except Refused as refused:
        db.session.rollback()
        return _choose_page(leaver, form, refused.reasons), 422
    if HANDED_OVER in rules_on(made.made_on).checklist:
        tick(leaver, Ticked(HANDED_OVER), by())
    audit.note("handover:made", made, school_id=made.from_school_id, pupil=leaver.id, parts=made.parts)
    db.session.commit()
    flash("Överlämningen är gjord. Skriv ut den, eller låt mottagaren ta emot den här.")
    return redirect(url_for("handovers.show", handover_id=made.id), code=303)


@bp.get(OF_HANDOVER)
@needs(P.HAND_OVER, of="handover")
def show(handover: Handover) -> str:
    return _page(handover)


@bp.get(f"{OF_HANDOVER}/handover.json")
@needs(P.HAND_OVER, of="handover")
def file(handover: Handover) -> Response:
    if not is_open_to_me(handover):
        abort(403)
    audit.note_read("handover:sent", handover.pupil, handover=handover.id)
    told = json.dumps(handover_json(handover), ensure_ascii=False, indent=1)
    answer = Response(told, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="overlamning-{handover.external_id}.json"'
    return answer


@bp.post(f"{OF_HANDOVER}/accept")
@needs(P.HAND_OVER, of="handover")
def accept(handover: Handover) -> Any:
    """By the receiving school. Whom it is about there must be open to the one who accepts, and nobody hands
    over to herself."""
    if not _is_for_me(handover):
        abort(403)
    if not _may_receive(handover):
        return _page(handover, [BY_ONESELF]), 422
    if _holds(handover, is_too_late()):
        return _page(handover, [f"{TOO_LATE}."]), 422
    form = AcceptForm()
    if not form.validate():
        return _page(handover, ["Välj vilken elev det gäller."]), 422
    pupil = fetch("pupil", form.pupil.data, P.HAND_OVER)
    if pupil.id not in {one.id for one, _ in candidates(handover)}:
        abort(404)
    told = "Överlämningen är mottagen."
    if Part.RESULTS.value in handover.parts:
        where = "följer nu med" if pupil.id == handover.pupil_id else "står här, inte på elevens sida"
        told += f" Elevens tidigare resultat {where}."
    return _noted(handover, lambda: making.accept(handover, pupil, by()), "handover:accepted", told)


@bp.post(f"{OF_HANDOVER}/accept/take-back")
@needs(P.HAND_OVER, of="handover")
def take_back_acceptance(handover: Handover) -> Any:
    if not _is_for_me(handover):
        abort(403)
    told = "Mottagandet är ångrat. Det som var före flytten visas inte längre."
    act = making.take_back_acceptance
    return _noted(handover, lambda: act(handover), "handover:acceptance_taken_back", told)


@bp.post(f"{OF_HANDOVER}/take-back")
@needs(P.HAND_OVER, of="handover")
def take_back(handover: Handover) -> Any:
    if not _is_mine(handover):
        abort(403)
    told = "Överlämningen är tillbakatagen."
    return _noted(handover, lambda: making.take_back(handover, by()), "handover:taken_back", told)


def _noted(handover: Handover, act: Callable[[], bool], action: str, told: str) -> Any:
    """Done twice it is noted once."""
    try:
        is_news = act()
    except Refused as refused:
        db.session.rollback()
        return _page(handover, refused.reasons), 422
    if is_news:
        audit.note(action, handover, school_id=handover.to_school_id, pupil=handover.pupil_id)
    db.session.commit()
    flash(told)
    return redirect(url_for("handovers.show", handover_id=handover.id), code=303)


def is_open_to_me(handover: Handover) -> bool:
    """Whether its content is: to those who made it, and to the receiving school when it has accepted."""
    return _is_mine(handover) or (handover.accepted_on is not None and _is_for_me(handover))


def _is_mine(handover: Handover) -> bool:
    return _holds(handover, made_here(P.HAND_OVER))


def _is_for_me(handover: Handover) -> bool:
    return _holds(handover, made_for_me(P.HAND_OVER))


def _may_receive(handover: Handover) -> bool:
    return _holds(handover, to_receive(P.HAND_OVER))


def _holds(handover: Handover, condition: sa.ColumnElement[bool]) -> bool:
    asked = sa.select(Handover.id).where(Handover.id == handover.id, condition)
    return db.session.scalar(asked) is not None


def _page(handover: Handover, reasons: list[str] | None = None) -> str:
    row = handover_rows(sa.select(Handover).where(Handover.id == handover.id))[0]
    is_mine, is_for_me, is_open = _is_mine(handover), _is_for_me(handover), is_open_to_me(handover)
    audit.note_read("handover:seen", handover.pupil, handover=handover.id)
    may_receive = (
        is_for_me and handover.accepted_on is None and not row.is_too_late and _may_receive(handover)
    )
    found = candidates(handover) if may_receive else []
    for one, _ in found:
        if one.id != handover.pupil_id:
            audit.note_read("handover:candidate", one)
    return render_template(
        "screening/handover.html",
        row=row,
        content=handover.content if is_open else {},
        is_mine=is_mine,
        is_for_me=is_for_me,
        may_receive=may_receive,
        page_of=_page_open_to_me(handover.pupil_id, handover.accepted_pupil_id),
        is_open=is_open,
        is_here=[one.id for one, _ in found] == [handover.pupil_id],
        has_results=Part.RESULTS.value in handover.parts,
        candidates=[(one.id, f"{one.name}, {class_name}") for one, class_name in found],
        reasons=reasons or [],
    )


def _page_open_to_me(*pupil_ids: int | None) -> int | None:
    """The pupil whose page the person may go back to: none where the pupil has gone to another school."""
    open_now = pupils_open_to(P.SEE_SCORES).where(Pupil.id.in_([one for one in pupil_ids if one]))
    return db.session.scalar(open_now.with_only_columns(Pupil.id).limit(1))


def _enrolment(leaver: Pupil) -> Enrolment:
    """The latest in a class of the person's."""
    asked = went_here(P.HAND_OVER).where(Enrolment.pupil_id == leaver.id)
    asked = asked.options(joinedload(Enrolment.school_class).joinedload(SchoolClass.school))
    latest_first = asked.order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())
    found: Enrolment = db.session.scalars(latest_first.limit(1)).one()
    return found


def _content(leaver: Pupil, enrolment: Enrolment, parts: Any) -> dict[str, Any]:
    """What was known here: up to the last day, and of the time before only what this school may see."""
    (place,) = places_of(sa.select(Enrolment).where(Enrolment.id == enrolment.id))
    closed = closed_at([leaver.id], enrolment.school_class.school_id).get(leaver.id, ALL_KNOWN)
    has_left = _latest(leaver).school_class.school_id != enrolment.school_class.school_id
    facts = facts_of(leaver, list(parts), Within(closed, until=enrolment.ends_on, has_left=has_left))
    return {"class": place.school_class.name, "year": year_of(place), **facts}


def _form(leaver: Pupil, form: HandoverForm) -> HandoverForm:
    """With the schools of the initiative. Where the pupil goes already is chosen beforehand."""
    enrolment = _enrolment(leaver)
    schools = db.session.scalars(sa.select(School).options(joinedload(School.municipality))).all()
    named = sorted(schools, key=lambda one: swedish_key(one.name))
    here = enrolment.school_class.school_id
    form.to_school.choices = {NOBODY: "Ingen av skolorna här"} | {
        str(one.id): f"{one.name}, {one.municipality.name}" for one in named if one.id != here
    }
    if not form.is_submitted():
        latest = _latest(leaver)
        next_id = latest.school_class.school_id
        has_left = latest.ends_on is not None and latest.ends_on < today()
        is_school = has_left or next_id != here
        form.to_school.data = str(next_id) if next_id != here else NOBODY
        form.kind.data = HandoverKind.NEXT_SCHOOL.value if is_school else HandoverKind.NEXT_TEACHER.value
    return form


def _latest(leaver: Pupil) -> Enrolment:
    """Where the pupil goes now, or went last."""
    asked = sa.select(Enrolment).where(Enrolment.pupil_id == leaver.id)
    asked = asked.options(joinedload(Enrolment.school_class))
    found: Enrolment = db.session.scalars(
        asked.order_by(Enrolment.starts_on.desc(), Enrolment.id.desc()).limit(1)
    ).one()
    return found


def _choose_page(leaver: Pupil, form: HandoverForm, reasons: list[str] | None = None) -> str:
    enrolment = _enrolment(leaver)
    content = _content(leaver, enrolment, form.parts.data or [])
    audit.note_read("handover:previewed", leaver, school_id=enrolment.school_class.school_id)
    return render_template(
        "screening/handover_form.html",
        leaver_id=leaver.id,
        page_of=_page_open_to_me(leaver.id),
        name=leaver.name,
        place=f"{enrolment.school_class.name}, {content['year']}, {enrolment.school_class.school.name}",
        form=form,
        parts=[(part.value, part) for part in Part],
        content=content,
        reasons=reasons or [],
    )
