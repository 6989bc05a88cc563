"""Reading a class list or a pile of scores safely: CSV in the shapes Swedish systems write, and XLSX."""

import re
from collections.abc import Sequence

from assessments.roster import text_tables, workbooks
from assessments.roster.characters import double_encoded, mended, shown
from assessments.roster.header import Column, keys_of
from assessments.roster.tables import Limits, Problem, Row, Table, UnreadableFile, tidy

OLD_OR_LOCKED = bytes.fromhex("d0cf11e0a1b11ae1")
WEB_PAGE = re.compile(rb"\s*<(!doctype|html|head|body|table|meta|\?xml)", re.IGNORECASE)
# What Excel writes where a formula failed, in English and Swedish.
FAILED_FORMULAS = frozenset(
    ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!", "#SPILL!", "#CALC!", "#SAKNAS!",
     "#VÄRDEFEL!", "#REFERENS!", "#DIVISION/0!", "#OGILTIGT!", "#NAMN?", "#SKÄRNING!", "#BERÄKNA!")
)  # fmt: skip
# Not CSV for Swedish Excel: it turns the letters of Polish and Arabic names into question marks.
SAVE_ANEW = "Öppna filen i Excel och spara den som .xlsx eller CSV UTF-8"
# What stands under a list, or beside its last rows: a sum is nobody.
SUMMARY = re.compile(
    r"(summa|totalt?|antal|medel(värde)?|genomsnitt|snitt|median)( (elever|rader|resultat|i|för|klassen))*"
    r"\s*:?\s*([\d.,]+( (elever|rader|resultat|st))?)?\.?",
    re.IGNORECASE,
)
MOST_LISTED = 10


def read_table(
    name: str,
    content: bytes,
    limits: Limits,
    columns: Sequence[Column] = (),
    sheet_says: Column | None = None,
) -> Table:
    """The table in a file, told apart by what it holds, not by what it is called.

    ``columns``: those that the file may have. The row with most of them is the header, and what stands above
    it is a title; where there is none, the first row is. Sheets of a workbook with one header are one table.
    ``sheet_says``: the column that the sheets' names stand for where it is missing.
    Raises ``UnreadableFile`` where there is no table to speak of; faults in single cells stand in the
    table's ``problems``, so that they can be told together with what the cells mean.
    """
    _refuse_what_is_no_table(name, content, limits)
    if content.startswith(b"PK"):
        found = workbooks.read_workbook(content, limits, columns, sheet_says)
    else:
        found = text_tables.read_text(content, limits, keys_of(columns))
    return _checked(found, limits)


def _refuse_what_is_no_table(name: str, content: bytes, limits: Limits) -> None:
    if not content.strip():
        raise UnreadableFile("filen är tom", "Välj den fil som har klasslistan eller resultaten")
    if len(content) > limits.megabytes << 20:
        raise UnreadableFile(
            f"filen är större än {limits.megabytes} MB",
            "Dela den i flera filer eller läs in den med kommandot",
        )
    if content.startswith(OLD_OR_LOCKED):
        raise UnreadableFile("filen är en gammal .xls eller låst med lösenord", SAVE_ANEW + " utan lösenord")
    if content.startswith(b"%PDF"):
        raise UnreadableFile(
            "filen är en PDF, inte en tabell", "Exportera listan som CSV eller Excel i stället"
        )
    if WEB_PAGE.match(content[:200].removeprefix(b"\xef\xbb\xbf")):
        raise UnreadableFile("filen är en webbsida eller XML, inte en tabell", SAVE_ANEW)
    if name.lower().endswith((".xlsx", ".xlsm")) and not content.startswith(b"PK"):
        raise UnreadableFile("filen heter som en Excel-fil men är ingen, eller är skadad", SAVE_ANEW)


def _checked(found: text_tables.RawTable, limits: Limits) -> Table:
    header = tuple(tidy(cell) for cell in found.header)
    while header and not header[-1]:
        header = header[:-1]
    if len(header) > limits.columns:
        raise UnreadableFile(f"fler än {limits.columns} kolumner", "Ta bort kolumner som inte behövs")
    problems: list[Problem] = []
    rows: list[Row] = []
    sums: list[int] = []
    same: dict[str, str] = {}  # a cell said a thousand times is kept once
    for number, cells in found.rows:
        if _is_sum(cells):
            sums.append(number)
            continue
        row, faults = _row(header, number, cells, found.pads_rows)
        problems += faults
        if row and row.cells != header:  # a list printed by the page says its header on each
            rows.append(Row(number, tuple(same.setdefault(cell, cell) for cell in row.cells)))
    problems += [
        Problem(fault.row, column_name(header, fault.column), fault.reason, fault.remedy)
        for fault in found.faults
    ]
    problems += _double_encoding(header, rows)
    return Table(header, rows, found.above, [*found.notes, *_notes(found, sums, rows, problems)], problems)


def _is_sum(cells: list[str]) -> bool:
    """Whether the first cell with anything in it says what a sum is called."""
    first = next((told for cell in cells if (told := tidy(cell))), "")
    return SUMMARY.fullmatch(first) is not None


def _notes(
    found: text_tables.RawTable, sums: list[int], rows: list[Row], problems: list[Problem]
) -> list[str]:
    notes = []
    if found.titled:
        place = f"Rubrikerna står på rad {found.above + 1} i filen"
        notes.append(f"{place}, och raderna räknas därifrån. Det som står ovanför läses inte.")
    if sums:
        more = f" och {len(sums) - MOST_LISTED} till" if len(sums) > MOST_LISTED else ""
        listed = ", ".join(map(str, sums[:MOST_LISTED]))
        notes.append(f"Summeringar läses inte: rad {listed}{more}.")
    if not rows and not problems:
        notes.append("Filen har inga rader under rubrikerna.")
    return notes


def _row(
    header: tuple[str, ...], number: int, cells: list[str], pads: bool
) -> tuple[Row | None, list[Problem]]:
    width = len(header)
    tidied = [cell if cell.isalnum() else tidy(cell) for cell in cells]  # most cells are tidy
    while len(tidied) > width and not tidied[-1]:
        tidied.pop()  # empty cells to the right of the table
    if len(tidied) > width or (not pads and len(tidied) < width):
        remedy = "Kontrollera skiljetecken, citattecken och radbrytningar på raden"
        return None, [
            Problem(
                number,
                column_name(header, min(len(tidied), width) - 1),
                f"raden har {len(tidied)} celler men rubriken {width}",
                remedy,
            )
        ]
    kept = tuple(tidied[:width]) + ("",) * (width - len(tidied))
    if "#" not in ";".join(kept):
        return Row(number, kept), []
    failed = [
        Problem(
            number,
            column_name(header, place),
            f"cellen visar felet {cell}",
            "Skriv värdet i stället för formeln",
        )
        for place, cell in enumerate(kept)
        if cell.upper() in FAILED_FORMULAS
    ]
    return Row(number, tuple("" if cell.upper() in FAILED_FORMULAS else cell for cell in kept)), failed


def column_name(header: tuple[str, ...], place: int) -> str:
    """What people call a column: its header, or its number where it has none."""
    return shown(header[place]) if 0 <= place < len(header) and header[place] else f"kolumn {place + 1}"


def _double_encoding(header: tuple[str, ...], rows: list[Row]) -> list[Problem]:
    """The first place where UTF-8 was read as Windows-1252 and saved so: the rest of the file is alike."""
    for row in [Row(1, header), *rows]:
        for place, cell in enumerate(row.cells):
            if double_encoded(cell):
                right = mended(cell)
                reason = (
                    f"tecknen är felkodade två gånger: ”{shown(cell)}” ska troligen vara ”{shown(right)}”"
                )
                column = "-" if row.number == 1 else column_name(header, place)
                return [
                    Problem(row.number, column, reason, "Hämta filen på nytt och spara den som CSV UTF-8")
                ]
    return []
