"""Files as Swedish schools have them, and files nobody should open."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.roster.header import ROSTER_COLUMNS
from assessments.roster.table_files import read_table
from assessments.roster.tables import FROM_A_PAGE, Limits, Problem, Table, UnreadableFile, in_order

LIST = "elev-id;förnamn;efternamn\r\n1;Åsa;Öberg\r\n2;Örjan;Ärlig\r\n"


def read(content: bytes | str, name: str = "klass.csv", limits: Limits = FROM_A_PAGE) -> Table:
    return read_table(name, content.encode() if isinstance(content, str) else content, limits)


def refused(content: bytes | str, name: str = "klass.csv", limits: Limits = FROM_A_PAGE) -> str:
    with pytest.raises(UnreadableFile) as told:
        read(content, name, limits)
    return str(told.value)


def tried(content: bytes, limits: Limits = FROM_A_PAGE) -> tuple[Table | None, list[Problem]]:
    """The table, or what was said instead: nothing else may come of a file."""
    try:
        table = read(content, limits=limits)
    except UnreadableFile as told:
        return None, told.problems
    return table, table.problems


def cells(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows]


def faults(table: Table) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for problem in table.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_swedish_letters_come_through_in_every_usual_encoding_and_delimiter(
    encoding: str, delimiter: str
) -> None:
    table = read(LIST.replace(";", delimiter).encode(encoding))
    assert table.header == ("elev-id", "förnamn", "efternamn")
    assert cells(table) == [("1", "Åsa", "Öberg"), ("2", "Örjan", "Ärlig")]
    assert table.problems == []


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_the_line_that_tells_excel_the_delimiter_is_no_row(line: str) -> None:
    table = read(f"{line}\r\n{LIST}")
    assert [row.number for row in table.rows] == [2, 3]


def test_rows_are_counted_as_people_see_them_with_the_header_as_row_1() -> None:
    table = read('elev-id;namn\n1;"Öberg,\nÅsa"\n\n3;  Ek  \n;\n')
    assert [(row.number, row.cells) for row in table.rows] == [(2, ("1", "Öberg, Åsa")), (4, ("3", "Ek"))]


def test_cells_to_the_right_of_the_table_that_are_empty_do_no_harm() -> None:
    assert cells(read("elev-id;namn;;\n1;Ek;;\n")) == [("1", "Ek")]


def test_rows_of_another_width_are_told_where_they_end() -> None:
    table = read("elev-id;förnamn;efternamn\n1;Åsa\n2;Örjan;Ärlig;och mer\n3;Bo;Ek;;;\n")
    assert faults(table) == [(2, "förnamn"), (3, "efternamn")]
    assert cells(table) == [("3", "Bo", "Ek")]


def test_a_quote_that_never_closes_is_told_on_its_own_row_and_the_rest_is_read() -> None:
    table = read('elev-id;förnamn\n1;"Åsa\n2;Bo\n3;"Li"sa\n4;5" lång\n')
    assert faults(table) == [(2, "förnamn"), (4, "förnamn")]
    assert cells(table) == [("2", "Bo"), ("4", '5" lång')]


def test_a_cell_without_end_is_told_as_what_it_is() -> None:
    endless = "A" * 200_000
    table = read(f"elev-id;förnamn\n1;{endless}\n2;Bo\n")
    assert [str(problem) for problem in table.problems] == [
        "2:förnamn: cellen är alldeles för lång. Korta texten."
    ]
    assert cells(table) == [("2", "Bo")]
    assert "för lång" in refused(f"elev-id;{endless}\n1;Bo\n")


def test_a_file_of_nothing_but_open_quotes_is_given_up_in_time() -> None:
    assert "många rader" in refused("elev-id;namn\n" + '1;"x\n2;y\n' * 20_000)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "tom"),
        (b" \r\n\r\n", "tom"),
        (b";;\n;;\n", "tom"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "webbsida"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "webbsida"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 100, "gammal .xls eller låst"),
        (b"elev-id;namn\n1;\x81\x8d\n", "tydas"),
        ("elev-id;namn\n".encode("utf-16") + b"\x00", "tydas"),
    ],
)
def test_what_is_no_table_is_told_by_what_it_is(content: bytes, told: str) -> None:
    assert told in refused(content)


@pytest.mark.parametrize("name", ["klass.xlsx", "KLASS.XLSX"])
def test_text_with_the_name_of_a_workbook_is_told(name: str) -> None:
    assert "heter som en Excel-fil" in refused(LIST, name)


def test_text_encoded_twice_is_told_with_what_it_should_be() -> None:
    twice = "elev-id;namn\n1;Ek\n2;Åsa Öberg\n".encode().decode("cp1252")
    table = read(twice)
    assert faults(table) == [(3, "namn")]
    assert "Åsa Öberg" in table.problems[0].reason


@pytest.mark.parametrize("name", ["São Paulo", "João", "Łukasz", "Çelik", "Ñandú", "Đoàn", "Čeč", "Å"])
def test_names_with_other_letters_are_not_taken_for_twice_encoded(name: str) -> None:
    assert read(f"elev-id;namn\n1;{name}\n").problems == []


def test_too_many_rows_columns_and_bytes_are_refused() -> None:
    assert "fler än 3 rader" in refused("a\n" + "1\n" * 4, limits=Limits(megabytes=1, rows=3))
    assert "fler än 100 kolumner" in refused(";".join("abc" for _ in range(101)) + "\n1\n")
    assert "större än 1 MB" in refused("a\n" * 600_000, limits=Limits(megabytes=1, rows=3))


def test_what_excel_writes_for_a_failed_formula_is_told_in_both_languages() -> None:
    table = read("elev-id;mått\n#N/A;1\n2;#SAKNAS!\n3;#1\n")
    assert faults(table) == [(2, "elev-id"), (3, "mått")]


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fall(content: bytes) -> None:
    table, problems = tried(content, Limits(megabytes=1, rows=50))
    assert table or problems


@given(st.data())
def test_a_list_with_anything_changed_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(LIST.encode(data.draw(st.sampled_from(["utf-8", "cp1252", "utf-16"]))))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
        content = content or bytearray(b"x")
    table, problems = tried(bytes(content))
    assert all(problem.reason and problem.remedy for problem in problems)
    assert table is None or all(len(row.cells) == len(table.header) for row in table.rows)


def listed(content: str | bytes) -> Table:
    """Read as a class list: the header is the row that has its columns."""
    content = content.encode() if isinstance(content, str) else content
    return read_table("klass.csv", content, FROM_A_PAGE, ROSTER_COLUMNS)


@pytest.mark.parametrize(
    ("above", "rows"),
    [
        ("Klasslista Ekbacken, läsåret 2026/27\r\nUtskriven 2026-08-14\r\n\r\n", 3),
        ("Klass;1A\r\nSkola;Ekbackens skola\r\n", 2),
        ("\r\n# från elevsystemet\r\n", 2),
        ("sep=;\r\nKlass 1A;;\r\n", 1),
    ],
)
def test_the_header_is_found_under_titles_and_it_is_told_where(above: str, rows: int) -> None:
    table = listed(above + LIST)
    assert table.header == ("elev-id", "förnamn", "efternamn")
    assert [row.number for row in table.rows] == [2, 3]
    assert table.above == rows
    assert table.notes[0].startswith(
        f"Rubrikerna står på rad {rows + 1} i filen, och raderna räknas därifrån."
    )
    told = in_order([Problem(3, "förnamn", "a", "b")], table)
    assert [(one.row, one.column) for one in told] == [(1, "-"), (3, "förnamn")]
    assert told[0].what_to_do == f"Lägg till {rows} till radens nummer för att hitta den i filen."


def test_a_comma_in_a_title_does_not_tell_the_delimiter() -> None:
    assert listed("Ekbacken, Ekby, 1A\n" + LIST).header[0] == "elev-id"
    assert listed(LIST.replace(";", "\t")).problems == []


def test_a_word_in_a_row_does_not_make_it_the_header() -> None:
    table = listed("elv-id;måt\nklass;bokstavsljud\n")
    assert (table.header, len(table.rows)) == (("elv-id", "måt"), 1)


def test_what_no_header_is_known_of_is_read_from_the_first_row() -> None:
    table = listed("aa;bb\n1;2\n")
    assert (table.header, table.above, table.notes) == (("aa", "bb"), 0, [])


@pytest.mark.parametrize(
    "last", ["Summa;;3", ";;Antal:", "Antal elever: 25", "Totalt 25 elever;;", "MEDEL;1;2"]
)
def test_a_sum_under_the_list_is_nobody_and_is_told(last: str) -> None:
    table = listed(f"{LIST}\r\n{last}\r\n")
    assert (len(table.rows), table.problems) == (2, [])
    assert table.notes == ["Summeringar läses inte: rad 5."]


@pytest.mark.parametrize("name", ["Medelius", "Summa Ek", "Max", "Anton"])
def test_nobody_is_taken_for_a_sum(name: str) -> None:
    assert len(listed(f"förnamn;elev-id\n{name};1\n").rows) == 1


def test_a_header_said_again_on_each_printed_page_is_no_row() -> None:
    assert [row.number for row in listed(LIST + LIST).rows] == [2, 3, 5, 6]


def test_a_file_without_rows_says_so() -> None:
    assert listed("elev-id;förnamn\n").notes == ["Filen har inga rader under rubrikerna."]


def test_letters_written_by_a_macintosh_are_the_letters() -> None:
    for line_end in ("\r", "\n"):
        table = listed(LIST.replace("\r\n", line_end).encode("mac_roman"))
        assert cells(table) == [("1", "Åsa", "Öberg"), ("2", "Örjan", "Ärlig")]
    apart = listed(unicodedata.normalize("NFD", LIST))
    assert cells(apart) == [("1", "Åsa", "Öberg"), ("2", "Örjan", "Ärlig")]
