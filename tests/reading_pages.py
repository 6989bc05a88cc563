"""Pages as people read them: the text of what a path leads to, with single spaces."""

import re

from lxml import html


def legible(page: str) -> str:
    """The page without its tokens: any three letters may stand in one of those by chance."""
    return re.sub(r"[\w.-]{40,}", "", page)


def texts(page: str, path: str) -> list[str]:
    """The text of every element on the XPath, in order."""
    return [" ".join(" ".join(found.itertext()).split()) for found in html.fromstring(page).xpath(path)]


def text(page: str, path: str) -> str:
    """The text of the one element there."""
    (found,) = texts(page, path)
    return found


def sentence(page: str) -> str:
    """What the page answers first."""
    return text(page, "//p[@class='sentence']")


def seen(page: str, pupil_id: int, measure: str) -> str:
    """What a score sheet's form sends back as seen in one cell: ``1:12``; nothing where nothing has stood."""
    form = html.fromstring(page)
    [columns] = form.xpath("//input[@name='columns']/@value")
    row = "".join(form.xpath(f"//input[@name='seen-{pupil_id}']/@value")).split("\t")
    return dict(zip(columns.split(), row, strict=False)).get(measure, "")
