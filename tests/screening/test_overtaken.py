"""Who is overtaken between looking and writing: what was true when she looked is not written over.

SQLite's writers queue at BEGIN; on PostgreSQL whoever looks first holds what she looked at.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from at_once import Deed, faults_of
from cast import Ekbacken
from flask import Flask

from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Pupil, Role, SchoolClass
from assessments.roster.protecting import protect
from screening.facts.ways import Part
from screening.handovers import making
from screening.handovers.making import Making, make_handover
from screening.handovers.models import Handover, HandoverKind
from screening.steps import consulting
from screening.steps.lines import OWN, Competence
from screening.steps.models import Consultation

# On SQLite nobody can overtake anybody.
pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True, scope="session")
LONG_ENOUGH_SECONDS = 2.0  # for the other to be done where nothing keeps them apart


@pytest.fixture
def overtaken(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str, Deed], Deed]:
    """The other deed, done and committed while who calls this function waits for it, unless it cannot be."""

    def while_at(module: Any, name: str, other: Deed) -> Deed:
        function, is_there, is_done = getattr(module, name), threading.Event(), threading.Event()

        def waiting(*args: Any, **more: Any) -> Any:
            is_there.set()
            is_done.wait(LONG_ENOUGH_SECONDS)
            return function(*args, **more)

        def deed() -> None:
            assert is_there.wait(10)
            other()
            db.session.commit()
            is_done.set()

        monkeypatch.setattr(module, name, waiting)
        return deed

    return while_at


@pytest.mark.parametrize("way", ["a pupil", "a class"])
def test_a_pupil_is_protected_just_as_somebody_hands_over(
    way: str, app: Flask, ekbacken: Ekbacken, overtaken: Callable[[Any, str, Deed], Deed]
) -> None:
    kim, school_class, told = ekbacken.kim.id, ekbacken.class_1a.id, {"results": ["Kim kan"]}

    def handed_over() -> None:
        if way == "a class":
            making.hand_over_class(
                db.session.get_one(SchoolClass, school_class), {kim: told}, [Part.RESULTS], Recorder()
            )
            return
        pupil = db.session.get_one(Pupil, kim)
        (before,) = pupil.enrolments
        make_handover(pupil, before, Making(HandoverKind.NEXT_TEACHER, [Part.RESULTS]), told, Recorder())

    protected = overtaken(making, "in_order", lambda: protect(db.session.get_one(Pupil, kim), "Elev 7"))
    assert faults_of(app, handed_over, protected) == []
    assert db.session.get_one(Pupil, kim).is_protected
    assert [one.content for one in db.session.scalars(sa.select(Handover))] == [{}]


def test_a_samrad_is_withdrawn_just_as_it_is_held(
    app: Flask, ekbacken: Ekbacken, overtaken: Callable[[Any, str, Deed], Deed]
) -> None:
    asked = consulting.ask(ekbacken.kim, consulting.Asking("adaptations", Role.TEACHER), Recorder())[0].id
    db.session.commit()

    def held() -> None:
        by_us = consulting.Holding(Competence(OWN))
        consulting.hold(db.session.get_one(Consultation, asked), by_us, Recorder())

    def withdrawn() -> None:
        consulting.withdraw(db.session.get_one(Consultation, asked), Recorder())

    faults = faults_of(app, held, overtaken(consulting, "faults", withdrawn))
    assert [type(fault) for fault in faults] == [Refused]
    assert db.session.get_one(Consultation, asked).held_on is not None
