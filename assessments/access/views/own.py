"""Where one is signed in, who may see what, and what other programs ask first."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from assessments.access import accounts, audit, codes, queries, sessions, throttle
from assessments.access.forms import CodeForm
from assessments.access.models import Account, SignInSession
from assessments.access.permissions import public, signed_in
from assessments.access.persons import HeldDuty, ShownToken
from assessments.access.programs.operations import for_programs
from assessments.access.programs.queries import tokens_of
from assessments.access.programs.scopes import TokenScope, scopes_in
from assessments.access.programs.told import SESSION
from assessments.access.row_tokens import person_token, queue_key
from assessments.access.views.sign_in import TOO_MANY
from assessments.access.who_sees_what import ROWS, SENTENCES
from assessments.database import db
from assessments.database.keeping import why_nothing_is_kept
from assessments.refusals import Refused

bp = Blueprint("own", __name__)
REFUSED = 422


@bp.get("/my/sign-ins")
@signed_in
def sign_ins() -> str:
    return _page()


@bp.post("/my/sign-ins/recovery-codes")
@signed_in
def renew_recovery_codes() -> Any:
    """Ten new codes on paper for a code of the app. Guessing is slowed down as at the sign-in."""
    mine, form = _my_account(), CodeForm()
    if not form.validate():
        return _page(form.code.errors), REFUSED
    tried = throttle.attempt(mine.username, request.remote_addr or "")
    db.session.commit()
    if throttle.is_too_many(tried, mine):
        throttle.take_back(tried)
        db.session.commit()
        return _page([TOO_MANY]), 429
    try:
        made = codes.renew_paper(mine, form.code.data)
    except Refused as refused:
        return _page(refused.reasons), REFUSED
    throttle.forget(tried)
    audit.note("account:recovery_codes_made", mine, municipality_id=mine.municipality_id)
    db.session.commit()
    address = url_for("own.sign_ins")
    return render_template(
        "access/recovery_codes.html", codes=made, address=address, fields=[], replaces=True
    )


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


def _page(reasons: Sequence[str] = ()) -> str:
    return render_template(
        "access/sign_ins.html",
        rows=queries.sessions_of(g.account, g.signed_in.id),
        tokens=tokens_of(g.account.id),
        left_on_paper=codes.left_on_paper(g.account.id),
        most_on_paper=codes.ON_PAPER,
        reasons=reasons,
    )


def _my_account() -> Account:
    return db.session.get_one(Account, g.account.id)


@bp.get("/who-sees-what")
@signed_in
def who_sees_what() -> str:
    return render_template("access/who_sees_what.html", rows=ROWS, sentences=SENTENCES)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """We live, and so does the database, and what is saved can be kept. SQLite says 1 without opening its
    file."""
    db.session.execute(sa.text("SELECT version_num FROM alembic_version"))
    if why := why_nothing_is_kept():
        return Response(f"inget går att spara: {why}\n", 503, mimetype="text/plain")
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
