"""Class lists fetched by SS 12000:2020 from a service of our own that follows the published description."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from posting import post
from reading_pages import legible
from ss12000_server import SECRET, Administration, ekbacken, uid

from assessments.access.models import Account
from assessments.clock import day_of
from assessments.database import db
from assessments.imports import roster_undoing
from assessments.refusals import Refused
from assessments.roster.applying import apply_roster
from assessments.roster.models import Enrolment, Pupil, QuarantinedRow, RosterImport, SchoolClass, SchoolForm
from assessments.roster.preview import preview
from assessments.ss12000 import lists, pulling, shapes
from assessments.ss12000.client import Client, PullFailed, retry_after
from assessments.ss12000.connections import Connection, connections, settings_file
from assessments.ss12000.models import PulledMark, PullOutcome, RosterPull

SignIn = Callable[[Account], FlaskClient]
Lasspar = Callable[..., Result]
CONNECTION = Connection("Ekby", "http://127.0.0.1/v2", "http://127.0.0.1/token", "lasspar", SECRET)
SETTINGS = f"""[Ekby]
url = "http://127.0.0.1/v2"
token_url = "http://127.0.0.1/token"
client_id = "lasspar"
client_secret = "{SECRET}"
elev_id = "external:elevnr"
"""


@pytest.fixture
def service(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Administration]:
    told, file = ekbacken(), tmp_path / "ss12000.toml"
    file.write_text(SETTINGS, "utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("LASSPAR_SS12000_FILE", str(file))
    app.extensions[pulling.TRANSPORT] = httpx.WSGITransport(told)
    yield told
    del app.extensions[pulling.TRANSPORT]


def client(service: Administration, patience: float = 100, waited: list[float] | None = None) -> Client:
    sleep = (waited if waited is not None else []).append
    return Client(CONNECTION, patience=patience, transport=httpx.WSGITransport(service), sleep=sleep)


class TestTheClient:
    def test_reads_every_page_with_one_token(self) -> None:
        told = ekbacken()
        assert len(client(told).every("/persons")) == len(told.persons)
        assert (told.tokens, len(told.asked)) == (1, 4)

    def test_asks_for_a_new_token_where_the_old_one_has_ended(self) -> None:
        told = ekbacken()
        told.uses_of_a_token = 1
        assert len(client(told).every("/persons")) == len(told.persons)
        assert told.tokens == 3

    def test_waits_as_long_as_it_is_asked_to(self) -> None:
        told, waited = ekbacken(), list[float]()
        told.busy = [(429, "7"), (503, ""), (503, "")]
        assert len(client(told, waited=waited).every("/organisations")) == 2
        assert waited == [7, 2, 4]

    @pytest.mark.parametrize("busy", [[(429, "200")], [(503, "")] * 9], ids=["too long", "too often"])
    def test_gives_up_with_words(self, busy: list[tuple[int, str]]) -> None:
        told = ekbacken()
        told.busy = busy
        with pytest.raises(PullFailed, match="har för mycket att göra"):
            client(told).every("/organisations")

    def test_understands_a_moment_to_wait_for(self) -> None:
        assert retry_after("12") == 12
        assert retry_after("snart") is None
        waits = retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True))
        assert waits is not None
        assert 50 < waits <= 60

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (httpx.Response(302, headers={"Location": "http://127.0.0.1/x"}), "svarade 302"),
            (httpx.Response(200, content=b"<html>"), "inte är JSON"),
            (httpx.Response(200, json={"data": {}}), "något annat än en lista"),
            (httpx.Response(200, json=[1]), "något annat än en lista"),
            (httpx.Response(200, json={"data": [], "pageToken": "a"}), "samma sida två gånger"),
            (httpx.Response(403), "lämnar inte ut"),
        ],
        ids=["moved", "a page", "no list", "no object", "round and round", "forbidden"],
    )
    def test_does_not_trust_what_comes(self, answer: httpx.Response, words: str) -> None:
        def say(request: httpx.Request) -> httpx.Response:
            is_token = request.url.path == "/token"
            return httpx.Response(200, json={"access_token": "t"}) if is_token else answer

        with pytest.raises(PullFailed, match=words):
            Client(CONNECTION, patience=0, transport=httpx.MockTransport(say)).every("/groups")

    def test_never_says_the_secret(self) -> None:
        def say(_request: httpx.Request) -> httpx.Response:
            return httpx.Response(401, text=SECRET)

        with pytest.raises(PullFailed) as refused:
            Client(CONNECTION, patience=0, transport=httpx.MockTransport(say)).every("/groups")
        assert SECRET not in f"{refused.value} {CONNECTION!r}"


class TestWhatIsSaid:
    @pytest.mark.parametrize(
        ("told", "is_marked"),
        [(None, False), ("Ingen", False), (False, False), ("Sekretessmarkering", True), (True, True),
         (1, True), ("Skyddad folkbokföring", True), ("något nytt", True), ([], True)],
    )  # fmt: skip
    def test_anything_but_a_plain_no_is_a_marking(self, told: Any, is_marked: bool) -> None:
        assert shapes.marked(told) is is_marked

    @pytest.mark.parametrize(
        ("spans", "name"),
        [
            ([("1A", "2026-08-18", "2026-09-30"), ("1B", "2026-10-01", None)], "1B"),
            ([("1A", "2026-08-18", None), ("1B", "2026-11-01", None)], "1A"),
            ([("1A", "2026-08-18", "2026-09-30"), ("1B", "2026-11-01", None)], "1B"),
            ([("1A", "2026-08-18", "2026-09-30")], "1A"),
            ([("1A", "2025-08-18", "2026-06-10")], None),
        ],
        ids=["moved", "will move", "between", "left", "last year"],
    )
    def test_a_pupil_goes_where_the_days_say(self, spans: list[Any], name: str | None) -> None:
        told = Administration()
        memberships = [(told.group(group, "Skola"), starts, ends) for group, starts, ends in spans]
        for group in told.groups:
            group["startDate"] = "2020-08-01"
        told.pupil("Kim Berg", "Skola", *memberships)
        found = lists.places(shapes.classes(told.groups), date(2026, 10, 15))
        place = found.get(uid("Kim Berg"))
        assert (place and place.group.name) == name


class TestConnections:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (("http://127.0.0.1/v2", "http://skola.example/v2"), "börjar inte med https"),
            (("http://127.0.0.1/v2", "https://a:b@skola.example"), "ingen adress"),
            ((f'client_secret = "{SECRET}"\n', ""), "client_secret saknas"),
            (("elev_id", "elevid"), "elevid känns inte igen"),
            (('"external:elevnr"', '"namn"'), "elev_id är"),
            (("[Ekby]", "[Ekby"), "inte skriven som TOML"),
        ],
    )
    def test_what_is_wrong_is_told_and_no_secret(
        self, change: tuple[str, str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "ss12000.toml"
        file.write_text(SETTINGS.replace(*change), "utf-8")
        file.chmod(0o600)
        monkeypatch.setenv("LASSPAR_SS12000_FILE", str(file))
        with pytest.raises(Refused, match=words) as refused:
            connections()
        assert SECRET not in str(refused.value)
        file.chmod(0o640)
        with pytest.raises(Refused, match="chmod 600"):
            connections()

    def test_the_secret_may_stand_in_the_environment(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "ss12000.toml"
        file.write_text(SETTINGS.replace(f'client_secret = "{SECRET}"', 'client_secret_variable = "HEMLIG"'))
        file.chmod(0o600)
        monkeypatch.setenv("LASSPAR_SS12000_FILE", str(file))
        monkeypatch.setenv("HEMLIG", SECRET)
        assert connections()["ekby"].client_secret == SECRET
        monkeypatch.delenv("HEMLIG")
        with pytest.raises(Refused, match="miljövariabeln HEMLIG"):
            connections()


def take_in(school: Ekbacken) -> RosterImport | None:
    """Pull and take in, as the command does."""
    found = pulling.pull(school.municipality, patience=0)
    plan = pulling.plan_pulled(found.name, found.content, found.municipality_id)
    assert plan.problems == []
    taken_in = apply_roster(plan, end_missing=False)
    outcome = PullOutcome.TAKEN_IN if taken_in else PullOutcome.NOTHING_NEW
    pulling.keep_outcome(found.pull_id, outcome, plan, found.content, taken_in)
    db.session.commit()
    return taken_in


def enrolments() -> set[tuple[str, str, str, str]]:
    asked = (
        sa.select(Pupil.given_name, SchoolClass.name, Enrolment.starts_on, Enrolment.ends_on)
        .join(Enrolment, Enrolment.pupil_id == Pupil.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(Pupil.code.like("x-%"))
    )
    return {
        (given, name, str(starts), str(ends or "")) for given, name, starts, ends in db.session.execute(asked)
    }


class TestAPull:
    def test_takes_in_dated_classes_and_the_same_again_changes_nothing(
        self, ekbacken: Ekbacken, service: Administration
    ) -> None:
        assert take_in(ekbacken) is not None
        assert enrolments() == {
            ("Kim", "1A", "2026-08-18", ""),
            ("Noor", "1B", "2026-10-01", ""),
            ("Ebba", "1B", "2026-11-02", ""),
        }
        assert db.session.scalar(sa.select(sa.func.count()).select_from(QuarantinedRow)) == 1
        numbers = sa.select(Pupil.id).where(Pupil.personnummer_hash.is_not(None))
        assert db.session.scalars(numbers).all() == []
        assert take_in(ekbacken) is None
        service.persons[0]["familyName"] = "Bergman"
        assert take_in(ekbacken) is not None  # another answer: whoever is marked is not set aside once more
        assert db.session.scalar(sa.select(sa.func.count()).select_from(QuarantinedRow)) == 1

    def test_moves_and_ends_by_the_days_of_memberships(
        self, ekbacken: Ekbacken, service: Administration
    ) -> None:
        take_in(ekbacken)
        first, second = service.groups[:2]
        first["groupMemberships"][0]["endDate"] = "2026-10-09"
        second["groupMemberships"].append({"person": {"id": uid("Kim Berg")}, "startDate": "2026-10-12"})
        next(one for one in second["groupMemberships"] if one["startDate"] == "2026-10-01")["endDate"] = (
            "2026-10-14"
        )
        take_in(ekbacken)
        assert enrolments() == {
            ("Kim", "1A", "2026-08-18", "2026-10-11"),
            ("Kim", "1B", "2026-10-12", ""),
            ("Noor", "1B", "2026-10-01", "2026-10-14"),
            ("Ebba", "1B", "2026-11-02", ""),
        }
        assert take_in(ekbacken) is None

    def test_who_is_removed_leaves_and_who_is_only_missing_stays(
        self, ekbacken: Ekbacken, service: Administration
    ) -> None:
        file = settings_file()
        file.write_text(SETTINGS.replace("external:elevnr", "id"), "utf-8")
        take_in(ekbacken)
        service.groups[0]["groupMemberships"].pop(0)
        assert take_in(ekbacken) is None
        service.deleted.append("Kim Berg")
        take_in(ekbacken)
        kim = db.session.scalars(sa.select(Pupil).filter_by(code=uid("Kim Berg"))).one()
        assert [one.ends_on for one in kim.enrolments] == [date(2026, 10, 14)]
        asked = [one for one in service.asked if "deletedEntities" in one][-1]
        (since,) = parse_qs(urlsplit(asked.removeprefix("GET ")).query)["after"]
        assert day_of(datetime.fromisoformat(since)) == date(2026, 10, 14)

    def test_tells_that_somebody_is_removed_where_it_cannot_know_whom(
        self, ekbacken: Ekbacken, service: Administration
    ) -> None:
        take_in(ekbacken)
        service.groups[0]["groupMemberships"].pop(0)
        service.deleted.append("Kim Berg")
        found = pulling.pull(ekbacken.municipality, patience=0)
        assert any("har tagit bort personer sedan förra hämtningen: 1." in note for note in found.notes)

    def test_lists_whom_the_answer_says_nothing_of_so_that_somebody_ends_them(
        self, ekbacken: Ekbacken, service: Administration, signed_in: SignIn
    ) -> None:
        take_in(ekbacken)
        client = signed_in(ekbacken.ada)
        service.groups[0]["groupMemberships"].clear()  # the whole class is gone from the answer, with Kim
        fields = {"municipality": str(ekbacken.municipality.id)}
        page = post(client, "/roster/pull", fields).text
        pulled = sa.select(Pupil.given_name, Pupil.id).where(Pupil.code.like("x-%"))
        kim, noor = (dict(db.session.execute(pulled).all())[name] for name in ("Kim", "Noor"))
        missing = page.partition("och klassen också, men går kvar")[2]
        assert f'<a href="/pupils/{kim}/roster">Kim Berg</a>' in missing
        assert f'"/pupils/{noor}/roster"' not in page
        assert post(client, f"/pupils/{kim}/end", {"end-last_day": "2026-10-14"}).status_code == 303
        assert f"/pupils/{kim}/roster" not in post(client, "/roster/pull", fields).text

    def test_who_is_marked_and_still_goes_by_the_name_is_told_every_time(
        self, ekbacken: Ekbacken, service: Administration
    ) -> None:
        take_in(ekbacken)
        service.persons[0]["securityMarking"] = "Sekretessmarkering"
        take_in(ekbacken)
        found = pulling.pull(ekbacken.municipality, patience=0)
        plan = pulling.plan_pulled(found.name, found.content, found.municipality_id)
        assert (plan.unchanged, len(plan.quarantined), len(plan.aside)) == (2, 0, 2)
        told = preview(plan, end_missing=False)
        assert "Satta i karantän förut: 2" in told
        assert [line for line in told if "skydda eleven i Lässpår" in line]
        assert (
            told[-1]
            == "Inget att ändra: allt som filen säger är redan infört, utom det som har satts i karantän."
        )

    def test_keeps_no_trace_of_who_is_marked_no_more(
        self, ekbacken: Ekbacken, service: Administration
    ) -> None:
        take_in(ekbacken)
        traces = sa.select(sa.func.count()).select_from(PulledMark)
        assert db.session.scalar(traces) == 1
        take_in(ekbacken)
        assert db.session.scalar(traces) == 1
        for person in service.persons:
            person["securityMarking"] = "Ingen"
        take_in(ekbacken)
        assert db.session.scalar(traces) == 0

    def test_asks_for_nobody_but_those_who_go_in_a_class(
        self, ekbacken: Ekbacken, service: Administration
    ) -> None:
        take_in(ekbacken)
        assert not any(one.startswith("GET /v2/persons") for one in service.asked)
        service.has_lookup = False
        assert take_in(ekbacken) is None

    def test_takes_in_schools_of_ours_by_every_word_for_them_and_tells_of_the_others(
        self, ekbacken: Ekbacken, service: Administration
    ) -> None:
        school, group = "Ekbackens skola", service.groups[0]
        at = {"enroledAt": service.persons[0]["enrolments"][0]["enroledAt"], "schoolYear": 1}
        for given, form in (("Alma", "GRAN"), ("Bo", "GRS"), ("Cia", "SP")):
            enrolment = {**at, "schoolType": form, "startDate": "2026-08-01"}
            service.pupil(f"{given} Ek", school, (group, "2026-08-18", None), enrolments=[enrolment])
        found = pulling.pull(ekbacken.municipality, patience=0)
        plan = pulling.plan_pulled(found.name, found.content, found.municipality_id)
        forms = {one.row.given_name: one.row.school_form for one in plan.new}
        assert (forms["Alma"], forms["Bo"]) == (SchoolForm.ANPASSAD, SchoolForm.ANPASSAD)
        assert "Cia" not in forms
        assert "Elever i andra skolformer, som inte läses in: SP 1." in found.notes

    def test_undone_leaves_nothing_and_may_be_fetched_again(
        self, ekbacken: Ekbacken, service: Administration
    ) -> None:
        taken_in = take_in(ekbacken)
        assert taken_in is not None
        roster_undoing.undo(taken_in, None)
        assert enrolments() == set()
        take_in(ekbacken)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(QuarantinedRow)) == 1

    @pytest.mark.parametrize("name", ["\ud800", "Kim\x00", 'K"im;\n1', "=1+1", "<b>", "a" * 101, "\u202eKim"])
    def test_a_name_is_data_whatever_it_is(
        self, ekbacken: Ekbacken, service: Administration, name: str
    ) -> None:
        service.persons[0]["givenName"] = name
        found = pulling.pull(ekbacken.municipality, patience=0)
        plan = pulling.plan_pulled(found.name, found.content, found.municipality_id)
        taken = [one.row.given_name for one in plan.new if one.row.family_name == "Berg"]
        assert plan.problems or taken == [" ".join(name.split())]

    def test_a_service_without_classes_changes_nothing(
        self, ekbacken: Ekbacken, service: Administration
    ) -> None:
        service.groups.clear()
        found = pulling.pull(ekbacken.municipality, patience=0)
        plan = pulling.plan_pulled(found.name, found.content, found.municipality_id)
        assert plan.problems or not plan.changes_something(end_missing=True)

    def test_a_fault_names_the_pupil_by_id(self, ekbacken: Ekbacken, service: Administration) -> None:
        service.persons[0]["enrolments"][0]["schoolYear"] = None
        found = pulling.pull(ekbacken.municipality, patience=0)
        [fault] = pulling.plan_pulled(found.name, found.content, found.municipality_id).problems
        assert (fault.column, fault.reason) == ("årskurs", "årskurs saknas (elev-id x-Kim)")


class TestOnThePage:
    def test_is_looked_over_like_a_file_and_confirmed(
        self, ekbacken: Ekbacken, service: Administration, signed_in: SignIn
    ) -> None:
        ada, fields = signed_in(ekbacken.ada), {"municipality": str(ekbacken.municipality.id)}
        page = post(ada, "/roster/pull", fields)
        assert "3 nya elever" in page.text
        assert "Liv" not in legible(page.text)
        token = re.search(r'name="upload" value="([^"]+)"', page.text)
        assert token
        assert post(ada, "/roster/import/confirm", {"upload": token[1]}).status_code == 303
        assert len(enrolments()) == 3
        told = ada.get("/roster/pull").text
        assert "4 elever, 1 med sekretessmarkering" in told
        assert SECRET not in told
        waiting = ada.get("/quarantine").text
        number = re.search(r"Nummer (\d+) i hämtningen", waiting)
        assert number
        assert f"Vad har hänt med nummer {number[1]}, Ekbackens skola?" in waiting
        again = post(ada, "/roster/pull", fields)
        assert "3 oförändrade, 1 satt i karantän förut." in again.text
        outcomes = sa.select(RosterPull.outcome).order_by(RosterPull.id)
        assert list(db.session.scalars(outcomes)) == [PullOutcome.TAKEN_IN, PullOutcome.NOTHING_NEW]

    def test_tells_why_it_could_not_be_fetched(
        self, ekbacken: Ekbacken, service: Administration, signed_in: SignIn
    ) -> None:
        service.busy = [(503, "60")]
        ada = signed_in(ekbacken.ada)
        refused = post(ada, "/roster/pull", {"municipality": str(ekbacken.municipality.id)})
        assert refused.status_code == 422
        assert "har för mycket att göra (503)" in refused.text
        assert "Kunde inte hämtas" in ada.get("/roster/pull").text
        other = {"municipality": str(ekbacken.other_municipality.id)}
        assert post(ada, "/roster/pull", other).status_code == 404


def test_the_command_tries_takes_in_and_writes_duties(
    ekbacken: Ekbacken, service: Administration, lasspar: Lasspar, tmp_path: Path
) -> None:
    tried = lasspar("roster", "pull", "--municipality", "Ekby", "--dry-run")
    assert "Nya elever: 3" in tried.stdout
    assert enrolments() == set()
    assert "Klasslistan är inläst." in lasspar("roster", "pull", "http://127.0.0.1/v2").stdout
    assert "Inget att ändra" in lasspar("roster", "pull").stdout
    file = tmp_path / "uppdrag.csv"
    lasspar("roster", "pull", "--duties", file)
    assert file.stat().st_mode & 0o777 == 0o600
    [line] = file.read_text("utf-8").splitlines()[1:]
    assert line.startswith('"astrid@edu.ekby.example";"Astrid Ask";"klasslärare";"Ekby";"10000001"')
    assert "1A" in lasspar("duty", "import", file, "--dry-run").stdout
    refused = lasspar("roster", "pull", "--municipality", "Tallby")
    assert (refused.exit_code, "har ingen anslutning" in refused.stderr) == (1, True)


@pytest.mark.long
@pytest.mark.both_databases
class TestOnBothDatabases(TestAPull, TestOnThePage):
    """The same where types are strict."""


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Nothing."""


@pytest.mark.long
def test_over_a_real_connection(
    ekbacken: Ekbacken, service: Administration, app: Flask, lasspar: Lasspar
) -> None:
    app.extensions[pulling.TRANSPORT] = None
    server = make_server("127.0.0.1", 0, service, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        file = settings_file()
        file.write_text(SETTINGS.replace("127.0.0.1", f"127.0.0.1:{server.server_port}"), "utf-8")
        service.busy = [(429, "1")]
        assert "Klasslistan är inläst." in lasspar("roster", "pull", "--municipality", "Ekby").stdout
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert len(enrolments()) == 3
