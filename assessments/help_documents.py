"""Documents that a municipality copies and fills in: Markdown beside the help, shown as a page or as it is.

They say of Lässpår only what a test or a command shows, and name it; a test holds them to it.
"""

import functools
import re
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "templates" / "help" / "documents"
DOCUMENTS = {
    "impact-assessment": "Konsekvensbedömning (utkast)",
    "register-of-processing": "Register över behandling",
    "guardian-information": "Information till vårdnadshavare",
    "agreement-between-boards": "Överenskommelse mellan nämnder och kommuner",
    "supplier-agreement": "Avtal med leverantör (personuppgiftsbiträde)",
    "accessibility-statement": "Tillgänglighetsredogörelse",
}
"""By the name of the file and of the address."""
TABLE = (
    '<div class="frame" tabindex="0" role="region" aria-label="{0}">'
    '<table class="data"><caption class="visually-hidden">{0}</caption>'
)
HEADING = re.compile(r"<h\d>(.*?)</h\d>")


def markdown(slug: str) -> str:
    return (FOLDER / f"{slug}.md").read_text("utf-8")


@functools.cache
def as_page(slug: str) -> str:
    """The document as HTML under its first heading, which the page itself says. Tables scroll and
    are named by the heading they stand under."""
    from markdown_it import MarkdownIt  # only where somebody reads a document

    text = markdown(slug).partition("\n")[2]
    drawn: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    drawn = drawn.replace("</table>", "</table></div>").replace("<th>", '<th scope="col">')
    shown, *rest = drawn.split("<table>")
    for number, part in enumerate(rest, start=1):
        under = re.sub(r"<[^>]*>", "", HEADING.findall(shown)[-1])
        shown += TABLE.format(f"Tabell {number}: {under}") + part
    return shown
