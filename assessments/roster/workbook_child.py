"""A workbook on stdin, JSON on stdout: run by workbooks.py with CPU seconds, rows and columns as arguments.

It stands alone (no import of this package) so that it starts fast and can reach nothing of ours. The only
answers are ``{"rows", "faults", "sheet", "other_sheets"}`` and ``{"refused": word}``.
"""

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree import ElementTree

MEMORY = 700 << 20
MOST_UNPACKED = 60 << 20
MOST_TEXT = 64 << 20  # one long shared string may be pointed at by every cell
LONGEST_CELL = 1_000
MOST_FAULTS = 200
DOCTYPE = re.compile(
    b"|".join(
        re.escape(word.encode(code)) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le")
    )
)
ZEROS = re.compile("0{2,20}")  # a number format that fills up with zeros
PERCENT_FORMATS = {9, 10}  # those that every workbook has: 0% and 0.00%
ODD_CELLS = re.compile(rb"<(\w+:)?(f[ >/]|mergeCell )")


class Refused(Exception):
    def __init__(self, word: str, row: int = 1) -> None:
        self.word, self.row = word, row
        super().__init__(word)


def limit(cpu_seconds: int) -> None:
    """Before anything of the file is read: memory, time, and no writing of files."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look_inside(archive: zipfile.ZipFile) -> None:
    """Unpack every part once in pieces: sizes in a zip's directory may lie, and no part may declare a DTD."""
    unpacked = 0
    for part in archive.infolist():
        tail = b""
        with archive.open(part) as stream:
            while piece := stream.read(1 << 20):
                unpacked += len(piece)
                if unpacked > MOST_UNPACKED:
                    raise Refused("too_large")
                if DOCTYPE.search(tail + piece):
                    raise Refused("doctype")
                tail = piece[-40:]


def sheet_with_content(book: Any) -> tuple[Any, int]:
    """The first sheet people see with a table on it, else with anything, and how many others have one."""
    filled, tables = [], []
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some systems write a wrong size, and only that much would be read
        if sheet.sheet_state != "visible":
            continue
        widest = 0
        for row in some_rows(sheet):
            widest = max(widest, sum(bool(said(cell)) for cell in row))
            if widest > 1:  # one cell to a row is text to read
                tables.append(sheet)
                break
        filled += [sheet] if widest else []
    if not filled:
        raise Refused("no_sheet")
    chosen = (tables or filled)[0]
    return chosen, len(tables or filled) - 1


def some_rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number > 1_000:
            return
        yield row


def read_rows(sheet: Any, most_rows: int, most_columns: int) -> tuple[list[Any], list[Any]]:
    rows: list[Any] = []
    faults: list[Any] = []
    text = 0
    for number, cells in enumerate(texts(sheet), start=1):
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > most_columns:
            raise Refused("too_wide", number)
        if len(rows) > most_rows:
            raise Refused("too_long", number)
        for column, cell in enumerate(cells):
            if len(cell) > LONGEST_CELL:
                cells[column] = ""
                faults.append((number, column, "text"))
        text += sum(map(len, cells)) + 8 * len(cells)
        if text > MOST_TEXT:
            raise Refused("too_large")
        rows.append((number, cells))
    return rows, faults[:MOST_FAULTS]


def texts(sheet: Any) -> Iterator[list[str]]:
    """The rows as texts. Only a workbook with numbers that show as others is read with the format of each."""
    formats = sheet.parent._number_formats  # no public name, nor of what the cells are styled with
    telling = any("%" in form or ZEROS.fullmatch(form) for form in formats)
    if not telling and not PERCENT_FORMATS & {style.numFmtId for style in sheet.parent._cell_styles}:
        for row in sheet.iter_rows(values_only=True):
            yield [said(value) for value in row]
        return
    for row in sheet.iter_rows():
        yield [shown(cell.value, cell.number_format) for cell in row]


def shown(value: Any, form: str) -> str:
    """A cell in percent, or with zeros in front, as Excel shows it: 0.125 as 12.5 %, 17 as 0017."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if "%" in form:
            return f"{value * 100:.15g} %"
        if ZEROS.fullmatch(form) and value == int(value) >= 0:
            return f"{int(value):0{len(form)}d}"
    return said(value)


def said(value: Any) -> str:
    """A cell as its text in a CSV: decimal point, ISO dates, numbers as Excel shows them."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "" if value.isspace() else value
    if isinstance(value, bool):
        return "SANT" if value else "FALSKT"
    if isinstance(value, float):
        return format(value, ".15g")  # what Excel keeps: 0.1 + 0.2 is 0.3 there
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def odd_cells(archive: zipfile.ZipFile, path: str) -> list[Any]:
    """Formulas never computed, and merged cells: openpyxl tells neither while it reads row by row."""
    if not ODD_CELLS.search(archive.read(path)):
        return []
    found: list[Any] = []
    with archive.open(path) as stream:
        for _, element in ElementTree.iterparse(stream):  # noqa: S314 - no DTD (look_inside), and limits
            kind = element.tag.rpartition("}")[2]
            if kind == "c" and never_computed(element):
                found.append((*place(element.get("r", "A1")), "formula"))
            elif kind == "mergeCell":
                found.append((*place(element.get("ref", "A1").partition(":")[0]), "merged"))
            if kind in ("c", "row", "mergeCell"):
                element.clear()
    return found[:MOST_FAULTS]


def never_computed(cell: Any) -> bool:
    parts = {part.tag.rpartition("}")[2]: part.text for part in cell}
    is_empty_text = cell.get("t") == "str"  # computed, and the answer is nothing
    return "f" in parts and not parts.get("v") and not is_empty_text


def place(reference: str) -> tuple[int, int]:
    from openpyxl.utils.cell import coordinate_to_tuple  # after the limits are set, as everything of openpyxl

    row, column = coordinate_to_tuple(reference)
    return row, column - 1


def answer(content: bytes, most_rows: int, most_columns: int) -> dict[str, Any]:
    # openpyxl takes these along where they are installed; here they only cost memory and time.
    sys.modules.update({"numpy": None, "PIL": None, "lxml": None})  # type: ignore[dict-item]  # None: never to be imported
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        look_inside(archive)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet, other_sheets = sheet_with_content(book)
        rows, faults = read_rows(sheet, most_rows, most_columns)
        faults += odd_cells(archive, sheet._worksheet_path)  # no public name for where a sheet lies
    return {"rows": rows, "faults": faults, "sheet": sheet.title, "other_sheets": other_sheets}


def main() -> None:
    cpu_seconds, most_rows, most_columns = map(int, sys.argv[1:4])
    content = sys.stdin.buffer.read()
    limit(cpu_seconds)
    try:
        told = answer(content, most_rows, most_columns)
    except Refused as refused:
        told = {"refused": refused.word, "row": refused.row}
    except MemoryError:
        told = {"refused": "too_large"}
    except Exception:  # whatever a parser stumbles on in a stranger's file, the file is what is wrong
        told = {"refused": "damaged"}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
