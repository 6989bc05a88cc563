"""Läsårstider: shown to everybody with a duty in the municipality, written by those who look after it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from assessments import calendar
from assessments import calendar_editing as editing
from assessments.access import audit
from assessments.access.permissions import Permission, needs, signed_in
from assessments.calendar_forms import RangeForm
from assessments.calendar_models import CalendarRange
from assessments.calendar_queries import calendar_page, years_shown
from assessments.clock import today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.governing.choosing import About
from assessments.governing.noting import note_from_page
from assessments.refusals import Refused
from assessments.roster.models import Municipality
from assessments.school_calendars import calendars_open_to
from assessments.school_days import SpanKind, usual_spans
from assessments.words import counted, day

bp = Blueprint("school_calendar", __name__)
P = Permission
ID = "int(max=9223372036854775807)"
REFUSED = 422
CODE = "school_calendar"  # what history calls it


@bp.get("/school-calendar")
@signed_in
def overview() -> Any:
    """The municipalities where the person has a duty; where there is one, its calendar."""
    found = sorted(
        db.session.scalars(calendars_open_to(P.SEE_CALENDAR)), key=lambda one: swedish_key(one.name)
    )
    year = slug(calendar.academic_year_on(today()))
    if len(found) == 1:
        return redirect(url_for("school_calendar.show", calendar_id=found[0].id, year=year))
    return render_template("assessments/school_calendars.html", rows=found, year=year)


@bp.get(f"/school-calendar/<{ID}:calendar_id>/<year>")
@needs(P.SEE_CALENDAR, of="calendar_of")
def show(calendar_of: Municipality, year: str) -> str:
    academic_year = _year_or_404(year)
    can_manage = calendars_open_to(P.MANAGE_CALENDAR).where(Municipality.id == calendar_of.id)
    return render_template(
        "assessments/school_calendar.html",
        municipality=calendar_of,
        academic_year=academic_year,
        years=[(one, slug(one)) for one in years_shown()],
        page=calendar_page(calendar_of, academic_year),
        can_manage=db.session.scalar(can_manage) is not None,
    )


@bp.route(f"/school-calendar/<{ID}:calendar_id>/<year>/new", methods=["GET", "POST"])
@needs(P.MANAGE_CALENDAR, of="calendar_of")
def add(calendar_of: Municipality, year: str) -> Any:
    """Add a term or a break. ``?kind=`` begins with the days that are usual of that kind."""
    academic_year, municipality_id = _year_or_404(year), calendar_of.id
    usual = {span.kind.value: span for span in usual_spans(academic_year)}
    form = RangeForm(obj=usual.get(request.args.get("kind", "")))

    def save() -> str:
        row = editing.add(municipality_id, academic_year, form.span)
        _note("calendar:added", row, form.reason.data)
        return f"{row.span.label} är inlagt."

    return _edited(form, save, calendar_of, academic_year)


@bp.route(f"/school-calendar/ranges/<{ID}:range_id>", methods=["GET", "POST"])
@needs(P.MANAGE_CALENDAR, of="calendar_range")
def correct(calendar_range: CalendarRange) -> Any:
    form, row = RangeForm(obj=calendar_range), calendar_range

    def save() -> str:
        if not editing.correct(row, form.span):
            return "Inget var ändrat."
        _note("calendar:changed", row, form.reason.data)
        return f"{row.span.label} är ändrat."

    return _edited(form, save, row.municipality, row.academic_year, row)


@bp.post(f"/school-calendar/ranges/<{ID}:range_id>/remove")
@needs(P.MANAGE_CALENDAR, of="calendar_range")
def remove(calendar_range: CalendarRange) -> Any:
    address = _address(calendar_range.municipality_id, calendar_range.academic_year)
    label = calendar_range.span.label
    try:
        _note("calendar:removed", calendar_range)
        editing.remove(calendar_range)
    except Refused as refused:
        db.session.rollback()
        flash(" ".join(refused.reasons), "error")
        return redirect(address, code=303)
    db.session.commit()
    flash(f"{label} är borttaget.")
    return redirect(address, code=303)


@bp.post(f"/school-calendar/<{ID}:calendar_id>/<year>/copy")
@needs(P.MANAGE_CALENDAR, of="calendar_of")
def copy(calendar_of: Municipality, year: str) -> Any:
    """Begin with the terms and breaks of the year before."""
    academic_year, address = _year_or_404(year), _address(calendar_of.id, _year_or_404(year))
    copied, told = editing.copy_former(calendar_of.id, academic_year)
    if copied:
        audit.note(
            "calendar:copied", calendar_of,
            municipality_id=calendar_of.id, academic_year=academic_year, ranges=copied,
        )  # fmt: skip
        words = f"{academic_year}: {counted(copied, 'rad', 'rader')} från förra läsåret"
        note_from_page(CODE, words, About(municipality_id=calendar_of.id), permission=P.MANAGE_CALENDAR)
    db.session.commit()
    rows = counted(copied, "rad är kopierad", "rader är kopierade")
    flash(f"{rows} från förra läsåret. Jämför dagarna med kommunens beslut.")
    for reason in told:
        flash(reason, "warning")
    return redirect(address, code=303)


def _edited(
    form: RangeForm,
    save: Callable[[], str],
    municipality: Municipality,
    academic_year: str,
    row: CalendarRange | None = None,
) -> Any:
    """The form, or what became of it."""
    reasons: list[str] = []
    address = _address(municipality.id, academic_year)
    if form.validate_on_submit():
        try:
            told = save()
            db.session.commit()
            flash(told)
            return redirect(address, code=303)
        except editing.FieldRefused as refused:
            form[refused.field].errors = refused.reasons
        except Refused as refused:
            reasons = refused.reasons
        db.session.rollback()
    page = render_template(
        "assessments/calendar_range.html",
        form=form,
        reasons=reasons,
        name=municipality.name,
        academic_year=academic_year,
        back=address,
        range_id=row.id if row else None,
        kinds=SpanKind,
    )
    return page, REFUSED if reasons or form.errors else 200


def _note(action: str, row: CalendarRange, reason: str | None = None) -> None:
    audit.note(
        action, row, municipality_id=row.municipality_id, academic_year=row.academic_year,
        kind=row.kind.value, starts_on=str(row.starts_on), ends_on=str(row.ends_on),
    )  # fmt: skip
    days = "borttaget" if action == "calendar:removed" else f"{day(row.starts_on)} till {day(row.ends_on)}"
    about, words = (
        About(municipality_id=row.municipality_id),
        f"{row.academic_year}, {row.span.label}: {days}",
    )
    note_from_page(CODE, words, about, reason, P.MANAGE_CALENDAR)


def slug(academic_year: str) -> str:
    """``2026-27``: what addresses say."""
    return academic_year.replace("/", "-")


def _year_or_404(told: str) -> str:
    year = told.replace("-", "/")
    return year if year in years_shown() else abort(404)


def _address(municipality_id: int, academic_year: str) -> str:
    return url_for("school_calendar.show", calendar_id=municipality_id, year=slug(academic_year))
