"""Narrowing of processing (GDPR, article 18): what is kept stays, and is not used.

The rule, as small as it may be: the pupil goes on in the class lists, which say that it is so, and is met in
no other list and on no page or paper; nothing new is written of the pupil's reading, and nothing is judged,
counted or disposed of. What was counted before the day stays counted. The extract for the person herself is
made as before. Hidden as protected pupils are, but from those who meet them too. Verbs flush; callers commit.
"""

from datetime import date

import sqlalchemy as sa
from blinker import signal

from assessments.clock import now, today
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster import editing
from assessments.roster.holding import hold
from assessments.roster.models import Narrowing, Pupil

LONGEST, NO_REASON = 200, "Skriv varför behandlingen begränsas."
SAID = "Behandlingen av elevens uppgifter är begränsad: inget visas, skrivs eller skrivs ut."
NOTE = "behandlingen är begränsad"
NARROWED = sa.select(Narrowing.pupil_id).where(Narrowing.lifted_at.is_(None)).correlate(None)

pupil_narrowed = signal("pupil-narrowed")
"""Sent with the pupil and the day ``since``, in the same transaction: whoever counts lets go from then on."""


def narrow(pupil: Pupil, reason: str, since: date, duty_id: int | None = None) -> Narrowing:
    """From now on nothing of the pupil is used, and from ``since`` on nothing counted. Raises Refused.

    ``reason``: one line of at most LONGEST characters."""
    hold({pupil.id})
    reasons = [] if since <= today() else ["Dagen ligger i framtiden: begränsningen gäller genast."]
    if standing(pupil) is not None:
        reasons.append("Behandlingen av elevens uppgifter är redan begränsad.")
    if reasons:
        raise Refused(reasons)
    row = Narrowing(pupil_id=pupil.id, reason=reason, since_on=since, duty_id=duty_id)
    db.session.add(row)
    db.session.flush()
    pupil_narrowed.send(pupil, since=since)
    db.session.flush()
    return row


def lift(pupil: Pupil, duty_id: int | None = None) -> Narrowing:
    """The pupil's record is used as anybody's again. Raises Refused where it was all the time."""
    hold({pupil.id})
    row = standing(pupil)
    if row is None:
        raise Refused("Behandlingen av elevens uppgifter är inte begränsad.")
    row.lifted_at, row.lifted_duty_id = now(), duty_id
    db.session.flush()
    editing.pupils_changed.send(pupil_ids={pupil.id})  # is judged and counted from now on, as anybody
    return row


def standing(pupil: Pupil) -> Narrowing | None:
    """The narrowing that has not been lifted."""
    return db.session.scalar(sa.select(Narrowing).filter_by(pupil_id=pupil.id, lifted_at=None))


def refuse_narrowed(pupil: Pupil) -> None:
    """Raises Refused where nothing may be done with the pupil's record."""
    if standing(pupil) is not None:
        raise Refused(SAID)
