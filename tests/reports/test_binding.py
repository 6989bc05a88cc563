"""Several documents bound as one: whole for those who hear it, and every bookmark where it was."""

import io
from pathlib import Path

import pikepdf
import pytest
from invented_figures import IMPRINT, sheet
from tagged import told

from reports.documents import class_set
from reports.figures.guardian import ClassSet
from reports.print_jobs.binding import bound

ODD = (r"Åsa \) 7 0 R", "(5 0 R) Ek, x 0 R", "/StructParents 3")  # names that look like what is moved


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, str]:
    folder = tmp_path_factory.mktemp("parts")
    found = {}
    for number, names in enumerate((ODD, ODD[:1], ODD)):
        file = folder / f"{number}.pdf"
        sheets = tuple(sheet(name, key=key) for key, name in enumerate(names))
        file.write_bytes(class_set.pdf([ClassSet(IMPRINT, "2B", sheets)]))
        found[file] = f"Klass {number} (6 0 R)"
    return found


def test_each_begins_on_an_odd_page_under_its_bookmark_and_names_are_as_they_were(files: dict[Path, str]):
    with pikepdf.open(io.BytesIO(bound(files))) as pdf, pdf.open_outline() as outline:
        places = {page.objgen: number for number, page in enumerate(pdf.pages)}
        told_of = [
            (one.title, [(inner.title, places[inner.destination[0].objgen]) for inner in one.children])
            for one in outline.root
        ]
        starts = [places[one.destination[0].objgen] for one in outline.root]
    assert starts == [0, 6, 8]
    assert told_of == [
        (title, [(name, start + 2 * place) for place, name in enumerate(names)])
        for title, start, names in zip(files.values(), starts, (ODD, ODD[:1], ODD), strict=True)
    ]


def test_it_reads_as_its_parts_do_and_is_the_same_each_time(files: dict[Path, str]):
    whole = bound(files)
    assert [one.text for one in told(whole).children] == [told(file.read_bytes()).text for file in files]
    assert bound(files) == whole
