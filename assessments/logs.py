"""What the server says on stderr: one JSON object per line, never a name, never what somebody typed."""

import logging
import sys
import time
import traceback
from typing import Any

import structlog
from flask import Flask, Response, g, request

MINUTE = 60.0
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


class FromLibrary(logging.Handler):
    """What a library tells of trouble. It tells of every try, many a second: those of a minute are a line."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        last, this = self.told.get(record.msg), time.monotonic()
        if last is not None and this < last + MINUTE:
            return
        self.told[record.msg] = this
        log.error("trouble in a library", library=record.name, exc_info=record.exc_info)


def speak_for(library: str) -> None:
    """What the library logs comes among our lines, in our way: never its own words, which may hold values."""
    logger = logging.getLogger(library)
    logger.handlers, logger.propagate = [FromLibrary()], False


def _where_only(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """An exception by its type and the lines it came through, without its message and its values. What a
    database says in code is kept: SQLITE_FULL, or 53300 for too many connections."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        orig = getattr(error, "orig", error)
        if code := getattr(orig, "sqlite_errorname", None) or getattr(orig, "sqlstate", None):
            event["code"] = code
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
