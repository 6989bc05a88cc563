"""Who may open, see and change what, asked by some of everybody in turn: every address, every kind of object.

The questions come from the app's own map of addresses and from the forms on its pages; the answers that are
right stand in matrix/oracle.py, written by hand. A new address is refused here until the oracle knows it.
test_whole_matrix.py asks everybody everywhere.
"""

from collections.abc import Iterator

import pytest
from jinja2 import FileSystemBytecodeCache
from matrix import oracle
from matrix.running import EVERYBODY, Matrix, asked
from matrix.world import VISITORS


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory, compiled: FileSystemBytecodeCache) -> Iterator[Matrix]:
    with asked(tmp_path_factory.mktemp("matrix"), compiled, is_whole=False) as matrix:
        yield matrix


def test_nobody_sees_what_the_oracle_does_not_say(matrix):
    assert not matrix.faults, matrix.told()


def test_nobody_changes_what_the_oracle_does_not_say(matrix):
    matrix.write_all(EVERYBODY)
    assert not matrix.faults, matrix.told()


def test_everybody_the_oracle_knows_is_asked_about():
    known = {who for zone in oracle.ZONES.values() for who in zone} | oracle.OUT
    assert known | set(oracle.TEAM) == set(EVERYBODY)
    assert set(VISITORS) <= set(EVERYBODY)
