"""Six who write in one cell at once, a thousand times, in two server processes: one wins, five are told.

Run with ``pytest tests/endurance``; ENDURANCE_CONTESTS says how many.
"""

import http.client
import json
import os
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from browser.live_server import LiveServer
from cast import PASSWORD

CONTESTS = int(os.environ.get("ENDURANCE_CONTESTS", "1000"))
WRITERS = 6


class Writer:
    """One connection, signed in as Astrid."""

    def __init__(self, server: LiveServer, cookie: str = "") -> None:
        self.server, self.cookie = server, cookie
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> http.client.HTTPResponse:
        self.connection.close()  # one answer each: a server with eight threads does not hold six doors open
        self.connection.request(method, path, body.encode(), {"Cookie": self.cookie, **headers})
        answer = self.connection.getresponse()
        self.cookie = (answer.headers.get("Set-Cookie") or self.cookie).split(";")[0]
        return answer

    def sign_in(self) -> None:
        token = json.load(self.ask("GET", "/api/v1/session"))["csrf_token"]
        form = urllib.parse.urlencode({"username": "astrid", "password": PASSWORD, "csrf_token": token})
        answer = self.ask("POST", "/sign-in", form, **{"Content-Type": "application/x-www-form-urlencoded"})
        answer.read()
        assert answer.status == 302
        self.token = json.load(self.ask("GET", "/api/v1/session"))["csrf_token"]

    def write(self, token: str, write: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "X-CSRFToken": token}
        path = f"/api/v1{self.server.sheet}"
        answer = self.ask("PATCH", path, json.dumps({"writes": [write]}), **headers)
        told = json.load(answer)
        assert answer.status == 200, told
        result: dict[str, Any] = told["results"][0]
        return result


@pytest.fixture
def writers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Writer]]:
    server = LiveServer(tmp_path_factory.mktemp("contests"), workers=2)
    first = Writer(server)
    first.sign_in()
    others = [Writer(server, first.cookie) for _ in range(WRITERS - 1)]
    for one in others:
        one.token = first.token
    yield [first, *others]
    for one in (first, *others):
        one.connection.close()
    server.kill()


def test_of_six_who_write_at_once_one_wins_and_of_six_copies_one_is_stored(writers: list[Writer]) -> None:
    first, version = writers[0], 0
    row = json.load(first.ask("GET", f"/api/v1{first.server.sheet}"))["rows"][0]["row"]
    with ThreadPoolExecutor(WRITERS) as pool:
        for number in range(CONTESTS):
            is_copied = number % 2 == 1
            writes = [
                {
                    "client_id": f"{number}" if is_copied else f"{number}-{place}",
                    "pupil": row,
                    "measure": "bokstavsljud",
                    "value": number % 3 * 8 + (0 if is_copied else place),
                    "expected_version": version,
                }
                for place in range(WRITERS)
            ]
            results = list(pool.map(Writer.write, writers, [first.token] * WRITERS, writes))
            statuses = sorted(one["status"] for one in results)
            version += 1
            if is_copied:
                assert len({json.dumps(one) for one in results}) == 1, results
            else:
                assert statuses == ["conflict"] * (WRITERS - 1) + ["stored"], statuses
                [winner] = [one for one in results if one["status"] == "stored"]
                assert {one["value"] for one in results} == {winner["value"]}
    changes = first.server.ask("SELECT count(*), max(version) FROM score_change")
    assert changes == [(CONTESTS, CONTESTS)]
    print(f"\n{CONTESTS} contests of {WRITERS}: one winner each")
