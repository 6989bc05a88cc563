"""The rules of the score sheet in the browser, held against the same rules on the server."""

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from assessments.cells import read_cell, written
from assessments.instruments.catalogue import Measure
from assessments.models import ABSENCE_LETTERS, ABSENCE_WORDS, Absence
from assessments.recording import refusal
from assessments.sheet_json import number
from screening.levels import Level, Limits, thousandths

pytestmark = pytest.mark.long

Run = Callable[..., Any]
STATIC = Path(__file__).parents[2] / "static"
CODES = [
    {"letter": letter, "absence": code.value, "word": ABSENCE_WORDS[code]}
    for code, letter in ABSENCE_LETTERS.items()
]
ODD = [
    "", " ", "\u00a0", "\ufeff", "\x1c7", "7\x85", "0", "-0", "−0", "−3", "+5", "007", "12", "12,5",
    "12.5", "12,50", "12,500b", "12 b", "12B", "12bb", "b", "B", "b12", "1e3", "1_0", "１２", "١٢", "NaN",
    "Infinity", "true", "12,5,0", "12,", ",5", ".5", "1 2", "1\t2", "12\n", "\n12", "=1+1", "<b>12</b>",
    "9" * 9, "9" * 10, "9" * 40, "-" + "9" * 12, "0,123", "0,1234", "0,1230000", "0,0000000001",
    "0,100000000", "f",
    "F", " f ", "ff", "ſ", "K", "ﬀ", "frånvarande", "FRÅNVARANDE", "Kan  inte\tgenomföras ännu",
    "fra\u030anvarande", "annat språk", "ej nådd", "EJ NÅDD", "Ej  nådd", "delvis", "nadd", "ı", "İ",
    "ß", "straße", "STRASSE", "x" * 20, "x" * 21, "🙂" * 25, "\ud83d", "null", "undefined", "__proto__",
    "2", "250", "251", "12,25", "100b", "3b",
]  # fmt: skip


def measure(**more: Any) -> Measure:
    told: dict[str, Any] = {
        "code": "lasta_ord", "name": "Lästa ord", "unit": "ord/min", "minimum": Decimal(0),
        "maximum": Decimal(250), "step": Decimal(1), "higher_is_better": True, "area": "fluency",
        "years": (1, 2, 3), "how": "",
    }  # fmt: skip
    return Measure(**{**told, **more})


MEASURES = [
    measure(),
    measure(maximum=Decimal(2), labels=("Ej nådd", "Delvis", "Nådd")),
    measure(minimum=Decimal(1), maximum=Decimal(3), labels=("Straße", "Sällan", "ſpår")),
    measure(minimum=Decimal("-5.5"), maximum=Decimal("20.25"), step=Decimal("0.25")),
    measure(minimum=Decimal("0.5"), maximum=Decimal(100), step=Decimal("0.001"), higher_is_better=False),
]


def as_json(one: Measure, **more: Any) -> dict[str, Any]:
    """What the sheet's JSON says of a measure."""
    edges = {name: number(getattr(one, name)) for name in ("minimum", "maximum", "step")}
    better = {"higher_is_better": one.higher_is_better}
    return {"code": one.code, "name": one.name, "labels": list(one.labels), **edges, **better, **more}


@pytest.fixture(scope="module")
def empty_page(browser: Browser) -> Iterator[Page]:
    """A page of our own whose modules come from the folder: rules need no server."""

    def from_the_folder(route: Route) -> None:
        file = STATIC / urlsplit(route.request.url).path.removeprefix("/static/")
        known = file.suffix == ".js" and file.is_file()
        kind = "text/javascript" if known else "text/html"
        route.fulfill(body=file.read_text("utf-8") if known else "<!doctype html>", content_type=kind)

    page = browser.new_page()
    page.route("**/*", from_the_folder)
    page.goto("http://127.0.0.1/")
    yield page
    page.close()


@pytest.fixture
def run(empty_page: Page) -> Run:
    """Run JavaScript with the sheet's modules at hand: ``run("return m.cells.fold(told)", "Å")``."""
    names = (
        "cells", "completion", "levels", "moves", "names", "numbers", "pasting", "tables", "undo", "unusual",
        "words",
    )  # fmt: skip

    def in_page(body: str, told: Any = None) -> Any:
        whole = f"""async ([names, told]) => {{
            const found = await Promise.all(names.map((name) => import(`/static/sheet/${{name}}.js`)));
            const m = Object.fromEntries(names.map((name, place) => [name, found[place]]));
            {body}
        }}"""
        return empty_page.evaluate(whole, [names, told])

    return in_page


def random_texts(count: int) -> list[str]:
    """Texts of the signs that mean something in a cell, and of some that do not."""
    chance = random.Random(2026)
    signs = "0123456789012345678901234567890123456789,.,.-−bB  \u00a0fausko" + "ädnlviejNÅsS+e_٣x"
    return ["".join(chance.choices(signs, k=chance.randint(1, 7))) for _ in range(count)]


def as_the_server_reads(text: str, one: Measure) -> dict[str, Any]:
    told = read_cell(text, one)
    reason = told.reason or refusal(one, told.points)
    if reason:
        return {"points": None, "absence": None, "broken": False, "reason": reason, "written": None}
    return {
        "points": None if told.points is None else thousandths(told.points),
        "absence": told.absence.value if told.absence else None,
        "broken": told.is_discontinued,
        "reason": None,
        "written": written(one, told.points, told.absence, told.is_discontinued),
    }


def test_the_browser_reads_a_cell_as_the_server_does(run: Run) -> None:
    texts = ODD + random_texts(700)
    found = run(
        """return told.measures.map((measure) => told.texts.map((text) => {
            const reading = m.cells.read(text, measure, told.codes);
            const written = reading.reason ? null : m.cells.written(measure, reading, told.codes);
            return {...reading, written};
        }));""",
        {"measures": [as_json(one) for one in MEASURES], "texts": texts, "codes": CODES},
    )
    for one, readings in zip(MEASURES, found, strict=True):
        for text, reading in zip(texts, readings, strict=True):
            assert reading == as_the_server_reads(text, one), (text, one.labels, one.step)
    read = [reading["reason"] is None for readings in found for reading in readings]
    assert 500 < sum(read) < len(read) - 500  # both sides were tried


def random_limits(chance: random.Random) -> Limits:
    edges = [Decimal(chance.randint(-40, 400)) / 10 if chance.random() < 0.7 else None for _ in range(3)]
    if edges[0] is None and edges[1] is None:
        edges[chance.randint(0, 1)] = Decimal(chance.randint(0, 30))
    return Limits(*edges, higher_is_better=chance.random() < 0.6)


def test_the_browser_gives_the_level_the_server_gives(run: Run) -> None:
    chance = random.Random(47)
    limits = [random_limits(chance) for _ in range(600)]
    cases, expected = [], []
    for one in limits:
        edges = {name: number(getattr(one, name)) for name in ("near_from", "goal_from", "above_from")}
        on_the_edge = [edge for edge in (one.near_from, one.goal_from, one.above_from) if edge is not None]
        points = [*on_the_edge, *(edge - Decimal("0.001") for edge in on_the_edge)]
        points += [Decimal(chance.randint(-60, 420)) / 10]
        cases.append([edges, one.higher_is_better, [thousandths(point) for point in points]])
        expected.append([one.level(point).value for point in points])
    found = run(
        """const level = (one, limits, higher) => m.levels.levelOf(one, limits, higher);
        return told.map(([limits, higher, points]) => points.map((one) => level(one, limits, higher)));""",
        cases,
    )
    assert found == expected
    assert {level for levels in expected for level in levels} == set(Level) - {Level.NOT_DETERMINED}


def test_without_limits_there_is_no_level_and_k_is_the_worst_there_is(run: Run) -> None:
    more = {"limits": {"1": {"near_from": "10", "goal_from": "20", "above_from": None}}}
    found = run(
        """return told.map((measure) => [
            m.levels.levelOfReading({points: 15000, absence: null}, measure, 1),
            m.levels.levelOfReading({points: 15000, absence: null}, measure, 2),
            m.levels.levelOfReading({points: null, absence: "not_yet_able"}, measure, 1),
            m.levels.levelOfReading({points: null, absence: "absent"}, measure, 1),
        ]);""",
        [as_json(measure(), **more), as_json(measure(higher_is_better=False), **more)],
    )
    assert found[0] == ["near_goal", None, "below_goal", None]
    assert found[1] == ["at_goal", None, "below_goal", None]
    assert Absence.NOT_YET_ABLE.value == "not_yet_able"


def test_500_steps_can_be_undone_and_done_again_and_a_paste_is_one(run: Run) -> None:
    found = run(
        """const history = new m.undo.History();
        const step = (n) => [{row: n, column: 0, before: n, after: n + 1}];
        for (let n = 0; n < 600; n += 1) history.push(step(n));
        const undone = []; let one;
        while ((one = history.undo())) undone.push(one[0].after);
        const again = history.redo()[0].after;
        history.push([{row: 1, before: 1, after: 2}, {row: 2, before: 3, after: 4}]);
        const paste = history.undo();
        const redo = history.redo().length;
        return {count: undone.length, last: undone[0], again, paste, redo, more: history.redo()};"""
    )
    assert found["count"] == 500
    assert found["last"] == 599
    assert found["again"] == 101
    assert [(one["row"], one["after"]) for one in found["paste"]] == [(2, 3), (1, 1)]
    assert (found["redo"], found["more"]) == (2, None)


def test_the_focus_steps_over_what_is_closed(run: Run) -> None:
    found = run(
        """const isOpen = (row, column) => !(row === 1 && column === 0) && !(row === 2 && column === 2);
        const moves = new m.moves.Moves(3, 3, isOpen);
        const at = (row, column) => ({row, column});
        const short = (place) => place && `${place.row}${place.column}`;
        return [
            moves.first(), moves.last(), moves.step(at(0, 0), 1, 0), moves.step(at(0, 0), -1, 0),
            moves.enter(at(0, 0), false, false), moves.enter(at(2, 0), false, false),
            moves.enter(at(1, 2), false, false), moves.enter(at(0, 2), true, false),
            moves.enter(at(2, 0), false, true), moves.tab(at(0, 2), false), moves.tab(at(2, 1), false),
            moves.tab(at(0, 0), true), moves.rowEnd(at(1, 2), false), moves.rowEnd(at(2, 0), true),
            moves.page(at(0, 1), 9), moves.page(at(2, 0), -9), moves.page(at(0, 2), 2),
        ].map(short);"""
    )
    assert found == [
        "00", "21", "20", "00", "20", "01", "12", "11", "00", "11", None, None, "11", "21", "21", "00", "12",
    ]  # fmt: skip


def test_values_worth_a_second_look(run: Run) -> None:
    found = run(
        """const [words, less, labels] = told;
        const why = m.unusual.whyUnusual;
        const usual = [20, 22, 24, 26, 28].map((one) => one * 1000);
        return [
            why(29000, 50000, [], words, "våren"), why(30000, 50000, [], words), why(80000, 20000, [], words),
            why(29000, 20000, [], less, "vintern"), why(28000, 20000, [], less), why(0, 2000, [], labels),
            why(null, 9000, [], words), why(73000, null, usual, words), why(72000, null, usual, words),
            why(73000, null, usual.slice(1), words),
            why(5000, null, [0, 0, 0, 0, 0], words),
        ];""",
        [as_json(measure()), as_json(measure(higher_is_better=False)), as_json(MEASURES[1])],
    )
    assert found == [
        "29 mot 50 våren", None, None, "29 mot 20 vintern", None, None, None,
        "73 är mer än tre gånger klassens median, 24", None, None, None,
    ]  # fmt: skip


def test_blocks_from_spreadsheets_come_in_and_go_out_whole(run: Run) -> None:
    tables = {
        "Namn\tLUS\r\nKim\t12,5\r\n": [["Namn", "LUS"], ["Kim", "12,5"]],
        'a "b"\t"två\nrader"\t"citat ""x"""\n': [['a "b"', "två\nrader", 'citat "x"']],
        "12": [["12"]],
        "12,5\n13": [["12,5"], ["13"]],
        "Namn;LUS\nKim;12,5": [["Namn", "LUS"], ["Kim", "12,5"]],
        "a\n\n\n": [["a"]],
        "1\t2\n3": [["1", "2"], ["3", ""]],
        "\ufeffx\ty": [["x", "y"]],
        "": [],
    }
    assert run("return told.map((text) => m.tables.parseTable(text));", list(tables)) == list(tables.values())
    out = run(
        "return m.tables.writeTable(told);",
        [["Anna\tAsk", "=1+1", "-3", "+46", "@x"], ["12,5", "12b", "f", "|x", "＝x"]],
    )
    assert out == "Anna Ask\t'=1+1\t-3\t'+46\t'@x\n12,5\t12b\tf\t'|x\t'＝x"


PUPILS = ["Kim Berg", "Noor Alm", "Åsa Öberg", "Åsa Öberg", "Abdi Nur Ali"]
SHEET = {
    "measures": [
        as_json(measure(code="lus", name="LUS")),
        as_json(measure()),
        as_json(MEASURES[1], name="Avstämning A"),
    ],
    "codes": CODES,
    "rows": [
        {
            "name": name, "first_name": name.split()[0],
            "cells": [{"text": "12" if name == "Kim Berg" else "", "is_open": name != "Noor Alm"}] * 3,
        }
        for name in PUPILS
    ],
}  # fmt: skip


def planned(run: Run, table: list[list[str]], row: int = 0, column: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = run(
        """const layout = m.pasting.guess(told.table, told.sheet, told.start);
        return {layout, ...m.pasting.plan(told.table, layout, told.sheet, told.start)};""",
        {"table": table, "sheet": SHEET, "start": {"row": row, "column": column}},
    )
    return found


def kinds(found: dict[str, Any]) -> list[list[str]]:
    return [[cell["kind"] for cell in row["cells"]] for row in found["rows"]]


def test_a_block_with_names_and_headings_finds_its_rows_and_columns(run: Run) -> None:
    table = [
        ["Elev", "lästa ord", "Lus", "klass"],
        ["Berg, Kim", "40", "13", "1A"],
        ["åsa öberg", "41", "", "1A"],
        ["Abdi", "42b", "x", "1A"],
        ["Fel Namn", "43", "", "1A"],
        ["Noor Alm", "44", "", "1A"],
    ]
    found = planned(run, table)
    assert found["layout"] == {"columns": ["name", 1, 0, ""], "hasHeader": True}
    assert found["named"] == {"right": 3, "all": 5}
    assert kinds(found) == [
        ["name", "replaces", "replaces", "skipped"],
        ["name", "refused", "blank", "skipped"],
        ["name", "new", "refused", "skipped"],
        ["name", "refused", "blank", "skipped"],
        ["name", "refused", "blank", "skipped"],
    ]
    reasons = [row["cells"][1].get("reason") for row in found["rows"]]
    assert reasons[1:] == [
        "Flera elever heter så: skriv för hand.", None, "Ingen elev på bladet heter så.",
        "Lästa ord ingår inte för eleven.",
    ]  # fmt: skip


def test_a_block_without_names_goes_where_the_focus_is(run: Run) -> None:
    found = planned(run, [["1", "ej nådd"], ["300", "1"], ["5", "hej"], ["6", "f"]], row=2, column=1)
    assert found["layout"] == {"columns": [1, 2], "hasHeader": False}
    assert found["named"] is None
    assert kinds(found) == [["new", "new"], ["refused", "new"], ["new", "refused"], ["refused", "refused"]]
    assert [cell["says"] for cell in found["fresh"]] == ["1", "Ej nådd", "Delvis", "5"]
    assert found["rows"][3]["reason"] == "Det finns inga fler elever på bladet."


def test_first_and_family_names_may_stand_in_columns_of_their_own(run: Run) -> None:
    table = [["Berg", "Kim", "3"], ["Alm", "Noor", "4"], ["Ali", "Abdi Nur", "5"], ["Ali", "Abdi Nur", "6"]]
    found = planned(run, table)
    assert found["layout"]["columns"] == ["name", "name", 0]
    assert found["rows"][0]["row"] == 0
    assert [row["reason"] for row in found["rows"][2:]] == ["Eleven står på flera rader."] * 2


def test_labels_are_chosen_by_their_letters_or_their_number(run: Run) -> None:
    typed = ["n", "nå", "D", "1", "3", "4", "f", "x", "", "e", "k"]
    found = run(
        "return told.typed.map((text) => m.completion.meant(text, told.measure, told.codes));",
        {"typed": typed, "measure": as_json(MEASURES[1]), "codes": CODES},
    )
    assert found == ["Nådd", "Nådd", "Delvis", "Ej nådd", "Nådd", None, None, None, None, "Ej nådd", None]


def test_what_stood_there_before_is_told_as_the_cell_says_it(run: Run) -> None:
    found = run(
        "return told.map((one) => m.words.formerly(one, { before: 2000, before_in: 'våren 2025/26' }));",
        [as_json(one) for one in MEASURES[:2]],
    )
    assert found == ["våren 2025/26: 2", "våren 2025/26: Nådd"]
