"""How far the pages for the home of a class have come, in its list's order."""

from dataclasses import dataclass

import sqlalchemy as sa

from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil, SchoolClass
from reports.figures.guardian import GuardianSheet
from reports.gathering.enrolled import enrolled_in
from reports.gathering.guardian import class_set
from reports.gathering.home_pages import pages_left
from reports.home_pages import is_reviewed_at_once
from reports.models import HomePage, PageState
from reports.queries.home_languages import homes_told, languages_of, papers_told
from reports.queries.one_page import changed_areas
from reports.wording import SWEDISH


@dataclass(frozen=True)
class PageRow:
    """One child's page in the list of a class. ``why`` a page that was reviewed is a draft again."""

    pupil_id: int
    name: str
    state: PageState
    why: str | None
    is_waiting: bool
    is_measured: bool  # own goals: told of when the home and the school meet
    homes: str


@dataclass(frozen=True)
class ClassPages:
    rows: list[PageRow]
    enrolled: int  # also those whose names stand on no paper
    ready: int  # pages that may go home
    reviewed: int
    at_once: int  # pages that can be reviewed without being read one by one
    papers: str  # how many sheets of paper the homes of the ready pages get, in which languages
    is_more_than_swedish: bool
    asks_interpreter: int  # homes whose language is not printed

    @property
    def ready_measured(self) -> bool:
        """Whether any page that may go home tells of a result."""
        return any(row.is_measured and not row.is_waiting for row in self.rows)

    @property
    def unmeasured(self) -> list[PageRow]:
        """Whose pages have no result of the window."""
        return [row for row in self.rows if not row.is_measured]


def class_pages(
    school_class: SchoolClass, window: AssessmentWindow, pupils: sa.Select[Pupil] | None = None
) -> ClassPages:
    """Of everybody with an open identity, or of those of ``pupils``. A fixed number of questions."""
    sheets = class_set(school_class, window, pupils).sheets
    left = pages_left([sheet.key for sheet in sheets], window)
    rows = [_row(sheet, left.get(sheet.key)) for sheet in sheets]
    languages = languages_of(sheet for sheet in sheets if sheet.is_ready)
    return ClassPages(
        rows=rows,
        enrolled=len(enrolled_in(school_class, window)),
        ready=sum(sheet.is_ready for sheet in sheets),
        reviewed=sum(sheet.is_reviewed for sheet in sheets),
        at_once=sum(is_reviewed_at_once(left.get(sheet.key), sheet) for sheet in sheets),
        papers=papers_told(languages),
        is_more_than_swedish=any(sheet.homes for sheet in sheets),
        asks_interpreter=sum(
            home.offers_interpreter and home.language == SWEDISH for sheet in sheets for home in sheet.homes
        ),
    )


def _row(sheet: GuardianSheet, page: HomePage | None) -> PageRow:
    state = PageState.REVIEWED if sheet.is_reviewed else PageState.DRAFT
    was_reviewed = page is not None and page.state is PageState.REVIEWED
    why = changed_areas(sheet, page) if was_reviewed else None
    return PageRow(
        sheet.key, sheet.name, state, why, not sheet.is_ready, not sheet.lacks_results, homes_told(sheet)
    )
