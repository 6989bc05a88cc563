"""What programs ask, from the first question to a next step; that the description is what they get; and that
nothing they can send is our fault."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import requests
import sqlalchemy as sa
from bearer import Program, token_for
from cast import Ekbacken
from flask import Flask
from hypothesis import strategies as st
from scoring import record
from scripts import Script
from serving import served

from assessments.access.models import AuditEntry
from assessments.access.programs.scopes import TokenScope
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.openapi import told_addresses
from screening.models import NextStep

ANSWERS_OF_OURS = {200, 202, 400, 403, 404, 405, 409, 413, 415}


@pytest.fixture
def handed_in(ekbacken: Ekbacken) -> Ekbacken:
    """Kim knows seven letters, Noor twenty-five; 1A is handed in."""
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    record(ekbacken.autumn, ekbacken.noor, bokstavsljud=25)
    hand_in(ekbacken.class_1a, ekbacken.autumn, None)
    db.session.commit()
    return ekbacken


@pytest.fixture
def program(app: Flask, handed_in: Ekbacken) -> Program:
    """Birgitta's: it may do all that there is for programs."""
    return Program(app, token_for(handed_in.birgitta))


def test_from_the_sheet_to_a_step(program: Program, handed_in: Ekbacken):
    listed = program.get("/api/v1/classes").json
    (one,) = listed["classes"]
    sheet = program.get(one["sheet"]).json
    codes = [column["code"] for column in sheet["measures"]]
    writes = [
        {
            "client_id": f"w{number}", "pupil": row["row"], "measure": "bokstavsljud", "value": 5,
            "expected_version": row["cells"][codes.index("bokstavsljud")]["version"],
        }
        for number, row in enumerate(sheet["rows"])
    ]  # fmt: skip
    results = program.ask("PATCH", one["sheet"], json={"writes": writes}).json["results"]
    assert [result["status"] for result in results] == ["stored"] * 3
    shown = program.get("/api/v1/flags").json
    kim = next(flag for flag in shown["flags"] if flag["pupil"]["name"] == "Kim Berg")
    assert kim["may_act"]
    asked = {"kind": "adaptations", "line": "Läser i par", "due_on": "2026-11-02"}
    steps = f"/api/v1/flags/{kim['id']}/steps"
    told = [program.ask("POST", steps, json=asked).json for _ in range(2)]
    assert told[0] == told[1]
    taken = db.session.scalars(sa.select(NextStep)).one()
    assert (told[0]["id"], taken.line, taken.account_id) == (taken.id, "Läser i par", handed_in.birgitta.id)
    (handled,) = program.get("/api/v1/flags?show=handled").json["flags"]
    assert handled["steps"][0]["line"] == "Läser i par"
    traces = db.session.scalars(sa.select(AuditEntry).filter_by(account_id=handed_in.birgitta.id)).all()
    assert {"sheet:shown", "scores:recorded", "follow_up:shown", "next_step:recorded"} <= {
        trace.action for trace in traces
    }


@pytest.mark.long
def test_a_script_of_the_municipality_s_own_against_a_server(app: Flask, program: Program, tmp_path: Path):
    """As the README shows it: over http, with a library of its own, from the sign-in to the paper."""
    script = Script(tmp_path)
    script.copies(app)
    with served(script.instance) as server, requests.Session() as asking:
        asking.headers.update(program.headers)
        assert asking.get(f"{server}/api/v1/session").json()["token"]["name"] == "Prov"
        (one,) = asking.get(f"{server}/api/v1/classes").json()["classes"]
        sheet = asking.get(server + one["sheet"]).json()
        place = [column["code"] for column in sheet["measures"]].index("bokstavsljud")
        writes = [
            {
                "client_id": f"w{number}", "pupil": row["row"], "measure": "bokstavsljud", "value": 4,
                "expected_version": row["cells"][place]["version"],
            }
            for number, row in enumerate(sheet["rows"])
        ]  # fmt: skip
        results = asking.patch(server + one["sheet"], json={"writes": writes}).json()["results"]
        assert [result["status"] for result in results] == ["stored"] * 3
        flag = asking.get(f"{server}/api/v1/flags").json()["flags"][0]
        steps = f"{server}/api/v1/flags/{flag['id']}/steps"
        step = asking.post(steps, json={"kind": "adaptations", "line": "Läser i par"})
        assert (step.status_code, step.json()["line"]) == (200, "Läser i par")
        paper = one["sheet"].replace("/v1/", "/v1/reports/").replace("/sheet", "/class-report.pdf")
        assert asking.get(server + paper).content.startswith(b"%PDF-")
        order = asking.post(f"{server}/api/v1/print-jobs", json={"window": sheet["window"]["slug"]})
        while (job := asking.get(server + order.headers["Location"]).json())["state"] not in (
            "done",
            "expired",
        ):
            time.sleep(0.2)
        assert job["file"] is None or asking.get(server + job["file"]).content.startswith(b"%PDF-")
        assert not asking.cookies
    log = (script.instance / "log").read_text()
    assert "/api/v1/flags" in log
    assert program.headers["Authorization"].split()[1] not in log


def test_a_protected_pupil_stands_only_in_the_class_s_own_list(program: Program, handed_in: Ekbacken):
    record(handed_in.autumn, handed_in.siv, bokstavsljud=3)
    db.session.commit()
    everywhere = program.get("/api/v1/flags")
    assert everywhere.json["protected"] == 1
    assert "Elev S" not in everywhere.text
    in_class = program.get(f"/api/v1/flags?class={handed_in.class_1a.id}")
    assert "Elev S" in in_class.text
    assert "Skog" not in in_class.text


def test_a_step_is_for_those_who_act_on_signals(app: Flask, handed_in: Ekbacken):
    steps = f"/api/v1/flags/{flag_of(handed_in)}/steps"
    for who, status in ((handed_in.astrid, 403), (handed_in.rut, 403), (handed_in.carl, 404)):
        program = Program(app, token_for(who))
        assert program.ask("POST", steps, json={"kind": "adaptations"}).status_code == status
    reader = Program(app, token_for(handed_in.birgitta, [TokenScope.SIGNALS_READ]))
    assert not any(flag["may_act"] for flag in reader.get("/api/v1/flags").json["flags"])


def test_what_a_step_cannot_be_is_told_and_nothing_is_stored(program: Program, handed_in: Ekbacken):
    steps = f"/api/v1/flags/{flag_of(handed_in)}/steps"
    for body, status, told in [
        ({"kind": "nonsens"}, 409, "Välj ett nästa steg."),
        ({"kind": "recheck"}, 409, "Välj om hur många veckor"),
        ({"kind": "adaptations", "due_on": "2026-10-01"}, 409, "redan varit"),
        ({}, 400, "kind saknas"),
        ({"kind": "adaptations", "vecka": 3}, 400, "vecka"),
    ]:
        answer = program.ask("POST", steps, json=body)
        assert (answer.status_code, told in answer.json["detail"]) == (status, True), answer.text
    assert db.session.scalars(sa.select(NextStep)).all() == []


def flag_of(handed_in: Ekbacken) -> int:
    from screening.models import Flag

    found = db.session.scalars(sa.select(Flag.id).filter_by(pupil_id=handed_in.kim.id)).first()
    assert found is not None
    return found


# Where a program writes, with a body that would do but for one value.
def writing(handed_in: Ekbacken, sheet: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    place = f"/api/v1/classes/{handed_in.class_1a.id}/windows/{handed_in.autumn.slug}/sheet"
    write = {
        "client_id": "w", "pupil": sheet["rows"][0]["row"], "measure": "bokstavsljud",
        "value": 5, "expected_version": 0,
    }  # fmt: skip
    step = {"kind": "adaptations", "line": "x", "weeks": 5, "due_on": "2026-11-02", "reason": "x"}
    order = {"window": handed_in.autumn.slug, "purpose": "home", "classes": [handed_in.class_1a.id]}
    return {
        "sheet": ("PATCH", place, write),
        "step": ("POST", f"/api/v1/flags/{flag_of(handed_in)}/steps", step),
        "prints": ("POST", "/api/v1/print-jobs", order),
    }


NASTY = [
    "NaN", "Infinity", "-Infinity", "true", '"1_0"', "9223372036854775808", "1e400", "-0.0", "1e-9", '""',
    '"１２"', '"٣"', '"\\u0000"', '"\\ud800"', '"\\u202e"', "{}", "[]", '[{"a": []}]', "null",
    f'"{"x" * 5000}"', "[" * 3000 + "]" * 3000,
]  # fmt: skip
BODIES = [
    "",
    "{",
    "null",
    "[]",
    '"x"',
    "1",
    "NaN",
    '{"writes": 1}',
    '{"writes": [null]}',
    "{" * 9,
    "[" * 99_999,
    "\x00",
    "å",
]


@pytest.mark.slow
def test_no_odd_value_is_our_fault(program: Program, handed_in: Ekbacken):
    sheet = program.get(f"/api/v1/classes/{handed_in.class_1a.id}/windows/{handed_in.autumn.slug}/sheet").json
    for name, (method, path, good) in writing(handed_in, sheet).items():
        send(program, method, path, " " * 7_000_000, {413})
        for body in BODIES:
            send(program, method, path, body, {400, 415})
        for place, field in enumerate(good):
            for value in NASTY[place % 5 :: 5]:  # each in several fields, if not in all
                told = json.dumps({**good, field: "@"}).replace('"@"', value)
                send(program, method, path, f'{{"writes": [{told}]}}' if name == "sheet" else told)


def send(program: Program, method: str, path: str, body: str, expected: set[int] = ANSWERS_OF_OURS) -> None:
    more = {"data": body.encode("utf-8", "surrogatepass"), "content_type": "application/json"}
    answer = program.ask(method, path, **more)
    assert answer.status_code in expected, f"{answer.status_code} {method} {path}: {body[:80]}"
    assert answer.is_json


def test_odd_questions_are_told_so(program: Program, handed_in: Ekbacken):
    for name in ("page", "school", "class", "kind", "show"):
        for value in ("NaN", "1_0", "１", "-1", "0", str(2**63), "9" * 400, "%00", "x", "", "1.0", "true"):
            answer = program.get(f"/api/v1/flags?{name}={value}")
            assert answer.status_code == 400, (name, value)
            assert name in answer.json["detail"]
    assert program.get(f"/api/v1/flags?class={2**63 - 1}").json["flags"] == []
    assert program.ask("POST", f"/api/v1/flags/{2**63}/steps", json={}).status_code == 404
    assert program.get("/api/v1/classes?window=%00").status_code == 404


def test_the_description_names_every_address_and_the_page_shows_each(app: Flask, database: None):
    client = app.test_client()
    spec = client.get("/api/v1/openapi.json").json
    described = {(method.upper(), path) for path, told in spec["paths"].items() for method in told}
    there = {
        (method, re.sub(r"<(?:[^<>]+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        # (sheet_files reads a file for the page of the sheet, and takes no token)
        if rule.rule.startswith("/api/") and not rule.endpoint.startswith(("api_docs.", "sheet_files."))
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert there <= described
    assert len(described) == len(list(told_addresses(app)))
    assert spec["openapi"] == "3.1.0"
    page = client.get("/api/v1/docs").text
    for _method, path in described:
        assert f"{path}</code>" in page
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)


def cases(app: Flask, chosen: Callable[[str], bool]) -> Iterator[Any]:
    """The chosen addresses' cases: half of them as the description says, half of them not."""
    import schemathesis
    from schemathesis import GenerationMode

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    schema.config.analysis.constants.enabled = False  # reading all our code for words takes most of the time
    for found in schema.get_all_operations():
        operation = found.ok()
        if chosen(operation.path):
            modes = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]
            yield st.tuples(st.one_of(modes), st.booleans())


def explore(
    app: Flask, handed_in: Ekbacken, program: Program, examples: int, chosen: Callable[[str], bool]
) -> None:
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    held = [
        not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
        checks.response_schema_conformance,
    ]  # fmt: skip
    real = {
        "class_id": handed_in.class_1a.id, "pupil_id": handed_in.kim.id, "window": handed_in.autumn.slug,
        "flag_id": flag_of(handed_in), "school_id": handed_in.school.id,
    }  # fmt: skip

    for strategy in cases(app, chosen):

        @hypothesis.settings(max_examples=examples, suppress_health_check=list(hypothesis.HealthCheck))
        @hypothesis.given(strategy)
        def ask(drawn: Any) -> None:
            case, is_there = drawn
            if is_there:
                case.path_parameters = {
                    name: real.get(name, told) for name, told in case.path_parameters.items()
                }
            db.session.rollback()
            with app.app_context():
                answer = case.call(headers=program.headers)
            case.validate_response(answer, checks=held)

        ask()


@pytest.mark.slow
def test_answers_are_as_described_whatever_is_asked(app: Flask, handed_in: Ekbacken, program: Program):
    explore(app, handed_in, program, 2, lambda path: path.endswith("/steps"))


@pytest.mark.long
def test_answers_are_as_described_whatever_is_asked_for_long(
    app: Flask, handed_in: Ekbacken, program: Program
):
    explore(app, handed_in, program, 40, lambda path: path != "/metrics")


@pytest.mark.long
@pytest.mark.parametrize("who", ["rut", "cecilia"])
def test_papers_of_a_school_and_of_all_are_as_described(app: Flask, handed_in: Ekbacken, who: str):
    program = Program(app, token_for(getattr(handed_in, who)))
    explore(app, handed_in, program, 40, lambda path: "/reports/" in path)
