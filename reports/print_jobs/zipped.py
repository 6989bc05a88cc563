"""The files of an order as one archive: a folder for each school, a file for each class."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from reports.print_jobs import folder
from reports.print_jobs.models import PrintClass, PrintOrder

LONGEST = 60  # characters of a name
ODD = re.compile(r"[^\w .()-]")  # what one system or another does not take in the name of a file


class Pieces(io.RawIOBase):
    """What the archive writes, until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def files_of(order: PrintOrder, classes: Sequence[PrintClass]) -> dict[str, Path]:
    """By name in the archive. Raises ``FileNotFoundError`` where one of them is being made anew."""
    files = {_name(place): folder.file_of(order.folder, place.position) for place in classes}
    for file in files.values():
        file.stat()
    return files


def zipped(files: Mapping[str, Path], day: date) -> Iterator[bytes]:
    """The archive, a class at a time. PDF is compressed already: they are only laid together."""
    pieces = Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_STORED) as bundle:
        for name, file in files.items():
            bundle.writestr(zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0)), file.read_bytes())
            yield pieces.taken()
    yield pieces.taken()


def _name(place: PrintClass) -> str:
    """``Ekbackens skola/03 1A.pdf``: in the order they are handed out, whatever a class is called."""
    school_class = place.school_class
    return f"{_plain(school_class.school.name)}/{place.position:02} {_plain(school_class.name)}.pdf"


def _plain(name: str) -> str:
    return ODD.sub("_", name)[:LONGEST].strip(" .") or "_"
