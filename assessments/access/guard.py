"""Nobody comes past without signing in, unless the page says it is public."""

import json
from typing import Any

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, NotFound, Unauthorized
from werkzeug.routing import RequestRedirect

from assessments.access.forms import SignInForm
from assessments.access.sessions import READS, STATIC

LONGEST_KEPT = 200_000  # characters of a form that are carried over a new sign-in
Fields = list[tuple[str, str]]


def init_app(app: Flask) -> None:
    """Connect to the app, after sessions (who) and CSRF (a form of ours)."""
    app.before_request(_sign_in_first)


def _sign_in_first() -> Any:
    """Send whoever is not signed in to sign in. A route that does not say who may open it is not there."""
    if request.endpoint is None or request.endpoint in STATIC:
        return None
    who = getattr(current_app.view_functions[request.endpoint], "needs", None)
    if who is None:
        raise NotFound
    if who[0] == "public" or g.account is not None:
        return None
    if request.path.startswith("/api/"):
        raise Unauthorized("Logga in och försök igen.")
    if request.method in READS:
        asked = request.full_path.removesuffix("?")
        return redirect(url_for("access.sign_in_page", next=None if asked == "/" else asked))
    return _keep_what_was_typed(), 401


def _keep_what_was_typed() -> str:
    """The session ended while somebody was writing: the form goes along through the sign-in.

    Only forms that carried this browser's own CSRF token come here, so nobody else can have filled them in.
    """
    kept = json.dumps(_typed())
    is_kept = bool(_typed()) and len(kept) <= LONGEST_KEPT
    return render_template(
        "access/sign_in.html",
        form=SignInForm(formdata=None),
        next=_here(),
        kept=kept if is_kept else "",
        sentence="Du har loggats ut. Logga in igen, så kan du spara det du skrev."
        if is_kept
        else "Du har loggats ut. Inget har sparats sedan dess.",
    )


def keep_stale_form() -> tuple[str, int] | None:
    """The form was on a page from before the person signed out, or in anew, in another tab: nothing is done
    with it, and what was typed is offered once more under the new sign-in. None where nothing is to be kept.

    The browser itself must say that a page of ours sent it (``Sec-Fetch-Site``): no other page can have
    filled it in. Nothing is kept of forms that anybody may send: those ask for passwords.
    """
    who = getattr(current_app.view_functions.get(request.endpoint or ""), "needs", ("public",))
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if who[0] == "public" or not is_ours or request.path.startswith("/api/") or not _typed():
        return None
    if g.account is None:
        return _keep_what_was_typed(), 401
    return render_template("access/resume.html", address=_here(), fields=_typed()), 400


def _here() -> str:
    return request.full_path.removesuffix("?")


def _typed() -> Fields:
    """What a form says; nothing where it holds a file, which cannot be kept."""
    if request.files:
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def ours(address: str | None, method: str = "GET") -> str | None:
    """The address to go on to, if it leads to a page of this app and nowhere else."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return None
    if not address.isprintable():
        return None
    try:
        current_app.url_map.bind("").match(address.partition("?")[0], method)
    except (HTTPException, RequestRedirect):
        return None
    return address


def kept_fields(text: str) -> Fields:
    """The fields that were carried over; nothing when they are not as we wrote them."""
    try:
        fields = json.loads(text)
        return [(str(name), str(value)) for name, value in fields]
    except (ValueError, TypeError, RecursionError):
        return []
