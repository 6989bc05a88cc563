"""Skyddade personuppgifter: the name goes, everywhere and at once; pupil, scores and class stay."""

import io
import sqlite3
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask
from flask.testing import FlaskClient
from posting import post
from reading_pages import legible, sentence, texts

from assessments import uploads
from assessments.access.models import AuditEntry
from assessments.clock import now
from assessments.database import db
from assessments.models import LateEntry, Score
from assessments.recording import Recorder, Write, record_scores
from assessments.refusals import Refused
from assessments.roster import personnummer, protecting
from assessments.roster.models import (
    Enrolment,
    LineToReview,
    ProtectedNumber,
    Pupil,
    QuarantinedRow,
    QuarantineNote,
    RosterImport,
    SchoolClass,
)
from assessments.roster.naming import Names
from reports.models import HomePage, PageState
from screening.models import (
    Flag,
    NextStep,
    Observation,
    ObservedBy,
    ReadingGroup,
    ReadingGroupSet,
)
from screening.reviewing import Decision, Seen, raise_observation, record_next_step

SignIn = Callable[[Any], FlaskClient]
CANARY = ("Xyrla", "Kvastfening")
NUMBER = "20150304-2382"


@pytest.fixture
def xyrla(ekbacken: Ekbacken) -> Pupil:
    """A pupil of 1A whose name stands nowhere else: in the roster, a score, a line and a personnummer."""
    number = personnummer.parse(NUMBER, date(2026, 10, 15))
    pupil = ekbacken.pupil(
        *CANARY,
        "3003",
        preferred_name="Kvasten",
        personnummer_encrypted=personnummer.encrypted(number),
        personnummer_hash=personnummer.hashed(number),
    )
    db.session.commit()
    record_scores(ekbacken.autumn, [Write(pupil.id, "bokstavsljud", Decimal(3))], Recorder())
    db.session.commit()
    return pupil


def protected(client: FlaskClient, pupil_id: int, alias: str = "Elev 7", **more: str) -> Any:
    form = {"protect-alias": alias, "protect-is_sure": "y", **more}
    return post(client, f"/pupils/{pupil_id}/protection", form)


def home_page(pupil: Pupil, cast: Ekbacken, comment: str) -> HomePage:
    """A page for the home with a teacher's own words on it."""
    return HomePage(
        pupil_id=pupil.id, window_id=cast.autumn.id, can=[["own", comment]] if pupil.code == "3003" else [],
        practise=[], home=[], comment=comment, is_as_proposed=False, state=PageState.DRAFT, basis={},
        changed_at=now(), version=1,
    )  # fmt: skip


def dumped() -> str:
    """Everything the database holds, as text."""
    file = db.engine.url.database
    db.session.rollback()
    with sqlite3.connect(str(file)) as connection:
        return "\n".join(connection.iterdump()).casefold()


def canaries_in(text: str) -> list[str]:
    found = [*CANARY, "Kvasten", "20150304"]
    return [word for word in found if word.casefold() in text.casefold()]


class TestProtectNow:
    def test_no_table_holds_the_name_afterwards_and_the_score_stays(
        self, ekbacken: Ekbacken, signed_in: SignIn, xyrla: Pupil
    ) -> None:
        number = xyrla.id
        assert canaries_in(dumped()) != []
        answer = protected(signed_in(ekbacken.rut), number)
        assert answer.status_code == 303, answer.text
        assert canaries_in(dumped()) == []
        pupil = db.session.get_one(Pupil, number)
        assert (pupil.name, pupil.code, pupil.is_protected) == ("Elev 7", "3003", True)
        assert (pupil.personnummer_encrypted, pupil.personnummer_hash) == (None, None)
        assert db.session.scalar(sa.select(Score.points).filter_by(pupil_id=number)) == 3

    def test_the_page_tells_first_proposes_an_alias_and_changes_nothing_by_itself(
        self, ekbacken: Ekbacken, signed_in: SignIn, xyrla: Pupil
    ) -> None:
        before = dumped()
        page = signed_in(ekbacken.rut).get(f"/pupils/{xyrla.id}/protection").text
        assert "Skydda Kvasten Kvastfening nu" in page
        assert 'value="Elev 1"' in page
        assert dumped().count("elev 1") == before.count("elev 1")

    def test_without_the_tick_or_with_a_telling_alias_nothing_is_done(
        self, ekbacken: Ekbacken, signed_in: SignIn, xyrla: Pupil
    ) -> None:
        client, number = signed_in(ekbacken.rut), xyrla.id
        address = f"/pupils/{number}/protection"
        assert "Kryssa i rutan" in post(client, address, {"protect-alias": "Elev 7"}).text
        assert "innehåller elevens namn" in protected(client, number, "Lilla kvasten").text
        assert "kallas redan Elev S" in protected(client, number, "Elev S").text
        assert "otillåtet tecken" in protected(client, number, "Elev\u202e7").text
        db.session.rollback()
        assert not db.session.get_one(Pupil, number).is_protected

    def test_done_twice_it_is_done_and_noted_once(
        self, ekbacken: Ekbacken, signed_in: SignIn, xyrla: Pupil
    ) -> None:
        client, number = signed_in(ekbacken.rut), xyrla.id
        assert [protected(client, number).status_code for _ in range(2)] == [303, 303]
        noted = db.session.scalars(sa.select(AuditEntry).filter_by(action="pupil:protected")).all()
        assert [(entry.subject, entry.details) for entry in noted] == [(f"pupil:{number}", {})]

    def test_the_administrator_may_and_by_it_loses_sight_of_the_pupil(
        self, ekbacken: Ekbacken, signed_in: SignIn, xyrla: Pupil
    ) -> None:
        client, number = signed_in(ekbacken.ada), xyrla.id
        assert "Du ser inte längre eleven." in client.get(f"/pupils/{number}/protection").text
        answer = protected(client, number)
        assert answer.headers["Location"] == "/roster"
        after = client.get("/roster").text
        assert "Eleven är skyddad" in after
        assert canaries_in(after) == []
        for address in (f"/pupils/{number}/protection", f"/pupils/{number}/roster"):
            assert client.get(address).status_code == 404
        roster = client.get(f"/classes/{ekbacken.class_1a.id}/roster").text
        assert "Elev 7" not in roster
        assert protected(client, number).status_code == 404

    @pytest.mark.parametrize(
        ("who", "status"),
        [("astrid", 403), ("birgitta", 403), ("cecilia", 404), ("teo", 403), ("carl", 404), ("rut", 200)],
    )
    def test_nobody_else_may(
        self, ekbacken: Ekbacken, signed_in: SignIn, xyrla: Pupil, who: str, status: int
    ) -> None:
        client, number = signed_in(getattr(ekbacken, who)), xyrla.id
        assert client.get(f"/pupils/{number}/protection").status_code == status
        if status != 200:
            assert protected(client, number).status_code == status
            assert not db.session.get_one(Pupil, number).is_protected

    def test_files_that_wait_to_be_confirmed_and_names_of_files_are_let_go(
        self, ekbacken: Ekbacken, signed_in: SignIn, xyrla: Pupil
    ) -> None:
        token, waiting = uploads.sealed(uploads.Upload("k.csv", b"Xyrla", {}), ekbacken.ada.id)
        db.session.add(waiting)
        for name in ("Xyrla Kvastfening.csv", "klasslista.csv"):
            db.session.add(
                RosterImport(file_digest=name, rows=1, effective_on=date(2026, 8, 20), file_name=name)
            )
        db.session.commit()
        protected(signed_in(ekbacken.rut), xyrla.id)
        assert uploads.fetch(token, ekbacken.ada.id) is None
        db.session.rollback()
        names = db.session.scalars(sa.select(RosterImport.file_name).order_by(RosterImport.id))
        assert list(names) == [None, "klasslista.csv"]

    def test_papers_with_the_name_are_listed_by_what_when_and_which_function(
        self, ekbacken: Ekbacken, signed_in: SignIn, xyrla: Pupil
    ) -> None:
        number, slug = xyrla.id, ekbacken.autumn.slug
        astrid, rut = signed_in(ekbacken.astrid), signed_in(ekbacken.rut)
        for paper in ("home-page.pdf", "staff-report.pdf"):
            assert astrid.get(f"/pupils/{number}/windows/{slug}/{paper}").status_code == 200
        protected(rut, number)
        page = rut.get(f"/pupils/{number}/protection").text
        papers = texts(page, "//table[caption='Papper att samla in']/tbody/tr")
        assert [paper.partition(" H")[0] for paper in papers] == ["Underlag inför samråd", "Blad hem"]
        assert all("klasslärare 1A, Ekbackens skola" in paper for paper in papers)


class TestLinesPeopleWrote:
    @pytest.fixture
    def written(self, ekbacken: Ekbacken, xyrla: Pupil) -> Pupil:
        for pupil, line in (
            (xyrla, "Xyrlas läsning hackar"),
            (ekbacken.noor, "Läser gärna med Kvasten"),
            (ekbacken.kim, "Kvastenheter räknas inte"),
            (ekbacken.olle, "Xyrla på en annan skola"),
        ):
            raise_observation(pupil, ekbacken.autumn, Seen(ObservedBy.TEACHER, line), Recorder())
        flags = db.session.scalars(sa.select(NextStep)).all()
        assert flags == []
        db.session.commit()
        return xyrla

    def test_lines_with_the_name_are_listed_for_the_principal_not_changed(
        self, ekbacken: Ekbacken, signed_in: SignIn, written: Pupil
    ) -> None:
        number = written.id
        before = db.session.scalars(sa.select(Observation.line)).all()
        rut = signed_in(ekbacken.rut)
        protected(rut, number)
        db.session.rollback()
        assert db.session.scalars(sa.select(Observation.line)).all() == before
        page = rut.get(f"/pupils/{number}/protection").text
        assert texts(page, "//textarea") == ["Xyrlas läsning hackar", "Läser gärna med Kvasten"]
        assert "om Noor Alm" in page

    def test_a_corrected_line_is_gone_from_the_list_and_the_database(
        self, ekbacken: Ekbacken, signed_in: SignIn, written: Pupil
    ) -> None:
        number, rut = written.id, signed_in(ekbacken.rut)
        protected(rut, number)
        first, second = db.session.scalars(sa.select(LineToReview.id).order_by(LineToReview.id)).all()
        address = f"/pupils/{number}/protection/lines"
        assert "Skriv vad som ska stå" in post(rut, address, {"review": str(first), "text": " "}).text
        hidden = post(rut, address, {"review": str(first), "text": "Elev \u202e7 läser"})
        assert "Otillåtet tecken: RIGHT-TO-LEFT OVERRIDE (U+202E)." in hidden.text
        post(rut, address, {"review": str(first), "text": "Elev 7 läser hackigt"})
        post(rut, address, {"review": str(second), "text": "Läser gärna med en kamrat"})
        assert post(rut, address, {"review": str(second), "text": "igen"}).status_code == 404
        assert texts(rut.get(f"/pupils/{number}/protection").text, "//textarea") == []
        elsewhere = dumped().replace("xyrla på en annan skola", "")
        assert [word for word in canaries_in(elsewhere) if word != "Kvasten"] == []
        assert "elev 7 läser hackigt" in elsewhere

    def test_steps_are_looked_through_too(
        self, ekbacken: Ekbacken, signed_in: SignIn, written: Pupil
    ) -> None:
        flag = db.session.scalars(sa.select(Flag).filter_by(pupil_id=written.id)).first()
        assert flag is not None
        record_next_step([flag], Decision("adaptations", line="Xyrla sitter längst fram"), Recorder())
        db.session.commit()
        rut = signed_in(ekbacken.rut)
        protected(rut, written.id)
        assert "Xyrla sitter längst fram" in texts(
            rut.get(f"/pupils/{written.id}/protection").text, "//textarea"
        )

    def test_pages_made_ready_for_the_home_go_and_other_hand_written_lines_are_listed(
        self, ekbacken: Ekbacken, signed_in: SignIn, xyrla: Pupil
    ) -> None:
        number = xyrla.id
        for pupil, comment in ((xyrla, "Xyrla läser gärna"), (ekbacken.noor, "Bygger med Xyrla")):
            db.session.add(home_page(pupil, ekbacken, comment))
        groups = ReadingGroupSet(
            school_class_id=ekbacken.class_1a.id, window_id=ekbacken.autumn.id, saved_on=date(2026, 10, 1)
        )
        groups.groups = [ReadingGroup(name="Xyrlas grupp", position=1)]
        late = LateEntry(
            school_class_id=ekbacken.class_1a.id, window_id=ekbacken.autumn.id, line="Xyrla var sjuk"
        )
        db.session.add_all([groups, late])
        db.session.commit()
        rut = signed_in(ekbacken.rut)
        protected(rut, number)
        db.session.rollback()
        assert db.session.scalars(sa.select(HomePage.comment)).all() == ["Bygger med Xyrla"]
        address = f"/pupils/{number}/protection"
        listed = texts(rut.get(address).text, "//textarea")
        assert sorted(listed) == ["Bygger med Xyrla", "Xyrla var sjuk", "Xyrlas grupp"]
        for review in db.session.scalars(sa.select(LineToReview.id)).all():
            post(rut, f"{address}/lines", {"review": str(review), "text": "En grupp"})
        assert canaries_in(dumped()) == []

    def test_the_administrator_sees_none_of_them(
        self, ekbacken: Ekbacken, signed_in: SignIn, written: Pupil
    ) -> None:
        page = signed_in(ekbacken.ada).get(f"/pupils/{written.id}/protection").text
        assert "hackar" not in page

    def test_a_line_of_another_schools_review_is_nobodys(
        self, ekbacken: Ekbacken, signed_in: SignIn, written: Pupil
    ) -> None:
        rut = signed_in(ekbacken.rut)
        protected(rut, written.id)
        review = db.session.scalars(sa.select(LineToReview.id)).first()
        answer = post(
            rut, f"/pupils/{ekbacken.siv.id}/protection/lines", {"review": str(review), "text": "hej"}
        )
        assert answer.status_code == 404


class TestClassListsAfterwards:
    HEAD = "kommun;skola;klass;årskurs;elev-id;personnummer;förnamn;efternamn;sekretessmarkering"

    def take_in(self, lasspar: Any, tmp_path: Any, *rows: str) -> Any:
        file = tmp_path / "klasslista.csv"
        file.write_text("\n".join((self.HEAD, *rows)) + "\n", "utf-8")
        return lasspar("roster", "import", file)

    @pytest.mark.parametrize("identity", ["3003;", f";{NUMBER}"])
    def test_a_row_about_the_pupil_goes_to_quarantine_and_brings_no_name_back(
        self, ekbacken: Ekbacken, xyrla: Pupil, lasspar: Any, tmp_path: Any, identity: str
    ) -> None:
        protecting.protect(xyrla, "Elev 7")
        db.session.commit()
        row = f"Ekby;Ekbackens skola;1C;1;{identity};Xyrla;Kvastfening;nej"
        told = self.take_in(lasspar, tmp_path, row)
        assert told.exit_code == 0, told.output
        assert "I karantän, eleven har skyddade personuppgifter: 1" in told.output
        assert canaries_in(dumped() + told.output) == []
        (aside,) = db.session.scalars(sa.select(QuarantinedRow)).all()
        assert (aside.row, aside.school_id) == (2, ekbacken.school.id)
        assert db.session.scalars(sa.select(QuarantineNote.word)).all() == ["about_protected"]
        assert db.session.scalars(sa.select(SchoolClass).filter_by(name="1C")).all() == []
        assert "Inget att ändra" in self.take_in(lasspar, tmp_path, row).output

    def test_a_marked_row_about_somebody_protected_is_what_we_know(
        self, ekbacken: Ekbacken, lasspar: Any, tmp_path: Any
    ) -> None:
        self.take_in(lasspar, tmp_path, "Ekby;Ekbackens skola;1A;1;1003;;Siv;Skog;ja")
        assert db.session.scalars(sa.select(QuarantinedRow)).all() == []

    def test_a_marked_row_about_somebody_under_her_name_says_protect_now(
        self, ekbacken: Ekbacken, lasspar: Any, tmp_path: Any, signed_in: SignIn
    ) -> None:
        told = self.take_in(lasspar, tmp_path, "Ekby;Ekbackens skola;1A;1;1001;;Kim;Berg;ja")
        assert "rad 2: Ekbackens skola (eleven finns redan med sitt namn" in told.output
        page = signed_in(ekbacken.rut).get("/quarantine").text
        assert "Skydda eleven nu." in page
        assert "Kim" not in legible(page)

    def test_a_list_with_the_number_again_after_the_protection_is_over_finds_the_pupil(
        self, ekbacken: Ekbacken, xyrla: Pupil, lasspar: Any, tmp_path: Any
    ) -> None:
        protecting.protect(xyrla, "Elev 7")
        protecting.lift(xyrla, "Ny", "Nyman")
        db.session.commit()
        assert db.session.scalars(sa.select(ProtectedNumber)).all() == []
        told = self.take_in(lasspar, tmp_path, f"Ekby;Ekbackens skola;1A;1;3003;{NUMBER};Ny;Nyman;")
        assert "Ändrade elever: 1" in told.output
        assert db.session.get_one(Pupil, xyrla.id).personnummer_hash is not None


class TestQuarantine:
    @pytest.fixture
    def rows(self, ekbacken: Ekbacken, lasspar: Any, tmp_path: Any) -> list[int]:
        file = tmp_path / "klasslista.csv"
        head = TestClassListsAfterwards.HEAD
        marked = [
            f"{place};1A;1;h{number};;Hemlig;Hemligsson;ja"
            for number, place in enumerate(
                ("Ekby;Ekbackens skola", "Ekby;Ekbackens skola", "Tallby;Tallbackens skola")
            )
        ]
        file.write_text("\n".join((head, *marked)) + "\n", "utf-8")
        assert lasspar("roster", "import", file).exit_code == 0
        return list(db.session.scalars(sa.select(QuarantinedRow.id).order_by(QuarantinedRow.id)))

    def test_the_list_says_row_file_school_and_day_and_never_who(
        self, ekbacken: Ekbacken, signed_in: SignIn, rows: list[int]
    ) -> None:
        page = signed_in(ekbacken.ada).get("/quarantine").text
        assert sentence(page) == "2 rader väntar på att någon tar hand om dem."
        first = texts(page, "//table[caption='Rader som väntar']/tbody/tr")[0]
        assert first.startswith("Rad 2 i filen klasslista.csv Ekbackens skola 2026-10-15")
        assert "Hemlig" not in page
        assert "Tallbacken" not in page

    def test_it_is_told_where_rosters_are_shown(
        self, ekbacken: Ekbacken, signed_in: SignIn, rows: list[int]
    ) -> None:
        told = "2 rader ur klasslistor väntar i karantän"
        ada, class_id = signed_in(ekbacken.ada), ekbacken.class_1a.id
        assert told in ada.get("/roster").text
        assert told in ada.get(f"/schools/{ekbacken.school.id}/classes").text
        assert told in signed_in(ekbacken.rut).get(f"/classes/{class_id}/pupils").text
        assert "karantän" not in signed_in(ekbacken.astrid).get(f"/classes/{class_id}/pupils").text

    def test_a_settled_row_says_what_when_and_which_function_and_can_be_opened_again(
        self, ekbacken: Ekbacken, signed_in: SignIn, rows: list[int]
    ) -> None:
        ada, field = signed_in(ekbacken.ada), f"row-{rows[0]}"
        answer = post(ada, "/quarantine", {field: "does_not_begin_here", f"row-{rows[1]}": ""})
        assert answer.status_code == 303
        page = ada.get("/quarantine").text
        assert "1 rad är ändrad." in page
        (done,) = texts(page, "//table[caption='Rader som är klara']/tbody/tr")
        assert "Eleven börjar inte här" in done
        assert "administratör Ekby" in done
        assert "2026-10-15" in done
        (noted,) = db.session.scalars(sa.select(AuditEntry).filter_by(action="quarantine:noted"))
        assert noted.details == {"word": "does_not_begin_here"}
        post(ada, "/quarantine", {field: "marking_was_wrong"})  # somebody else's click, a moment later
        post(ada, "/quarantine", {field: "reopened"})
        words = db.session.scalars(sa.select(QuarantineNote.word)).all()
        assert words == ["does_not_begin_here", "reopened"]
        assert db.session.get_one(QuarantinedRow, rows[0]).resolved_at is None

    def test_a_row_of_another_municipality_is_as_little_there_as_none(
        self, ekbacken: Ekbacken, signed_in: SignIn, rows: list[int]
    ) -> None:
        ada = signed_in(ekbacken.ada)
        for number in (rows[2], 999, 2**63, "x"):
            answer = post(
                ada, "/quarantine", {f"row-{rows[0]}": "protected_now", f"row-{number}": "reopened"}
            )
            assert answer.status_code == 404, number
        assert db.session.get_one(QuarantinedRow, rows[0]).resolved_at is None
        assert post(ada, "/quarantine", {f"row-{rows[0]}": "about_known"}).status_code == 409
        assert post(ada, "/quarantine", {f"row-{rows[0]}": "hej"}).status_code == 409

    def test_the_principal_adds_the_pupil_and_the_row_is_settled(
        self, ekbacken: Ekbacken, signed_in: SignIn, rows: list[int]
    ) -> None:
        rut, school_id, class_id = signed_in(ekbacken.rut), ekbacken.school.id, ekbacken.class_1a.id
        address = f"/schools/{school_id}/protected-pupils/new"
        assert f"{address}?row={rows[0]}" in rut.get("/quarantine").text
        assert 'value="Elev 1"' in rut.get(f"{address}?row={rows[0]}").text
        form = {
            "alias": "Elev 4", "school_class": str(class_id), "year": "1", "starts_on": "2026-09-01",
            "school_form": "grundskola", "curriculum": "sva", "row": str(rows[0]),
        }  # fmt: skip
        answer = post(rut, address, form, follow_redirects=True)
        pupil = db.session.scalars(sa.select(Pupil).filter_by(alias="Elev 4")).one()
        assert pupil.code in answer.text
        assert (pupil.given_name, pupil.family_name, pupil.is_protected) == ("Elev 4", "", True)
        assert pupil.code.startswith("e-")
        enrolment = db.session.scalars(sa.select(Enrolment).filter_by(pupil_id=pupil.id)).one()
        assert (enrolment.school_class_id, enrolment.starts_on) == (class_id, date(2026, 9, 1))
        assert db.session.scalars(sa.select(QuarantineNote.word)).all() == ["added_under_alias"]
        again = post(rut, address, form)
        assert again.status_code == 422
        assert "kallas redan Elev 4" in again.text
        assert "Elev 4" in signed_in(ekbacken.astrid).get(f"/classes/{class_id}/pupils").text
        assert "Elev 4" not in signed_in(ekbacken.ada).get(f"/classes/{class_id}/pupils").text

    @pytest.mark.parametrize("who", ["ada", "birgitta", "astrid", "teo", "carl"])
    def test_only_the_principal_adds(self, ekbacken: Ekbacken, signed_in: SignIn, who: str) -> None:
        client = signed_in(getattr(ekbacken, who))
        answer = client.get(f"/schools/{ekbacken.school.id}/protected-pupils/new")
        assert answer.status_code in (403, 404)

    def test_a_class_of_another_school_is_not_there_to_add_to(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        form = {
            "alias": "Elev 4", "school_class": str(ekbacken.other_class.id), "year": "1",
            "starts_on": "2026-09-01", "school_form": "grundskola", "curriculum": "sv",
        }  # fmt: skip
        rut = signed_in(ekbacken.rut)
        assert post(rut, f"/schools/{ekbacken.school.id}/protected-pupils/new", form).status_code == 422
        assert post(rut, f"/schools/{ekbacken.other_school.id}/protected-pupils/new", form).status_code == 404


class TestLookingAfterTheProtected:
    def test_the_principal_changes_alias_class_and_last_day(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        class_1b = SchoolClass(name="1B", academic_year="2026/27", school=ekbacken.school)
        db.session.add(class_1b)
        db.session.commit()
        rut, siv, class_id = signed_in(ekbacken.rut), ekbacken.siv.id, class_1b.id
        address = f"/pupils/{siv}/protection"
        assert post(rut, f"{address}/alias", {"alias-alias": "Elev 9"}).status_code == 303
        move = {"move-to_class": str(class_id), "move-year": "1", "move-from_day": "2026-10-15"}
        assert post(rut, f"{address}/move", move).status_code == 303
        assert post(rut, f"{address}/end", {"end-last_day": "2026-12-18"}).status_code == 303
        page = rut.get(address).text
        assert sentence(page) == (
            "Eleven har skyddade personuppgifter och går i 1B. Sista dagen är 2026-12-18."
        )
        assert "Elev 9" in page
        assert post(rut, f"{address}/end", {"end-last_day": ""}).status_code == 303
        assert "tills vidare" not in rut.get(address).text
        db.session.rollback()
        assert db.session.get_one(Pupil, siv).given_name == "Elev 9"

    def test_those_changes_are_for_protected_pupils_only(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        rut, address = signed_in(ekbacken.rut), f"/pupils/{ekbacken.kim.id}/protection"
        for what, form in (
            ("alias", {"alias-alias": "Elev 9"}),
            ("end", {"end-last_day": "2026-12-18"}),
            ("lift", {"lift-given_name": "A", "lift-family_name": "B", "lift-is_sure": "y"}),
        ):
            answer = post(rut, f"{address}/{what}", form)
            assert answer.status_code == 422
            assert "Eleven har inte skyddade personuppgifter" in answer.text

    def test_taking_the_protection_away_asks_for_the_name(
        self, ekbacken: Ekbacken, signed_in: SignIn, xyrla: Pupil
    ) -> None:
        number, rut = xyrla.id, signed_in(ekbacken.rut)
        protected(rut, number)
        address = f"/pupils/{number}/protection/lift"
        names = {"lift-given_name": "Nora", "lift-family_name": "Nyman"}
        assert post(rut, address, names).status_code == 422
        names["lift-is_sure"] = "y"
        assert post(rut, address, {**names, "lift-given_name": "\x07"}).status_code == 422
        assert post(rut, address, names).status_code == 303
        db.session.rollback()
        pupil = db.session.get_one(Pupil, number)
        assert (pupil.name, pupil.alias, pupil.is_protected) == ("Nora Nyman", None, False)
        assert "Nora Nyman" in signed_in(ekbacken.ada).get(f"/pupils/{number}/roster").text

    def test_an_alias_is_proposed_that_nobody_has(self, ekbacken: Ekbacken) -> None:
        assert protecting.proposed_alias(ekbacken.municipality) == "Elev 1"
        protecting.protect(ekbacken.kim, "Elev 1")
        assert protecting.proposed_alias(ekbacken.municipality) == "Elev 2"
        with pytest.raises(Refused, match="kallas redan Elev 1"):
            protecting.protect(ekbacken.noor, "Elev 1")


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("Kim läser", True), ("KIMS bok", True), ("med kim.", True), ("Kimono", False), ("Alkim", False),
        ("Anna-Lena af Ek", True), ("de andra", False), ("Ek", True), ("Eks", True),
        ("", False), (None, False),
    ],
)  # fmt: skip
def test_a_name_is_found_as_a_word_of_its_own(text: str | None, stands: bool) -> None:
    assert Names.in_texts(["Kim", "de Ek"]).stand_in(text) is stands


def test_the_signal_reaches_whoever_keeps_names(app: Flask, ekbacken: Ekbacken) -> None:
    told: list[tuple[int, frozenset[str]]] = []

    def listen(pupil: Pupil, *, names: Names) -> None:
        told.append((pupil.id, names.words))

    with protecting.pupil_protected.connected_to(listen):
        protecting.protect(ekbacken.kim, "Elev 7")
        protecting.protect(ekbacken.kim, "Elev 8")
    assert told == [(ekbacken.kim.id, frozenset({"kim", "berg"}))]


class TestNobodyElseHears:
    """What no page of the matrix asks: commands, messages, titles and files that come close to a pupil."""

    WORDS = ("Uggleholk", "u77-hemlig", *CANARY, "Kvasten")

    @pytest.fixture
    def hidden(self, ekbacken: Ekbacken, xyrla: Pupil) -> Pupil:
        xyrla.code = "u77-hemlig"
        protecting.protect(xyrla, "Uggleholk")
        db.session.commit()
        return xyrla

    def heard(self, text: str) -> list[str]:
        return [word for word in self.WORDS if word.casefold() in text.casefold()]

    def test_commands_count_the_pupil_and_say_no_name(
        self, ekbacken: Ekbacken, hidden: Pupil, lasspar: Any, tmp_path: Any
    ) -> None:
        code, paper = ekbacken.autumn.code, tmp_path / "x.pdf"
        for words in (
            ("staff", "list"),
            ("screening", "run", "--window", code),
            ("report", "class", "10000001/1A", "--window", code, "--out", paper),
            ("report", "classset", "10000001/1A", "--window", code, "--out", paper),
        ):
            told = lasspar(*words)
            assert told.exit_code == 0, told.output
            assert self.heard(told.output) == [], words
        assert "5 elever" in lasspar("screening", "run", "--window", code).output

    def test_the_json_of_a_window_has_everyone_enrolled_and_the_help_says_so(
        self, ekbacken: Ekbacken, hidden: Pupil, lasspar: Any
    ) -> None:
        told = lasspar("screening", "run", "--window", ekbacken.autumn.code, "--json").stdout
        assert self.heard(told) == ["u77-hemlig"]
        assert "skyddade personuppgifter" in " ".join(lasspar("screening", "run", "--help").output.split())

    def test_a_teacher_elsewhere_gets_no_near_elev_id_out_of_a_score_file(
        self, ekbacken: Ekbacken, hidden: Pupil, signed_in: SignIn
    ) -> None:
        address = f"/windows/{ekbacken.autumn.slug}/scores/import"
        for who in ("carl", "birgitta"):
            file = (io.BytesIO(b"elev-id;bokstavsljud\nu78-hemlig;3\nu77-hemlig;4\n"), "r.csv")
            page = post(signed_in(getattr(ekbacken, who)), address, {"file": file}).text
            typed = page.replace("u77-hemlig;4", "").replace("u78-hemlig", "")
            assert ("u77-hemlig" in typed) is (who == "birgitta"), who
            assert self.heard(page.replace("u77-hemlig", "")) == []

    def test_the_administrators_preview_names_nobody_who_is_protected(
        self, ekbacken: Ekbacken, hidden: Pupil, signed_in: SignIn
    ) -> None:
        head = "kommun;skola;klass;årskurs;elev-id;förnamn;efternamn"
        file = (io.BytesIO(f"{head}\nEkby;Ekbackens skola;1A;1;u78-hemlig;Bo;Ek\n".encode()), "k.csv")
        page = post(signed_in(ekbacken.ada), "/roster/import", {"file": file, "on": "2026-10-15"}).text
        assert "Bo Ek" in page
        assert self.heard(page) == []

    def test_neither_title_nor_message_nor_trail_holds_the_name(
        self, ekbacken: Ekbacken, signed_in: SignIn, xyrla: Pupil
    ) -> None:
        rut, number = signed_in(ekbacken.rut), xyrla.id
        before = rut.get(f"/pupils/{number}/protection").text
        assert texts(before, "//title") == ["Skyddade personuppgifter – Lässpår"]
        after = post(
            rut,
            f"/pupils/{number}/protection",
            {"protect-alias": "Uggleholk", "protect-is_sure": "y"},
            follow_redirects=True,
        ).text
        (message,) = texts(after, "//div[@role='status']")
        assert self.heard(message) == []
        trail = db.session.scalars(sa.select(AuditEntry)).all()
        assert self.heard(str([(entry.action, entry.subject, entry.details) for entry in trail])) == []

    def test_a_list_over_several_classes_leaves_the_pupil_to_the_classs_own_sheet(
        self, ekbacken: Ekbacken, hidden: Pupil, signed_in: SignIn
    ) -> None:
        class_1b = SchoolClass(name="1B", academic_year="2026/27", school=ekbacken.school)
        db.session.add(class_1b)
        db.session.flush()
        ekbacken.pupil("Bo", "Ek", "1101", school_class=class_1b)
        db.session.commit()
        address = f"/windows/{ekbacken.autumn.slug}/measures/bokstavsljud/sheet"
        birgitta, one = signed_in(ekbacken.birgitta), f"class={ekbacken.class_1a.id}"
        assert "Uggleholk" in birgitta.get(f"{address}?{one}").text
        both = birgitta.get(f"{address}?{one}&class={class_1b.id}").text
        assert "Bo Ek" in both
        assert self.heard(both) == []
