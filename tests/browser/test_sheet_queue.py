"""No typed cell is ever lost: a real browser, a real server, and everything that happens in a school.

What was typed is compared with the database afterwards. The same afternoon with the queue switched off shows
that the comparison would notice.
"""

import re
import time
from collections.abc import Callable

import pytest
from browser.typist import LETTERS, Typist
from playwright.sync_api import BrowserContext, Route, expect

SHEET = "**/api/v1/classes/*/windows/*/sheet"


@pytest.fixture(autouse=True)
def nothing_to_complain_about() -> None:
    """Here the browser has every reason to."""


def the_server_is_killed_in_the_middle_of_typing(astrid: Typist) -> None:
    astrid.type(0, [11, 12])
    astrid.server.kill()
    astrid.type(2, [13, 14, 15])
    astrid.server.start()
    astrid.type(5, [16, 17])


def the_network_is_gone_for_a_while(astrid: Typist) -> None:
    astrid.type(0, [11, 12])
    astrid.context.set_offline(True)
    astrid.type(2, [13, 14, 15])
    astrid.context.set_offline(False)
    astrid.type(5, [16, 17])


def the_tab_is_closed_before_anything_was_sent(astrid: Typist) -> None:
    astrid.context.set_offline(True)
    astrid.type(0, [11, 12, 13])
    astrid.wait_until_kept()
    astrid.page.close()
    astrid.context.set_offline(False)
    astrid.open()


def the_session_ends(astrid: Typist) -> None:
    astrid.type(0, [11])
    astrid.page.wait_for_timeout(500)
    astrid.server.ask("UPDATE sign_in_session SET ended_at = last_seen_at")
    astrid.type(1, [12, 13, 14])
    astrid.sign_in_again()


def the_server_cannot_write(astrid: Typist) -> None:
    full = {"status": 503, "json": {"status": 503, "title": "Disken är full", "reasons": []}}
    astrid.page.route(SHEET, lambda route: route.fulfill(**full))
    astrid.type(0, [11, 12, 13])
    astrid.is_told("Lässpår kan inte spara just nu.")
    astrid.page.unroute(SHEET)


def answers_are_lost_on_their_way(astrid: Typist) -> None:
    lost = iter([True, True])

    def store_and_say_nothing(route: Route) -> None:
        if next(lost, False):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    astrid.page.route(SHEET, store_and_say_nothing)
    astrid.type(0, [11, 12, 13])
    astrid.type(0, [21])


FAULTS: list[Callable[[Typist], None]] = [
    the_server_is_killed_in_the_middle_of_typing,
    the_network_is_gone_for_a_while,
    the_tab_is_closed_before_anything_was_sent,
    the_session_ends,
    the_server_cannot_write,
    answers_are_lost_on_their_way,
]


@pytest.mark.slow
def test_no_cell_is_lost_whatever_happens(astrid: Typist) -> None:
    astrid.open()
    for fault in FAULTS:
        astrid.height += 1
        fault(astrid)
        astrid.wait_until_stored()
        assert astrid.lost() == {}, fault.__name__
    assert astrid.server.ask("SELECT count(*) FROM score") == [(len(astrid.typed),)]


@pytest.mark.long
def test_with_the_queue_switched_off_cells_are_lost_each_time(astrid: Typist) -> None:
    """The proof that the test above looks: without the queue it fails at each of these."""
    astrid.switch_the_queue_off()
    astrid.open()
    for fault in FAULTS[:4]:
        astrid.typed, astrid.height = {}, astrid.height + 1
        fault(astrid)
        astrid.page.wait_for_timeout(500)
        assert astrid.lost() != {}, fault.__name__


@pytest.mark.long
def test_enter_pressed_twice_on_a_slow_network_writes_once(astrid: Typist) -> None:
    astrid.open()
    slow = []

    def wait(route: Route) -> None:
        slow.append(route.request.post_data_json["writes"])
        time.sleep(0.4)
        route.continue_()

    astrid.page.route(SHEET, wait)
    astrid.type(0, [11])
    astrid.page.keyboard.press("Enter")
    astrid.type(2, [13])
    astrid.type(0, [12])  # while the first is on its way
    astrid.type(0, [14])
    astrid.wait_until_stored()
    assert astrid.lost() == {}
    assert sorted(astrid.server.scores(LETTERS)) == sorted([astrid.names[0], astrid.names[2]])
    changes = astrid.server.ask("SELECT points / 1000 FROM score_change ORDER BY id")
    assert [one for (one,) in changes if one != 13] in ([11, 14], [11, 12, 14], [14])
    assert len({write["client_id"] for batch in slow for write in batch}) == len(changes)


def test_two_write_in_one_cell_and_both_stay_in_the_history(
    astrid: Typist, new_context: Callable[[], BrowserContext]
) -> None:
    page = astrid.open()
    birgitta = Typist(new_context(), astrid.server, "birgitta")
    birgitta.open()
    birgitta.type(0, [14, 14])
    birgitta.wait_until_stored()
    astrid.type(0, [21, 21, 22])
    expect(page.get_by_text("2 krockar att välja i")).to_be_visible()
    astrid.cell(1).focus()
    expect(astrid.cell(1)).to_contain_text("Speciallärare Ekbackens skola skrev 14")
    page.keyboard.press("2")
    astrid.cell(0).focus()
    page.keyboard.press("1")
    astrid.wait_until_stored()
    stored = astrid.server.scores(LETTERS)
    assert [stored[astrid.names[row]] for row in range(3)] == [21, 14, 22]
    expect(astrid.cell(1)).to_contain_text("14")
    asked = "SELECT points / 1000 FROM score_change JOIN pupil ON pupil.id = pupil_id WHERE given_name = ?"
    kept = [astrid.server.ask(f"{asked} ORDER BY version", astrid.names[row]) for row in range(2)]
    assert kept == [[(14,), (21,)], [(14,), (21,), (14,)]]


@pytest.mark.long
def test_two_tabs_share_one_queue(astrid: Typist) -> None:
    first = astrid.open()
    second = astrid.open()
    astrid.context.set_offline(True)
    astrid.type(0, [11, 12])
    astrid.page = first
    astrid.type(2, [13, 14])
    for page in (first, second):
        expect(page.get_by_text(re.compile("^4 rutor "))).to_be_visible()
    second.close()
    astrid.context.set_offline(False)
    astrid.wait_until_stored()
    assert astrid.lost() == {}
