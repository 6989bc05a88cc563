"""One measure of several classes as a grid: the class sheet's keys and queue, saved class by class."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from browser.typist import Typist
from cast import TERM_START, Ekbacken
from playwright.sync_api import Page, Request, Route, expect
from sheet_grid import CLIPBOARD, Grid, nothing_for_axe, scores

from assessments.database import db
from assessments.late_entry import open_unasked
from assessments.models import Score
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import Duty, Enrolment, Pupil, Role, SchoolClass

pytestmark = pytest.mark.long

LETTERS = "bokstavsljud"


@pytest.fixture(autouse=True)
def nothing_to_complain_about() -> None:
    """Without a network, and where a server fails, the browser complains."""


@pytest.fixture
def beside(class_2c: int, ekbacken: Ekbacken) -> SchoolClass:
    """1B at Ekbacken, Astrid's too: another Kim Berg, and Tove. Her classes are 1A, 1B and 2C."""
    school_class = SchoolClass(name="1B", academic_year="2026/27", school=ekbacken.school)
    db.session.add(school_class)
    ekbacken.pupil("Kim", "Berg", "1020", school_class=school_class)
    ekbacken.pupil("Tove", "Tall", "1021", school_class=school_class)
    teaches = Duty(role=Role.TEACHER, starts_on=TERM_START, school_class=school_class)
    teaches.staff_member = ekbacken.astrid.staff_member
    db.session.add(teaches)
    db.session.commit()
    return school_class


@pytest.fixture
def several(
    beside: SchoolClass, sign_in: Callable[[str], Page], site: str, ekbacken: Ekbacken, class_2c: int
) -> Grid:
    """Astrid with bokstavsljud of 1A, 1B and 2C open."""
    chosen = "&".join(f"class={one}" for one in (ekbacken.class_1a.id, beside.id, class_2c))
    slug = ekbacken.autumn.slug
    db.session.rollback()  # no test holds the database while a page is asked
    page = sign_in("astrid")
    page.set_viewport_size({"width": 1280, "height": 800})
    return Grid(page, f"{site}/windows/{slug}/measures/{LETTERS}/sheet?{chosen}")


def stored() -> dict[str, Any]:
    """Points by class and name."""
    db.session.rollback()
    asked = (
        sa.select(SchoolClass.name, Pupil.given_name, Score.points)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .join(Pupil, Enrolment.pupil_id == Pupil.id)
        .join(Score, Score.pupil_id == Pupil.id)
        .where(Score.measure == LETTERS, SchoolClass.academic_year == "2026/27")
    )
    found = {f"{name} {given}": points for name, given, points in db.session.execute(asked)}
    db.session.rollback()
    return found


def test_three_classes_are_typed_without_a_mouse(several: Grid) -> None:
    page, sent = several.page, []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            sent.append(request.url.partition("/classes/")[2])

    page.on("request", note)
    assert several.focused == "Noor, 1A, bokstavsljud, tomt"
    several.type("12", "27")
    assert several.focused == "Kim, 1B, bokstavsljud, tomt"  # down into the next class
    several.type("13", "28", *(str(29 - number % 4) for number in range(25)))
    assert several.keys / 29 <= 3.1
    expect(several.cell("Noor, 1A, bokstavsljud, 12, når målet")).to_have_count(1)
    expect(several.cell("Olle, 2C, bokstavsljud, 28, når målet")).to_have_count(1)
    several.saved()
    expect(page.locator(".sentence")).to_have_text("4 av 4 resultat ifyllda i 3 klasser.")
    assert len({address.partition("/")[0] for address in sent}) == 3  # each class at its own address
    found = stored()
    assert len(found) == 29
    assert (found["1A Kim"], found["1B Kim"], found["2C Fatma"]) == (27, 13, 29)
    several.press("Control+z", "Control+z")
    several.saved()
    assert len(stored()) == 27
    page.reload()
    expect(page.get_by_role("grid")).to_be_visible()
    assert several.focused == "Bo, 2C, bokstavsljud, tomt"
    several.press("Control+Home", "Shift+F10", "Enter")
    expect(page.get_by_role("heading", name="Noor Alm, Bokstavsljud")).to_be_visible()


def test_the_queue_waits_and_every_class_answers_for_its_own_cells(
    several: Grid, ekbacken: Ekbacken, beside: SchoolClass
) -> None:
    """Off and on the network; somebody else wrote in one class; the other is refused for a while."""
    page, number = several.page, beside.id
    record_scores(ekbacken.autumn, [Write(ekbacken.kim.id, LETTERS, Decimal(20))], Recorder())
    db.session.commit()
    page.context.set_offline(True)
    several.type("12", "13", "14", "15")
    expect(page.locator(".saved")).to_have_text("4 rutor är inte sparade ännu.")
    fails = page.context

    def fail(route: Route) -> None:
        route.fulfill(status=500, body="")

    fails.route(f"**/classes/{number}/**/sheet", fail)
    fails.set_offline(False)
    expect(several.cell("Kim, 1A, bokstavsljud, 13")).to_contain_text("eller 20")
    expect(page.locator(".saved")).to_have_text("2 rutor är inte sparade ännu, 1 krock att välja i.")
    assert stored() == {"1A Noor": 12, "1A Kim": 20}  # one class that fails does not hold the others up
    several.go("Kim, 1A")
    several.press("1")
    fails.unroute(f"**/classes/{number}/**/sheet")
    page.reload()
    several.saved()
    assert stored() == {"1A Noor": 12, "1A Kim": 13, "1B Kim": 14, "1B Tove": 15}


ASKS_FIRST = """() => !dispatchEvent(new Event("beforeunload", { cancelable: true }))"""


def test_nothing_typed_is_lost_when_the_server_dies(astrid: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
    server = astrid.server
    number, slug = server.sheet.split("/")[2], server.sheet.split("/")[4]
    monkeypatch.setattr(server, "sheet", f"/windows/{slug}/measures/{LETTERS}/sheet?class={number}")
    astrid.open()
    astrid.type(1, [11, 12, 13, 14])  # row 0 is the heading of the class
    server.kill()
    astrid.type(5, [15, 16, 17, 18])
    astrid.is_told("Ingen kontakt med Lässpår just nu.")
    assert astrid.page.evaluate(ASKS_FIRST)
    astrid.wait_until_kept()
    astrid.page.close()
    server.start()
    astrid.open()
    astrid.wait_until_stored()
    assert len(astrid.typed) == 8
    assert astrid.lost() == {}


def test_a_block_with_classes_and_names_finds_its_rows_and_goes_out_the_same(several: Grid) -> None:
    page = several.page
    several.paste("Klass\tElev\tBokstavsljud\n1B\tKim Berg\t14\n1A\tKim Berg\t13\n2C\tFatma Al-Hassan\t25\n")
    expect(page.get_by_text("stämmer för 3 av 3")).to_be_visible()
    page.get_by_role("button", name="Fyll i 3 resultat").click()
    several.saved()
    assert stored() == {"1B Kim": 14, "1A Kim": 13, "2C Fatma": 25}
    several.press("Control+a")
    assert several.copied().splitlines()[:4] == [
        "Klass\tElev\tBokstavsljud", "1A\tNoor Alm\t", "1A\tKim Berg\t13", "1B\tKim Berg\t14",
    ]  # fmt: skip
    several.press("Escape", "Control+Home")
    several.paste("7\n8\n9\n10")  # without names: from where one stands, on into the next class
    page.get_by_role("button", name="Fyll i 4 resultat").click()
    several.saved()
    assert stored() == {"1A Noor": 7, "1A Kim": 8, "1B Kim": 9, "1B Tove": 10, "2C Fatma": 25}
    ids = b"elev-id;bokstavsljud\n1001;21\n1020;22\n1021;99\n"
    file = {"name": "r.csv", "mimeType": "text/csv", "buffer": ids}
    page.locator(".sheet-tools input[type=file]").set_input_files([file])
    expect(page.get_by_text("stämmer för 3 av 3")).to_be_visible()
    page.get_by_role("button", name="Fyll i 2 resultat").click()
    several.saved()
    assert (stored()["1A Kim"], stored()["1B Kim"]) == (21, 22)


def test_a_closed_class_is_read_and_stepped_over(
    several: Grid, ekbacken: Ekbacken, beside: SchoolClass
) -> None:
    ekbacken.autumn.closes_on, ekbacken.autumn.makeup_days = date(2026, 9, 18), 7
    open_unasked(beside, ekbacken.autumn, date(2026, 10, 20), Recorder())
    db.session.commit()
    page = several.page
    page.reload()
    expect(page.get_by_role("grid")).to_be_visible()
    assert several.focused == "Kim, 1B, bokstavsljud, tomt"
    several.press("Shift+Enter", "ArrowUp")
    assert several.focused == "Kim, 1A, bokstavsljud, tomt"
    several.press("7")
    expect(several.told).to_contain_text("Perioden stängde")
    expect(page.locator(".here")).to_contain_text("Kim Berg, 1A Bokstavsljud: Perioden stängde")
    expect(page.locator(".choices")).to_be_hidden()
    assert page.locator("td[aria-readonly]").count() == 2 + 25
    nothing_for_axe(page)
    several.press("Enter")
    several.type("11", "12", "13")  # the last class is closed: Enter stays
    assert several.focused.startswith("Tove, 1B, bokstavsljud, 13")
    several.saved()
    assert stored() == {"1B Kim": 11, "1B Tove": 13}
    several.press("Control+Home")
    several.paste("1\n2\n3\n4")
    expect(page.get_by_role("button", name="Fyll i 2 resultat")).to_be_visible()


def test_the_class_is_heard_and_everything_is_within_reach(several: Grid) -> None:
    page = several.page
    heard = page.locator("table").aria_snapshot()
    assert '- rowgroup "1B":' in heard
    assert 'gridcell "Kim, 1B, bokstavsljud, tomt"' in heard
    assert page.locator("table [tabindex='0']").count() == 1
    several.type("7")
    several.saved()
    nothing_for_axe(page)
    page.set_viewport_size({"width": 320, "height": 256})
    several.press("Control+End", "Control+Home", "PageDown", "ArrowDown")
    boxes = "one => document.querySelector(one).getBoundingClientRect().toJSON()"
    box, head, bar = (page.evaluate(boxes, one) for one in (".cell:focus", "thead", ".sheet-bar"))
    assert head["bottom"] - 1 <= box["top"]
    assert box["bottom"] <= bar["top"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert scores()["Noor", LETTERS].points == 7


def test_what_is_typed_at_once_after_a_question_is_not_cut_off(grid: Grid) -> None:
    """A browser tells that a dialog has closed after what somebody quick has typed meanwhile."""
    page = grid.page
    grid.go("Fatma, rätt lästa")
    grid.press("Shift+F2")
    page.evaluate(
        """async () => {
            const buttons = [...document.querySelectorAll("dialog button")];
            buttons.find((one) => one.textContent === "Använd datum och text").click();
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "4", bubbles: true }));
            document.execCommand("insertText", false, "4");
            await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
        }"""
    )
    grid.press("1", "Enter")
    expect(grid.cell("Fatma, rätt lästa ord per minut, text, 41")).to_have_count(1)


def test_another_text_is_told_of_a_column_and_of_a_single_result(grid: Grid) -> None:
    page, words = grid.page, "rätt lästa ord per minut, text"

    def on_another_text() -> set[str]:
        db.session.rollback()
        told = sa.select(Pupil.given_name).join(Score).where(~Score.is_on_agreed_text)
        found = set(db.session.scalars(told))
        db.session.rollback()
        return found

    def choose(label: str) -> None:
        grid.press("Shift+F2")
        page.get_by_label(label).click()
        page.get_by_role("button", name="Använd datum och text").click()

    grid.go("Fatma, rätt lästa")
    grid.type("40")
    choose("Det jag fyller i nu lästes på en annan text")
    grid.type("41", "42", "43")
    expect(grid.cell(f"Olle, {words}, 41, når målet, annan text")).to_have_count(1)
    expect(grid.cell(f"Fatma, {words}, 40, når målet")).to_have_attribute(
        "aria-label", f"Fatma, {words}, 40, når målet"
    )
    grid.press("ArrowUp")
    choose("Läst på en annan text")
    grid.saved()
    assert on_another_text() == {"Olle", "Jon"}
    grid.press("Control+z")
    grid.saved()
    assert on_another_text() == {"Olle", "Jon", "Ruth"}
    choose("Texten gäller också det som är ifyllt (4)")
    grid.saved()
    assert on_another_text() == {"Fatma", "Olle", "Jon", "Ruth"}
    page.reload()
    expect(grid.cell(f"Fatma, {words}, 40, når målet, annan text")).to_contain_text("annan text")


EXCEL_HTML = """<html xmlns:x="urn:schemas-microsoft-com:office:excel">
<head><meta name=Generator content="Microsoft Excel 15"></head>
<body><table><!--StartFragment-->
<tr height=20><td>Kim Berg</td><td align=right>##</td></tr>
<!--EndFragment--></table></body></html>"""
CLIPBOARDS = {
    # Excel: CRLF also after the last row; quotes only where a cell holds a line break or a tab.
    'Elev\tPoäng\r\nKim Berg\t12,5\r\n': [["Elev", "Poäng"], ["Kim Berg", "12,5"]],
    '"Kim\nBerg"\t12\r\n"""Alma""\tEk"\t13\r\n': [["Kim\nBerg", "12"], ['"Alma"\tEk', "13"]],
    '"Lillen" Ek\t12\r\nNoor\t13\r\n': [['"Lillen" Ek', "12"], ["Noor", "13"]],
    '"A\t"B\r\n': [['"A', '"B']],
    '"A\t12\r\nNoor\t13\r\n': [['"A', "12"], ["Noor", "13"]],
    "12\r\n\r\n14\r\n": [["12"], [""], ["14"]],
    "\t12\r\n\t\r\n\t14\r\n": [["", "12"], ["", ""], ["", "14"]],
    # Excel on a Mac: CR alone.
    "Kim\t12\rNoor\t13": [["Kim", "12"], ["Noor", "13"]],
    # LibreOffice: LF also after the last row, line breaks inside cells become spaces, nothing is quoted.
    "Kim Berg\t12,5\nNoor Alm\t13b\n": [["Kim Berg", "12,5"], ["Noor Alm", "13b"]],
    '"Lillen"\t12\n5" hög\t13\n': [["Lillen", "12"], ['5" hög', "13"]],
    # Google Sheets: LF between rows and none after the last; quotes as Excel's.
    'Kim Berg\t12,5\n"Noor\nAlm"\t"1 ""2"""': [["Kim Berg", "12,5"], ["Noor\nAlm", '1 "2"']],
    "Kim\u00a0Berg\t12": [["Kim\u00a0Berg", "12"]],
    # Somebody's CSV, opened as text.
    '"Berg; Kim";12,5\r\nAlm;13\r\n': [["Berg; Kim", "12,5"], ["Alm", "13"]],
}  # fmt: skip


def test_what_spreadsheets_put_on_the_clipboard_is_read_whole(several: Grid) -> None:
    """Text beside HTML: the text is enough, and HTML shows what fits in a column."""
    page = several.page
    parsed = """async (texts) => {
        const { parseTable } = await import("/static/sheet/tables.js");
        return texts.map(parseTable);
    }"""
    assert page.evaluate(parsed, list(CLIPBOARDS)) == list(CLIPBOARDS.values())
    paste = f"""([text, html]) => {{ {CLIPBOARD}
        clipboardData.setData("text/html", html);
        clipboardData.setData("text/plain", text);
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", told));
    }}"""
    page.evaluate(paste, ["1A\tKim Berg\t12\r\n1B\tKim Berg\t13\r\n", EXCEL_HTML])
    page.get_by_role("button", name="Fyll i 2 resultat").click()
    several.saved()
    assert stored() == {"1A Kim": 12, "1B Kim": 13}
