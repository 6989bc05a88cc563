"""Large prints: ordered for several classes, followed, cancelled, fetched while they are kept."""

from typing import Any, NoReturn

from flask import Response, abort, flash, redirect, render_template, request, url_for

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.access.programs.operations import for_programs
from assessments.clock import day_of
from assessments.database import db
from assessments.jobs import doorbell, ordering
from assessments.logs import log
from assessments.refusals import Refused
from reports.print_jobs import folder
from reports.print_jobs.asking import classes_to_print, order_asked, purpose_called, whole_numbers
from reports.print_jobs.models import PrintClass, PrintOrder, Purpose
from reports.print_jobs.ordering import cancel
from reports.print_jobs.queries import (
    is_over,
    latest_orders,
    order_page,
    printed_pupils,
    whole_file,
)
from reports.print_jobs.reach import print_orders_open_to
from reports.print_jobs.zipped import files_of, zipped
from reports.told_to_programs import BOUND, OF_CLASS, ZIP
from reports.views.room import ID, bp, paper

P = Permission
MADE_ANEW = "Filen görs på nytt just nu. Vänta en stund och ladda om sidan."
ELSEWHERE = (
    "Utskriften ligger på en annan dator, som den här inte når just nu. Försök igen om en stund. Händer det"
    " igen: berätta för den som sköter Lässpår, som ser till att datorerna delar mapp (LASSPAR_PRINTS_PATH)."
)
ORDER = f"/print-jobs/{ID.format('print_order_id')}"
REFUSED = 422


@bp.get("/print-jobs")
@needs(P.PRINT)
def print_jobs() -> str:
    return _shown([])


@bp.post("/print-jobs")
@needs(P.PRINT)
def order_prints() -> Any:
    """The ticked classes, of the window on the form."""
    window = header.window_or_404(request.form.get("window", ""))
    ids = whole_numbers(request.form.getlist("class"))
    purpose = purpose_called(request.form.get("purpose"))
    if ids is None or purpose is None:
        abort(404)
    if not ids:
        return _shown(["Välj minst en klass."]), REFUSED
    try:
        order = order_asked(
            window, ids, purpose,
            has_covers="covers" in request.form, is_measured_only="measured" in request.form,
        )  # fmt: skip
    except Refused as refused:
        db.session.rollback()
        return _shown(refused.reasons), REFUSED
    return redirect(url_for("reports.print_job", print_order_id=order.id), code=303)


@bp.get(ORDER)
@needs(P.PRINT, of="print_order")
def print_job(print_order: PrintOrder) -> str:
    return render_template("reports/print_job.html", page=order_page(print_order))


@bp.post(f"{ORDER}/cancel")
@needs(P.PRINT, of="print_order")
def cancel_prints(print_order: PrintOrder) -> Any:
    """Nothing more is made, and the files go."""
    if cancel(print_order):
        audit.note("prints:cancelled", print_order)
        flash("Filerna är borttagna.")
    return _back(print_order)


@bp.post(f"{ORDER}/again")
@needs(P.PRINT, of="print_order")
def prints_again(print_order: PrintOrder) -> Any:
    """The classes that could not be printed."""
    if not is_over(print_order) and ordering.try_again(print_order.job):
        audit.note("prints:tried_again", print_order)
    return _back(print_order)


def _back(order: PrintOrder) -> Any:
    order_id, parts = order.id, len(order.classes)
    db.session.commit()
    doorbell.ring(parts)
    return redirect(url_for("reports.print_job", print_order_id=order_id), code=303)


@bp.get(f"{ORDER}/prints.pdf")
@needs(P.PRINT, of="print_order")
@for_programs(BOUND)
def prints_bound(print_order: PrintOrder) -> Response:
    """All classes in one file."""
    number = whole_file(print_order)
    return abort(404) if number is None else _file(print_order, number, "blad-hem.pdf")


@bp.get(f"{ORDER}/<int:number>.pdf")
@needs(P.PRINT, of="print_order")
@for_programs(OF_CLASS)
def prints_of_class(print_order: PrintOrder, number: int) -> Response:
    """One class, by its place in the order."""
    is_there = any(one.position == number and one.sheets for one in print_order.classes)
    if is_over(print_order) or not is_there:
        abort(404)
    return _file(print_order, number, "blad-hem-klass.pdf")


@bp.get(f"{ORDER}/prints.zip")
@needs(P.PRINT, of="print_order")
@for_programs(ZIP)
def prints_zip(print_order: PrintOrder) -> Response:
    """A file for each class."""
    classes = [one for one in print_order.classes if one.sheets]
    if is_over(print_order) or not classes or print_order.job.state in ordering.OPEN:
        abort(404)
    try:
        files = files_of(print_order, classes)
    except FileNotFoundError:
        _say_where(print_order)
    _note(print_order, classes)
    answer = Response(zipped(files, day_of(print_order.created_at)), mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="blad-hem.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _file(order: PrintOrder, number: int, name: str) -> Response:
    """A file of the order; of one class, or of all."""
    try:
        content = folder.file_of(order.folder, number).read_bytes()
    except FileNotFoundError:
        _say_where(order)
    _note(order, [one for one in order.classes if number in (folder.BOUND, one.position)])
    return paper(content, name)


def _say_where(order: PrintOrder) -> NoReturn:
    """It was there when the row was read: somebody has been protected since, or this is another machine."""
    if folder.is_there(order.folder):
        abort(404, MADE_ANEW)
    log.error("prints out of reach", order=order.id)
    abort(503, ELSEWHERE)


def _note(order: PrintOrder, classes: list[PrintClass]) -> None:
    """A trace for each pupil whose name stands in what is fetched."""
    for pupil, place in printed_pupils([one.id for one in classes]):
        audit.note_read(
            "report:printed", pupil, school_id=place.school_class.school_id, duty_id=place.duty_id,
            window=order.window_id, document="class_set", order=order.id,
        )  # fmt: skip


def _shown(reasons: list[str]) -> str:
    window = header.chosen_window()
    return render_template(
        "reports/print_jobs.html",
        window=window,
        classes=classes_to_print(window) if window else [],
        orders=latest_orders(print_orders_open_to(P.PRINT)),
        purposes=list(Purpose),
        reasons=reasons,
    )
