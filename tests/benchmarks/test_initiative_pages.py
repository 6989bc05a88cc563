"""The coordinator's pages with 63 classes and 9 windows: counting and reading, in processor time and queries.

Run with ``pytest tests/benchmarks/test_initiative_pages.py -s`` (CLASSES=600 for a larger initiative).
Goal: at most 2 s for each, and as many queries as with a tenth of the classes.
"""

import os
import time
from datetime import date
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from cast import PASSWORD, PASSWORD_HASH
from flask import Flask
from flask.testing import FlaskClient
from nation import CLASS, TODAY, nation
from posting import post
from scoring import counted_queries

from app import create_app
from assessments.access.models import Account
from assessments.database import db
from assessments.models import Season
from assessments.roster.models import Duty, Role, StaffMember
from assessments.writes import Recorder
from screening.coordination.goals import Wish, set_goal
from screening.coordination.models import GoalKind

CLASSES = int(os.environ.get("CLASSES", "63"))
MOST_SECONDS = 2.0
WINDOW = "window=2026-27-spring"
PAGES = {
    "home": f"/initiative?{WINDOW}",
    "comparison": f"/initiative/comparison?{WINDOW}",
    "comparison of a measure": f"/initiative/comparison?{WINDOW}&measure=bokstavsljud",
    "flow": f"/initiative/flow?{WINDOW}",
    "goal": "/initiative/goals/1",
}
COUNTED = """
    INSERT INTO counted_pupil (pupil_id, window_id, school_id, year, curriculum, judged_by, levels)
    SELECT judgement.pupil_id, judgement.window_id, school_class.school_id, judgement.year, pupil.curriculum,
           judgement.benchmark_set_id, '{}'
    FROM judgement JOIN pupil ON pupil.id = judgement.pupil_id
    JOIN assessment_window ON assessment_window.id = judgement.window_id
    JOIN enrolment ON enrolment.pupil_id = judgement.pupil_id
    JOIN school_class ON school_class.id = enrolment.school_class_id
     AND school_class.academic_year = assessment_window.academic_year
    WHERE true ON CONFLICT DO NOTHING
"""


def coordinated(folder: Path, classes: int) -> tuple[Flask, FlaskClient]:
    """An initiative of so many classes, with its coordinator signed in and one goal set."""
    filled = nation(
        f"sqlite:///{folder / f'{classes}.sqlite'}", classes * CLASS, ("bokstavsljud", "ord_per_minut")
    )
    app = create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": filled.url})
    with app.app_context():
        db.session.execute(sa.text(COUNTED))
        member = StaffMember(name="Cia Cembra")
        db.session.add(Duty(staff_member=member, role=Role.COORDINATOR, starts_on=date(2024, 8, 1)))
        db.session.add(Account(staff_member=member, username="cia", password_hash=PASSWORD_HASH))
        wish = Wish("Alla läser", GoalKind.WINDOW, None, None, Season.SPRING, None, "2024/25", "2028/29")
        set_goal(wish, Recorder())
        db.session.commit()
    client = app.test_client()
    assert post(client, "/sign-in", {"username": "cia", "password": PASSWORD}).status_code == 302
    return app, client


def test_are_fast_and_ask_no_more_of_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", TODAY)
    monkeypatch.setenv("LASSPAR_INSTANCE_PATH", str(tmp_path))
    asked: dict[int, dict[str, tuple[int, int]]] = {}
    for classes in (max(9, CLASSES // 10), CLASSES):
        app, client = coordinated(tmp_path, classes)
        post(client, PAGES["home"])  # a process reads benchmark sets once, whoever asks first
        asked[classes] = {name: _both(app, client, classes, name) for name in PAGES}
    few, many = asked.values()
    assert few == many


def _both(app: Flask, client: FlaskClient, classes: int, name: str) -> tuple[int, int]:
    """Count a page's figures, then read it: how many queries each asks."""
    address = PAGES[name]
    spent, queries = [], []
    for step in (partial(post, client, address), partial(client.get, address)):
        begun = time.process_time()
        with app.app_context(), counted_queries() as these:
            answer = step()
        spent.append(time.process_time() - begun)
        queries.append(len(these))
        assert answer.status_code in (200, 303), (name, answer.text)
    print(f"{classes:5} classes, {name}: counted in {spent[0]:.2f} s, read in {spent[1]:.3f} s, {queries}")
    assert max(spent) <= MOST_SECONDS, name
    return queries[0], queries[1]
