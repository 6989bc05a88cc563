"""What programs can ask: OpenAPI, and the same as a page. Nothing in it is about anybody."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template

from assessments.access.permissions import public
from assessments.access.programs.scopes import TokenScope
from assessments.openapi import specification
from assessments.openapi_page import parts_of

bp = Blueprint("api_docs", __name__)
KEPT = "lasspar.openapi"


@bp.get("/api/v1/openapi.json")
@public
def openapi() -> Response:
    return jsonify(_told())


@bp.get("/api/v1/docs")
@public
def page() -> str:
    told = _told()
    return render_template("assessments/api_docs.html", parts=parts_of(told), scopes=list(TokenScope))


def _told() -> dict[str, Any]:
    """Made once: addresses do not change while a server runs."""
    kept: dict[str, Any] = current_app.extensions
    if KEPT not in kept:
        kept[KEPT] = specification(current_app._get_current_object())  # type: ignore[attr-defined]  # a proxy's own
    told: dict[str, Any] = kept[KEPT]
    return told
