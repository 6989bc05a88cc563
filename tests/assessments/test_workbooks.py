"""Workbooks: what Excel writes, and what somebody wants us to open."""

import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import SHEET, archive, bare_parts, text_cell, workbook

from assessments.roster import workbooks
from assessments.roster.header import ROSTER_COLUMNS
from assessments.roster.table_files import read_table
from assessments.roster.tables import FROM_A_PAGE, Limits, Table, UnreadableFile


def read(content: bytes, limits: Limits = FROM_A_PAGE) -> Table:
    return read_table("klass.xlsx", content, limits)


def refused(content: bytes, limits: Limits = FROM_A_PAGE) -> str:
    with pytest.raises(UnreadableFile) as told:
        read(content, limits)
    return str(told.value)


def test_cells_are_read_as_excel_shows_them() -> None:
    table = read(
        workbook(
            [
                ["elev-id", "datum", "resultat"],
                [1001, date(2026, 9, 7), 12.5],
                ["0042", datetime.combine(date(2026, 9, 7), time()), 0.1 + 0.2],
                [],
                [7.0, None, True],
            ]
        )
    )
    assert [(row.number, row.cells) for row in table.rows] == [
        (2, ("1001", "2026-09-07", "12.5")),
        (3, ("0042", "2026-09-07", "0.3")),
        (5, ("7", "", "SANT")),
    ]
    assert table.problems == []


def test_the_first_sheet_with_anything_on_it_is_read_and_the_others_are_told() -> None:
    def more_sheets(book: Any) -> None:
        book.create_sheet("Först", 0)
        book.create_sheet("Sist").append(["annat"])

    table = read(workbook([["elev-id"], ["1"]], more_sheets))
    assert table.header == ("elev-id",)
    assert table.notes == ["Bara bladet ”Sheet” läses. Blad med andra rubriker läses inte: ”Sist”."]


def test_rows_count_from_the_header_wherever_it_stands() -> None:
    table = read(workbook([[], [], ["elev-id", "namn"], ["1", "Ek"]]))
    assert [row.number for row in table.rows] == [2]


def test_merged_cells_failed_and_uncomputed_formulas_are_told_by_cell() -> None:
    def merge(book: Any) -> None:
        book.active.merge_cells("A3:A4")

    rows = [["elev-id", "klass", "resultat"], ["1", "1A", "=SUM(1,1)"], ["2", "#N/A", 3], [None, "1A", 3]]
    table = read(workbook(rows, merge))
    assert {(problem.row, problem.column) for problem in table.problems} == {
        (2, "resultat"), (3, "klass"), (3, "elev-id"),
    }  # fmt: skip


def test_a_formula_whose_answer_is_an_empty_text_is_an_empty_cell() -> None:
    answer = '<c r="A2" t="str"><f>IF(1,"","")</f><v></v></c>' + text_cell("B2", "Ek")
    header = text_cell("A1", "id") + text_cell("B1", "namn")
    sheet = SHEET.format(rows=f'<row r="1">{header}</row><row r="2">{answer}</row>')
    table = read(archive(bare_parts(sheet)))
    assert table.problems == []
    assert table.rows[0].cells == ("", "Ek")


def test_a_sheet_that_says_it_is_smaller_than_it_is_is_read_whole() -> None:
    rows = "".join(f'<row r="{n}">{text_cell(f"A{n}", f"x{n}")}</row>' for n in range(1, 5))
    sheet = SHEET.format(rows=rows).replace("<sheetData>", '<dimension ref="A1"/><sheetData>')
    assert len(read(archive(bare_parts(sheet))).rows) == 3


@pytest.mark.slow
def test_too_many_rows_and_columns_are_refused() -> None:
    three = Limits(megabytes=1, rows=3)
    assert "för många rader" in refused(workbook([["id"], *([n] for n in range(4))]), three)
    assert "fler än 100 kolumner" in refused(workbook([["x"] * 101]))


def test_what_unpacks_to_a_lot_is_refused_in_words() -> None:
    """Made here and not for the table below, which every process makes as it collects the tests."""
    parts = bare_parts() | {"xl/media/image1.bin": b"\0" * (61 << 20)}
    assert "för stor" in refused(archive(parts, zipfile.ZIP_DEFLATED))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (archive({"hej.txt": "hej"}), "arkiv men ingen Excel-arbetsbok"),
        (archive({"mimetype": "application/vnd.oasis"}), "arkiv men ingen Excel-arbetsbok"),
        (archive(bare_parts() | {f"del{n}": "" for n in range(300)}), "fler än 300 delar"),
        (archive(bare_parts() | {"../ut.xml": ""}), "otillåtna namn"),
        (archive(bare_parts() | {"/etc/passwd": ""}), "otillåtna namn"),
        (archive(bare_parts() | {"C:\\x.xml": ""}), "otillåtna namn"),
        (archive(bare_parts() | {"xl/a.bin": b"\0" * (2 << 20)}), "för stor"),
        (archive(bare_parts(), zipfile.ZIP_LZMA), "skadad"),
        (archive(bare_parts()), "inget blad med innehåll"),
        (archive(bare_parts('<!DOCTYPE x [<!ENTITY a "b">]>' + SHEET.format(rows=""))), "otillåten XML"),
        (archive(bare_parts(('<!DOCTYPE x>' + SHEET.format(rows="")).encode("utf-16"))), "otillåten XML"),
        (archive(bare_parts("<worksheet><sheetData><row><c>")), "skadad"),
        (archive(bare_parts()) [:-30], "skadad"),
    ],
    ids=range(13),
)  # fmt: skip
def test_hostile_and_broken_archives_are_refused_in_words(content: bytes, told: str) -> None:
    assert told in refused(content)


@pytest.mark.long
def test_one_long_text_that_every_cell_points_at_does_not_fill_the_memory() -> None:
    parts = bare_parts()
    text = f"<si><t>{'x' * 900}</t></si>"
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{text}</sst>'
    cells = "".join('<c t="s"><v>0</v></c>' for _ in range(100))
    parts["xl/worksheets/sheet1.xml"] = SHEET.format(rows=f"<row>{cells}</row>" * 1000)
    parts["xl/sharedStrings.xml"] = strings
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    one_more = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace("</Types>", one_more)
    assert "för stor" in refused(archive(parts, zipfile.ZIP_STORED))


def test_a_workbook_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook([["elev-id", "namn"], *([n, "Ek"] for n in range(4000))])
    assert "för lång tid" in refused(content, Limits(megabytes=5, rows=5000, wall_seconds=0))


def test_the_child_is_held_to_its_memory() -> None:
    code = "import workbook_child, resource; workbook_child.limit(5); bytearray(800 << 20)"
    folder = str(workbooks.CHILD.parent)
    child = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "MemoryError" in child.stderr


def test_openpyxl_is_never_loaded_in_this_process() -> None:
    code = "import sys, assessments.roster.table_files; print('openpyxl' in sys.modules)"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "False"


HONEST = workbook([["elev-id", "namn"], ["1", "Åsa"], ["2", "Bo"]])


@pytest.mark.long
@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_workbook_with_any_bytes_changed_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    content = bytearray(HONEST)
    for place, byte in changes:
        content[place] = byte
    try:
        problems = read(bytes(content)).problems
    except UnreadableFile as told:
        problems = told.problems
    assert all(problem.reason and problem.remedy for problem in problems)


def formatted(rows: list[list[Any]], **forms: str) -> bytes:
    """A workbook in which the cells named have a number format."""

    def give(book: Any) -> None:
        for cell, form in forms.items():
            book.active[cell].number_format = form

    return workbook(rows, give)


def test_percent_and_filled_up_numbers_are_what_people_see() -> None:
    content = formatted(
        [["elev-id", "frånvaro"], [17, 0.125], [1234567, 0.07], [2.5, True], ["", None]],
        A2="0000", B2="0.0%", A3="0000", B3="0%", A4="0000", B4="0%",
    )  # fmt: skip
    assert [row.cells for row in read(content).rows] == [
        ("0017", "12.5 %"),
        ("1234567", "7 %"),
        ("2.5", "SANT"),
    ]


def test_a_cell_of_spaces_is_empty() -> None:
    table = read(workbook([["elev-id", "namn"], ["1", "Ek"], [], [None, None, " "], ["\u00a0", " "]]))
    assert [row.cells for row in table.rows] == [("1", "Ek")]


def test_a_sheet_of_text_to_read_is_no_table() -> None:
    def read_me(book: Any) -> None:
        sheet = book.create_sheet("Läs mig", 0)
        sheet["A1"], sheet["A2"] = "Klasslistor ur elevsystemet", "Se nästa blad"

    table = read(workbook([["elev-id", "namn"], ["1", "Ek"]], read_me))
    assert (table.header, table.notes) == (("elev-id", "namn"), [])


def test_a_merged_title_over_the_header_is_no_fault() -> None:
    def merge(book: Any) -> None:
        book.active.merge_cells("A1:C1")

    content = workbook([["Klass 1A"], [], [None, "elev-id", "förnamn"], [None, "1", "Åsa"]], merge)
    table = read_table("klass.xlsx", content, FROM_A_PAGE, ROSTER_COLUMNS)
    assert (table.header, table.problems, table.above) == (("", "elev-id", "förnamn"), [], 2)
    assert table.notes[0].startswith("Rubrikerna står på rad 3 i filen")


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("content.xml", ".ods"),
        ("Index/Document.iwa", "Numbers"),
        ("word/document.xml", "Word"),
        ("x", "arkiv"),
    ],
)
def test_other_programs_files_are_called_what_they_are(part: str, told: str) -> None:
    assert told in refused(archive({part: "<x/>"}))
