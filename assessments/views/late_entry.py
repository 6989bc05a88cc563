"""Late entry: a teacher asks on the sheet, the coordinator answers. No page here shows a pupil."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload

from assessments import header, queries, windows
from assessments import late_entry as late
from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, municipalities_open_to, needs
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.forms import LateEntryForm, OpenClassForm
from assessments.models import AssessmentWindow, LateEntry
from assessments.phases import Phase, phase
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Municipality, School, SchoolClass
from assessments.school_calendars import calendars_by_name
from assessments.window_dates import by_name, own_days
from assessments.words import counted

bp = Blueprint("late_entry", __name__)
P = Permission
REFUSED = 422
WINDOWS = 6  # two years of closed ones
SHOWN = 200  # answered requests: enough for a year, and the page stays short


@bp.post("/classes/<int(max=9223372036854775807):class_id>/windows/<window>/late-entry")
@needs(P.RECORD_SCORES, of="school_class")
def ask(school_class: SchoolClass, window: str) -> Any:
    """One line of reason, to whoever looks after the windows."""
    found = header.window_of_class(school_class, window)
    address = url_for("sheets.show", class_id=school_class.id, window=found.slug)
    try:
        by = Recorder(g.account.id, g.opening_duty.id)
        asked = late.ask(school_class, found, request.form.get("line", ""), by)
    except Refused as refused:
        db.session.rollback()
        flash(" ".join(refused.reasons), "error")
        return redirect(address, code=303)
    audit.note("late_entry:asked", asked, school_id=school_class.school_id, window=found.id)
    db.session.commit()
    flash("Begäran är skickad till samordnaren. Svaret står här på bladet.")
    return redirect(address, code=303)


@bp.get("/late-entry")
@needs(P.MANAGE_WINDOWS)
def overview() -> str:
    """Those that wait first, then the answered ones, the latest first."""
    rows = list(
        db.session.scalars(
            late.late_entries_open_to(P.MANAGE_WINDOWS)
            .options(
                joinedload(LateEntry.school_class)
                .joinedload(SchoolClass.school)
                .joinedload(School.municipality),
                joinedload(LateEntry.window),
            )
            .order_by(LateEntry.answered_at.is_not(None), LateEntry.id.desc())
            .limit(SHOWN)
        )
    )
    waiting = sum(row.answered_at is None for row in rows)
    return render_template(
        "assessments/late_entries.html",
        rows=rows,
        functions=queries.function_names({row.duty_id for row in rows if row.duty_id is not None}),
        sentence=counted(waiting, "begäran väntar på svar.", "väntar på svar.")
        if waiting
        else "Ingen begäran väntar.",
        today=today(),
    )


@bp.route("/late-entry/<int(max=9223372036854775807):late_entry_id>", methods=["GET", "POST"])
@needs(P.MANAGE_WINDOWS, of="late_entry")
def answer(late_entry: LateEntry) -> Any:
    """Open the class until a day, or say no with a reason; an answer can be changed."""
    form, reasons = LateEntryForm(obj=late_entry), []
    if form.validate_on_submit():
        reasons = _answer(late_entry, form)
        if not reasons:
            return redirect(url_for("late_entry.overview"), code=303)
    functions = queries.function_names({late_entry.duty_id} if late_entry.duty_id else set())
    page = render_template(
        "assessments/late_entry.html",
        form=form,
        asked=late_entry,
        window=late_entry.window,
        school=late_entry.school_class.school,
        by=functions.get(late_entry.duty_id or 0),
        reasons=reasons,
    )
    return page, REFUSED if reasons or form.errors else 200


def _answer(asked: LateEntry, form: LateEntryForm) -> list[str]:
    duty, name = _duty_id(), asked.school_class.name
    refuses = request.form.get("answer") == "refuse"
    try:
        if refuses:
            late.refuse(asked, form.refusal.data or "", duty)
        elif form.until.data is None:
            raise Refused("Ange sista dagen klassen ska vara öppen.")
        else:
            late.grant(asked, form.until.data, duty)
    except Refused as refused:
        db.session.rollback()
        return refused.reasons
    action = "late_entry:refused" if refuses else "late_entry:granted"
    school_id = asked.school_class.school_id
    audit.note(action, asked, school_id=school_id, until=str(asked.open_until or ""))
    db.session.commit()
    flash(f"{name}: svaret är nej." if refuses else f"{name} är öppen till och med {form.until.data}.")
    return []


@bp.route("/late-entry/new", methods=["GET", "POST"])
@needs(P.MANAGE_WINDOWS)
def new() -> Any:
    """Open a class though nobody has asked."""
    form, reasons = OpenClassForm(), []
    closed = _closed()[:WINDOWS]
    classes = _classes({one.academic_year for one in closed})
    form.window.choices = [(one.slug, one.label) for one in closed]
    form.school_class.offer(
        (one.id, f"{one.school.name}, {one.name}, {one.academic_year}") for one in classes
    )
    if form.validate_on_submit():
        window = header.window_or_404(form.window.data)
        chosen = next(one for one in classes if one.id == form.school_class.data)
        reasons = _open(chosen, window, form)
        if not reasons:
            return redirect(url_for("late_entry.overview"), code=303)
    page = render_template(
        "assessments/late_entry_new.html", form=form, reasons=reasons, is_any=bool(classes)
    )
    return page, REFUSED if reasons or form.errors else 200


def _open(school_class: SchoolClass, window: AssessmentWindow, form: OpenClassForm) -> list[str]:
    name, by = school_class.name, Recorder(g.account.id, _duty_id())
    try:
        opened = late.open_unasked(school_class, window, form.until.data, by)
    except Refused as refused:
        db.session.rollback()
        return refused.reasons
    audit.note("late_entry:granted", opened, school_id=school_class.school_id, until=str(opened.open_until))
    db.session.commit()
    flash(f"{name} är öppen till och med {form.until.data}.")
    return []


def _closed() -> list[AssessmentWindow]:
    """The windows that have closed somewhere the person looks after, the latest first."""
    places = calendars_by_name(municipalities_open_to(P.MANAGE_WINDOWS))
    return [
        window
        for window in reversed(windows.in_order())
        if own_days(window) or any(phase(one) is Phase.CLOSED for one in by_name(window, places).values())
    ]


def _classes(academic_years: set[str]) -> list[SchoolClass]:
    """The classes of these years where the person looks after windows, the latest year first."""
    here = municipalities_open_to(P.MANAGE_WINDOWS).with_only_columns(Municipality.id)
    found = db.session.scalars(
        sa.select(SchoolClass)
        .join(School)
        .where(School.municipality_id.in_(here), SchoolClass.academic_year.in_(academic_years))
        .options(joinedload(SchoolClass.school))
    ).all()
    by_name = sorted(found, key=lambda one: (swedish_key(one.school.name), swedish_key(one.name)))
    return sorted(by_name, key=lambda one: one.academic_year, reverse=True)


def _duty_id() -> int:
    return int(duties_giving(P.MANAGE_WINDOWS)[0].id)
