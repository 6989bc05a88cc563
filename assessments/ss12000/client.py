"""An SS 12000:2020 service over HTTP: a token that is renewed, pages to the last, and waiting when asked to.

Loads httpx: whoever is imported when the server starts imports this where it is needed.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any

import httpx

from assessments.refusals import Refused
from assessments.ss12000.connections import Connection

PAGE = 200
MOST_PAGES = 10_000
MOST_BYTES = 50 << 20
TRIES = 6
SECONDS_TO_ANSWER = 30.0
RENEW_BEFORE = 30.0  # seconds
ASKS_TO_WAIT = (429, 503)
NOT_THERE = (404, 405, 501)
LOOKED_UP_AT_ONCE = 100
Params = Sequence[tuple[str, str]]


class PullFailed(Refused):
    """The service could not be read. Says what happened, never what it answered or what we showed it."""


class NotThere(PullFailed):
    """The service does not have this address."""


class Client:
    """``patience``: how many seconds to wait in all when the service asks us to."""

    def __init__(
        self,
        connection: Connection,
        *,
        patience: float,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.connection, self.patience = connection, patience
        self._sleep, self._clock = sleep, clock
        # No redirects: only the hosts of the settings are asked, and only they see the token.
        self._http = httpx.Client(transport=transport, timeout=SECONDS_TO_ANSWER, follow_redirects=False)
        self._token, self._renew_at = "", 0.0

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def pages(self, path: str, params: Params = ()) -> Iterator[Any]:
        """The ``data`` of every page. The token of the next goes alone, as the standard says."""
        asked: list[tuple[str, str]] = [*params, ("limit", str(PAGE))]
        met: set[str] = set()
        for _page in range(MOST_PAGES):
            answer = self._json("GET", path, params=asked)
            if not isinstance(answer, dict) or "data" not in answer:
                raise PullFailed(f"Tjänsten svarade med något annat än en lista ({path}).")
            yield answer["data"]
            following = answer.get("pageToken")
            if not following:
                return
            if not isinstance(following, str) or following in met:
                raise PullFailed(f"Tjänsten gav samma sida två gånger ({path}).")
            met.add(following)
            asked = [("pageToken", following), ("limit", str(PAGE))]
        raise PullFailed(f"Tjänsten har fler än {MOST_PAGES} sidor ({path}).")

    def every(self, path: str, params: Params = ()) -> list[Mapping[str, Any]]:
        """Every object of a list."""
        found: list[Mapping[str, Any]] = []
        for page in self.pages(path, params):
            if not isinstance(page, list):
                raise PullFailed(f"Tjänsten svarade med något annat än en lista ({path}).")
            found += [one for one in page if isinstance(one, dict)]
        return found

    def look_up(self, path: str, ids: Sequence[str]) -> list[Mapping[str, Any]]:
        """The objects with these ids: nobody else's are fetched. Raises NotThere where it is not offered."""
        found: list[Mapping[str, Any]] = []
        for start in range(0, len(ids), LOOKED_UP_AT_ONCE):
            asked = {"ids": list(ids[start : start + LOOKED_UP_AT_ONCE])}
            answer = self._json("POST", f"{path}/lookup", body=asked)
            rows = answer.get("data") if isinstance(answer, dict) else answer
            if not isinstance(rows, list):
                raise PullFailed(f"Tjänsten svarade med något annat än en lista ({path}/lookup).")
            found += [one for one in rows if isinstance(one, dict)]
        return found

    def _json(self, method: str, path: str, params: Params = (), body: Any = None) -> Any:
        address = f"{self.connection.url}{path}"
        was_renewed = False
        while True:
            headers = {"Authorization": f"Bearer {self._bearer()}", "Accept": "application/json"}
            status, content = self._patiently(
                method, address, params=list(params), headers=headers, json=body
            )
            if status == 401 and not was_renewed:
                self._token, was_renewed = "", True
                continue
            return _read(path, status, content)

    def _bearer(self) -> str:
        if self._token and self._clock() < self._renew_at:
            return self._token
        told = self.connection
        form = {"grant_type": "client_credentials"} | ({"scope": told.scope} if told.scope else {})
        who = httpx.BasicAuth(told.client_id, told.client_secret) if told.is_basic else None
        if who is None:
            form |= {"client_id": told.client_id, "client_secret": told.client_secret}
        status, content = self._patiently("POST", told.token_url, data=form, auth=who)
        if status in (400, 401, 403):
            raise PullFailed("Inloggningen nekades. Kontrollera client_id och client_secret i inställningen.")
        answer = _read("token_url", status, content)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise PullFailed("Inloggningen gav ingen nyckel (access_token).")
        holds = answer.get("expires_in")
        seconds = float(holds) if isinstance(holds, int | float) and holds > 0 else 300.0
        self._token, self._renew_at = token, self._clock() + max(seconds - RENEW_BEFORE, seconds / 2)
        return token

    def _patiently(self, method: str, address: str, **more: Any) -> tuple[int, bytes]:
        """The answer; where the service asks us to wait, or cannot be reached, tried again a few times."""
        waits = 1.0
        for number in range(TRIES):
            try:
                status, content, asked = self._ask(method, address, **more)
            except httpx.HTTPError as error:
                status, content, asked = 0, b"", None
                reason = f"Tjänsten på {httpx.URL(address).host} kan inte nås ({type(error).__name__})."
            else:
                reason = f"Tjänsten på {httpx.URL(address).host} har för mycket att göra ({status})."
            if status and status not in ASKS_TO_WAIT:
                return status, content
            seconds = waits if asked is None else asked
            if number == TRIES - 1 or seconds > self.patience:
                raise PullFailed(f"{reason} Försök igen senare.")
            self.patience -= seconds
            self._sleep(seconds)
            waits *= 2
        raise AssertionError("the last try returns or raises")

    def _ask(self, method: str, address: str, **more: Any) -> tuple[int, bytes, float | None]:
        with self._http.stream(method, address, **more) as response:
            content = bytearray()
            for part in response.iter_bytes():
                content += part
                if len(content) > MOST_BYTES:
                    raise PullFailed("Tjänsten svarade med mer än 50 MB på en gång.")
            return response.status_code, bytes(content), retry_after(response.headers.get("Retry-After"))


def retry_after(told: str | None) -> float | None:
    """Seconds to wait, as ``Retry-After`` says them: a number or a moment. None where it says nothing."""
    if not told:
        return None
    if told.isascii() and told.isdigit() and len(told) < 10:
        return float(told)
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(
        0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds()
    )


def _read(path: str, status: int, content: bytes) -> Any:
    if status in NOT_THERE:
        raise NotThere(f"Tjänsten har inte {path} ({status}).")
    if status in (401, 403):
        raise PullFailed(f"Tjänsten lämnar inte ut {path} till oss ({status}).")
    if status != 200:
        raise PullFailed(f"Tjänsten svarade {status} på {path}.")
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise PullFailed(f"Tjänsten svarade med något som inte är JSON ({path}).") from None
