"""There and back again: signing in through a municipality's own provider, and connecting accounts to it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for

from assessments.access import audit, codes, duties, halfway, persons
from assessments.access.guard import ours
from assessments.access.letting_in import let_in, why_not
from assessments.access.models import Account
from assessments.access.permissions import Permission, needs, public
from assessments.access.providers import clients, identities
from assessments.access.providers.clients import Declined, Unreachable, Untrusted
from assessments.access.providers.known import Provider, provider_called
from assessments.access.views.staff import person_page
from assessments.database import connections, db
from assessments.refusals import Refused

bp = Blueprint("providers", __name__)
P = Permission
NEXT = "provider_next"
DOWN = (
    "Inloggningen hos {} svarar inte just nu."
    " Försök igen om en stund, eller logga in med lösenord om du har ett."
)
NOT_TRUSTED = "Svaret från {} gick inte att lita på, eller så tog det för lång tid. Börja om."
SAID_NO = "Inloggningen hos {} avbröts."


@bp.get("/sign-in/via/<provider>")
@public
def there(provider: str) -> Any:
    chosen = _known(provider)
    session[NEXT] = ours(request.args.get("next"))
    try:
        return clients.send_there(chosen, _back(chosen))
    except (Unreachable, Untrusted):
        return _not_in(chosen, DOWN, 503)


@bp.get("/sign-in/via/<provider>/back")
@public
def back(provider: str) -> Any:
    chosen = _known(provider)
    try:
        claims = clients.claims_of(chosen)
    except Unreachable:
        return _not_in(chosen, DOWN, 503)
    except Untrusted:
        return _not_in(chosen, NOT_TRUSTED, 403)
    except Declined:
        return _not_in(chosen, SAID_NO, 403)
    db.session.rollback()  # whatever was read so far was read without a place among those who write
    with connections.writing():
        return _come_in(chosen, claims)


@bp.post("/staff/<int(max=9223372036854775807):account_id>/identity")
@needs(P.MANAGE_STAFF, of="account")
def connect(account: Account) -> Any:
    """Who the account is to a provider; an identity opens all of an account, as a link does."""
    chosen = _known(request.form.get("provider", ""))
    if duties.reaches_beyond_mine(account.staff_member):
        raise Refused(
            "Personen har uppdrag också utanför din kommun, så det görs av den som sköter servern:"
            f" lasspar staff identity {account.username} {chosen.name} ID"
        )
    subject = request.form.get("subject", "")
    try:
        identities.set_identity(account, chosen.issuer, subject)
    except Refused as refused:
        db.session.rollback()
        return person_page(account, reasons=refused.reasons, typed={chosen.name: subject}), 422
    audit.note("account:identity_set", account, municipality_id=account.municipality_id)
    db.session.commit()
    flash("Inloggningen genom kommunen är sparad. Personen är utloggad överallt.")
    return redirect(url_for("staff.person", account_id=account.id))


def signed_out_page(name: str | None) -> Any:
    """After signing out here: where one signs out there; nothing where no provider vouched."""
    vouched = provider_called(name) if name else None
    if vouched is None:
        return None
    start = url_for("access.sign_in_page", _external=True)
    address = clients.sign_out_address(vouched, start)
    return render_template("access/signed_out.html", provider=vouched, address=address)


def _come_in(provider: Provider, claims: dict[str, Any]) -> Any:
    account, goes_on = identities.account_of(provider.issuer, claims["sub"]), session.pop(NEXT, None)
    if account is None:
        return render_template("access/not_connected.html", provider=provider, subject=claims["sub"]), 403
    if refused := why_not(account):
        return _not_in(provider, refused, 403)
    is_strong = claims.get("acr") in provider.acr
    if not is_strong and codes.is_asked_of(persons.duties_today(account.staff_member_id)):
        halfway.begin(account, provider.name)
        codes.begin(account)
        db.session.commit()
        return redirect(url_for("access.sign_in_page", next=goes_on))
    return let_in(account, provider.name if is_strong else None, provider.name, goes_on=goes_on)


def _not_in(provider: Provider, words: str, status: int) -> Any:
    page = render_template(
        "access/provider_down.html", provider=provider, sentence=words.format(provider.label)
    )
    return page, status


def _known(name: str) -> Provider:
    return provider_called(name) or abort(404)


def _back(provider: Provider) -> str:
    return url_for("providers.back", provider=provider.name, _external=True)
