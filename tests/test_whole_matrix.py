"""Who may open, see and change what: everybody, at every address of the app, about every object."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from jinja2 import FileSystemBytecodeCache
from matrix.asking import READS, WRITES, Question, questions, rules
from matrix.running import EVERYBODY, Matrix, asked
from matrix.switching_off import SWITCHED_OFF, WOULD_WRITE, switched_off
from werkzeug.test import TestResponse

from assessments.access import permissions

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory, compiled: FileSystemBytecodeCache) -> Iterator[Matrix]:
    with asked(tmp_path_factory.mktemp("matrix"), compiled, is_whole=True) as matrix:
        yield matrix


@pytest.fixture
def again(matrix: Matrix) -> Iterator[Matrix]:
    """The same with a clean sheet."""
    faults, matrix.faults = matrix.faults, []
    yield matrix
    matrix.faults = faults
    matrix.database.put_back()


def test_everybody_sees_what_the_oracle_says_and_no_more(matrix):
    assert not matrix.faults, matrix.told()


def test_ids_behind_the_question_mark_open_nothing(again):
    world = again.world
    others = [
        {
            "school": world.schools["Tallbacken"],
            "class": world.classes["1T"],
            "pupil": world.pupils["yrtabol"],
        },
        {
            "school_id": world.schools["Granbacken"],
            "class_id": world.classes["1G"],
            "pupil_id": world.pupils["vubrexa"],
        },
    ]
    odd = [
        {
            "class": 2**63,
            "school": 2**63,
            "year": 2**63,
            "page": 2**63,
            "pupil": 2**63,
            "window": "2026-27-autumn",
        },
        {"class": "x", "school": "'", "year": "-1", "page": "-1", "order": "<", "kind": "\x00", "show": "å"},
    ]
    turns = itertools.cycle([("teacher_1a", odd[0]), ("special_teacher", odd[1])])
    for question in questions(again.app, again.places, READS):
        if question.is_plain and question.thing in (None, "1A", "zaxovib", "Ekby", "Ekbacken"):
            for who, told in [("teacher_1a", others[0]), ("special_teacher", others[1]), next(turns)]:
                asked = "&".join(f"{name}={value}" for name, value in told.items())
                narrowed = replace(question, path=f"{question.path}?{asked}")
                if "/api/" in question.path and told in odd:  # a program is told what nobody can read
                    assert again.browsers[who].ask(narrowed).status_code in (200, 400, 403, 404), asked
                    again.database.traces()  # of this page and of no other
                else:
                    again.read(who, narrowed)
    again.look_for_writing("somewhere")
    assert not again.faults, again.told()


def one_of_each(matrix: Matrix) -> Iterator[Question]:
    """One question for every address."""
    seen = set()
    for question in questions(matrix.app, matrix.places, READS | WRITES):
        if question.endpoint not in seen:
            seen.add(question.endpoint)
            yield question


def test_asking_for_the_head_of_a_page_opens_no_more_than_the_page(again):
    for question in one_of_each(again):
        if question.method == "GET":
            for who in ("teacher_1a", "administrator", "expired"):
                head = again.browsers[who].ask(replace(question, method="HEAD"))
                known = again.answered.get((who, question.path))
                page = known or again.browsers[who].ask(question).status_code
                assert (head.status_code, head.data) == (page, b""), str(question)


def test_methods_a_page_does_not_know_are_refused(again):
    for question in one_of_each(again):
        known = again.app.url_map.bind("").allowed_methods(question.path)
        for method in {"PUT", "PATCH", "DELETE"} - set(known):
            asked = replace(question, method=method)
            answer = again.browsers["special_teacher"].ask(asked, "application/json")
            assert answer.status_code == 405, str(asked)


def test_somebody_else_s_and_nobody_s_look_the_same(again):
    """To a stranger a class or pupil elsewhere is as little there as one that does not exist."""
    teacher = again.browsers["teacher_1a"]
    for question in questions(again.app, again.places, READS):
        if question.thing in ("1T", "yrtabol") and question.is_plain:
            number = str((again.world.classes | again.world.pupils)[question.thing])
            nowhere = replace(question, path=question.path.replace(number, "999999", 1))
            theirs, nobodys = (without_token(teacher.ask(one)) for one in (question, nowhere))
            assert theirs == nobodys.replace("999999", number), str(question)


def without_token(answer: TestResponse) -> str:
    assert answer.status_code == 404
    return re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)


ASKED_THEN = {"screening.pupil", "classes.pupils", "screening.inbox"}
TRIED_THEN = {"sheets.save", "screening.record_step", "pupils.end"}
NEVER_DONE = {
    "roster.remove_school",  # something hangs on every school here; test_roster_pages has an empty one
    *("access.sign_in", "access.set_password"),  # a password or link is needed: test_sign_in.py
    "own.renew_recovery_codes",  # a code of the app: test_codes.py
    "records.do_dispose",  # a decided rule and something old enough: test_retention.py
    "roster_pull.fetch",  # another system that answers: test_ss12000.py
    "screening.count_support",  # a year that is over, with support: test_support_outcomes.py
    "screening.take_a_case_back",  # a note of hers: test_taken_back.py in tests/screening
    "screening.take_observation_back",  # one that the function itself wrote: there too
    "support.take_period_back",  # one that nothing was measured in: test_support_taken_back.py
    "screening.take_limit_proposal",  # a hundred pupils of two years: test_benchmark_proposing.py
}


def test_everybody_changes_what_the_oracle_says_and_no_more(again):
    again.write_all(EVERYBODY)
    assert not again.faults, again.told()
    writing = {rule.endpoint for rule in rules(again.app) if WRITES & (rule.methods or set())}
    shut = sorted(writing - again.done - NEVER_DONE)
    assert not shut, f"nobody's form ever went through at {', '.join(shut)}"


@pytest.mark.parametrize("what", SWITCHED_OFF)
def test_the_matrix_notices_when_a_rule_is_switched_off(again, what):
    with switched_off(what):
        again.read_all(["teacher_1a", "administrator", "former_substitute"], ASKED_THEN, "the page holds")
    assert any("the page holds" in fault for fault in again.faults), again.told()


@pytest.mark.parametrize("what", WOULD_WRITE)
def test_the_matrix_notices_what_could_then_be_written(again, what):
    with switched_off(what):
        again.write_all(["teacher_1a", "teacher_1b"], TRIED_THEN, "changed")
    assert any("changed" in fault for fault in again.faults), again.told()


def test_the_matrix_notices_a_page_that_leaves_no_trace(again, monkeypatch):
    monkeypatch.setattr("assessments.access.audit.write_reads", lambda: None)
    again.read_all(["teacher_1a"], ASKED_THEN, "without a trace")
    assert any("without a trace" in fault for fault in again.faults)


def test_the_matrix_notices_a_protected_pupil_on_a_list(again, monkeypatch):
    monkeypatch.setattr(permissions, "MEETS_PROTECTED", set(permissions.Role))
    pages = {"roster.class_page", "classes.pupils", "pupils.show"}
    again.read_all(["administrator"], pages, "the page holds")
    assert any("the page holds" in fault for fault in again.faults), again.told()
