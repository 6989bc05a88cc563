"""The page for the home on a projector, and its paper as pictures: what the paper says, of one child."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cast import Ekbacken
from flask.testing import FlaskClient
from fontTools.ttLib import TTFont
from invented_figures import GROWTH
from PIL import Image
from scoring import class_2b

from assessments.database import db
from assessments.recording import Recorder
from reports.growth_drawing import HEIGHT, WIDTH, growth_drawing
from reports.home_languages import turn_on
from reports.wording import wording

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def address(ekbacken: Ekbacken) -> str:
    """Of the first of two in 2B, who reads slowly; the home reads Arabic and Swedish."""
    _school_class, (pupil, _other) = class_2b(ekbacken, [12, 60])
    pupil.letter_language, pupil.second_letter_language = "ar", "sv"
    turn_on(ekbacken.school, "ar", Recorder())
    db.session.commit()
    return f"/pupils/{pupil.id}/windows/{ekbacken.autumn.slug}"


def test_it_says_what_the_paper_says_and_names_nobody_else(
    address: str, ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    page = signed_in(ekbacken.birgitta).get(f"{address}/meeting").text
    for said in (
        "Abdi behöver mer träning och stöd.",
        "Läsa med flyt",
        "12 ord på en minut",
        "Det här gör skolan",
    ):
        assert said in page
    assert "Birgitta" not in page  # nor whose screen it is
    assert '<header class="top">' not in page


def test_the_marks_on_a_band_are_said_in_the_language_of_the_page(
    address: str, ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    client = signed_in(ekbacken.birgitta)
    assert 'role="img" aria-label="nu: behöver mer träning"' in client.get(f"{address}/meeting").text
    words = wording("ar")["page"]
    said = f'role="img" aria-label="{words["now"]}: {words["zones"][0]}"'
    assert said in client.get(f"{address}/meeting?language=ar").text


def test_it_speaks_the_languages_of_the_homes_and_no_other(
    address: str, ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    client = signed_in(ekbacken.birgitta)
    arabic = client.get(f"{address}/meeting?language=ar").text
    assert '<html lang="ar" dir="rtl">' in arabic
    assert "كيف تسير القراءة" in arabic
    assert client.get(f"{address}/meeting?language=fi").status_code == 404
    assert '<html lang="sv" dir="ltr">' in client.get(f"{address}/meeting?language='").text


def test_a_projector_has_every_letter_of_tigrinya() -> None:
    """From us: hardly a machine at a school has a font for it."""
    style = Path("static/meeting.css").read_text()
    named = re.search(r'src: url\("(.+?)"\).+?unicode-range: U\+(\w+)-(\w+);', style, re.DOTALL)
    assert named
    first, last = (int(end, 16) for end in named.groups()[1:])
    with TTFont(Path("static") / named[1], lazy=True) as font:
        held = set(font.getBestCmap())
    needed = {ord(sign) for sign in str(wording("ti")) if "\u1200" <= sign <= "\u139f"}
    assert needed <= held & set(range(first, last + 1))


@pytest.mark.slow
def test_the_saved_paper_stands_as_pictures_page_by_page(
    address: str, ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    """The sheet in Arabic with Swedish on its back, and the Swedish one of the other home."""
    client = signed_in(ekbacken.birgitta)
    page = client.get(f"{address}/home-page").text
    assert [f"/preview{address}/home-page/{number}.png" in page for number in range(1, 5)] == [
        True,
        True,
        True,
        False,
    ]
    assert "Ark 1, baksidan på svenska" in page
    answer = client.get(f"/preview{address}/home-page/2.png")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/png", "no-store")
    assert Image.open(io.BytesIO(answer.data)).size == (774, 1095)
    assert client.get(f"/preview{address}/home-page/0.png").status_code == 404
    assert client.get(f"/preview{address}/home-page/4.png").status_code == 404


def test_a_protected_pupil_is_on_no_screen(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    here = f"/pupils/{ekbacken.siv.id}/windows/{ekbacken.autumn.slug}"
    client = signed_in(ekbacken.birgitta)
    assert client.get(f"{here}/meeting").status_code == 403
    assert client.get(f"/preview{here}/home-page/1.png").status_code == 403


def test_the_growth_picture_stands_inside_its_frame_and_says_itself() -> None:
    drawn = growth_drawing(GROWTH)
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= HEIGHT for dot in drawn.dots)
    assert [dot.is_now for dot in drawn.dots] == [False] * (len(drawn.dots) - 1) + [True]
    assert not any(dot.is_now for dot in growth_drawing(replace(GROWTH, now=None)).dots)
    steps = zip(pairwise(drawn.dots), pairwise(GROWTH.points), strict=True)
    assert all((a.y > b.y) == (low < high) for (a, b), ((_, low), (_, high)) in steps)
    assert all(str(points).replace(".", ",") in drawn.sentence for _place, points in GROWTH.points)
    assert Decimal(0) == GROWTH.scale.minimum
