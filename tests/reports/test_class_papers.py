"""The sheet to write on and the list of groups: names, no results, and the way back to the screen."""

import io
from datetime import date
from typing import Any

import pdfplumber
import pypdfium2
import pytest
import sqlalchemy as sa
import zxingcpp
from cast import Ekbacken
from invented_figures import FAR_AND_WIDE, HOSTILE, fonts_of, page_count, pages
from posting import post
from tagged import told

from assessments.access.models import AuditEntry
from assessments.database import db
from reports.documents import blank_sheet, reading_groups
from reports.figures.blank_sheet import BlankSheet, SheetColumn, SheetRow
from reports.figures.imprint import Imprint
from reports.figures.reading_groups import GroupList, GroupOnPaper

IMPRINT = Imprint("Björkskolan", "Hösten 2026/27", "", date(2026, 10, 15))
ADDRESS = "https://lasspar.example/classes/123456/windows/2026-27-autumn/sheet"
MEASURES = (
    SheetColumn("Bokstavsljud", "0–29 antal"),
    SheetColumn("Avstämning A (Skolverkets bedömningsstöd)", "Ej nådd, Delvis, Nådd"),
    SheetColumn("Rätt lästa ord per minut, text", "0–250 ord/min"),
)
MM = 72 / 25.4
LOCKED = "Innehåller elevuppgifter – förvara inlåst"


def sheet(names: tuple[str, ...] = FAR_AND_WIDE, columns: int = 3, year: str | None = None) -> BlankSheet:
    chosen = (MEASURES * 6)[:columns]
    rows = tuple(SheetRow(name, year, (False, *[True] * (columns - 1))) for name in names)
    codes = (("f", "frånvarande"), ("k", "kan inte genomföras ännu"))
    return BlankSheet(IMPRINT, "2-3", chosen, rows, codes, ADDRESS)


def group_list(*groups: tuple[str, tuple[str, ...]]) -> GroupList:
    return GroupList(IMPRINT, "3A", date(2026, 10, 15), tuple(GroupOnPaper(*group) for group in groups))


def codes_on(content: bytes) -> list[str]:
    """What the QR codes of each page say, read from its picture as a telephone reads it."""
    paper = pypdfium2.PdfDocument(content)
    found = []
    for page in paper:
        picture = page.render(scale=3).to_numpy()
        found += [code.text for code in zxingcpp.read_barcodes(picture)]
    paper.close()
    return found


def whole(content: bytes) -> str:
    return " ".join(" ".join(pages(content)).split())


class TestTheSheetToWriteOn:
    def test_holds_every_pupil_in_the_order_given_and_every_measure_with_its_ends(self) -> None:
        said = whole(blank_sheet.pdf(sheet(year="åk 2")))
        places = [said.index(name) for name in FAR_AND_WIDE]
        assert places == sorted(places)
        for words in ("0–29 antal", "Ej nådd, Delvis, Nådd", "0–250 ord/min", "åk 2", "2-3, hösten 2026/27"):
            assert words in said
        assert "f frånvarande · k kan inte genomföras ännu · 12b avbrutet" in said

    @pytest.mark.slow
    @pytest.mark.parametrize(("pupils", "columns"), [(8, 3), (40, 3), (30, 11)])
    def test_leads_back_to_the_screen_from_every_page(self, pupils: int, columns: int) -> None:
        content = blank_sheet.pdf(sheet((FAR_AND_WIDE * 5)[:pupils], columns))
        assert codes_on(content) == [ADDRESS] * page_count(content)

    def test_no_page_holds_nothing_but_empty_rows(self) -> None:
        assert page_count(blank_sheet.pdf(sheet((FAR_AND_WIDE * 3)[:21]))) == 1

    def test_has_boxes_that_a_pen_needs(self) -> None:
        with pdfplumber.open(io.BytesIO(blank_sheet.pdf(sheet(columns=11)))) as paper:
            boxes = [box for page in paper.pages for box in page.rects if box["stroke"]]
        assert len(boxes) > 8 * 11
        assert min(box["height"] for box in boxes) >= 9 * MM
        assert min(box["width"] for box in boxes) >= 18 * MM

    def test_every_page_is_numbered_and_says_that_it_must_be_locked_away(self) -> None:
        found = pages(blank_sheet.pdf(sheet(FAR_AND_WIDE * 4, 11)))
        for number, page in enumerate(found, start=1):
            assert f"Sida {number} av {len(found)}" in page
            assert LOCKED in page

    def test_names_are_only_names_and_the_same_figures_give_the_same_bytes(self) -> None:
        content = blank_sheet.pdf(sheet((*HOSTILE, "نور الهدى")))
        for name in HOSTILE:
            assert name.replace(" ", "") in whole(content).replace(" ", "")
        assert set(fonts_of(content).values()) == {True}
        assert blank_sheet.pdf(sheet((*HOSTILE, "نور الهدى"))) == content

    def test_parts_a_long_name_of_a_measure_with_a_hyphen_and_says_it_whole(self) -> None:
        name = "Fonologiskamedvetenhetsfärdighetsutvecklingskontroll, hela årskursen"
        columns = (SheetColumn(name, "0–40 poäng"), *MEASURES, *MEASURES)
        rows = (SheetRow("Åsa Öberg", None, (True,) * len(columns)),)
        content = blank_sheet.pdf(BlankSheet(IMPRINT, "2B", columns, rows, (), ADDRESS))
        with pdfplumber.open(io.BytesIO(content)) as paper:
            title = [sign for sign in paper.pages[0].chars if "Semibold" in sign["fontname"]]
        assert min(round(sign["size"], 1) for sign in title) >= 8
        assert "\u00ad" in {sign["text"] for sign in title}
        assert name in told(content).text.replace("\u00ad", "")

    def test_names_the_text_agreed_for_the_period(self) -> None:
        column = SheetColumn("Rätt lästa ord per minut, text", "0–250 ord/min", "Sommar, bestämd 2026-09-01")
        rows = (SheetRow("Åsa Öberg", None, (True,)),)
        said = whole(blank_sheet.pdf(BlankSheet(IMPRINT, "2B", (column,), rows, (), ADDRESS)))
        assert "Sommar, bestämd 2026-09-01" in said


class TestTheListOfGroups:
    def test_holds_names_under_neutral_names_on_one_page(self) -> None:
        groups = [(f"Uggla {number}", FAR_AND_WIDE[:6]) for number in range(12)]
        for some in (groups[:1], groups[:5], groups):
            content = reading_groups.pdf(group_list(*some))
            assert page_count(content) == 1
            said = whole(content)
            assert said.count("Nguyễn Thị Hà") == len(some)
            assert LOCKED in said

    def test_hostile_names_are_only_names(self) -> None:
        content = reading_groups.pdf(group_list(("Uggla", HOSTILE)))
        for name in HOSTILE:
            assert name.replace(" ", "") in whole(content).replace(" ", "")


def address(ekbacken: Ekbacken, tail: str) -> str:
    return f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/{tail}"


def noted(document: str) -> list[str]:
    rows = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
    return [row.subject for row in rows if row.details.get("document") == document]


@pytest.fixture
def saved(ekbacken: Ekbacken, signed_in: Any) -> str:
    """The address of 1A's saved groups: Kim and Siv in one, Noor in another."""
    members = {ekbacken.kim.id: 1, ekbacken.siv.id: 1, ekbacken.noor.id: 2}
    fields = {f"group-{pupil}": str(slot) for pupil, slot in members.items()}
    fields |= {"name-1": "Uggla", "name-2": "Hare", "areas-1": "letters_sounds", "areas-2": ""}
    answer = post(signed_in(ekbacken.astrid), address(ekbacken, "groups"), fields)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


WHO = [("astrid", 200), ("birgitta", 200), ("rut", 200), ("carl", 404), ("ada", 403), ("cecilia", 404)]


@pytest.mark.parametrize(("who", "status"), WHO)
def test_who_prints_them(ekbacken: Ekbacken, signed_in: Any, saved: str, who: str, status: int) -> None:
    client = signed_in(getattr(ekbacken, who))
    assert client.get(address(ekbacken, "blank-sheet.pdf")).status_code == status
    assert client.get(f"{saved}/groups.pdf").status_code == status


def test_the_sheet_leads_to_this_very_sheet_and_holds_no_protected_pupil(
    ekbacken: Ekbacken, signed_in: Any
) -> None:
    answer = signed_in(ekbacken.astrid).get(address(ekbacken, "blank-sheet.pdf"))
    assert codes_on(answer.data) == [f"http://localhost{address(ekbacken, 'sheet')}"]
    said = whole(answer.data)
    assert said.index("Noor Alm") < said.index("Kim Berg")
    assert "Elev S" not in said
    assert "Skog" not in said
    assert noted("blank_sheet") == [f"pupil:{pupil.id}" for pupil in (ekbacken.kim, ekbacken.noor)]
    assert answer.headers["Content-Disposition"] == 'inline; filename="blad-att-skriva-pa-2026-27-autumn.pdf"'


def test_a_class_with_nobody_has_no_sheet(ekbacken: Ekbacken, signed_in: Any) -> None:
    for pupil in (ekbacken.kim, ekbacken.noor, ekbacken.siv):
        pupil.enrolments[0].ends_on = date(2026, 10, 1)
    db.session.commit()
    assert signed_in(ekbacken.astrid).get(address(ekbacken, "blank-sheet.pdf")).status_code == 404


def test_the_list_says_nothing_of_levels_areas_or_protected_pupils(
    ekbacken: Ekbacken, signed_in: Any, saved: str
) -> None:
    said = whole(signed_in(ekbacken.astrid).get(f"{saved}/groups.pdf").data)
    assert "Uggla Kim Berg Hare Noor Alm" in said
    for word in ("Elev S", "Skog", "målet", "bokstäver", "ljud", "nivå", "diagnos", "åk"):
        assert word not in said
    assert noted("reading_groups") == [f"pupil:{ekbacken.noor.id}", f"pupil:{ekbacken.kim.id}"]
