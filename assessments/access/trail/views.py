"""Vem har sett vad: the trail and the alarms, for administrators and whoever watches over personal data."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for

from assessments.access import audit
from assessments.access.alarm_models import Alarm
from assessments.access.permissions import Permission, needs
from assessments.access.trail import alarms, queries
from assessments.access.trail.queries import Filters, Row
from assessments.clock import today
from assessments.database import db
from assessments.row_ids import row_id
from assessments.spreadsheets import CSV, spreadsheet
from assessments.words import day, moment

bp = Blueprint("trail", __name__)
P = Permission
A_WEEK = timedelta(days=6)  # and today
MOST_IN_A_FILE = 20_000
HEADS = ("tid", "användare", "uppdrag", "gjorde", "gällde", "rad")


@bp.get("/trail")
@needs(P.SEE_TRAIL)
def overview() -> Any:
    filters, faults = _filters()
    if request.args.get("as") == CSV and not faults:
        return _file(filters)
    rows, has_more = queries.trail(filters) if not faults else ([], False)
    _note(rows, "trail:shown")
    return render_template(
        "access/trail.html",
        rows=rows,
        older=_address(filters, before=rows[-1].id) if has_more else None,
        newest=_address(replace(filters, before=None)) if filters.before else None,
        file=_address(replace(filters, before=None)) | {"as": CSV},
        filters=filters,
        code=request.args.get("code", ""),
        people=queries.people(),
        faults=faults,
        alarms=queries.open_alarms(queries.alarms_open_to(P.SEE_TRAIL), mine=g.account.id),
    )


@bp.post("/alarms/<int(max=9223372036854775807):alarm_id>/acknowledge")
@needs(P.SEE_TRAIL, of="alarm")
def acknowledge(alarm: Alarm) -> Any:
    alarms.acknowledge(alarm, request.form.get("note", ""), by=g.account)
    audit.note("alarm:acknowledged", alarm, municipality_id=alarm.municipality_id)
    db.session.commit()
    flash("Larmet är kvitterat.")
    return redirect(url_for("trail.overview"))


def _filters() -> tuple[Filters, list[str]]:
    """What the address asks for, and what of it makes no sense."""
    asked, faults = request.args, []
    days: dict[str, date | None] = {"from": None, "to": None}
    for name in days:
        try:
            days[name] = date.fromisoformat(asked[name]) if asked.get(name) else None
        except ValueError:
            faults.append(f"{asked[name][:20]} är inget datum. Skriv som 2026-10-15.")
    # Such a day has no day after it, or is none in UTC.
    too_far = [one for one in days.values() if one and not 2000 <= one.year < 2100]
    faults += [f"{one} ligger för långt bort." for one in too_far]
    if days["from"] and days["to"] and days["to"] < days["from"]:
        faults.append("Den sista dagen ligger före den första.")
    code, pupil_ids = asked.get("code", "").strip(), None
    if code:
        pupil_ids = queries.pupils_called(code)
    elif pupil := _number("pupil"):
        pupil_ids = (pupil,)
    if code and not pupil_ids:
        faults.append("Ingen elev i din kommun har det elev-id:t.")
    filters = Filters(
        account_id=_number("person"),
        pupil_ids=pupil_ids,
        first=days["from"],
        last=days["to"],
        is_all=asked.get("all") == "1",
        before=_number("before"),
    )
    is_open = filters.account_id is None and pupil_ids is None and not any(days.values())
    return (replace(filters, first=today() - A_WEEK) if is_open else filters), faults


def _number(name: str) -> int | None:
    """A row's number in the address; nothing where it is none."""
    return row_id(request.args.get(name, "")) or None


def _address(filters: Filters, before: int | None = None) -> dict[str, Any]:
    """The same question as arguments of an address."""
    pupil = filters.pupil_ids[0] if filters.pupil_ids else None
    told = {
        "person": filters.account_id, "pupil": pupil, "from": day(filters.first), "to": day(filters.last),
        "all": "1" if filters.is_all else None, "before": before,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def _file(filters: Filters) -> Response:
    rows, has_more = queries.trail(replace(filters, before=None), MOST_IN_A_FILE)
    _note(rows, "trail:exported")
    lines = [(moment(row.at), row.who, row.function, row.did, row.about, row.id) for row in rows]
    more = [(f"Filen rymmer {MOST_IN_A_FILE} rader. Det finns äldre: välj dagar.",)] if has_more else []
    return spreadsheet([HEADS, *lines, *more], CSV, "vem-har-sett-vad", "Vem har sett vad")


def _note(rows: list[Row], action: str) -> None:
    """A page that names pupils is itself something that was seen."""
    if any(row.is_named for row in rows):
        for municipality in queries.municipalities():
            audit.note_read(action, municipality, municipality_id=municipality.id)
