"""Teachers whose saves are asked from threads, so that they meet."""

import json
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from cast import Ekbacken
from flask import Flask
from flask.testing import FlaskClient
from posting import token_of
from scoring import class_2b

from assessments.database import connections, db

SHEET = "/api/v1/classes/{}/windows/2026-27-autumn/sheet"


class Teacher:
    """Somebody who fills in the first pupils of a class; her saves are asked from threads."""

    def __init__(self, app: Flask, client: FlaskClient, class_id: int) -> None:
        self.app, self.client, self.sheet = app, client, SHEET.format(class_id)
        self.rows = [one["row"] for one in client.get(self.sheet).json["rows"]]
        self.headers = {"X-CSRFToken": token_of(client)}
        self.number = 0

    def save(self, place: int, value: int, version: int = 0) -> dict[str, Any]:
        self.number += 1
        return {
            "client_id": f"{self.sheet}-{self.number}", "pupil": self.rows[place],
            "measure": "bokstavsljud", "value": value, "expected_version": version,
        }  # fmt: skip

    def ask(self, *writes: dict[str, Any]) -> Any:
        body = json.dumps({"writes": writes})
        with self.app.app_context():
            return self.client.patch(self.sheet, data=body, headers=self.headers, mimetype="application/json")


def teachers_of(
    app: Flask, ekbacken: Ekbacken, signed_in: Callable[[Any], FlaskClient]
) -> tuple[Teacher, Teacher]:
    """Astrid of 1A, and Carl elsewhere."""
    class_2b(ekbacken, [90])
    clients = signed_in(ekbacken.astrid), signed_in(ekbacken.carl)
    classes = ekbacken.class_1a.id, ekbacken.other_class.id
    db.session.rollback()
    astrid, carl = (Teacher(app, *one) for one in zip(clients, classes, strict=True))
    return astrid, carl


def until(is_so: Callable[[], bool]) -> None:
    latest = time.monotonic() + connections.PATIENCE_SECONDS
    while not is_so() and time.monotonic() < latest:
        time.sleep(0.01)
    assert is_so()


def told(answer: Any) -> dict[str, Any]:
    """What became of the one write."""
    assert answer.status_code == 200, answer.text
    became: dict[str, Any] = answer.json["results"][0]
    return became


def result(asked: Future[Any]) -> dict[str, Any]:
    return told(asked.result())
