"""What a server lays among the temporary files goes with it, at the latest when the next one begins."""

import os
import tempfile
from pathlib import Path

import pytest

from assessments.jobs import own_folders

PREFIX = "lasspar-prov-"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left_by_one_who_was_killed() -> Path:
    """The process ends without a word, and so does its lock."""
    made, told = os.pipe()
    if not (child := os.fork()):
        os.write(told, own_folders.make(PREFIX).encode())
        os._exit(9)
    os.waitpid(child, 0)
    folder = Path(os.read(made, 1000).decode())
    os.close(made)
    os.close(told)
    (folder / "counter_1.db").write_text("1")
    return folder


def test_a_folder_is_private_and_goes_when_its_server_ends() -> None:
    folder = Path(own_folders.make(PREFIX))
    assert folder.stat().st_mode & 0o777 == 0o700
    own_folders.remove(str(folder))
    assert not folder.exists()


def test_what_a_killed_server_left_goes_and_what_a_living_one_has_stays(temporary: Path) -> None:
    living, left = own_folders.make(PREFIX), left_by_one_who_was_killed()
    others = [temporary / f"{PREFIX}utan", temporary / "annat"]
    for folder in others:
        folder.mkdir()
    own_folders.sweep(PREFIX)
    assert not left.exists()
    assert {Path(living), *others} == set(temporary.iterdir())
    own_folders.remove(living)


def test_nobody_is_led_elsewhere_by_a_link(temporary: Path) -> None:
    left = left_by_one_who_was_killed()
    elsewhere = left.rename(temporary / "elsewhere")
    (temporary / f"{PREFIX}link").symlink_to(elsewhere)
    own_folders.sweep(PREFIX)
    assert (elsewhere / "counter_1.db").exists()
