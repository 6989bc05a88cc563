"""Excel workbooks from strangers: looked over as an archive here, then parsed in a child process with limits.

A workbook is a zip of XML: it can unpack to gigabytes, name paths outside itself or send a parser round in
circles. Nothing of it is parsed in this process, which may hold a web worker's threads and a database.
"""

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from assessments.roster.characters import shown
from assessments.roster.header import Column, keys_of, nearest
from assessments.roster.tables import Limits, SheetRow, UnreadableFile
from assessments.roster.text_tables import Fault, RawTable
from assessments.roster.workbook_child import key_of

CHILD = Path(__file__).with_name("workbook_child.py")
MOST_PARTS = 300
MOST_UNPACKED = 60 << 20
MOST_RATIO = 200
SMALL_PART = 1 << 20  # below this a ratio says nothing: blank padding alone reaches 500
REQUIRED_PARTS = {"[Content_Types].xml", "xl/workbook.xml"}
UNNAMED = re.compile(
    r"(blad|sheet|tabell|table|ark|kalkylblad|taul\w*)?\s*\d*", re.IGNORECASE
)  # by the program
MOST_NAMED = 20
SAVE_ANEW = "Öppna filen i Excel och spara den på nytt som .xlsx eller CSV"
SMALLER = "Ta bort bilder, blad och kolumner som inte behövs, eller spara bladet som CSV"

# By a part that only such a file has.
OTHER_KINDS = {
    "xl/workbook.bin": ("filen är en binär Excel-fil (.xlsb)", SAVE_ANEW),
    "content.xml": (
        "filen är ett OpenDocument-kalkylblad (.ods)",
        "Öppna den där den gjordes och spara den som .xlsx eller CSV",
    ),
    "Index/Document.iwa": ("filen är gjord i Numbers", "Exportera den därifrån till Excel (.xlsx) eller CSV"),
    "word/document.xml": (
        "filen är ett Word-dokument",
        "Kopiera tabellen till Excel och spara som .xlsx",
    ),
}
AN_ARCHIVE = ("filen är ett arkiv men ingen Excel-arbetsbok", SAVE_ANEW)

TOLD_BY_THE_CHILD = {
    "damaged": ("Excel-filen är skadad", SAVE_ANEW),
    "doctype": ("Excel-filen innehåller otillåten XML", SAVE_ANEW),
    "too_large": ("Excel-filen är för stor när den packas upp", SMALLER),
    "no_sheet": (
        "Excel-filen har inget blad med innehåll",
        "Lägg listan på ett blad med rubriker på första raden",
    ),
    "too_wide": ("fler än 100 kolumner", "Ta bort kolumner som inte behövs"),
    "too_long": ("för många rader", "Dela filen i flera eller läs in den med kommandot"),
}
TOLD_OF_A_CELL = {
    "formula": (
        "cellen har en formel utan uträknat värde",
        "Öppna och spara filen i Excel, eller skriv värdet",
    ),
    "merged": ("cellen är sammanslagen med andra", "Dela cellerna och skriv värdet i var och en"),
    "text": ("cellen har mer än 1 000 tecken", "Korta texten"),
}


def read_workbook(
    content: bytes, limits: Limits, columns: Sequence[Column] = (), sheet_says: Column | None = None
) -> RawTable:
    """The first sheet with a table on it, and those with the same header; raises ``UnreadableFile`` for what
    is no honest workbook. ``columns``: those by which the header is found. ``sheet_says``: the column that
    the names of the sheets stand for, where they are several and have no such column."""
    _look_over(content)
    told = _parsed(content, limits, keys_of(columns))
    sheets, left = told["sheets"], [f"”{shown(name)}”" for name in told["left"]]
    table = _table(sheets[0]) if len(sheets) == 1 else _joined(sheets, sheet_says)
    if left:
        more = f" och {len(left) - MOST_NAMED} till" if len(left) > MOST_NAMED else ""
        named = ", ".join(left[:MOST_NAMED]) + more
        read = f"Bara bladet ”{shown(sheets[0]['name'])}” läses. " if len(sheets) == 1 else ""
        table.notes.append(f"{read}Blad med andra rubriker läses inte: {named}.")
    return table


def _look_over(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, OverflowError):
        raise UnreadableFile(*TOLD_BY_THE_CHILD["damaged"]) from None
    names = [part.filename for part in parts]
    if not set(names) >= REQUIRED_PARTS:
        raise UnreadableFile(*next((told for part, told in OTHER_KINDS.items() if part in names), AN_ARCHIVE))
    if len(parts) > MOST_PARTS:
        raise UnreadableFile(f"Excel-filen har fler än {MOST_PARTS} delar", SMALLER)
    if len(set(names)) != len(names) or any(_leads_out(name) for name in names):
        raise UnreadableFile("Excel-filen har otillåtna namn på sina delar", SAVE_ANEW)
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile("Excel-filen är låst med lösenord", SAVE_ANEW + " utan lösenord")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise UnreadableFile(*TOLD_BY_THE_CHILD["damaged"])
    if sum(part.file_size for part in parts) > MOST_UNPACKED or any(_swells(part) for part in parts):
        raise UnreadableFile(*TOLD_BY_THE_CHILD["too_large"])


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/")


def _swells(part: zipfile.ZipInfo) -> bool:
    return part.file_size > SMALL_PART and part.file_size > MOST_RATIO * max(part.compress_size, 1)


def _parsed(content: bytes, limits: Limits, known: Collection[str]) -> dict[str, Any]:
    """What the child made of it. A fresh interpreter, no fork: that would carry a worker's locks along."""
    numbers = [str(limits.cpu_seconds), str(limits.rows), str(limits.columns)]
    try:
        child = subprocess.run(  # noqa: S603 - our own file, numbers and words, no shell
            [sys.executable, "-I", str(CHILD), *numbers, json.dumps(sorted(known))],
            input=content,
            capture_output=True,
            timeout=limits.wall_seconds,
            env={"OPENPYXL_LXML": "False", "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
        told: dict[str, Any] = json.loads(child.stdout) if child.returncode == 0 else {"refused": None}
    except (subprocess.TimeoutExpired, ValueError):
        told = {"refused": None}
    if "refused" in told:
        reason, remedy = TOLD_BY_THE_CHILD.get(
            told["refused"], ("Excel-filen tog för lång tid eller för mycket minne att läsa", SMALLER)
        )
        where = f" på bladet ”{shown(told['sheet'])}”" if told.get("sheet") else ""
        raise UnreadableFile(reason + where, remedy, row=told.get("row", 1))
    return told


def _table(sheet: dict[str, Any]) -> RawTable:
    rows, top = sheet["rows"], sheet["top"]
    first, header = rows[top]
    table = RawTable(header, [], pads_rows=True, above=first - 1, titled=top > 0)
    table.rows = [(number - first + 1, cells) for number, cells in rows[top + 1 :]]
    table.faults = [
        Fault(row - first + 1, column, *TOLD_OF_A_CELL[kind])
        for row, column, kind in sheet["faults"]
        if row >= first
    ]
    return table


def _joined(sheets: list[dict[str, Any]], sheet_says: Column | None) -> RawTable:
    """Sheets with one header as one table. Every sheet is counted from the row where the first header stands,
    so that one number of rows is added to find any row in its sheet."""
    told = {sheet["place"]: _table(sheet) for sheet in sheets}
    header = next(iter(told.values())).header
    above = min(table.above for table in told.values())
    joined = RawTable(header, [], pads_rows=True, above=above)
    joined.titled = above > 0 and any(table.titled for table in told.values())
    names = [sheet["name"] for sheet in sheets]
    listed = ", ".join(f"”{shown(name)}”" for name in names[:MOST_NAMED])
    more = f" och {len(names) - MOST_NAMED} till" if len(names) > MOST_NAMED else ""
    joined.notes.append(f"{len(names)} blad med samma rubriker läses: {listed}{more}.")
    is_said = sheet_says is not None and _sheets_say(sheet_says, header, names)
    if sheet_says and is_said:
        joined.header = [*header, sheet_says.name]
        joined.notes.append(
            f"Filen har ingen kolumn för {sheet_says.name}: bladets namn är elevens {sheet_says.name}."
        )
    rows: list[tuple[int, list[str]]] = []
    copies = 0
    read: set[tuple[str, ...]] = set()  # of the sheets before: a sheet of all beside one for each class
    for sheet in sheets:
        table = told[sheet["place"]]
        lower = table.above - above
        own = [(number + lower, cells) for number, cells in table.rows if cells != header]
        fresh = [(number, cells) for number, cells in own if tuple(cells) not in read]
        copies += len(own) - len(fresh)
        if not is_said:  # else the same row is the same pupil in two classes, which is told at the later
            read.update(tuple(cells) for _, cells in own)
        for number, cells in fresh:
            whole = [*cells, *[""] * (len(header) - len(cells)), sheet["name"]] if is_said else cells
            rows.append((SheetRow.on(sheet["place"], shown(sheet["name"]), number), whole))
        joined.faults += [
            Fault(
                SheetRow.on(sheet["place"], shown(sheet["name"]), one.row + lower),
                one.column,
                one.reason,
                one.remedy,
            )
            for one in table.faults
        ]
    joined.rows = rows
    if copies:
        joined.notes.append(f"Rader som står likadant på ett blad till läses en gång: {copies}.")
    return joined


def _sheets_say(column: Column, header: list[str], names: list[str]) -> bool:
    """Whether the sheets' names stand for the column: somebody gave them, and no header is, or is close to,
    what it is called."""
    own = list(keys_of([column]))
    return not any(UNNAMED.fullmatch(name.strip()) for name in names) and not any(
        nearest(key_of(cell), own) for cell in header if cell
    )
