"""Many teachers at once, who think between the saves: what they ask servers here, and how long it takes.

Each asks on a connection of her own, as a web server in front would. Nothing leaves the machine.
"""

import asyncio
import json
import random
import urllib.parse
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

THINK_SECONDS = 3.0
PAGES_PER_SAVE = 0.1
PATIENCE_SECONDS = 30.0
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Told:
    """Milliseconds by what was asked, and what did not come out as it should."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """A line for each kind."""
        return [
            f"{what}: {len(times)}, "
            + ", ".join(f"p{share} {percentile(times, share / 100):.0f} ms" for share in (50, 95, 99))
            + f", worst {max(times):.0f} ms"
            for what, times in self.took.items()
        ]


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


@dataclass
class Teacher:
    """One browser, one class. ``sheet``: the address of its sheet; ``measure``: what she fills in."""

    port: int
    username: str
    sheet: str
    measure: str
    told: Told
    chance: random.Random
    cookie: str = ""
    token: str = ""
    cells: dict[str, tuple[int, int]] = field(default_factory=dict)  # by row: version and value

    async def sign_in(self, password: str) -> None:
        self.token = await self._token()
        form = {"username": self.username, "password": password, "csrf_token": self.token}
        await self.ask("sign in", "POST", "/sign-in", urllib.parse.urlencode(form), FORM, good=302)

    async def open(self) -> None:
        """The sheet as a page, and as its script keeps it."""
        self.token = await self._token()
        await self.ask("opening", "GET", self.sheet)
        sheet = json.loads(await self.ask("opening", "GET", f"/api/v1{self.sheet}") or "{}")
        codes = [column["code"] for column in sheet.get("measures", [])]
        for row in sheet.get("rows", []):
            self.cells[row["row"]] = (row["cells"][codes.index(self.measure)]["version"], 0)

    async def work(self, until: float) -> None:
        """A save every few seconds, and now and then another page."""
        await asyncio.sleep(self.chance.uniform(0, THINK_SECONDS))
        while perf_counter() < until:
            await self.save()
            if self.chance.random() < PAGES_PER_SAVE:
                await self.ask("page", "GET", self.chance.choice(("/classes", self.sheet)))
            await asyncio.sleep(self.chance.uniform(THINK_SECONDS - 1, THINK_SECONDS + 1))

    async def save(self) -> None:
        row = self.chance.choice(list(self.cells))
        version, before = self.cells[row]
        value = (before + self.chance.randrange(1, 60)) % 90
        write = {
            "client_id": f"{self.username}-{self.chance.getrandbits(64):x}", "pupil": row,
            "measure": self.measure, "value": value, "expected_version": version,
        }  # fmt: skip
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.token}
        body = json.dumps({"writes": [write]})
        if not (answer := await self.ask("save", "PATCH", f"/api/v1{self.sheet}", body, headers)):
            return
        (result,) = json.loads(answer)["results"]
        if result["status"] not in ("stored", "unchanged"):
            self.told.faults.append(f"save: {result['status']} {result['reason']}")
        self.cells[row] = (result["version"], value)

    async def print_class(self) -> None:
        await self.ask("class set", "GET", self.sheet.replace("/sheet", "/home-pages.pdf"))

    async def _token(self) -> str:
        told = json.loads(await self.ask("token", "GET", "/api/v1/session") or "{}")
        return str(told.get("csrf_token", ""))

    async def ask(
        self, what: str, method: str, path: str, body: str = "", headers: dict[str, str] | None = None,
        good: int = 200,
    ) -> bytes:  # fmt: skip
        """The answer's body; empty, and a fault, where it is not what it should be."""
        begun = perf_counter()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                status, answer = await self._exchange(method, path, body.encode(), headers or {})
        except (OSError, TimeoutError, ValueError) as error:
            self.told.faults.append(f"{what}: {type(error).__name__}")
            return b""
        self.told.took[what].append((perf_counter() - begun) * 1000)
        if status != good:
            self.told.faults.append(f"{what}: {status}")
            return b""
        return answer

    async def _exchange(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        sent = {
            "Host": f"127.0.0.1:{self.port}", "Connection": "close", "Cookie": self.cookie,
            "Content-Length": str(len(body)), **headers,
        }  # fmt: skip
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        answer = await reader.read()
        writer.close()
        top, _, content = answer.partition(b"\r\n\r\n")
        first, *lines = top.decode("latin-1").split("\r\n")
        for line in lines:
            if line.lower().startswith("set-cookie:"):
                self.cookie = line.partition(":")[2].strip().partition(";")[0]
        if any(line.lower() == "transfer-encoding: chunked" for line in lines):
            content = _joined(content)
        return int(first.split()[1]), content


def _joined(chunks: bytes) -> bytes:
    found = b""
    while chunks:
        size, _, chunks = chunks.partition(b"\r\n")
        found, chunks = found + chunks[: int(size, 16)], chunks[int(size, 16) + 2 :]
    return found


async def crowd(teachers: list[Teacher], password: str, seconds: float, sets: int) -> float:
    """Everybody signs in at once, opens the sheet and works for so many seconds, while so many class sets are
    printed one after the other; how long the signing in took.
    """
    begun = perf_counter()
    await _all(teachers, lambda one: one.sign_in(password))
    signing_in = perf_counter() - begun
    await _all(teachers, Teacher.open)
    until = perf_counter() + seconds
    await asyncio.gather(_print(teachers[:sets], until), *(one.work(until) for one in teachers if one.cells))
    return signing_in


async def _all(teachers: list[Teacher], do: Callable[[Teacher], Awaitable[Any]]) -> None:
    """As many at once as a web server in front would let through."""
    door = asyncio.Semaphore(64)

    async def through(one: Teacher) -> None:
        async with door:
            await do(one)

    await asyncio.gather(*map(through, teachers))


async def _print(printing: list[Teacher], until: float) -> None:
    for left, one in zip(range(len(printing), 0, -1), printing, strict=True):
        await asyncio.sleep(max(0.0, (until - perf_counter()) / (left + 1)))
        await one.print_class()
