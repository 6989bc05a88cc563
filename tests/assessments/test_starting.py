"""Ctrl+C at any moment: the command ends, without a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PRESSED_WHILE_LOADING = """
import os, signal, sys

class Impatient:
    def find_spec(self, name, *_more):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Impatient())
sys.argv = ["lasspar", *{words!r}]
from assessments.starting import lasspar
lasspar()
"""


@pytest.mark.parametrize(
    ("module", "words"), [("flask", []), ("screening.models", []), ("alembic", ["init"])]
)
def test_ctrl_c_ends_quietly(tmp_path: Path, module: str, words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRESSED_WHILE_LOADING.format(module=module, words=words)],
        env={**os.environ, "LASSPAR_INSTANCE_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
