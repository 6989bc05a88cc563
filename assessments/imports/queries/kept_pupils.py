"""What undoing a class list does, in words, and who stays as they are."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from assessments.collation import swedish_key
from assessments.database import db
from assessments.imports.roster_steps import Kept, RosterUndoing, Why
from assessments.roster.models import Pupil
from assessments.words import counted, listed

MOST_KEPT = 200
WORDS = {
    "code": "elev-id",
    "given_name": "förnamn",
    "preferred_name": "tilltalsnamn",
    "family_name": "efternamn",
    "school_form": "skolform",
    "curriculum": "kursplan",
    "letter_language": "brevspråk1",
    "second_letter_language": "brevspråk2",
    "personnummer_encrypted": "personnummer",
}


@dataclass(frozen=True)
class KeptPupil:
    """``pupil`` is a name, or an elev-id where a command prints it."""

    pupil: str
    stays: str
    reason: str


def kept_pupils(kept: Sequence[Kept], pupils: sa.Select[Pupil] | None) -> list[KeptPupil]:
    """The first of those who stay, by name; who is protected is not named. One query.

    ``pupils``: whose names may be told; None is the command line, which tells elev-ids.
    """
    shown = [one for one in kept if one.why is not Why.HIDDEN][:MOST_KEPT]
    chosen = sa.select(Pupil) if pupils is None else pupils
    met = db.session.scalars(chosen.where(Pupil.id.in_({one.pupil_id for one in shown})))
    names = {one.id: one.code if pupils is None else one.name for one in met}
    rows = [
        KeptPupil(names[one.pupil_id], _what(one), _reason(one)) for one in shown if one.pupil_id in names
    ]
    return sorted(rows, key=lambda row: swedish_key(row.pupil))


def hidden(kept: Sequence[Kept]) -> int:
    return sum(one.why is Why.HIDDEN for one in kept)


def undoing_sentence(told: RosterUndoing) -> str:
    """``3 elever tas bort, 2 får tillbaka det som stod och 1 står kvar.``"""
    stays = len({one.pupil_id for one in told.kept})
    parts = [
        (told.removed, f"{counted(told.removed, 'elev', 'elever')} tas bort"),
        (told.put_back, f"{counted(told.put_back, 'elev', 'elever')} får tillbaka det som stod"),
        (stays, f"{counted(stays, 'elev', 'elever')} står kvar som de är"),
    ]
    said = listed(
        [words for count, words in parts if count]
        + [f"{name} heter {former} igen" for name, former in told.renamed]
    )
    return f"{said}." if said else "Bara skolor, klasser eller rader i karantän berörs."


def _what(one: Kept) -> str:
    if one.is_new:
        return "Eleven"
    return listed([WORDS[name] for name in one.what if name in WORDS]).capitalize() or "Klassen"


def _reason(one: Kept) -> str:
    if one.why is Why.HAS_RESULTS:
        return "Det finns resultat eller annat som hör till eleven"
    return "Eleven har fått en annan klass sedan dess" if one.why is Why.MOVED else "Ändrat sedan dess"
