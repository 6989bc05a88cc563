"""The week's results of a support period or its group, on one page that works without a script."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, g, redirect, render_template, request, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.cells import read_cell
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import Measure
from assessments.recording import Recorder, refusal
from assessments.roster.models import Pupil
from assessments.row_ids import row_id
from assessments.words import counted
from assessments.writes import Status
from screening.models import SupportPeriod
from screening.support.queries.weekly import (
    Row,
    WeeklySheet,
    conflict_words,
    periods_together,
    told_of,
    week_code,
    week_of,
    weekly_sheet,
)
from screening.support.results import Outcome, Write, record_results
from screening.views.room import support

P = Permission
ADDRESS = "/support/<int(max=9223372036854775807):period_id>/results"


@support.get(ADDRESS)
@needs(P.RECORD_SUPPORT, of="support_period")
def results(support_period: SupportPeriod) -> str:
    return _page(support_period, weekly_sheet(support_period, _monday(support_period)))


@support.post(ADDRESS)
@needs(P.RECORD_SUPPORT, of="support_period")
def save_results(support_period: SupportPeriod) -> Any:
    """Store what can be stored; the rest stays on the page as it was typed, with the reason. Also what was
    typed for somebody whose period has been ended meanwhile."""
    monday, together = _monday(support_period), periods_together(support_period, ended=None)
    sheet = weekly_sheet(support_period, monday)
    writes, again = _read(sheet.measure, together)
    outcomes = record_results(list(writes.values()), Recorder(g.account.id, g.opening_duty.id))
    stored = [one for one in outcomes if one.status is Status.STORED]
    for one in stored:
        period = together[one.write.period_id]
        audit.note("support:measured", period, pupil=period.pupil_id, on=str(one.write.measured_on))
    db.session.commit()
    again |= _not_stored(dict(zip(writes, outcomes, strict=True)), sheet.measure)
    if not again:
        told = counted(len(stored), "resultat är sparat", "resultat är sparade")
        flash(f"{told}." if stored else "Inget var ändrat.")
        here = url_for("support.results", period_id=support_period.id, week=week_code(monday))
        return redirect(here, code=303)
    shown = weekly_sheet(support_period, monday, {row.period_id for row in again.values()})
    return _page(support_period, _overlaid(shown, again), len(stored)), 422


def _monday(period: SupportPeriod) -> date:
    return week_of(request.values.get("week", ""), period)


def _read(measure: Measure, together: Mapping[int, SupportPeriod]) -> tuple[dict[str, Write], dict[str, Row]]:
    """The rows of the form as writes, by key; those that cannot be read as they were typed."""
    writes, again = {}, {}
    for key in dict.fromkeys(request.form.getlist("row")):
        period_id = row_id(key.partition(".")[0])
        if period_id not in together:
            abort(404)  # somebody else's period is as little there as one that does not exist
        text, seen, was_on = _typed(key)
        if not text and was_on is None:
            continue
        on, typed = _day(request.form.get(f"day-{key}", "")), read_cell(text, measure)
        fault = typed.reason or refusal(measure, typed.points)
        if typed.absence is not None:
            fault = "Lämna tomt när eleven var borta: bara resultat räknas här."
        if fault or on is None:
            shown_on = on or was_on or today()
            row = Row(key, period_id, "", was_on, shown_on, text, seen, "")
            again[key] = replace(row, fault=fault or "Skriv datumet som 2026-09-07.")
        else:
            writes[key] = Write(period_id, on, was_on, typed.points, typed.is_discontinued, seen)
    return writes, again


def _typed(key: str) -> tuple[str, str, date | None]:
    """What stands in a row of the form: the result, the seal that was seen, the day it stood on."""
    told = request.form
    return (
        told.get(f"points-{key}", "").strip(),
        told.get(f"seen-{key}", ""),
        _day(told.get(f"was-{key}", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-09-07") else None
    except ValueError:
        return None


def _not_stored(outcomes: Mapping[str, Outcome], measure: Measure) -> dict[str, Row]:
    """What was refused, and what another had written: the field says mine, the words say theirs."""
    functions = told_of([one.stands for one in outcomes.values() if one.stands])
    again = {}
    for key, one in outcomes.items():
        write, there = one.write, one.stands
        text = _typed(key)[0]
        row = Row(key, write.period_id, "", write.was_on, write.measured_on, text, write.seen, "")
        if one.status is Status.REFUSED:
            again[key] = replace(row, fault=one.reason or "")
        elif one.status is Status.CONFLICT and there is not None:
            stood_on = write.was_on or write.measured_on
            again[key] = replace(
                row, was_on=stood_on if there.points is not None else None, seal=there.seal,
                fault=conflict_words(there, functions, measure),
            )  # fmt: skip
    return again


def _overlaid(sheet: WeeklySheet, again: Mapping[str, Row]) -> WeeklySheet:
    """The week as it stands, with what could not be stored still in its fields."""
    names = {row.period_id: (row.name, row.earlier) for row in sheet.rows}
    kept = {
        key: replace(row, name=names[row.period_id][0], earlier=names[row.period_id][1])
        for key, row in again.items()
    }
    rows = [kept.pop(row.key, row) for row in sheet.rows]
    return replace(sheet, rows=(*rows, *kept.values()))


def _page(period: SupportPeriod, sheet: WeeklySheet, stored: int = 0) -> str:
    for pupil in db.session.scalars(sa.select(Pupil).where(Pupil.id.in_(sheet.pupil_ids))):
        audit.note_read("pupil:seen", pupil)
    return render_template(
        "screening/support_results.html",
        period=period,
        sheet=sheet,
        week_code=week_code,
        stored=stored,
        faults=[row for row in sheet.rows if row.fault],
    )
