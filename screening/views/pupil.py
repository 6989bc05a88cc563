"""The pupil's page, what people saw, and numbers somebody vouches for."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, render_template, session

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.cell_history import HistoryRow
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Pupil
from screening.forms import ConfirmForm, ObservationForm, WhichObservationForm
from screening.handovers.queries import received_with_new_id
from screening.models import Observation, ObservedBy
from screening.queries import pupil_panel as queries
from screening.queries.observed import observations_open_to, own_observations
from screening.queries.onward import onward
from screening.queries.pupil_page import pupil_page
from screening.queries.recorded import Recorded
from screening.reach import may_act_on
from screening.reviewing import Seen, confirm_odd_number, raise_observation, take_back_observation
from screening.views.room import bp, may
from screening.views.step_pages import TOLD_AT, by_this_duty, just_recorded, step_words, to_pupil

P = Permission
ADDRESS = "/pupils/<int(max=9223372036854775807):pupil_id>"


@bp.get(ADDRESS)
@needs(P.SEE_SCORES, of="pupil")
def pupil(pupil: Pupil) -> str:
    return _page(pupil, ObservationForm(formdata=None), recorded=just_recorded())


@bp.get(f"{ADDRESS}/windows/<window>/panel.html")
@needs(P.SEE_SCORES, of="pupil")
def pupil_panel(pupil: Pupil, window: str) -> str:
    """A piece of a page: what the side panel of the class overview shows of a pupil."""
    found = header.window_or_404(window)
    panel = queries.pupil_panel(pupil, found)
    if panel is None:
        abort(404)
    audit.note_read("pupil:seen", pupil, school_id=panel.school_id, window=found.id)
    return render_template("screening/pupil_panel.html", panel=panel, window=found)


@bp.post(f"{ADDRESS}/observations")
@needs(P.OBSERVE, of="pupil")
def observe(pupil: Pupil) -> Any:
    """Somebody saw something the numbers do not say."""
    form = ObservationForm()
    if not form.validate():
        return _page(pupil, form), 422
    try:
        window = header.chosen_window()
        if window is None:
            raise Refused("Det finns ingen period än. Be samordnaren öppna en.")
        seen = Seen(ObservedBy(form.observed_by.data), form.line.data, form.observed_on.data)
        observation = raise_observation(pupil, window, seen, by_this_duty())
    except Refused as refused:
        db.session.rollback()
        return _page(pupil, form, refused.reasons), 422
    if observation is not None:
        audit.note("observation:raised", observation, pupil=pupil.id)
    db.session.commit()
    flash(
        "Iakttagelsen är sparad och syns under Att följa upp. Blev det fel? Ta tillbaka den under Skriv en"
        " iakttagelse."
    )
    return to_pupil(pupil.id)


@bp.post(f"{ADDRESS}/observations/taken-back")
@needs(P.OBSERVE, of="pupil")
def take_observation_back(pupil: Pupil) -> Any:
    """It was about another pupil, or about nothing."""
    form = WhichObservationForm()
    if not form.validate():
        abort(400)
    asked = observations_open_to(pupil).where(Observation.id == form.observation.data)
    observation = db.session.scalar(asked)
    if observation is None:
        flash("Iakttagelsen finns inte längre.")
        return to_pupil(pupil.id)
    try:
        take_back_observation(observation, by_this_duty())
    except Refused as refused:
        db.session.rollback()
        flash(" ".join(refused.reasons), "error")
        return to_pupil(pupil.id)
    audit.note("observation:taken_back", observation, pupil=pupil.id)
    db.session.commit()
    flash("Iakttagelsen är tillbakatagen.")
    return to_pupil(pupil.id)


@bp.post(f"{ADDRESS}/confirmed-scores")
@needs(P.RECORD_SCORES, of="pupil")
def confirm_score(pupil: Pupil) -> Any:
    """The odd number is right: it may speak again."""
    form = ConfirmForm()
    if not form.validate():
        abort(400)
    window = header.window_or_404(form.window.data)
    news = confirm_odd_number(pupil, window, set(form.measure.data))
    if news:
        audit.note("score:confirmed", pupil, window=window.id, measures=news)
    db.session.commit()
    flash("Siffran är bekräftad." if news else "Siffran var redan bekräftad.")
    return to_pupil(pupil.id)


def _page(
    pupil: Pupil,
    form: ObservationForm,
    reasons: list[str] | None = None,
    recorded: Recorded | None = None,
) -> str:
    page = pupil_page(pupil)
    audit.note_read("pupil:seen", pupil, school_id=page.school_id)
    for other in _named(page.history):
        audit.note_read("pupil:named", other, school_id=page.school_id)
    cards = [life.card for life in page.threads if life.card is not None]
    closings = [life.closing for life in page.threads if life.closing is not None]
    may_observe = may(P.OBSERVE, pupil)
    return render_template(
        "screening/pupil.html",
        page=page,
        recorded=recorded,
        told_at=session.pop(TOLD_AT, None),
        form=form,
        reasons=reasons or [],
        words=step_words(),
        may_act_on=may_act_on([*(card.flag_id for card in cards), *(step.flag_id for step in closings)]),
        ways=onward(cards),
        may_observe=may_observe,
        observed=own_observations(pupil) if may_observe else (),
        may_consult=may(P.CONSULT, pupil),
        may_record=may(P.RECORD_SCORES, pupil),
        may_protect=may(P.MANAGE_PROTECTED, pupil),
        may_plan_support=may(P.PLAN_SUPPORT, pupil),
        received=received_with_new_id(pupil),
    )


def _named(history: Sequence[HistoryRow]) -> list[Pupil]:
    """Others whose results were once mixed up with the pupil's: the history names them."""
    ids = {other for row in history for other in row.others}
    return list(db.session.scalars(sa.select(Pupil).where(Pupil.id.in_(ids)))) if ids else []
