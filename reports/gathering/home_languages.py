"""In which languages a school prints pages for the home, and what each home of a pupil gets."""

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.governing import in_force
from assessments.roster.models import Pupil
from reports.models import HomeLanguage
from reports.wording import SWEDISH, translations, wording


def languages_printed(school_id: int) -> frozenset[str]:
    """Swedish, the translations somebody has reviewed, and those that the principal has turned on, but for
    those that the initiative holds back."""
    turned_on = db.session.scalars(sa.select(HomeLanguage.language).filter_by(school_id=school_id))
    reviewed = [code for code in translations() if wording(code)["is_reviewed"]]
    printed = {*reviewed, *(set(turned_on) & set(translations()))}
    return frozenset({SWEDISH, *(printed - held_back())})


def held_back() -> frozenset[str]:
    """The languages that the initiative prints nowhere today."""
    return in_force.several("held_back_languages", today())


def languages_of_homes(pupil: Pupil) -> tuple[str, ...]:
    """What each home of the pupil reads, by the class list: one language, or two for two homes."""
    return tuple(filter(None, (pupil.letter_language, pupil.second_letter_language)))
