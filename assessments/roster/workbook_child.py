"""A workbook on stdin, JSON on stdout: run by workbooks.py with CPU seconds, rows and columns as arguments.

It stands alone (no import of this package) so that it starts fast and can reach nothing of ours. The only
answers are ``{"sheets": [{"name", "place", "rows", "faults", "top"}], "left": [names]}`` and
``{"refused": word}``. What tells a header is here too, and header.py takes it from here.
"""

import io
import json
import re
import resource
import sys
import unicodedata
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
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
MOST_ABOVE = 20  # rows of titles, and empty ones, over a header
MOST_HEADERS = 100
ODD_CELLS = re.compile(rb"<(\w+:)?(f[ >/]|mergeCell )")


class Refused(Exception):
    def __init__(self, word: str, row: int = 1, sheet: str = "") -> None:
        self.word, self.row, self.sheet = word, row, sheet
        super().__init__(word)


def key_of(text: str) -> str:
    """A header as it is compared: without case, spaces and hyphens, and what ends ``Åk.`` and ``Klass:``."""
    return re.sub(r"[\s\u00ad_‐‑–-]", "", unicodedata.normalize("NFC", text).casefold()).rstrip(".:*")


def header_among(rows: Sequence[Sequence[str]], known: Collection[str]) -> tuple[int, int]:
    """Which row has the most headers that we know, and how many. One alone may be a word of any row, as a
    measure's code is: then, as where there is none, it is the first."""
    found = [sum(key_of(cell) in known for cell in row[:MOST_HEADERS] if cell) for row in rows[:MOST_ABOVE]]
    most = max(found)
    return (found.index(most) if most > 1 else 0), most


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


@dataclass(frozen=True)
class Sheet:
    """A sheet people see: ``place`` among those counts from 1, ``top`` is its header among the rows with
    anything in them, and ``headers`` says how many of it are known."""

    own: Any
    place: int
    top: int
    headers: int
    header: tuple[str, ...]


def sheets_with_content(book: Any, known: Collection[str]) -> tuple[list[Sheet], list[str]]:
    """The sheets to read, and the names of those with something else. The first of those with most of the
    headers we know is read, and every other whose header says the same; where no header is known, the first
    sheet with a table on it, else with anything."""
    filled, tables = [], []
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for place, sheet in enumerate(visible, start=1):
        sheet.reset_dimensions()  # some systems write a wrong size, and only that much would be read
        rows: list[list[str]] = []
        is_table = False
        for row in some_rows(sheet):
            cells = [said(cell) for cell in row]
            rows += [cells] if any(cells) and len(rows) < MOST_ABOVE else []
            is_table = is_table or sum(map(bool, cells)) > 1  # one cell to a row is text to read
            if is_table and len(rows) == MOST_ABOVE:
                break
        if rows:
            top, headers = header_among(rows, known)
            header = [key_of(cell) for cell in rows[top]]
            while header and not header[-1]:
                header.pop()
            found = Sheet(sheet, place, top, headers, tuple(header))
            filled.append(found)
            tables += [found] if is_table else []
    if not filled:
        raise Refused("no_sheet")
    candidates = tables or filled
    first = max(candidates, key=lambda one: one.headers if one.headers > 1 else 0)
    chosen = [one for one in candidates if one is first or (first.headers > 1 and one.header == first.header)]
    return chosen, [one.own.title for one in candidates if one not in chosen]


def some_rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number > 1_000:
            return
        yield row


def read_rows(
    sheet: Any, most_rows: int, most_columns: int, most_text: int
) -> tuple[list[Any], list[Any], int]:
    """The rows with anything in them by number, faults of single cells, and how much text there is."""
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
        if text > most_text:
            raise Refused("too_large")
        rows.append((number, cells))
    return rows, faults[:MOST_FAULTS], text


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


def answer(content: bytes, most_rows: int, most_columns: int, known: Collection[str]) -> dict[str, Any]:
    # openpyxl takes these along where they are installed; here they only cost memory and time.
    sys.modules.update({"numpy": None, "PIL": None, "lxml": None})  # type: ignore[dict-item]  # None: never to be imported
    import openpyxl

    sheets = []
    rows_left, text_left = most_rows, MOST_TEXT  # for the whole file, however many its sheets are
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        look_inside(archive)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        chosen, left = sheets_with_content(book, known)
        for one in chosen:
            try:
                rows, faults, text = read_rows(one.own, rows_left, most_columns, text_left)
            except Refused as refused:
                raise Refused(refused.word, refused.row, one.own.title if len(chosen) > 1 else "") from None
            rows_left, text_left = rows_left - len(rows) + 1, text_left - text
            faults += odd_cells(archive, one.own._worksheet_path)  # no public name for where a sheet lies
            told = {"name": one.own.title, "place": one.place, "top": one.top}
            sheets.append({**told, "rows": rows, "faults": faults})
    return {"sheets": sheets, "left": left}


def main() -> None:
    cpu_seconds, most_rows, most_columns = map(int, sys.argv[1:4])
    known = frozenset(json.loads(sys.argv[4]))
    content = sys.stdin.buffer.read()
    limit(cpu_seconds)
    try:
        told = answer(content, most_rows, most_columns, known)
    except Refused as refused:
        told = {"refused": refused.word, "row": refused.row, "sheet": refused.sheet}
    except MemoryError:
        told = {"refused": "too_large"}
    except Exception:  # whatever a parser stumbles on in a stranger's file, the file is what is wrong
        told = {"refused": "damaged"}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
