"""What every page has: the header, filters for dates and numbers; and a page for all that goes wrong."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from assessments import header, static_files, words
from assessments.access import audit
from assessments.access.guard import keep_stale_form
from assessments.access.programs import bearer
from assessments.access.transport import PlainHttp
from assessments.database import db
from assessments.refusals import NotYet, Refused
from assessments.roster.tables import UnreadableFile

log = structlog.get_logger()
NOTHING_SAVED = "Inget har sparats."

# status: what happened, what is safe, what to do
WORDS: dict[int, tuple[str, str, str]] = {
    400: ("Begäran gick inte att förstå", NOTHING_SAVED, "Gå tillbaka, ladda om sidan och försök igen."),
    401: ("Du är inte inloggad", NOTHING_SAVED, "Logga in och försök igen."),
    403: (
        "Den här sidan ingår inte i ditt uppdrag",
        "Inget har ändrats.",
        "Behöver du den i ditt arbete? Vänd dig till den som sköter konton i din kommun.",
    ),
    404: (
        "Sidan finns inte",
        "Inget har ändrats.",
        "Kanske har adressen skrivits fel, eller så hör sidan till en klass som inte är din.",
    ),
    405: ("Så går sidan inte att använda", NOTHING_SAVED, "Gå tillbaka och använd knapparna på sidan."),
    409: (
        "Det krockar med något som redan finns",
        NOTHING_SAVED,
        "Ladda om sidan, se vad som står där och försök igen.",
    ),
    413: (
        "Filen eller formuläret är för stort",
        NOTHING_SAVED,
        "En fil får ha högst 5 MB. Dela upp den och försök igen.",
    ),
    415: ("Det där formatet tar vi inte emot", NOTHING_SAVED, "Skicka application/json."),
    429: ("Det blev för många försök", NOTHING_SAVED, "Vänta några minuter och försök igen. Inget är låst."),
    500: (
        "Något gick fel hos oss",
        "Det som var sparat innan är kvar.",
        "Försök igen om en stund. Händer det igen: berätta för den som sköter Lässpår vad du gjorde och när.",
    ),
    503: (
        "Lässpår svarar inte just nu",
        "Det som var sparat innan är kvar. Det du nyss skrev är inte sparat.",
        "Lämna sidan öppen, vänta en stund och försök igen.",
    ),
}  # fmt: skip
STALE = (
    "Sidan hade legat öppen för länge, eller så har du loggat in på nytt i en annan flik.",
    NOTHING_SAVED,
    "Gå tillbaka, ladda om sidan och försök igen.",
)
PLAIN_HTTP = (
    "Lässpår svarar bara på https",
    "Inget har ändrats.",
    "Skriv https:// först i adressen. Den som sköter servern: går trafiken genom en proxy, låt den sätta"
    " X-Forwarded-Proto och ange antalet proxyer i LASSPAR_PROXIES.",
)
UNREADABLE = ("Filen gick inte att läsa", NOTHING_SAVED, "Försök igen om en stund.")
NOT_YET = ("Det går inte just nu", "Inget har ändrats.", "Kom tillbaka om en stund.")
NOT_OUR_ADDRESS = (
    "Lässpår svarar inte på den adressen. Kontrollera att den är rätt skriven.\n"
    "Den som sköter servern: adresser att svara på står i LASSPAR_TRUSTED_HOSTS.\n"
)
REMEDIES = {
    400: "Hur den ska se ut står i /api/v1/docs.",
    404: "Adressen kan vara fel, eller höra till en klass eller elev som inte är din.",
    405: "Rubriken Allow säger vilka metoder adressen tar emot.",
    409: "Läs på nytt, se vad som står där och försök igen.",
    413: "Dela upp den och försök igen.",
}
"""What to do instead of going back and pressing a button, for programs that show a token."""
IMPOSSIBLE_VALUES = (sa.exc.DataError, OverflowError, UnicodeEncodeError, RecursionError)
"""Numbers no column holds, characters no text holds, JSON no one writes: the request was at fault."""


def init_app(app: Flask) -> None:
    """Connect to the app."""
    words.init_app(app)
    header.init_app(app)
    static_files.init_app(app)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(PlainHttp, lambda _error: error_page(403, told=PLAIN_HTTP))
    app.register_error_handler(Refused, lambda error: error_page(409, error.reasons))
    app.register_error_handler(NotYet, lambda error: error_page(409, error.reasons, NOT_YET))
    app.register_error_handler(UnreadableFile, _no_longer_readable)
    app.register_error_handler(sa.exc.IntegrityError, _collision)
    app.register_error_handler(sa.exc.OperationalError, _database_gone)
    for error in IMPOSSIBLE_VALUES:
        app.register_error_handler(error, _impossible)


def error_page(
    status: int, reasons: Sequence[str] = (), told: tuple[str, str, str] | None = None
) -> Response:
    """What happened, what is safe and what to do, as a page or for scripts as problem details (RFC 9457)."""
    audit.forget_reads()
    what, safe, remedy = told or WORDS.get(status) or WORDS[400 if status < 500 else 500]
    if is_for_scripts():
        usual = REMEDIES.get(status, remedy) if bearer.is_shown() else remedy
        body = problem(status, what, list(reasons) or [usual])
    else:
        page = render_template(
            "errors.html", status=status, what=what, safe=safe, remedy=remedy, reasons=reasons
        )
        body = make_response(page)
    body.status_code = status
    return body


def problem(status: int, title: str, reasons: list[str]) -> Response:
    """Problem details (RFC 9457), with each reason by itself besides."""
    told = {"type": "about:blank", "title": title, "status": status, "detail": " ".join(reasons)}
    body = jsonify(**told, reasons=reasons)
    body.mimetype = "application/problem+json"
    if status == 401:
        body.headers["WWW-Authenticate"] = 'Bearer realm="lasspar"'
    return body


def is_for_scripts() -> bool:
    """Whether the answer goes to a program: its address says so, what it asks for, or what it shows."""
    asked = request.accept_mimetypes
    is_asked_for = asked.accept_json and not asked.accept_html
    return request.path.startswith(("/api/", "/metrics")) or is_asked_for or bearer.is_shown()


def _http(error: HTTPException) -> Any:
    """abort(status, "skäl på svenska") shows the reason; Werkzeug's own English words stay out."""
    if error.response is not None:
        return error.response
    if isinstance(error, SecurityError):  # a host we do not answer to: there is no address to lead to either
        return Response(NOT_OUR_ADDRESS, 400, mimetype="text/plain")
    status = error.code or 500
    own = error.description if error.description != type(error).description else None
    # What is refused for a reason of its own is within the duty: who keeps the accounts cannot help.
    told = ("Det går inte", "Inget har ändrats.", own) if own and status == 403 else None
    page = error_page(status, [own] if own and not told else [], told)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            page.headers[name] = value
    return page


def _stale(_error: Exception) -> Response:
    """A script whose cookie has gone is told that it has to sign in, as one whose session has ended is. What
    a person typed is kept."""
    if request.path.startswith("/api/") and g.get("account") is None:
        return error_page(401)
    if (kept := keep_stale_form()) is not None:
        return make_response(*kept)
    return error_page(400, told=STALE)


def _no_longer_readable(error: UnreadableFile) -> Response:
    """A file that could be previewed, and not read once more where the server had no time for it."""
    return error_page(422, [f"{one.reason}. {one.what_to_do}" for one in error.problems], UNREADABLE)


def _impossible(_error: Exception) -> Response:
    db.session.rollback()
    return error_page(400)


def _collision(error: Exception) -> Response:
    db.session.rollback()
    log.error("the database refused", exc_info=error)
    return error_page(409)


def _database_gone(error: Exception) -> Response:
    db.session.rollback()
    log.error("database gone", exc_info=error)
    return error_page(503)
