"""Tables as text: which encoding, which delimiter, and quotes that were never closed."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from assessments.roster.tables import Limits, UnreadableFile

DELIMITERS = (";", "\t", ",")
MOST_BROKEN_LINES = 20  # each may be read to the end of the file before it is known to be broken
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CLOSE_THE_QUOTE = "Skriv citattecken både före och efter texten, eller ta bort dem"


@dataclass(frozen=True)
class Fault:
    """A fault in a cell before its column has a name; ``column`` counts from 0."""

    row: int
    column: int
    reason: str
    remedy: str


@dataclass
class RawTable:
    """Cells as they stand. ``pads_rows``: short rows are whole (a workbook leaves out empty cells)."""

    header: list[str]
    rows: Iterable[tuple[int, list[str]]]  # read once: ``faults`` is whole when they have been
    pads_rows: bool = False
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_text(content: bytes, limits: Limits) -> RawTable:
    """The table in a text file; a ``sep=;`` line and empty lines above the header are not rows."""
    lines = io.StringIO(decoded(content), newline="").readlines()
    start, told = _after_sep_line(lines)
    while start < len(lines) and not lines[start].strip(" \t\r\n;,"):
        start += 1
    if start == len(lines):
        raise UnreadableFile("filen är tom", "Välj den fil som har klasslistan eller resultaten")
    delimiter = told or _delimiter(lines[start])
    table = RawTable([], [])
    records = _records(lines[start:], delimiter, table)
    table.header = next(records)
    table.rows = _filled(records, limits)
    return table


def _filled(records: Iterator[list[str]], limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """The rows with anything in them, by number."""
    filled = 0
    for number, record in enumerate(records, start=2):
        if any(record) and any(cell.strip() for cell in record):
            filled += 1
            if filled > limits.rows:
                raise UnreadableFile(f"fler än {limits.rows} rader", "Dela filen i flera", row=number)
            yield number, record


def decoded(content: bytes) -> str:
    """Text by byte order mark, else strict UTF-8, else Windows-1252 (what Swedish Excel writes)."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], encoding)
    if content[:200].count(0) * 4 > len(content[:200]):
        # UTF-16 without a mark: the empty half of each Latin letter tells which half comes first.
        return _strictly(content, "utf-16-be" if content[:1] == b"\0" else "utf-16-le")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(content, "cp1252")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            "tecknen kan inte tydas: filen är skadad eller inte en textfil",
            "Spara listan på nytt som CSV UTF-8 eller .xlsx",
            row=row,
        ) from None


def _after_sep_line(lines: list[str]) -> tuple[int, str | None]:
    found = re.fullmatch(r'\s*"?sep=(.)"?[;,\t]*\s*', lines[0], re.IGNORECASE | re.DOTALL) if lines else None
    return (1, found.group(1)) if found and found.group(1) in DELIMITERS else (0, None)


def _delimiter(header: str) -> str:
    outside_quotes = re.sub(r'"[^"]*"?', "", header)
    return max(DELIMITERS, key=outside_quotes.count)  # the first of equals: Swedish Excel's own


def _records(lines: list[str], delimiter: str, table: RawTable) -> Iterator[list[str]]:
    """Each record; a line whose quotes do not fit is told and left out, and reading goes on after it."""
    start, read = 0, 0
    while start < len(lines):
        reader = csv.reader(lines[start:] if start else lines, delimiter=delimiter, strict=True)
        whole = 0
        try:
            for record in reader:
                read, whole = read + 1, reader.line_num
                yield record
            return
        except csv.Error:
            start += whole + 1
            read += 1
            _tell_broken(lines[start - 1], read, delimiter, table)
            yield []


def _tell_broken(line: str, number: int, delimiter: str, table: RawTable) -> None:
    if number == 1:
        raise UnreadableFile("rubrikraden har ett citattecken som aldrig stängs", CLOSE_THE_QUOTE)
    reason = "citattecknet stängs aldrig, eller står mitt i en cell"
    table.faults.append(Fault(number, _open_quote(line, delimiter), reason, CLOSE_THE_QUOTE))
    if len(table.faults) > MOST_BROKEN_LINES:
        raise UnreadableFile("citattecknen stämmer inte på många rader", CLOSE_THE_QUOTE, row=number)


def _open_quote(line: str, delimiter: str) -> int:
    """The column where the quote that does not fit begins."""
    column, inside, opened = 0, False, 0
    for sign in line:
        if sign == '"':
            inside = not inside
            opened = column
        elif sign == delimiter and not inside:
            column += 1
    return opened
