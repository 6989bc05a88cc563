"""What stands around a page for the home: school and day, title and name above; small print below."""

from typing import Any

from reports import fonts
from reports.figures.guardian import GuardianSheet
from reports.figures.imprint import Imprint
from reports.fonts import Face
from reports.home_words import filled
from reports.layout import Paper
from reports.marks import ACCENT, GROUND, INK, MUTED
from reports.wording import SWEDISH, long_day, wording

HEAD, FOOT = 78.0, 44.0  # above and below what varies: title and name; small print and page foot
NOTE = 32.0  # that a translation is not reviewed, in both languages


def head_height(words: dict[str, Any]) -> float:
    return HEAD if words["is_reviewed"] else HEAD + NOTE


def head(paper: Paper, sheet: GuardianSheet, words: dict[str, Any]) -> None:
    """Where and when, the title, and the child's whole name on a line of its own."""
    page, top = words["page"], paper.top
    day = long_day(sheet.imprint.printed_on, words["language"])
    where = filled(
        page["where_and_when"], words, school=sheet.imprint.school, class_name=sheet.class_name, day=day
    )
    state = page["reviewed"] if sheet.is_reviewed else page["draft"]
    taken = fonts.width(fonts.ready(state), Face.BOLD, 10)
    with paper.marks.shared():
        paper.fitted(paper.margin, top - 9, where, 10, paper.text_width - taken - 12, ink=MUTED)
        paper.words(paper.right, top - 9, state, 10, face=Face.BOLD, ink=MUTED, align="right")
    is_whole = not fonts.unprintable(sheet.name)
    with paper.heading(1):
        with paper.marks.shared():
            title, wide = page["title"], paper.text_width
            paper.fitted(paper.margin, top - 32, title, 20, wide, face=Face.BOLD, ink=ACCENT)
        paper.name(paper.margin, top - 60, sheet.name, 22 if is_whole else 17, paper.text_width)
    if not is_whole:
        paper.fitted(paper.margin, top - 72, page["name_not_whole"], 8.5, paper.text_width, ink=MUTED)
    if not words["is_reviewed"]:
        _note(paper, page)


def _note(paper: Paper, page: dict[str, Any]) -> None:
    """Nobody has read the translation: in its own language, and for the teacher in Swedish."""
    top, inner = paper.top - HEAD + 4, paper.text_width - 16
    paper.box(paper.margin, top - NOTE + 6, paper.text_width, NOTE - 6, tint=GROUND)
    paper.fitted(paper.margin + 8, top - 11, _unread(page), 9, inner, ink=INK)
    with paper.read_from_left(paper.margin + 8, inner) as left:
        paper.fitted(left, top - 22, _unread(wording(SWEDISH)["page"]), 8, inner, ink=MUTED)


def _unread(page: dict[str, Any]) -> str:
    """On paper the Swedish page stands on the back; on a screen nothing does."""
    return f"{page['not_reviewed']} {page['swedish_counts']}"


def foot(paper: Paper, imprint: Imprint, words: dict[str, Any]) -> None:
    """What the page is not, and the goals it speaks of; then the foot of every paper, which is Swedish."""
    page, y = words["page"], paper.margin + 24
    small = [filled(said, words, benchmark_set=imprint.benchmark_set) for said in page["small_print"]]
    if imprint.is_judged_afterwards:
        small[-1] += " " + page["judged_afterwards"]
    paper.rule(paper.margin, y + 11, paper.right)

    def print_small() -> None:
        for number, said in enumerate(small):
            paper.fitted(paper.margin, y - number * 10.5, said, 8.5, paper.text_width, ink=MUTED)

    with paper.paragraph():
        if words["language"] == SWEDISH:
            paper.once(("small print", *small), print_small)
        else:  # a piece in another script says so where it stands
            print_small()
    with paper.artifact():
        paper.once(("foot", words["language"], imprint), lambda: paper.foot(imprint, page["page_of"]))
