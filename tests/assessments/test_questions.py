"""Questions whose ids are one value: the same answer on both databases, found by an index."""

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from scoring import counted_queries

from assessments.database import db
from assessments.database.questions import Question, is_one_of
from assessments.roster.models import Pupil
from screening.rollup.keeping import STANDING
from screening.score_arrays import ROWS
from screening.whereabouts import ENROLMENTS, LOCKED

CHOSEN = is_one_of(sa.inspect(Pupil).local_table.c.id, "ids")
NAMED = Question(sa.select(Pupil.id, Pupil.school_form).where(CHOSEN).order_by(Pupil.id))


@pytest.mark.both_databases
def test_who_is_among_the_ids_comes_back_as_the_database_keeps_it(ekbacken: Ekbacken) -> None:
    ids = [ekbacken.noor.id, ekbacken.kim.id]
    assert [tuple(row) for row in NAMED.rows(ids=ids)] == [(one, "grundskola") for one in sorted(ids)]
    assert NAMED.rows(ids=[]) == []


def test_ids_are_found_by_an_index_and_many_take_no_other_words_than_few(ekbacken: Ekbacken) -> None:
    few, many = [ekbacken.kim.id], range(10_000)
    with counted_queries() as asked:
        for question in (NAMED, LOCKED, ENROLMENTS, ROWS):
            assert len(question.rows(ids=few)) <= len(question.rows(ids=many))
        STANDING.rows(ids=few, windows=[1])
    words = [one for one in dict.fromkeys(asked) if "json_each" in one]
    assert len(words) == 5
    for statement in words:
        values = ("[1]",) * statement.count("?")
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        told = [row[3] for row in plan]
        assert not [line for line in told if line.startswith("SCAN") and "json_each" not in line], told
