"""The administrator's pages: who works here, with which duties, and how they get in."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_wtf import FlaskForm

from assessments.access import accounts, audit, codes, duties, queries, substitutes
from assessments.access.forms import DutyForm, NameForm, StaffForm, SubstituteForm
from assessments.access.models import Account
from assessments.access.permissions import (
    Permission,
    classes_open_to,
    municipalities_open_to,
    needs,
    schools_open_to,
)
from assessments.collation import swedish_key
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import (
    Duty,
    Municipality,
    Role,
    School,
    SchoolClass,
    StaffMember,
    TeamFunction,
)
from assessments.words import capitalize_first, day, function_of, listed

bp = Blueprint("staff", __name__)
P = Permission
ID = "int(max=9223372036854775807)"
OPEN_TO: dict[str, tuple[Any, Any]] = {
    "class": (SchoolClass, classes_open_to),
    "school": (School, schools_open_to),
    "municipality": (Municipality, municipalities_open_to),
}


@bp.get("/staff")
@needs(P.MANAGE_STAFF)
def overview() -> str:
    mine = db.session.scalars(municipalities_open_to(P.MANAGE_STAFF)).all()
    in_order = sorted(mine, key=lambda one: swedish_key(one.name))
    sections = [(municipality, queries.staff_of(municipality)) for municipality in in_order]
    return render_template("access/staff.html", sections=sections)


@bp.get(f"/municipalities/<{ID}:municipality_id>/staff/new")
@needs(P.MANAGE_STAFF, of="municipality")
def new(municipality: Municipality) -> str:
    return _new_page(_with_places(StaffForm(formdata=None), municipality), municipality)


@bp.post(f"/municipalities/<{ID}:municipality_id>/staff/new")
@needs(P.MANAGE_STAFF, of="municipality")
def add(municipality: Municipality) -> Any:
    form = _with_places(StaffForm(), municipality)
    if not form.validate():
        return _new_page(form, municipality), 422
    try:
        account = accounts.open_account(form.name.data, form.username.data, municipality)
        audit.note("account:opened", account, municipality_id=municipality.id)
        _give(account, form)
        token = _make_link(account)
    except Refused as refused:
        db.session.rollback()
        db.session.refresh(municipality)  # its name stands on the page
        return _new_page(form, municipality, refused.reasons), 422
    db.session.commit()
    if others := queries.namesakes(account):
        flash(
            f"{account.staff_member.name} heter också någon med användarnamnet {listed(others)}."
            " Är det samma person? Stäng av det här kontot, och ge uppdraget till det som fanns.",
            "warning",
        )
    return _link_page(account, token)


@bp.get(f"/staff/<{ID}:account_id>")
@needs(P.MANAGE_STAFF, of="account")
def person(account: Account) -> str:
    return person_page(account)


@bp.post(f"/staff/<{ID}:account_id>/duties")
@needs(P.MANAGE_STAFF, of="account")
def give_duty(account: Account) -> Any:
    form = _with_places(DutyForm(), account.municipality)
    if not form.validate():
        return person_page(account, form), 422
    try:
        _give(account, form)
    except Refused as refused:
        db.session.rollback()
        return person_page(account, form, refused.reasons), 422
    db.session.commit()
    flash("Uppdraget är sparat.")
    return redirect(url_for("staff.person", account_id=account.id))


@bp.post(f"/staff/<{ID}:account_id>/name")
@needs(P.MANAGE_STAFF, of="account")
def rename(account: Account) -> Any:
    form = NameForm()
    if not form.validate():
        return person_page(account, called=form), 422
    try:
        is_news = accounts.rename(account, form.name.data)
    except Refused as refused:
        db.session.rollback()
        return person_page(account, reasons=refused.reasons, called=form), 422
    if is_news:
        audit.note("account:renamed", account, municipality_id=account.municipality_id)
    db.session.commit()
    flash("Namnet är sparat.")
    return redirect(url_for("staff.person", account_id=account.id), code=303)


@bp.post(f"/staff/<{ID}:account_id>/substitute")
@needs(P.MANAGE_STAFF, of="account")
def substitute(account: Account) -> Any:
    """Somebody else holds the person's functions for some days."""
    form = _substitute_form(account, SubstituteForm())
    if form is None or not form.validate():
        return person_page(account, substitute=form), 422
    chosen = [one for one in _covered(account) if one.id in form.covered.data]
    member = db.session.get_one(StaffMember, form.substitute.data)
    try:
        made = substitutes.appoint(chosen, member, form.first_day.data, form.last_day.data)
    except Refused as refused:
        db.session.rollback()
        return person_page(account, reasons=refused.reasons, substitute=form), 422
    for duty in made:
        audit.note("duty:given", duty, municipality_id=account.municipality_id, substitute_for=account.id)
    asked = form.first_day.data, form.last_day.data
    told = f"{member.name} vikarierar {day(asked[0])} till {day(asked[1])}."
    for one in made:
        if (one.starts_on, one.ends_on) != asked:
            named = capitalize_first(function_of(one))
            told += f" {named} bara {day(one.starts_on)} till {day(one.ends_on)}, de dagar uppdraget gäller."
    db.session.commit()
    flash(told)
    return redirect(url_for("staff.person", account_id=account.id), code=303)


@bp.post(f"/staff/<{ID}:account_id>/link")
@needs(P.MANAGE_STAFF, of="account")
def link(account: Account) -> Any:
    try:
        token = _make_link(account)
    except Refused as refused:
        db.session.rollback()
        return person_page(account, reasons=refused.reasons), 409
    db.session.commit()
    return _link_page(account, token)


@bp.post(f"/staff/<{ID}:account_id>/codes")
@needs(P.MANAGE_STAFF, of="account")
def reset_codes(account: Account) -> Any:
    """The telephone is gone: the next sign-in sets up a new one."""
    if account.id == g.account.id:
        raise Refused("Du kan inte ta bort dina egna engångskoder. Be en annan administratör.")
    if duties.reaches_beyond_mine(account.staff_member):
        raise Refused(
            "Personen har uppdrag också utanför din kommun, så det görs av den som sköter servern:"
            f" lasspar staff reset {account.username} --totp"
        )
    codes.reset(account)
    audit.note("account:totp_reset", account, municipality_id=account.municipality_id)
    db.session.commit()
    flash("Engångskoderna är borttagna och personen utloggad. Nästa inloggning ställer in en ny telefon.")
    return redirect(url_for("staff.person", account_id=account.id))


@bp.post(f"/staff/<{ID}:account_id>/disable")
@needs(P.MANAGE_STAFF, of="account")
def disable(account: Account) -> Any:
    if account.id == g.account.id:
        raise Refused("Du kan inte stänga av ditt eget konto. Be en annan administratör.")
    accounts.disable(account)
    audit.note("account:disabled", account, municipality_id=account.municipality_id)
    db.session.commit()
    flash("Kontot är avstängt och utloggat överallt.")
    return redirect(url_for("staff.person", account_id=account.id))


@bp.post(f"/staff/<{ID}:account_id>/enable")
@needs(P.MANAGE_STAFF, of="account")
def enable(account: Account) -> Any:
    accounts.enable(account)
    audit.note("account:enabled", account, municipality_id=account.municipality_id)
    db.session.commit()
    flash("Kontot är öppet igen.")
    return redirect(url_for("staff.person", account_id=account.id))


def _give(account: Account, form: DutyForm) -> None:
    kind, _, row_id = form.place.data.partition(":")
    model, open_to = OPEN_TO[kind]
    place = db.session.scalar(open_to(P.MANAGE_STAFF).where(model.id == int(row_id)))
    starts_on: date = form.starts_on.data
    role, team = Role(form.role.data), TeamFunction(form.team.data)
    duty, is_new = duties.give(
        account.staff_member, role, place, starts_on, form.ends_on.data,
        team if role is Role.TEAM else None, form.years(),
    )  # fmt: skip
    if is_new:
        audit.note("duty:given", duty, municipality_id=account.municipality_id, account=account.id)


def _make_link(account: Account) -> str:
    if duties.reaches_beyond_mine(account.staff_member):
        raise Refused(
            "Personen har uppdrag också utanför din kommun, så länken skapas av den som sköter servern:"
            f" lasspar staff reset {account.username}"
        )
    token = accounts.make_link(account)
    audit.note("account:link_made", account, municipality_id=account.municipality_id)
    return token


def _covered(account: Account) -> list[Duty]:
    """The person's functions in the municipality that somebody may hold for a while."""
    return substitutes.to_cover(account.staff_member, queries.duties_here(account.municipality))


def _substitute_form(account: Account, form: SubstituteForm) -> SubstituteForm | None:
    """With whom and what there is to choose; None where nobody or nothing is."""
    covered = _covered(account)
    if not covered or account.municipality is None:
        return None
    others = substitutes.candidates(account.municipality, account.staff_member)
    # With the username: two may have the same name, and the choice opens a class.
    form.substitute.offer(
        (one.staff_member_id, f"{one.staff_member.name} ({one.username})") for one in others
    )
    form.covered.choices = [(one.id, capitalize_first(function_of(one))) for one in covered]
    if form.covered.data is None:  # nobody has sent it: all of them
        form.covered.data = [one.id for one in covered]
    return form if others else None


def _with_places(form: DutyForm, municipality: Municipality | None) -> DutyForm:
    form.place.choices = queries.places_in(municipality) if municipality else {}
    return form


def _new_page(form: StaffForm, municipality: Municipality, reasons: list[str] | None = None) -> str:
    return render_template(
        "access/staff_new.html", form=form, municipality=municipality, reasons=reasons or []
    )


def person_page(
    account: Account,
    form: FlaskForm | None = None,
    reasons: list[str] | None = None,
    substitute: SubstituteForm | None = None,
    called: NameForm | None = None,
    typed: dict[str, str] | None = None,
) -> str:
    """``typed``: what was refused as somebody's id, by the name of the provider."""
    here = queries.duties_here(account.municipality)
    return render_template(
        "access/person.html",
        substitute=substitute or _substitute_form(account, SubstituteForm(formdata=None)),
        account_id=account.id,
        username=account.username,
        name=account.staff_member.name,
        state=queries.state_of(account),
        is_closed=account.disabled_at is not None,
        duties=queries.duty_rows(account.staff_member.duties),
        changeable=here,
        standing_in=[
            (one.staff_member.name, function_of(one), one) for one in substitutes.standing_in(account, here)
        ],
        is_me=account.id == g.account.id,
        codes=queries.codes_of(account),
        connections=queries.connections_of(account),
        typed=typed or {},
        called=called or NameForm(formdata=None, data={"name": account.staff_member.name}),
        form=form or _with_places(DutyForm(formdata=None), account.municipality),
        reasons=reasons or [],
    )


def _link_page(account: Account, token: str) -> str:
    address = url_for("access.password_page", token=token, _external=True)
    return render_template(
        "access/link.html",
        account_id=account.id,
        username=account.username,
        name=account.staff_member.name,
        address=address,
    )
