"""How any name becomes a line: which face sets which sign, where lines end, what cannot be printed."""

import unicodedata

import pytest
from invented_figures import FAR_AND_WIDE

from reports import arabic, direction, fonts
from reports.fonts import Face


@pytest.mark.parametrize("name", FAR_AND_WIDE)
def test_source_sans_sets_latin_and_cyrillic_names_by_itself(name):
    assert fonts.runs(fonts.ready(name), Face.BOLD) == [("SourceSansPro-Semibold", name)]


def test_a_sign_that_source_sans_lacks_is_set_in_dejavu_and_the_rest_is_not():
    assert fonts.runs("Elev ●", Face.REGULAR) == [("SourceSansPro-Regular", "Elev "), ("DejaVuSans", "●")]


def test_arabic_letters_join_and_stand_from_right_to_left():
    line = direction.visual(fonts.ready("نور"))
    assert [unicodedata.name(sign) for sign in line] == [
        "ARABIC LETTER REH ISOLATED FORM",
        "ARABIC LETTER WAW FINAL FORM",
        "ARABIC LETTER NOON INITIAL FORM",
    ]


def test_swedish_words_around_an_arabic_name_keep_their_place():
    line = direction.visual(fonts.ready("Det här kan نور nu"))
    assert line.startswith("Det här kan ")
    assert line.endswith(" nu")


def test_each_line_of_an_arabic_text_begins_with_what_is_read_first():
    first, *_ = fonts.wrap("نور الهدى عبد الرحمن", Face.REGULAR, 12, 60)
    assert unicodedata.normalize("NFKC", first).startswith("نور")


def test_a_name_and_a_telephone_keep_their_order_in_a_text_from_right_to_left():
    line = f"هاتف {direction.kept_together('0500-12 34 56')}، {direction.kept_together('Li (Bo)')}"
    assert direction.visual(line, is_mirrored=True) == "Li (Bo) ،0500-12 34 56 فتاه"


def test_a_name_that_goes_on_in_the_next_line_keeps_its_own_direction_there():
    name = direction.kept_together("Anna-Li (Bo)")
    lines = [direction.visual(line, is_mirrored=True) for line in fonts.wrap(name, Face.REGULAR, 12, 50)]
    assert lines == ["Anna-Li", "(Bo)"]


def test_a_day_stays_whole_where_a_line_ends():
    day = "Vi ses 18 september 2026".replace("18 september", "18\u00a0september")
    assert fonts.wrap(day, Face.REGULAR, 12, 90) == ["Vi ses", "18 september", "2026"]


@pytest.mark.parametrize(("name", "missing"), [("Åsa", ""), ("አበበ", ""), ("小明明", "小明"), ("نور", "")])
def test_what_no_face_has_is_told(name, missing):
    assert fonts.unprintable(name) == missing


def test_a_sign_that_no_face_has_leaves_a_square():
    assert fonts.ready("Li 明") == "Li □"


@pytest.mark.slow
@pytest.mark.parametrize("face", Face)
def test_ethiopic_names_are_set_in_noto(face):
    assert fonts.runs(fonts.ready("አበበ Ek"), face) == [
        ("NotoSansEthiopic-Regular", "አበበ"), (face.value, " Ek"),
    ]  # fmt: skip


@pytest.mark.parametrize("letter", ["ێ", "ڵ"])
def test_sorani_letters_join_on_both_sides(letter):
    first, middle, last = arabic.joined(f"ن{letter}ن")
    assert unicodedata.name(first) == "ARABIC LETTER NOON INITIAL FORM"
    assert unicodedata.name(last) == "ARABIC LETTER NOON FINAL FORM"
    assert middle == arabic.BORROWED[letter, ".medi"]


@pytest.mark.parametrize("letter", ["ە", "ڕ"])
def test_sorani_letters_that_end_a_stroke_let_the_next_begin_anew(letter):
    first, middle, last = arabic.joined(f"ن{letter}ن")
    assert unicodedata.name(first) == "ARABIC LETTER NOON INITIAL FORM"
    assert unicodedata.name(last) == "ARABIC LETTER NOON ISOLATED FORM"
    assert middle == arabic.BORROWED[letter, ".fina"]


@pytest.mark.parametrize("face", Face)
def test_both_weights_have_every_joined_form(face):
    assert fonts.signs(face.stand_ins[0]).issuperset(arabic.BORROWED.values())


def test_signs_that_only_steer_text_are_neither_printed_nor_missing():
    assert fonts.ready("No\u200cor\u202e") == "Noor"
    assert fonts.unprintable("No\u200cor\u202e") == ""


def test_an_accent_of_its_own_joins_its_letter():
    assert fonts.ready("A\u030asa") == "Åsa"


def test_lines_keep_within_their_width_and_lose_no_word():
    text = "Vi läser samma korta text flera gånger och pratar om hur det låter. " * 4
    found = fonts.wrap(text, Face.REGULAR, 12, 200)
    assert max(fonts.width(line, Face.REGULAR, 12) for line in found) <= 200
    assert " ".join(found).split() == text.split()


def test_a_word_wider_than_the_line_is_broken():
    found = fonts.wrap("W" * 100, Face.REGULAR, 12, 200)
    assert "".join(found) == "W" * 100
    assert max(fonts.width(line, Face.REGULAR, 12) for line in found) <= 200


@pytest.mark.parametrize(
    ("word", "lines"),
    [
        ("Igelkottarna", ["Igelkot\u00ad", "tarna"]),
        ("Läsförståelse", ["Läsför\u00ad", "ståelse"]),
        ("Anna-Maximiliana", ["Anna-", "Maxi\u00ad"]),
        ("ålarna", ["ålarn", "a"]),  # nothing of fewer than three letters
        ("1a2b3c4d5e", ["1a2b3c", "4d5e"]),
    ],
)
def test_a_word_wider_than_the_line_is_parted_where_one_may(word, lines):
    limit = fonts.width(lines[0], Face.BOLD, 9) + 1
    assert fonts.wrap(word, Face.BOLD, 9, limit)[:2] == lines[:2]
    assert max(fonts.width(line, Face.BOLD, 9) for line in fonts.wrap(word, Face.BOLD, 9, limit)) <= limit


def test_nothing_is_one_empty_line():
    assert fonts.wrap("", Face.REGULAR, 12, 200) == [""]


def test_a_long_name_gets_smaller_letters_and_no_smaller_than_allowed():
    assert fonts.fitting("Ebba", Face.BOLD, 22, 500, 10) == 22
    assert 10 < fonts.fitting("Wilhelmina-Alexandrina " * 3, Face.BOLD, 22, 490, 10) < 22
    assert fonts.fitting("W" * 100, Face.BOLD, 22, 500, 10) == 10
