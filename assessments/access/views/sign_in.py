"""Signing in and out, and choosing a password by a single-use link."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for

from assessments.access import accounts, audit, browsers, passwords, persons, queries, sessions, throttle
from assessments.access.forms import PasswordForm, SignInForm
from assessments.access.guard import kept_fields, ours
from assessments.access.models import Account
from assessments.access.permissions import public
from assessments.database import db
from assessments.refusals import Refused

bp = Blueprint("access", __name__)
WRONG = "Användarnamnet eller lösenordet stämmer inte. Försök igen."
TOO_MANY = (
    "Det har blivit för många felaktiga försök. Vänta fem minuter och försök igen. Kontot är inte låst."
)
CLOSED = "Kontot är avstängt. Vänd dig till den som sköter konton i din kommun."
NO_DUTY = "Du har inget uppdrag som gäller i dag. Vänd dig till den som sköter konton i din kommun."


@bp.get("/sign-in")
@public
def sign_in_page() -> Any:
    if g.account is not None:
        return redirect(ours(request.args.get("next")) or "/")
    if queries.is_empty():
        return render_template("access/first_steps.html")
    return _page(SignInForm(formdata=None), next=request.args.get("next"))


@bp.post("/sign-in")
@public
def sign_in() -> Any:
    form = SignInForm()
    if not form.validate():
        return _page(form), 422
    tried = throttle.attempt(form.username.data, _address())
    db.session.commit()
    account = accounts.find(form.username.data)
    if throttle.is_too_many(tried, account):
        throttle.take_back(tried)
        db.session.commit()
        return _page(form, [TOO_MANY]), 429
    password_hash = account.password_hash if account else None
    db.session.rollback()  # nobody waits for us while the hash is computed
    if not passwords.is_right(password_hash, form.password.data) or account is None:
        return _page(form, [WRONG]), 401
    throttle.forget(tried)
    if account.disabled_at or not persons.duties_today(account.staff_member_id):
        db.session.commit()
        return _page(form, [CLOSED if account.disabled_at else NO_DUTY]), 403
    return _let_in(account)


@bp.post("/sign-out")
@public
def sign_out() -> Any:
    if g.signed_in is not None:
        sessions.end(g.signed_in.id)
        account = db.session.get_one(Account, g.account.id)
        audit.note("account:signed_out", account, municipality_id=account.municipality_id)
        db.session.commit()
    session.clear()
    flash("Du är utloggad.")
    return redirect(url_for("access.sign_in_page"))


@bp.get("/password/<token>")
@public
def password_page(token: str) -> Any:
    link = accounts.find_link(token)
    if link is None:
        return render_template("access/link_gone.html"), 404
    return _password_page(PasswordForm(formdata=None), link.account.username)


@bp.post("/password/<token>")
@public
def set_password(token: str) -> Any:
    link = accounts.find_link(token)
    if link is None:
        return render_template("access/link_gone.html"), 404
    form, username = PasswordForm(), link.account.username
    if not form.validate():
        return _password_page(form, username), 422
    try:
        account = accounts.use_link(link, form.password.data)
    except Refused as refused:
        db.session.rollback()
        form.password.errors = refused.reasons
        return _password_page(form, username), 422
    _act_as(account)
    audit.note("account:password_set", account, municipality_id=account.municipality_id)
    db.session.commit()
    session.clear()
    flash("Lösenordet är sparat. Logga in med det.")
    return redirect(url_for("access.sign_in_page"))


def _let_in(account: Account) -> Any:
    sessions.start(account, browsers.called(request.user_agent.string), _address())
    _act_as(account)
    audit.note("account:signed_in", account, municipality_id=account.municipality_id)
    db.session.commit()
    goes_on, kept = request.form.get("next"), kept_fields(request.form.get("kept", ""))
    if kept and ours(goes_on, "POST"):
        g.pop("csrf_token", None)  # the token of the session that has just ended
        return render_template("access/resume.html", address=goes_on, fields=kept)
    return redirect(ours(goes_on) or "/")


def _act_as(account: Account) -> None:
    """From here on what is noted is done by the person who has just shown who they are."""
    g.account, g.duties = persons.person_of(account), persons.duties_today(account.staff_member_id)


def _page(form: SignInForm, reasons: list[str] | None = None, next: str | None = None) -> str:
    return render_template(
        "access/sign_in.html",
        form=form,
        reasons=reasons or [],
        next=next or request.form.get("next", ""),
        kept=request.form.get("kept", ""),
        sentence=None,
    )


def _password_page(form: PasswordForm, username: str) -> str:
    return render_template("access/password.html", form=form, username=username, shortest=passwords.SHORTEST)


def _address() -> str:
    return request.remote_addr or ""
