"""Choosing a password by a single-use link."""

from typing import Any

from flask import flash, redirect, render_template, session, url_for

from assessments.access import accounts, audit, passwords
from assessments.access.forms import PasswordForm
from assessments.access.letting_in import act_as
from assessments.access.permissions import public
from assessments.access.views.sign_in import bp
from assessments.database import db
from assessments.refusals import Refused

__all__ = ["bp"]  # the blueprint of the sign-in, with the pages of links


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
    act_as(account)
    audit.note("account:password_set", account, municipality_id=account.municipality_id)
    db.session.commit()
    session.clear()
    session["username"] = username
    flash("Lösenordet är sparat. Logga in med det.")
    return redirect(url_for("access.sign_in_page"))


def _password_page(form: PasswordForm, username: str) -> str:
    return render_template("access/password.html", form=form, username=username, shortest=passwords.SHORTEST)
