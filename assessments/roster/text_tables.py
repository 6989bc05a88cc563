"""Tables as text: which encoding, which delimiter, and quotes that were never closed."""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from assessments.roster.tables import Limits, UnreadableFile, tidy
from assessments.roster.workbook_child import MOST_ABOVE, header_among

DELIMITERS = (";", "\t", ",")
MOST_BROKEN_LINES = 20  # each may be read to the end of the file before it is known to be broken
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SWEDISH_LETTERS = {code: [letter.encode(code) for letter in "åäöÅÄÖé"] for code in ("cp1252", "mac_roman")}
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
    """Cells as they stand. ``pads_rows``: short rows are whole (a workbook leaves out empty cells).
    ``above``: rows over the header, of which ``titled`` says whether any has text."""

    header: list[str]
    rows: Iterable[tuple[int, list[str]]]  # read once: ``faults`` is whole when they have been
    pads_rows: bool = False
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    above: int = 0
    titled: bool = False


def read_text(content: bytes, limits: Limits, known: Collection[str] = ()) -> RawTable:
    """The table in a text file; a ``sep=;`` line, and empty lines and titles above the header, are not rows.
    ``known``: headers as they are compared, by which the header is found."""
    lines = io.StringIO(decoded(content), newline="").readlines()
    start, told = _after_sep_line(lines)
    while start < len(lines) and not lines[start].strip(" \t\r\n;,"):
        start += 1
    if start == len(lines):
        raise UnreadableFile("filen är tom", "Välj den fil som har klasslistan eller resultaten")
    delimiter = told or _delimiter(lines[start])
    table = RawTable([], [], above=start - bool(told))
    if found := _header_under_titles(lines[start:], (told,) if told else DELIMITERS, known):
        titles, lines_of_titles, delimiter = found
        table.above, table.titled = table.above + titles, titles > 0
        start += lines_of_titles
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
    """Text by byte order mark, else strict UTF-8, else what Excel writes in Swedish: Windows-1252, or Mac OS
    Roman where it was told to write for a Macintosh."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], encoding)
    if content[:200].count(0) * 4 > len(content[:200]):
        # UTF-16 without a mark: the empty half of each Latin letter tells which half comes first.
        return _strictly(content, "utf-16-be" if content[:1] == b"\0" else "utf-16-le")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        is_of_mac = _letters(content, "mac_roman") > _letters(content, "cp1252") + 1  # one is a damage
        return _strictly(content, "mac_roman" if is_of_mac else "cp1252")


def _letters(content: bytes, encoding: str) -> int:
    """How many Swedish letters there are if the file is written so."""
    return sum(map(content.count, SWEDISH_LETTERS[encoding]))


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


def _header_under_titles(
    lines: list[str], delimiters: Iterable[str], known: Collection[str]
) -> tuple[int, int, str] | None:
    """The rows and the lines above the row with the most headers we know, and what parts its cells; None
    where no row has two."""
    most = 1  # one header alone does not tell more than the first line does
    found = None
    for delimiter in delimiters:
        records, starts = _first_records(lines, delimiter)
        place, headers = header_among(records, known)
        if headers > most:
            most, found = headers, (place, starts[place], delimiter)
    return found


def _first_records(lines: list[str], delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The rows among which the header is looked for, and the line each begins at."""
    reader = csv.reader(lines[: 3 * MOST_ABOVE], delimiter=delimiter)
    records: list[list[str]] = []
    starts = [0]
    try:
        for record in islice(reader, MOST_ABOVE):
            records.append([tidy(cell) for cell in record])
            starts.append(reader.line_num)
    except csv.Error:  # told by whoever reads the rows
        pass
    return records or [[]], starts


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
    lengths = map(len, line.split(delimiter))
    endless = next((place for place, length in enumerate(lengths) if length > csv.field_size_limit()), None)
    if endless is not None:
        if number == 1:
            raise UnreadableFile("en cell på rubrikraden är alldeles för lång", "Korta texten")
        table.faults.append(Fault(number, endless, "cellen är alldeles för lång", "Korta texten"))
        return
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
