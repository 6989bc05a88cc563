"""Stylesheets and scripts as they are sent: small, and kept by the browser until they change.

Only what is the same for everybody is compressed: a page with a secret in it and words from outside would
tell the secret by its length.
"""

import functools
import gzip
import hashlib
from collections import OrderedDict
from pathlib import Path

import brotli
import rcssmin
import rjsmin
from flask import Flask, Response, current_app, request, url_for

STATIC = ("static", "bootstrap.static")
WORTH_IT = ("text/css", "text/javascript", "application/javascript", "image/svg+xml")
BARE = {"text/css": rcssmin.cssmin, "text/javascript": rjsmin.jsmin, "application/javascript": rjsmin.jsmin}
ONE_YEAR = 365 * 24 * 3600
KEPT = 200  # compressed files: all there are, and those of the version before
# The smallest first; over plain http browsers only ask for gzip. The same bytes whenever it is done.
WAYS = {
    "br": functools.partial(brotli.compress, quality=11),
    "gzip": functools.partial(gzip.compress, compresslevel=9, mtime=0),
}
_compressed: OrderedDict[str, bytes] = OrderedDict()


def init_app(app: Flask) -> None:
    """Connect to the app."""
    app.extensions["lasspar.static_files"] = {}
    app.url_defaults(_name_the_version)
    app.add_template_global(address_of_file)
    app.after_request(_shrink)


def _name_the_version(endpoint: str, values: dict[str, object]) -> None:
    """``page.css?v=5f2b0c7d9a31``: another file is another address, so that this one can be kept."""
    if endpoint not in STATIC or "v" in values:
        return
    if version := _version(_place(endpoint, values.get("filename"))):
        values["v"] = version


def _place(endpoint: str, filename: object) -> Path:
    blueprint = current_app.blueprints.get(endpoint.partition(".")[0])
    folder = blueprint.static_folder if blueprint else current_app.static_folder
    return Path(folder or "") / str(filename)


def _version(file: Path) -> str:
    """The same on every machine that has the same file; empty where there is none."""
    if not file.is_file():
        return ""
    told = file.stat()
    return _digest(file, told.st_mtime_ns, told.st_size)


@functools.lru_cache(maxsize=KEPT)
def _digest(file: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def address_of_file(filename: str, endpoint: str = "static") -> str:
    """The address of a stylesheet or script for pages, which all name the same dozen: put together once a
    process, since looking at a file for each of them is a tenth of a small page."""
    kept: dict[tuple[str, ...], str] = current_app.extensions["lasspar.static_files"]
    key = (request.script_root, endpoint, filename)
    if key not in kept or current_app.debug:
        kept[key] = url_for(endpoint, filename=filename)
    return kept[key]


def _shrink(response: Response) -> Response:
    if request.endpoint not in STATIC or response.status_code != 200:
        return response
    # While machines are upgraded one by one, one may be asked for a file as another has it: not to be kept.
    if request.args.get("v") == _version(_place(request.endpoint, (request.view_args or {}).get("filename"))):
        response.cache_control.no_cache = None
        response.cache_control.max_age = ONE_YEAR
        response.cache_control.immutable = True
    way = next((way for way in WAYS if request.accept_encodings.quality(way) > 0), None)
    if response.mimetype in WORTH_IT and way and request.method == "GET":
        response.direct_passthrough = False
        name = f"{way} {request.path} {response.get_etag()[0]}"
        response.set_data(_small(name, way, response.mimetype, response.get_data()))
        response.content_encoding = way
        response.headers.pop("Accept-Ranges", None)
        response.vary.add("Accept-Encoding")
    return response


def _small(name: str, way: str, kind: str, content: bytes) -> bytes:
    """Without what we wrote for each other, a third of the weight, and compressed: once a process."""
    if name not in _compressed:
        bare = BARE.get(kind)
        _compressed[name] = WAYS[way](bare(content) if bare and not current_app.debug else content)
        while len(_compressed) > KEPT:
            _compressed.popitem(last=False)
    return _compressed[name]
