"""Somebody who types a column of scores from a paper pile, whatever happens around her."""

from pathlib import Path

import pytest
from browser.live_server import LiveServer
from cast import PASSWORD
from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

LETTERS = "bokstavsljud"
NO_QUEUE = Path(__file__).with_name("no_queue.js")
WAIT = 20_000  # ms: retries wait longer each time


def let_in(context: BrowserContext, site: str, username: str) -> None:
    """Sign in as the page does, but without the page."""
    ask = context.request
    token = ask.get(f"{site}/api/v1/session").json()["csrf_token"]
    form = {"username": username, "password": PASSWORD, "csrf_token": token}
    assert ask.post(f"{site}/sign-in", form=form, max_redirects=0).status == 302


class Typist:
    """Astrid at the sheet of 1A, the papers in the order of the rows. ``typed``: what must be stored."""

    def __init__(self, context: BrowserContext, server: LiveServer, who: str = "astrid") -> None:
        self.context, self.server, self.who = context, server, who
        self.typed: dict[str, int] = {}
        self.has_queue = True
        self.height = 0  # added to what she types, so that the same papers come again with other scores
        self.sign_in()

    def sign_in(self) -> None:
        let_in(self.context, self.server.site, self.who)

    def switch_the_queue_off(self) -> None:
        """Serve another module in its place: the switch is the test's, there is none in the product."""
        self.has_queue = False
        body = NO_QUEUE.read_text("utf-8")
        answer = {"body": body, "content_type": "text/javascript"}
        self.context.route("**/static/sheet/queue.js*", lambda route: route.fulfill(**answer))

    def open(self) -> Page:
        self.page = self.context.new_page()
        self.page.goto(f"{self.server.site}{self.server.sheet}")
        expect(self.page.get_by_role("grid")).to_be_visible()
        self.names = [
            name.split()[0] if name != "Elev S" else "Siv"
            for name in self.page.get_by_role("rowheader").all_inner_texts()
        ]
        return self.page

    def cell(self, row: int) -> Locator:
        return self.page.get_by_role("row").nth(row + 1).get_by_role("gridcell").first

    def type(self, first: int, points: list[int], key: str = "Enter") -> None:
        """Scores down the column from a row on, by keyboard only."""
        self.cell(first).focus()
        for row, one in enumerate((one + self.height for one in points), first):
            self.page.keyboard.type(str(one))
            self.page.keyboard.press(key)
            self.typed[self.names[row]] = one
            self.last = row

    def sign_in_again(self) -> None:
        """In the box on top of the sheet; without a queue there is none, and another tab has to do."""
        if not self.has_queue:
            return self.sign_in()
        self.fill_in_the_box(self.who)
        return expect(self.box).to_have_count(0)

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("dialog", name="Du har loggats ut")

    def fill_in_the_box(self, username: str, password: str = PASSWORD) -> None:
        self.box.get_by_label("Användarnamn").fill(username)
        self.box.get_by_label("Lösenord").fill(password)
        self.box.get_by_role("button", name="Logga in").click()

    def is_told(self, words: str) -> None:
        if self.has_queue:
            expect(self.page.get_by_text(words)).to_be_visible()

    def crash(self) -> None:
        """The tab dies: it says no farewell."""
        self.page.once("dialog", lambda dialog: dialog.accept())
        with self.page.expect_event("crash"), pytest.raises(Error):
            self.page.goto("chrome://crash")
        self.page.close()

    def wait_until_kept(self) -> None:
        """Until the page says of the last cell that no dead tab takes it: cells are laid by in turn."""
        if self.has_queue:
            dot = self.cell(self.last).locator(".sign:not(.sign-stored)")
            expect(dot.or_(self.all_is_stored).first).to_be_visible()

    @property
    def all_is_stored(self) -> Locator:
        return self.page.locator(".saved", has_text="Allt är sparat")

    def wait_until_stored(self) -> None:
        expect(self.all_is_stored).to_be_visible(timeout=WAIT)

    def lost(self) -> dict[str, int]:
        """What was typed and does not stand in the database."""
        stored = self.server.scores(LETTERS)
        return {name: points for name, points in self.typed.items() if stored.get(name) != points}
