"""A page for the home to choose sentences for, write on and review; and all the pages of a class at once."""

from base64 import b64encode
from dataclasses import replace
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments import header
from assessments.access import audit
from assessments.access.permissions import Permission, needs, pupils_open_to
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Pupil, SchoolClass
from assessments.words import counted
from reports import text_checks
from reports.drawer import drawn
from reports.figures.guardian import GuardianSheet
from reports.forms import Typed, read_form
from reports.gathering.guardian import class_set
from reports.home_pages import (
    FORMER,
    LONGEST_SENTENCE,
    Doubtful,
    Overtaken,
    read_page,
    review_pages,
    save_page,
)
from reports.models import LONGEST_COMMENT, HomePage, PageState
from reports.queries.one_page import OnePage, lines_of, one_page, parts_of, saved_by
from reports.views.room import OF_CLASS, OF_PUPIL, bp, refuse_protected
from screening.handovers.seeing import may_see

REFUSED = 422


@bp.get(f"{OF_PUPIL}/home-page")
@needs(Permission.PRINT, of="pupil")
def home_page(pupil: Pupil, window: str) -> str:
    found, page = _page_of(pupil, window)
    return _shown(pupil, found, page)


@bp.post(f"{OF_PUPIL}/home-page")
@needs(Permission.WRITE_HOME_PAGES, of="pupil")
def save_home_page(pupil: Pupil, window: str) -> Any:
    """Keep a draft, review, or show what is typed without keeping it. What is refused is still typed."""
    found, page = _page_of(pupil, window)
    typed = read_form(request.form)
    try:
        if typed.action == "preview":
            read_page(pupil, found, page.sheet, typed.written)
            return _shown(pupil, found, page, typed, unsaved=_picture(page.sheet, typed))
        state = PageState.REVIEWED if typed.action == "review" else PageState.DRAFT
        kept = save_page(
            pupil, found, page.sheet, typed.written, state, Recorder(g.account.id, g.opening_duty.id),
            expected_version=typed.version, seen=typed.seen,
        )  # fmt: skip
    except Refused as refused:
        db.session.rollback()
        found, page = _page_of(pupil, window)  # as it is by now
        return _shown(pupil, found, page, typed, refused), REFUSED
    audit.note(
        f"home_page:{'reviewed' if state is PageState.REVIEWED else 'saved'}", pupil,
        school_id=page.school_class.school_id, window=found.id, version=kept.version,
    )  # fmt: skip
    db.session.commit()
    return _onwards(pupil.id, found, page, state)


@bp.post(f"{OF_CLASS}/home-pages/review")
@needs(Permission.WRITE_HOME_PAGES, of="school_class")
def review_class(school_class: SchoolClass, window: str) -> Response:
    """Review the pages of the class that say nothing of more support."""
    found = header.window_of_class(school_class, window)
    sheets = class_set(school_class, found, pupils_open_to(Permission.WRITE_HOME_PAGES)).sheets
    kept = review_pages(found, sheets, Recorder(g.account.id, g.opening_duty.id))
    for page in kept:
        pupil = db.session.get_one(Pupil, page.pupil_id)
        audit.note(
            "home_page:reviewed", pupil, school_id=school_class.school_id, window=found.id,
            version=page.version, at_once=True,
        )  # fmt: skip
    db.session.commit()
    flash(f"{counted(len(kept), 'blad är granskat', 'blad är granskade')}.")
    return redirect(url_for("reports.class_prints", class_id=school_class.id, window=found.slug), code=303)


def _page_of(pupil: Pupil, slug: str) -> tuple[AssessmentWindow, OnePage]:
    """The page as it is now. A protected identity has none."""
    window = header.window_or_404(slug)
    refuse_protected(pupil)
    page = one_page(pupil, window, pupils_open_to(Permission.PRINT))
    return window, page or abort(404)


def _shown(
    pupil: Pupil, window: AssessmentWindow, page: OnePage, typed: Typed | None = None,
    refused: Refused | None = None, unsaved: str | None = None,
) -> str:  # fmt: skip
    """The page, with what was typed in place of what is kept. ``unsaved``: a picture of the paper so far."""
    audit.note_read("home_page:shown", pupil, school_id=page.school_class.school_id, window=window.id)
    theirs = refused.page if isinstance(refused, Overtaken) else None
    is_former = not may_see(pupil.id, window)
    if typed:
        page = replace(
            page,
            parts=parts_of(page.sheet, typed.written, typed.unticked),
            comment=typed.written.comment,
            version=page.version if theirs else typed.version,
        )
    return render_template(
        "reports/home_page.html",
        pupil=pupil,
        window=window,
        school=page.school_class.school,
        page=page,
        is_form=_may_write(pupil) and not is_former,
        former=FORMER if is_former else None,
        reasons=refused.reasons if refused else [],
        doubted=refused.words if isinstance(refused, Doubtful) else (),
        doubted_where=_where_in_doubt(refused),
        theirs=_theirs(theirs) if theirs else None,
        unsaved=unsaved,
        longest_comment=LONGEST_COMMENT,
        longest_sentence=LONGEST_SENTENCE,
    )


def _may_write(pupil: Pupil) -> bool:
    """Asked of the pupil, who may go in another class by now than on the page."""
    open_to = pupils_open_to(Permission.WRITE_HOME_PAGES).where(Pupil.id == pupil.id)
    return db.session.scalar(open_to) is not None


def _where_in_doubt(refused: Refused | None) -> list[tuple[str, str, str]]:
    """The words in doubt, each in its sentence."""
    if not isinstance(refused, Doubtful):
        return []
    return [place for text in refused.texts for place in text_checks.where(text, refused.words)]


def _theirs(page: HomePage) -> dict[str, Any]:
    """What the other wrote, to be read beside one's own."""
    said = [said for lines in lines_of(page).values() for _place, said in lines]
    return {"saved": saved_by(page), "said": said, "comment": page.comment, "state": page.state.label}


def _picture(sheet: GuardianSheet, typed: Typed) -> str:
    """The paper as typed, which nobody has kept: a draft whatever the page is. A picture that stands in the
    page itself, for there is nothing to fetch it from."""
    from reports.page_pictures import page_picture

    said = {part: tuple(said for _place, said in lines) for part, lines in typed.written.lines.items()}
    content = drawn(
        "documents.guardian:pdf",
        replace(
            sheet, can=said["can"], practise=said["practise"], home=said["home"],
            comment=typed.written.comment, is_reviewed=False, homes=(),
        ),
    )  # fmt: skip
    return f"data:image/png;base64,{b64encode(page_picture(content, 1) or b'').decode()}"


def _onwards(pupil_id: int, window: AssessmentWindow, page: OnePage, state: PageState) -> Response:
    """A reviewed page leads to the next that is not; when there is none, to the class."""
    beside = page.neighbours
    if state is PageState.DRAFT:
        flash("Utkastet är sparat.")
        return _to_page(pupil_id, window)
    if beside.next_draft:
        flash("Bladet är granskat. Här är nästa.")
        return _to_page(beside.next_draft, window)
    flash("Bladet är granskat. Alla blad i klassen är granskade.")
    address = url_for("reports.class_prints", class_id=page.school_class.id, window=window.slug)
    return redirect(address, code=303)


def _to_page(pupil_id: int, window: AssessmentWindow) -> Response:
    return redirect(url_for("reports.home_page", pupil_id=pupil_id, window=window.slug), code=303)
