"""Saves that wait at once share a transaction and nothing else: each has its answer, its trace, its fault."""

import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask
from flask.testing import FlaskClient
from posting import token_of
from scoring import class_2b

from assessments import group_commit
from assessments.access.models import AuditEntry
from assessments.database import connections, db
from assessments.models import Score, ScoreChange
from screening.flagging import judge_pupils
from screening.models import Flag, Judgement

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

    def ask(self, write: dict[str, Any]) -> Any:
        body = json.dumps({"writes": [write]})
        with self.app.app_context():
            return self.client.patch(self.sheet, data=body, headers=self.headers, mimetype="application/json")


@pytest.fixture
def teachers(
    app: Flask, ekbacken: Ekbacken, signed_in: Callable[[Any], FlaskClient]
) -> tuple[Teacher, Teacher]:
    """Astrid of 1A, and Carl elsewhere."""
    class_2b(ekbacken, [90])
    clients = signed_in(ekbacken.astrid), signed_in(ekbacken.carl)
    classes = ekbacken.class_1a.id, ekbacken.other_class.id
    db.session.rollback()
    astrid, carl = (Teacher(app, *one) for one in zip(clients, classes, strict=True))
    return astrid, carl


def asked_at_once(*asked: tuple[Teacher, dict[str, Any]]) -> list[Future[Any]]:
    """All of them while somebody else writes, who is done when all wait."""
    waiting = group_commit._waiting[str(db.engine.url.database)]
    with ThreadPoolExecutor(len(asked)) as threads, db.engine.begin():
        told = [threads.submit(teacher.ask, write) for teacher, write in asked]
        until = time.monotonic() + connections.PATIENCE_SECONDS / 2
        while len(waiting) < len(asked) and time.monotonic() < until:
            time.sleep(0.01)
        assert len(waiting) == len(asked)
    return told


def result(future: Future[Any]) -> dict[str, Any]:
    answer = future.result()
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json["results"][0]
    return told


def test_who_waits_at_once_is_written_in_one_transaction_with_a_trace_of_her_own(
    ekbacken: Ekbacken, teachers: tuple[Teacher, Teacher]
) -> None:
    astrid, carl = teachers
    wrote: list[Any] = []

    def committed(connection: sa.Connection) -> None:
        if not connection.info.get(connections.READING):
            wrote.append(connection)

    sa.event.listen(db.engine, "commit", committed)
    try:
        told = asked_at_once(
            (astrid, astrid.save(0, 7)), (carl, carl.save(0, 20)), (astrid, astrid.save(1, 9))
        )
    finally:
        sa.event.remove(db.engine, "commit", committed)
    assert [(one["status"], one["value"], one["version"]) for one in map(result, told)] == [
        ("stored", 7, 1),
        ("stored", 20, 1),
        ("stored", 9, 1),
    ]
    assert len(wrote) == 2, "somebody else's, and that of all three"
    traces = db.session.scalars(sa.select(AuditEntry).filter_by(action="scores:recorded")).all()
    assert sorted((one.account_id, one.school_id, one.details["stored"]) for one in traces) == sorted(
        [(ekbacken.astrid.id, ekbacken.school.id, 1)] * 2 + [(ekbacken.carl.id, ekbacken.other_school.id, 1)]
    )
    changes = db.session.execute(sa.select(ScoreChange.pupil_id, ScoreChange.account_id)).all()
    own = {pupil_id: account_id for pupil_id, account_id in changes if account_id is not None}
    assert own[ekbacken.olle.id] == ekbacken.carl.id
    assert len(own) == 3


def test_they_are_judged_as_if_each_had_come_alone(
    ekbacken: Ekbacken, teachers: tuple[Teacher, Teacher]
) -> None:
    astrid, carl = teachers
    asked_at_once((astrid, astrid.save(0, 7)), (carl, carl.save(0, 20)), (astrid, astrid.save(1, 9)))

    def stands() -> list[Any]:
        flags = sa.select(Flag.pupil_id, Flag.family, Flag.kind, Flag.state, Flag.evidence)
        judged = sa.select(Judgement.pupil_id, Judgement.level, Judgement.reason, Judgement.judged_at)
        return [sorted(map(str, db.session.execute(rows))) for rows in (flags, judged)]

    together = stands()
    judge_pupils(db.session.scalars(sa.select(Judgement.pupil_id)).all())
    assert stands() == together
    assert [len(rows) for rows in together] == [2, 4]


def test_two_in_one_cell_meet_as_ever(teachers: tuple[Teacher, Teacher]) -> None:
    astrid, _carl = teachers
    told = asked_at_once((astrid, astrid.save(0, 7)), (astrid, astrid.save(0, 8)))
    first, second = sorted(map(result, told), key=lambda one: one["status"], reverse=True)
    assert (first["status"], second["status"]) == ("stored", "conflict")
    assert second["value"] == first["value"]
    assert second["version"] == first["version"] == 1


def test_a_save_that_cannot_be_written_keeps_no_other_from_it(
    ekbacken: Ekbacken, teachers: tuple[Teacher, Teacher], monkeypatch: pytest.MonkeyPatch
) -> None:
    astrid, carl = teachers
    record, olle_id = group_commit.record_and_give_way, ekbacken.olle.id

    def fails(window: Any, writes: Any, *rest: Any) -> Any:
        done = record(window, writes, *rest)
        if writes[0].pupil_id == olle_id:
            raise ZeroDivisionError
        return done

    db.session.rollback()
    monkeypatch.setattr(group_commit, "record_and_give_way", fails)
    stored, failed, also = asked_at_once(
        (astrid, astrid.save(0, 7)), (carl, carl.save(0, 20)), (astrid, astrid.save(1, 9))
    )
    assert {result(one)["status"] for one in (stored, also)} == {"stored"}
    with pytest.raises(ZeroDivisionError):
        failed.result()
    assert olle_id not in db.session.scalars(sa.select(Score.pupil_id)).all()


def test_when_nobody_can_write_everybody_who_waited_is_told(
    teachers: tuple[Teacher, Teacher], monkeypatch: pytest.MonkeyPatch
) -> None:
    astrid, carl = teachers
    tried: list[int] = []

    def full(_window: Any, writes: Any, *_rest: Any) -> Any:
        tried.append(len(writes))
        raise sa.exc.OperationalError("", None, OSError("disk full"))

    monkeypatch.setattr(group_commit, "record_and_give_way", full)
    told = asked_at_once((astrid, astrid.save(0, 7)), (carl, carl.save(0, 20)))
    assert [one.result().status_code for one in told] == [503, 503]
    assert len(tried) == 1
    monkeypatch.undo()
    assert result(asked_at_once((astrid, astrid.save(0, 7)))[0])["status"] == "stored"
