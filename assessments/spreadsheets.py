"""Tables as files that Swedish Excel opens right: semicolons, BOM and decimal comma, or a workbook.

Text that a spreadsheet would run as a formula is guarded; numbers are written as numbers, never guarded.
"""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

from flask import Response

Cell = str | int | Decimal | None
Rows = Sequence[Sequence[Cell]]
CSV, XLSX = "csv", "xlsx"
KINDS = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMULAS = tuple("=+-@|%\t\r＝＋－＠｜％")  # what may begin one, with the full-width twins


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULAS) else text


def as_csv(rows: Rows) -> bytes:
    """``;`` between cells, CRLF, UTF-8 with BOM."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(map(csv_row, rows))
    return out.getvalue().encode("utf-8-sig")


def csv_row(row: Sequence[Cell]) -> list[str]:
    """The cells as they are written: text guarded, numbers with a decimal comma."""
    return [_word(cell) for cell in row]


def _word(cell: Cell) -> str:
    if cell is None:
        return ""
    return guarded(cell) if isinstance(cell, str) else f"{Decimal(cell):f}".replace(".", ",")


def as_xlsx(rows: Rows, title: str) -> bytes:
    """One sheet; every text is typed as text, so that nothing in it is ever run."""
    from openpyxl import Workbook  # only where somebody asks for a workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def spreadsheet(rows: Rows, kind: str, name: str, title: str) -> Response:
    """The file as an answer; ``name`` without its ending."""
    content = as_csv(rows) if kind == CSV else as_xlsx(rows, title)
    answer = Response(content, content_type=KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
