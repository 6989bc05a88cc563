"""The second sheet: one measure of several classes, for whoever gives one test all over the school."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload

from assessments import header, queries, typed_sheets
from assessments.access import audit
from assessments.access.permissions import Permission, classes_open_to, duties_giving, needs
from assessments.cells import written
from assessments.collation import swedish_key
from assessments.database import db
from assessments.former_scores import most_often, points_before
from assessments.instruments.catalogue import Measure, measures
from assessments.late_entry import why_each_closed
from assessments.models import ABSENCE_LETTERS, ABSENCE_WORDS, AssessmentWindow
from assessments.recording import Outcome, Recorder, record_scores
from assessments.roster.models import Enrolment, SchoolClass
from assessments.sheet_queries import limit_sources, measure_sheets
from assessments.sheets import Sheet
from assessments.typed_sheets import Answer, Day, Entry, Typed
from assessments.views.sheet_script import SheetScript, sheet_script
from assessments.window_dates import usual_day
from assessments.words import counted

bp = Blueprint("measure_sheets", __name__)
P = Permission
ADDRESS = "/windows/<window>/measures/<measure>/sheet"


@bp.get("/windows/<window>/measures")
@needs(P.RECORD_SCORES)
def choose(window: str) -> Any:
    """Which measure, and which of the classes the person may record for."""
    found, known = header.window_or_404(window), measures()
    chosen = known.get(request.args.get("measure", ""))
    classes = _classes(found)
    ticked = [one.id for one in _among(classes)]
    if chosen and ticked:
        return redirect(_address(found, chosen, ticked))
    return render_template(
        "assessments/measure_choice.html",
        window=found, measures=list(known.values()), chosen=chosen, classes=classes, ticked=ticked,
    )  # fmt: skip


@bp.get(ADDRESS)
@needs(P.RECORD_SCORES)
def show(window: str, measure: str) -> Any:
    found, chosen = header.window_or_404(window), measures().get(measure) or abort(404)
    classes = chosen_classes(found)
    return _page(found, chosen, [(one, None) for one in measure_sheets(classes, found, chosen.code)])


@bp.post(ADDRESS)
@needs(P.RECORD_SCORES)
def save(window: str, measure: str) -> Any:
    """Store what can be stored, as on the sheet of one class."""
    found, chosen = header.window_or_404(window), measures().get(measure) or abort(404)
    classes = chosen_classes(found)
    before = measure_sheets(classes, found, chosen.code)
    filled_in = typed_sheets.entries(request.form)
    _refuse_strangers(classes, {entry.key[0] for entry in filled_in})
    typed = _typed(before, found, filled_in)
    outcomes = _record(before, found, typed)
    functions = queries.function_names({one.duty_id for one in outcomes if one.duty_id is not None})
    answers = [
        typed_sheets.answer(sheet, one, _of_class(sheet, outcomes), functions)
        for sheet, one in zip(measure_sheets(classes, found, chosen.code), typed, strict=True)
    ]
    for answer in answers:
        _note_recorded(answer, found)
    ids = [one.id for one in classes]
    db.session.commit()
    if any(not answer.is_whole for answer in answers):
        return _page(found, chosen, [(answer.sheet, answer) for answer in answers], typed)
    flash(_told(answers))
    return redirect(_address(found, chosen, ids), code=303)


def _classes(window: AssessmentWindow) -> list[SchoolClass]:
    """Every class of the window's academic year that the person may record for, by school and name."""
    found = db.session.scalars(
        classes_open_to(P.RECORD_SCORES)
        .where(SchoolClass.academic_year == window.academic_year)
        .options(joinedload(SchoolClass.school))
    )
    return sorted(found, key=lambda one: (swedish_key(one.school.name), swedish_key(one.name)))


def chosen_classes(window: AssessmentWindow) -> list[SchoolClass]:
    """Those that the form or the address names; a stranger's class is as little there as none."""
    return _among(_classes(window))


def _among(classes: Sequence[SchoolClass]) -> list[SchoolClass]:
    asked = set(request.values.getlist("class"))
    return [one for one in classes if str(one.id) in asked]


def _refuse_strangers(classes: Sequence[SchoolClass], pupil_ids: set[int]) -> None:
    went = sa.select(Enrolment.pupil_id).where(Enrolment.school_class_id.in_([one.id for one in classes]))
    if pupil_ids - set(db.session.scalars(went)):
        abort(404)


def _typed(sheets: Sequence[Sheet], window: AssessmentWindow, filled_in: Sequence[Entry]) -> list[Typed]:
    """What each sheet's part of the form asks for; whoever has left them all is told with the first."""
    places = {row.pupil.pupil_id: place for place, one in enumerate(sheets) for row in one.rows}
    parts: list[list[Entry]] = [[] for _ in sheets]
    for entry in filled_in if sheets else ():
        parts[places.get(entry.key[0], 0)].append(entry)
    closed = why_each_closed([one.school_class for one in sheets], window)
    return [
        typed_sheets.read(one, request.form, part, closed[one.school_class.id])
        for one, part in zip(sheets, parts, strict=True)
    ]


def _record(sheets: Sequence[Sheet], window: AssessmentWindow, typed: Sequence[Typed]) -> list[Outcome]:
    """Each class is signed by a duty that reaches it."""
    writes = {one.school_class.id: part.writes for one, part in zip(sheets, typed, strict=True)}
    outcomes: list[Outcome] = []
    for duty in duties_giving(P.RECORD_SCORES):
        reached = classes_open_to(P.RECORD_SCORES, among=[duty]).with_only_columns(SchoolClass.id)
        mine = [number for number in db.session.scalars(reached) if number in writes]
        own = [write for number in mine for write in writes.pop(number)]
        outcomes += record_scores(window, own, Recorder(g.account.id, duty.id)) if own else []
    return outcomes


def _of_class(sheet: Sheet, outcomes: Sequence[Outcome]) -> list[Outcome]:
    pupils = {row.pupil.pupil_id for row in sheet.rows}
    return [one for one in outcomes if one.write.pupil_id in pupils]


def _note_recorded(answer: Answer, window: AssessmentWindow) -> None:
    if answer.stored or answer.removed:
        one = answer.sheet.school_class
        audit.note(
            "scores:recorded", one, school_id=one.school_id,
            window=window.id, stored=answer.stored, removed=answer.removed,
        )  # fmt: skip


def _told(answers: Sequence[Answer]) -> str:
    stored, removed = sum(one.stored for one in answers), sum(one.removed for one in answers)
    parts = [counted(stored, "resultat sparat", "resultat sparade")] if stored else []
    parts += [counted(removed, "borttaget", "borttagna")] if removed else []
    return f"{', '.join(parts)}." if parts else "Inget var ändrat."


def _address(window: AssessmentWindow, measure: Measure, class_ids: Sequence[int]) -> str:
    chosen: dict[str, Any] = {"class": list(class_ids)}  # a word that Python keeps for itself
    return url_for("measure_sheets.show", window=window.slug, measure=measure.code, **chosen)


def _page(
    window: AssessmentWindow,
    measure: Measure,
    parts: Sequence[tuple[Sheet, Answer | None]],
    typed: Sequence[Typed] = (),
) -> str:
    sheets = [sheet for sheet, _ in parts]
    for one in sheets:
        school_class = one.school_class
        audit.note_read("sheet:shown", school_class, school_id=school_class.school_id, window=window.id)
    closed = why_each_closed([one.school_class for one in sheets], window)
    chosen: dict[str, Any] = {"class": [one.school_class.id for one in sheets]}
    former = _former(sheets, measure)
    usual = Day(usual_day(window, [one.school_class for one in sheets]))
    return render_template(
        "assessments/measure_sheet.html",
        window=window,
        measure=measure,
        column=sheets[0].columns[0] if sheets else None,
        parts=[(one, closed[one.school_class.id], answer) for one, answer in parts],
        script=_script(sheets, closed) if sheets and not typed else None,
        former=former,
        usually=most_often(when for _, when in former.values()),
        files=url_for("sheet_files.read_several", window=window.slug, **chosen),
        schools=len({one.school_class.school_id for one in sheets}),
        day=next((one.days[measure.code] for one in typed), usual),
        homeless=[entry.text or "tomt" for one in typed for entry in one.homeless],
        filled=sum(one.filled for one in sheets),
        expected=sum(one.expected for one in sheets),
        not_stored=sum(answer.not_stored for _, answer in parts if answer),
        told=_told([answer for _, answer in parts if answer]) if typed else None,
        codes=[(letter, ABSENCE_WORDS[code]) for code, letter in ABSENCE_LETTERS.items()],
        class_ids=chosen["class"],
        sources=limit_sources(sheets),
    )


def _former(sheets: Sequence[Sheet], measure: Measure) -> dict[int, tuple[str, str]]:
    """What each pupil reached before, as people write it, and in which window."""
    pupil_ids = [row.pupil.pupil_id for one in sheets for row in one.rows]
    before = points_before(sheets[0].window, pupil_ids) if sheets else {}
    return {
        pupil_id: (written(measure, one.points, None, False), one.when)
        for (pupil_id, code), one in before.items()
        if code == measure.code
    }


def _script(sheets: Sequence[Sheet], closed: Mapping[int, str | None]) -> SheetScript:
    return sheet_script([(one, closed[one.school_class.id]) for one in sheets], may_record=True)
