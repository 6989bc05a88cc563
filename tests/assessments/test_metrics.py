"""What Prometheus reads: every answer once, by address as template, from this machine or with a token."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bearer import Program, token_for
from cast import Ekbacken
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from assessments.access.programs.scopes import TokenScope

Counts = dict[tuple[str, str, str], float]  # method, route and status
KIM = re.compile(r"Kim|Berg|1001")


def counts(text: str) -> Counts:
    (family,) = (one for one in text_string_to_metric_families(text) if one.name == "lasspar_requests")
    return {
        (one.labels["method"], one.labels["route"], one.labels["status"]): one.value
        for one in family.samples
        if one.name == "lasspar_requests_total"
    }


def test_answers_are_counted_by_template_without_ids_and_names(app: Flask, ekbacken: Ekbacken):
    client, before = app.test_client(), counts(app.test_client().get("/metrics").text)
    for path in (
        f"/classes/{ekbacken.class_1a.id}/pupils",
        "/help/staff",
        "/nothing/Kim-Berg",
        "/help/staff",
    ):
        client.get(path)
    client.open("/help/staff", method="KIM")
    text = client.get("/metrics").text
    told = Counter(counts(text))
    told.subtract(before)
    assert {what for what, number in told.items() if number} == {
        ("GET", "/metrics", "200"), ("GET", "/help/{slug}", "200"), ("GET", "none", "404"),
        ("GET", "/classes/{class_id}/pupils", "302"), ("other", "none", "405"),
    }  # fmt: skip
    assert told["GET", "/help/{slug}", "200"] == 2
    assert not KIM.search(text)
    assert 'lasspar_request_seconds_count{method="GET",route="/help/{slug}"}' in text


def test_metrics_are_for_this_machine_or_a_token_that_is_for_them(app: Flask, ekbacken: Ekbacken):
    client = app.test_client()
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics").mimetype == "text/plain"
    assert client.get("/metrics", environ_overrides=elsewhere).status_code == 401
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401
    assert client.get("https://lasspar.example/metrics").status_code == 401
    for scope, status in ((TokenScope.METRICS_READ, 200), (TokenScope.SCORES_READ, 403)):
        program = Program(app, token_for(ekbacken.ada, [scope]))
        assert program.get("/metrics", environ_overrides=elsewhere).status_code == status


WORKERS, ASKED = 3, 300


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A real gunicorn with three processes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "LASSPAR_INSTANCE_PATH": str(tmp_path), "LASSPAR_TODAY": "2026-10-15",
        "LASSPAR_SECRET_KEY": "x" * 40, "TMPDIR": str(tmp_path),
    }  # fmt: skip
    environment = {name: told for name, told in os.environ.items() if not name.startswith("LASSPAR_")}
    lasspar = [str(Path(sys.executable).with_name("lasspar"))]
    subprocess.run([*lasspar, "init"], env=environment | settings, check=True, capture_output=True)
    words = [*lasspar, "serve", "--port", str(port), "--workers", str(WORKERS)]
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen(words, env=environment | settings, stderr=log, stdout=log)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            if _asked(f"{address}/healthz") == 200:
                break
            time.sleep(0.1)
        yield address
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=60)
    assert list(tmp_path.glob("lasspar-metrics-*")) == []


def _asked(address: str) -> int | None:
    try:
        with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


@pytest.mark.long
def test_three_processes_count_together_and_none_is_lost_when_one_dies(server: str, tmp_path: Path):
    with ThreadPoolExecutor(12) as people:
        assert set(people.map(_asked, [f"{server}/help/staff"] * ASKED)) == {200}
    files = list(tmp_path.glob("lasspar-metrics-*/counter_*.db"))
    processes = {int(re.findall(r"\d+", file.name)[0]) for file in files}
    assert len(processes) == WORKERS, "the others had nothing to do: ask more"
    os.kill(min(processes), signal.SIGKILL)
    time.sleep(2)
    with ThreadPoolExecutor(12) as people:
        assert set(people.map(_asked, [f"{server}/help/staff"] * ASKED)) == {200}
    for _ in range(6):  # whichever process answers
        with urllib.request.urlopen(f"{server}/metrics") as answer:  # noqa: S310 - our own server
            assert counts(answer.read().decode())["GET", "/help/{slug}", "200"] == 2 * ASKED
