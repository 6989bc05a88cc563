"""Who is signed in: server-side sessions, so that a copied cookie is dead after sign-out.

The browser's one cookie (Flask's, signed) holds a secret and the CSRF token, which are made anew together at
sign-in: a token planted from elsewhere fits no session. The row holds the secret's hash.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, Response, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy.orm import Session
from werkzeug.exceptions import ServiceUnavailable

from assessments.access import audit, codes, persons
from assessments.access.models import Account, SignInSession
from assessments.access.persons import SignedIn
from assessments.access.programs import bearer
from assessments.access.tokens import fingerprint, keyed, new_token
from assessments.access.trail import alarms
from assessments.clock import now
from assessments.database import connections, db

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # a row is touched once a minute, not by every page
READS = ("GET", "HEAD", "OPTIONS")
STATIC = ("static", "bootstrap.static")  # the same for everybody
View = Callable[..., Any]
CODE = "code"  # what vouches for a session, when it was a code
SECRET = "sign_in"  # noqa: S105 - the key in the cookie, no secret itself
log = structlog.get_logger()


class Cookie(SecureCookieSessionInterface):
    """One cookie. Over https it is bound to this very host: no neighbour can plant one (``__Host-``)."""

    def get_cookie_name(self, app: Flask) -> str:
        return "__Host-lasspar" if self.get_cookie_secure(app) else "lasspar"

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure  # plain http is answered at loopback addresses only (transport.py)

    def get_cookie_samesite(self, app: Flask) -> str:
        return "Lax"


def init_app(app: Flask) -> None:
    """Connect to the app."""
    app.session_interface = Cookie()
    app.before_request(_who)
    app.before_request(_may_write)
    app.after_request(_leave_traces)
    app.teardown_request(_next_may_write)


def start(account: Account, browser: str | None, address: str, vouched_by: str | None = None) -> None:
    """Sign in: a new session, and a new cookie with nothing of the old one. Flushes.

    ``vouched_by``: what was shown beside the password, CODE or the name of the provider that asked for more.
    """
    if told := g.get("signed_in"):
        end(told.id)
    secret = new_token()
    row = SignInSession(account=account, token_hash=fingerprint(secret), last_seen_at=now())
    row.browser, row.address_hash, row.vouched_by = browser, keyed(address), vouched_by
    db.session.add(row)
    db.session.flush()
    session.clear()
    session[SECRET] = secret


def end(session_id: int) -> None:
    """Sign out one session."""
    here = SignInSession.id == session_id
    db.session.execute(
        sa.update(SignInSession).where(here, SignInSession.ended_at.is_(None)).values(ended_at=now())
    )


def limits() -> dict[str, datetime]:
    """Since when a living session must have begun, and been used."""
    return {"begun_after": now() - LONGEST, "seen_after": now() - IDLE}


def reads_first(view: View) -> View:
    """The view writes, but looks first; it says itself ``connections.writing``."""
    view.reads_first = True  # type: ignore[attr-defined]  # read before each request
    return view


def _who() -> None:
    """Find out who asks, before anything else looks at the request. Without duties nobody is signed in."""
    connections.only_read(True)
    g.account, g.duties, g.signed_in, g.token, g.allowed = None, [], None, None, None
    if request.endpoint in STATIC:
        return
    secret = session.get(SECRET)
    if bearer.is_shown():
        bearer.take_in(has_cookie=bool(secret))
    if not secret:
        return
    if found := persons.who_asks(fingerprint(str(secret)), limits()):
        signed_in, account, duties = found
        if signed_in.vouched_by is None and codes.is_asked_of(duties):
            return  # a duty that asks for more has begun since: sign in anew
        g.signed_in, g.account, g.duties = signed_in, account, duties


def _may_write() -> None:
    """It is known who asks: from here on requests that write have to themselves what they look at."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method not in READS and not getattr(view, "reads_first", False):
        connections.write_from_here(db.session)


def _leave_traces(response: Response) -> Response:
    """Write down what the page shows and that somebody is there; without the first the page is not sent."""
    try:
        audit.write_reads()
    except sa.exc.SQLAlchemyError as error:
        log.error("reads not written down", exc_info=error)
        return current_app.make_response(current_app.handle_user_exception(ServiceUnavailable()))
    if refused := g.pop("refused", None):
        _count_refused(refused)
    signed_in: SignedIn | None = g.get("signed_in")
    if signed_in and now() - signed_in.last_seen_at > SEEN_EVERY:
        _touch(sa.update(SignInSession).where(SignInSession.id == signed_in.id).values(last_seen_at=now()))
    if (shown := bearer.token_of_request()) and (used := bearer.note_use(shown)) is not None:
        _touch(used)
    return response


def _count_refused(subject: str) -> None:
    """Somebody was shown out: whether it was one door too many."""
    db.session.rollback()
    try:
        with connections.writing(), Session(db.engine) as own, own.begin():
            alarms.count_refused(own, g.account, subject)
    except sa.exc.SQLAlchemyError as error:  # what was refused stays refused
        log.warning("refusal not counted", error=type(error).__name__)


def _touch(seen: sa.Update) -> None:
    db.session.rollback()
    try:
        with connections.writing(), db.engine.begin() as connection:
            connection.execute(seen)
    except sa.exc.SQLAlchemyError as error:  # the page is right all the same, and the next one tries again
        log.warning("session not touched", error=type(error).__name__)


def _next_may_write(_error: Any) -> None:
    """Servers and tests use this thread for other things next."""
    connections.only_read(False)
