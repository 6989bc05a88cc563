"""``/api/v1/print-jobs``: large prints ordered and followed by programs."""

from typing import Any

from flask import Response, abort, jsonify, request, url_for

from assessments import header
from assessments.access.permissions import Permission, needs
from assessments.access.programs.operations import for_programs
from assessments.jobs.models import JobState
from reports.print_jobs.asking import classes_to_print, order_asked, purpose_called, whole_numbers
from reports.print_jobs.models import Outcome, PrintOrder, Purpose
from reports.print_jobs.queries import ClassLine, OrderPage, order_page
from reports.told_to_programs import ORDER_PRINTS, SHOW_PRINTS
from reports.views.room import ID, bp

P = Permission


@bp.post("/api/v1/print-jobs")
@needs(P.PRINT)
@for_programs(ORDER_PRINTS)
def api_order_prints() -> tuple[Response, int, dict[str, str]]:
    """``{"window": "2026-27-autumn", "purpose": "home"|"talk", "classes": [1, 2], "covers": true,
    "measured": true}``; without ``classes`` every class that the person may print. 202 with the job as
    :func:`api_print_job` tells it."""
    asked = _asked()
    slug = asked.get("window")
    if not isinstance(slug, str):
        abort(400, "window saknas: vilken period, till exempel 2026-27-autumn?")
    window = header.window_or_404(slug)
    purpose, told = purpose_called(asked.get("purpose", Purpose.HOME)), asked.get("classes")
    ids = [one.id for one in classes_to_print(window)] if told is None else _ids(told)
    if purpose is None:
        abort(400, "purpose ska vara home eller talk.")
    covers, measured = (_yes_or_no(asked, name) for name in ("covers", "measured"))
    if covers and purpose is not Purpose.HOME:
        abort(400, "covers är till för blad som skickas hem: purpose ska vara home.")
    if not ids:
        abort(400, "Det finns ingen klass att skriva ut.")
    order = order_asked(window, ids, purpose, has_covers=covers, is_measured_only=measured)
    address = url_for("reports.api_print_job", print_order_id=order.id)
    return jsonify(_told(order_page(order))), 202, {"Location": address}


@bp.get(f"/api/v1/print-jobs/{ID.format('print_order_id')}")
@needs(P.PRINT, of="print_order")
@for_programs(SHOW_PRINTS)
def api_print_job(print_order: PrintOrder) -> Response:
    return jsonify(_told(order_page(print_order)))


def _asked() -> dict[str, Any]:
    if request.mimetype != "application/json":
        abort(415)
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        abort(400, "Skicka ett JSON-objekt.")
    return asked


def _yes_or_no(asked: dict[str, Any], name: str) -> bool:
    said = asked.get(name, False)
    return said if isinstance(said, bool) else abort(400, f"{name} ska vara true eller false.")


def _ids(told: Any) -> list[int]:
    ids = whole_numbers(told) if isinstance(told, list) else None
    return abort(400, "classes ska vara en lista av klassers id.") if ids is None else ids


def _told(page: OrderPage) -> dict[str, Any]:
    """``state`` waiting, running, done, cancelled or expired; numbers of pupils; addresses of files."""
    order = page.order
    is_expired = order.is_removed and order.state is not JobState.CANCELLED
    return {
        "id": order.id,
        "state": "expired" if is_expired else order.state.value,
        "window": order.slug,
        "pupils": order.pupils,
        "done": order.done,
        **{one.value: order.counts[one] for one in Outcome if one is not Outcome.WAITING},
        "expires_at": None if order.is_removed else order.expires_at.isoformat(),
        "is_alone": order.is_alone,
        "file": _address("prints_bound", order.id) if order.is_whole else None,
        "zip": _address("prints_zip", order.id) if page.files and not order.is_open else None,
        "classes": [_class(one, order.id) for one in page.classes],
    }


def _class(one: ClassLine, order_id: int) -> dict[str, Any]:
    return {
        "id": one.class_id,
        "name": one.name,
        "school": one.school,
        "pupils": one.pupils,
        "fault": one.fault or None,
        "file": _address("prints_of_class", order_id, number=one.number) if one.has_file else None,
    }


def _address(endpoint: str, order_id: int, **more: Any) -> str:
    return url_for(f"reports.{endpoint}", print_order_id=order_id, **more)
