"""What a page of its own has chosen, written into the same history: who, when, and why if somebody said."""

from flask import g

from assessments.access.permissions import Permission, duties_giving
from assessments.governing.choosing import EVERYTHING, About, note_choice
from assessments.models import AssessmentWindow
from assessments.words import day
from assessments.writes import Recorder


def note_dates(window: AssessmentWindow, by: Recorder, reason: str | None = None) -> None:
    """The window has been opened, or moved. Flushes. Raises Refused: the line is no line."""
    days = f"{day(window.opens_on)} till {day(window.closes_on)}, {window.makeup_days} uppsamlingsdagar"
    note_choice("window_dates", days, by, About(window_id=window.id), reason=reason)


def note_from_page(
    code: str,
    words: str,
    about: About = EVERYTHING,
    reason: str | None = None,
    permission: Permission = Permission.MANAGE_WINDOWS,
) -> None:
    """``words``: what it is from now on, as history says it. Flushes. Raises Refused: the line is no line."""
    note_choice(
        code, words[:300], Recorder(g.account.id, duties_giving(permission)[0].id), about, reason=reason
    )
