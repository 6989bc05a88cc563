"""Excel workbooks from strangers: looked over as an archive here, then parsed in a child process with limits.

A workbook is a zip of XML: it can unpack to gigabytes, name paths outside itself or send a parser round in
circles. Nothing of it is parsed in this process, which may hold a web worker's threads and a database.
"""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from assessments.roster.header import MOST_ABOVE, header_among
from assessments.roster.tables import Limits, UnreadableFile
from assessments.roster.text_tables import Fault, RawTable

CHILD = Path(__file__).with_name("workbook_child.py")
MOST_PARTS = 300
MOST_UNPACKED = 60 << 20
MOST_RATIO = 200
SMALL_PART = 1 << 20  # below this a ratio says nothing: blank padding alone reaches 500
REQUIRED_PARTS = {"[Content_Types].xml", "xl/workbook.xml"}
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


def read_workbook(content: bytes, limits: Limits, known: Collection[str] = ()) -> RawTable:
    """The first sheet with a table on it; raises ``UnreadableFile`` for what is no honest workbook.
    ``known``: headers as they are compared, by which the header is found."""
    _look_over(content)
    return _table(_parsed(content, limits), known)


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


def _parsed(content: bytes, limits: Limits) -> dict[str, Any]:
    """What the child made of it. A fresh interpreter, no fork: that would carry a worker's locks along."""
    arguments = [str(limits.cpu_seconds), str(limits.rows), str(limits.columns)]
    try:
        child = subprocess.run(  # noqa: S603 - our own file and numbers, no shell
            [sys.executable, "-I", str(CHILD), *arguments],
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
        raise UnreadableFile(reason, remedy, row=told.get("row", 1))
    return told


def _table(told: dict[str, Any], known: Collection[str]) -> RawTable:
    rows = told["rows"]
    top, _headers = header_among([cells for _, cells in rows[:MOST_ABOVE]], known)
    first, header = rows[top]
    table = RawTable(header, [], pads_rows=True, above=first - 1, titled=top > 0)
    table.rows = [(number - first + 1, cells) for number, cells in rows[top + 1 :]]
    table.faults = [
        Fault(row - first + 1, column, *TOLD_OF_A_CELL[kind])
        for row, column, kind in told["faults"]
        if row >= first
    ]
    if told["other_sheets"]:
        table.notes.append(f"Bara bladet ”{told['sheet']}” läses; övriga blad lämnas.")
    return table
