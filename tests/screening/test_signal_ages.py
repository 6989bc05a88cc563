"""How long a signal has waited: since it came, or somebody last did something, whatever is handed in."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from cast import Ekbacken
from flask import Flask, g
from flask.testing import FlaskClient
from reading_pages import text, texts
from scoring import a_window, class_2b, flag, record

from assessments.access.permissions import Permission
from assessments.clock import today
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.models import AssessmentWindow, Season
from assessments.recording import Recorder
from assessments.roster.models import Pupil
from screening.coordination import follow_up
from screening.coordination.follow_up import WAITING
from screening.queries.follow_up_desk import works_of
from screening.queries.follow_up_rows import open_threads, visible_classes, visible_pupils
from screening.queries.thread_work import ThreadWork, steps_taken
from screening.reviewing import Decision, record_next_step
from screening.rules.catalogue import rules_on
from screening.signal_ages import LATE
from screening.steps.ending import Ending, end_step

SignIn = Callable[[Any], FlaskClient]
BY = Recorder()
CAME, AGAIN = "2026-10-15", "2027-01-20"  # the days of the two windows' results
SINCE = {
    "nobody": CAME,
    "ticked_off": "2026-11-20",
    "closed": AGAIN,
    "planned": AGAIN,  # until then the plan answered it
    "ticked_off_now": "2027-01-21",
}
OLD = {"nobody", "ticked_off"}


@pytest.fixture
def winter(ekbacken: Ekbacken) -> AssessmentWindow:
    return a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 12))


@pytest.fixture
def pupils(ekbacken: Ekbacken, winter: AssessmentWindow, monkeypatch: pytest.MonkeyPatch) -> dict[str, Pupil]:
    """Of 2B, far below the goal in autumn and in winter, by what is done between: today is 25 January."""
    school_class, there = class_2b(ekbacken, [5] * len(SINCE))
    named = dict(zip(SINCE, there, strict=True))

    def act(day: str, name: str, decision: Decision) -> Any:
        monkeypatch.setenv("LASSPAR_TODAY", day)
        (step,) = record_next_step([flag(named[name])], decision, BY)
        return step

    check = act("2026-10-20", "ticked_off", Decision("recheck", weeks=4))
    act("2026-10-20", "planned", Decision("adaptations"))
    act("2026-10-20", "closed", Decision("close", reason="not_needed"))
    monkeypatch.setenv("LASSPAR_TODAY", "2026-11-20")
    end_step(check, Ending(), BY)
    monkeypatch.setenv("LASSPAR_TODAY", AGAIN)
    for pupil in there:
        record(winter, pupil, ord_per_minut=6)
    hand_in(school_class, winter, None)
    end_step(act("2027-01-21", "ticked_off_now", Decision("recheck", weeks=4)), Ending(), BY)
    monkeypatch.setenv("LASSPAR_TODAY", "2027-01-25")
    db.session.commit()
    return named


def works(ekbacken: Ekbacken, app: Flask) -> dict[int, ThreadWork]:
    """The school's open threads by pupil."""
    with app.test_request_context():
        g.duties = list(ekbacken.rut.staff_member.duties)
        classes, ids = visible_classes(Permission.LEAD_SCHOOL), visible_pupils(Permission.LEAD_SCHOOL)
        rows = open_threads(classes, ids)
        told = works_of(rows, steps_taken(ids, rules_on(today())))
    return {row.pupil_id: told[row.id] for row in rows}


@pytest.mark.both_databases
def test_a_signal_is_as_old_as_it_has_waited(
    pupils: dict[str, Pupil], winter: AssessmentWindow, ekbacken: Ekbacken, app: Flask
) -> None:
    found = works(ekbacken, app)
    assert {name: found[pupil.id].since.isoformat() for name, pupil in pupils.items()} == SINCE
    assert all(work.waits and not work.is_due for work in found.values())
    assert {name for name, pupil in pupils.items() if found[pupil.id].age == LATE} == OLD
    told = follow_up.release(winter, BY)
    [waiting, *_, late] = told.cells[f"{WAITING} {ekbacken.school.id}"]
    assert (waiting, late) == (len(SINCE), len(OLD))


@pytest.mark.slow
def test_the_pages_of_the_school_say_so(
    pupils: dict[str, Pupil], ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    client = signed_in(ekbacken.rut)
    school = client.get("/my-school?window=2026-27-winter").text
    assert texts(school, "//div[contains(@class, 'notice-warning')]/h2") == [
        "2 signaler utan nästa steg är äldre än 10 skoldagar"
    ]
    inbox = client.get("/follow-up").text
    for name, pupil in pupils.items():
        chip = f"har väntat sedan {SINCE[name]}"
        assert (chip in text(inbox, f"//li[@id='signal-{flag(pupil).id}']")) is (name in OLD)
    flags = client.get("/api/v1/flags").json
    by_pupil = {one["pupil"]["id"]: one["since"] for one in flags["flags"]}
    assert {name: by_pupil[pupil.id] for name, pupil in pupils.items()} == SINCE
    assert flags["counts"]["late"] == len(OLD)


def test_a_signal_that_comes_again_after_a_move_is_not_older_than_the_new_school_may_know(
    pupils: dict[str, Pupil], ekbacken: Ekbacken, app: Flask
) -> None:
    from screening.handovers.models import HeldHistory

    mover = pupils["nobody"]
    db.session.add(
        HeldHistory(
            pupil_id=mover.id, before_on=date(2027, 1, 7), from_school_id=ekbacken.other_school.id,
            to_school_id=ekbacken.school.id,
        )
    )  # fmt: skip
    db.session.flush()
    assert works(ekbacken, app)[mover.id].since.isoformat() == AGAIN
