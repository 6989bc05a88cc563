"""A class of 25 with its score sheet open in a browser, for those who type there."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from axe_playwright_python.base import AXE_SCRIPT
from cast import TERM_START, Ekbacken
from playwright.sync_api import Locator, Page, Response, expect

from assessments.database import db
from assessments.models import AssessmentWindow, SchoolMeasure, Score, Season
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import Duty, Enrolment, Role, SchoolClass

MEASURES = ["bokstavsljud", "ord_per_minut", "traffsakerhet", "avstamning_b"]
NAMES = """Abdi Åberg; Alva Öman; Bo Ärlig; Cilla Wik; Disa Nyqvist; Elif Yıldız; Fatma Al-Hassan;
Göran Lind; Hà Nguyễn; Iwona Wiśniewska; Jon Ánnesen; Kajsa Moe; Liv Berg; Moa Holm; Nils Ek; Olle Alm;
Pia Tran; Quang Levi; Ruth Ask; Sam Björk; Tove Rönn; Ulf Ceder; Vera Sälg; Wilma Tall; Yusuf Gran"""
CLIPBOARD = """
    const clipboardData = new DataTransfer();
    const told = {clipboardData, bubbles: true, cancelable: true};
"""


# What lies over the words that say why not, at their corners, and whether they lie beside their cell.
WHY_NOT = """() => {
    const words = document.querySelector(".cell.writing .fault, .cell:focus .told-why");
    const [box, cell] = [words, words.closest("td")].map((one) => one.getBoundingClientRect());
    const corners = [box.left + 2, box.right - 2].flatMap((x) => [[x, box.top + 2], [x, box.bottom - 2]]);
    const seen = corners.map(([x, y]) => document.elementFromPoint(x, y));
    const gap = Math.min(Math.abs(box.top - cell.bottom), Math.abs(box.bottom - cell.top));
    const over = seen.filter((one) => !words.contains(one)).map((one) => one?.className ?? "the edge");
    return [over, gap < 3 && box.left <= cell.right && box.right >= cell.left];
}"""
VIOLATIONS = """options => axe.run(options).then(({violations}) =>
    violations.map(({id, nodes}) => `${id}: ${nodes[0].html}`))"""  # what is right is long


class Grid:
    """A teacher with the sheet of a class open."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.keys = page, address, 0
        self.bytes: dict[str, int] = {}
        page.on("response", self._weigh)
        page.goto(address)
        expect(page.get_by_role("grid")).to_be_visible()

    def _weigh(self, answer: Response) -> None:
        self.bytes[answer.url] = int(answer.headers.get("content-length", "0"))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.keys += len(keys)

    def type(self, *texts: str, then: str = "Enter") -> None:
        """Each text and the key after it."""
        for text in texts:
            self.press(*text, then)

    def paste(self, text: str) -> None:
        put = "clipboardData.setData('text/plain', text);"
        paste = "document.activeElement.dispatchEvent(new ClipboardEvent('paste', told));"
        self.page.evaluate(f"(text) => {{ {CLIPBOARD} {put} {paste} }}", text)

    def copied(self) -> str:
        copy = "document.activeElement.dispatchEvent(new ClipboardEvent('copy', told));"
        get = "return clipboardData.getData('text/plain');"
        text: str = self.page.evaluate(f"() => {{ {CLIPBOARD} {copy} {get} }}")
        return text

    @property
    def focused(self) -> str:
        name: str = self.page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''")
        return name

    def cell(self, name: str) -> Locator:
        return self.page.locator(f'td[aria-label^="{name}"]')

    def go(self, name: str) -> None:
        self.page.evaluate("name => document.querySelector(`td[aria-label^='${name}']`).focus()", name)

    def saved(self) -> None:
        expect(self.page.locator(".saved")).to_have_text("Allt är sparat.")

    @property
    def told(self) -> Locator:
        return self.page.locator("#main > [role=status]").last


def a_class_of_25(ekbacken: Ekbacken) -> int:
    """2C with 25 pupils, four measures, and last spring's results for ord per minut."""
    class_2c = SchoolClass(name="2C", academic_year="2026/27", school=ekbacken.school)
    former = SchoolClass(name="1C", academic_year="2025/26", school=ekbacken.school)
    spring = AssessmentWindow(
        academic_year="2025/26", season=Season.SPRING, opens_on=date(2026, 4, 7), closes_on=date(2026, 5, 29)
    )
    db.session.add_all([class_2c, former, spring])
    pupils = []
    for number, name in enumerate(NAMES.split(";")):
        given, _, family = name.strip().partition(" ")
        pupil = ekbacken.pupil(given, family, f"30{number:02}", school_class=class_2c, year=2)
        past = Enrolment(pupil=pupil, school_class=former, year=1, starts_on=date(2025, 8, 18))
        past.ends_on = date(2026, 6, 12)
        db.session.add(past)
        pupils.append(pupil)
    teaches = Duty(role=Role.TEACHER, starts_on=TERM_START, school_class=class_2c)
    teaches.staff_member = ekbacken.astrid.staff_member
    chosen = [SchoolMeasure(school_id=ekbacken.school.id, measure=code) for code in MEASURES]
    db.session.add_all([teaches, *chosen])
    db.session.flush()
    record_scores(spring, [Write(one.id, "ord_per_minut", Decimal(50)) for one in pupils], Recorder())
    db.session.commit()
    return class_2c.id


@dataclass(frozen=True)
class Stored:
    points: Decimal | None
    absence: str | None
    assessed_on: date


def scores() -> dict[tuple[str, str], Stored]:
    """What is stored for the autumn, by first name and measure."""
    autumn = sa.select(Score).join(AssessmentWindow).where(AssessmentWindow.season == Season.AUTUMN)
    db.session.rollback()
    found = {
        (row.pupil.given_name, row.measure): Stored(row.points, row.absence, row.assessed_on)
        for row in db.session.scalars(autumn)
    }
    db.session.rollback()  # as above
    return found


def nothing_for_axe(page: Page) -> None:
    """The page as it stands, in light, and its colours in dark."""
    page.evaluate(AXE_SCRIPT)
    for scheme, rules in (("dark", {"runOnly": ["color-contrast"]}), ("light", {})):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
        options = {"resultTypes": ["violations"], **rules}
        found = page.evaluate(VIOLATIONS, options)
        assert (scheme, found) == (scheme, [])
