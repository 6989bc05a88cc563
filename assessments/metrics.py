"""How often and how fast each address answers, for Prometheus; right however many processes serve.

Labels are methods, statuses and addresses as templates: nobody's id, nobody's name. Under gunicorn each
process keeps its counts in files of its own (``assessments.jobs.beside_server`` says where), and whoever
answers adds them up; where there is one process they are simply kept.
"""

import functools
import os
import time

from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from assessments.openapi import as_template

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
OTHER = "other"  # anybody may invent a method, and each would be a row of its own
NO_ROUTE = "none"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_here = CollectorRegistry()
_requests = Counter("lasspar_requests", "Answered requests.", ["method", "route", "status"], registry=_here)
_seconds = Histogram(
    "lasspar_request_seconds", "Seconds to an answer.", ["method", "route"], buckets=SECONDS, registry=_here
)


def init_app(app: Flask) -> None:
    """Connect to the app, before all else: what others add to a request is part of its time."""
    app.before_request(_begin)
    app.after_request(_count)


def told() -> bytes:
    """What all processes have counted, in Prometheus' own format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(_here)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # the library says nothing of it
    return generate_latest(together)


def _begin() -> None:
    g.counted_from = time.perf_counter()


def _count(response: Response) -> Response:
    method = request.method if request.method in METHODS else OTHER
    route = _route_of(request.url_rule.rule) if request.url_rule else NO_ROUTE
    _requests.labels(method, route, str(response.status_code)).inc()
    if "counted_from" in g:
        _seconds.labels(method, route).observe(time.perf_counter() - g.counted_from)
    return response


@functools.lru_cache(maxsize=1000)
def _route_of(rule: str) -> str:
    return as_template(rule)
