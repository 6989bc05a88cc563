"""The score sheet as a page: a form, which the page's script makes a grid; and Lämna in klassen."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments import header, queries, typed_sheets
from assessments.access import audit
from assessments.access.permissions import Permission, classes_open_to, needs
from assessments.clock import today
from assessments.database import db
from assessments.expected import counting_day
from assessments.handing_in import hand_in
from assessments.instruments.catalogue import measures
from assessments.late_entry import states, why_closed
from assessments.models import ABSENCE_LETTERS, ABSENCE_WORDS
from assessments.navigation import address_of
from assessments.phases import next_date
from assessments.reading_queries import read_aloud
from assessments.recording import Recorder, record_scores
from assessments.refusals import Refused
from assessments.roster.models import Enrolment, SchoolClass
from assessments.roster.queries import number_narrowed
from assessments.sheet_queries import limit_sources, sheet
from assessments.sheets import Sheet
from assessments.views.sheet_script import sheet_script
from assessments.window_dates import of_class
from assessments.words import counted

bp = Blueprint("sheets", __name__)
ADDRESS = "/classes/<int(max=9223372036854775807):class_id>/windows/<window>"


@bp.get(f"{ADDRESS}/sheet")
@needs(Permission.SEE_SCORES, of="school_class")
def show(school_class: SchoolClass, window: str) -> str:
    found = header.window_of_class(school_class, window)
    return _page(sheet(school_class, found))


@bp.post(f"{ADDRESS}/sheet")
@needs(Permission.RECORD_SCORES, of="school_class")
def save(school_class: SchoolClass, window: str) -> str | Response:
    """Store what can be stored. When something could not be, the page comes again with all that was typed."""
    found = header.window_of_class(school_class, window)
    filled_in = typed_sheets.entries(request.form)
    before = sheet(school_class, found)
    _refuse_strangers(before, {entry.key[0] for entry in filled_in})
    typed = typed_sheets.read(before, request.form, filled_in, why_closed(school_class, found))
    outcomes = record_scores(found, typed.writes, Recorder(g.account.id, g.opening_duty.id))
    after = sheet(school_class, found)
    functions = queries.function_names({one.duty_id for one in outcomes if one.duty_id is not None})
    answer = typed_sheets.answer(after, typed, outcomes, functions)
    if answer.stored or answer.removed:
        audit.note(
            "scores:recorded", school_class, school_id=school_class.school_id,
            window=found.id, stored=answer.stored, removed=answer.removed,
        )  # fmt: skip
    db.session.commit()
    if not answer.is_whole:
        return _page(answer.sheet, answer=answer, typed=typed)
    flash(_told(answer))
    endpoint = "sheets.confirm_hand_in" if "hand_in" in request.form else "sheets.show"
    return redirect(url_for(endpoint, class_id=school_class.id, window=found.slug), code=303)


@bp.get(f"{ADDRESS}/hand-in")
@needs(Permission.RECORD_SCORES, of="school_class")
def confirm_hand_in(school_class: SchoolClass, window: str) -> str:
    found = header.window_of_class(school_class, window)
    shown, closed = sheet(school_class, found), why_closed(school_class, found)
    handed_in_on = queries.hand_ins(found, [school_class.id]).get(school_class.id)
    if shown.missing and not closed and not handed_in_on:  # only then are they named
        _note_shown(shown)
    return render_template("assessments/hand_in.html", sheet=shown, closed=closed, handed_in_on=handed_in_on)


@bp.post(f"{ADDRESS}/hand-in")
@needs(Permission.RECORD_SCORES, of="school_class")
def do_hand_in(school_class: SchoolClass, window: str) -> Response:
    found = header.window_of_class(school_class, window)
    name = school_class.name
    try:
        is_new = hand_in(school_class, found, g.account.id)
    except Refused as refused:
        flash(" ".join(refused.reasons), "error")
        return redirect(url_for("sheets.show", class_id=school_class.id, window=found.slug), code=303)
    if is_new:
        audit.note("class:handed_in", school_class, school_id=school_class.school_id, window=found.id)
    db.session.commit()
    flash(f"{name} är inlämnad." if is_new else f"{name} var redan inlämnad.")
    overview = address_of("screening.class_overview", class_id=school_class.id, window=found.slug)
    return redirect(overview or url_for("classes.my_classes", window=found.slug), code=303)


def _refuse_strangers(shown: Sheet, pupil_ids: set[int]) -> None:
    """A pupil who never went in the class is as little there as one who does not exist."""
    strangers = pupil_ids - {row.pupil.pupil_id for row in shown.rows}
    if strangers:
        former = sa.select(Enrolment.pupil_id).filter_by(school_class_id=shown.school_class.id)
        if strangers - set(db.session.scalars(former)):
            abort(404)


def _told(answer: typed_sheets.Answer) -> str:
    parts = [counted(answer.stored, "resultat sparat", "resultat sparade")] if answer.stored else []
    parts += [counted(answer.removed, "borttaget", "borttagna")] if answer.removed else []
    return f"{', '.join(parts)}." if parts else "Inget var ändrat."


def _note_shown(shown: Sheet) -> None:
    one = shown.school_class
    audit.note_read("sheet:shown", one, school_id=one.school_id, window=shown.window.id)


def _page(
    shown: Sheet, answer: typed_sheets.Answer | None = None, typed: typed_sheets.Typed | None = None
) -> str:
    one, window = shown.school_class, shown.window
    if shown.rows:
        _note_shown(shown)
    closed = why_closed(one, window)
    may_record = db.session.scalar(classes_open_to(Permission.RECORD_SCORES).where(SchoolClass.id == one.id))
    return render_template(
        "assessments/score_sheet.html",
        sheet=shown,
        school=one.school,
        narrowed=number_narrowed(one, counting_day(shown.window)),
        told=_told(answer) if answer and (answer.stored or answer.removed) else None,
        answer=answer,
        script=None if answer else sheet_script([(shown, closed)], may_record is not None),
        days=_days(shown, typed),
        homeless=_homeless(typed),
        closed=closed,
        late=states(window, [one.id]).get(one.id),
        is_form=may_record is not None and (closed is None or answer is not None),
        may_record=may_record is not None,
        next_date=next_date(of_class(window, one)),
        codes=[(letter, ABSENCE_WORDS[code]) for code, letter in ABSENCE_LETTERS.items()],
        handed_in_on=queries.hand_ins(window, [one.id]).get(one.id),
        sources=limit_sources([shown]),
        reads_aloud=bool(read_aloud(shown)),
        levels_shown=any(cell.level for row in shown.rows for cell in row.cells),
    )


def _days(shown: Sheet, typed: typed_sheets.Typed | None) -> Mapping[str, Any]:
    """The date fields: what was told, else today within the window."""
    told = typed.days if typed else {}
    usual = of_class(shown.window, shown.school_class).nearest(today())
    plain = typed_sheets.Day(usual)
    return {column.code: told.get(column.code, plain) for column in shown.columns}


def _homeless(typed: typed_sheets.Typed | None) -> list[str]:
    """What was typed for somebody or something no longer on the sheet, so that it can be copied."""
    known = measures()
    entries = typed.homeless if typed else []
    return [
        f"{known[entry.key[1]].name}: {entry.text or 'tomt'}" for entry in entries if entry.key[1] in known
    ]
