"""What decides a level in a draft, and its weighted sums: changed on pages, whole and traced like limits."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from posting import post
from reading_pages import text, texts

from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.refusals import Refused
from screening.benchmarks import drafting, plan_drafting
from screening.benchmarks.catalogue import from_content
from screening.benchmarks.drafting import Author, content
from screening.benchmarks.models import BenchmarkDraft, DraftChange
from screening.benchmarks.plan_words import group_lines, groups_of, number_of, weight_lines, weights_of
from screening.models import BenchmarkSet

SignIn = Callable[[Any], FlaskClient]
PLAN = {
    "composite": "", "decides": "ord_per_minut eller legilexi_avkodning\nLäsförståelse, normerat test",
    "also": "avstamning_b", "expected": "Rätt lästa ord per minut, text\nlasforstaelse_stanine",
    "reason": "Vi ger inte stanine i avkodning",
}  # fmt: skip
SUM = {
    "code": "lasindex", "year": 2, "season": "autumn", "mean": "30", "sd": "4", "scale": "10",
    "weights": "Rätt lästa ord per minut, text: 2,5\nBokstavsljud: −0,5 / 2", "constant": "400",
    "near_from": "380", "goal_from": "400", "above_from": "", "typical": "", "status": "N",
    "near_status": "P", "source": "En studie", "reason": "Prövas",
}  # fmt: skip


@pytest.fixture
def draft(ekbacken: Ekbacken) -> BenchmarkDraft:
    made = drafting.draft_from_set(db.session.scalars(sa.select(BenchmarkSet)).one(), None)
    db.session.commit()
    return made


@pytest.fixture
def send(draft: BenchmarkDraft, ekbacken: Ekbacken, signed_in: SignIn) -> Callable[..., Any]:
    client = signed_in(ekbacken.cecilia)

    def send(place: str, fields: dict[str, Any], seen: int | None = None) -> Any:
        version = draft.version if seen is None else seen
        return post(client, f"/benchmarks/drafts/{draft.id}{place}", {**fields, "seen": version})

    return send


def page(draft: BenchmarkDraft, ekbacken: Ekbacken, signed_in: SignIn, rest: str = "") -> str:
    return signed_in(ekbacken.cecilia).get(f"/benchmarks/drafts/{draft.id}{rest}").text


HISTORY = "//div[contains(@aria-label, 'ändrats i utkastet')]//tbody/tr"


class TestWhatDecides:
    def test_is_changed_by_names_or_codes_and_kept_with_who_and_why(
        self, draft: BenchmarkDraft, send: Callable[..., Any], ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        assert send("/plans/2/autumn", PLAN).status_code == 303
        plan = plan_drafting.plan_at(content(draft), (2, "autumn"))
        assert plan == {
            "year": 2, "season": "autumn", "also": [["avstamning_b"]],
            "decides": [["ord_per_minut", "legilexi_avkodning"], ["lasforstaelse_stanine"]],
            "expected": ["ord_per_minut", "lasforstaelse_stanine"],
        }  # fmt: skip
        told = text(page(draft, ekbacken, signed_in), HISTORY)
        for words in (
            "Cecilia Cypress", "Vad som avgör nivån, åk 2 höst", "Vi ger inte stanine i avkodning",
            "räknas när det finns ”Avstämning B", "förväntas ”Rätt lästa ord per minut, text”",
        ):  # fmt: skip
            assert words in told

    def test_the_same_again_is_no_change(self, draft: BenchmarkDraft, send: Callable[..., Any]) -> None:
        send("/plans/2/autumn", PLAN)
        assert send("/plans/2/autumn", PLAN).status_code == 303
        assert len(db.session.scalars(sa.select(DraftChange)).all()) == 1

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"decides": "Rätt lästa ord per minut, tex"}, "Menade du Rätt lästa ord per minut, text?"),
            ({"decides": ""}, "Ange antingen composite eller decides."),
            ({"decides": "avstamning_c"}, "årskurs 2 höst saknar gränser"),
            ({"composite": "lasindex"}, "Något behöver rättas"),
            ({"seen": 0}, "Någon har ändrat utkastet"),
        ],
    )
    def test_that_would_not_hold_is_refused_and_stays_on_the_page(
        self, draft: BenchmarkDraft, send: Callable[..., Any], changed: dict[str, Any], why: str
    ) -> None:
        answer = send("/plans/2/autumn", {**PLAN, **changed}, changed.get("seen"))
        assert (answer.status_code, why in answer.text) == (422, True)
        assert "Vi ger inte stanine i avkodning" in answer.text
        assert db.session.scalars(sa.select(DraftChange)).all() == []

    def test_can_be_put_in_where_a_year_was_not_and_taken_away_again(
        self, draft: BenchmarkDraft, send: Callable[..., Any], ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        assert plan_drafting.plan_at(content(draft), (9, "winter")) is None
        new = {**PLAN, "decides": "ord_per_minut", "also": "", "expected": "", "year": 9, "season": "winter"}
        assert "saknar gränser" in send("/plans/new", new).text
        limits = {"goal_from": Decimal(90), "status": "P"}
        drafting.change_limit(draft, ("ord_per_minut", 9, "winter"), limits, Author(None, 1))
        db.session.commit()
        assert send("/plans/new", new).status_code == 303
        assert "Årskursen är redan med i perioden." in send("/plans/new", new).text
        assert "Mått med gränser i åk 9 vinter: Rätt lästa ord" in page(
            draft, ekbacken, signed_in, "/plans/9/winter"
        )
        assert send("/plans/9/winter/remove", {}).status_code == 303
        assert plan_drafting.plan_at(content(draft), (9, "winter")) is None
        assert "borttagen" in texts(page(draft, ekbacken, signed_in), HISTORY)[0]


class TestAWeightedSum:
    def test_is_added_with_its_limits_decides_and_goes(
        self, draft: BenchmarkDraft, send: Callable[..., Any], ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        assert send("/composites/new", SUM).status_code == 303
        assert "redan ett sammanvägt resultat" in send("/composites/new", SUM).text
        assert send("/plans/2/autumn", {**PLAN, "composite": "lasindex", "expected": ""}).status_code == 303
        said = from_content(content(draft), measures())
        plan = said.composites["lasindex", 2, "autumn"]
        assert plan.weights == {"ord_per_minut": Decimal("2.5"), "bokstavsljud": Decimal("-0.5")}
        assert (plan.divide, plan.scale) == ({"bokstavsljud": Decimal(2)}, Decimal(10))
        assert said.plan(2, "autumn").composite == "lasindex"
        shown = page(draft, ekbacken, signed_in)
        assert "Rätt lästa ord per minut, text: 2.5".replace(".", ",") in shown
        assert "Sammanvägt resultat lasindex, åk 2 höst" in texts(shown, HISTORY)[1]
        still = send("/composites/lasindex/2/autumn/remove", {})
        assert (still.status_code, "lasindex saknar [[composite]]" in still.text) == (422, True)
        send("/plans/2/autumn", PLAN)
        assert send("/composites/lasindex/2/autumn/remove", {}).status_code == 303
        assert drafting.limit_at(content(draft), ("lasindex", 2, "autumn")) is None

    def test_is_changed_number_by_number(self, draft: BenchmarkDraft, send: Callable[..., Any]) -> None:
        send("/composites/new", SUM)
        assert send("/composites/lasindex/2/autumn", {**SUM, "sd": "4,25"}).status_code == 303
        place = ("lasindex", 2, "autumn")
        assert plan_drafting.composite_at(content(draft), place)["sd"] == Decimal("4.25")

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"weights": "Bokstavsljud 2"}, "Skriv ”mått: vikt”."),
            ({"weights": "Bokstavsljud: två"}, "”två” är inget tal"),
            ({"weights": "Bokstavsljud: 1\nbokstavsljud: 2"}, "Bokstavsljud står två gånger."),
            ({"weights": "Bokstavsljud: 1 / 0"}, "Det går inte att dividera med 0."),
            ({"weights": ""}, "weights: ska vara tal per mått"),
            ({"sd": "0"}, "sd ska vara större än 0."),
            ({"sd": "NaN"}, "”NaN” är inget tal"),
            ({"code": "ord_per_minut"}, "är redan namnet på ett mått"),
            ({"near_from": "", "goal_from": ""}, "behöver en gräns för nära målet eller målet"),
        ],
    )
    def test_that_would_not_hold_is_refused(
        self, draft: BenchmarkDraft, send: Callable[..., Any], changed: dict[str, Any], why: str
    ) -> None:
        answer = send("/composites/new", {**SUM, **changed})
        assert (answer.status_code, why in answer.text) == (422, True)
        assert db.session.scalars(sa.select(DraftChange)).all() == []


def test_what_is_not_there_has_no_page(
    draft: BenchmarkDraft, ekbacken: Ekbacken, signed_in: SignIn, send: Callable[..., Any]
) -> None:
    client = signed_in(ekbacken.cecilia)
    for place in ("/plans/9/winter", "/composites/nej/2/autumn"):
        assert client.get(f"/benchmarks/drafts/{draft.id}{place}").status_code == 404
        assert send(place, {**PLAN, **SUM}).status_code == 404
        assert send(f"{place}/remove", {}).status_code == 404


def test_an_ended_draft_is_not_changed(draft: BenchmarkDraft) -> None:
    drafting.lay_aside(draft, Author(None, 1))
    with pytest.raises(Refused, match="redan utgivet eller lagt undan"):
        plan_drafting.change_plan(draft, (2, "autumn"), None, Author(None, 1))


@given(st.data())
def test_what_is_written_is_read_again(data: st.DataObject) -> None:
    names = ("Ord per minut, text", "Bokstavsljud", "Läsförståelse: del 1")
    known: Any = {f"m_{place}": SimpleNamespace(name=name) for place, name in enumerate(names)}
    code = st.sampled_from(sorted(known))
    groups = data.draw(st.lists(st.lists(code, min_size=1, max_size=4), max_size=4))
    assert groups_of(group_lines(groups, known), known) == groups
    number = st.decimals(-9999, 9999, places=2).filter(lambda one: one == one + 0)
    weights = data.draw(st.dictionaries(code, number, max_size=5))
    divide = {one: data.draw(number) for one in weights if data.draw(st.booleans())}
    assert weights_of(weight_lines(weights, divide, known), known) == (weights, divide)


@pytest.mark.parametrize("told", ["", "1e3", "1_0", "Infinity", "１", "1,2345678", "1 2"])
def test_only_plain_numbers_are_weights(told: str) -> None:
    with pytest.raises(ValueError, match="är inget tal"):
        number_of(told)
