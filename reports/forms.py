"""The form of a page for the home: shape only. What may stand on the page is said by the verbs."""

import re
import unicodedata
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from reports.home_pages import Written
from reports.queries.one_page import OWN
from reports.sentences import MOST

LONGEST_READ = 2000  # characters of a field: what is too long is told, what is absurd is cut
MOST_LINES = 40  # of a part
# What acts on a screen or a page and prints nothing.
INVISIBLE = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
PLACE = re.compile(r"[a-z_]{1,40}(/[a-z_0-9]{1,20})?")


@dataclass(frozen=True)
class Typed:
    """What somebody sent. ``unticked``: the words of lines that she did not choose, to be shown again."""

    written: Written
    unticked: Written
    version: int
    seen: str
    action: str  # "draft", "review" or "preview"


def read_form(form: MultiDict[str, str]) -> Typed:
    """Fields: ``can`` (ticked places), ``can:<place>`` (the words there), ``comment``, ``vouched_for``."""
    chosen, unticked = {}, {}
    for part in MOST:
        ticked = set(form.getlist(part))
        lines = _typed_lines(form, part)
        chosen[part] = tuple((place, said) for place, said in lines if place in ticked or place == OWN)
        unticked[part] = tuple((place, said) for place, said in lines if place not in ticked)
    version = form.get("version", "")
    return Typed(
        written=Written(chosen, _clean(form.get("comment", "")), _vouched_for(form)),
        unticked=Written(unticked),
        version=int(version) if re.fullmatch(r"[0-9]{1,9}", version) else 0,
        seen=form.get("seen", "")[:64],
        action=form.get("do", "draft"),
    )


def _typed_lines(form: MultiDict[str, str], part: str) -> list[tuple[str, str]]:
    """In the order of the page; an own line only where it says something."""
    lines = []
    for name in list(form)[: MOST_LINES * 10]:
        called, colon, place = name.partition(":")
        if called == part and colon and PLACE.fullmatch(place):
            said = _clean(form[name])
            if said or place != OWN:
                lines.append((place, said))
    return lines[:MOST_LINES]


def _vouched_for(form: MultiDict[str, str]) -> frozenset[str]:
    """The words in doubt that the page asked about, when the box beside them is ticked."""
    return frozenset(form.getlist("doubted")) if form.get("is_sure") else frozenset()


def _clean(text: str) -> str:
    """On one line, composed, without signs that nobody sees."""
    visible = INVISIBLE.sub(" ", unicodedata.normalize("NFC", text[:LONGEST_READ]))
    return " ".join(visible.split())
