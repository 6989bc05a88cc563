"""Headers as they come."""

import pytest

from assessments.roster.header import ROSTER_COLUMNS, lay_out, missing
from assessments.roster.tables import Problem
from assessments.roster.workbook_child import key_of


def faults(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.column, problem.remedy) for problem in problems]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Elev-ID", "code"), ("elev id", "code"), ("ELEVID", "code"), ("Avdelning", "school_class"),
        ("Grupp", "school_class"), ("Åk", "year"), ("Brevspråk 1", "letter_language"),
        ("Efternamn, Förnamn", "name"), ("Skolenhets-kod", "school_code"), ("a\u030ak", "year"),
        ("Åk.", "year"), ("Klass:", "school_class"), ("Förnamn*", "given_name"),
    ],
)  # fmt: skip
def test_headers_are_compared_without_case_spaces_and_hyphens(written: str, key: str) -> None:
    assert lay_out((written,), ROSTER_COLUMNS).places == {key: 0}


def test_a_misspelt_header_is_told_with_what_was_surely_meant() -> None:
    layout = lay_out(("elev-id", "förnamm", "efternam", "telefon"), ROSTER_COLUMNS)
    assert faults(layout.problems) == [
        ("förnamm", "Menade du ”förnamn”?"),
        ("efternam", "Menade du ”efternamn”?"),
    ]
    assert layout.unused == ["telefon"]


def test_a_running_number_is_no_misspelt_personnummer() -> None:
    layout = lay_out(("Nr", "elev-id"), ROSTER_COLUMNS)
    assert (layout.problems, layout.unused) == ([], ["Nr"])


def test_a_misspelt_header_is_not_also_told_as_missing() -> None:
    layout = lay_out(("elev-id", "årskus"), ROSTER_COLUMNS)
    assert missing(layout, ROSTER_COLUMNS, ("year",)) == []
    assert [problem.column for problem in missing(layout, ROSTER_COLUMNS, ("school_class",))] == ["klass"]


def test_the_same_header_twice_is_told() -> None:
    layout = lay_out(("klass", "Klass "), ROSTER_COLUMNS)
    assert [problem.reason for problem in layout.problems] == ["rubriken ”Klass ” står två gånger"]


def test_of_two_that_mean_the_same_the_plain_word_is_used_and_the_other_told() -> None:
    for header in (("Grupp", "Klass"), ("Klass", "Grupp")):
        layout = lay_out(header, ROSTER_COLUMNS)
        assert layout.places == {"school_class": header.index("Klass")}
        assert layout.unused == ["Grupp"]
        assert layout.problems == []


def test_no_two_columns_share_a_name() -> None:
    names = [key_of(name) for column in ROSTER_COLUMNS for name in (column.name, *column.synonyms)]
    assert len(names) == len(set(names))
