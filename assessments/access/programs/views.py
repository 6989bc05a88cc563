"""The administrator's pages of tokens: whose there are, a new one, and the end of one. Also one's own."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for

from assessments.access import audit, duties
from assessments.access.models import Account, ApiToken
from assessments.access.permissions import Permission, municipalities_open_to, needs, signed_in
from assessments.access.programs import making, queries
from assessments.access.programs.forms import TokenForm
from assessments.access.queries import duties_here
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Duty
from assessments.row_ids import row_id

bp = Blueprint("programs", __name__)
P = Permission
OF_PERSON = "/staff/<int(max=9223372036854775807):account_id>/tokens"


@bp.get("/tokens")
@needs(P.MANAGE_STAFF)
def overview() -> str:
    mine = db.session.scalars(municipalities_open_to(P.MANAGE_STAFF)).all()
    return render_template("access/tokens.html", rows=queries.tokens_in([one.id for one in mine]))


@bp.get(OF_PERSON)
@needs(P.MANAGE_STAFF, of="account")
def of_person(account: Account) -> str:
    return _page(account, _offered(TokenForm(formdata=None), account))


@bp.post(OF_PERSON)
@needs(P.MANAGE_STAFF, of="account")
def make(account: Account) -> Any:
    form = _offered(TokenForm(), account)
    if not form.validate():
        return _page(account, form), 422
    duty_id = form.duty_id()
    duty = db.session.get_one(Duty, duty_id) if duty_id else None
    try:
        row, secret = making.make_token(account, form.name.data, form.chosen(), form.ends_on.data, duty)
    except Refused as refused:
        db.session.rollback()
        return _page(account, form, refused.reasons), 422
    audit.note("token:made", row, municipality_id=account.municipality_id, scopes=row.scopes)
    name = account.staff_member.name
    db.session.commit()
    return render_template(
        "access/token.html", account_id=account.id, name=name, secret=secret, ends_on=row.ends_on
    )


@bp.post(f"{OF_PERSON}/end")
@needs(P.MANAGE_STAFF, of="account")
def end(account: Account) -> Any:
    _end(account.id)
    return redirect(url_for("programs.of_person", account_id=account.id))


@bp.post("/my/tokens/end")
@signed_in
def end_mine() -> Any:
    _end(g.account.id)
    return redirect(url_for("own.sign_ins"))


def _end(account_id: int) -> None:
    """A token of this account; another's is not there. Commits."""
    number = row_id(request.form.get("token", ""))
    row = db.session.scalar(sa.select(ApiToken).filter_by(id=number, account_id=account_id)) or abort(404)
    making.revoke(row.id)
    audit.note("token:revoked", row, municipality_id=row.account.municipality_id)
    db.session.commit()
    flash("Nyckeln är borttagen. Den öppnar ingenting längre.")


def _offered(form: TokenForm, account: Account) -> TokenForm:
    """A token for everything opens all that its person may: nobody makes one for rights that another
    municipality gave. Such a person's token is for one of the duties here."""
    here = duties_here(account.municipality)
    offered = [one for one in queries.duties_to_act_by(account) if one.id in here]
    form.offer(offered, is_all_offered=not duties.reaches_beyond_mine(account.staff_member))
    return form


def _page(account: Account, form: TokenForm, reasons: list[str] | None = None) -> str:
    return render_template(
        "access/person_tokens.html",
        account_id=account.id,
        name=account.staff_member.name,
        is_closed=account.disabled_at is not None,
        rows=queries.tokens_of(account.id),
        form=form,
        reasons=reasons or [],
    )
