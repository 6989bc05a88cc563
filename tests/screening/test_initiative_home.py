"""Överblick: a window at a glance for the coordinator, with small groups hidden and never a pupil."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from coordinating import a_school, alone, pupils
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, text, texts
from scoring import counted_queries, flag, record

from assessments.access.models import AuditEntry
from assessments.access.permissions import Permission
from assessments.clock import SWEDEN, today
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.roster.models import Role
from assessments.writes import Recorder
from screening.coordination import follow_up
from screening.coordination.follow_up import WAITING
from screening.coordination.models import ReleasedFigures
from screening.models import Flag
from screening.queries.follow_up_desk import works_of
from screening.queries.follow_up_rows import open_threads, visible_classes, visible_pupils
from screening.queries.thread_work import steps_taken
from screening.released import ReleasedTable
from screening.reviewing import Decision, record_next_step
from screening.rules.catalogue import rules_on
from screening.signal_ages import LATE

SignIn = Callable[[Any], FlaskClient]
ADDRESS = "/initiative?window=2026-27-autumn"


@pytest.fixture
def ekbacken_alone(ekbacken: Ekbacken) -> Ekbacken:
    return alone(ekbacken)


def counted_page(client: FlaskClient) -> str:
    assert post(client, ADDRESS).status_code == 303
    return str(client.get(ADDRESS).text)


@pytest.mark.parametrize("who", ["astrid", "birgitta", "rut", "ada", "teo"])
def test_it_is_the_coordinators(ekbacken: Ekbacken, signed_in: SignIn, who: str) -> None:
    assert signed_in(getattr(ekbacken, who)).get(ADDRESS).status_code == 403


@pytest.mark.both_databases
def test_it_says_how_far_the_window_has_come(ekbacken_alone: Ekbacken, signed_in: SignIn) -> None:
    cast = ekbacken_alone
    pupils(cast, cast.school, 12, 20, 8)
    pupils(cast, cast.other_school, 11, 30)
    client = signed_in(cast.cecilia)
    assert "inte räknad än" in sentence(client.get(ADDRESS).text)
    page = counted_page(client)
    assert sentence(page).startswith(
        "73 av 81 elever är kartlagda (90 %); 23 når ännu inte målet: 32 % av dem som har resultat, "
        "28 % av alla (20 till 39 %)."
    )
    [ekby, school, *_] = texts(page, "//tbody/tr")
    assert ekby.startswith("Ekby (hela kommunen) 32 av 40 80 % 12 38 %")
    assert school.startswith("Ekbackens skola 32 av 40")
    assert db.session.scalars(sa.select(AuditEntry).filter_by(action="initiative:counted")).one()


@pytest.mark.slow
def test_a_small_group_tells_how_many_are_assessed_and_no_more(
    ekbacken_alone: Ekbacken, signed_in: SignIn
) -> None:
    cast = ekbacken_alone
    pupils(cast, cast.school, 9, 30)
    pupils(cast, cast.other_school, 12, 30)
    page = counted_page(signed_in(cast.cecilia))
    [ekby, *_] = texts(page, "//tbody/tr")
    assert ekby.startswith("Ekby (hela kommunen) 39 av 39 100 % visas inte visas inte visas inte")


def test_looking_writes_nothing_and_newer_results_are_told_of(
    ekbacken_alone: Ekbacken, signed_in: SignIn
) -> None:
    cast = ekbacken_alone
    [late, *_] = reversed(pupils(cast, cast.school, 12, 20, 1))
    client = signed_in(cast.cecilia)
    before = counted_page(client)
    assert "efter att det räknades" not in before
    record(cast.autumn, late, bokstavsljud=20)
    db.session.commit()
    page = client.get(ADDRESS).text
    assert "efter att det räknades" in page
    assert ["nyare finns" in row for row in texts(page, "//tbody/tr")] == [True, True, False, False, True]
    for table in (ReleasedTable, ReleasedFigures):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 1


def test_waiting_is_what_the_school_itself_sees(ekbacken: Ekbacken, app: Any) -> None:
    """The same pupils as rektor's page counts, asked in one statement instead of thread by thread."""
    cast = ekbacken
    low = [cast.pupil("Bo", "Ek", str(7000 + number)) for number in range(6)]
    db.session.flush()
    for pupil in (cast.kim, *low):
        record(cast.autumn, pupil, bokstavsljud=7, fonologisk_medvetenhet=40)
    hand_in(cast.class_1a, cast.autumn, None)
    for pupil, weeks in zip(low[:3], (4, 2, 8), strict=True):
        record_next_step([flag(pupil)], Decision("recheck", weeks=weeks), Recorder())
    month_ago = datetime.combine(today() - timedelta(days=31), time(8), SWEDEN)
    aged = sa.update(Flag).where(Flag.pupil_id.in_([low[0].id, *(one.id for one in low[3:5])]))
    db.session.execute(aged.values(created_at=month_ago))
    db.session.commit()
    with app.test_request_context():
        from flask import g

        g.duties = list(cast.rut.staff_member.duties)
        here, ids = visible_classes(Permission.LEAD_SCHOOL), visible_pupils(Permission.LEAD_SCHOOL)
        rows = open_threads(here, ids)
        works = works_of(rows, steps_taken(ids, rules_on(cast.autumn.opens_on)))
    wanted = {row.pupil_id: works[row.id].age for row in rows
              if works[row.id].waits and not works[row.id].is_due}  # fmt: skip
    told = follow_up.release(cast.autumn, Recorder())
    [waiting, *_, late] = told.cells[f"{WAITING} {cast.school.id}"]
    assert waiting == len(wanted) == 4
    assert late == list(wanted.values()).count(LATE) == 2
    assert told.facts["late_after"] == 10


@pytest.mark.long
def test_the_number_of_queries_does_not_grow(ekbacken_alone: Ekbacken, signed_in: SignIn) -> None:
    cast = ekbacken_alone
    pupils(cast, cast.school, 12, 20)
    client = signed_in(cast.cecilia)
    counts = []
    for number in range(2):
        with counted_queries() as counting:
            post(client, ADDRESS)
        with counted_queries() as reading:
            client.get(ADDRESS)
        counts.append((len(counting), len(reading)))
        pupils(cast, a_school(f"Skola {number}", cast.school), 15, 20)
        pupils(cast, cast.other_school, 15, 20)
    assert counts[0] == counts[1]
    assert counts[0][1] <= 20


def test_a_coordinator_of_one_municipality_sees_its_schools(
    ekbacken_alone: Ekbacken, signed_in: SignIn
) -> None:
    cast = ekbacken_alone
    pupils(cast, cast.school, 12, 20)
    pupils(cast, cast.other_school, 11, 30)
    cia = cast.staff("Cia Cembra", "cia", Role.COORDINATOR, municipality=cast.municipality)
    db.session.commit()
    page = counted_page(signed_in(cia))
    assert "Tallby" not in text(page, "//main")
    assert "Ekby" in text(page, "//main")


@pytest.mark.parametrize(
    ("who", "address", "told"),
    [("cecilia", "/initiative", "Öppna en period"), ("cecilia", "/initiative/flow", "Öppna en period"),
     ("rut", "/my-school", "Samordnaren för satsningen öppnar perioderna.")],
)  # fmt: skip
def test_before_the_first_window_the_page_says_what_to_do(
    ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, who: str, address: str, told: str
) -> None:
    monkeypatch.setattr("assessments.header.chosen_window", lambda: None)
    assert told in signed_in(getattr(ekbacken, who)).get(address).text
