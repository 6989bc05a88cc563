"""What one process draws for the others: the same papers and pictures. Without it each draws for itself."""

import contextlib
import multiprocessing
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask
from flask.testing import FlaskClient
from machines import AS_SERVED, ROOT, START, Caller, Machine, school_on, wait
from structlog.testing import capture_logs

from assessments.beside import Unanswered
from assessments.database import connections, db
from assessments.roster.models import Pupil
from assessments.settings import DRAWER
from reports import drawer
from reports.drawer import PAPERS, PICTURES, drawn

AUTUMN = "2026-27-autumn"


@pytest.fixture
def other_process(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A drawer that this process hands over to."""
    address = tmp_path / "drawer"
    with subprocess.Popen(
        [sys.executable, "-c", START, "drawer", str(address)], cwd=ROOT, stdin=subprocess.PIPE
    ) as process:
        wait(lambda: process.poll() is not None or address.exists(), "a drawer")
        monkeypatch.setitem(app.config, DRAWER, str(address))
        yield process
        process.kill()


@pytest.mark.slow
def test_another_process_draws_the_same(
    app: Flask,
    ekbacken: Ekbacken,
    signed_in: Callable[[Any], FlaskClient],
    other_process: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A paper and a page with a picture; what cannot be drawn is told, and killed it is not missed."""
    astrid = signed_in(ekbacken.astrid)
    paper = f"/classes/{ekbacken.class_1a.id}/windows/{AUTUMN}/class-report.pdf"
    with monkeypatch.context() as only_there:
        only_there.setattr(drawer, "_function", lambda place: pytest.fail(f"{place} was drawn here"))
        there = astrid.get(paper).data
        picture = level_picture(app)
        with app.app_context(), pytest.raises(ValueError, match="no sheet"):
            drawn("documents.class_set:pdf", [])
    other_process.kill()
    assert there.startswith(b"%PDF")
    assert astrid.get(paper).data == there
    assert level_picture(app) == picture


def level_picture(app: Flask) -> str:
    with app.app_context():
        return str(drawn("drawings:level_drawing", "Nivåer", [("<Kim>", (3, 2, 1, 0, 0))], "drawing-1"))


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the drawer was asked; it hangs up on everybody."""
    drawings: list[Any] = []

    def hung_up(drawing: drawer.Drawing) -> Any:
        drawings.append(drawing)
        raise Unanswered

    monkeypatch.setitem(app.config, DRAWER, "no socket")
    monkeypatch.setattr(PICTURES, "hand_over", hung_up)
    return drawings


def test_where_nobody_answers_it_is_drawn_here(app: Flask, asked: list[Any]) -> None:
    assert "&lt;Kim&gt;" in level_picture(app)
    assert len(asked) == 1


def test_who_keeps_other_writers_waiting_waits_for_nobody(app: Flask, asked: list[Any]) -> None:
    with app.app_context():
        for is_writing, more in ((True, 0), (False, 1)):
            db.session.rollback()
            connections.only_read(not is_writing)
            db.session.execute(sa.select(Pupil.id))
            drawn("drawings:level_drawing", "Nivåer", [("1A", (3, 2, 1, 0, 0))], "drawing-1")
            assert len(asked) == more


def test_what_cannot_be_handed_over_is_drawn_here_and_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PAPERS, "is_missed", False)
    ours, others = multiprocessing.Pipe()
    with ours, others, capture_logs() as told:
        monkeypatch.setitem(app.config, DRAWER, "no socket")
        monkeypatch.setattr(drawer, "_function", lambda _place: list)
        for _twice in range(2):
            PAPERS.mine.connection = ours
            with app.app_context():
                assert drawn("documents.class_set:pdf", (one for one in "ab")) == ["a", "b"]
    assert not hasattr(PAPERS.mine, "connection")
    (warning,) = told
    assert (warning["setting"], warning["log_level"]) == (DRAWER, "warning")
    assert isinstance(warning["exc_info"], TypeError)


def test_what_fails_there_says_where(app: Flask) -> None:
    made, error = drawer.made_of(("documents.class_set:pdf", ([],), {}))
    assert made is None
    assert isinstance(error, ValueError)
    assert "in pdf_in_order" in pickle.loads(pickle.dumps(error)).__notes__[0]  # noqa: S301 - our own words


def test_everything_that_is_drawn_has_its_place() -> None:
    named = {
        place
        for file in (ROOT / "reports").rglob("*.py")
        for place in re.findall(r'drawn\(\s*"([\w.]+:\w+)"', file.read_text())
    }
    assert len(named) > 12
    for place in named:
        assert callable(drawer._function(place))


def processes(folder: Path) -> dict[int, str]:
    """What runs for the server of this folder: the words each was begun with."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.fsencode(folder) in (place / "environ").read_bytes():
                found[int(place.name)] = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def drawers(folder: Path) -> list[int]:
    """Those that listen."""
    found = [(process, words.split()) for process, words in processes(folder).items() if " drawer " in words]
    return [process for process, words in found if Path(words[-1]).exists()]


def can_draw(folder: Path) -> set[str]:
    """The kinds of processes that hold compiled parts of what draws; the worker is left out, which prints."""
    found = set()
    for process, words in processes(folder).items():
        if "matplotlib" in Path(f"/proc/{process}/maps").read_text() and " worker " not in words:
            found.add("drawer" if " drawer " in words else "web")
    return found


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder for sockets, whose names may not be long."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.slow
def test_the_drawer_beside_the_server(tmp_path: Path, short: Path) -> None:
    """No web process loads what draws. Read anew, the server has a new drawer; killed, it is not missed."""
    cast = school_on(f"sqlite:///{tmp_path}/lasspar.sqlite")
    machine = Machine(tmp_path, {"TMPDIR": str(short)})
    of_class = f"/classes/{cast.class_1a.id}/windows/{AUTUMN}"
    with machine.server(1, 4, *AS_SERVED) as port:
        browser = Caller(port)
        assert browser.sign_in("astrid") == 302
        wait(lambda: drawers(tmp_path), "a drawer")
        (first,) = drawers(tmp_path)
        drawn_there = browser.ask("GET", f"{of_class}/class-report.pdf")
        assert drawn_there.status == 200
        for page in (
            f"/pupils/{cast.kim.id}",
            f"/pupils/{cast.kim.id}/windows/{AUTUMN}/meeting",
            f"{of_class}/overview",
        ):
            assert browser.ask("GET", page).status == 200
        assert can_draw(tmp_path) == {"drawer"}
        master = int(re.findall(r"^PPid:\s+(\d+)", Path(f"/proc/{first}/status").read_text(), re.M)[0])
        shutil.rmtree(next(iter(short.glob("lasspar-beside-*"))))  # as what cleans such folders would
        os.kill(master, signal.SIGHUP)
        wait(lambda: drawers(tmp_path) not in ([], [first]), "another drawer")
        (second,) = drawers(tmp_path)
        assert browser.ask("GET", f"{of_class}/class-report.pdf").body == drawn_there.body
        assert can_draw(tmp_path) == {"drawer"}
        os.kill(second, signal.SIGKILL)
        assert browser.ask("GET", f"{of_class}/class-report.pdf").body == drawn_there.body
        assert can_draw(tmp_path) == {"web"}
