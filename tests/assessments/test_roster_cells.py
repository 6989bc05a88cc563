"""What single cells of a class list mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from personnummer import personnummer as another_reading

from assessments.refusals import Refused
from assessments.roster import cells, personnummer
from assessments.roster.cells import CellFault

TODAY = date(2026, 10, 15)


@pytest.mark.parametrize(
    ("text", "academic_year", "year"),
    [
        ("F", "2026/27", 0), ("förskoleklass", "2026/27", 0), ("1", "2026/27", 1), ("åk 2", "2026/27", 2),
        ("Årskurs 3", "2026/27", 3), ("9", "2026/27", 9), ("1", "2028/29", 0), ("10", "2028/29", 9),
    ],
)  # fmt: skip
def test_years_are_read_as_they_are_called_that_academic_year(
    text: str, academic_year: str, year: int
) -> None:
    assert cells.year_index(text, academic_year) == year


@pytest.mark.parametrize("text", ["10", "0,5", "ett", "١", "１", "-1", "1A", ""])
def test_other_years_are_refused(text: str) -> None:
    with pytest.raises(CellFault):
        cells.year_index(text, "2026/27")


@pytest.mark.parametrize(
    ("text", "given", "family"),
    [
        ("Öberg, Åsa", "Åsa", "Öberg"),
        ("Åsa Öberg", "Åsa", "Öberg"),
        ("Anna Maria Berg", "Anna Maria", "Berg"),
        ("Eva von der Esch", "Eva", "von der Esch"),
        ("Ali bin Salman", "Ali", "bin Salman"),
        ("von Essen, Karl Johan", "Karl Johan", "von Essen"),
    ],
)
def test_whole_names_are_read_in_both_orders(text: str, given: str, family: str) -> None:
    assert cells.whole_name(text) == (given, family)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("An\x07na", "BELL (U+0007)"), ("An\x00na", "NULL"), ("An\x7fna", "U+007F"), ("An\x85na", "U+0085"),
        ("An\u202ena", "RIGHT-TO-LEFT OVERRIDE (U+202E)"),
        ("An\u2067na", "RIGHT-TO-LEFT ISOLATE"),
        ("An\ud800na", "ENSAMT SURROGAT (U+D800)"),
        ("An\u200fna", "RIGHT-TO-LEFT MARK"), ("An\nna", "LINE FEED"),
        ("A" * 101, "längre än 100 tecken"),
    ],
)  # fmt: skip
def test_what_no_name_has_is_refused_by_the_name_of_the_character(text: str, told: str) -> None:
    with pytest.raises(CellFault) as fault:
        cells.name(text)
    assert told in fault.value.reason


@pytest.mark.parametrize(
    "text", ["Łukasz", "Zoë", "Nguyễn", "Ráhká", "عمر", "Олена", "Jean-Luc", "O’Neill", "می\u200cخواهم"]
)
def test_names_of_many_languages_are_kept_as_they_are(text: str) -> None:
    assert cells.name(text) == text


def test_names_are_kept_composed_so_that_the_same_name_is_the_same_text() -> None:
    assert cells.name("A\u030asa") == "Åsa"
    assert cells.name(" Anna \u00a0 Maria ") == "Anna Maria"


@pytest.mark.parametrize("text", ["1,23E+11", "1.23e11", "1042.0", "1042,00", "1E+05"])
def test_identifiers_that_a_spreadsheet_made_into_numbers_are_refused(text: str) -> None:
    with pytest.raises(CellFault, match="Excel"):
        cells.code(text)


@pytest.mark.parametrize("text", ["0042", "p1", "ÅÄÖ-1", "1042", "ab_12", "12E"])
def test_other_identifiers_are_kept(text: str) -> None:
    assert cells.code(text) == text


@pytest.mark.parametrize("text", ["1234567", "123456789", "1234567A", "１２３４５６７８"])
def test_a_skolenhetskod_has_eight_digits(text: str) -> None:
    with pytest.raises(CellFault, match="åtta siffror"):
        cells.school_code(text)


def test_days_are_read_and_excels_day_numbers_told_with_the_day_they_mean() -> None:
    for written in ("2026-09-07", "20260907", "2026-09-07 10:15", "2026-09-07T00:00:00.000"):
        assert cells.day(written, TODAY) == date(2026, 9, 7)
    for text, told in [
        ("46272", "2026-09-07"), ("2026-10-16", "framtiden"), ("2026-02-30", "inte ett datum"),
        ("7/9 2026", "inte ett datum"), ("2026-0907", "inte ett datum"), ("２０２６-09-07", "inte ett datum"),
    ]:  # fmt: skip
        with pytest.raises(CellFault) as fault:
            cells.day(text, TODAY)
        assert told in fault.value.reason


@pytest.mark.parametrize(
    ("text", "marked"), [("", False), ("Nej", False), ("Ja", True), ("x", True), ("?", True)]
)
def test_anything_but_a_plain_no_is_a_marking(text: str, marked: bool) -> None:
    assert cells.is_marked(text) is marked


@pytest.mark.parametrize(
    ("text", "twelve", "is_checked"),
    [
        ("20150304-2382", "201503042382", True),
        ("201503042382", "201503042382", True),
        ("150304-2382", "201503042382", True),
        ("1503042382", "201503042382", True),
        ("150304+2382", "191503042382", True),
        ("150304-2381", "201503042381", False),
        ("20150364-2389", "201503642389", True),  # samordningsnummer: the day plus 60
        ("20150304-TF12", "20150304TF12", True),
        ("20150304tf12", "20150304TF12", True),
        ("990304-2389", "199903042389", False),
    ],
)
def test_personnummer_are_read_in_every_form(text: str, twelve: str, is_checked: bool) -> None:
    number = personnummer.parse(text, TODAY)
    assert (number.twelve, number.is_checked) == (twelve, is_checked)


@given(st.dates(date(1990, 1, 1), TODAY), st.integers(10, 9999), st.booleans())
def test_check_digits_hold_where_another_reading_of_the_rule_says_so(
    born: date, rest: int, is_co: bool
) -> None:
    twelve = f"{born:%Y%m}{born.day + 60 * is_co:02d}{rest:04d}"
    assert personnummer.parse(twelve, TODAY).is_checked == another_reading.valid(twelve)


@pytest.mark.parametrize("text", ["20151304-2382", "20150332-2382", "123", "15030423821", "150304238", "abc"])
def test_what_cannot_be_a_personnummer_is_refused(text: str) -> None:
    with pytest.raises(CellFault):
        personnummer.parse(text, TODAY)


def test_a_personnummer_is_stored_so_that_only_the_key_reads_it(
    monkeypatch: pytest.MonkeyPatch, instance: object
) -> None:
    monkeypatch.setenv("LASSPAR_DATA_KEY", "en nyckel")
    number = personnummer.parse("20150304-2382", TODAY)
    kept, matched = personnummer.encrypted(number), personnummer.hashed(number)
    assert personnummer.decrypted(kept) == "201503042382"
    assert "2382" not in kept
    assert "2382" not in repr(number)
    assert matched == personnummer.hashed(personnummer.parse("1503042382", TODAY))
    monkeypatch.setenv("LASSPAR_DATA_KEY", "en annan nyckel")
    assert personnummer.hashed(number) != matched


def test_the_data_key_is_made_once_and_readable_by_its_owner_alone(monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("LASSPAR_DATA_KEY", raising=False)
    monkeypatch.setenv("LASSPAR_INSTANCE_PATH", str(tmp_path / "instance"))
    first = personnummer.data_key()
    assert first == personnummer.data_key()
    (file,) = (tmp_path / "instance").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_machine_makes_up_a_key_beside_a_database_that_others_use(monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("LASSPAR_DATA_KEY", raising=False)
    monkeypatch.setenv("LASSPAR_INSTANCE_PATH", str(tmp_path / "instance"))
    monkeypatch.setenv("LASSPAR_DATABASE_URL", "postgresql://lasspar@db.example/lasspar")
    with pytest.raises(Refused, match="LASSPAR_DATA_KEY saknas"):
        personnummer.data_key()
    assert not (tmp_path / "instance").exists()


@given(st.text(max_size=120))
def test_no_text_makes_a_reader_fall(text: str) -> None:
    readers = (
        cells.name, cells.whole_name, cells.code, cells.school_code, cells.class_name, cells.language,
        cells.school_form, cells.curriculum, cells.is_marked, cells.count,
        lambda told: cells.year_index(told, "2026/27"), lambda told: cells.day(told, TODAY),
        lambda told: personnummer.parse(told, TODAY),
    )  # fmt: skip
    for reader in readers:
        try:
            reader(text)
        except CellFault as fault:
            assert fault.remedy, reader  # noqa: PT017 - either answer is right


@pytest.mark.parametrize(
    ("text", "code"), [("Arabiska", "ar"), ("ti", "ti"), ("Rumänska", "und"), ("ro", "und"), ("annat", "und")]
)
def test_a_language_that_we_do_not_print_is_another_language(text: str, code: str) -> None:
    assert cells.language(text) == code


def test_a_language_that_there_is_not_is_refused() -> None:
    with pytest.raises(cells.CellFault, match="känns inte igen"):
        cells.language("klingonesiska")
