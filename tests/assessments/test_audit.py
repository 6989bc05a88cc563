"""The trail is only ever added to, whatever reaches the database."""

import pytest
import sqlalchemy as sa

from assessments.access import audit
from assessments.access.models import AuditEntry
from assessments.database import Base, db, triggers
from assessments.instruments.models import MeasureRow
from assessments.models import Score
from screening.models import BenchmarkSet, Cut

pytestmark = pytest.mark.both_databases(always=True)


@pytest.fixture
def entry(ekbacken):
    audit.note("test:done", ekbacken.kim, school_id=ekbacken.school.id, number=3)
    db.session.commit()
    return db.session.scalars(sa.select(AuditEntry)).one()


def refused(statement):
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.execute(sa.text(statement) if isinstance(statement, str) else statement)
    db.session.rollback()


def test_a_trace_holds_kind_and_number_never_a_name(entry, ekbacken):
    assert entry.subject == f"pupil:{ekbacken.kim.id}"
    assert (entry.action, entry.details, entry.account_id) == ("test:done", {"number": 3}, None)
    kept = db.session.execute(sa.text("SELECT * FROM audit_entry")).mappings().one()
    assert "Kim" not in str(dict(kept))


def test_a_trace_can_neither_be_changed_nor_taken_away(entry):
    refused("UPDATE audit_entry SET action = 'x'")
    refused("DELETE FROM audit_entry")
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 1


def test_a_trace_cannot_be_written_over(entry, backend):
    columns = "id, action, subject, details, created_at"
    row = f"{entry.id}, 'x', 'x', '{{}}', '2026-10-15T00:00:00+00:00'"
    words = "INSERT OR REPLACE" if backend == "sqlite" else "INSERT"
    refused(f"{words} INTO audit_entry ({columns}) VALUES ({row})")
    assert db.session.scalars(sa.select(AuditEntry.action)).one() == "test:done"


def test_the_whole_trail_cannot_be_emptied(entry, backend):
    if backend == "postgresql":
        refused("TRUNCATE audit_entry CASCADE")
    else:
        refused("DELETE FROM audit_entry WHERE true")


def test_a_published_set_stays_as_it_was(database):
    assert db.session.scalar(sa.select(sa.func.count(Cut.id))) > 0
    refused(sa.update(Cut).values(goal_from=1))
    refused(sa.delete(Cut))
    refused(sa.update(BenchmarkSet).values(version="2"))
    refused("DELETE FROM benchmark_window")


@pytest.mark.parametrize(("beyond", "fits"), [(-1, False), (0, True), (1, True), (2, False)])
def test_no_score_lies_outside_its_measure(ekbacken, beyond, fits):
    measure = db.session.scalars(sa.select(MeasureRow).order_by(MeasureRow.position)).first()
    points = {-1: measure.minimum - 1, 0: measure.minimum, 1: measure.maximum, 2: measure.maximum + 1}[beyond]
    score = Score(pupil=ekbacken.kim, window=ekbacken.autumn, measure=measure.code, year=1, points=points)
    score.assessed_on, score.version = ekbacken.autumn.opens_on, 1
    db.session.add(score)
    if not fits:
        with pytest.raises(sa.exc.IntegrityError):
            db.session.flush()
        return
    db.session.flush()
    refused(sa.update(Score).values(points=measure.maximum + 1))


@pytest.mark.slow
def test_tables_made_without_migrations_are_guarded_too():
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with engine.connect() as connection:
        found = (
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .scalars()
            .all()
        )
    assert set(found) == {guard.name for guard in triggers.GUARDS if guard.event != "TRUNCATE"}
    engine.dispose()


def test_bringing_tables_up_to_date_twice_changes_nothing(database):
    with db.engine.begin() as connection:
        triggers.install(connection)
        triggers.install(connection)
