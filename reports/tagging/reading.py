"""The objects of a file that :mod:`reports.tagging.file` has written, and of no other."""

import itertools
import re
import zlib
from collections.abc import Iterator

from reports.tagging.file import END, HEAD

OBJECT = re.compile(rb"(\d+) 0 obj\n")
LENGTH = re.compile(rb"/Length (\d+)")
STORE = re.compile(rb"<</Type/ObjStm/N \d+/First (\d+)")
TABLE = b"<</Type/XRef"
ENDS = re.compile(rb"/Root (\d+) 0 R/Info (\d+) 0 R")
BEGINS, ENDED = b"\nstream\n", len(b"\r\nendstream\nendobj\n")
REFERENCE = re.compile(rb"(\d+) 0 R")
SAID_OR_REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)*\)|(\d+) 0 R", re.DOTALL)
SAYS_REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)* 0 R", re.DOTALL)
REFERS, DIGITS = b" 0 R", b"0123456789"
BETWEEN = b"\0"  # objects: no text of an object holds it as it is


def objects(content: bytes, beyond: int) -> Iterator[tuple[int, bytes]]:
    """Number and body of each, as ``File.add`` takes them, all numbers moved up by ``beyond``."""
    at = len(HEAD)
    while True:
        begins = OBJECT.match(content, at)
        if begins is None:
            raise ValueError("not a file of ours")
        laid = content.index(BEGINS, begins.end()) + len(BEGINS)
        said = content[begins.end() : laid]
        if said.startswith(TABLE):
            return
        at = laid + _number(LENGTH, said)
        stream = content[laid:at]
        at += ENDED
        if said.startswith(b"<</Type/ObjStm"):
            yield from _stored(zlib.decompress(stream), _number(STORE, said), beyond)
        else:
            yield int(begins[1]) + beyond, b"%s%s%s" % (moved(said, beyond), stream, END)


def root_and_info(content: bytes, beyond: int) -> tuple[int, int]:
    """The numbers of what says what the file is."""
    root, info = ENDS.findall(content, content.rindex(TABLE))[0]
    return int(root) + beyond, int(info) + beyond


def _number(sought: re.Pattern[bytes], said: bytes) -> int:
    found = sought.search(said)
    if found is None:
        raise ValueError("not a file of ours")
    return int(found[1])


def _stored(content: bytes, first: int, beyond: int) -> Iterator[tuple[int, bytes]]:
    index = [*map(int, content[:first].split())]
    numbers, places = index[::2], [first + place for place in index[1::2]]
    ends = itertools.pairwise((*places, len(content) + 1))
    bodies = [content[here : there - 1] for here, there in ends]
    later = moved(BETWEEN.join(bodies), beyond).split(BETWEEN)
    yield from zip((number + beyond for number in numbers), later, strict=True)


def moved(said: bytes, beyond: int) -> bytes:
    """What is said, with references that lie as much higher. What looks like one in a text stays."""
    if not beyond:
        return said
    if SAYS_REFERENCE.search(said):
        return SAID_OR_REFERENCE.sub(lambda one: _moved(one, beyond), said)
    *parts, last = said.split(REFERS)  # half the time of a regular expression
    before = [part.rstrip(DIGITS) for part in parts]
    moved_up = [
        b"%s%d%s" % (one, int(part[len(one) :]) + beyond, REFERS)
        for one, part in zip(before, parts, strict=True)
    ]
    return b"".join([*moved_up, last])


def _moved(found: re.Match[bytes], beyond: int) -> bytes:
    return b"%d 0 R" % (int(found[1]) + beyond) if found[1] else found[0]
