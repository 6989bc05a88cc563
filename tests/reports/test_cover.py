"""A cover sheet for an envelope with a window: the recipient alone, where every such envelope shows it."""

import contextlib
import itertools
from typing import Any

import pypdfium2
from cast import Ekbacken
from every_document import home
from invented_figures import FAR_AND_WIDE, HOSTILE, IMPRINT, bookmarks, pages, sheet
from scoring import class_2b

from assessments.database import db
from reports.documents import class_set, cover
from reports.documents.cover import TO_FOLD
from reports.figures.guardian import ClassSet, GuardianSheet
from reports.layout import PORTRAIT, Paper

MM = 72 / 25.4
# In mm: the envelope, how high A4 is in it, where its window begins from above, how high and wide that is.
ENVELOPES = {
    "C5": ((229, 162), 148.5, 44, (35, 105)),
    "C65": ((229, 114), 99, 39, (35, 100)),
    "E65": ((220, 110), 99, 40, (30, 95)),
}
LONG = "Maximiliana Wilhelmina Konstantinopolitanska Österåsen-Lundin"


def covered(*sheets: GuardianSheet) -> bytes:
    return class_set.pdf([ClassSet(IMPRINT, "2B", sheets).with_covers()])


def covers(*names: str) -> bytes:
    paper = Paper("Försättsblad")
    for name in names:
        cover.draw(paper, sheet(name, first_name="Noor"))
        paper.next_page()
    return paper.finish()


def places(content: bytes) -> list[tuple[float, float, float, float]]:
    """Where the recipient's ink is on each page: left, top, right and foot, in mm from the corner."""
    with contextlib.closing(pypdfium2.PdfDocument(content)) as pdf:
        texts = [page.get_textpage() for page in pdf]
        inks = [[text.get_rect(n) for n in range(text.count_rects())] for text in texts]
    return [_around([one for one in ink if one[1] > PORTRAIT[1] / 2]) for ink in inks]


def _around(rects: list[tuple[float, ...]]) -> tuple[float, float, float, float]:
    lefts, feet, rights, tops = zip(*rects, strict=True)
    return min(lefts) / MM, (PORTRAIT[1] - max(tops)) / MM, max(rights) / MM, (PORTRAIT[1] - min(feet)) / MM


def test_each_page_lies_behind_a_cover_with_nothing_on_it_but_whom_it_is_for():
    """Twins get one each. It is a sheet of its own: what is on a page does not shine through its cover."""
    found = pages(covered(sheet("Noor Alm"), sheet("Noor Alm", key=2)))
    said = f"Till vårdnadshavare för\nNoor Alm\n2B, Björkskolan\n{TO_FOLD}"
    assert found[0::4] == [said] * 2
    assert [page for page in found[1::2] if page] == []
    assert found[2::4] == pages(class_set.pdf([ClassSet(IMPRINT, "2B", (sheet("Noor Alm"),) * 2)]))[::2]


def test_every_home_gets_one_and_a_child_begins_on_an_odd_page():
    content = covered(sheet("Kim Berg"), home("ar"))
    covers = [number for number, page in enumerate(pages(content), start=1) if TO_FOLD in page]
    assert covers == [1, 5, 9]
    assert [page for _name, page in bookmarks(content)] == covers
    assert "Så går det med läsningen" in pages(content)[7]  # the Swedish page on the back of the translation
    assert covered(sheet("Kim Berg"), home("ar")) == content


def test_it_shows_in_every_window_wherever_in_the_envelope_the_sheet_lies():
    ((left, top, right, foot),) = places(covers("Noor Berg Ek"))
    for (wide, high), folded, begins, (tall, across) in ENVELOPES.values():
        for margin, aside, down in itertools.product((15, 20), (0, wide - 210), (0, high - folded)):
            assert wide - margin - across <= left + aside < right + aside <= wide - margin
            assert begins <= top + down < foot + down <= begins + tall + 0.5  # folded by hand


def test_names_of_any_kind_are_inside_the_window_and_whole():
    names = (LONG, "W" * 60, "Alm " * 40, *HOSTILE, *FAR_AND_WIDE)
    content = covers(*names)
    for name, page, place in zip(names, pages(content), places(content), strict=True):
        left, top, right, foot = place
        assert (left >= 112, top >= 48, right <= 190, foot <= 68) == (True,) * 4, name
        assert "".join(name.split()) in "".join(page.split())


def test_the_box_is_off_until_somebody_ticks_it_and_who_is_protected_or_waits_has_no_cover(
    ekbacken: Ekbacken, signed_in: Any
):
    school_class, (low, high) = class_2b(ekbacken, [12, 60])
    ekbacken.siv.enrolments[0].school_class = school_class
    db.session.commit()
    client = signed_in(ekbacken.birgitta)
    address = f"/classes/{school_class.id}/windows/{ekbacken.autumn.slug}"
    assert 'name="covers" id="covers" value="1">' in client.get(f"{address}/prints").text
    first, *others = (client.get(f"{address}/home-pages.pdf{asked}").data for asked in ("", "?", "?covers=0"))
    assert others == [first, first]
    assert TO_FOLD not in pages(first)[0]
    found = pages(client.get(f"{address}/home-pages.pdf?covers=1").data)
    assert len(found) == 3
    assert " ".join(found[0].split()) == f"Till vårdnadshavare för {high.name} 2B, Ekbackens skola {TO_FOLD}"
    assert all(name not in " ".join(found) for name in (low.name, "Elev S", "Skog"))
    preview = client.get(f"/preview{address}/home-pages?covers=1&back={address}/prints").text
    assert f'href="{address}/home-pages.pdf?covers=1"' in preview
