"""Stylesheets and scripts as they are sent: small, and kept by the browser until they change.

Only what is the same for everybody is compressed: a page with a secret in it and words from outside would
tell the secret by its length.
"""

import gzip
from collections import OrderedDict
from pathlib import Path

from flask import Flask, Response, current_app, request

STATIC = ("static", "bootstrap.static")
WORTH_IT = ("text/css", "text/javascript", "application/javascript", "image/svg+xml")
ONE_YEAR = 365 * 24 * 3600
KEPT = 200  # compressed files: all there are, and those of the version before
_compressed: OrderedDict[str, bytes] = OrderedDict()


def init_app(app: Flask) -> None:
    """Connect to the app."""
    app.url_defaults(_name_the_version)
    app.after_request(_shrink)


def _name_the_version(endpoint: str, values: dict[str, object]) -> None:
    """``page.css?v=1795328789``: another file is another address, so that this one can be kept."""
    if endpoint not in STATIC or "v" in values:
        return
    blueprint = current_app.blueprints.get(endpoint.partition(".")[0])
    folder = blueprint.static_folder if blueprint else current_app.static_folder
    file = Path(folder or "") / str(values.get("filename"))
    if file.is_file():
        values["v"] = int(file.stat().st_mtime)


def _shrink(response: Response) -> Response:
    if request.endpoint not in STATIC or response.status_code != 200:
        return response
    if "v" in request.args:
        response.cache_control.no_cache = None
        response.cache_control.max_age = ONE_YEAR
        response.cache_control.immutable = True
    accepts = request.accept_encodings.quality("gzip") > 0
    if response.mimetype in WORTH_IT and accepts and request.method == "GET":
        response.direct_passthrough = False
        response.set_data(_gzipped(f"{request.path} {response.get_etag()[0]}", response.get_data()))
        response.content_encoding = "gzip"
        response.headers.pop("Accept-Ranges", None)
        response.vary.add("Accept-Encoding")
    return response


def _gzipped(name: str, content: bytes) -> bytes:
    """Compressed once a process; the same bytes whenever it was done."""
    if name not in _compressed:
        _compressed[name] = gzip.compress(content, 9, mtime=0)
        while len(_compressed) > KEPT:
            _compressed.popitem(last=False)
    return _compressed[name]
