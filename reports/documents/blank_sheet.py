"""A sheet to write on: a box for every pupil and measure, large enough for a pen, and a way back."""

import itertools

import segno
from reportlab.lib.units import mm

from reports import fonts
from reports.documents.class_report import LOCKED
from reports.figures.blank_sheet import BlankSheet, SheetColumn, SheetRow
from reports.fonts import Face
from reports.layout import LANDSCAPE, PORTRAIT, Paper
from reports.marks import ACCENT, GROUND, MUTED, PAPER

BOX = 9.2 * mm  # high: a pen needs nine
QR = 25 * mm
QUIET = 4  # modules of white around the code
NAME_WIDE = 56 * mm
NARROWEST, WIDEST = 25 * mm, 42 * mm
HEADER = 22 * mm
IN_PORTRAIT = 4  # measures
EMPTY_ROWS = 2
SIZE, SMALL = 11.0, 8.5


def pdf(sheet: BlankSheet) -> bytes:
    """As many pages as the class and its measures need; each begins with class, window and code."""
    paper = Paper(
        f"Blad att skriva på, {sheet.class_name}",
        PORTRAIT if len(sheet.columns) <= IN_PORTRAIT else LANDSCAPE,
    )
    paper.number_pages(sheet.imprint, LOCKED)
    empty = SheetRow("", None, tuple(True for _ in sheet.columns))
    top = paper.top - QR - 6
    fitting = int((top - HEADER - BOX - paper.margin) // BOX)
    rows = [*sheet.rows, *[empty] * _empty_rows(len(sheet.rows), fitting)]
    _head(paper, sheet)
    is_first = True
    for first, last in _column_parts(paper, len(sheet.columns)):
        for place in range(0, len(rows), fitting):
            if not is_first:
                paper.next_page()
                with paper.artifact():  # said on the first page
                    paper.once("head", lambda: _head(paper, sheet))
            is_first = False
            _table(paper, sheet.columns[first:last], rows[place : place + fitting], (first, top))
    return paper.finish()


def _empty_rows(pupils: int, fitting: int) -> int:
    """For those who are on no paper; fewer where the last of them would stand alone on a page."""
    return min(EMPTY_ROWS, -pupils % fitting or EMPTY_ROWS)


def _column_parts(paper: Paper, count: int) -> list[tuple[int, int]]:
    """From which measure to which on each page."""
    fitting = int((paper.text_width - NAME_WIDE) // NARROWEST)
    parts = -(-count // fitting)
    edges = [round(number * count / parts) for number in range(parts + 1)]
    return list(itertools.pairwise(edges))


def _head(paper: Paper, sheet: BlankSheet) -> None:
    room, y = paper.text_width - QR - 12, paper.top - 16
    title = f"{sheet.class_name}, {sheet.imprint.window.lower()}"
    with paper.heading(1):
        paper.fitted(paper.margin, y, title, 18, room, face=Face.BOLD, ink=ACCENT)
    paper.fitted(paper.margin, y - 15, f"{sheet.imprint.school} · Blad att skriva på", 10.5, room, ink=MUTED)
    codes = " · ".join([*(f"{letter} {word}" for letter, word in sheet.codes), "12b avbrutet"])
    told = f"{codes}. Tom ruta betyder att resultat saknas. Koden till höger öppnar bladet på skärmen."
    paper.lines(paper.margin, y - 22, fonts.wrap(told, Face.REGULAR, SMALL, room), SMALL, SMALL * 1.25)
    place = paper.right - QR, paper.top - QR
    with paper.shown(f"Kod som öppnar bladet på skärmen: {sheet.address}", *place, QR, QR):
        _code(paper, sheet.address, *place)


def _code(paper: Paper, address: str, x: float, y: float) -> None:
    """The QR code, drawn module by module, ``QR`` across with its white edge."""
    rows = [bytes(row) for row in segno.make_qr(address, error="m").matrix]
    module = QR / (len(rows) + 2 * QUIET)
    for number, row in enumerate(rows):
        bottom = y + QR - (QUIET + number + 1) * module
        for first, last in _runs(row):
            left = x + (QUIET + first) * module
            paper.box(left, bottom, (last - first) * module, module, tint="#000000")


def _runs(row: bytes) -> list[tuple[int, int]]:
    """The stretches of dark modules, from and to."""
    edges = [place for place in range(len(row) + 1) if _is_dark(row, place) != _is_dark(row, place - 1)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _is_dark(row: bytes, place: int) -> bool:
    return 0 <= place < len(row) and row[place] == 1


def _table(
    paper: Paper, columns: tuple[SheetColumn, ...], rows: list[SheetRow], where: tuple[int, float]
) -> None:
    """``where``: the number of the first column among all, and the top of the table."""
    number, top = where
    room = (paper.text_width - NAME_WIDE) / max(1, len(columns))
    wide = min(room, WIDEST)
    y = top - HEADER - BOX
    with paper.table():
        _header(paper, columns, wide, top)
        with paper.row():
            with paper.header("Row"):
                paper.words(paper.margin + 4, y + BOX / 2 - 3.5, "Datum", SMALL, ink=MUTED)
            _boxes(paper, [True] * len(columns), wide, y)
        for row in rows:
            y -= BOX
            with paper.row():
                with paper.header("Row") if row.name else paper.cell():
                    _name(paper, row, y)
                _boxes(paper, list(row.is_open[number : number + len(columns)]), wide, y)


def _header(paper: Paper, columns: tuple[SheetColumn, ...], wide: float, top: float) -> None:
    """Each measure and its ends, wrapped into the width of its boxes, on the boxes."""
    with paper.row():
        with paper.cell():
            pass  # over the names
        for place, column in enumerate(columns):
            with paper.header("Column"):
                _title(paper, column, paper.margin + NAME_WIDE + place * wide + 3, wide - 6, top - HEADER + 2)


def _title(paper: Paper, column: SheetColumn, left: float, wide: float, foot: float) -> None:
    ends = fonts.wrap(column.ends, Face.REGULAR, 7.5, wide)[:2]
    ends += fonts.wrap(column.text, Face.REGULAR, 7.5, wide)[:2] if column.text else []
    y = foot + 9 * len(ends)
    size, lines = _fitted_lines(column.name, wide, HEADER - 3 - 9 * len(ends))
    paper.lines(left, y + size * 1.15 * len(lines) + 1, lines, size, size * 1.15, face=Face.BOLD)
    paper.lines(left, y, ends, 7.5, 9, ink=MUTED)


def _fitted_lines(text: str, limit: float, room: float) -> tuple[float, list[str]]:
    """The largest letters in which the text takes three lines, or as many as there is room for."""
    for size in (9.0, 8.0, 7.0):
        lines = fonts.wrap(text, Face.BOLD, size, limit)
        if len(lines) <= max(3, int(room // (size * 1.15))):
            return size, lines
    return 6.0, fonts.wrap(text, Face.BOLD, 6.0, limit)[:4]


def _name(paper: Paper, row: SheetRow, y: float) -> None:
    paper.box(paper.margin, y, NAME_WIDE, BOX, edge=MUTED)
    year = fonts.ready(row.year or "")
    limit = NAME_WIDE - 8 - (fonts.width(year, Face.REGULAR, SMALL) + 6 if year else 0)
    size = fonts.fitting(row.name, Face.REGULAR, SIZE, limit, SMALL)
    lines = fonts.wrap(row.name, Face.REGULAR, size, limit)
    if len(lines) == 1:
        paper.words(paper.margin + 4, y + BOX / 2 - 4, row.name, size)
    else:
        size = min(SMALL, (BOX - 4) / len(lines))  # a very long name takes more lines, and is printed whole
        lines = fonts.wrap(row.name, Face.REGULAR, size, limit)
        paper.lines(paper.margin + 4, y + BOX - 3, lines, size, min(size * 1.15, (BOX - 4) / len(lines)))
    if year:
        right = paper.margin + NAME_WIDE - 4
        paper.words(right, y + BOX / 2 - 3, year, SMALL, ink=MUTED, align="right")


def _boxes(paper: Paper, are_open: list[bool], wide: float, y: float) -> None:
    """A box for each measure; one that is not for the pupil's year is filled."""
    for place, is_open in enumerate(are_open):
        left = paper.margin + NAME_WIDE + place * wide
        with paper.cell():
            paper.box(left, y, wide, BOX, edge=MUTED, tint=PAPER if is_open else GROUND)
            if not is_open:
                with paper.instead("inte för årskursen"):
                    paper.rule(left + wide * 0.4, y + BOX / 2, left + wide * 0.6, ink=MUTED)
