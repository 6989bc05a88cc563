"""The pages of a class, or of a whole school, in one file: a bookmark and a sheet of paper for each child."""

from collections.abc import Iterable, Sequence

from reports.documents import guardian
from reports.figures.guardian import ClassSet, GuardianSheet
from reports.layout import Paper


def pdf(classes: Sequence[ClassSet], *, only_ready: bool = False) -> bytes:
    """Every child's page begins on an odd page: printed on both sides, the back of it is empty.

    ``only_ready`` leaves out what :func:`waiting` lists. Raises ``ValueError`` when no page is left.
    """
    sheets = [(one.class_name, sheet) for one in classes for sheet in printed(one, only_ready=only_ready)]
    if not sheets:
        raise ValueError("no sheet to print")
    paper = Paper("Så går det med läsningen")
    has_classes = len(classes) > 1
    class_name = ""
    for number, (name, sheet) in enumerate(sheets):
        if number:
            paper.next_sheet()
        if has_classes and name != class_name:
            paper.bookmark(f"Klass {name}")
        paper.bookmark(sheet.name, level=int(has_classes))
        class_name = name
        guardian.draw(paper, sheet)
    paper.next_page()
    return paper.finish()


def printed(class_set: ClassSet, *, only_ready: bool) -> tuple[GuardianSheet, ...]:
    return tuple(sheet for sheet in class_set.sheets if sheet.is_ready or not only_ready)


def waiting(classes: Iterable[ClassSet]) -> list[GuardianSheet]:
    """The pages that say "behöver mer träning och stöd" before anybody has recorded a next step."""
    return [sheet for one in classes for sheet in one.sheets if not sheet.is_ready]
