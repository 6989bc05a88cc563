"""Benchmark sets on pages: every limit with its source, and adopting with the eyes open."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, text, texts
from scoring import class_2b, counted_queries, flag

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.jobs.running import work_off
from screening.benchmarks.files import import_set
from screening.models import Adoption, BenchmarkSet, Judgement

SignIn = Callable[[Any], FlaskClient]

STRICT = """
[set]
code = "strang"
name = "Sträng <b>uppsättning</b>"
version = "1"
owner = "Ekby"
language = "sv"
population = "Årskurs 2"
valid_from = 2026-08-01
note = "Prövas."

[[window]]
year = 2
season = "autumn"
decides = [["ord_per_minut"]]
also = [["avstamning_a"]]
expected = ["ord_per_minut"]

[[cut]]
measure = "ord_per_minut"
year = 2
season = "autumn"
near_from = 80
goal_from = 100
above_from = 120
typical = 90.5
status = "N"
near_status = "P"
source = "En påhittad norm"

[[cut]]
measure = "avstamning_a"
year = 2
season = "autumn"
goal_from = 2
status = "G"
source = "Bedömningsstödet"
"""


@pytest.fixture
def strict(ekbacken: Ekbacken, tmp_path: Path) -> BenchmarkSet:
    """A set that nobody has adopted, with a goal hardly anyone reaches."""
    file = tmp_path / "strang.toml"
    file.write_text(STRICT, encoding="utf-8")
    found = import_set(file).benchmark_set
    db.session.commit()
    return found


@pytest.fixture
def default(ekbacken: Ekbacken) -> BenchmarkSet:
    return db.session.scalars(sa.select(BenchmarkSet).filter_by(code="lasspar-bas-2026")).one()


class TestTheList:
    @pytest.mark.parametrize("who", ["astrid", "birgitta", "rut", "ada", "cecilia", "teo"])
    def test_is_open_to_everyone_who_works_here(
        self, default: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn, who: str
    ) -> None:
        page = signed_in(getattr(ekbacken, who)).get("/benchmarks").text
        assert "Lässpår bas 2026" in text(page, "//div[@aria-label='Uppsättningar']//tbody")
        assert "Hösten 2026/27" in text(page, "//div[@aria-label='Uppsättningar']//tbody")

    def test_says_what_is_adopted_and_what_is_not(
        self, strict: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        page = signed_in(ekbacken.cecilia).get("/benchmarks").text
        rows = texts(page, "//div[@aria-label='Uppsättningar']//tbody/tr")
        assert ["2026-08-01" in rows[0], "inte antagen" in rows[1]] == [True, True]

    def test_needs_somebody_signed_in(self, ekbacken: Ekbacken, app: Any) -> None:
        assert app.test_client().get("/benchmarks").status_code in (302, 303)


class TestASet:
    def test_says_every_limit_with_status_and_source(
        self, strict: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        page = signed_in(ekbacken.astrid).get(f"/benchmarks/{strict.id}").text
        row = text(page, "//div[@aria-label='Gränser för Rätt lästa ord per minut, text']//tbody/tr")
        assert row == "åk 2 höst 80 100 120 90,5 Publicerad norm; nära målet: eget förslag 1"
        assert "En påhittad norm" in page
        assert sentence(page) == "1 av 4 gränser är egna förslag. De ger som mest en ny avstämning."

    def test_shows_words_where_the_measure_has_words(
        self, strict: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        page = signed_in(ekbacken.astrid).get(f"/benchmarks/{strict.id}").text
        label = "Gränser för Avstämning A (Skolverkets bedömningsstöd)"
        assert "– Nådd –" in text(page, f"//div[@aria-label='{label}']//tbody/tr")

    def test_says_what_decides_the_level(
        self, strict: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        page = signed_in(ekbacken.astrid).get(f"/benchmarks/{strict.id}").text
        row = text(page, "//div[@aria-label='Per årskurs och period']//tbody/tr")
        assert row.startswith("åk 2 höst Rätt lästa ord per minut, text Avstämning A")

    def test_tells_when_it_was_adopted_and_by_whom(
        self, default: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        page = signed_in(ekbacken.astrid).get(f"/benchmarks/{default.id}").text
        assert "2026-08-01" in text(page, "//div[@aria-label='När uppsättningen antogs']//tbody")
        assert "kommandoraden" in text(page, "//div[@aria-label='När uppsättningen antogs']//tbody")

    def test_never_adopted_says_so(self, strict: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        page = signed_in(ekbacken.astrid).get(f"/benchmarks/{strict.id}").text
        assert "Den går att läsa men bedömer ingenting." in page
        assert "<b>uppsättning" not in page

    def test_that_is_not_there_is_not_found(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        client = signed_in(ekbacken.astrid)
        assert client.get("/benchmarks/999").status_code == 404
        assert client.get(f"/benchmarks/{2**63}").status_code == 404

    def test_costs_the_same_however_long_it_is(
        self, strict: BenchmarkSet, default: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        client, asked = signed_in(ekbacken.astrid), []
        for one in (strict.id, default.id):
            with counted_queries() as statements:
                client.get(f"/benchmarks/{one}")
            asked.append(len(statements))
        assert asked[0] == asked[1]


class TestAdopting:
    @pytest.mark.parametrize("who", ["astrid", "birgitta", "rut", "ada", "teo"])
    def test_is_the_coordinators(
        self, strict: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn, who: str
    ) -> None:
        client = signed_in(getattr(ekbacken, who))
        assert "Pröva och anta" not in client.get(f"/benchmarks/{strict.id}").text
        assert client.get(f"/benchmarks/{strict.id}/adoption").status_code == 403
        answer = post(client, f"/benchmarks/{strict.id}/adoption", {"valid_from": "2026-08-01"})
        assert answer.status_code == 403
        assert len(db.session.scalars(sa.select(Adoption)).all()) == 1

    def test_shows_how_many_it_would_signal_first(
        self, strict: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        class_2b(ekbacken, [40, 60, 110, 130] * 5)
        before = db.session.scalars(sa.select(Judgement.benchmark_set_id).distinct()).all()
        client, address = signed_in(ekbacken.cecilia), f"/benchmarks/{strict.id}/adoption"
        assert "Anta uppsättningen" not in client.get(address).text
        assert post(client, f"{address}/trial").status_code == 303
        page = client.get(address).text
        assert texts(page, "//tbody/tr") == ["Hösten 2026/27 20 10 50 %"]
        assert "Anta uppsättningen" in page
        assert "Mer än 30 % av eleverna skulle få en signal" in page
        assert db.session.scalars(sa.select(Judgement.benchmark_set_id).distinct()).all() == before

    def test_asks_why_above_thirty_percent(
        self, strict: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        class_2b(ekbacken, [40, 60, 110, 130] * 5)
        client = signed_in(ekbacken.cecilia)
        fields = {"valid_from": "2026-08-15", "reason": " "}
        answer = post(client, f"/benchmarks/{strict.id}/adoption", fields)
        assert answer.status_code == 422
        assert "Skriv varför ni antar den ändå." in answer.text
        assert len(db.session.scalars(sa.select(Adoption)).all()) == 1

    @pytest.mark.both_databases
    def test_judges_everyone_anew_and_leaves_a_trace(
        self, strict: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        _, pupils = class_2b(ekbacken, [60, 130])
        assert flag(pupils[0]) is None
        client = signed_in(ekbacken.cecilia)
        fields = {"valid_from": "2026-08-15", "reason": "Ny norm."}
        answer = post(client, f"/benchmarks/{strict.id}/adoption", fields)
        assert (answer.status_code, answer.location) == (303, f"/benchmarks/{strict.id}")
        assert "Omräkningen väntar: 0 av 2 skolor." in client.get(f"/benchmarks/{strict.id}").text
        assert flag(pupils[0]) is None
        assert work_off("a worker") == 2
        assert flag(pupils[0]).kind == "near_goal"  # near_from is a proposal: never under the goal by it
        adoption = db.session.scalars(sa.select(Adoption).order_by(Adoption.id.desc())).first()
        assert (adoption.valid_from, adoption.reason) == (date(2026, 8, 15), "Ny norm.")
        assert db.session.scalars(sa.select(AuditEntry).filter_by(action="benchmarks:adopted")).one()
        assert "Ny norm." in client.get(f"/benchmarks/{strict.id}").text
        assert "Cecilia Cypress" in client.get(f"/benchmarks/{strict.id}").text

    def test_again_from_the_same_day_changes_nothing(
        self, default: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        client = signed_in(ekbacken.cecilia)
        post(client, f"/benchmarks/{default.id}/adoption", {"valid_from": "2026-08-01"})
        assert "var redan antagen från den dagen" in client.get(f"/benchmarks/{default.id}").text
        assert len(db.session.scalars(sa.select(Adoption)).all()) == 1

    @pytest.mark.parametrize("told", ["", "igår", "2026-13-01", "0000-01-01"])
    def test_needs_a_date(
        self, strict: BenchmarkSet, ekbacken: Ekbacken, signed_in: SignIn, told: str
    ) -> None:
        client = signed_in(ekbacken.cecilia)
        answer = post(client, f"/benchmarks/{strict.id}/adoption", {"valid_from": told})
        assert answer.status_code == 422
        assert len(db.session.scalars(sa.select(Adoption)).all()) == 1
