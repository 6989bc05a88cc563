"""Letting somebody in who has shown who it is: what may keep them out, and where they go on to."""

from collections.abc import Sequence
from typing import Any

from flask import g, redirect, render_template, request

from assessments.access import audit, browsers, halfway, persons, sessions
from assessments.access.guard import kept_fields, ours
from assessments.access.models import Account
from assessments.database import db

CLOSED = "Kontot är avstängt. Vänd dig till den som sköter konton i din kommun."
NO_DUTY = "Du har inget uppdrag som gäller i dag. Vänd dig till den som sköter konton i din kommun."


def why_not(account: Account) -> str | None:
    """What keeps somebody out who has shown who it is, in Swedish."""
    if account.disabled_at:
        return CLOSED
    return None if persons.duties_today(account.staff_member_id) else NO_DUTY


def let_in(
    account: Account,
    vouched_by: str | None = None,
    provider: str | None = None,
    on_paper: Sequence[str] = (),
    goes_on: str | None = None,
) -> Any:
    """Sign in, and go on to where the person was going; first to the codes on paper, where they are new."""
    sessions.start(account, browsers.called(request.user_agent.string), request_address(), vouched_by)
    halfway.remember_provider(provider)
    act_as(account)
    audit.note("account:signed_in", account, municipality_id=account.municipality_id)
    if on_paper:
        audit.note("account:totp_confirmed", account, municipality_id=account.municipality_id)
    db.session.commit()
    goes_on, kept = goes_on or request.form.get("next"), kept_fields(request.form.get("kept", ""))
    fields = kept if kept and ours(goes_on, "POST") else []
    address = (goes_on if fields else ours(goes_on)) or "/"
    if on_paper or fields:
        g.pop("csrf_token", None)  # the token of the session that has just ended
    if on_paper:
        return render_template("access/recovery_codes.html", codes=on_paper, address=address, fields=fields)
    if fields:
        return render_template("access/resume.html", address=address, fields=fields)
    return redirect(address)


def act_as(account: Account) -> None:
    """From here on what is noted is done by the person who has just shown who they are."""
    g.account, g.duties = persons.person_of(account), persons.duties_today(account.staff_member_id)


def request_address() -> str:
    """Where the request comes from; empty where nobody can say."""
    return request.remote_addr or ""
