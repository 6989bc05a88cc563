"""Two hundred rounds of typing while things go wrong, chosen by chance: no cell may be missing afterwards.

Run with ``pytest tests/endurance``; ENDURANCE_ROUNDS says how many, ENDURANCE_SEED which chances.
"""

import os
import random
import re
import time
from collections.abc import Callable, Iterator

import pytest
from browser.live_server import LiveServer
from browser.typist import Typist
from chromium import CHROMIUM
from playwright.sync_api import Page, Route, expect, sync_playwright

ROUNDS = int(os.environ.get("ENDURANCE_ROUNDS", "200"))
SEED = int(os.environ.get("ENDURANCE_SEED", "2026"))
SHEET = "**/api/v1/classes/*/windows/*/sheet"


@pytest.fixture
def typist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typist]:
    server = LiveServer(tmp_path_factory.mktemp("rounds"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--disable-gpu"])
        yield Typist(browser.new_context(locale="sv-SE"), server)
        browser.close()
    server.kill()


class Afternoon:
    """One round: some cells are typed, and something happens before, in the middle or after."""

    def __init__(self, typist: Typist, chance: random.Random) -> None:
        self.typist, self.chance = typist, chance
        self.page: Page = typist.page

    def type(self) -> None:
        first = self.chance.randrange(12)
        last = min(12, first + self.chance.randrange(1, 5))
        self.typist.type(first, [self.chance.randrange(30) for _ in range(first, last)])
        self.page.wait_for_timeout(self.chance.randrange(120))

    def nothing(self) -> None:
        self.type()

    def killed(self) -> None:
        self.typist.server.kill()
        self.type()
        self.typist.server.start()

    def offline(self) -> None:
        self.typist.context.set_offline(True)
        self.type()
        self.typist.context.set_offline(False)

    def signed_out(self) -> None:
        self.typist.server.ask("UPDATE sign_in_session SET ended_at = last_seen_at")
        self.type()
        expect(self.typist.box).to_be_visible(timeout=20_000)
        self.typist.sign_in_again()

    def closed(self) -> None:
        self.typist.wait_until_kept()
        self.page.close()
        self.page = self.typist.open()

    def crashed(self) -> None:
        self.typist.server.kill()
        self.type()
        self.typist.wait_until_kept()
        self.typist.crash()
        self.typist.server.start()
        self.page = self.typist.open()

    def second_tab(self) -> None:
        before, self.page = self.page, self.typist.open()
        self.type()
        self.typist.wait_until_kept()
        before.close()

    def answer_lost(self) -> None:
        def store_and_say_nothing(route: Route) -> None:
            route.fetch()
            route.abort()

        self.page.route(SHEET, store_and_say_nothing, times=self.chance.randrange(1, 3))
        self.type()

    def slow(self) -> None:
        def wait(route: Route) -> None:
            time.sleep(self.chance.random())
            route.continue_()

        self.page.route(SHEET, wait, times=2)
        self.type()
        self.type()

    def refused_for_a_while(self) -> None:
        self.page.route(SHEET, lambda route: route.fulfill(status=503, json={}), times=2)
        self.type()

    def round(self) -> str:
        happens: list[Callable[[], None]] = [
            self.nothing, self.killed, self.offline, self.signed_out, self.closed, self.crashed,
            self.second_tab, self.answer_lost, self.slow, self.refused_for_a_while,
        ]  # fmt: skip
        self.type()
        what = self.chance.choice(happens)
        what()
        self.type()
        expect(self.page.get_by_text(re.compile("Allt är sparat"))).to_be_visible(timeout=60_000)
        return what.__name__


def test_no_typed_cell_is_missing_after_all_the_rounds(typist: Typist) -> None:
    chance = random.Random(SEED)
    typist.open()
    afternoon = Afternoon(typist, chance)
    lost: list[tuple[int, str, dict[str, int]]] = []
    for number in range(ROUNDS):
        what = afternoon.round()
        print(f"{number + 1} {what}", flush=True)
        if missing := typist.lost():
            lost.append((number, what, missing))
            typist.typed = {name: one for name, one in typist.typed.items() if name not in missing}
    print(f"\n{ROUNDS} rounds (seed {SEED}): {len(lost)} with lost cells")
    assert lost == []
