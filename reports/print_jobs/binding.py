"""Several documents as one: their pages, bookmarks and structure trees, each beginning on an odd page.

What a screen reader follows stays whole: marked content names its place by numbers of its own document, and
those of the later documents are moved beyond the ones before.
"""

import contextlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pikepdf import Array, Dictionary, Name, NumberTree, ObjectStreamMode, OutlineItem, Page, Pdf


def bound(files: Mapping[Path, str]) -> bytes:
    """One document; ``files`` by path with the bookmark of each, in their order. The same files give the same
    bytes. Raises ``FileNotFoundError``.
    """
    with contextlib.ExitStack() as opened:
        first, *others = (opened.enter_context(Pdf.open(file)) for file in files)
        bookmarks, titles = [_bookmarks(first)], list(files.values())
        starts = [0]
        for other in others:
            if len(first.pages) % 2:  # the back of the last sheet stays empty
                first.add_blank_page(page_size=_size(first.pages[-1]))
            starts.append(len(first.pages))
            bookmarks.append(_bookmarks(other))
            _append(first, other)
        with first.open_outline() as outline:
            outline.root[:] = [_class_bookmark(*one) for one in zip(titles, starts, bookmarks, strict=True)]
        content = io.BytesIO()
        first.save(content, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return content.getvalue()


def _size(page: Page) -> tuple[float, float]:
    _x, _y, width, height = page.mediabox
    return float(width), float(height)


def _bookmarks(document: Pdf) -> list[tuple[str, int]]:
    """Title and page (from 0) of each, one level deep as a class has them."""
    places: dict[Any, int] = {page.objgen: number for number, page in enumerate(document.pages)}
    with document.open_outline() as outline:
        return [(str(one.title), places[_page(one).objgen]) for one in outline.root]


def _page(bookmark: Any) -> Any:
    return bookmark.destination[0]


def _class_bookmark(title: str, start: int, bookmarks: list[tuple[str, int]]) -> OutlineItem:
    item = OutlineItem(title, start)
    item.children.extend(OutlineItem(inner, start + page) for inner, page in bookmarks)
    return item


def _append(first: Pdf, other: Pdf) -> None:
    before = len(first.pages)
    first.pages.extend(other.pages)
    if Name.StructTreeRoot in first.Root and Name.StructTreeRoot in other.Root:
        # After the pages: what the tree says of them means the copies.
        tree = first.copy_foreign(other.Root.StructTreeRoot)
        _join(first.Root.StructTreeRoot, tree, [page.obj for page in first.pages[before:]])


def _join(tree: Any, later: Any, pages: list[Any]) -> None:
    """Lay the later tree's elements and numbers in the first."""
    numbers = NumberTree(tree.ParentTree)
    beyond = max(numbers.keys(), default=-1) + 1
    for number, parents in list(NumberTree(later.ParentTree).items()):
        numbers[number + beyond] = parents
    tree.ParentTreeNextKey = max(numbers.keys(), default=-1) + 1
    for marked in _marked(pages):
        for name in (Name.StructParents, Name.StructParent):
            if name in marked:
                marked[name] = int(marked[name]) + beyond
    children = _as_array(later.K)
    for child in children:
        child.P = tree
    tree.K = Array([*_as_array(tree.K), *children])


def _as_array(children: Any) -> list[Any]:
    return list(children) if isinstance(children, Array) else [children]


def _marked(pages: list[Any]) -> Iterator[Any]:
    """Whatever may say where its marked content stands in the tree, each once: pages, links, drawings."""
    seen = set()
    for page in pages:
        drawings = page.get(Name.Resources, Dictionary()).get(Name.XObject, Dictionary())
        for one in (page, *page.get(Name.Annots, []), *drawings.values()):
            if one.objgen not in seen:
                seen.add(one.objgen)
                yield one
