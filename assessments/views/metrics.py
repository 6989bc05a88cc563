"""``/metrics`` for Prometheus: asked from this machine itself, or with a token."""

from flask import Blueprint, Response, abort, g, request

from assessments import metrics
from assessments.access.permissions import public
from assessments.access.programs.operations import Operation, for_programs
from assessments.access.programs.scopes import TokenScope
from assessments.access.transport import is_loopback

bp = Blueprint("metrics", __name__)
TOLD = Operation(
    "Serverns mätvärden",
    "Drift",
    TokenScope.METRICS_READ,
    detail="Antal svar och svarstider per adress, i Prometheus format. Från servern själv utan nyckel.",
    answers={200: ("Mätvärdena från alla processer.", ("text/plain",))},
)


@bp.get("/metrics")
@public
@for_programs(TOLD)
def show() -> Response:
    """Says nothing about anybody, and still nothing to strangers."""
    if g.get("token") is None and not _is_asked_here():
        abort(401, "Visa en nyckel som får läsa mätvärden, eller fråga från servern själv.")
    return Response(metrics.told(), content_type=metrics.CONTENT_TYPE)


def _is_asked_here() -> bool:
    """From this machine, past the web server that stands before us: what it passes on comes from it too."""
    passed_on = {"X-Forwarded-For", "Forwarded"} & {name for name, _ in request.headers}
    return not passed_on and is_loopback(request.remote_addr or "") and is_loopback(request.host)
