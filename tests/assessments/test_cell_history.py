"""What has stood in a cell, and a former value put back."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, texts
from scoring import flag, record

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.imports.keeping import keep_file
from assessments.late_entry import open_unasked
from assessments.models import Absence, ScoreChange, ScoreChangeNote
from assessments.recording import Recorder, Status, Write, record_scores
from assessments.refusals import Refused
from assessments.restoring import restore_score
from assessments.roster.models import Pupil

SignIn = Callable[[Any], FlaskClient]
LETTERS = "bokstavsljud"


def address(ekbacken: Ekbacken, pupil: Pupil | None = None, measure: str = LETTERS) -> str:
    pupil = pupil or ekbacken.kim
    return f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet/{pupil.id}/{measure}"


def typed_by_astrid(ekbacken: Ekbacken, *values: Any) -> None:
    """One value after the other in Kim's cell, as the teacher of 1A writes them."""
    by = Recorder(ekbacken.astrid.id, ekbacken.astrid.staff_member.duties[0].id)
    for value in values:
        points = None if isinstance(value, Absence) else value
        write = Write(
            ekbacken.kim.id,
            LETTERS,
            points=None if points is None else Decimal(points),
            absence=value if isinstance(value, Absence) else None,
        )
        record_scores(ekbacken.autumn, [write], by)
    db.session.commit()


def standing(ekbacken: Ekbacken) -> tuple[Decimal | None, Absence | None, int]:
    db.session.rollback()
    latest = db.session.scalars(
        sa.select(ScoreChange).filter_by(pupil_id=ekbacken.kim.id).order_by(ScoreChange.version.desc())
    ).first()
    assert latest is not None
    return latest.points, latest.absence, latest.version


class TestTheHistoryOfACell:
    def test_says_when_before_after_how_and_by_which_function(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        typed_by_astrid(ekbacken, 12, Absence.ABSENT, None)
        page = signed_in(ekbacken.astrid).get(address(ekbacken)).text
        rows = texts(page, "//table//tbody/tr")
        assert [row.split(" ", 2)[2].split(" 2026-10-15")[0].split(" – ")[0] for row in rows] == [
            "frånvarande borttaget",
            "12 frånvarande",
            "tomt 12",
        ]
        assert all("på sidan klasslärare 1A, Ekbackens skola" in row for row in rows)
        assert sentence(page) == "Resultatet är borttaget."
        assert "Astrid Ask" not in "".join(rows)

    def test_knows_the_command_line_and_files(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=3)
        file = keep_file(ekbacken.autumn, "resultat.csv", b"", Recorder())
        four = Write(ekbacken.kim.id, LETTERS, Decimal(4))
        record_scores(ekbacken.autumn, [four], Recorder(file_id=file.id))
        db.session.commit()
        rows = texts(signed_in(ekbacken.astrid).get(address(ekbacken)).text, "//table//tbody/tr")
        assert "från en fil kommandoraden" in rows[0]
        assert "på kommandoraden kommandoraden" in rows[1]

    def test_is_reached_from_the_pupil_s_page(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        typed_by_astrid(ekbacken, 12)
        client = signed_in(ekbacken.astrid)
        assert f'href="{address(ekbacken)}"' in client.get(f"/pupils/{ekbacken.kim.id}").text

    def test_is_reached_from_the_cell_where_the_sheet_is_read(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        typed_by_astrid(ekbacken, 12)
        sheet = f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"
        assert f'href="{address(ekbacken)}"' in signed_in(ekbacken.rut).get(sheet).text

    def test_travels_with_the_sheet_s_rows_for_scripts(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        sheet = f"/api/v1/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/sheet"
        answer = signed_in(ekbacken.astrid).get(sheet).json
        assert answer is not None
        addresses = {row["name"]: row["history"] + LETTERS for row in answer["rows"]}
        assert addresses["Kim Berg"] == address(ekbacken)

    def test_leaves_a_trace_of_who_was_shown(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        signed_in(ekbacken.astrid).get(address(ekbacken))
        db.session.rollback()
        subjects = set(db.session.scalars(sa.select(AuditEntry.subject).filter_by(action="cell:shown")))
        assert subjects == {f"pupil:{ekbacken.kim.id}"}

    @pytest.mark.parametrize(
        ("who", "status"), [("astrid", 200), ("birgitta", 200), ("rut", 200), ("carl", 404), ("ada", 403)]
    )
    def test_is_for_those_who_see_the_scores(
        self, ekbacken: Ekbacken, signed_in: SignIn, who: str, status: int
    ) -> None:
        client = signed_in(getattr(ekbacken, who))
        assert client.get(address(ekbacken)).status_code == status

    @pytest.mark.parametrize("measure", ["nothing", "Bokstavsljud", "%00"])
    def test_of_a_measure_there_is_not_is_not_there(
        self, ekbacken: Ekbacken, signed_in: SignIn, measure: str
    ) -> None:
        assert signed_in(ekbacken.astrid).get(address(ekbacken, measure=measure)).status_code == 404

    def test_of_somebody_elsewhere_is_not_there(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        assert signed_in(ekbacken.astrid).get(address(ekbacken, ekbacken.olle)).status_code == 404

    def test_shows_a_protected_pupil_by_the_alias(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        page = signed_in(ekbacken.astrid).get(address(ekbacken, ekbacken.siv)).text
        assert "Elev S, Bokstavsljud" in page
        assert "Skog" not in page


class TestRestoring:
    @pytest.mark.both_databases
    def test_is_a_new_change_that_says_which_one_it_was(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        typed_by_astrid(ekbacken, 12, 21)
        client = signed_in(ekbacken.birgitta)
        answer = post(
            client, f"{address(ekbacken)}/restored", {"version": "1", "seen": "2"}, follow_redirects=True
        )
        assert answer.status_code == 200
        assert standing(ekbacken) == (12, None, 3)
        first = texts(answer.text, "//table//tbody/tr")[0]
        assert "21 12" in first
        assert "återställt till det som stod 2026-10-15" in first
        assert "speciallärare Ekbackens skola" in first

    def test_can_be_undone_by_restoring(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        typed_by_astrid(ekbacken, 12, 21)
        client = signed_in(ekbacken.astrid)
        post(client, f"{address(ekbacken)}/restored", {"version": "1", "seen": "2"})
        post(client, f"{address(ekbacken)}/restored", {"version": "2", "seen": "3"})
        assert standing(ekbacken) == (21, None, 4)

    def test_works_the_day_after_too(
        self, ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        typed_by_astrid(ekbacken, 12, None)
        monkeypatch.setenv("LASSPAR_TODAY", "2026-10-16")
        client = signed_in(ekbacken.astrid)
        assert "Återställ 12" in client.get(address(ekbacken)).text
        post(client, f"{address(ekbacken)}/restored", {"version": "1", "seen": "2"})
        assert standing(ekbacken) == (12, None, 3)
        latest = db.session.scalars(sa.select(ScoreChange).order_by(ScoreChange.id.desc())).first()
        assert latest is not None
        assert latest.assessed_on == date(2026, 10, 15)  # the day of the test, not of the change

    def test_judges_the_pupil_again(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        typed_by_astrid(ekbacken, 2, 29)
        assert flag(ekbacken.kim) is None
        post(signed_in(ekbacken.astrid), f"{address(ekbacken)}/restored", {"version": "1", "seen": "2"})
        db.session.rollback()
        assert flag(ekbacken.kim) is not None

    def test_stops_when_somebody_has_written_since(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        typed_by_astrid(ekbacken, 12, 21, 14)
        client = signed_in(ekbacken.birgitta)
        answer = post(client, f"{address(ekbacken)}/restored", {"version": "1", "seen": "2"})
        assert answer.status_code == 422
        assert "Någon annan har skrivit i rutan" in answer.text
        assert standing(ekbacken) == (14, None, 3)

    def test_is_refused_in_a_closed_window(
        self, ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        typed_by_astrid(ekbacken, 12, 21)
        monkeypatch.setenv("LASSPAR_TODAY", "2026-12-01")
        client = signed_in(ekbacken.astrid)
        assert "Återställ 12" not in client.get(address(ekbacken)).text
        answer = post(client, f"{address(ekbacken)}/restored", {"version": "1", "seen": "2"})
        assert answer.status_code == 422
        assert "Perioden stängde 2026-11-13" in answer.text
        assert standing(ekbacken) == (21, None, 2)

    def test_goes_in_a_closed_window_when_the_class_has_been_let_in(
        self, ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        typed_by_astrid(ekbacken, 12, 21)
        monkeypatch.setenv("LASSPAR_TODAY", "2026-12-01")
        open_unasked(ekbacken.class_1a, ekbacken.autumn, date(2026, 12, 4), Recorder())
        db.session.commit()
        post(signed_in(ekbacken.astrid), f"{address(ekbacken)}/restored", {"version": "1", "seen": "2"})
        assert standing(ekbacken) == (12, None, 3)

    @pytest.mark.parametrize("form", [{}, {"version": "7", "seen": "1"}, {"version": "x", "seen": "²"}])
    def test_of_what_never_stood_is_refused(
        self, ekbacken: Ekbacken, signed_in: SignIn, form: dict[str, str]
    ) -> None:
        typed_by_astrid(ekbacken, 12)
        assert post(signed_in(ekbacken.astrid), f"{address(ekbacken)}/restored", form).status_code == 422
        assert standing(ekbacken) == (12, None, 1)

    @pytest.mark.parametrize(("who", "status"), [("rut", 403), ("carl", 404), ("cecilia", 404)])
    def test_is_for_those_who_record(
        self, ekbacken: Ekbacken, signed_in: SignIn, who: str, status: int
    ) -> None:
        typed_by_astrid(ekbacken, 12, 21)
        client = signed_in(getattr(ekbacken, who))
        answer = post(client, f"{address(ekbacken)}/restored", {"version": "1", "seen": "2"})
        assert answer.status_code == status

    @pytest.mark.both_databases
    def test_brings_back_words_dates_and_the_text(self, ekbacken: Ekbacken) -> None:
        kim, day = (ekbacken.kim.id, "ord_per_minut"), date(2026, 9, 9)
        broken_off = Write(*kim, Decimal(12), is_discontinued=True, assessed_on=day, is_on_agreed_text=False)
        record_scores(ekbacken.autumn, [broken_off], Recorder())
        record_scores(ekbacken.autumn, [Write(*kim)], Recorder())
        outcome = restore_score(ekbacken.autumn, kim, 1, 2, Recorder())
        db.session.commit()
        assert outcome.status is Status.STORED
        first, _empty, again = db.session.scalars(sa.select(ScoreChange).order_by(ScoreChange.version))
        assert (again.points, again.is_discontinued, again.assessed_on) == (12, True, day)
        note = db.session.get(ScoreChangeNote, again.id)
        assert note is not None
        assert (note.counterpart_id, note.is_on_agreed_text) == (first.id, False)

    def test_of_emptiness_is_refused(self, ekbacken: Ekbacken) -> None:
        typed_by_astrid(ekbacken, 12, None, 14)
        with pytest.raises(Refused):
            restore_score(ekbacken.autumn, (ekbacken.kim.id, LETTERS), 2, 3, Recorder())
