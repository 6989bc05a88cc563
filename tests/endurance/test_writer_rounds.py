"""Six teachers who save all the time, and a writer that is killed at any moment and begun anew.

Run with ``pytest tests/endurance/test_writer_rounds.py``; ENDURANCE_KILLS says how often. Every save is
answered, with the next version of its cell, and stands in the history once.
"""

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import sqlalchemy as sa
from machines import ROOT, START, Caller, Machine, school_on, wait

from assessments.settings import WRITER

KILLS = int(os.environ.get("ENDURANCE_KILLS", "40"))
TEACHERS = 6
MEASURES = ("bokstavsljud", "ordlista_per_minut", "ord_per_minut")
MOST = 20  # a value that fits all of them


class Teacher(threading.Thread):
    """Writes in one cell, one value after the other, until she is told to stop."""

    def __init__(self, browser: Caller, sheet: str, place: int, stop: threading.Event) -> None:
        super().__init__()
        self.browser, self.sheet, self.stop = browser, sheet, stop
        self.row = browser.json(f"/api/v1{sheet}")["rows"][place % 2]["row"]
        self.measure = MEASURES[place // 2]
        self.told: list[str] = []

    def run(self) -> None:
        while not self.stop.is_set():
            number = len(self.told)
            became = self.browser.write(
                self.sheet, client_id=f"{self.row}-{self.measure}-{number}", pupil=self.row,
                measure=self.measure, value=number % MOST, expected_version=number,
            )  # fmt: skip
            self.told.append(f"{became['status']} {became['version']} {became['value']}")


def begun(machine: Machine, address: Path) -> subprocess.Popen[bytes]:
    address.unlink(missing_ok=True)  # it begins to listen when it is there
    process = subprocess.Popen(
        [sys.executable, "-c", START, "writer", str(address)],
        env=machine.environment, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait(address.exists, "a writer")
    return process


def test_every_save_that_was_answered_is_there_once(tmp_path: Path) -> None:
    cast = school_on(f"sqlite:///{tmp_path}/lasspar.sqlite")
    address, chance, stop = tmp_path / "writer", random.Random(2026), threading.Event()
    machine = Machine(tmp_path, {WRITER: str(address)})
    sheet = f"/classes/{cast.class_1a.id}/windows/2026-27-autumn/sheet"
    with machine.server(2, 4) as port:
        browser = Caller(port)
        assert browser.sign_in("astrid") == 302
        teachers = [Teacher(Caller(port, browser.cookie), sheet, place, stop) for place in range(TEACHERS)]
        for one in teachers:
            one.start()
        for _kill in range(KILLS):
            with begun(machine, address) as writer:
                time.sleep(chance.uniform(0, 0.5))
                writer.kill()
        stop.set()
        for one in teachers:
            one.join()
    for one in teachers:
        assert one.told == [f"stored {number + 1} {number % MOST}" for number in range(len(one.told))]
    engine = sa.create_engine(f"sqlite:///{tmp_path}/lasspar.sqlite")
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT pupil_id, measure, group_concat(version), count(*) FROM"
            " (SELECT * FROM score_change ORDER BY pupil_id, measure, version) GROUP BY pupil_id, measure"
        ).all()
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    assert sorted(row[3] for row in rows) == sorted(len(one.told) for one in teachers)
    for row in rows:
        assert row[2] == ",".join(str(number + 1) for number in range(row[3]))
    print(f"\n{sum(len(one.told) for one in teachers)} saves, {KILLS} kills")
