"""A file of results can be taken back for 30 days: what people did stays, and every cell tells the story."""

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
from scoring import counted_queries, record

from assessments.access.models import Account, AuditEntry
from assessments.database import db
from assessments.import_models import ScoreFile
from assessments.imports.undoing import Why, plan_undoing, undo
from assessments.models import Absence, Score, ScoreChange
from assessments.recording import Recorder, Write, confirm_scores, record_scores
from assessments.refusals import Refused
from assessments.roster.tables import FROM_THE_COMMAND_LINE
from assessments.score_files import Terms, import_scores
from screening.models import Flag

SignIn = Callable[[Account], FlaskClient]
Lasspar = Callable[..., Result]
LETTERS = "bokstavsljud"


def take_in(school: Ekbacken, *lines: str, head: str = f"elev-id;{LETTERS}", **terms: Any) -> ScoreFile:
    """A file taken in, replacing what differs; nobody's unless said otherwise."""
    content = "\n".join([head, *lines]).encode()
    told = import_scores(
        school.autumn, "resultat.csv", content, FROM_THE_COMMAND_LINE,
        Terms(**{"replaces": True, "by": Recorder(), **terms}),
    )  # fmt: skip
    assert not told.problems
    assert told.kept is not None
    db.session.flush()
    return told.kept


def value(school: Ekbacken, pupil: Any, measure: str = LETTERS) -> Any:
    """What stands in the cell, or None."""
    found = sa.select(Score.points, Score.absence).where(Score.pupil_id == pupil.id, Score.measure == measure)
    row = db.session.execute(found).one_or_none()
    return row and (row.points if row.absence is None else row.absence)


class TestUndoing:
    def test_empties_new_cells_and_gives_others_back_what_they_held(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=Absence.ABSENT)
        told = undo(take_in(ekbacken, "1001;12", "1002;20"), Recorder())
        assert (told.emptied, told.given_back, told.kept) == (1, 1, [])
        assert value(ekbacken, ekbacken.kim) is None
        assert value(ekbacken, ekbacken.noor) is Absence.ABSENT

    def test_keeps_both_in_each_cell_s_history(self, ekbacken: Ekbacken) -> None:
        undo(take_in(ekbacken, "1001;12"), Recorder())
        changes = sa.select(ScoreChange.points, ScoreChange.version).order_by(ScoreChange.version)
        assert db.session.execute(changes).all() == [(Decimal(12), 1), (None, 2)]

    def test_leaves_the_same_signals_as_if_the_file_had_never_been(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=29)
        before = signals()
        taken_in = take_in(ekbacken, "1001;0", "1002;1")
        assert signals() != before
        undo(taken_in, Recorder())
        assert signals() == before

    def test_lets_stand_what_a_person_has_changed_since(self, ekbacken: Ekbacken) -> None:
        taken_in = take_in(ekbacken, "1001;12", "1002;20")
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=13)
        told = undo(taken_in, Recorder())
        assert [(one.pupil_id, one.why) for one in told.kept] == [(ekbacken.kim.id, Why.CHANGED)]
        assert value(ekbacken, ekbacken.kim) == 13

    def test_lets_stand_what_a_person_has_vouched_for(self, ekbacken: Ekbacken) -> None:
        taken_in = take_in(ekbacken, "1001;12", "1002;20")
        confirm_scores(ekbacken.autumn, ekbacken.kim.id, {LETTERS})
        told = undo(taken_in, Recorder())
        assert [one.why for one in told.kept] == [Why.CONFIRMED]
        assert value(ekbacken, ekbacken.kim) == 12

    def test_gives_back_what_was_vouched_for_with_what_was_counted(self, ekbacken: Ekbacken) -> None:
        long = "elev-id;mått;resultat;försökta;fel"
        take_in(ekbacken, "1001;ord_per_minut;40;45;5", head=long)
        confirm_scores(ekbacken.autumn, ekbacken.kim.id, {"ord_per_minut"})
        undo(take_in(ekbacken, "1001;ord_per_minut;40;44;4", head=long), Recorder())
        score = db.session.scalars(sa.select(Score)).one()
        assert (score.attempted, score.errors, score.is_confirmed) == (45, 5, True)

    def test_touches_only_pupils_within_reach(self, ekbacken: Ekbacken) -> None:
        taken_in = take_in(ekbacken, "1001;12", "2001;20")
        told = undo(taken_in, Recorder(), sa.select(type(ekbacken.kim)).filter_by(id=ekbacken.kim.id))
        assert [(one.pupil_id, one.why) for one in told.kept] == [(ekbacken.olle.id, Why.OUT_OF_REACH)]
        assert value(ekbacken, ekbacken.olle) == 20

    def test_asks_as_often_for_many_as_for_few(self, ekbacken: Ekbacken) -> None:
        few = take_in(ekbacken, "1001;12")
        many = take_in(ekbacken, "1001;13", "1002;14", "1003;15", "2001;16")
        with counted_queries() as first:
            plan_undoing(many)
        with counted_queries() as second:
            plan_undoing(few)
        assert len(first) == len(second)

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_of_two_files_ends_the_same_whatever_the_order(
        self, ekbacken: Ekbacken, order: tuple[int, int]
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=5)
        files = [take_in(ekbacken, "1001;12", "1002;1"), take_in(ekbacken, "1001;20", "1003;2")]
        for place in order:
            undo(files[place], Recorder())
        assert value(ekbacken, ekbacken.kim) == 5

    def test_the_file_can_be_read_and_undone_again(self, ekbacken: Ekbacken) -> None:
        for _time in range(2):
            undo(take_in(ekbacken, "1001;12"), Recorder())
        assert value(ekbacken, ekbacken.kim) is None

    def test_is_done_once_and_within_thirty_days(
        self, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = take_in(ekbacken, "1001;12"), take_in(ekbacken, "1002;12")
        undo(first, Recorder())
        with pytest.raises(Refused, match="redan ångrad"):
            undo(first, Recorder())
        monkeypatch.setenv("LASSPAR_TODAY", date(2026, 11, 15).isoformat())
        with pytest.raises(Refused, match="äldre än 30 dagar"):
            undo(second, Recorder())

    def test_with_nothing_left_says_so(self, ekbacken: Ekbacken) -> None:
        taken_in = take_in(ekbacken, "1001;12")
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=13)
        with pytest.raises(Refused, match="inget kvar att ångra"):
            undo(taken_in, Recorder())


def signals() -> list[tuple[Any, ...]]:
    asked = sa.select(Flag.pupil_id, Flag.family, Flag.kind, Flag.level, Flag.state)
    return sorted(map(tuple, db.session.execute(asked)))


class TestOnThePage:
    def test_shows_what_would_be_done_then_does_it(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        duty = ekbacken.astrid.staff_member.duties[0].id
        taken_in = take_in(ekbacken, "1001;12", "1002;20", by=Recorder(ekbacken.astrid.id, duty))
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=21)
        db.session.commit()
        number, client = taken_in.id, signed_in(ekbacken.astrid)
        [line] = texts(client.get("/imports").text, "//tbody/tr")
        assert "resultat.csv" in line
        assert "klasslärare 1A" in line
        page = client.get(f"/imports/scores/{number}").text
        assert sentence(page) == "1 resultat tas bort och 1 står kvar."
        assert "Noor Alm" in texts(page, "//tbody/tr")[0]
        assert "Kim Berg" not in page
        done = post(client, f"/imports/scores/{number}/undo", {"seen": "1 0 1"})
        assert done.status_code == 303
        assert value(ekbacken, ekbacken.kim) is None
        history = f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"
        assert "inläsning av fil ångrad" in client.get(f"{history}/{ekbacken.kim.id}/{LETTERS}").text
        actions = sa.select(AuditEntry.details).filter_by(action="scores:import_undone")
        assert db.session.scalars(actions).one() == {"taken_back": 1, "kept": 1}

    def test_does_nothing_that_was_not_shown(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        taken_in = take_in(ekbacken, "1001;12", "1002;20")
        db.session.commit()
        number = taken_in.id
        done = post(signed_in(ekbacken.astrid), f"/imports/scores/{number}/undo", {"seen": "1 0 0"})
        assert done.status_code == 422
        assert "Granska igen" in done.text
        assert value(ekbacken, ekbacken.kim) == 12

    def test_is_open_to_those_who_have_all_its_classes(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        taken_in = take_in(ekbacken, "1001;12", "2001;20")
        db.session.commit()
        number, client = taken_in.id, signed_in(ekbacken.astrid)
        assert client.get(f"/imports/scores/{number}").status_code == 404
        assert "resultat.csv" not in client.get("/imports").text


class TestClassLists:
    def test_are_listed_for_who_looks_after_them(
        self, ekbacken: Ekbacken, signed_in: SignIn, lasspar: Lasspar, tmp_path: Path
    ) -> None:
        file = tmp_path / "klasslista.csv"
        head = "kommun;skola;klass;årskurs;elev-id;förnamn;efternamn"
        file.write_text(f"{head}\nEkby;Ekbackens skola;1B;1;3001;Ebba;Ny\n", "utf-8")
        assert lasspar("roster", "import", file).exit_code == 0
        [line] = texts(signed_in(ekbacken.ada).get("/imports").text, "//tbody/tr")
        assert line.startswith("klasslista.csv 2026-10-15")
        assert "kommandoraden 2026-10-15" in line
        assert line.endswith(" 1 1 0 0 Kan ångras till 2026-11-14")
        assert "klasslista.csv" not in signed_in(ekbacken.astrid).get("/imports").text


class TestOnTheCommandLine:
    def test_lists_tries_and_undoes(self, ekbacken: Ekbacken, lasspar: Lasspar, tmp_path: Path) -> None:
        file = tmp_path / "resultat.csv"
        file.write_text(f"elev-id;{LETTERS}\n1001;12\n1002;20\n", "utf-8")
        assert lasspar("scores", "import", file, "--window", "2026/27-autumn").exit_code == 0
        record_scores(ekbacken.autumn, [Write(ekbacken.noor.id, LETTERS, Decimal(21))], Recorder())
        db.session.commit()
        listed = lasspar("imports", "list").stdout
        assert "resultat.csv" in listed
        assert "2 elever, 2 nya, 0 ersatta · kommandoraden · Kan ångras till 2026-11-14" in listed
        number = listed.split(" ")[0]
        tried = lasspar("imports", "undo", number, "--dry-run")
        assert "1 resultat tas bort och 1 står kvar." in tried.stdout
        assert value(ekbacken, ekbacken.kim) == 12
        done = lasspar("imports", "undo", number)
        assert "Står kvar: 1002, Bokstavsljud: 21. Ändrat" in done.stdout
        assert value(ekbacken, ekbacken.kim) is None
        again = lasspar("imports", "undo", number)
        assert (again.exit_code, again.stderr) == (1, "Inläsningen är redan ångrad.\n")
        assert lasspar("imports", "undo", "99").exit_code == 1
