"""Class lists and files of absence can be taken back for 30 days: what people did since stays, as told."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, texts
from scoring import judge_everyone, record

from assessments.absence.file_models import AbsenceFile
from assessments.absence.files import import_absence
from assessments.absence.keeping import keep_file
from assessments.absence.models import AbsenceShare
from assessments.access.models import Account, AuditEntry
from assessments.database import db
from assessments.imports import absence_undoing, roster_undoing
from assessments.imports.roster_steps import Why
from assessments.jobs import running
from assessments.refusals import Refused
from assessments.roster.applying import apply_roster
from assessments.roster.editing import PupilDetails, correct_pupil, move_pupil
from assessments.roster.importing import plan_roster
from assessments.roster.models import Enrolment, Pupil, QuarantinedRow, RosterImport, SchoolClass
from assessments.roster.protecting import protect
from assessments.roster.tables import FROM_THE_COMMAND_LINE
from assessments.roster.trace_models import RosterChange
from assessments.score_pupils import Terms

SignIn = Callable[[Account], FlaskClient]
Lasspar = Callable[..., Result]
HEAD = "kommun;skola;klass;årskurs;elev-id;förnamn;efternamn;sekretessmarkering"
KIM = "Ekby;Ekbackens skola;1A;1;1001;Kim;Berg;"
NOOR = "Ekby;Ekbackens skola;1A;1;1002;Noor;Alm;"
EBBA = "Ekby;Ekbackens skola;1B;1;3001;Ebba;Ny;"


def take_in(*lines: str, on: date | None = None, end_missing: bool = False) -> RosterImport:
    plan = plan_roster("lista.csv", "\n".join([HEAD, *lines]).encode(), FROM_THE_COMMAND_LINE, on)
    assert not plan.problems
    taken_in = apply_roster(plan, end_missing=end_missing)
    assert taken_in is not None
    return taken_in


def standing() -> tuple[list[Any], ...]:
    """Pupils, where they go and which classes there are."""
    db.session.expire_all()
    return tuple(
        [tuple(row) for row in db.session.execute(sa.select(*columns).order_by(*columns))]
        for columns in (
            (Pupil.id, Pupil.code, Pupil.given_name, Pupil.family_name, Pupil.curriculum),
            (Enrolment.pupil_id, Enrolment.starts_on, Enrolment.school_class_id, Enrolment.ends_on),
            (SchoolClass.id, SchoolClass.name),
            (QuarantinedRow.id, QuarantinedRow.row),
        )
    )  # fmt: skip


class TestAClassList:
    def test_leaves_everything_as_if_it_had_never_been(self, ekbacken: Ekbacken) -> None:
        before = standing()
        marked = "Ekby;Ekbackens skola;1B;1;3002;X;Y;ja"
        moved = NOOR.replace("1A", "1B").replace("Alm", "Alming")
        taken_in = take_in(EBBA, moved, marked, end_missing=True)
        judge_everyone()  # the night's run has been there: what it made goes too
        assert standing() != before
        told = roster_undoing.undo(taken_in, None)
        assert (told.removed, told.put_back, told.kept, told.places) == (1, 1, [], ["1B"])
        assert standing() == before

    def test_gives_back_those_whom_it_said_had_left(self, ekbacken: Ekbacken) -> None:
        before = standing()
        taken_in = take_in(KIM, end_missing=True)
        assert standing() != before
        roster_undoing.undo(taken_in, None)
        assert standing() == before

    def test_lets_a_new_pupil_with_a_result_stay(self, ekbacken: Ekbacken) -> None:
        taken_in = take_in(EBBA)
        ebba = db.session.scalars(sa.select(Pupil).filter_by(code="3001")).one()
        record(ekbacken.autumn, ebba, bokstavsljud=12)
        with pytest.raises(Refused, match="inget kvar att ångra"):
            roster_undoing.undo(taken_in, None)
        assert [(one.pupil_id, one.why) for one in roster_undoing.plan_undoing(taken_in).kept] == [
            (ebba.id, Why.HAS_RESULTS)
        ]

    def test_lets_stand_what_a_person_has_changed_since_and_puts_back_the_rest(
        self, ekbacken: Ekbacken
    ) -> None:
        lines = (
            KIM.replace("Kim;Berg", "Kimm;Bergh"),
            NOOR.replace("1A", "1B"),
            EBBA,
        )
        taken_in = take_in(*lines, on=date(2026, 10, 10))
        correct_pupil(ekbacken.kim, PupilDetails("1001", "Kimm", "Bergman"))
        move_pupil(ekbacken.noor, ekbacken.class_1a, 1, date(2026, 10, 14))
        ebba = db.session.scalars(sa.select(Pupil).filter_by(code="3001")).one()
        correct_pupil(ebba, PupilDetails("3001", "Ebba", "Nyh"))
        told = roster_undoing.undo(taken_in, None)
        assert {(one.pupil_id, one.why, one.what) for one in told.kept} == {
            (ekbacken.kim.id, Why.CHANGED, ("family_name",)),
            (ekbacken.noor.id, Why.MOVED, ()),
            (ebba.id, Why.CHANGED, ()),
        }
        assert (ekbacken.kim.given_name, ekbacken.kim.family_name) == ("Kim", "Bergman")

    def test_keeps_no_name_of_a_pupil_who_is_protected(self, ekbacken: Ekbacken) -> None:
        taken_in = take_in(KIM.replace("Berg", "Bergh"), EBBA)
        protect(ekbacken.kim, "Elev 7")
        kept = sa.select(RosterChange).filter_by(pupil_id=ekbacken.kim.id)
        assert db.session.scalars(kept).all() == []
        assert roster_undoing.undo(taken_in, None).removed == 1
        assert ekbacken.kim.family_name != "Berg"

    def test_is_done_once_within_thirty_days_and_may_be_read_again(
        self, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        marked = "Ekby;Ekbackens skola;1B;1;3002;X;Y;ja"
        first = take_in(EBBA, marked)
        roster_undoing.undo(first, None)
        with pytest.raises(Refused, match="redan ångrad"):
            roster_undoing.undo(first, None)
        second = take_in(EBBA, marked)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(QuarantinedRow)) == 1
        monkeypatch.setenv("LASSPAR_TODAY", "2026-11-15")
        with pytest.raises(Refused, match="äldre än 30 dagar"):
            roster_undoing.undo(second, None)
        db.session.commit()
        running.work_off("me")  # nothing is left to do: what is kept for a time goes
        assert db.session.scalars(sa.select(RosterChange)).all() == []


class TestOnThePage:
    def test_a_list_is_shown_then_taken_back_by_who_looks_after_the_municipality(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        taken_in = take_in(EBBA, NOOR.replace("1A", "1B"), on=date(2026, 10, 10))
        move_pupil(ekbacken.noor, ekbacken.class_1a, 1, date(2026, 10, 14))
        db.session.commit()
        address, ada = f"/imports/undo?what=roster-{taken_in.id}", signed_in(ekbacken.ada)
        page = ada.get(address).text
        assert sentence(page) == "1 elev tas bort och 1 elev står kvar som de är."
        assert texts(page, "//tbody/tr") == ["Noor Alm Klassen Eleven har fått en annan klass sedan dess"]
        assert "Granska igen" in post(ada, address, {"seen": "9 9 9"}).text
        done = post(ada, address, {"seen": "1 0 1 0"})
        assert done.status_code == 303
        assert db.session.scalar(sa.select(Pupil).filter_by(code="3001")) is None
        details = sa.select(AuditEntry.details).filter_by(action="roster:import_undone")
        assert db.session.scalars(details).one() == {"removed": 1, "put_back": 0, "kept": 1}
        assert "Ångrad" in ada.get("/imports").text
        taken_in.municipality_id = ekbacken.other_municipality.id
        db.session.commit()
        assert ada.get(address).status_code == 404

    def test_absence_is_taken_back_by_the_principal_of_its_schools(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        mine, wide = absence(ekbacken, "1001;10"), absence(ekbacken, "1002;10", "2001;10")
        db.session.commit()
        rut, address = signed_in(ekbacken.rut), f"/imports/undo?what=absence-{mine.id}"
        assert sentence(rut.get(address).text) == "1 elevs frånvaro tas bort."
        assert rut.get(f"/imports/undo?what=absence-{wide.id}").status_code == 404
        assert len(texts(rut.get("/imports").text, "//tbody/tr")) == 1
        assert post(rut, address, {"seen": "1 0 0"}).status_code == 303
        assert shares(ekbacken) == {"1002": 10, "2001": 10}


def test_the_command_lists_tries_and_undoes_both(
    ekbacken: Ekbacken, lasspar: Lasspar, tmp_path: Path
) -> None:
    roster, away = tmp_path / "lista.csv", tmp_path / "f.csv"
    roster.write_text(f"{HEAD}\n{EBBA}\n{NOOR.replace('Alm', 'Alming')}\n", "utf-8")
    away.write_text("elev-id;frånvaro\n1001;22\n", "utf-8")
    assert lasspar("roster", "import", roster).exit_code == 0
    assert lasspar("absence", "import", away, "--window", "2026/27-autumn").exit_code == 0
    listed = lasspar("imports", "list").stdout.splitlines()
    numbers = [line.split(" ")[0] for line in listed]
    assert [number.rstrip("0123456789") for number in numbers] == ["roster-", "absence-"]
    tried = lasspar("imports", "undo", numbers[0], "--dry-run").stdout
    assert "1 elev tas bort och 1 elev får tillbaka det som stod." in tried
    assert "Tas bort: 1B" in lasspar("imports", "undo", numbers[0]).stdout
    assert "1 elevs frånvaro tas bort." in lasspar("imports", "undo", numbers[1]).stdout
    assert lasspar("imports", "undo", numbers[1]).stderr == "Inläsningen är redan ångrad.\n"
    assert lasspar("imports", "undo", "klass-1").exit_code == 2


def absence(school: Ekbacken, *lines: str) -> AbsenceFile:
    content = "\n".join(["elev-id;frånvaro", *lines]).encode()
    told = import_absence(school.autumn, "f.csv", content, FROM_THE_COMMAND_LINE, Terms(None, True, True))
    assert not told.problems
    return keep_file(school.autumn, "f.csv", content, told, None)


def shares(school: Ekbacken) -> dict[str, Decimal]:
    asked = sa.select(Pupil.code, AbsenceShare.percent).join(Pupil, Pupil.id == AbsenceShare.pupil_id)
    return dict(db.session.execute(asked).all())


class TestAFileOfAbsence:
    def test_empties_and_gives_back(self, ekbacken: Ekbacken) -> None:
        absence(ekbacken, "1001;5")
        told = absence_undoing.undo(absence(ekbacken, "1001;10", "1002;20"), None)
        assert (told.emptied, told.given_back, told.kept) == (1, 1, 0)
        assert shares(ekbacken) == {"1001": 5}

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_of_two_ends_the_same_whatever_the_order(
        self, ekbacken: Ekbacken, order: tuple[int, int]
    ) -> None:
        absence(ekbacken, "1001;5")
        files = [absence(ekbacken, "1001;10", "1002;1"), absence(ekbacken, "1001;20", "1003;2")]
        for place in order:
            absence_undoing.undo(files[place], None)
        assert shares(ekbacken) == {"1001": 5}
        with pytest.raises(Refused, match="redan ångrad"):
            absence_undoing.undo(files[0], None)


@pytest.mark.long
@pytest.mark.both_databases
class TestOnBothDatabases(TestAClassList, TestAFileOfAbsence, TestOnThePage):
    """The same where types are strict and rows are locked."""
