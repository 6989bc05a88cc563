"""Nothing goes without a decided rule; what goes, goes whole, and everybody can read what went."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from scoring import record
from supporting import followed_up

from assessments.absence.models import AbsenceShare
from assessments.access.models import AuditEntry
from assessments.calendar import academic_year_on
from assessments.database import db
from assessments.extracts.register import register
from assessments.models import Score
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.retention import disposing, rules
from assessments.retention.due import until_day
from assessments.retention.kinds import ROSTER, STAFF, STAYS, TRAIL, kinds, of_pupils, tables_of
from assessments.retention.models import Basis, Disposal, DisposedPupil
from assessments.roster.models import Enrolment, Pupil, Role
from screening.coordination.models import GoalKind, HalvingGoal
from screening.coordination.observing import observed
from screening.flagging import judge_pupils
from screening.models import Judgement, Observation, ObservedBy
from screening.notes.keeping import Zone, write_note
from screening.notes.models import HealthNote, NoteLog
from screening.rollup.comparing import differences, recount_window
from screening.rollup.models import SchoolCount

Run = Callable[..., Result]
LEFT, YEARS_LATER = date(2026, 12, 18), "2034-09-01"
BY = Recorder()
UNHEARD_OF = "Trottoarkantsord"  # stands once in the whole database


@pytest.fixture
def leaver(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> Ekbacken:
    """Kim has left, with everything that is kept about a pupil; Noor goes on. It is eight years later."""
    kim, birgitta = ekbacken.kim, ekbacken.birgitta
    by = Recorder(birgitta.id, birgitta.staff_member.duties[0].id)
    record(ekbacken.autumn, kim, by, bokstavsljud=7)
    record(ekbacken.autumn, ekbacken.noor, by, bokstavsljud=11)
    seen = {"window_id": ekbacken.autumn.id, "line": UNHEARD_OF, "observed_on": ekbacken.autumn.opens_on}
    db.session.add(Observation(pupil_id=kim.id, observed_by=ObservedBy.GUARDIAN, **seen))
    db.session.add(AbsenceShare(pupil_id=kim.id, window_id=ekbacken.autumn.id, percent=Decimal(30)))
    followed_up(ekbacken, kim.id)
    write_note(kim, Zone(Role.SPECIAL_TEACHER, ekbacken.school.id), "Samtal hemma", by)
    db.session.execute(sa.update(Enrolment).where(Enrolment.pupil_id == kim.id).values(ends_on=LEFT))
    db.session.commit()
    monkeypatch.setenv("LASSPAR_TODAY", YEARS_LATER)
    return ekbacken


def decide(cast: Ekbacken, *codes: str, years: int | None = 5, basis: Basis = Basis.LEFT) -> None:
    for code in codes:
        rules.decide(cast.municipality, code, years, basis, "Barnnämnden § 45", date(2027, 1, 1), BY)
    db.session.commit()


def rows_about(pupil_id: int) -> dict[str, int]:
    """How many rows of each table of the register are about the pupil."""
    held = register()
    counts = {
        kept.table.name: db.session.scalar(
            sa.select(sa.func.count()).select_from(kept.table).where(held.where(kept, pupil_id))
        )
        for kept in held.kept.values()
    }
    return {name: count for name, count in counts.items() if count}


def test_every_table_about_a_pupil_goes_with_a_kind_or_says_why_not(app: Any, database: None) -> None:
    """A new table that leads to a pupil: name it in kinds.toml, unless it goes with one that is there."""
    going = {table.name for code in of_pupils() for table in tables_of(code)}
    assert going | set(STAYS) == set(register().kept)
    assert not going & set(STAYS)
    for kind in of_pupils().values():
        assert set(kind.dates) <= set(kind.tables)
        assert kind.basis in kind.bases
        assert kind.ground
    assert list(of_pupils())[-1] == ROSTER
    assert set(kinds()) - set(of_pupils()) == {STAFF, TRAIL}


@pytest.mark.parametrize(
    ("on", "years", "basis", "until"),
    [
        (date(2034, 9, 1), 5, Basis.LEFT, date(2029, 9, 1)),
        (date(2032, 2, 29), 1, Basis.LEFT, date(2031, 2, 28)),
        (date(2034, 9, 1), 1, Basis.SCHOOL_YEAR, date(2033, 7, 31)),
        (date(2034, 7, 31), 1, Basis.SCHOOL_YEAR, date(2032, 7, 31)),
    ],
)
def test_years_are_counted_from_the_last_day_or_the_academic_year(
    on: date, years: int, basis: Basis, until: date
) -> None:
    assert until_day(years, basis, on) == until
    assert academic_year_on(until) <= academic_year_on(on)


@pytest.mark.slow
def test_nothing_goes_without_a_rule_nor_while_somebody_goes_here(leaver: Ekbacken) -> None:
    assert disposing.plan(leaver.municipality).total == 0
    with pytest.raises(Refused, match="inget att gallra"):
        disposing.dispose(leaver.municipality, BY)
    decide(leaver, *kinds(), years=None)
    assert disposing.plan(leaver.municipality).total == 0
    decide(leaver, *kinds(), years=7)  # to the day: seven years and some months have passed
    assert disposing.plan(leaver.municipality).pupils == 1
    decide(leaver, *kinds(), years=8)
    assert disposing.plan(leaver.municipality).total == 0
    assert disposing.plan(leaver.other_municipality).total == 0


@pytest.mark.slow
def test_a_pupil_goes_whole_and_the_trail_and_the_sums_stay(leaver: Ekbacken) -> None:
    goes_whole(leaver)


@pytest.mark.long
@pytest.mark.both_databases
def test_a_pupil_goes_whole_on_postgresql_too(leaver: Ekbacken) -> None:
    goes_whole(leaver)


def goes_whole(leaver: Ekbacken) -> None:
    kim, noor = leaver.kim.id, leaver.noor.id
    sums = sa.select(SchoolCount.measure, SchoolCount.below_goal, SchoolCount.no_level).order_by("measure")
    before, others, trail = db.session.execute(sums).all(), rows_about(noor), db.session.scalars(
        sa.select(sa.func.count()).select_from(AuditEntry)
    ).one()  # fmt: skip
    goal = HalvingGoal(
        name="Frånvaro", kind=GoalKind.ABSENCE, season=leaver.autumn.season, baseline_year="2026/27",
        target_year="2029/30", municipality_id=leaver.municipality.id,
    )  # fmt: skip
    counted = observed(goal).cells
    decide(leaver, *kinds())
    told = disposing.plan(leaver.municipality)
    assert (told.pupils, told.undecided) == (1, ())
    about = rows_about(kim)
    done = disposing.dispose(leaver.municipality, BY, told.seen)
    db.session.commit()
    assert done.kinds == [json.loads(json.dumps(vars(line))) for line in told.lines]
    assert sum(line.total for line in told.lines) == sum(about.values()) - about["note_log"]
    # The log of notes may not be touched, and points at a row: nothing in it says who it was.
    assert rows_about(kim) == {"pupil": 1, "note_log": about["note_log"]}
    nobody = db.session.get_one(Pupil, kim)
    assert (nobody.given_name, nobody.family_name, nobody.code) == ("", "", f"gallrad-{kim}")
    assert db.session.scalars(sa.select(HealthNote)).all() == []
    assert set(db.session.scalars(sa.select(NoteLog.health_note_id))) == {None}
    assert rows_about(noor) == others
    assert db.session.execute(sums).all() == before
    assert observed(goal).cells == counted
    assert trail <= db.session.scalars(sa.select(sa.func.count()).select_from(AuditEntry)).one()
    assert disposing.plan(leaver.municipality).total == 0
    assert "Kim" not in json.dumps(done.kinds, ensure_ascii=False)
    if db.engine.dialect.name == "sqlite":
        db.session.rollback()
        with closing(sqlite3.connect(str(db.engine.url.database))) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert UNHEARD_OF.encode() not in Path(str(db.engine.url.database)).read_bytes()
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.delete(Disposal))


def test_only_the_log_s_pointer_may_be_let_go(leaver: Ekbacken) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(NoteLog).values(action="read", health_note_id=None))


@pytest.mark.slow
def test_a_pupil_under_a_hold_stays_and_is_told_in_the_protocol(leaver: Ekbacken) -> None:
    decide(leaver, *kinds())
    rules.hold(leaver.kim, "Överklagat beslut", BY)
    told = disposing.plan(leaver.municipality)
    assert (told.total, told.held) == (0, 1)
    with pytest.raises(Refused, match="redan undantagen"):
        rules.hold(leaver.kim, "Igen", BY)
    rules.release(leaver.kim, BY)
    assert disposing.plan(leaver.municipality).total
    with pytest.raises(Refused, match="inte undantagen"):
        rules.release(leaver.kim, BY)


@pytest.mark.slow
def test_results_go_by_academic_year_and_nobody_is_judged_for_want_of_them(leaver: Ekbacken) -> None:
    recount_window(leaver.autumn)
    decide(leaver, "results", years=2, basis=Basis.SCHOOL_YEAR)
    of_school = sa.select(SchoolCount.measure, SchoolCount.below_goal).filter_by(school_id=leaver.school.id)
    sums = db.session.execute(of_school).all()
    disposing.dispose(leaver.municipality, BY)
    assert db.session.scalars(sa.select(Score)).all() == []
    assert set(db.session.scalars(sa.select(DisposedPupil.pupil_id))) >= {leaver.kim.id, leaver.noor.id}
    judge_pupils({leaver.noor.id}, since=leaver.autumn)
    recount_window(leaver.autumn)
    assert db.session.scalars(sa.select(Judgement).filter_by(window_id=leaver.autumn.id)).all() == []
    assert db.session.execute(of_school).all() == sums
    assert list(differences(lambda _count: None)) == []
    assert db.session.get(Pupil, leaver.kim.id) is not None


@pytest.mark.slow
def test_the_pupil_waits_for_everything_else(leaver: Ekbacken) -> None:
    decide(leaver, *(code for code in kinds() if code != "support"))
    disposing.dispose(leaver.municipality, BY)
    assert db.session.get_one(Pupil, leaver.kim.id).given_name == "Kim"
    assert "support_period" in rows_about(leaver.kim.id)


def test_what_was_granted_differently_since_is_shown_again(leaver: Ekbacken) -> None:
    decide(leaver, "results")
    seen = disposing.plan(leaver.municipality).seen
    decide(leaver, "support")
    with pytest.raises(Refused, match="Granska igen"):
        disposing.dispose(leaver.municipality, BY, seen)


def test_a_rule_says_what_is_wrong_with_it(ekbacken: Ekbacken) -> None:
    with pytest.raises(Refused) as refused:
        rules.decide(ekbacken.municipality, ROSTER, 100, Basis.SCHOOL_YEAR, "§ 1", date(2030, 1, 1), BY)
    assert len(refused.value.reasons) == 3
    with pytest.raises(Refused, match="inget slag"):
        rules.decide(ekbacken.municipality, "allt", 1, Basis.LEFT, "§ 1", date(2026, 1, 1), BY)


@pytest.mark.slow
def test_a_protocol_that_cannot_be_written_stops_the_disposal_by_command(
    leaver: Ekbacken, lasspar: Run, tmp_path: Path
) -> None:
    decide(leaver, "results")
    paper, table = tmp_path / "protokoll.pdf", tmp_path / "protokoll.csv"
    disposals = sa.select(sa.func.count()).select_from(Disposal)
    dispose = ("retention", "dispose", "--kommun", leaver.municipality.name, "--out", paper, "--csv")
    refused = lasspar(*dispose, tmp_path / "ingenstans" / "protokoll.csv")
    assert refused.exit_code == 1
    assert "filen kan inte skrivas" in refused.stderr
    assert (db.session.scalar(disposals), paper.exists()) == (0, False)
    assert rows_about(leaver.kim.id)["score"] == 1
    done = lasspar(*dispose, table)
    assert done.exit_code == 0, done.stderr
    assert (db.session.scalar(disposals), paper.exists()) == (1, True)
    assert f"Samma protokoll som tabell: {table}" in done.stdout
