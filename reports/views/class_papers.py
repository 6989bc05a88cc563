"""Papers of a class that hold names and no results: the sheet to write on, and the list of groups."""

from collections.abc import Iterable

import sqlalchemy as sa
from flask import Response, abort, url_for

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs, pupils_open_to
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil, SchoolClass
from assessments.sheet_queries import sheet
from reports.drawer import drawn
from reports.views.room import ID, OF_CLASS, bp, paper
from screening.queries.reading_groups import find_saved


@bp.get(f"{OF_CLASS}/blank-sheet.pdf")
@needs(Permission.PRINT, of="school_class")
def blank_sheet(school_class: SchoolClass, window: str) -> Response:
    """The class, its measures and empty boxes, with a code that leads back to the sheet on the screen."""
    from reports.gathering.blank_sheet import blank_sheet as gathered

    found = header.window_of_class(school_class, window)
    shown = sheet(school_class, found)
    if not shown.rows or not shown.columns:
        abort(404)
    address = url_for("sheets.show", class_id=school_class.id, window=found.slug, _external=True)
    on_paper = [row.pupil.pupil_id for row in shown.rows if not row.pupil.is_protected]
    named = db.session.scalars(sa.select(Pupil).where(Pupil.id.in_(on_paper))).all()
    content = drawn("documents.blank_sheet:pdf", gathered(shown, address))
    _note(school_class, found, named, "blank_sheet")
    return paper(content, f"blad-att-skriva-pa-{found.slug}.pdf")


@bp.get(f"{OF_CLASS}/groups/{ID.format('group_set_id')}/groups.pdf")
@needs(Permission.PRINT, of="school_class")
def reading_groups(school_class: SchoolClass, window: str, group_set_id: int) -> Response:
    """Names in groups; nothing about why."""
    from reports.gathering import reading_groups as gathering

    found = header.window_of_class(school_class, window)
    saved = find_saved(school_class, found, group_set_id) or abort(404)
    named = gathering.named(school_class, found, saved, pupils_open_to(Permission.PRINT))
    if not named:
        abort(404)
    told = gathering.group_list(school_class, found, saved, named)
    content = drawn("documents.reading_groups:pdf", told)
    _note(school_class, found, named, "reading_groups")
    return paper(content, f"grupper-{found.slug}.pdf")


def _note(
    school_class: SchoolClass, window: AssessmentWindow, pupils: Iterable[Pupil], document: str
) -> None:
    """One row per pupil whose name is on the paper."""
    for pupil in pupils:
        audit.note_read(
            "report:printed", pupil, school_id=school_class.school_id, window=window.id, document=document
        )
