"""A line as pieces on paper: together, in the order in which they are read, they say what was written."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from reports import fonts, lettering
from reports.direction import kept_together
from reports.wording import wording

NOT_PRINTED = re.compile(f"[\u064b-\u0652]|{fonts.UNSEEN.pattern}")


def read(line: str, language: str, *, is_mirrored: bool) -> list[tuple[str, str | None]]:
    """The words of each piece and its language, as a reader hears them."""
    found = lettering.pieces(fonts.ready(line), language, is_mirrored=is_mirrored)
    in_order = sorted(found, key=lambda piece: piece.place)
    return [(piece.laid if piece.said is None else piece.said, piece.language) for piece in in_order]


def texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from texts(inner)


@pytest.mark.parametrize("language", ["ar", "fa", "ckb"])
def test_every_sentence_from_the_right_is_heard_as_it_was_written(language: str) -> None:
    """Vowel signs aside: they are not printed."""
    for said in {" ".join(text.split()) for text in texts(wording(language))}:
        found = "".join(words for words, _ in read(said, language, is_mirrored=True))
        assert found == NOT_PRINTED.sub("", said)


def test_a_name_a_number_and_brackets_keep_their_places_and_the_name_its_language() -> None:
    line = f"هاتف {kept_together('0500-12 34 56')} (اسأل {kept_together('Åsa Ek')})"
    assert read(line, "ar", is_mirrored=True) == [
        ("هاتف 0500-12 34 56 (اسأل ", None), ("Åsa Ek", "sv-SE"), (")", None),
    ]  # fmt: skip


def test_a_sign_that_is_no_letter_goes_with_the_letters_on_both_sides() -> None:
    assert read("Li-Lo · Лука-Ян 3", "uk", is_mirrored=False) == [("Li-Lo", "sv-SE"), (" · Лука-Ян 3", None)]
    assert read("Kim نور-هدى Ek", "sv-SE", is_mirrored=False) == [
        ("Kim ", None), ("نور-هدى", "und-Arab"), (" Ek", None),
    ]  # fmt: skip


def test_a_space_that_ends_a_line_from_the_right_is_said_and_not_laid() -> None:
    (piece,) = lettering.pieces(fonts.ready("نور") + " ", "ar", is_mirrored=True)
    assert piece.said == "نور "
    assert len(piece.laid) == 3


def test_most_lines_are_one_piece() -> None:
    assert lettering.is_plain("Åsa läser – 31 ord", "sv-SE", is_mirrored=False)
    assert not lettering.is_plain("Åsa läser", "uk", is_mirrored=False)
    assert not lettering.is_plain("Лука", "sv-SE", is_mirrored=False)
