"""Pages for the home as people left them, laid over what the catalogue proposes."""

from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow
from reports.figures.guardian import GuardianSheet
from reports.models import HomePage, PageState
from reports.page_basis import basis_of, is_unchanged
from screening.handovers.seeing import is_open


def pages_left(pupil_ids: Collection[int], window: AssessmentWindow) -> dict[int, HomePage]:
    """By pupil; none that a former school wrote and has not handed over. One question."""
    rows = db.session.scalars(
        sa.select(HomePage).where(
            HomePage.pupil_id.in_(pupil_ids),
            HomePage.window_id == window.id,
            is_open(HomePage.pupil_id, HomePage.window_id, window),
        )
    )
    return {row.pupil_id: row for row in rows}


def as_left(sheet: GuardianSheet, page: HomePage | None) -> GuardianSheet:
    """The sheet with the sentences and words of the page, and whether it is reviewed.

    When the results or the support say something else than they did then, it is a draft again; sentences
    that nobody had chosen give way to those proposed now.
    """
    if page is None:
        return sheet
    is_same = is_unchanged(page.basis, basis_of(sheet))
    sheet = replace(sheet, comment=page.comment, is_reviewed=is_same and page.state is PageState.REVIEWED)
    if page.is_as_proposed and not is_same:
        return sheet
    can, practise, home = (
        tuple(said for _place, said in part) for part in (page.can, page.practise, page.home)
    )
    return replace(sheet, can=can, practise=practise, home=home)
