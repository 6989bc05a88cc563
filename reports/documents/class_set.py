"""The pages of a class, or of a whole school, in one file: a bookmark and a sheet of paper for each home."""

from collections.abc import Sequence

from reports.documents import cover, guardian, note_page
from reports.documents.note_page import Note
from reports.figures.guardian import ClassSet, GuardianSheet
from reports.layout import Paper
from reports.wording import wording


def pdf(classes: Sequence[ClassSet], *, only_ready: bool = False) -> bytes:
    """A sheet of paper for each home of every child. Each begins on an odd page: printed on both sides, its
    back is empty, or holds the Swedish page where the front is a translation. A cover is a sheet of its own.

    ``only_ready`` leaves out the pages that wait. Raises ``ValueError`` when no page is left.
    """
    sheets = [sheet for one in classes for sheet in one.printed(only_ready=only_ready)]
    return pdf_in_order(sheets, has_classes=len(classes) > 1)


def pdf_in_order(entries: Sequence[GuardianSheet | Note], *, has_classes: bool = False) -> bytes:
    """The sheets as they come, a note in the place of one that could not be made. ``has_classes`` bookmarks
    them class by class. Raises ``ValueError`` when there is none.
    """
    if not entries:
        raise ValueError("no sheet to print")
    paper = Paper(wording()["page"]["title"])
    class_name = ""
    for number, entry in enumerate(entries):
        if number:
            paper.next_sheet()
        if has_classes and entry.class_name != class_name:
            paper.bookmark(f"Klass {entry.class_name}")
        class_name = entry.class_name
        _draw_entry(paper, entry, int(has_classes))
    paper.next_page()
    return paper.finish()


def _draw_entry(paper: Paper, entry: GuardianSheet | Note, level: int) -> None:
    if isinstance(entry, Note):
        paper.bookmark(f"{entry.name} (inget blad)", level=level)
        note_page.draw(paper, entry)
    else:
        _draw_papers(paper, entry, level)


def _draw_papers(paper: Paper, sheet: GuardianSheet, level: int) -> None:
    """What the child's homes get."""
    for number, pages in enumerate(sheet.papers):
        if number:
            paper.next_sheet()
        language = wording(pages[0].language)["name"]
        paper.bookmark(sheet.name if len(pages) == 1 else f"{sheet.name} ({language})", level=level)
        if sheet.has_cover:
            cover.draw(paper, sheet)
            paper.next_sheet()
        for place, page in enumerate(pages):
            if place:
                paper.next_page()
            guardian.draw(paper, page)
