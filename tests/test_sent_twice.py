"""Without script a form reaches the server as often as its button is pressed: it adds what it adds once."""

from collections import Counter

import pytest
from matrix.asking import Question
from matrix.running import CONFIRMS, Matrix, asked

VISITORS = ["teacher_1a", "special_teacher", "principal", "administrator", "coordinator_municipality"]
TOLD = {
    *("audit_entry", "note_log", "governed_setting"),  # who did what when, also twice
    *("released_figures", "released_table", "released_comparison"),  # what was shown, also the same
    "waiting_file",  # is looked at first, and goes by itself
}
AGAIN = {
    "programs.make",  # a key is shown once: whoever has not seen the first makes another and ends the first
    "staff.link",  # the same: the newest link holds, and the former is dead
    "screening.order_rejudging",  # judges once more, with the same answer
    "screening.switch_measure",  # the same
}


@pytest.mark.long
def test_a_form_that_is_sent_twice_adds_no_more_than_once(tmp_path_factory, compiled):
    more: dict[str, Counter[str]] = {}

    def send_twice(who: str, question: Question, is_own: bool) -> None:
        if question.endpoint in more | dict.fromkeys(AGAIN) or matrix._expected(who, question) != "in":
            return
        before = rows(matrix)
        answer = matrix.browsers[who].ask(question)
        once = rows(matrix)
        for endpoint, path, fields in matrix._forms(question, answer):
            if endpoint in CONFIRMS and question.endpoint not in CONFIRMS:
                send_twice(who, Question(endpoint, "POST", path, None, fields=fields), is_own=False)
        if once - before:
            again = matrix.browsers[who].ask(question)
            assert again.status_code < 500, str(question)
            more[question.endpoint] = rows(matrix) - once
        matrix.database.put_back()

    with asked(tmp_path_factory.mktemp("twice"), compiled, is_whole=True, visitors=VISITORS) as matrix:
        matrix.write = send_twice
        matrix.write_all(VISITORS)
    assert {endpoint: tables for endpoint, tables in more.items() if tables} == {}
    notes = {"notes.write", "requests.contact", "requests.write", "screening.observe", "handovers.make_class"}
    assert notes | {"screening.save_groups", "handovers.make", "pupils.new", "support.start"} <= more.keys()


def rows(matrix: Matrix) -> Counter[str]:
    """How many each table holds, but those that tell what was done."""
    count = "SELECT count(*) FROM {}"
    tables = set(matrix.database.rows) - TOLD
    return Counter({one: matrix.database.watcher.execute(count.format(one)).fetchone()[0] for one in tables})
