"""The blueprint of the room and its addresses."""

from flask import Blueprint, Response, abort

from assessments.access.permissions import Permission, classes_open_to
from assessments.database import db
from assessments.roster.models import Pupil, SchoolClass

bp = Blueprint("reports", __name__)
ID = "<int(max=9223372036854775807):{}>"
PROTECTED = (
    "Eleven har skyddade personuppgifter, och inget om eleven skrivs ut. Berätta för hemmet när ni ses;"
    " behövs det på papper ordnar rektor det utanför Lässpår."
)
OF_CLASS = f"/classes/{ID.format('class_id')}/windows/<window>"
OF_PUPIL = f"/pupils/{ID.format('pupil_id')}/windows/<window>"


def refuse_protected(pupil: Pupil) -> None:
    """Nobody prints a protected identity by name: 403, whoever asks."""
    if pupil.is_protected:
        abort(403, PROTECTED)


def may(permission: Permission, school_class: SchoolClass) -> bool:
    """Whether a duty gives it in the class: a principal reads the pages that a teacher makes her own."""
    return db.session.scalar(classes_open_to(permission).where(SchoolClass.id == school_class.id)) is not None


def paper(content: bytes, name: str) -> Response:
    """A PDF to look at and print, kept nowhere. The file's name says what it is, never whose."""
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
