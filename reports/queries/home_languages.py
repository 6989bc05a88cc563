"""What the page about languages prints: each translation, who reviewed it, and how many homes read it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.roster.models import Enrolment, Pupil, School, SchoolClass
from assessments.words import counted, listed
from reports.figures.guardian import GuardianSheet
from reports.gathering.home_languages import held_back, languages_of_homes, languages_printed
from reports.wording import SWEDISH, translations, wording


@dataclass(frozen=True)
class LanguageRow:
    code: str
    name: str
    own_name: str
    direction: str
    reviewed_by: str
    is_reviewed: bool
    is_on: bool
    is_held_back: bool  # by the initiative, everywhere
    homes: int


def language_rows(school: School) -> list[LanguageRow]:
    """Every translation there is, by Swedish name."""
    printed, held, homes = languages_printed(school.id), held_back(), _homes(school)
    return [
        LanguageRow(
            code, words["name"], words["own_name"], words["direction"], words["reviewed_by"],
            words["is_reviewed"], code in printed, code in held, homes[code],
        )
        for code in translations()
        for words in [wording(code)]
    ]  # fmt: skip


def _homes(school: School) -> Counter[str]:
    """How many homes of those who go in the school today read which language."""
    pupils = db.session.scalars(
        sa.select(Pupil).where(
            Pupil.id.in_(
                sa.select(Enrolment.pupil_id)
                .join(SchoolClass)
                .where(
                    SchoolClass.school_id == school.id,
                    Enrolment.starts_on <= today(),
                    sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today()),
                )
            )
        )
    )
    return Counter(language for pupil in pupils for language in languages_of_homes(pupil))


def homes_told(sheet: GuardianSheet) -> str:
    """What the pupil's homes get: ``arabiska med svenska på baksidan, och svenska``."""
    return listed([_front(pages[0]) for pages in sheet.papers])


def _front(page: GuardianSheet) -> str:
    if page.language != SWEDISH:
        return f"{wording(page.language)['name']} med svenska på baksidan"
    return "svenska med frågan om tolk" if page.offers_interpreter else "svenska"


def languages_of(sheets: Iterable[GuardianSheet]) -> dict[str, int]:
    """How many sheets of paper have their front in which language: Swedish first, the others by name."""
    fronts = Counter(pages[0].language for sheet in sheets for pages in sheet.papers)
    return {code: fronts[code] for code in (SWEDISH, *translations()) if fronts[code]}


def papers_told(languages: dict[str, int]) -> str:
    """``27 ark: 24 på svenska, 2 på arabiska och 1 på tigrinska``. By code, as counted."""
    told = [f"{count} på {wording(code)['name']}" for code, count in languages.items()]
    return f"{counted(sum(languages.values()), 'ark', 'ark')}: {listed(told)}"
