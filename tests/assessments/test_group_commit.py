"""Saves that wait at once share a transaction and nothing else: each has its answer, its trace, its fault."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask
from flask.testing import FlaskClient
from savers import Teacher, result, teachers_of, until

from assessments import group_commit
from assessments.access.models import AuditEntry
from assessments.calendar_models import SchoolWindow
from assessments.database import connections, db
from assessments.models import Score, ScoreChange
from screening.flagging import judge_pupils
from screening.models import Flag, Judgement


@pytest.fixture
def teachers(
    app: Flask, ekbacken: Ekbacken, signed_in: Callable[[Any], FlaskClient]
) -> tuple[Teacher, Teacher]:
    return teachers_of(app, ekbacken, signed_in)


def asked_at_once(*asked: tuple[Teacher, dict[str, Any]]) -> list[Future[Any]]:
    """All of them while somebody else writes, who is done when all wait."""
    waiting = group_commit._waiting.setdefault(db.engine, deque())
    with ThreadPoolExecutor(len(asked)) as threads, db.engine.begin():
        told = [threads.submit(teacher.ask, write) for teacher, write in asked]
        until(lambda: len(waiting) == len(asked))
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
    assert not connections._in_line.locked()
    assert olle_id not in db.session.scalars(sa.select(Score.pupil_id)).all()


def test_a_wait_that_ends_in_a_fault_leaves_nothing_to_be_written_later(
    ekbacken: Ekbacken, teachers: tuple[Teacher, Teacher], monkeypatch: pytest.MonkeyPatch
) -> None:
    astrid, carl = teachers

    def unreadable(*_line: Any) -> None:
        raise PermissionError

    with monkeypatch.context() as broken:
        broken.setattr(connections, "_stand_in_line", unreadable)
        write = astrid.save(0, 7)
        with pytest.raises(PermissionError):
            astrid.ask(write)
    assert result(asked_at_once((carl, carl.save(0, 20)))[0])["status"] == "stored"
    assert not db.session.scalars(sa.select(Score).filter_by(measure="bokstavsljud", points=7)).all()


def test_who_is_taken_along_is_written_by_the_days_that_hold_when_she_comes(
    app: Flask, ekbacken: Ekbacken, teachers: tuple[Teacher, Teacher]
) -> None:
    """Whoever's turn it is has read the school windows before Carl's school got days of its own."""
    astrid, carl = teachers
    waiting = group_commit._waiting.setdefault(db.engine, deque())
    days = sa.insert(SchoolWindow).values(
        school_id=ekbacken.other_school.id, window_id=ekbacken.autumn.id,
        opens_on=date(2026, 9, 1), closes_on=date(2026, 10, 10),
    )  # fmt: skip
    db.session.rollback()
    with ThreadPoolExecutor(2) as threads:
        with db.engine.connect() as own:
            own.execute(days)
            first = threads.submit(astrid.ask, astrid.save(0, 7))
            until(lambda: len(waiting) == 1)
            own.commit()  # the place in the line is kept until the connection goes back
            second = threads.submit(carl.ask, carl.save(0, 20))
            until(lambda: len(waiting) == 2)
        assert {result(one)["status"] for one in (first, second)} == {"stored"}
    dated = sa.select(Score.assessed_on).filter_by(pupil_id=ekbacken.olle.id)
    assert db.session.scalars(dated).one() == date(2026, 10, 10)


def test_who_meets_another_is_told_what_stood_there_then(teachers: tuple[Teacher, Teacher]) -> None:
    astrid, _carl = teachers
    assert result(asked_at_once((astrid, astrid.save(0, 7)))[0])["version"] == 1
    late, next_one = asked_at_once((astrid, astrid.save(0, 9)), (astrid, astrid.save(0, 8, version=1)))
    told = result(late)
    assert result(next_one)["status"] == "stored"
    assert told["status"] == "conflict"
    assert (told["value"], told["version"]) in ((7, 1), (8, 2))


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
