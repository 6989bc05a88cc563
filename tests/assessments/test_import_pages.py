"""Files from the browser: chosen, looked over, confirmed; only by those who may, only for their own."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Response
from flask.testing import FlaskClient
from lxml import html
from posting import post
from reading_pages import legible, sentence, texts
from werkzeug.test import TestResponse
from workbooks import workbook

from assessments import uploads
from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.models import Score, ScoreChange
from assessments.roster.models import Municipality, Pupil, Role, RosterImport, SchoolClass
from assessments.roster.tables import FROM_A_PAGE
from assessments.upload_models import WaitingFile
from assessments.uploads import Upload
from assessments.views import imports

LIST = """skolenhetskod;skola;kommun;klass;årskurs;elev-id;förnamn;efternamn
10000001;Ekbackens skola;Ekby;1A;1;1001;Kim;Bergman
10000001;Ekbackens skola;Ekby;1B;1;1100;<b>Åsa;Öberg
"""
SCORES = "/windows/2026-27-autumn/scores/import"
Browser = Callable[[Any], FlaskClient]


def send(client: FlaskClient, address: str, text: str, name: str = "fil.csv", **fields: str) -> TestResponse:
    """Choose a file and look it over."""
    return post(client, address, {"file": (io.BytesIO(text.encode("cp1252")), name), **fields})


def send_list(client: FlaskClient, text: str = LIST, **fields: str) -> TestResponse:
    return send(client, "/roster/import", text, **{"on": "2026-10-15", **fields})


def confirm(client: FlaskClient, page: TestResponse, address: str = "/roster/import") -> TestResponse:
    """Press the button under the preview."""
    return post(client, f"{address}/confirm", {"upload": upload_of(page)})


def upload_of(page: TestResponse) -> str:
    found = re.search(r'name="upload" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def count(kind: type) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def test_a_class_list_is_shown_before_anything_changes_and_then_taken_in(
    ekbacken: Ekbacken, signed_in: Browser
) -> None:
    ada = signed_in(ekbacken.ada)
    page = send_list(ada)
    assert page.status_code == 200
    for words in (
        "1 ny elev, 1 ändrad.",
        "Klassen 1B, Ekbackens skola",
        "efternamn Berg → Bergman",
        "&lt;b&gt;Åsa",
    ):
        assert words in page.text
    assert count(RosterImport) == 0
    answer = confirm(ada, page)
    assert answer.status_code == 303
    assert db.session.scalars(sa.select(Pupil.family_name).filter_by(code="1001")).one() == "Bergman"
    assert "Inget att ändra" in send_list(ada).text


def test_the_preview_and_the_import_are_noted_for_the_municipality(
    ekbacken: Ekbacken, signed_in: Browser
) -> None:
    ada = signed_in(ekbacken.ada)
    confirm(ada, send_list(ada))
    kinds = ("roster_import:previewed", "roster:imported")
    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action.in_(kinds)).order_by(AuditEntry.id)
    )
    assert [(one.action, one.account_id, one.municipality_id) for one in entries] == [
        (kind, ekbacken.ada.id, ekbacken.municipality.id) for kind in kinds
    ]


def test_every_fault_of_a_list_stands_in_a_table_and_nothing_is_kept(
    ekbacken: Ekbacken, signed_in: Browser
) -> None:
    page = send_list(signed_in(ekbacken.ada), LIST.replace(";1;1001", ";11;1001").replace("Öberg", ""))
    assert page.status_code == 422
    assert "fil.csv har 2 fel" in page.text
    assert re.search(r"<td[^>]*>2</td><td[^>]*>årskurs</td>", page.text)
    assert re.search(r"<td[^>]*>3</td><td[^>]*>efternamn</td>", page.text)
    assert 'name="upload"' not in page.text


def test_an_administrator_takes_in_the_own_municipality_only(ekbacken: Ekbacken, signed_in: Browser) -> None:
    ada = signed_in(ekbacken.ada)
    for place in ("20000002;Tallbackens skola;Tallby", ";Ny skola;Ny kommun", "20000002;;"):
        page = send_list(ada, LIST.replace("10000001;Ekbackens skola;Ekby", place))
        assert page.status_code == 422
        assert "Kommunen är inte din" in page.text
    assert count(Municipality) == 2


def test_a_list_need_not_name_the_administrators_municipality(ekbacken: Ekbacken, signed_in: Browser) -> None:
    page = send_list(signed_in(ekbacken.ada), "skola;klass;årskurs;elev-id;namn\nNy skola;2A;2;1101;Bo Ek\n")
    assert "Skolan Ny skola" in page.text


def test_possible_doubles_stand_first(ekbacken: Ekbacken, signed_in: Browser) -> None:
    """Before the lists of those who are missing, with their number where the file is taken in."""
    lines = (f"Ekbackens skola;1A;1;{one}\n" for one in ("1101;Bo Ek", "1102;Bo Ek", "1103;Kim Berg"))
    page = send_list(signed_in(ekbacken.ada), f"skola;klass;årskurs;elev-id;namn\n{''.join(lines)}").text
    assert sentence(page).startswith("3 nya elever. 2 möjliga dubbletter")
    assert html.fromstring(page).xpath("//p[@class='sentence']/a/@href") == ["#doubles"]
    assert texts(page, "//h2")[:2] == ["Möjliga dubbletter: 2", "Nya elever: 3"]
    assert "Rätta först elev-id i filen." in page
    assert texts(page, "//h2[@id='doubles']/following-sibling::ul[1]/li") == [
        "Rad 3 har samma namn som rad 2, med ett annat elev-id.",
        "Rad 4 är ny men heter som eleven med elev-id 1001.",
    ]


def test_pupils_missing_end_when_the_box_is_ticked(ekbacken: Ekbacken, signed_in: Browser) -> None:
    ada = signed_in(ekbacken.ada)
    assert "Saknas i filen men går kvar: 1" in send_list(ada).text
    page = send_list(ada, end_missing="y")
    assert "Slutar i sin klass: 1" in page.text
    assert "Siv" not in legible(page.text)
    confirm(ada, page)
    assert "Slutar i sin klass" not in send_list(ada, end_missing="y").text


@pytest.mark.slow
def test_a_class_that_looks_renamed_is_renamed_when_the_box_is_ticked_and_undone(
    ekbacken: Ekbacken, signed_in: Browser
) -> None:
    """Siv's identity is protected: no list names her, and she stays in the class."""
    ada, class_id = signed_in(ekbacken.ada), ekbacken.class_1a.id
    head, kim, *_ = LIST.splitlines()
    rows = [head, kim.replace("1A", "1 <i>"), kim.replace("1A;1;1001;Kim", "1 <i>;1;1002;Noor")]
    page = send_list(ada, "\n".join(rows))
    assert "1A heter nu 1 &lt;i&gt;, Ekbackens skola. 2 av 2 elever i 1A står där." in page.text
    assert "2 byter klass" in page.text
    for _ in range(2):  # a box ticked just before confirming is shown first, and then done
        chosen = {"upload": upload_of(page), "rename": str(class_id)}
        page = post(ada, "/roster/import/confirm", chosen)
        if page.status_code == 200:
            assert "byter klass" not in page.text
            assert db.session.get_one(SchoolClass, class_id).name == "1A"
    assert page.status_code == 303
    db.session.expire_all()
    assert db.session.get_one(SchoolClass, class_id).name == "1 <i>"
    assert "Hette 1A till 2026-10-15" in ada.get(f"/classes/{class_id}/roster").text
    assert "1A heter nu 1 &lt;i&gt;" in ada.get("/imports").text
    asked = {"what": "roster-1"}
    page = ada.get("/imports/undo", query_string=asked)
    assert "1 &lt;i&gt; heter 1A igen" in page.text
    asked["seen"] = re.search(r'name="seen" value="([^"]+)"', page.text)[1]
    assert post(ada, "/imports/undo", asked).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(SchoolClass, class_id).name == "1A"


def test_what_changed_meanwhile_is_shown_anew_instead_of_done(ekbacken: Ekbacken, signed_in: Browser) -> None:
    ada = signed_in(ekbacken.ada)
    page = send_list(ada)
    ekbacken.kim.family_name = "Bergman"
    db.session.commit()
    again = confirm(ada, page)
    assert again.status_code == 200
    assert "Något har ändrats sedan du granskade filen" in again.text
    assert count(RosterImport) == 0
    assert confirm(ada, again).status_code == 303
    assert count(RosterImport) == 1


def test_a_confirmation_works_once_and_for_the_person_who_looked(
    ekbacken: Ekbacken, signed_in: Browser
) -> None:
    ada = signed_in(ekbacken.ada)
    page = send_list(ada)
    olga = ekbacken.staff("Olga Ort", "olga", Role.ADMINISTRATOR, municipality=ekbacken.municipality)
    db.session.commit()
    other = signed_in(olga)
    assert "Filen finns inte kvar" in other.get(confirm(other, page).location).text
    confirm(ada, page)
    assert "Filen finns inte kvar" in ada.get(confirm(ada, page).location).text
    assert count(RosterImport) == 1


def test_a_server_with_no_time_to_read_a_workbook_again_says_so(
    ekbacken: Ekbacken, signed_in: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, content = signed_in(ekbacken.ada), workbook(line.split(";") for line in LIST.splitlines())
    chosen = {"file": (io.BytesIO(content), "lista.xlsx"), "on": "2026-10-15"}
    page = post(ada, "/roster/import", chosen)
    monkeypatch.setattr(imports, "FROM_A_PAGE", replace(FROM_A_PAGE, wall_seconds=0))
    answer = confirm(ada, page)
    assert answer.status_code == 422
    assert "Excel-filen tog för lång tid" in answer.text
    monkeypatch.undo()
    assert confirm(ada, page).status_code == 303, "the file is still there"
    assert count(RosterImport) == 1


@pytest.mark.parametrize("who", ["astrid", "birgitta", "rut", "cecilia", "teo"])
def test_only_administrators_take_in_class_lists(ekbacken: Ekbacken, signed_in: Browser, who: str) -> None:
    client = signed_in(getattr(ekbacken, who))
    assert client.get("/roster/import").status_code == 403
    assert send_list(client).status_code == 403
    assert post(client, "/roster/import/confirm", {"upload": "x"}).status_code == 403


@pytest.mark.parametrize("who", ["ada", "rut", "cecilia", "teo"])
def test_only_those_who_record_scores_take_them_in(ekbacken: Ekbacken, signed_in: Browser, who: str) -> None:
    client = signed_in(getattr(ekbacken, who))
    assert client.get(SCORES).status_code == 403
    assert send(client, SCORES, "elev-id;bokstavsljud\n1001;7\n").status_code == 403


def test_scores_are_shown_before_they_are_saved_and_then_saved_with_who_did_it(
    ekbacken: Ekbacken, signed_in: Browser
) -> None:
    astrid = signed_in(ekbacken.astrid)
    page = send(astrid, SCORES, "elev-id;bokstavsljud;avstamning_a\n1001;7;Nådd\n1002;f;\n1003;9;\n")
    assert "4 resultat att spara för 3 elever." in page.text
    assert count(Score) == 0
    assert confirm(astrid, page, SCORES).status_code == 303
    assert count(Score) == 4
    change = db.session.scalars(sa.select(ScoreChange)).first()
    assert change.account_id == ekbacken.astrid.id
    assert change.duty_id == ekbacken.astrid.staff_member.duties[0].id
    assert "Filen är redan inläst" in send(astrid, SCORES, "elev-id;bokstavsljud\n1001;7\n").text


def test_another_municipalitys_pupil_is_as_unknown_as_one_who_is_not_there(
    ekbacken: Ekbacken, signed_in: Browser
) -> None:
    page = send(signed_in(ekbacken.astrid), SCORES, "elev-id;bokstavsljud\n2001;7\n7777;7\n")
    assert page.status_code == 422
    assert page.text.count("Eleven finns inte.") == 2
    assert page.text.count("Kontrollera elev-id mot klasslistan") == 2


def test_a_score_that_differs_is_told_and_replaced_when_the_box_is_ticked(
    ekbacken: Ekbacken, signed_in: Browser
) -> None:
    astrid = signed_in(ekbacken.astrid)
    confirm(astrid, send(astrid, SCORES, "elev-id;bokstavsljud\n1001;7\n"), SCORES)
    changed = "elev-id;bokstavsljud\n1001;8\n"
    told = send(astrid, SCORES, changed).text
    assert "Ett annat värde är redan registrerat (7)" in told
    assert "Rätta filen, eller ersätt det som finns.</td>" in told
    page = send(astrid, SCORES, changed, replaces="y")
    confirm(astrid, page, SCORES)
    assert db.session.scalars(sa.select(Score)).one().points == 8


def test_a_score_written_meanwhile_is_not_run_over(ekbacken: Ekbacken, signed_in: Browser) -> None:
    astrid = signed_in(ekbacken.astrid)
    page = send(astrid, SCORES, "elev-id;bokstavsljud\n1001;7\n")
    confirm(astrid, send(astrid, SCORES, "elev-id;bokstavsljud\n1001;9\n"), SCORES)
    again = confirm(astrid, page, SCORES)
    assert again.status_code == 422
    assert "Ett annat värde är redan registrerat (9)" in again.text
    assert db.session.scalars(sa.select(Score)).one().points == 9


def test_pages_keep_to_the_windows_dates(ekbacken: Ekbacken, signed_in: Browser, monkeypatch: Any) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", "2027-01-10")
    astrid = signed_in(ekbacken.astrid)
    assert "tar inte emot resultat" in astrid.get(SCORES).text
    assert send(astrid, SCORES, "elev-id;bokstavsljud\n1001;7\n").status_code == 422
    assert astrid.get("/windows/2031-32-autumn/scores/import").status_code == 404


def test_a_form_without_a_file_says_so(ekbacken: Ekbacken, signed_in: Browser) -> None:
    for who, address in ((ekbacken.ada, "/roster/import"), (ekbacken.astrid, SCORES)):
        answer = post(signed_in(who), address, {"on": "2026-10-15"})
        assert answer.status_code == 422
        assert "Välj en fil." in answer.text


def test_a_file_that_is_no_table_is_told_on_the_page(ekbacken: Ekbacken, signed_in: Browser) -> None:
    for who, address in ((ekbacken.ada, "/roster/import"), (ekbacken.astrid, SCORES)):
        answer = send(signed_in(who), address, "%PDF-1.7", "../../<x>.xlsx", on="2026-10-15")
        assert answer.status_code == 422
        assert "Filen är en PDF" in answer.text
        assert "&lt;x&gt;" in answer.text


def test_what_waits_in_the_database_says_nothing_and_opens_for_one_person_and_one_hour(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, waiting = uploads.sealed(Upload("klass.csv", b"Hemlig;Hemligsson", {"on": "2026-10-15"}), 7)
    assert b"emlig" not in waiting.content
    assert token not in waiting.name_hash
    db.session.add(waiting)
    db.session.commit()
    assert uploads.fetch(token, 8) is None
    assert uploads.fetch(token + "x", 7) is None
    assert uploads.fetch("../../etc/passwd", 7) is None
    found = uploads.fetch(token, 7)
    assert found == Upload("klass.csv", b"Hemlig;Hemligsson", {"on": "2026-10-15"})
    monkeypatch.setattr(uploads, "KEPT_SECONDS", -1)
    assert uploads.fetch(token, 7) is None
    uploads._put_by(uploads.sealed(Upload("annan.csv", b"", {}), 7)[1], Response())
    assert db.session.scalar(sa.select(sa.func.count(WaitingFile.name_hash))) == 1  # the former is gone
