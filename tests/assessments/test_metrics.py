"""What Prometheus reads: every answer once, by address as template, from this machine or with a token."""

import os
import re
import signal
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bearer import Program, token_for
from cast import Ekbacken
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from scripts import Script
from serving import WORKERS, asked, served

from assessments.access.programs.scopes import TokenScope

Counts = dict[tuple[str, str, str], float]  # method, route and status
KIM = re.compile(r"Kim|Berg|\{[^}]*1001")  # among the labels: a time may have any figures


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


ASKED = 300


@pytest.mark.long
def test_three_processes_count_together_and_none_is_lost_when_one_dies(
    app: Flask, tmp_path: Path, database: None
):
    script = Script(tmp_path)
    script.copies(app)
    with served(script.instance) as server:
        times, processes = 0, set[int]()
        while len(processes) < WORKERS and times < 30:  # the first may answer all before others begin
            ask_often(server)
            times += 1
            files = script.instance.glob("lasspar-metrics-*/counter_*.db")
            processes |= {int(re.findall(r"\d+", file.name)[0]) for file in files}
        assert len(processes) == WORKERS
        os.kill(min(processes), signal.SIGKILL)
        time.sleep(2)
        ask_often(server)
        for _ in range(6):  # whichever process answers
            with urllib.request.urlopen(f"{server}/metrics") as answer:  # noqa: S310 - our own server
                assert counts(answer.read().decode())["GET", "/help/{slug}", "200"] == (times + 1) * ASKED
    assert list(script.instance.glob("lasspar-metrics-*")) == []


def ask_often(server: str) -> None:
    with ThreadPoolExecutor(12) as people:
        assert set(people.map(asked, [f"{server}/help/staff"] * ASKED)) == {200}
