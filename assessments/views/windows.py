"""Kartläggningsperioder: listed for everybody, opened and moved by the coordinator; measures of schools."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for

from assessments import calendar, header, windows
from assessments.access import audit
from assessments.access.permissions import (
    Permission,
    duties_giving,
    municipalities_open_to,
    needs,
    signed_in,
)
from assessments.clock import today
from assessments.database import db
from assessments.expected import chosen_measures
from assessments.forms import MeasuresForm, NewWindowForm, WindowForm
from assessments.governing.choosing import About
from assessments.governing.noting import note_dates, note_from_page
from assessments.instruments.catalogue import measures
from assessments.jobs.ordering import open_about
from assessments.late_entry import waiting
from assessments.models import AssessmentWindow, Season
from assessments.phases import next_dates
from assessments.refusals import Refused
from assessments.roster.models import Municipality, School
from assessments.school_calendars import calendars_by_name, calendars_open_to
from assessments.school_measures import choose_measures, measures_by_year, schools_and_measures
from assessments.school_windows import schools_with_own_days
from assessments.window_dates import WindowDates, by_name, makeup_days_of, own_days, warnings
from assessments.words import listed
from assessments.writes import Recorder

bp = Blueprint("windows", __name__)
P = Permission
ID = "int(max=9223372036854775807)"
REFUSED = 422
YEARS_BACK = 3  # earlier results can be taken in from files into windows that are past


@bp.get("/windows")
@signed_in
def overview() -> str:
    every, current = windows.in_order(), windows.current(windows.in_order())
    can_manage = bool(duties_giving(P.MANAGE_WINDOWS))
    places = calendars_by_name(calendars_open_to())
    shown = {window: by_name(window, places) for window in reversed(every)}
    own = {window: schools_with_own_days(window, calendars_open_to()) for window in every if own_days(window)}
    return render_template(
        "assessments/windows.html",
        rows=[
            (
                window,
                makeup_days_of(dates),
                next_dates(dates.values()),
                own.get(window, []),
                _warnings(window, dates, can_manage),
            )
            for window, dates in shown.items()
        ],
        current=current,
        can_manage=can_manage,
        waiting=waiting() if can_manage else 0,
        sentence=f"{current.label}. {next_dates(shown[current].values())}" if current else None,
    )


def _warnings(window: AssessmentWindow, dates: Mapping[str, WindowDates], can_manage: bool) -> list[str]:
    """What the coordinator should know of the dates, while there is still something to do about it."""
    is_over = all(one.makeup_ends_on < today() for one in dates.values())
    return [] if is_over or not can_manage else _told_of(window)


def _told_of(window: AssessmentWindow) -> list[str]:
    places = calendars_by_name(municipalities_open_to(P.MANAGE_WINDOWS))
    return warnings(window, windows.in_order(), places)


@bp.route("/windows/new", methods=["GET", "POST"])
@needs(P.MANAGE_WINDOWS)
def new() -> Any:
    form, reasons = NewWindowForm(), []
    this = int(calendar.academic_year_on(today())[:4])
    form.academic_year.choices = [
        f"{year}/{(year + 1) % 100:02d}" for year in range(this - YEARS_BACK, this + 2)
    ][::-1]
    if form.academic_year.data is None:
        form.academic_year.data = calendar.academic_year_on(today())
    if form.validate_on_submit():
        code = f"{form.academic_year.data}-{Season(form.season.data).value}"
        if any(window.code == code for window in windows.in_order()):
            reasons = ["Den perioden finns redan. Flytta den i listan i stället."]
        else:
            reasons = _save(code, form, "window:opened")
        if not reasons:
            return redirect(url_for("windows.overview"), code=303)
    page = render_template("assessments/window.html", form=form, reasons=reasons, named=None)
    return page, REFUSED if reasons or form.errors else 200


@bp.route("/windows/<window>/dates", methods=["GET", "POST"])
@needs(P.MANAGE_WINDOWS)
def move(window: str) -> Any:
    found = header.window_or_404(window)
    form, reasons = WindowForm(obj=found), []
    if form.validate_on_submit():
        reasons = _save(found.code, form, "window:moved")
        if not reasons:
            return redirect(url_for("windows.overview"), code=303)
    page = render_template("assessments/window.html", form=form, reasons=reasons, named=found)
    return page, REFUSED if reasons or form.errors else 200


def _save(code: str, form: WindowForm, action: str) -> list[str]:
    """Open or move; why not, if it could not be done. Warnings are told, never refused."""
    try:
        return _saved(code, form, action)
    except Refused as refused:
        db.session.rollback()
        return refused.reasons


def _saved(code: str, form: WindowForm, action: str) -> list[str]:
    window, outcome = windows.open_window(code, form.opens_on.data, form.closes_on.data)
    if outcome == "unchanged" and window.makeup_days == form.makeup_days.data:
        flash("Inget var ändrat.")
        return []
    window.makeup_days = form.makeup_days.data
    db.session.flush()
    audit.note(action, window, opens_on=str(window.opens_on), closes_on=str(window.closes_on))
    note_dates(window, Recorder(g.account.id, duties_giving(P.MANAGE_WINDOWS)[0].id), form.reason.data)
    told, label = _told_of(window), window.label
    counted_anew = " Alla räknas om, skola för skola: se Omräkningar, under Riktmärken."
    more = counted_anew if open_about("window_id", window.id) else ""
    db.session.commit()
    flash((f"{label} är öppnad." if outcome == "new" else f"{label} har fått nya datum.") + more)
    for warning in told:
        flash(warning, "warning")
    return []


@bp.get("/school-measures")
@needs(P.MANAGE_WINDOWS)
def school_measures() -> str:
    """What each school uses, of the municipalities the person coordinates."""
    rows = schools_and_measures(municipalities_open_to(P.MANAGE_WINDOWS))
    return render_template(
        "assessments/school_measures.html", rows=rows, chosen=sum(bool(row.measures) for row in rows)
    )


@bp.route(
    f"/municipalities/<{ID}:municipality_id>/schools/<{ID}:school_id>/measures", methods=["GET", "POST"]
)
@needs(P.MANAGE_WINDOWS, of="municipality")
def measures_of_school(municipality: Municipality, school_id: int) -> Any:
    """Through the municipality, which a coordinator of the whole initiative reaches too."""
    school = db.session.get(School, school_id)
    if school is None or school.municipality_id != municipality.id:
        abort(404)
    known, window = measures(), windows.current(windows.in_order())
    form = MeasuresForm(data={"measures": sorted(chosen_measures([school.id]).get(school.id, set()))})
    form.measures.choices = {
        code: f"{one.name} ({one.area_word}, {_years(one.years)})" for code, one in known.items()
    }
    if form.validate_on_submit():
        if choose_measures(school, form.measures.data or []):
            audit.note(
                "school_measures:chosen", school, school_id=school.id, measures=form.measures.data or []
            )
            names = [known[code].name for code in form.measures.data or []]
            words = "; ".join(names) or "följer riktmärkena"
            note_from_page("school_measures", words, About(school_id=school.id), form.reason.data)
        name = school.name
        bare = [one.year for one in measures_by_year(school, window) if not one.left] if window else []
        db.session.commit()
        flash(f"Måtten för {name} är sparade.")
        if window and bare:
            told = f"{window.label}: inget mått väntas nu i {listed(bare)}, så där kan inget resultat saknas."
            flash(f"{told} Kryssa i det som skolan använder där.", "warning")
        return redirect(url_for("windows.school_measures"), code=303)
    page = render_template(
        "assessments/school_measures_choice.html",
        form=form,
        school=school,
        window=window,
        years=measures_by_year(school, window) if window else [],
    )
    return page, REFUSED if form.errors else 200


def _years(years: tuple[int, ...]) -> str:
    """``F–åk 3``; instruments are made for years in a row."""
    academic_year = calendar.academic_year_on(today())
    first, last = (calendar.year_label(year, academic_year) for year in (min(years), max(years)))
    return first if first == last else f"{first}–{last.removeprefix('åk ') if first != 'F' else last}"
