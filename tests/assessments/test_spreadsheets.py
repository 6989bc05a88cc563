"""Files that Swedish Excel opens right, and runs nothing of."""

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from assessments.spreadsheets import as_csv, as_xlsx, guarded


@pytest.mark.parametrize("text", ["=1+1", "+46", "-3", "@SUM", "|cmd", "%0", "\tx", "\rx", "＝1", " =1"])
def test_text_that_would_be_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert guarded(f"Skola {text}") == f"Skola {text}"


def test_csv_has_bom_semicolons_and_decimal_commas_and_guards_no_number() -> None:
    found = as_csv([("Skola", "Andel"), ("=A1", Decimal("-0.2533")), ("Ek;backen", None), ("Åsen", -3)])
    assert found == '\ufeffSkola;Andel\r\n\'=A1;-0,2533\r\n"Ek;backen";\r\nÅsen;-3\r\n'.encode()


def test_a_workbook_holds_text_as_text_and_numbers_as_numbers() -> None:
    book = load_workbook(io.BytesIO(as_xlsx([("=1+1", Decimal("0.25"), None, 3)], "Jämförelse")))
    cells = book["Jämförelse"][1]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("=1+1", "s"), (0.25, "n"), (None, "n"), (3, "n"),
    ]  # fmt: skip
