"""The table of a class report: a row per pupil in alphabetical order, a column per measure."""

from dataclasses import dataclass

from assessments.words import counted
from reports import fonts
from reports.figures.school_class import Cell, ClassReport, Column, PupilRow, short_name
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import ACCENT, INK, LOOKS, MUTED
from reports.wording import level_word

LEVEL, MOVED, NOTE = 92.0, 22.0, 96.0
NARROWEST_NAME, WIDEST_NAME = 110.0, 260.0
NARROWEST, WIDEST = 47.0, 78.0  # a measure's column
LARGEST_HEADER, SMALLEST_HEADER = 8.5, 5.8
HIGHEST_ROW, LOWEST_ROW = 18.0, 12.0
SMALLEST_WORD, SMALLEST_LINE = 7.5, 6.0


@dataclass(frozen=True)
class Grid:
    """Where the columns stand, from the left margin, and how high the rows are."""

    name: float
    measure: float
    row: float
    header_size: float
    header: float

    def at(self, number: int) -> float:
        return self.name + LEVEL + MOVED + number * self.measure

    @property
    def leading(self) -> float:
        return self.header_size * 1.18


def draw(paper: Paper, report: ClassReport, top: float) -> None:
    """From ``top`` on this page, and on as many pages as the class needs."""
    grid = _grid(paper, report, top)
    with paper.table():
        y = _header(paper, report.columns, grid, top)
        for row in report.rows:
            if y - grid.row < paper.margin:
                paper.next_page()
                with paper.artifact():
                    y = _header(paper, report.columns, grid, paper.top)
            _row(paper, row, grid, y)
            y -= grid.row
    said = []
    if len(report.rows) < report.enrolled:
        said = [
            f"Siffrorna gäller alla {report.enrolled} elever. {len(report.rows)} av dem står med namn här."
        ]
    if report.narrowed:
        said.append(f"{counted(report.narrowed, 'elev', 'elever')} visas inte: behandlingen är begränsad.")
    if said:
        paper.words(paper.margin, max(y - 11, paper.margin - 2), " ".join(said), 8.5, ink=MUTED)


def right_edge(paper: Paper, report: ClassReport, top: float) -> float:
    """Where the table ends: a class with few measures leaves room beside it."""
    return float(paper.margin + _grid(paper, report, top).at(len(report.columns)) + NOTE)


def _grid(paper: Paper, report: ClassReport, top: float) -> Grid:
    """Names and measures as wide as they may be, rows as high as lets the class stand on one page."""
    columns, room = max(1, len(report.columns)), paper.text_width - LEVEL - MOVED - NOTE
    size = min(HIGHEST_ROW * 0.72, 10.5)
    longest = max(
        (fonts.width(fonts.ready(row.name), Face.REGULAR, size) for row in report.rows), default=0.0
    )
    name = min(
        max(longest + 32, NARROWEST_NAME), WIDEST_NAME, max(NARROWEST_NAME, room - columns * NARROWEST)
    )
    measure = min(WIDEST, (room - name) / columns)
    words = [word for column in report.columns for word in short_name(column.name).split()]
    sizes = [fonts.fitting(word, Face.BOLD, LARGEST_HEADER, measure - 6, 0) for word in words]
    header_size = min((size for size in sizes if size >= SMALLEST_HEADER), default=LARGEST_HEADER)
    lines = max((len(_title(column, measure, header_size)) for column in report.columns), default=1)
    header = (lines + 1) * header_size * 1.18 + 6
    row = (top - header - paper.margin - 12) / max(1, len(report.rows))
    return Grid(name, measure, max(LOWEST_ROW, min(HIGHEST_ROW, row)), header_size, header)


def _title(column: Column, width: float, size: float) -> list[str]:
    return fonts.wrap(short_name(column.name), Face.BOLD, size, width - 6)


def _header(paper: Paper, columns: tuple[Column, ...], grid: Grid, top: float) -> float:
    left, foot, size = paper.margin, top - grid.header, grid.header_size

    def named(at: float, said: str) -> None:
        with paper.header("Column"):
            paper.words(left + at, foot + 5, said, LARGEST_HEADER, face=Face.BOLD)

    with paper.row():
        named(0.0, "Elev")
        named(grid.name, "Nivå")
        for number, column in enumerate(columns):
            lines, x = _title(column, grid.measure, size), left + grid.at(number) + 3
            high = foot + 5 + grid.leading * (len(lines) + 1) - 2
            with paper.header("Column"):
                paper.lines(x, high, lines, size, grid.leading, face=Face.BOLD)
                paper.fitted(x, foot + 5, column.goal or column.unit, size, grid.measure - 6, ink=MUTED)
        named(grid.at(len(columns)) + 6, "Anmärkning")
    paper.rule(left, foot, left + grid.at(len(columns)) + NOTE, ink=INK, thick=0.8)
    return foot


def _row(paper: Paper, row: PupilRow, grid: Grid, top: float) -> None:
    left, foot, size = paper.margin, top - grid.row, min(10.5, grid.row * 0.72)
    base = foot + (grid.row - size * 0.66) / 2
    with paper.row():
        with paper.header("Row"):
            _name(paper, row, left, base, size, grid.name)
        with paper.cell():
            _level(paper, row, left + grid.name, base, size)
        for number, cell in enumerate(row.cells):
            with paper.cell():
                _cell(paper, cell, left + grid.at(number), foot, grid, size)
        with paper.cell():
            _note(paper, row, left + grid.at(len(row.cells)) + 6, base, size)
    paper.rule(left, foot, left + grid.at(len(row.cells)) + NOTE, thick=0.3)


def _name(paper: Paper, row: PupilRow, x: float, base: float, size: float, width: float) -> None:
    """The whole name on one line, with the year behind it in a mixed class."""
    year = f"  {row.year}" if row.year else ""
    room = width - 8 - fonts.width(year, Face.REGULAR, size * 0.9)
    taken = paper.fitted(x, base, row.name, size, room)
    if year:
        paper.words(x + taken, base, year, size * 0.9, ink=MUTED)


def _level(paper: Paper, row: PupilRow, x: float, base: float, size: float) -> None:
    """The level, where the window judges the pupil, and whether it is another one than the time before."""
    if row.has_level:
        paper.mark(row.level, x + size / 2, base + size * 0.32, size * 0.92)
        said, ink = "Underlag saknas" if row.level is None else level_word(row.level), LOOKS[row.level].ink
        paper.fitted(x + size + 5, base, said, size, LEVEL - size - 8, ink=ink, face=Face.BOLD)
    if row.moved:
        arrow, said = ("↑", "högre än förra perioden") if row.moved > 0 else ("↓", "lägre än förra perioden")
        with paper.instead(f"{said} "):
            paper.words(x + LEVEL + 6, base, arrow, size, face=Face.BOLD)


def _note(paper: Paper, row: PupilRow, x: float, base: float, size: float) -> None:
    taken = 0.0
    if row.is_to_follow_up:
        taken = paper.words(x, base, "Följ upp", size, face=Face.BOLD, ink=ACCENT) + 5
    if row.note:
        paper.fitted(x + taken, base, row.note, size * 0.9, NOTE - 6 - taken, ink=MUTED)


def _cell(paper: Paper, cell: Cell, x: float, foot: float, grid: Grid, size: float) -> None:
    """The shape and the score on the level's tint; what is missing, hatched and in words, on two lines where
    they are many."""
    base, at = foot + (grid.row - size * 0.66) / 2, x + 9 + size
    face, ink = (Face.REGULAR, MUTED) if cell.is_missing else (Face.BOLD, INK)
    is_marked = cell.level is not None or cell.is_missing
    if is_marked:
        paper.box(x + 1, foot + 0.8, grid.measure - 2, grid.row - 1.6, tint=LOOKS[cell.level].tint, radius=2)
    if fonts.fitting(cell.shown, face, size, x + grid.measure - 4 - at, 0) < min(size, SMALLEST_WORD):
        at = x + 4  # a long word for an absence needs the room of its mark
    elif is_marked:
        said = f"{level_word(cell.level)} " if cell.level else ""
        paper.mark(cell.level, x + 5 + size / 2, base + size * 0.32, size * 0.86, said)
    room, most = x + grid.measure - 3 - at, (grid.row - 1) / 2
    small, lines = _in_two(cell.shown, face, room, most)
    if fonts.fitting(cell.shown, face, size, room, 0) < min(small, SMALLEST_LINE):
        paper.lines(at, foot + grid.row / 2 + small * 1.1, lines, small, small, face=face, ink=ink)
    else:
        paper.fitted(at, base, cell.shown, size, room, face=face, ink=ink)


def _in_two(text: str, face: Face, limit: float, most: float) -> tuple[float, list[str]]:
    """The largest letters in which the text takes two lines, with them; 0 where it does not."""
    for size in (most, 7.5, 6.5, 5.5):
        lines = fonts.wrap(text, face, size, limit) if size <= most else []
        if len(lines) == 2:
            return size, lines
    return 0.0, []
