"""Questions whose ids are one value: the same answer on both databases, found by an index."""

from typing import cast

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from scoring import counted_queries

from assessments.database import db
from assessments.database.questions import Change, Joined, Question, is_one_of
from assessments.roster.models import Pupil, SchoolForm
from screening.benchmarks.catalogue import ADOPTIONS
from screening.models import Adoption
from screening.rollup.keeping import STANDING
from screening.score_arrays import TEXTS
from screening.whereabouts import ENROLMENTS, LOCKED

CHOSEN = is_one_of(sa.inspect(Pupil).local_table.c.id, "ids")
NAMED = Question(sa.select(Pupil.id, Pupil.school_form).where(CHOSEN).order_by(Pupil.id))


@pytest.mark.both_databases(always=True)
def test_who_is_among_the_ids_comes_back_as_the_database_keeps_it(ekbacken: Ekbacken) -> None:
    ids = [ekbacken.noor.id, ekbacken.kim.id]
    assert [tuple(row) for row in NAMED.rows(ids=ids)] == [(one, "grundskola") for one in sorted(ids)]
    assert NAMED.rows(ids=[]) == []
    assert NAMED.values(ids=ids) == [(one, SchoolForm.GRUNDSKOLA) for one in sorted(ids)]
    assert NAMED.values(ids=[]) == []


@pytest.mark.both_databases(always=True)
def test_columns_as_one_text_each_see_the_rows_in_the_same_order(ekbacken: Ekbacken) -> None:
    table = cast(sa.Table, Pupil.__table__)
    asked = Question(sa.select(Joined(table.c.id), Joined(table.c.given_name)).where(CHOSEN))
    ((ids, names),) = asked.kept(ids=[ekbacken.noor.id, ekbacken.kim.id])
    told = dict(zip(map(int, ids.split(",")), names.split(","), strict=True))
    assert told == {ekbacken.noor.id: "Noor", ekbacken.kim.id: "Kim"}
    assert asked.kept(ids=[]) == [(None, None)]


@pytest.mark.both_databases(always=True)
def test_days_come_back_as_days(ekbacken: Ekbacken) -> None:
    adopted = db.session.scalars(sa.select(Adoption.valid_from).order_by(Adoption.valid_from)).all()
    assert [valid_from for valid_from, *_ in ADOPTIONS.values()] == adopted


@pytest.mark.both_databases(always=True)
def test_rows_that_name_the_same_columns_are_written_together(ekbacken: Ekbacken) -> None:
    table = cast(sa.Table, Pupil.__table__)
    change = Change(sa.update(table).where(table.c.id == sa.bindparam("row_id")))
    noor, kim = ekbacken.noor, ekbacken.kim
    with counted_queries() as asked:
        change.write([])
        change.write(
            [
                {"row_id": noor.id, "school_form": SchoolForm.ANPASSAD},
                {"row_id": kim.id, "school_form": SchoolForm.ANPASSAD},
                {"row_id": kim.id, "given_name": "Kim % ? :b"},
            ]
        )
    db.session.expire_all()
    assert len(asked) == 2
    assert [one.school_form for one in (noor, kim)] == [SchoolForm.ANPASSAD] * 2
    assert kim.given_name == "Kim % ? :b"


@pytest.mark.both_databases(always=True)
def test_what_the_database_refuses_is_told_as_ever_and_without_the_values(ekbacken: Ekbacken) -> None:
    table = cast(sa.Table, Pupil.__table__)
    change = Change(sa.update(table).where(table.c.id == sa.bindparam("row_id")))
    with pytest.raises(sa.exc.IntegrityError) as refused:
        change.write([{"row_id": ekbacken.kim.id, "given_name": "Hemliga Kim", "family_name": None}])
    assert refused.value.params is None
    db.session.rollback()
    assert ekbacken.kim.given_name == "Kim"


@pytest.mark.both_databases(always=True)
def test_a_connection_that_asks_first_of_all_is_in_a_transaction(ekbacken: Ekbacken) -> None:
    table = cast(sa.Table, Pupil.__table__)
    change = Change(sa.update(table).where(table.c.id == sa.bindparam("row_id")))
    kim_id = ekbacken.kim.id
    db.session.rollback()
    with db.engine.connect() as own:
        change.write([{"row_id": kim_id, "given_name": "Kajsa"}], own)
        assert own.in_transaction()
        own.rollback()
    assert ekbacken.kim.given_name == "Kim"


def test_who_asks_a_server_that_has_gone_gets_a_new_connection_next_time(postgresql_url: str) -> None:
    one = Question(sa.select(sa.literal(1).label("one")))
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as gone, engine.connect() as other:
        number = gone.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        other.exec_driver_sql(f"SELECT pg_terminate_backend({number})")
        with pytest.raises(sa.exc.OperationalError) as refused:
            one.rows(gone)
        assert refused.value.connection_invalidated
        gone.rollback()
        assert [tuple(row) for row in one.rows(gone)] == [(1,)]
    engine.dispose()


def test_ids_are_found_by_an_index_and_many_take_no_other_words_than_few(ekbacken: Ekbacken) -> None:
    few, many = [ekbacken.kim.id], range(10_000)
    with counted_queries() as asked:
        for question in (NAMED, LOCKED, ENROLMENTS, TEXTS):
            assert len(question.rows(ids=few)) <= len(question.rows(ids=many))
        STANDING.rows(ids=few, windows=[1])
    words = [one for one in dict.fromkeys(asked) if "json_each" in one]
    assert len(words) == 5
    for statement in words:
        values = ("[1]",) * statement.count("?")
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        told = [row[3] for row in plan]
        assert not [line for line in told if line.startswith("SCAN") and "json_each" not in line], told
