"""Styrning: what the initiative has chosen, changed here with why; who is in it; measures on and off."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, needs
from assessments.database import db
from assessments.governing.catalogue import CHOICE, SEVERAL, settings
from assessments.governing.members import members
from assessments.refusals import Refused
from assessments.words import counted, day
from assessments.writes import Recorder
from screening.governing import choosing, queries
from screening.governing.forms import ChoiceForm, SettingForm, SeveralForm
from screening.views.room import bp

P = Permission
REFUSED = 422
FORMS = {CHOICE: ChoiceForm, SEVERAL: SeveralForm}


@bp.get("/governing")
@needs(P.MANAGE_WINDOWS)
def governing() -> str:
    return _page()


@bp.post("/governing")
@needs(P.MANAGE_WINDOWS)
def choose_setting() -> Any:
    """Let one setting hold otherwise from a day on."""
    code = request.form.get("code", "")
    if code not in settings():
        return _page(reasons=["Välj vad du vill ändra."]), REFUSED
    form = _form(code)
    if not form.validate():
        return _page(code, form), REFUSED
    try:
        said = form.value.data if isinstance(form.value.data, str) else ",".join(form.value.data or [])
        row = choosing.choose(code, said, form.valid_from.data, form.reason.data, governor())
    except Refused as refused:
        db.session.rollback()
        return _page(code, form, refused.reasons), REFUSED
    if row is None:
        flash("Det gäller redan så den dagen.")
        return redirect(url_for("screening.governing"), code=303)
    audit.note("governing:chosen", row, code=code)
    told = f"{settings()[code].name}: sparat, gäller från {day(row.valid_from)}."
    db.session.commit()
    flash(told)
    return redirect(url_for("screening.governing"), code=303)


def governor() -> Recorder:
    """Who chooses: the duty that gives the right to."""
    return Recorder(g.account.id, duties_giving(P.MANAGE_WINDOWS)[0].id)


def _form(code: str, held: queries.Held | None = None) -> SettingForm:
    """The form of one setting, with what holds now where nothing was sent."""
    kind, sent = settings()[code].kind, None if held else request.form
    if kind not in FORMS:
        return SettingForm(formdata=sent, prefix=code, data={"value": held.value} if held else None)
    several = held.value.split(",") if held and kind == SEVERAL else None
    form = FORMS[kind](formdata=sent, prefix=code, data={"value": several or held.value} if held else None)
    form.value.choices = choosing.offered(code)
    return form


def _page(code: str = "", sent: SettingForm | None = None, reasons: list[str] | None = None) -> str:
    held, everybody = queries.held(), members()
    chosen = sum(one.since is not None for one in held)
    return render_template(
        "screening/governing.html",
        rows=[(one, sent if sent and one.code == code else _form(one.code, one)) for one in held],
        opened=code,
        reasons=reasons or [],
        sentence=f"{counted(chosen, 'av valen nedan är gjort', 'av valen nedan är gjorda')} av er; "
        "resten är som det kom med Lässpår."
        if chosen
        else "Inget av valen nedan är ändrat: de är som de kom med Lässpår, och fungerar så.",
        is_in=sum(one.is_in for one in everybody),
        municipalities=len(everybody),
        switched=queries.switched(),
        history=queries.history(),
        most=queries.MOST,
    )
