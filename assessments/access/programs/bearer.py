"""Programs that show a token instead of a cookie: ``Authorization: Bearer lasspar_...``.

A token says who asks, and by which duties; the page of rights decides as for people. It opens addresses that
are told to programs, nothing else, and never together with a cookie: then nobody could say who asks, and a
page elsewhere could make a browser ask in somebody's name.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import abort, current_app, g, request
from flask_wtf import CSRFProtect
from werkzeug.exceptions import TooManyRequests, Unauthorized

from assessments.access import persons, throttle
from assessments.access.models import ApiToken
from assessments.access.persons import ShownToken
from assessments.access.programs.operations import operation_of
from assessments.access.programs.scopes import permissions_of, scopes_in
from assessments.access.tokens import fingerprint
from assessments.clock import now
from assessments.database import connections, db

SEEN_EVERY = timedelta(minutes=1)  # a row is touched once a minute, not by every request
LONGEST = 200  # characters of a header that are looked at
NOT_BOTH = "Begäran har både nyckel och kaka. Skicka bara den ena, så att ingen kan ta fel på vem som frågar."
UNKNOWN = "Nyckeln gäller inte. Den kan ha gått ut eller tagits bort, eller så har uppdraget slutat."
NOT_HERE = "Nycklar gäller bara adresserna som står i /api/v1/docs."
NOT_MEANT_FOR = "Nyckeln är inte till för det här. Den behöver {scope} ({words})."


class Csrf(CSRFProtect):  # type: ignore[misc]  # flask-wtf has no types
    """No browser adds a token by itself, so nobody elsewhere can make one ask: nothing to protect."""

    def protect(self, **more: Any) -> None:
        if g.get("token") is None:
            super().protect(**more)


def is_shown() -> bool:
    """Whether the request comes with a token; other ways of signing in are for whoever stands before us."""
    return request.authorization is not None and request.authorization.type == "bearer"


def take_in(has_cookie: bool) -> None:
    """Find out for whom the program asks, and what it may. 400, 401, 403 or 429 where it may not."""
    if has_cookie:
        abort(400, NOT_BOTH)
    operation = operation_of(request.endpoint)
    if operation is None or operation.is_public:
        return _refuse_what_is_for_people()
    shown = str(request.authorization.token or "") if request.authorization else ""
    found = persons.who_shows(fingerprint(shown)) if len(shown) <= LONGEST else None
    if found is None:
        raise _unknown(shown)
    g.token, g.account, g.duties = found
    scopes = scopes_in(g.token.scopes)
    g.allowed = permissions_of(scopes)
    if operation.scope is not None and operation.scope not in scopes:
        abort(403, NOT_MEANT_FOR.format(scope=operation.scope, words=operation.scope.label))
    return None


def token_of_request() -> ShownToken | None:
    """The token that was shown and found good, if the request came with one."""
    shown: ShownToken | None = g.get("token")
    return shown


def note_use(shown: ShownToken) -> sa.Update | None:
    """What says that the token is in use, where that has not been said within a minute."""
    if shown.last_used_at is not None and now() - shown.last_used_at < SEEN_EVERY:
        return None
    return sa.update(ApiToken).where(ApiToken.id == shown.id).values(last_used_at=now())


def _refuse_what_is_for_people() -> None:
    """Pages lead to the sign-in, which helps no program; what is public needs nobody's token."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and getattr(view, "needs", ("public", None))[0] != "public":
        raise Unauthorized(NOT_HERE)


def _unknown(shown: str) -> Exception:
    """Guessing is slowed down as at the sign-in: each failure is counted, by token and by address."""
    with connections.writing():
        db.session.rollback()
        tried = throttle.attempt(f"token {fingerprint(shown)}", request.remote_addr or "")
        is_too_many = throttle.is_too_many(tried, None)
        if is_too_many:
            throttle.take_back(tried)
        db.session.commit()
    if is_too_many:
        return TooManyRequests(retry_after=int(throttle.WITHIN.total_seconds()))
    return Unauthorized(UNKNOWN)
