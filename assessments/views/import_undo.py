"""A class list or a file of absence taken back: shown first, then done. ``what`` is ``roster-3``."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments.absence.file_models import AbsenceFile
from assessments.access import audit
from assessments.access.permissions import Permission, fetch, municipalities_open_to, needs
from assessments.database import db
from assessments.imports import absence_undoing, roster_undoing
from assessments.imports.queries import absence_files, class_lists, kept_pupils
from assessments.imports.reach import WITHOUT_ADDRESS
from assessments.refusals import Refused
from assessments.roster.models import Municipality, Pupil, RosterImport
from assessments.row_ids import row_id
from assessments.words import counted

bp = Blueprint("import_undo", __name__)
P = Permission
REFUSED = 422


@bp.get("/imports/undo")
@needs(P.EDIT_ROSTER, P.IMPORT_ABSENCE)
def show() -> Any:
    """What undoing would do, before it is done."""
    taken_in = _asked_for()
    return _page(taken_in) if taken_in else redirect(url_for("import_history.overview"))


@bp.post("/imports/undo")
@needs(P.EDIT_ROSTER, P.IMPORT_ABSENCE)
def undo() -> Response | tuple[str, int]:
    """Do what was shown; where something has changed since, it is shown anew."""
    taken_in = _asked_for()
    if taken_in is None:
        return redirect(url_for("import_history.overview"), code=303)
    try:
        done = _undo_list(taken_in) if isinstance(taken_in, RosterImport) else _undo_absence(taken_in)
    except Refused as refused:
        db.session.rollback()
        return _page(taken_in, refused.reasons), REFUSED
    db.session.commit()
    flash(f"Inläsningen är ångrad: {done}")
    return redirect(url_for("import_history.overview"), code=303)


def _asked_for() -> RosterImport | AbsenceFile | None:
    """The import that the page names, fetched through what the person may see; None where it names none."""
    kind, _, number = request.values.get("what", "").partition("-")
    if kind not in WITHOUT_ADDRESS or not (asked := row_id(number)):
        return None
    of, permission = WITHOUT_ADDRESS[kind]
    found: RosterImport | AbsenceFile = fetch(of, asked, permission)
    return found


def _undo_list(taken_in: RosterImport) -> str:
    told = roster_undoing.undo(taken_in, g.opening_duty.id)
    _as_shown(told.seen)
    audit.note(
        "roster:import_undone", taken_in, municipality_id=taken_in.municipality_id,
        removed=told.removed, put_back=told.put_back, kept=len(told.kept),
    )  # fmt: skip
    back = counted(told.put_back, "har fått tillbaka det som stod", "har fått tillbaka det som stod")
    names = "".join(f" {name} heter {former} igen." for name, former in told.renamed)
    return f"{counted(told.removed, 'elev är borttagen', 'elever är borttagna')} och {back}.{names}"


def _undo_absence(taken_in: AbsenceFile) -> str:
    told = absence_undoing.undo(taken_in, g.opening_duty.id)
    _as_shown(told.seen)
    audit.note("absence:import_undone", taken_in, taken_back=told.taken_back, kept=told.kept)
    return f"{counted(told.taken_back, 'elevs', 'elevers')} frånvaro är tagen tillbaka."


def _as_shown(seen: str) -> None:
    if seen != request.form.get("seen"):
        raise Refused("Något har ändrats sedan du granskade. Granska igen innan du ångrar.")


def _page(taken_in: RosterImport | AbsenceFile, reasons: list[str] | None = None) -> str:
    facts = _of_list(taken_in) if isinstance(taken_in, RosterImport) else _of_absence(taken_in)
    return render_template("assessments/import_taken_back.html", **facts, reasons=reasons or [])


def _of_list(taken_in: RosterImport) -> dict[str, Any]:
    """Names stand on it only of those who stay."""
    [row] = class_lists.list_rows([taken_in])
    can = row.state.open_until is not None
    told = roster_undoing.plan_undoing(taken_in) if can else None
    kept = kept_pupils.kept_pupils(told.kept, _named()) if told else []
    if kept:
        municipality = db.session.get_one(Municipality, taken_in.municipality_id)
        audit.note_read("imported_roster:shown", municipality, municipality_id=municipality.id)
    return {
        "what": f"roster-{taken_in.id}",
        "row": row,
        "told": told,
        "kept": kept,
        "hidden": kept_pupils.hidden(told.kept) if told else 0,
        "sentence": kept_pupils.undoing_sentence(told) if told else f"{row.state}.",
        "help_page": "import-class-lists",
    }


def _of_absence(taken_in: AbsenceFile) -> dict[str, Any]:
    [row] = absence_files.file_rows([taken_in])
    told = absence_undoing.plan_undoing(taken_in) if row.state.open_until else None
    return {
        "what": f"absence-{taken_in.id}",
        "row": row,
        "told": told,
        "kept": [],
        "hidden": 0,
        "sentence": absence_files.undoing_sentence(told) if told else f"{row.state}.",
        "help_page": "absence",
    }


def _named() -> sa.Select[Pupil]:
    mine = municipalities_open_to(P.EDIT_ROSTER).with_only_columns(Municipality.id)
    return sa.select(Pupil).where(Pupil.municipality_id.in_(mine), ~Pupil.is_protected)
