"""Who may change what: every form and every door for scripts, sent by everybody about every object.

The forms are those that pages show to somebody who may open them (test_matrix.py looks at the pages).
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from matrix.asking import WRITES, rules
from matrix.running import EVERYBODY, Matrix, close, run
from matrix.switching_off import SWITCHED_OFF

from assessments.access import permissions, sessions

NEVER_DONE = {"access.sign_in", "access.set_password"}  # a password or link is needed: test_sign_in.py
TRIED_THEN = {"sheets.save", "screening.record_step", "pupils.end"}


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    """Every form that anybody is shown has been found. Who is there is written down once a day only."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sessions, "SEEN_EVERY", timedelta(days=1))
        matrix = run(tmp_path_factory.mktemp("matrix") / "matrix.sqlite")
        matrix.find_forms(EVERYBODY)
        yield matrix
        close(matrix)


def test_everybody_changes_what_the_oracle_says_and_no_more(matrix):
    matrix.write_all(EVERYBODY)
    assert not matrix.faults, matrix.told()
    writing = {rule.endpoint for rule in rules(matrix.app) if WRITES & (rule.methods or set())}
    shut = sorted(writing - matrix.done - NEVER_DONE)
    assert not shut, f"nobody's form ever went through at {', '.join(shut)}"


@pytest.mark.parametrize("name", ["fetch", "duties_giving", "_class_in_scope"])
def test_the_matrix_notices_what_could_then_be_written(matrix, monkeypatch, name):
    [instead] = [rule for called, rule in SWITCHED_OFF.values() if called == name]
    monkeypatch.setattr(permissions, name, instead)
    matrix.faults = []
    matrix.write_all(["teacher_1a", "teacher_1b"], TRIED_THEN)
    assert any("changed" in fault for fault in matrix.faults), matrix.told()
