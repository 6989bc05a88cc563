"""Reading groups of a class: suggested by weakest area, moved by the teacher, saved with the day."""

import re
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, classes_open_to, needs
from assessments.database import db
from assessments.instruments.catalogue import AREAS
from assessments.models import AssessmentWindow
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import SchoolClass
from screening import reading_groups as verbs
from screening.models import ReadingGroupSet
from screening.queries.reading_groups import MOST_GROUPS, find_saved, groups_page, is_of_class
from screening.reading_groups import Chosen
from screening.views.room import bp

P = Permission
ADDRESS = "/classes/<int(max=9223372036854775807):class_id>/windows/<window>/groups"
ONE = f"{ADDRESS}/<int(max=9223372036854775807):group_set_id>"
PUPIL = re.compile(r"group-([0-9]{1,18})")


@bp.get(ADDRESS)
@needs(P.SEE_SCORES, of="school_class")
def reading_groups(school_class: SchoolClass, window: str) -> str:
    return _page(school_class, header.window_of_class(school_class, window))


@bp.get(ONE)
@needs(P.SEE_SCORES, of="school_class")
def saved_groups(school_class: SchoolClass, window: str, group_set_id: int) -> str | Response:
    found = header.window_of_class(school_class, window)
    saved = find_saved(school_class, found, group_set_id)
    if saved is None and is_of_class(school_class, group_set_id):  # the window was changed on top of the page
        return _suggested(school_class, found)
    return _page(school_class, found, saved or abort(404))


@bp.post(ADDRESS)
@needs(P.RECORD_SCORES, of="school_class")
def save_groups(school_class: SchoolClass, window: str) -> Any:
    """What stands on the page becomes a new set."""
    found = header.window_of_class(school_class, window)
    chosen = _chosen(school_class, found)
    try:
        saved = verbs.save_groups(school_class, found, chosen, _by())
    except Refused as refused:
        return _again(school_class, found, None, chosen, refused)
    _note("reading_groups:saved", school_class, saved)
    db.session.commit()
    flash("Grupperna är sparade.")
    return _to(school_class, found, saved)


@bp.post(ONE)
@needs(P.RECORD_SCORES, of="school_class")
def change_groups(school_class: SchoolClass, window: str, group_set_id: int) -> Any:
    found = header.window_of_class(school_class, window)
    saved = _saved(school_class, found, group_set_id)
    chosen = _chosen(school_class, found)
    try:
        verbs.change_groups(saved, chosen, _by(), request.form.get("seen", ""))
    except Refused as refused:
        return _again(school_class, found, saved, chosen, refused)
    _note("reading_groups:changed", school_class, saved)
    db.session.commit()
    flash("Ändringarna är sparade.")
    return _to(school_class, found, saved)


@bp.post(f"{ONE}/remove")
@needs(P.RECORD_SCORES, of="school_class")
def remove_groups(school_class: SchoolClass, window: str, group_set_id: int) -> Response:
    found = header.window_of_class(school_class, window)
    saved = _saved(school_class, found, group_set_id)
    _note("reading_groups:removed", school_class, saved)
    verbs.remove_groups(saved)
    db.session.commit()
    flash("Grupperna är borttagna.")
    return _suggested(school_class, found)


def _saved(school_class: SchoolClass, window: AssessmentWindow, set_id: int) -> ReadingGroupSet:
    return find_saved(school_class, window, set_id) or abort(404)


def _chosen(school_class: SchoolClass, window: AssessmentWindow) -> list[Chosen]:
    """The groups of the form. A pupil who is not the class's is as little there as one who does not exist."""
    placed = {int(told[1]): slot for name, slot in request.form.items() if (told := PUPIL.fullmatch(name))}
    strangers = placed.keys() - groups_page(school_class, window).pupil_ids
    if strangers:
        abort(404)
    return [
        Chosen(
            request.form[f"name-{slot}"].strip(),
            tuple(area for area in AREAS if area in request.form.get(f"areas-{slot}", "").split()),
            tuple(pupil for pupil, told in placed.items() if told == str(slot)),
        )
        for slot in range(1, MOST_GROUPS + 1)
        if f"name-{slot}" in request.form
    ]


def _by() -> Recorder:
    return Recorder(g.account.id, g.opening_duty.id)


def _note(action: str, school_class: SchoolClass, saved: ReadingGroupSet) -> None:
    audit.note(action, school_class, school_id=school_class.school_id, groups=saved.id)


def _suggested(school_class: SchoolClass, window: AssessmentWindow) -> Response:
    return redirect(url_for("screening.reading_groups", class_id=school_class.id, window=window.slug), 303)


def _to(school_class: SchoolClass, window: AssessmentWindow, saved: ReadingGroupSet) -> Response:
    return redirect(
        url_for(
            "screening.saved_groups", class_id=school_class.id, window=window.slug, group_set_id=saved.id
        ),
        code=303,
    )


def _again(
    school_class: SchoolClass,
    window: AssessmentWindow,
    saved: ReadingGroupSet | None,
    chosen: list[Chosen],
    refused: Refused,
) -> tuple[str, int]:
    """Nothing was saved; what was chosen stands on the page."""
    db.session.rollback()
    return _page(school_class, window, saved, chosen, refused.reasons), 422


def _page(
    school_class: SchoolClass,
    window: AssessmentWindow,
    saved: ReadingGroupSet | None = None,
    left: list[Chosen] | None = None,
    reasons: list[str] | None = None,
) -> str:
    page = groups_page(school_class, window, saved, left)
    if not page.is_empty:
        audit.note_read(
            "reading_groups:shown", school_class, school_id=school_class.school_id, window=window.id
        )
    mine = classes_open_to(P.RECORD_SCORES).where(SchoolClass.id == school_class.id)
    return render_template(
        "screening/reading_groups.html",
        page=page,
        reasons=reasons or [],
        class_id=school_class.id,
        class_name=school_class.name,
        window=window,
        may_save=db.session.scalar(mine) is not None,
    )
