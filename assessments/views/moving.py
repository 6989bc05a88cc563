"""Putting right what stands in the wrong place: a result, a column, or two pupils who were mixed up."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.late_entry import why_closed
from assessments.models import AssessmentWindow
from assessments.move_forms import HISTORY, PUPILS, Asked, Choices, choices
from assessments.move_plans import MovePlan, plan
from assessments.moving import move_scores
from assessments.recording import Outcome, Recorder, Status
from assessments.roster.models import SchoolClass
from assessments.words import counted

bp = Blueprint("moving", __name__)
ADDRESS = "/classes/<int(max=9223372036854775807):class_id>/windows/<window>/move"
REFUSED = 422
CHANGED = "Något har ändrats sedan du såg det. Se efter igen: det här gäller nu."
SAME_PLACE = "Välj vad som ska flyttas, och ett annat ställe att flytta det till."


@bp.get(ADDRESS)
@needs(Permission.RECORD_SCORES, of="school_class")
def choose(school_class: SchoolClass, window: str) -> Any:
    """The forms; when one is filled in, what it would do."""
    found = header.window_of_class(school_class, window)
    among = choices(school_class, found, request.args)
    asked = Asked.of(request.args, among)
    if asked.what == HISTORY and asked.pupil and asked.measure:
        return _to_history(school_class, found, asked)
    return _page(school_class, among, asked, request.args)


@bp.post(ADDRESS)
@needs(Permission.RECORD_SCORES, of="school_class")
def move(school_class: SchoolClass, window: str) -> Any:
    """Do what was shown, all of it or nothing."""
    found = header.window_of_class(school_class, window)
    among = choices(school_class, found, request.form)
    asked = Asked.of(request.form, among)
    shown = plan(asked.ends(among), among.names, asked.taken)
    reasons = _closed(school_class, among, asked) or ([] if shown.moves else [SAME_PLACE])
    if shown.seen != request.form.get("seen"):
        reasons = reasons or [CHANGED]
    reasons = reasons or shown.reasons
    if not reasons:
        outcomes = move_scores(shown.moves, Recorder(g.account.id, g.opening_duty.id))
        reasons = _not_moved(outcomes, among.names)
    if reasons:
        db.session.rollback()
        return _page(school_class, among, asked, request.form, reasons), REFUSED
    _note_moved(school_class, among, asked, shown)
    told = _told(asked, shown)
    address = _sheet_of(among, asked)
    db.session.commit()
    flash(told)
    return redirect(address, code=303)


def _to_history(school_class: SchoolClass, window: AssessmentWindow, asked: Asked) -> Response:
    address = url_for(
        "cells.history",
        class_id=school_class.id,
        window=window.slug,
        pupil_id=asked.pupil,
        measure=asked.measure,
    )
    return redirect(address)


def _closed(school_class: SchoolClass, among: Choices, asked: Asked) -> list[str]:
    """Why one of the ends cannot be written in today."""
    to_window = asked.to_window or among.window
    ends = [(school_class, among.window), (school_class, to_window), (among.to_class, to_window)]
    reasons = [f"{one.name}: {reason}" for one, window in ends if (reason := why_closed(one, window))]
    return list(dict.fromkeys(reasons))


def _not_moved(outcomes: Sequence[Outcome], names: Mapping[int, str]) -> list[str]:
    return [
        f"{names[one.write.pupil_id]}: {one.reason or CHANGED}"
        for one in outcomes
        if one.status is not Status.STORED
    ]


def _note_moved(school_class: SchoolClass, among: Choices, asked: Asked, shown: MovePlan) -> None:
    pupils = sorted({end.pupil_id for one in shown.moves for end in (one.source, one.target)})
    for one in {school_class.id: school_class, among.to_class.id: among.to_class}.values():
        audit.note(
            "scores:moved", one, school_id=one.school_id, what=asked.what, window=among.window.id,
            to_window=(asked.to_window or among.window).id, pupils=pupils, moved=len(shown.moves),
        )  # fmt: skip


def _told(asked: Asked, shown: MovePlan) -> str:
    if asked.what == PUPILS:  # without names: what is flashed lies in a cookie
        return "De två eleverna har bytt resultat. Historiken säger det för båda."
    moved = counted(len(shown.moves), "resultat är flyttat", "resultat är flyttade")
    return f"{moved}. Historiken säger varifrån och vart."


def _sheet_of(among: Choices, asked: Asked) -> str:
    window = asked.to_window or among.window
    return url_for("sheets.show", class_id=among.to_class.id, window=window.slug)


def _page(
    school_class: SchoolClass,
    among: Choices,
    asked: Asked,
    form: Mapping[str, str],
    reasons: list[str] | None = None,
) -> str:
    for one in {school_class.id: school_class, among.to_class.id: among.to_class}.values():
        if among.pupils or one.id != school_class.id:
            audit.note_read("sheet:shown", one, school_id=one.school_id, window=among.window.id)
    ends = asked.ends(among)
    shown = plan(ends, among.names, asked.taken) if ends else None
    return render_template(
        "assessments/move.html",
        school_class=school_class,
        among=among,
        asked=asked,
        form=form,
        plan=shown,
        closed=_closed(school_class, among, asked),
        reasons=reasons or [],
    )
