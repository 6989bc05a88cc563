"""Signing in and out."""

import textwrap
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for

from assessments.access import (
    accounts,
    audit,
    codes,
    halfway,
    passwords,
    persons,
    queries,
    sessions,
    throttle,
)
from assessments.access.forms import CodeForm, SignInForm
from assessments.access.guard import ours
from assessments.access.letting_in import let_in, request_address, why_not
from assessments.access.models import Account, FailedSignIn
from assessments.access.permissions import public
from assessments.access.providers.known import providers
from assessments.access.providers.views import signed_out_page
from assessments.database import db
from assessments.refusals import Refused

bp = Blueprint("access", __name__)
WRONG = "Användarnamnet eller lösenordet stämmer inte. Försök igen."
TOO_MANY = (
    "Det har blivit för många felaktiga försök. Vänta fem minuter och försök igen. Kontot är inte låst."
)
TOO_LATE = "Det tog för lång tid. Logga in på nytt."


@bp.get("/sign-in")
@public
def sign_in_page() -> Any:
    if g.account is not None:
        return redirect(ours(request.args.get("next")) or "/")
    if queries.is_empty():
        return render_template("access/first_steps.html")
    if (half := halfway.found()) and not request.args.get("again"):
        return code_page(half.account, next=request.args.get("next"))
    chosen = SignInForm(formdata=None, username=session.pop("username", None))  # a password, a moment ago
    return _page(chosen, next=request.args.get("next"))


@bp.post("/sign-in")
@public
def sign_in() -> Any:
    """With username and password, and the code in the same request or as a second step of its own."""
    if "code" in request.form and "password" not in request.form:
        return _second_step()
    form = SignInForm()
    if not form.validate():
        return _page(form), 422
    tried = throttle.attempt(form.username.data, request_address())
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
    return _with_password(account, form, tried)


def _with_password(account: Account, form: SignInForm, tried: FailedSignIn) -> Any:
    """The password was right."""
    if refused := why_not(account):
        throttle.forget(tried)
        db.session.commit()
        return _page(form, [refused]), 403
    if codes.is_asked_of(persons.duties_today(account.staff_member_id)):
        return _ask_for_code(account, tried, form.code.data)
    throttle.forget(tried)
    return let_in(account)


def _ask_for_code(account: Account, tried: FailedSignIn, code: str | None) -> Any:
    """A right password forgives no wrong codes: whoever has it guesses no faster."""
    halfway.begin(account)
    codes.begin(account)
    if code:
        db.session.commit()
        return _look_at_code(halfway.Halfway(account, None), tried, code)
    throttle.take_back(tried)
    db.session.commit()
    return code_page(account), 401


def _second_step() -> Any:
    half, form = halfway.found(), CodeForm()
    if half is None:
        halfway.forget()
        return _page(SignInForm(formdata=None), [TOO_LATE]), 401
    if not form.validate():
        return code_page(half.account, form.code.errors), 422
    tried = throttle.attempt(half.account.username, request_address())
    db.session.commit()
    if throttle.is_too_many(tried, half.account):
        throttle.take_back(tried)
        db.session.commit()
        return code_page(half.account, [TOO_MANY]), 429
    if refused := why_not(half.account):
        return _page(SignInForm(formdata=None), [refused]), 403
    return _look_at_code(half, tried, form.code.data)


def _look_at_code(half: halfway.Halfway, tried: FailedSignIn, code: str) -> Any:
    account, factor, on_paper = half.account, codes.factor_of(half.account), list[str]()
    try:
        if not (factor and factor.confirmed_at):
            on_paper = codes.confirm(account, code)
        elif not codes.takes(account, code):
            return code_page(account, [codes.WRONG]), 401
    except Refused as refused:
        return code_page(account, refused.reasons), 401
    throttle.forget(tried)
    return let_in(account, sessions.CODE, half.provider, on_paper)


@bp.post("/sign-out")
@public
def sign_out() -> Any:
    """Here, and with the way to do so where the municipality vouched."""
    vouched = halfway.provider()
    if g.signed_in is not None:
        sessions.end(g.signed_in.id)
        account = db.session.get_one(Account, g.account.id)
        audit.note("account:signed_out", account, municipality_id=account.municipality_id)
        db.session.commit()
    session.clear()
    g.account, g.duties, g.signed_in = None, [], None  # the next page is nobody's
    if page := signed_out_page(vouched):
        return page
    flash("Du är utloggad.")
    return redirect(url_for("access.sign_in_page"))


def code_page(account: Account, reasons: Sequence[str] = (), next: str | None = None) -> str:
    """Asks for the code; the first time with the key and its picture."""
    factor = codes.factor_of(account)
    key = codes.secret_of(factor) if factor and factor.confirmed_at is None else None
    return render_template(
        "access/code.html",
        reasons=reasons,
        key=" ".join(textwrap.wrap(key, 4)) if key else None,
        picture=codes.picture_of(key, account.username) if key else None,
        next=next or request.form.get("next", ""),
        kept=request.form.get("kept", ""),
    )


def _page(form: SignInForm, reasons: list[str] | None = None, next: str | None = None) -> str:
    return render_template(
        "access/sign_in.html",
        form=form,
        reasons=reasons or [],
        providers=providers(),
        next=next or request.form.get("next", ""),
        kept=request.form.get("kept", ""),
        sentence=None,
    )
