"""The trail's chains: what breaks them is found, and those who write at once write one chain."""

import json
import threading

import pytest
import sqlalchemy as sa
from flask import g

from assessments.access import audit
from assessments.access.models import AuditEntry
from assessments.access.persons import duties_today, person_of
from assessments.access.trail import chain, checking
from assessments.access.trail.chain import TRAIL
from assessments.database import db, triggers

both_databases = pytest.mark.both_databases


@pytest.fixture
def three(ekbacken):
    """Three links of Ekbacken's chain, and one of Ekby's."""
    for number in range(3):
        audit.note(
            "pupil:seen", ekbacken.kim, school_id=ekbacken.school.id, share=0.5, rows={10: 1, 9: number}
        )
        db.session.commit()
    audit.note("roster:imported", ekbacken.municipality, municipality_id=ekbacken.municipality.id)
    db.session.commit()
    return ekbacken


def unguarded(statement):
    """As somebody who owns the database would: the triggers are switched off first."""
    db.session.rollback()
    with db.engine.connect() as connection:
        guards = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'")
        for name in connection.execute(guards).scalars().all():
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
        connection.execute(statement)
        connection.commit()


@pytest.fixture
def changed(database):
    """Change the trail behind its guards; they stand again afterwards."""
    yield unguarded
    db.session.rollback()
    with db.engine.begin() as connection:
        triggers.install(connection)


def rows_of(school):
    asked = sa.select(TRAIL.c.id).where(TRAIL.c.chain == school.id).order_by(TRAIL.c.number)
    return list(db.session.scalars(asked))


@both_databases
def test_each_school_has_a_chain_and_it_holds(three):
    told = checking.check()
    assert told.broken == []
    assert {one: end.number for one, end in told.ends.items()} == {
        three.school.id: 3,
        -three.municipality.id: 1,
    }


def test_a_changed_row_is_named(three, changed):
    second = rows_of(three.school)[1]
    changed(sa.update(TRAIL).where(TRAIL.c.id == second).values(subject=f"pupil:{three.noor.id}"))
    [broken] = checking.check().broken
    assert (broken.chain, broken.number, broken.row_id) == (three.school.id, 2, second)
    assert "ändrad" in broken.why


def test_a_row_that_was_taken_out_is_missed(three, changed):
    changed(sa.delete(TRAIL).where(TRAIL.c.id == rows_of(three.school)[1]))
    [broken] = checking.check().broken
    assert (broken.number, "saknas" in broken.why) == (2, True)


def test_a_row_of_another_chain_and_one_of_none_are_found(three, changed):
    first, *_rest, last = rows_of(three.school)
    changed(sa.update(TRAIL).where(TRAIL.c.id == first).values(school_id=three.other_school.id))
    changed(sa.update(TRAIL).where(TRAIL.c.id == last).values(chain=None))
    assert {(one.number, one.row_id) for one in checking.check().broken} == {(1, first), (0, last)}


def test_what_is_taken_from_the_end_is_missed_by_what_was_written_down(three, changed, lasspar, tmp_path):
    kept = tmp_path / "kedjor.json"
    kept.write_text(lasspar("audit", "verify", "--json").stdout)
    assert json.loads(kept.read_text())["whole"] is True
    changed(sa.delete(TRAIL).where(TRAIL.c.id == rows_of(three.school)[2]))
    assert lasspar("audit", "verify").exit_code == 0
    told = lasspar("audit", "verify", "--against", kept)
    assert told.exit_code == 1
    assert "Ekbackens skola, länk 3: kedjan slutar vid länk 2, men länk 3 var antecknad." in told.stderr
    kept.write_text("[]")
    assert lasspar("audit", "verify", "--against", kept).exit_code == 1


def test_rows_from_before_the_chains_are_told_and_are_no_fault(three, changed, lasspar):
    first = rows_of(three.school)[0]
    changed(sa.update(TRAIL).where(TRAIL.c.id == first).values(chain=None, number=None))
    told = checking.check()
    assert (told.earlier, [one.number for one in told.broken]) == (1, [1])  # the second is no beginning
    changed(sa.delete(TRAIL).where(TRAIL.c.chain == three.school.id))
    assert "1 rad är från tiden före kedjorna." in lasspar("audit", "verify").stdout


@both_databases
def test_what_is_rolled_back_leaves_no_trace_and_no_gap(ekbacken):
    def note(about):
        audit.note("test:done", about, school_id=ekbacken.school.id)

    note(ekbacken.kim)
    db.session.rollback()
    note(ekbacken.noor)
    with db.session.begin_nested():
        note(ekbacken.siv)
    outer = db.session.begin_nested()
    with db.session.begin_nested():
        note(ekbacken.olle)
    outer.rollback()
    db.session.commit()
    subjects = [f"pupil:{pupil.id}" for pupil in (ekbacken.noor, ekbacken.siv)]
    assert list(db.session.scalars(sa.select(AuditEntry.subject).order_by(AuditEntry.id))) == subjects
    assert checking.check().ends[ekbacken.school.id].number == 2


@both_databases
def test_those_who_write_at_once_write_one_chain(app, ekbacken):
    """Each in two schools, in different orders, and some of them reading pages."""
    schools, kim = [ekbacken.school.id, ekbacken.other_school.id], ekbacken.kim
    db.session.expunge_all()  # nobody waits for this session, and kim is no row of it
    faults = []

    db.session.rollback()

    def write(turn):
        with app.app_context():
            try:
                for _ in range(5):
                    for school_id in schools[:: 1 if turn % 2 else -1]:
                        audit.note("test:done", kim, school_id=school_id)
                    db.session.commit()
            except Exception as error:
                faults.append(error)
            db.session.remove()

    writers = [threading.Thread(target=write, args=(turn,)) for turn in range(6)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert faults == []
    told = checking.check()
    assert told.broken == []
    assert {end.number for end in told.ends.values()} == {30}


def test_a_page_without_a_school_of_its_own_goes_to_the_chain_of_the_duty(app, ekbacken):
    account, kim = ekbacken.astrid, ekbacken.kim
    with app.test_request_context("/"):
        g.account, g.duties = person_of(account), duties_today(account.staff_member_id)
        audit.note_read("pupil:seen", kim)
        audit.write_reads()
    row = db.session.scalars(sa.select(AuditEntry)).one()
    assert (row.chain, row.school_id) == (chain.chain_of(ekbacken.school.id, None), ekbacken.school.id)
