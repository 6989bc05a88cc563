"""Everybody asks about every object at every address: the suite asks at each, and about others in turn.

.venv/bin/pytest tests/endurance/test_whole_matrix.py
"""

from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from matrix.running import EVERYBODY, asked


def test_everybody_is_turned_away_wherever_the_oracle_says_so(
    tmp_path: Path, compiled: FileSystemBytecodeCache
) -> None:
    with asked(tmp_path, compiled, is_whole=True) as matrix:
        matrix.write_all(EVERYBODY)
        assert not matrix.faults, matrix.told()
