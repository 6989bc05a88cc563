"""Everything about a pupil is told and goes: every table and file is walked, also what no register names."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from matrix.world import ALIASES, CLASSES, CODES, NOTED, PUPILS, SAID, SCHOOLS, build

from assessments.access.alarm_models import Alarm
from assessments.access.models import Account
from assessments.clock import now
from assessments.database import Base, db
from assessments.extracts.queries import health_notes_of, record_of
from assessments.extracts.register import register
from assessments.jobs.running import work_off
from assessments.recording import Recorder
from assessments.retention import rules
from assessments.retention.disposing import dispose
from assessments.retention.kinds import STAYS, kinds
from assessments.retention.models import Basis
from assessments.roster.models import Duty, Enrolment, Municipality, Pupil, StaffMember
from reports.print_jobs.folder import prints_folder
from reports.print_jobs.models import PrintOrder

Lasspar = Callable[..., Result]
LEFT, YEARS_LATER = date(2027, 6, 10), "2036-09-01"
OF_EKBY = [stem for stem, (name, _) in PUPILS.items() if SCHOOLS[CLASSES[name]][0] == "Ekby"]


def words_about(stems: list[str]) -> dict[str, str]:
    """What could say who each of them was, or what people wrote of them; small letters."""
    asked = sa.select(Pupil.code, Pupil.external_id)
    external = {CODES[stem]: str(dict(db.session.execute(asked).all())[CODES[stem]]) for stem in stems}
    found = {}
    for stem in stems:
        own = (stem, CODES[stem], SAID[stem], NOTED[stem], ALIASES.get(stem, stem), external[CODES[stem]])
        found |= {word.casefold(): stem for word in own}
    return found


def told(words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(table.column, pupil) for every cell of the whole database that says one of the words."""
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)).mappings():
            for column, value in row.items():
                said = str(value).casefold()
                yield from ((f"{table.name}.{column}", stem) for word, stem in words.items() if word in said)


def ids_of_staff(municipality_id: int) -> dict[str, str]:
    """By external id the username of those whom Ekby looks after: names are parts of others' here."""
    asked = sa.select(StaffMember.external_id, Account.username).join(Account.staff_member)
    return dict(db.session.execute(asked.where(Account.municipality_id == municipality_id)).all())


def pointing(ids: set[int]) -> Iterator[str]:
    """The columns that lead to one of these pupils."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "pupil":
                asked = sa.select(sa.func.count()).select_from(table).where(key.parent.in_(ids))
                if db.session.scalar(asked):
                    yield f"{table.name}.{key.parent.name}"


@pytest.mark.long
def test_the_extract_has_every_table_where_something_is_said_of_the_pupil(app: Flask, database: None) -> None:
    world, held = build(), register()
    words = words_about(OF_EKBY)
    where = {stem: {column for column, about in told(words) if about == stem} for stem in OF_EKBY}
    for stem in OF_EKBY:
        pupil = db.session.get_one(Pupil, world.pupils[stem])
        record, apart = record_of(pupil), health_notes_of(pupil)
        for column in where[stem]:
            table, _, name = column.partition(".")
            kept = held.kept[table]
            assert record.get(kept.name) or apart.get(kept.name), f"{stem}: {column}"
            assert name not in kept.left_out
        in_file, in_zone = (json.dumps(one, ensure_ascii=False).casefold() for one in (record, apart))
        assert SAID[stem] in in_file
        assert NOTED[stem] in in_zone
        assert NOTED[stem] not in in_file


@pytest.mark.long
def test_no_table_and_no_file_says_who_the_pupil_was(
    app: Flask, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = build()
    words = words_about(OF_EKBY)
    before = set(told(words))
    assert {stem for _, stem in before} == set(OF_EKBY)
    assert len({column for column, _ in before}) >= 10, "the walk sees what there is to see"
    orders = db.session.scalars(sa.select(PrintOrder.folder)).all()
    assert any((prints_folder() / one).exists() for one in orders)
    staff = ids_of_staff(world.municipalities["Ekby"])
    assert {column for column, _ in told(staff)} == {"staff_member.external_id"}
    former = sa.select(Account.username).where(Account.username.in_(staff.values()))
    ids = {world.pupils[stem] for stem in OF_EKBY}
    db.session.execute(sa.update(Alarm).values(acknowledged_at=now(), note="Utrett"))
    db.session.execute(sa.update(Duty).values(ends_on=sa.func.max(Duty.starts_on, LEFT)))
    db.session.execute(sa.update(Enrolment).where(Enrolment.pupil_id.in_(ids)).values(ends_on=LEFT))
    ekby = db.session.get_one(Municipality, world.municipalities["Ekby"])
    monkeypatch.setenv("LASSPAR_TODAY", YEARS_LATER)
    for code in kinds():
        rules.decide(ekby, code, 5, Basis.LEFT, "Barnnämnden § 45", date(2027, 1, 1), Recorder())
    dispose(ekby, Recorder())
    db.session.commit()
    work_off("after")  # the worker, which also lets go of files whose time is over
    assert set(told(words)) == set()
    assert set(told(staff)) == set()
    assert db.session.scalars(former).all() == []
    assert set(pointing(ids)) <= {f"{table}.pupil_id" for table in STAYS}
    assert not [one for one in orders if (prints_folder() / one).exists()]
    db.session.rollback()
    file = Path(str(db.engine.url.database))
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = file.read_bytes().lower()
    assert [word for word in words if word.encode() in content] == []
