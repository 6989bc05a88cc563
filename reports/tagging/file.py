"""The bytes of a PDF: streams one by one, all else in compressed stores, and a table of where each thing is.

ReportLab knows no stores: the structure of a class set would be as large as its pages. It also ends streams
in a way that archives refuse.
"""

import hashlib
import itertools
from collections.abc import Callable

import deflate
import numpy as np

HEAD = b"%PDF-1.7\n%\xe5\xe4\xf6\xc5\n"
IN_A_STORE = 500  # objects: a reader unpacks the whole store for one of them
END = b"endstream\n"  # as ReportLab ends a stream
ENDED = b"\r\nendstream\n"  # both signs: content that ends in the first is not taken to be shorter
LEVEL = 6  # of packing: tighter and twice as fast as zlib's own
WIDTHS = (1, 4, 2)  # bytes of a line in the table: kind, where, place in its store


class File:
    """A file under way. ``next_number`` gives a number that no object has."""

    def __init__(self, next_number: Callable[[], int]) -> None:
        self._next_number = next_number
        self._parts = [HEAD]
        self._at = len(HEAD)
        self._places: list[tuple[int, int, int, int]] = []  # number, and its line in the table
        self._small: list[tuple[int, bytes]] = []

    def add(self, number: int, body: bytes) -> None:
        """An object, as it is written."""
        if body.endswith(END):
            self._put(number, b"%s%s" % (body[: -len(END)], ENDED))
            return
        self._small.append((number, body))
        if len(self._small) == IN_A_STORE:
            self._put_store()

    def ended(self, root: bytes, info: bytes) -> bytes:
        """The whole file; ``root`` and ``info`` are references."""
        if self._small:
            self._put_store()
        number = self._next_number()
        self._places.append((number, 1, self._at, 0))
        name = self._digest()
        said = b"/Type/XRef/W[1 4 2]/Size %d/Root %s/Info %s/ID[<%s><%s>]%s"
        steps = b"/DecodeParms<</Predictor 12/Columns %d>>" % sum(WIDTHS)
        table = _packed_stream(said % (number + 1, root, info, name, name, steps), self._table())
        end = b"startxref\n%d\n%%%%EOF\n" % self._at
        return b"".join((*self._parts, b"%d 0 obj\n%sendobj\n" % (number, table), end))

    def _put(self, number: int, body: bytes) -> None:
        self._places.append((number, 1, self._at, 0))
        self._parts.append(b"%d 0 obj\n%sendobj\n" % (number, body))
        self._at += len(self._parts[-1])

    def _put_store(self) -> None:
        some, self._small = self._small, []
        number = self._next_number()
        self._places += [(one, 2, number, place) for place, (one, _) in enumerate(some)]
        self._put(number, _store(some))

    def _table(self) -> bytes:
        """Each line as what it differs from the one above, which packs to a tenth: PNG calls it "up", 2."""
        laid = np.fromiter(itertools.chain.from_iterable(self._places), ">u4", 4 * len(self._places))
        number, *columns = laid.reshape(-1, 4).T
        lines = np.zeros((number.max() + 2, sum(WIDTHS)), np.uint8)  # and one above the first
        parts = [column.tobytes() for column in columns]
        four = [
            np.frombuffer(part, np.uint8).reshape(-1, 4)[:, -width:]
            for part, width in zip(parts, WIDTHS, strict=True)
        ]
        lines[number + 1] = np.hstack(four)
        return bytes(np.insert(np.diff(lines, axis=0), 0, 2, axis=1).tobytes())

    def _digest(self) -> bytes:
        """The file's name among all files: the same for the same content."""
        summed = hashlib.md5(usedforsecurity=False)
        for part in self._parts:
            summed.update(part)
        return summed.hexdigest().encode()


def stream(said: str, content: bytes) -> bytes:
    """A stream that is packed already, or is to lie open, as :meth:`File.add` takes it."""
    return b"<<%s/Length %d>>\nstream\n%s%s" % (said.encode(), len(content), content, END)


def _store(bodies: list[tuple[int, bytes]]) -> bytes:
    places = itertools.accumulate((len(body) + 1 for _, body in bodies), initial=0)
    index = " ".join(f"{number} {place}" for (number, _), place in zip(bodies, places, strict=False)).encode()
    content = b"%s\n%s" % (index, b"\n".join(body for _, body in bodies))
    return _packed_stream(b"/Type/ObjStm/N %d/First %d" % (len(bodies), len(index) + 1), content)


def _packed_stream(said: bytes, content: bytes) -> bytes:
    small = packed(content)
    return b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s%s" % (said, len(small), small, ENDED)


def packed(content: bytes) -> bytes:
    return bytes(deflate.zlib_compress(content, LEVEL))
