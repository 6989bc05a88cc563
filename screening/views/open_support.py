"""Tipsa om öppet stöd: contact details for a family to take home. Nothing is stored of who gets them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.models import Municipality
from screening.open_support.forms import PlaceForm, RemoveForm
from screening.open_support.places import places_around_me, places_in, remove_place, save_place
from screening.views.help_room import ID

bp = Blueprint("open_support", __name__)
P = Permission
OF_MUNICIPALITY = f"/municipalities/{ID.format('municipality_id')}/open-support"


@bp.get("/open-support")
@needs(P.ASK_FOR_HELP)
def tips() -> str:
    return render_template("screening/open_support.html", places=places_around_me())


@bp.get(OF_MUNICIPALITY)
@needs(P.KEEP_OPEN_SUPPORT, of="municipality")
def places(municipality: Municipality) -> str:
    return _page(municipality, PlaceForm(formdata=None))


@bp.post(OF_MUNICIPALITY)
@needs(P.KEEP_OPEN_SUPPORT, of="municipality")
def save(municipality: Municipality) -> Any:
    """A new place, or one that is put right."""
    form = PlaceForm()
    if not form.validate():
        return _page(municipality, form), 422
    try:
        place = save_place(municipality, form.place.data, form.data)
    except Refused as refused:
        return _refused(municipality, form, refused)
    audit.note("open_support:saved", place, municipality_id=municipality.id)
    return _done(municipality, f"{place.name} är sparat.")


@bp.post(f"{OF_MUNICIPALITY}/remove")
@needs(P.KEEP_OPEN_SUPPORT, of="municipality")
def remove(municipality: Municipality) -> Any:
    form = RemoveForm()
    if not form.validate():
        return _page(municipality, PlaceForm(formdata=None), ["Välj ett ställe."]), 422
    try:
        place = remove_place(municipality, form.place.data)
    except Refused as refused:
        return _refused(municipality, PlaceForm(formdata=None), refused)
    audit.note("open_support:removed", place, municipality_id=municipality.id)
    return _done(municipality, "Stället är borttaget.")


def _refused(municipality: Municipality, form: PlaceForm, refused: Refused) -> tuple[str, int]:
    db.session.rollback()
    db.session.refresh(municipality)  # its name stands on the page
    return _page(municipality, form, refused.reasons), 422


def _done(municipality: Municipality, told: str) -> Any:
    municipality_id = municipality.id
    db.session.commit()
    flash(told)
    return redirect(url_for("open_support.places", municipality_id=municipality_id), code=303)


def _page(municipality: Municipality, form: PlaceForm, reasons: list[str] | None = None) -> str:
    return render_template(
        "screening/open_support_places.html",
        municipality_id=municipality.id,
        name=municipality.name,
        places=places_in(municipality),
        form=form,
        reasons=reasons or [],
    )
