"""The principal turns translations of the page for the home on and off. Verbs: they change and flush."""

import sqlalchemy as sa

from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import School
from reports.gathering.home_languages import held_back, languages_printed
from reports.models import HomeLanguage
from reports.wording import translations, wording


def turn_on(school: School, language: str, by: Recorder) -> bool:
    """Print the translation at the school, reviewed or not. False where it is printed already."""
    _refuse_unknown(language)
    if language in held_back():
        raise Refused("Satsningen håller tillbaka översättningen. Samordnaren ändrar det under Styrning.")
    if language in languages_printed(school.id):
        return False
    db.session.add(
        HomeLanguage(school_id=school.id, language=language, account_id=by.account_id, duty_id=by.duty_id)
    )
    db.session.flush()
    return True


def turn_off(school: School, language: str) -> bool:
    """Print the Swedish page instead. False where it was off."""
    _refuse_unknown(language)
    found = db.session.scalar(sa.select(HomeLanguage).filter_by(school_id=school.id, language=language))
    if found is None:
        return False
    db.session.delete(found)
    db.session.flush()
    return True


def refuse_what_is_off(school: School, language: str) -> None:
    """Nobody orders a translation that the school does not print."""
    if language not in languages_printed(school.id):
        name = wording(language)["name"].capitalize()
        raise Refused(
            f"{name} är inte påslaget på {school.name}. Ingen utanför projektet har granskat översättningen; "
            "rektor slår på den under Rapporter, Språk på bladen hem."
        )


def _refuse_unknown(language: str) -> None:
    if language not in translations():
        raise Refused("Det språket finns inte.")
