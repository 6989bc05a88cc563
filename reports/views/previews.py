"""Every paper as pictures before it is printed: of the very file, for who may print it and nobody else.

A preview lies at ``/preview/`` and the paper's own address without its ``.pdf``. The paper's own view draws
it and says no, so that a new document has its preview the day that it has its address. What is meant for
programs, and files that many classes fill, have none.
"""

from collections.abc import Hashable
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode

import sqlalchemy as sa
from flask import Response, abort, current_app, g, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from assessments.access import audit
from assessments.access.guard import ours
from assessments.access.permissions import needs, signed_in
from assessments.database import db
from assessments.roster.models import Pupil
from assessments.roster.narrowing import NARROWED
from reports import papers_shown
from reports.papers_shown import Shown
from reports.views.room import bp

PAPER = "/preview/<path:paper>"
NONE_OF = ("/api/", "/preview/", "/print-jobs/")
OWN = {"back", "from", "noted"}  # of the preview; what else the address asks is for the paper
ON_A_PAGE = 30  # pictures: more are shown on further pages
NOTED_FOR = 3600  # seconds that a page's pictures are looked at before they are noted anew


class Place(NamedTuple):
    """Where a paper is printed: its view, and what its address says."""

    endpoint: str
    values: dict[str, Any]


@bp.get(PAPER)
@signed_in
def preview(paper: str) -> Any:
    """The paper's pages, and the way to print it. ``?back=`` leads to where it was asked for."""
    place = _place(paper)
    around = _asked(place, {"from", "noted"})
    window = request.args.get("window", place.values.get("window"))
    if "window" in place.values and window != place.values["window"]:  # chosen in the header
        return redirect(_preview_at(url_for(place.endpoint, **{**place.values, "window": window}), around))
    content = _drawn(place)
    # The header shows the paper's own window, and offers those of its class.
    request.view_args = {**place.values, "paper": paper}
    return _page(paper, place, content, around)


@bp.get(f"{PAPER}/<int:number>.png")
@signed_in
def preview_picture(paper: str, number: int) -> Response:
    """One page, counted from 1. ``?noted=`` of a preview of this very paper: its pupils are noted already."""
    from reports.page_pictures import page_picture

    place = _place(paper)
    content = _just_shown(place) or _drawn(place)
    picture = page_picture(content, number)
    if picture is None:
        abort(404)
    if _digest_noted() == _digest(content):
        audit.forget_reads()
    answer = Response(picture, mimetype="image/png")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.app_template_global()
def preview_of(file: str) -> str:
    """The preview of the paper at an address of ours, and from there back to this page."""
    path, _, asked = file.partition("?")
    return _preview_at(path, {**dict(parse_qsl(asked)), "back": request.full_path.removesuffix("?")})


def _page(paper: str, place: Place, content: bytes, around: dict[str, str]) -> str:
    from reports.page_pictures import paper_told

    told, asked = paper_told(content), _asked(place)
    first = _first(len(told.sizes))
    return render_template(
        "reports/preview.html",
        paper=paper,
        told=told,
        numbers=range(first, min(first + ON_A_PAGE, len(told.sizes) + 1)),
        on_a_page=ON_A_PAGE,
        file=_with(url_for(place.endpoint, **place.values), asked),
        here=urlencode(around),
        noted=urlencode({**asked, "noted": _seals().dumps([g.account.id, _digest(content)])}),
        back=ours(around.get("back")),
    )


def _preview_at(path: str, asked: dict[str, str]) -> str:
    named = unquote(path.removeprefix(request.script_root).removesuffix(".pdf").removeprefix("/"))
    return _with(url_for("reports.preview", paper=named), asked)


def _with(address: str, asked: dict[str, str]) -> str:
    return f"{address}?{urlencode(asked)}" if asked else address


def _place(paper: str) -> Place:
    """404 where no paper is printed at that address."""
    path = f"/{paper}.pdf"
    try:
        rule, values = current_app.url_map.bind("").match(path, "GET", return_rule=True)
    except (HTTPException, RequestRedirect):
        abort(404)
    if path.startswith(NONE_OF) or "pdf" not in rule.rule.rpartition("/")[2]:
        abort(404)
    return Place(rule.endpoint, dict(values))


def _asked(place: Place, but: set[str] = OWN) -> dict[str, str]:
    """What the address asks of the paper itself: ``?language=ti``."""
    return {name: value for name, value in request.args.items() if name not in {*but, *place.values}}


def _drawn(place: Place) -> bytes:
    """The file, by the view that prints it: who may not print it gets its refusal. Nobody has printed yet,
    and so says the trail."""
    answer: Any = current_app.view_functions[place.endpoint](**place.values)
    noted, content = audit.note_as_previewed(), bytes(answer.get_data())
    pupils = frozenset(int(one.removeprefix("pupil:")) for one in noted if one.startswith("pupil:"))
    papers_shown.keep(_key(place, _digest(content)), Shown(content, pupils))
    return content


def _just_shown(place: Place) -> bytes | None:
    """The file of the page that asks for its pictures, where it was drawn here within a minute. Whoever may
    no longer reach what it is about is refused; where somebody on it is protected now, or not to be used, it
    is drawn anew."""
    shown = papers_shown.find(_key(place, _digest_noted()))
    if shown is None:
        return None
    view: Any = current_app.view_functions[place.endpoint]
    permissions, of = view.needs
    if isinstance(permissions, tuple):  # else it is open to all who are signed in
        needs(*permissions, of=of)(lambda **_address: None)(**place.values)
    is_hidden = sa.or_(Pupil.is_protected, Pupil.id.in_(NARROWED))
    hidden = sa.select(Pupil.id).where(Pupil.id.in_(shown.pupils), is_hidden)
    return None if db.session.scalar(hidden.limit(1)) else shown.content


def _key(place: Place, digest: str | None) -> Hashable:
    return g.account.id, place.endpoint, *sorted({**place.values, **_asked(place)}.items()), digest


def _first(pages: int) -> int:
    """The page that the pictures begin with: the first of those that ``?from=`` is among."""
    asked = min(max(request.args.get("from", 1, type=int), 1), pages)
    return asked - (asked - 1) % ON_A_PAGE


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _digest_noted() -> str | None:
    """Of the paper that the person was shown on the page that this picture is for, by its seal."""
    try:
        account_id, digest = _seals().loads(request.args.get("noted", ""), max_age=NOTED_FOR)
    except BadData:
        return None
    return str(digest) if account_id == g.account.id else None


def _seals() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="a paper was shown")
