"""Who stands in line to write, and who need not: SQLite has one writer at a time."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from cast import Ekbacken
from flask import Flask
from flask.testing import FlaskClient
from posting import token_of

from assessments.database import connections, db

SHEET = "/api/v1/classes/{}/windows/2026-27-autumn/sheet"
A_MOMENT = 0.05


def test_only_who_has_something_to_write_waits_for_another_writer(
    app: Flask, ekbacken: Ekbacken, signed_in: Callable[[Any], FlaskClient]
) -> None:
    client, sheet = signed_in(ekbacken.astrid), SHEET.format(ekbacken.class_1a.id)
    row, told = client.get(sheet).json["rows"][0]["row"], {"X-CSRFToken": token_of(client)}
    write = {"client_id": "a", "pupil": row, "measure": "bokstavsljud", "value": 5, "expected_version": 0}

    def ask(body: str) -> Any:
        with app.app_context():
            return client.patch(sheet, data=body, headers=told, mimetype="application/json")

    with ThreadPoolExecutor(2) as elsewhere:
        with db.engine.begin():  # somebody else's writing, which takes its time
            unreadable = elsewhere.submit(ask, "{")
            assert unreadable.result(timeout=connections.PATIENCE_SECONDS / 2).status_code == 400
            saved = elsewhere.submit(ask, json.dumps({"writes": [write]}))
            assert wait([saved], timeout=A_MOMENT).not_done
        assert saved.result().json["results"][0]["status"] == "stored"
