"""What the page about one child's page for the home prints: what is chosen, what there is to choose from."""

from dataclasses import dataclass

import sqlalchemy as sa

from assessments.models import AssessmentWindow
from assessments.queries import function_names
from assessments.roster.models import Pupil, SchoolClass
from assessments.words import listed, moment
from reports.figures.guardian import GuardianSheet
from reports.gathering.enrolled import place_of
from reports.gathering.guardian import class_set, printable
from reports.gathering.home_pages import pages_left
from reports.home_pages import PARTS, Line, Written, as_proposed, sheet_offers
from reports.models import HomePage, PageState
from reports.page_basis import basis_of, digest, is_unchanged, what_changed
from reports.queries.home_languages import homes_told
from reports.sentences import MOST
from reports.wording import wording

OWN = "own"


@dataclass(frozen=True)
class Choice:
    """A sentence to choose and change. ``place`` is where in the catalogue it stands."""

    place: str
    said: str
    is_chosen: bool


@dataclass(frozen=True)
class Part:
    code: str
    title: str
    most: int
    choices: list[Choice]
    own: str


@dataclass(frozen=True)
class Neighbours:
    """Where the child stands in the class list, and whose pages lie beside. Ids: no name needs a trace."""

    number: int
    count: int
    before: int | None
    after: int | None
    next_draft: int | None


@dataclass(frozen=True)
class PrintedPage:
    """A page of the paper, by its number in the document, and what it is called."""

    number: int
    called: str


@dataclass(frozen=True)
class OnePage:
    """The page of one child, to read and change."""

    sheet: GuardianSheet
    school_class: SchoolClass
    results: list[tuple[str, str]]  # area and what the page says of it
    parts: list[Part]
    comment: str
    state: PageState
    changed: str | None  # what the results say something else about
    saved: str | None  # by which function, when
    version: int
    seen: str
    neighbours: Neighbours
    homes: str | None  # what the homes get, where it is not one Swedish page
    unreviewed: list[str]  # the languages of it that nobody has reviewed
    printed: list[PrintedPage]


def one_page(pupil: Pupil, window: AssessmentWindow, pupils: sa.Select[Pupil]) -> OnePage | None:
    """``pupils``: whose pages the person may print. None where the pupil goes in no class then."""
    place = place_of(pupil, window)
    sheets = class_set(place[0], window, sa.select(Pupil).where(Pupil.id == pupil.id)).sheets if place else ()
    if place is None or not sheets:
        return None
    sheet, page = sheets[0], pages_left([pupil.id], window).get(pupil.id)
    return OnePage(
        sheet=sheet,
        school_class=place[0],
        results=_results(sheet),
        parts=parts_of(sheet, _lines(sheet, page)),
        comment=sheet.comment,
        state=PageState.REVIEWED if sheet.is_reviewed else PageState.DRAFT,
        changed=changed_areas(sheet, page),
        saved=saved_by(page) if page else None,
        version=page.version if page else 0,
        seen=digest(basis_of(sheet)),
        neighbours=_neighbours(pupil, place[0], window, pupils),
        homes=homes_told(sheet) if sheet.homes else None,
        printed=_printed(sheet),
        unreviewed=[
            words["name"] for home in sheet.homes if not (words := wording(home.language))["is_reviewed"]
        ],
    )


def _printed(sheet: GuardianSheet) -> list[PrintedPage]:
    """Each paper begins on an odd page: the back of one that has none is a page of its own, and empty."""
    papers = sheet.papers
    return [
        PrintedPage(2 * paper + side + 1, _called(paper if len(papers) > 1 else None, side, page))
        for paper, pages in enumerate(papers)
        for side, page in enumerate(pages)
    ]


def _called(paper: int | None, side: int, page: GuardianSheet) -> str:
    which = "" if paper is None else f"Ark {paper + 1}, "
    said = f"{which}{'baksidan' if side else 'framsidan'} på {wording(page.language)['name']}"
    return said[0].upper() + said[1:]


def parts_of(sheet: GuardianSheet, written: Written, unticked: Written | None = None) -> list[Part]:
    """What there is to choose from: the catalogue's sentences with the person's words in them, and those that
    she chose when the results said something else. ``unticked``: what was typed beside what was chosen.
    """
    found = sheet_offers(sheet)
    parts = []
    for code, most in MOST.items():
        chosen = dict(written.lines[code])
        typed = dict(unticked.lines[code]) if unticked else {}
        own = chosen.pop(OWN, "")
        offered = {offer.place: offer.said for offer in found[code]}
        places = [*chosen, *(place for place in offered if place not in chosen)]
        choices = [
            Choice(place, chosen.get(place, typed.get(place, offered.get(place, ""))), place in chosen)
            for place in places
        ]
        parts.append(Part(code, PARTS[code], most, choices, own))
    return parts


def saved_by(page: HomePage) -> str:
    """By which function and when: a page is signed by a function, not by a name."""
    named = function_names([page.duty_id]) if page.duty_id else {}
    who = named.get(page.duty_id or 0)
    return f"{f'av {who} ' if who else ''}{moment(page.changed_at)}"


def lines_of(page: HomePage) -> dict[str, tuple[Line, ...]]:
    """The chosen lines of a page, by part."""
    return {part: tuple((place, said) for place, said in getattr(page, part)) for part in MOST}


def _results(sheet: GuardianSheet) -> list[tuple[str, str]]:
    """What the paper says of each area, in its own words."""
    words = wording(sheet.language)
    told = []
    for row in sheet.rows:
        said = words["levels"][row.level_said]
        told.append((words["areas"][row.area]["name"], f"{said} ({row.told})" if row.told else said))
    return told


def changed_areas(sheet: GuardianSheet, page: HomePage | None) -> str | None:
    """What the results say something else about than when the page was kept, in words."""
    words = wording(sheet.language)
    return listed(what_changed(page.basis, basis_of(sheet), words)) or None if page else None


def _lines(sheet: GuardianSheet, page: HomePage | None) -> Written:
    """What is chosen now, as on paper: what was kept, or what is proposed anew."""
    if page is None or (page.is_as_proposed and not is_unchanged(page.basis, basis_of(sheet))):
        return as_proposed(sheet)
    return Written(lines_of(page), page.comment)


def _neighbours(
    pupil: Pupil, school_class: SchoolClass, window: AssessmentWindow, pupils: sa.Select[Pupil]
) -> Neighbours:
    ids = [one.id for one, _year in printable(school_class, window, pupils)]
    if pupil.id not in ids:
        return Neighbours(1, 1, None, None, None)
    here = ids.index(pupil.id)
    left = pages_left(ids, window)
    drafts = [
        one for one in [*ids[here + 1 :], *ids[:here]]
        if one not in left or left[one].state is not PageState.REVIEWED
    ]  # fmt: skip
    before, after = ids[:here][-1:], ids[here + 1 :][:1]
    return Neighbours(
        here + 1, len(ids), next(iter(before), None), next(iter(after), None), next(iter(drafts), None)
    )
