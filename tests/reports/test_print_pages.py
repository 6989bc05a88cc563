"""Large prints on the pages and for programs: ordered, followed and fetched by whoever may, nobody else."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import TODAY, Ekbacken
from flask import Flask
from flask.testing import FlaskClient
from invented_figures import pages
from posting import post
from scoring import class_2b, record

from assessments.access.models import AuditEntry
from assessments.clock import now
from assessments.database import db
from assessments.jobs.models import Job
from assessments.jobs.running import work_off
from assessments.roster.models import Duty, Role
from reports.print_jobs.models import PrintClass, PrintOrder

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture(autouse=True)
def prints(app: Flask, tmp_path: Path) -> Iterator[Path]:
    before = app.config["LASSPAR_PRINTS_PATH"]
    app.config["LASSPAR_PRINTS_PATH"] = str(tmp_path / "prints")
    yield tmp_path / "prints"
    app.config["LASSPAR_PRINTS_PATH"] = before


def ordered(client: FlaskClient, *classes: int, purpose: str = "talk", **more: str) -> Any:
    asked = {"window": "2026-27-autumn", "purpose": purpose, "class": [*classes], **more}
    return post(client, "/print-jobs", asked)


@pytest.fixture
def order(ekbacken: Ekbacken, signed_in: SignIn) -> tuple[FlaskClient, str]:
    """Birgitta's print of 1A and 2B, waiting; its address."""
    school_class, _pupils = class_2b(ekbacken, [12, 60])
    db.session.commit()
    client = signed_in(ekbacken.birgitta)
    answer = ordered(client, ekbacken.class_1a.id, school_class.id)
    assert answer.status_code == 303
    return client, answer.headers["Location"]


def traces(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEntry).filter_by(action=action).order_by(AuditEntry.id)))


def test_the_page_says_how_far_it_has_come_and_gives_the_files(
    order: tuple[FlaskClient, str], ekbacken: Ekbacken
) -> None:
    client, address = order
    page = client.get(address).text
    assert "Utskriften väntar: 0 av 4 elever klara." in page
    assert "Ingen arbetar" not in page
    assert client.get(f"{address}/prints.pdf").status_code == 404
    work_off("a")
    page = client.get(address).text
    assert "Utskriften är klar: 4 elevers blad." in page
    answer = client.get(f"{address}/prints.pdf")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/pdf", "no-store")
    said = " ".join(pages(answer.data))
    assert all(name in said for name in ("Noor Alm", "Kim Berg"))
    assert "Elev S" not in said
    noted = traces("report:printed")
    assert len({one.subject for one in noted}) == len(noted) == 4
    assert {one.duty_id for one in noted} == {ekbacken.birgitta.staff_member.duties[0].id}
    one_class = client.get(f"{address}/1.pdf").data
    assert "Noor Alm" in " ".join(pages(one_class))
    archive = client.get(f"{address}/prints.zip").data
    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        assert bundle.namelist() == ["Ekbackens skola/01 1A.pdf", "Ekbackens skola/02 2B.pdf"]
        assert bundle.read("Ekbackens skola/01 1A.pdf") == one_class


def test_when_nobody_works_the_page_says_so(order: tuple[FlaskClient, str]) -> None:
    client, address = order
    db.session.execute(sa.update(Job).values(created_at=now() - timedelta(minutes=3)))
    db.session.commit()
    page = client.get(address).text
    assert "Ingen arbetar med utskriften just nu" in page
    assert "<code>lasspar worker</code>" in page


def test_only_who_ordered_it_meets_it_and_only_while_the_duty_holds(
    order: tuple[FlaskClient, str], ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    client, address = order
    work_off("a")
    places = ("", "/prints.pdf", "/prints.zip", "/1.pdf")
    rut = signed_in(ekbacken.rut)  # may print the same classes, and has not ordered this
    assert {rut.get(f"{address}{place}").status_code for place in places} == {404}
    assert f'href="{address}"' not in rut.get("/print-jobs").text
    assert f'href="{address}"' in client.get("/print-jobs").text
    member, duty = ekbacken.birgitta.staff_member, ekbacken.birgitta.staff_member.duties[0]
    db.session.add(
        Duty(staff_member=member, role=Role.TEACHER, school_class=ekbacken.class_1a, starts_on=TODAY)
    )
    duty.ends_on = TODAY - timedelta(days=1)
    db.session.commit()
    assert {client.get(f"{address}{place}").status_code for place in places} == {404}
    assert f'href="{address}"' not in client.get("/print-jobs").text


def test_a_cancelled_and_an_expired_print_say_that_the_files_are_gone(order: tuple[FlaskClient, str]) -> None:
    client, address = order
    work_off("a")
    db.session.execute(sa.update(PrintOrder).values(expires_at=now()))
    db.session.commit()
    assert client.get(f"{address}/prints.pdf").status_code == 404
    assert "Filerna är borttagna. Beställ på nytt om du behöver dem." in client.get(address).text
    assert post(client, f"{address}/cancel", {}).status_code == 303
    assert post(client, f"{address}/again", {}).status_code == 303
    assert client.get(f"{address}/1.pdf").status_code == 404


def test_what_is_under_way_is_not_ordered_twice(order: tuple[FlaskClient, str], ekbacken: Ekbacken) -> None:
    client, address = order
    db.session.rollback()
    classes = [one.school_class_id for one in db.session.scalars(sa.select(PrintOrder)).one().classes]
    assert ordered(client, *reversed(classes)).headers["Location"] == address
    assert ordered(client, *classes, purpose="home").headers["Location"] != address


def test_pages_without_a_result_are_left_out_where_they_are_not_wanted(
    ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    """As on the page of one class. Nobody in 1A has a result; in 2B one has, and one more while it waits."""
    school_class, them = class_2b(ekbacken, [60, None, None])
    names = [one.name for one in them]
    db.session.commit()
    client = signed_in(ekbacken.birgitta)
    box = re.search(r'<input[^>]*name="measured"[^>]*>', client.get("/print-jobs").text)
    assert box is not None
    assert " checked" in box[0]
    classes = (ekbacken.class_1a.id, school_class.id)
    address = ordered(client, *classes, measured="1").headers["Location"]
    assert ordered(client, *classes, measured="1").headers["Location"] == address
    everybody = ordered(client, *classes).headers["Location"]
    assert everybody != address
    record(ekbacken.autumn, them[1], ord_per_minut=60)
    db.session.commit()
    work_off("a")
    page = client.get(address).text
    assert "Utskriften är klar: 2 elevers blad. 3 är inte med: inget resultat ännu, eller inte " in page
    assert "till utvecklingssamtalen, bara blad med resultat" in page
    printed = " ".join(pages(client.get(f"{address}/prints.pdf").data))
    assert [one in printed for one in names] == [True, True, False]
    assert "Utskriften är klar: 5 elevers blad." in client.get(everybody).text


def test_what_is_sent_home_lies_behind_covers_where_they_are_asked_for(
    ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    client, class_id = signed_in(ekbacken.astrid), ekbacken.class_1a.id
    refused = ordered(client, class_id, covers="1")
    assert (refused.status_code, "Försättsblad är till för blad" in refused.text) == (422, True)
    asked = ({"covers": "1"}, {}, {"covers": "1"})
    address, other, again = (
        ordered(client, class_id, purpose="home", **more).headers["Location"] for more in asked
    )
    assert address == again != other
    work_off("a")
    assert "att skicka hem, med försättsblad för fönsterkuvert" in client.get(address).text
    found = pages(client.get(f"{address}/1.pdf").data)
    assert [page.startswith("Till vårdnadshavare för") for page in found[::2]] == [True, False] * 2
    assert pages(client.get(f"{other}/1.pdf").data)[::2] == found[2::4]
    sheets = sa.select(PrintClass.sheets).order_by(PrintClass.print_order_id)
    assert list(db.session.scalars(sheets)) == [4, 2]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"class": []}, 422),
        ({"class": ["x"]}, 404),
        ({"class": [str(2**63)]}, 404),
        ({"class": ["999999"]}, 404),
        ({"purpose": "öga"}, 404),
        ({"window": "1999-00-autumn"}, 404),
    ],
)
def test_what_no_page_sends_is_refused(
    form: dict[str, Any], status: int, ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    asked = {"window": "2026-27-autumn", "purpose": "home", "class": [ekbacken.class_1a.id], **form}
    assert post(signed_in(ekbacken.astrid), "/print-jobs", asked).status_code == status
    assert db.session.scalar(sa.select(sa.func.count(PrintOrder.id))) == 0


def test_nobody_prints_a_class_that_is_not_theirs(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    astrid = signed_in(ekbacken.astrid)
    assert ordered(astrid, ekbacken.class_1a.id, ekbacken.other_class.id).status_code == 404


def test_a_program_orders_and_follows_a_print(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    class_2b(ekbacken, [12, 60])
    db.session.commit()
    client = signed_in(ekbacken.birgitta)
    token = client.get("/api/v1/session").json["csrf_token"]
    asked = {"window": ekbacken.autumn.slug}
    answer = client.post("/api/v1/print-jobs", json=asked, headers={"X-CSRFToken": token})
    assert (answer.status_code, answer.json["state"], answer.json["pupils"]) == (202, "waiting", 4)
    work_off("a")
    told = client.get(answer.headers["Location"]).json
    assert (told["state"], told["done"], told["printed"], told["held_back"]) == ("done", 4, 3, 1)
    assert [one["name"] for one in told["classes"]] == ["1A", "2B"]
    assert client.get(told["file"]).mimetype == "application/pdf"
    assert client.get(told["zip"]).mimetype == "application/zip"
    measured = {**asked, "measured": True}
    answer = client.post("/api/v1/print-jobs", json=measured, headers={"X-CSRFToken": token})
    work_off("a")
    told = client.get(answer.headers["Location"]).json
    assert (told["printed"], told["held_back"], told["left_out"]) == (1, 1, 2)
    for wrong in ([], {**asked, "measured": "nej"}, {**asked, "covers": 1}):
        refused = client.post("/api/v1/print-jobs", json=wrong, headers={"X-CSRFToken": token})
        assert refused.status_code == 400


def test_a_program_orders_pages_behind_covers(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    client = signed_in(ekbacken.birgitta)
    token = client.get("/api/v1/session").json["csrf_token"]
    asked = {"window": ekbacken.autumn.slug, "covers": True}
    orders = [
        client.post("/api/v1/print-jobs", json=one, headers={"X-CSRFToken": token}).json["id"]
        for one in (asked, {**asked, "covers": False}, asked)
    ]
    assert (orders[0], orders[0] == orders[1]) == (orders[2], False)
    covers = {order.id: order.has_covers for order in db.session.scalars(sa.select(PrintOrder))}
    assert covers == {orders[0]: True, orders[1]: False}


@pytest.mark.parametrize(
    "asked",
    [
        *({"classes": "1"}, {"classes": [True]}, {"classes": [-1]}, {"classes": []}, {"purpose": 1}),
        *({"covers": 1}, {"covers": True, "purpose": "talk"}),
    ],
)
def test_json_that_says_something_else_is_told(asked: Any, ekbacken: Ekbacken, signed_in: SignIn) -> None:
    client = signed_in(ekbacken.astrid)
    token = client.get("/api/v1/session").json["csrf_token"]
    answer = client.post(
        "/api/v1/print-jobs", json={"window": ekbacken.autumn.slug, **asked}, headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 400
    assert answer.json["reasons"]


def test_a_municipality_is_printed_from_the_command_line(
    ekbacken: Ekbacken, lasspar: Callable[..., Any], tmp_path: Path, prints: Path
) -> None:
    out = tmp_path / "alla.zip"
    words = ("report", "municipality", "ekby", "--window", "2026/27-autumn", "--out")
    done = lasspar(*words, out)
    assert (done.exit_code, done.output) == (0, f"2 elevers blad hem, 1 klasser: {out}\n")
    with zipfile.ZipFile(out) as bundle:
        assert bundle.namelist() == ["Ekbackens skola/01 1A.pdf"]
    assert len(traces("report:printed")) == 2
    assert list(prints.iterdir()) == []  # what is fetched is not kept
    refused = lasspar("report", "municipality", "Ekb", *words[3:], out)
    assert (refused.exit_code, refused.stderr) == (1, "Kommunen Ekb finns inte. Menade du Ekby?\n")
