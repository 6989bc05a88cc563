"""Where one is signed in, who may see what, and what other programs ask first."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, g, jsonify, redirect, render_template, url_for
from flask_wtf.csrf import generate_csrf

from assessments.access import accounts, audit, queries, sessions
from assessments.access.models import Account, SignInSession
from assessments.access.permissions import public, signed_in
from assessments.access.persons import HeldDuty, ShownToken
from assessments.access.programs.operations import for_programs
from assessments.access.programs.queries import tokens_of
from assessments.access.programs.scopes import TokenScope, scopes_in
from assessments.access.programs.told import SESSION
from assessments.access.row_tokens import person_token, queue_key
from assessments.access.who_sees_what import ROWS, SENTENCES
from assessments.database import db

bp = Blueprint("own", __name__)


@bp.get("/my/sign-ins")
@signed_in
def sign_ins() -> str:
    rows = queries.sessions_of(g.account, g.signed_in.id)
    return render_template("access/sign_ins.html", rows=rows, tokens=tokens_of(g.account.id))


@bp.post("/my/sign-ins/<int(max=9223372036854775807):session_id>/end")
@signed_in
def end_session(session_id: int) -> Any:
    """End one of one's own; somebody else's is not there."""
    mine = sa.select(SignInSession.id).filter_by(id=session_id, account_id=g.account.id)
    if db.session.scalar(mine) is None:
        abort(404)
    sessions.end(session_id)
    audit.note("account:session_ended", _my_account(), municipality_id=g.account.municipality_id)
    db.session.commit()
    flash("Inloggningen är avslutad.")
    return redirect(url_for("own.sign_ins"))


@bp.post("/my/sign-ins/end-others")
@signed_in
def end_other_sessions() -> Any:
    mine = _my_account()
    accounts.end_sessions(mine, but=g.signed_in.id)
    audit.note("account:other_sessions_ended", mine, municipality_id=g.account.municipality_id)
    db.session.commit()
    flash("Du är utloggad överallt utom här.")
    return redirect(url_for("own.sign_ins"))


def _my_account() -> Account:
    return db.session.get_one(Account, g.account.id)


@bp.get("/who-sees-what")
@signed_in
def who_sees_what() -> str:
    return render_template("access/who_sees_what.html", rows=ROWS, sentences=SENTENCES)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """We live, and so does the database."""
    db.session.execute(sa.select(1))
    return Response("ok\n", mimetype="text/plain")


@bp.get("/api/v1/session")
@public
@for_programs(SESSION)
def session() -> Response:
    """Who is signed in, by which duties, and the token for the header ``X-CSRFToken`` of every write.

    ``person`` tells one person's queue in a shared browser from another's, ``queue_key`` opens it. No name.
    Whoever shows a token has neither queue nor cookie.
    """
    shown, browses = g.get("token"), g.signed_in is not None
    return jsonify(
        csrf_token=None if shown else generate_csrf(),
        person=person_token(g.account) if browses else None,
        queue_key=queue_key(g.account) if browses else None,
        token=_token(shown) if shown else None,
        duties=[_duty(duty) for duty in g.duties],
    )


def _token(shown: ShownToken) -> dict[str, Any]:
    its = scopes_in(shown.scopes)
    scopes = [one.value for one in TokenScope if one in its]
    return {"name": shown.name, "scopes": scopes, "to": shown.ends_on.isoformat()}


def _duty(duty: HeldDuty) -> dict[str, Any]:
    return {
        "id": duty.id,
        "role": duty.role.value,
        "function": duty.function,
        "class_id": duty.school_class_id,
        "school_id": duty.school_id,
        "years": None if duty.first_year is None else [duty.first_year, duty.last_year],
        "municipality_id": duty.municipality_id,
        "from": duty.starts_on.isoformat(),
        "to": duty.ends_on.isoformat() if duty.ends_on else None,
    }
