"""In which languages a school prints pages for the home, and what each home of a pupil gets."""

import sqlalchemy as sa

from assessments.database import db
from assessments.roster.models import Pupil
from reports.models import HomeLanguage
from reports.wording import SWEDISH, translations, wording


def languages_printed(school_id: int) -> frozenset[str]:
    """Swedish, the translations somebody has reviewed, and those that the principal has turned on."""
    turned_on = db.session.scalars(sa.select(HomeLanguage.language).filter_by(school_id=school_id))
    reviewed = [code for code in translations() if wording(code)["is_reviewed"]]
    return frozenset({SWEDISH, *reviewed, *(set(turned_on) & set(translations()))})


def languages_of_homes(pupil: Pupil) -> tuple[str, ...]:
    """What each home of the pupil reads, by the class list: one language, or two for two homes."""
    return tuple(filter(None, (pupil.letter_language, pupil.second_letter_language)))
