"""What people type in a cell."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.cells import read_cell, written
from assessments.instruments.catalogue import Measure
from assessments.models import Absence


def measure(labels: tuple[str, ...] = (), **more: object) -> Measure:
    told: dict[str, object] = {
        "code": "ord_per_minut", "name": "Ord per minut", "unit": "ord/min", "minimum": Decimal(0),
        "maximum": Decimal(250), "step": Decimal(1), "higher_is_better": True, "area": "fluency",
        "years": (1, 2, 3), "how": "", "labels": labels,
    }  # fmt: skip
    return Measure(**{**told, **more})


WORDS = measure()
STEPS = measure(labels=("Ej nådd", "Delvis", "Nådd"), maximum=Decimal(2))


@pytest.mark.parametrize(
    ("typed", "points"),
    [("12", "12"), ("12,5", "12.5"), ("12.5", "12.5"), (" 0 ", "0"), ("-3", "-3"), ("\u22127,250", "-7.25")],
)
def test_numbers_are_read_with_comma_and_point(typed: str, points: str) -> None:
    assert read_cell(typed, WORDS).points == Decimal(points)


def test_a_score_broken_off_keeps_its_points() -> None:
    for typed in ("12b", "12 B", "12,0b"):
        found = read_cell(typed, WORDS)
        assert (found.points, found.is_discontinued) == (Decimal(12), True)


@pytest.mark.parametrize("absence", list(Absence))
def test_codes_are_read_as_letter_and_as_word(absence: Absence) -> None:
    for typed in (absence.letter, absence.letter.upper(), absence.label, absence.label.capitalize()):
        assert read_cell(typed, WORDS).absence is absence


def test_labels_are_read_as_people_write_them() -> None:
    assert [read_cell(typed, STEPS).points for typed in ("ej nådd", "Delvis", "NÅDD")] == [0, 1, 2]
    assert written(STEPS, Decimal(1), None) == "Delvis"


def test_blank_says_nothing_and_is_no_zero() -> None:
    for typed in ("", "   ", "\u00a0"):
        assert read_cell(typed, WORDS).is_blank
    assert not read_cell("0", WORDS).is_blank


@pytest.mark.parametrize(
    "typed",
    ["NaN", "Infinity", "true", "1_0", "１２", "١٢", "1e3", "9223372036854775808", "1,2345", "b", "x",
     "12,5,0", "+5", "=1+1", "1 2", "<b>12</b>", "0,0000000000001"],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_a_reason(typed: str) -> None:
    found = read_cell(typed, WORDS)
    assert found.reason
    assert found.points is None


def test_a_long_text_is_cut_in_the_reason() -> None:
    assert len(read_cell("x" * 10_000, WORDS).reason or "") < 200


@given(st.decimals(min_value=-1000, max_value=1000, places=3), st.booleans())
def test_what_is_written_is_read_back(points: Decimal, is_discontinued: bool) -> None:
    found = read_cell(written(WORDS, points, None, is_discontinued), WORDS)
    assert (found.points, found.is_discontinued) == (points, is_discontinued)


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    found = read_cell(text, WORDS)
    assert (found.reason is None) or (found.points is None and found.absence is None)
