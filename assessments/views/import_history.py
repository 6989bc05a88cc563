"""Inlästa filer: what was taken in, what each came to, and the way back from results. The way back from
class lists and absence: import_undo."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments.access import audit
from assessments.access.permissions import (
    Permission,
    duties_giving,
    municipalities_open_to,
    needs,
    pupils_open_to,
)
from assessments.database import db
from assessments.import_models import ScoreFile
from assessments.imports.queries import score_files as queries
from assessments.imports.queries.absence_files import absence_files
from assessments.imports.queries.class_lists import class_lists, of_person
from assessments.imports.reach import absence_files_open_to, score_files_open_to
from assessments.imports.undoing import plan_undoing, undo, why_not
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.words import counted

bp = Blueprint("import_history", __name__)
P = Permission
ID = "int(max=9223372036854775807)"
REFUSED = 422


@bp.get("/imports")
@needs(P.RECORD_SCORES, P.EDIT_ROSTER, P.IMPORT_ABSENCE)
def overview() -> str:
    """The files of results that spoke of the person's own classes; the class lists of the municipality; the
    files of absence of the own schools."""
    asked = (P.RECORD_SCORES, P.EDIT_ROSTER, P.IMPORT_ABSENCE)
    records, edits, reports = (bool(duties_giving(permission)) for permission in asked)
    return render_template(
        "assessments/imports.html",
        records=records,
        edits=edits,
        reports=reports,
        files=queries.score_files(score_files_open_to(P.RECORD_SCORES)) if records else [],
        lists=class_lists(of_person(municipalities_open_to(P.EDIT_ROSTER), g.account.id)) if edits else [],
        absence=absence_files(absence_files_open_to(P.IMPORT_ABSENCE)) if reports else [],
    )


@bp.get(f"/imports/scores/<{ID}:score_file_id>")
@needs(P.RECORD_SCORES, of="score_file")
def scores(score_file: ScoreFile) -> str:
    """What undoing the file would do, before it is done."""
    return _page(score_file)


@bp.post(f"/imports/scores/<{ID}:score_file_id>/undo")
@needs(P.RECORD_SCORES, of="score_file")
def undo_scores(score_file: ScoreFile) -> Response | tuple[str, int]:
    """Do what was shown; where something has changed since, it is shown anew."""
    among, by = pupils_open_to(P.RECORD_SCORES), Recorder(g.account.id, g.opening_duty.id)
    try:
        told = undo(score_file, by, among)
        if told.seen != request.form.get("seen"):
            raise Refused("Något har ändrats sedan du granskade. Granska igen innan du ångrar.")
    except Refused as refused:
        db.session.rollback()
        return _page(score_file, refused.reasons), REFUSED
    audit.note("scores:import_undone", score_file, taken_back=told.taken_back, kept=len(told.kept))
    db.session.commit()
    taken_back = counted(told.taken_back, "resultat är taget", "resultat är tagna")
    flash(f"Inläsningen är ångrad: {taken_back} tillbaka.")
    return redirect(url_for("import_history.overview"), code=303)


def _page(score_file: ScoreFile, reasons: list[str] | None = None) -> str:
    """Names stand on it only of those whose results stay."""
    [row] = queries.file_rows([score_file])
    told = None if why_not(score_file) else plan_undoing(score_file, pupils_open_to(P.RECORD_SCORES))
    kept = queries.kept_rows(told.kept, pupils_open_to(P.SEE_SCORES)) if told else []
    for school_class in queries.classes_of(score_file) if kept else ():
        audit.note_read("imported_scores:shown", school_class, school_id=school_class.school_id)
    facts: dict[str, Any] = {"row": row, "told": told, "kept": kept, "most": queries.MOST_KEPT}
    sentence = queries.undoing_sentence(told) if told else row.state + "."
    return render_template("assessments/import_undo.html", **facts, sentence=sentence, reasons=reasons or [])
