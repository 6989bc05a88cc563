"""How requests reach us: https, or plain http at this machine's own address; and through which proxies."""

import ipaddress

from flask import Flask, Response, request
from werkzeug.exceptions import Forbidden
from werkzeug.middleware.proxy_fix import ProxyFix

from assessments.access.sessions import STATIC

SHARED = (*STATIC, "own.healthz")  # says nothing about anybody
POLICY = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
TWO_YEARS = "max-age=63072000"


def init_app(app: Flask) -> None:
    """Connect to the app, before anything else looks at requests."""
    if proxies := app.config["LASSPAR_PROXIES"]:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask says to
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    app.before_request(_refuse_plain_http)
    app.after_request(_headers)


def is_loopback(host: str) -> bool:
    """Whether the host of a request is this machine itself: ``localhost``, ``127.0.0.1:5000``, ``[::1]``."""
    name = host.removeprefix("[").partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class PlainHttp(Forbidden):
    """Somebody asked over http from another machine; pages.py has the words."""


def _refuse_plain_http() -> None:
    """Names and passwords never travel in the open. A load balancer may ask whether we live."""
    if not request.is_secure and not is_loopback(request.host) and request.endpoint != "own.healthz":
        raise PlainHttp


def _headers(response: Response) -> Response:
    response.headers.update(ALWAYS)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = TWO_YEARS
    if request.endpoint not in SHARED:
        response.headers["Cache-Control"] = "no-store"
    return response
