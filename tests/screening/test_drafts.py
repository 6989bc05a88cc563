"""Drafts: made from a version or a file, changed limit by limit, published once, with a history."""

import io
import tomllib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post, token_of
from reading_pages import text, texts

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.refusals import Refused
from screening.benchmarks import drafting
from screening.benchmarks.catalogue import benchmarks, from_content
from screening.benchmarks.differences import differences
from screening.benchmarks.drafting import Author
from screening.benchmarks.models import BenchmarkDraft, DraftChange
from screening.benchmarks.writing import as_toml, content_of
from screening.models import Adoption, BenchmarkSet

SignIn = Callable[[Any], FlaskClient]
WORDS = ("ord_per_minut", 2, "autumn")
LIMITS = {
    "near_from": "35", "goal_from": "55,5", "above_from": "90", "typical": "", "status": "N",
    "near_status": "P", "source": "En ny studie", "reason": "Studien kom i våras",
}  # fmt: skip


@pytest.fixture
def default(ekbacken: Ekbacken) -> BenchmarkSet:
    return db.session.scalars(sa.select(BenchmarkSet).filter_by(code="lasspar-bas-2026")).one()


@pytest.fixture
def draft(default: BenchmarkSet, ekbacken: Ekbacken) -> BenchmarkDraft:
    made = drafting.draft_from_set(default, ekbacken.cecilia.id)
    db.session.commit()
    return made


def said(one: BenchmarkSet) -> Any:
    return benchmarks({one.id}, measures())[one.id]


class TestADraft:
    def test_says_what_its_set_says_as_the_next_version(
        self, default: BenchmarkSet, draft: BenchmarkDraft
    ) -> None:
        assert drafting.content(draft)["set"]["version"] == "2"
        assert from_content(drafting.content(draft), measures()) == said(default)

    def test_is_a_file_that_can_be_taken_in_again(self, default: BenchmarkSet) -> None:
        again = tomllib.loads(as_toml(content_of(default)), parse_float=Decimal)
        assert from_content(again, measures()) == said(default)

    @pytest.mark.parametrize(
        ("version", "following"), [("1", "2"), ("2026-1", "2026-2"), ("2026b", "2026b-2"), ("9", "10")]
    )
    def test_has_the_first_free_version(self, default: BenchmarkSet, version: str, following: str) -> None:
        assert drafting.next_version("annan", version) == following

    def test_never_takes_a_version_there_is(self, default: BenchmarkSet) -> None:
        assert drafting.next_version(default.code, "0") == "2"

    def test_keeps_who_changed_which_limit_and_why(self, draft: BenchmarkDraft, ekbacken: Ekbacken) -> None:
        limits = {"goal_from": Decimal("55.5"), "status": "N", "near_status": "N", "source": "S"}
        assert drafting.change_limit(draft, WORDS, limits, Author(ekbacken.cecilia.id, 1, "Ny studie"))
        change = db.session.scalars(sa.select(DraftChange)).one()
        assert (change.measure, change.year, change.season, change.reason) == (*WORDS, "Ny studie")
        assert change.account_id == ekbacken.cecilia.id
        assert (change.before["goal_from"], change.after["goal_from"]) == ("35", "55.5")
        assert drafting.limit_at(drafting.content(draft), WORDS)["goal_from"] == Decimal("55.5")

    def test_the_same_limits_again_are_no_change(self, draft: BenchmarkDraft) -> None:
        there = drafting.limit_at(drafting.content(draft), WORDS)
        same = {key: value for key, value in there.items() if key not in ("measure", "year", "season")}
        assert not drafting.change_limit(draft, WORDS, same, Author(None, 1))
        assert db.session.scalars(sa.select(DraftChange)).all() == []

    def test_of_two_who_write_at_once_the_second_is_told(self, draft: BenchmarkDraft) -> None:
        limits = {"goal_from": Decimal(50), "status": "N"}
        drafting.change_limit(draft, WORDS, limits, Author(None, 1))
        with pytest.raises(Refused, match="Någon har ändrat utkastet"):
            drafting.change_limit(draft, WORDS, {**limits, "goal_from": Decimal(51)}, Author(None, 1))

    def test_is_always_whole(self, draft: BenchmarkDraft) -> None:
        with pytest.raises(Refused, match="”Rätt lästa ord per minut, text” årskurs 2 höst saknar gränser"):
            drafting.change_limit(draft, WORDS, None, Author(None, 1))
        backwards = {"near_from": Decimal(70), "goal_from": Decimal(60), "status": "N"}
        with pytest.raises(Refused, match="ska stiga mot målet"):
            drafting.change_limit(draft, WORDS, backwards, Author(None, 1))
        with pytest.raises(Refused, match="En gräns ligger utanför"):
            drafting.change_limit(draft, WORDS, {"goal_from": Decimal(9000), "status": "N"}, Author(None, 1))
        assert draft.version == 1

    def test_published_is_a_set_of_its_own_and_ends(
        self, draft: BenchmarkDraft, default: BenchmarkSet
    ) -> None:
        drafting.change_limit(draft, WORDS, {"goal_from": Decimal(50), "status": "N"}, Author(None, 1))
        made = drafting.publish_draft(draft, Author(None, 2))
        assert (made.code, made.version) == ("lasspar-bas-2026", "2")
        (changed,) = differences(said(default), said(made)).limits
        assert changed.place == WORDS
        assert db.session.scalars(sa.select(Adoption.benchmark_set_id)).all() == [default.id]
        with pytest.raises(Refused, match="redan utgivet"):
            drafting.change_facts(draft, {"name": "Ny"}, Author(None, 2))

    def test_under_a_version_that_is_out_already_is_refused(self, draft: BenchmarkDraft) -> None:
        drafting.change_facts(draft, {"version": "1", "name": "Ett annat namn"}, Author(None, 1))
        with pytest.raises(Refused, match="redan utgiven med annat innehåll"):
            drafting.publish_draft(draft, Author(None, 2))


def address(draft: BenchmarkDraft, rest: str = "") -> str:
    return f"/benchmarks/drafts/{draft.id}{rest}"


LIMIT = "/limits/ord_per_minut/2/autumn"


class TestThePages:
    @pytest.mark.parametrize("who", ["astrid", "birgitta", "rut", "ada", "teo"])
    def test_are_the_coordinators(
        self, draft: BenchmarkDraft, ekbacken: Ekbacken, signed_in: SignIn, who: str
    ) -> None:
        client = signed_in(getattr(ekbacken, who))
        places = ("", "/facts", "/limits/new", LIMIT, "/comparison", "/draft.toml")
        assert {client.get(address(draft, place)).status_code for place in places} == {403}
        assert post(client, address(draft, LIMIT), LIMITS).status_code == 403
        assert "Utkast" not in client.get("/benchmarks").text

    @pytest.mark.both_databases
    def test_lead_from_a_published_set_to_the_next_version(
        self, default: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        client = signed_in(ekbacken.cecilia)
        begun = post(client, f"/benchmarks/{default.id}/draft")
        saved = post(client, f"{begun.location}{LIMIT}", {**LIMITS, "seen": 1})
        assert (saved.status_code, saved.location) == (303, begun.location)
        page = client.get(begun.location).text
        row = text(page, "//div[contains(@aria-label, 'ändrats i utkastet')]//tbody/tr")
        assert "Cecilia Cypress" in row
        assert "Studien kom i våras" in row
        assert "mål 35" in row
        assert "mål 55,5" in row
        out = post(client, f"{begun.location}/publish", {"seen": 2})
        assert out.status_code == 303
        assert "Den bedömer ingenting förrän ni antar den." in client.get(out.location).text
        assert "Utkastet är avslutat" in client.get(begun.location).text
        actions = set(db.session.scalars(sa.select(AuditEntry.action)))
        assert {"benchmark_draft:begun", "benchmark_draft:changed", "benchmarks:published"} <= actions

    def test_keep_what_was_typed_when_it_is_wrong(
        self, draft: BenchmarkDraft, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        client = signed_in(ekbacken.cecilia)
        told = {**LIMITS, "goal_from": "femtio", "seen": 1}
        answer = post(client, address(draft, LIMIT), told)
        assert answer.status_code == 422
        assert "”femtio” är inget tal" in answer.text
        assert 'value="femtio"' in answer.text
        answer = post(client, address(draft, LIMIT), {**LIMITS, "near_from": "80", "seen": 1})
        assert (answer.status_code, "Gränserna" in answer.text) == (422, True)
        assert db.session.scalars(sa.select(DraftChange)).all() == []

    @pytest.mark.parametrize("told", ["NaN", "1e3", "Infinity", "1_0", "９", "12,3456", "-", "1" * 400])
    def test_take_only_plain_numbers(
        self, draft: BenchmarkDraft, ekbacken: Ekbacken, signed_in: SignIn, told: str
    ) -> None:
        fields = {**LIMITS, "goal_from": told, "seen": 1}
        assert post(signed_in(ekbacken.cecilia), address(draft, LIMIT), fields).status_code == 422

    def test_ask_once_what_a_changed_limit_rests_on(
        self, draft: BenchmarkDraft, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        """The source is printed where a signal stands: by a slip it would be the former number's."""
        client = signed_in(ekbacken.cecilia)
        before = drafting.limit_at(drafting.content(draft), WORDS)
        kept = {key: str(before[key]) for key in ("near_from", "status", "near_status", "source")}
        told = {**kept, "goal_from": "38", "typical": "", "above_from": "", "seen": 1}
        answer = post(client, address(draft, LIMIT), told)
        assert (answer.status_code, "Skriv vad den nya vilar på" in answer.text) == (422, True)
        assert texts(answer.text, "//label[@for='still_rests']") == ["Källan gäller också de ändrade talen"]
        assert post(client, address(draft, LIMIT), {**told, "still_rests": "y"}).status_code == 303
        only_typical = {**told, "typical": "50", "seen": 2}
        assert post(client, address(draft, LIMIT), only_typical).status_code == 303

    def test_show_no_limit_that_is_not_there(
        self, draft: BenchmarkDraft, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        client = signed_in(ekbacken.cecilia)
        for place in ("/limits/nej/2/autumn", "/limits/ord_per_minut/9/autumn", "/limits/ord_per_minut/2/nu"):
            assert client.get(address(draft, place)).status_code == 404
        assert client.get("/benchmarks/drafts/999").status_code == 404

    def test_add_a_limit_where_there_was_none(
        self, draft: BenchmarkDraft, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        client = signed_in(ekbacken.cecilia)
        new = {**LIMITS, "seen": 1, "measure": "ord_per_minut", "year": 5, "season": "winter"}
        assert post(client, address(draft, "/limits/new"), new).status_code == 303
        assert client.get(address(draft, "/limits/ord_per_minut/5/winter")).status_code == 200
        again = post(client, address(draft, "/limits/new"), {**new, "seen": 2})
        assert "Där finns redan en gräns." in again.text
        gone = post(client, address(draft, "/limits/ord_per_minut/5/winter/remove"), {"seen": 2})
        assert gone.status_code == 303
        assert client.get(address(draft, "/limits/ord_per_minut/5/winter")).status_code == 404

    def test_refuse_to_take_away_what_decides(
        self, draft: BenchmarkDraft, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        client = signed_in(ekbacken.cecilia)
        answer = post(client, address(draft, f"{LIMIT}/remove"), {"seen": 1})
        assert (answer.status_code, "saknar gränser" in answer.text) == (422, True)

    def test_change_the_facts_of_the_set(
        self, draft: BenchmarkDraft, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        client = signed_in(ekbacken.cecilia)
        facts = {
            "seen": 1, "name": "<b>Våra</b>", "version": "2027", "owner": "Ekby", "population": "Åk 1",
            "valid_from": "2027-08-01", "note": "Ny rad\r\nhär",
        }  # fmt: skip
        assert post(client, address(draft, "/facts"), facts).status_code == 303
        page = client.get(address(draft)).text
        assert "&lt;b&gt;Våra&lt;/b&gt;" in page
        assert "lasspar-bas-2026@2027" in page
        wrong = post(client, address(draft, "/facts"), {**facts, "seen": 2, "version": "a b"})
        assert (wrong.status_code, "version ska vara" in wrong.text or "version:" in wrong.text) == (
            422,
            True,
        )

    def test_take_a_file_in(self, default: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        client = signed_in(ekbacken.cecilia)
        file = client.get(f"/benchmarks/{default.id}/set.toml")
        assert file.headers["Content-Disposition"] == 'attachment; filename="lasspar-bas-2026-1.toml"'
        begun = self.send(client, file.data.replace(b'version = "1"', b'version = "3"'))
        assert begun.status_code == 303
        again = client.get(f"{begun.location}/draft.toml")
        assert b'version = "3"' in again.data

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"\xff\xfe", "inte sparad som UTF-8"),
            (b"[set", "inte giltig TOML"),
            (b"", "Avsnittet [set] saknas."),
            (b"x" * 400_001, "för stor"),
        ],
    )
    def test_say_what_is_wrong_with_a_file(
        self, ekbacken: Ekbacken, signed_in: SignIn, content: bytes, why: str
    ) -> None:
        answer = self.send(signed_in(ekbacken.cecilia), content)
        assert answer.status_code == 422
        assert why in answer.text
        assert db.session.scalars(sa.select(BenchmarkDraft)).all() == []

    def send(self, client: FlaskClient, content: bytes) -> Any:
        fields = {"csrf_token": token_of(client), "file": (io.BytesIO(content), "våra.toml")}
        return client.post("/benchmarks/drafts/file", data=fields, content_type="multipart/form-data")

    def test_lay_a_draft_aside(self, draft: BenchmarkDraft, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        client = signed_in(ekbacken.cecilia)
        assert "Lässpår bas 2026" in text(
            client.get("/benchmarks").text, "//div[starts-with(@aria-label, 'Utkast')]"
        )
        assert post(client, address(draft, "/lay-aside"), {"seen": 1}).status_code == 303
        assert "Inga utkast." in client.get("/benchmarks").text
        assert post(client, address(draft, "/publish"), {"seen": 1}).status_code == 422

    def test_link_each_limit_to_its_form(
        self, draft: BenchmarkDraft, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        page = signed_in(ekbacken.cecilia).get(address(draft)).text
        links = texts(page, "//a[starts-with(@aria-label, 'Ändra ')]")
        said = drafting.content(draft)
        assert len(links) == len(said["cut"]) + len(said["window"])
