"""The texts agreed for a window: the coordinator names one for each year and measure that needs it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for

from assessments import calendar, header
from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.agreed_texts import Place, agree, retell_column, same_text_places, texts_of
from assessments.database import db
from assessments.expected import enrolled
from assessments.governing.choosing import About
from assessments.governing.noting import note_from_page
from assessments.instruments.catalogue import Measure, measures
from assessments.late_entry import why_closed
from assessments.models import AssessmentWindow
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import SchoolClass
from assessments.words import counted, listed

bp = Blueprint("texts", __name__)
REFUSED = 422
NO_DAY = "Skriv datumet som 2026-09-01."


@bp.route("/windows/<window>/texts", methods=["GET", "POST"])
@needs(Permission.MANAGE_WINDOWS)
def of_window(window: str) -> Any:
    found, known, reasons = header.window_or_404(window), measures(), []
    if request.method == "POST":
        reasons = _save(found, known, request.form)
        if not reasons:
            return redirect(url_for("texts.of_window", window=found.slug), code=303)
    page = render_template(
        "assessments/texts.html", window=found, rows=_rows(found, known, request.form), reasons=reasons
    )
    return page, REFUSED if reasons else 200


@bp.post("/classes/<int(max=9223372036854775807):class_id>/windows/<window>/text")
@needs(Permission.RECORD_SCORES, of="school_class")
def of_column(school_class: SchoolClass, window: str) -> Any:
    """Everybody in the class read another text than the agreed one, or the agreed one after all."""
    found = header.window_of_class(school_class, window)
    measure = measures().get(request.form.get("measure", "")) or abort(404)
    pupils = [pupil.pupil_id for pupil in enrolled(found, [school_class.id])]
    address = url_for("sheets.show", class_id=school_class.id, window=found.slug)
    try:
        if reason := why_closed(school_class, found):
            raise Refused(reason)
        by = Recorder(g.account.id, g.opening_duty.id)
        news = retell_column(found, pupils, measure, request.form.get("text") != "other", by)
    except Refused as refused:
        db.session.rollback()
        flash(" ".join(refused.reasons), "error")
        return redirect(address, code=303)
    if news:
        audit.note(
            "scores:text_told", school_class, school_id=school_class.school_id,
            window=found.id, measure=measure.code, told=news,
        )  # fmt: skip
    db.session.commit()
    flash(f"{counted(news, 'resultat är ändrat', 'resultat är ändrade')}." if news else "Det stod redan så.")
    return redirect(address, code=303)


def _save(window: AssessmentWindow, known: Mapping[str, Measure], form: Mapping[str, str]) -> list[str]:
    """Every text or none."""
    changed, gone, reasons = [], 0, []
    for place in same_text_places(known):
        year, code = place
        if f"name-{year}-{code}" not in form:
            continue
        try:
            decided_on = _day(form.get(f"day-{year}-{code}", ""))
            if agree(window, place, form[f"name-{year}-{code}"], decided_on, known):
                changed.append(f"{code}:{year}")
                gone += not form[f"name-{year}-{code}"].strip()
        except Refused as refused:
            where = f"{known[code].name}, {calendar.year_label(year, window.academic_year)}"
            reasons += [f"{where}: {reason}" for reason in refused.reasons]
    if changed and not reasons:
        audit.note("texts:agreed", window, changed=changed)
        try:
            note_from_page(
                "agreed_texts", _named(window, known), About(window_id=window.id), form.get("reason")
            )
        except Refused as refused:
            reasons += refused.reasons
    if reasons:
        db.session.rollback()
        return reasons
    db.session.commit()
    written = len(changed) - gone
    told = [counted(written, "text är sparad", "texter är sparade")] if written else []
    told += [counted(gone, "text är borttagen", "texter är borttagna")] if gone else []
    flash(f"{listed(told)}." if told else "Inget var ändrat.")
    return []


def _named(window: AssessmentWindow, known: Mapping[str, Measure]) -> str:
    """``åk 1: Sommarlovet; åk 2: ...``: what history says of all of them, as they stand now."""
    year = window.academic_year
    texts = sorted(texts_of(window).items())
    told = [
        f"{known[code].name}, {calendar.year_label(grade, year)}: {text.name}"
        for (grade, code), text in texts
    ]
    return "; ".join(told) or "inga"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(NO_DAY) from None


def _rows(
    window: AssessmentWindow, known: Mapping[str, Measure], form: Mapping[str, str]
) -> list[tuple[str, str, Place, str, str]]:
    """Measure, year, place, name and day: as typed where the page comes again, else as they stand."""
    texts, rows = texts_of(window), []
    for place in same_text_places(known):
        year, code = place
        text = texts.get(place)
        name = form.get(f"name-{year}-{code}", text.name if text else "")
        decided_on = form.get(f"day-{year}-{code}", str(text.decided_on) if text else "")
        rows.append(
            (known[code].name, calendar.year_label(year, window.academic_year), place, name, decided_on)
        )
    return rows
