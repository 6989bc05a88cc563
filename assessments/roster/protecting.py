"""Skyddade personuppgifter: an alias instead of the name, everywhere and at once, and back again.

The old name is not kept: not here, not encrypted. Scores and signals hang on the pupil and stay.
Verbs flush; the caller commits.
"""

import secrets
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from blinker import signal

from assessments.database import db
from assessments.refusals import Refused
from assessments.roster import cells, editing, personnummer
from assessments.roster.cells import CellFault
from assessments.roster.holding import hold
from assessments.roster.models import (
    Curriculum,
    LineToReview,
    Municipality,
    ProtectedNumber,
    Pupil,
    RosterImport,
    SchoolClass,
    SchoolForm,
)
from assessments.roster.naming import Names

pupil_protected = signal("pupil-protected")
"""Sent with the pupil and the old ``names`` (Names), in the same transaction: whoever keeps names lets go."""

ALIAS = "Elev"


@dataclass(frozen=True)
class Hidden:
    """A pupil to be added without a name. ``year``: grade index."""

    alias: str
    year: int
    starts_on: date
    school_form: SchoolForm = SchoolForm.GRUNDSKOLA
    curriculum: Curriculum = Curriculum.SWEDISH


def proposed_alias(municipality: Municipality) -> str:
    """``Elev 7``: a number that nobody there has, and that says nothing."""
    taken = _aliases(municipality.id)
    number = next(number for number in range(1, len(taken) + 2) if f"{ALIAS} {number}" not in taken)
    return f"{ALIAS} {number}"


def protect(pupil: Pupil, alias: str) -> bool:
    """The alias takes the place of every name; False where the pupil already stands under that alias.

    Raises Refused for an alias that is somebody else's or gives the name away.
    """
    hold({pupil.id})
    db.session.refresh(pupil)
    if pupil.is_protected:
        return rename(pupil, alias)
    names, kept = Names.of(pupil), _alias(alias, pupil.municipality_id, pupil)
    if names.stand_in(kept):
        raise Refused("Aliaset innehåller elevens namn. Välj ett som inte säger vem det är.")
    _keep_trace_of_number(pupil)
    pupil.is_protected, pupil.alias = True, kept
    _forget_names(pupil, kept)
    _forget_file_names(pupil, names)
    db.session.flush()
    pupil_protected.send(pupil, names=names)
    db.session.flush()
    return True


def rename(pupil: Pupil, alias: str) -> bool:
    """Another alias for somebody who is protected; False where it is the one there is."""
    _only_protected(pupil)
    kept = _alias(alias, pupil.municipality_id, pupil)
    if kept == pupil.alias:
        return False
    pupil.alias = kept
    _forget_names(pupil, kept)
    db.session.flush()
    return True


def add_under_alias(school_class: SchoolClass, hidden: Hidden) -> Pupil:
    """A pupil who was never here under a name. The elev-id is made up and looks like anybody's."""
    municipality_id = school_class.school.municipality_id
    alias = _alias(hidden.alias, municipality_id, None)
    editing.day_fits(school_class, hidden.starts_on)
    pupil = Pupil(
        municipality_id=municipality_id,
        code=f"e-{secrets.token_hex(5)}",  # as those the class lists make out of a personnummer
        school_form=hidden.school_form,
        curriculum=hidden.curriculum,
        is_protected=True,
        alias=alias,
    )
    _forget_names(pupil, alias)
    db.session.add(pupil)
    db.session.flush()
    editing.enrol(pupil, school_class, hidden.year, hidden.starts_on)
    return pupil


def lift(pupil: Pupil, given_name: str, family_name: str) -> None:
    """The protection is over: the pupil goes by the name that somebody types, since none was kept."""
    hold({pupil.id})
    db.session.refresh(pupil)
    _only_protected(pupil)
    reasons, kept = [], []
    for word, text in (("Förnamn", given_name), ("Efternamn", family_name)):
        try:
            kept.append(cells.name(text))
        except CellFault as fault:
            reasons.append(f"{word}: {fault.reason}.")
    if reasons:
        raise Refused(reasons)
    pupil.given_name, pupil.family_name = kept
    pupil.is_protected, pupil.alias = False, None
    for trace in (ProtectedNumber, LineToReview):
        db.session.execute(sa.delete(trace).where(trace.pupil_id == pupil.id))
    db.session.flush()
    editing.pupils_changed.send(pupil_ids={pupil.id})  # what schools may not know is held again


def _only_protected(pupil: Pupil) -> None:
    if not pupil.is_protected:
        raise Refused("Eleven har inte skyddade personuppgifter.")


def _alias(text: str, municipality_id: int, own: Pupil | None) -> str:
    """The alias as it is kept, which nobody else in the municipality stands under."""
    try:
        kept = cells.name(text, "aliaset")
    except CellFault as fault:
        raise Refused(f"Alias: {fault.reason}.") from fault
    if kept in _aliases(municipality_id, own):
        raise Refused(f"En annan elev kallas redan {kept}. Välj ett annat alias.")
    return kept


def _aliases(municipality_id: int, own: Pupil | None = None) -> set[str]:
    taken = sa.select(Pupil.alias).where(
        Pupil.municipality_id == municipality_id, Pupil.is_protected, Pupil.alias.is_not(None)
    )
    if own is not None:
        taken = taken.where(Pupil.id != own.id)
    with db.session.no_autoflush:
        return {str(alias) for alias in db.session.scalars(taken)}


def _forget_names(pupil: Pupil, alias: str) -> None:
    """The columns that hold names and numbers; what may not be empty holds the alias."""
    pupil.given_name, pupil.preferred_name, pupil.family_name = alias, None, ""
    pupil.personnummer_encrypted = pupil.personnummer_hash = None


def _keep_trace_of_number(pupil: Pupil) -> None:
    """So that a class list with the number alone does not bring the pupil back as somebody new."""
    if pupil.personnummer_hash:
        trace = personnummer.protected_trace(pupil.personnummer_hash)
        db.session.add(ProtectedNumber(pupil_id=pupil.id, trace=trace))


def _forget_file_names(pupil: Pupil, names: Names) -> None:
    """Somebody may have called a file after the pupil."""
    here = sa.or_(
        RosterImport.municipality_id.is_(None), RosterImport.municipality_id == pupil.municipality_id
    )
    for taken_in in db.session.scalars(
        sa.select(RosterImport).where(here, RosterImport.file_name.is_not(None))
    ):
        if names.stand_in(taken_in.file_name):
            taken_in.file_name = None
