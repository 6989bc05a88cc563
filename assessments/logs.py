"""What the server says on stderr: one JSON object per line, never a name, never what somebody typed."""

import logging
import sys
import time
import traceback
from typing import Any

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Connect to the app. Demo and tests speak up only when something is wrong."""
    quiet = app.testing or app.config["LASSPAR_IS_DEMO"]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where_only,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    app.logger.handlers, app.logger.propagate = [FromFlask()], False
    app.before_request(_begin)
    app.after_request(_answered)


class FromFlask(logging.Handler):
    """Flask tells of errors nobody caught with their message, which may hold a name: only where is kept."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            log.error("unexpected error", route=_route(), exc_info=record.exc_info)
        else:
            log.warning(record.name, route=_route())


def _where_only(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """An exception by its type and the lines it came through, without its message and its values."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        event["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _route() -> str | None:
    """The rule of the address, not the address: it may hold a token."""
    return request.url_rule.rule if request and request.url_rule else None


def _begin() -> None:
    g.began = time.perf_counter()


def _answered(response: Response) -> Response:
    token = g.get("token")
    asked_by = g.get("signed_in") or token
    log.info(
        "request",
        method=request.method,
        route=_route(),
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        account=asked_by.account_id if asked_by else None,
        **({"token": token.id} if token else {}),
    )
    return response
