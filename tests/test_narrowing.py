"""A pupil whose record may not be used is met in class lists and the trail, and nowhere else, in no role."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from jinja2 import FileSystemBytecodeCache
from matrix.asking import questions
from matrix.running import Matrix, close, run, solved_once
from matrix.world import CODES, NOTED, SAID

from assessments.access import sessions
from assessments.clock import today
from assessments.database import db
from assessments.roster import narrowing
from assessments.roster.models import Pupil

pytestmark = pytest.mark.long
NARROWED = ["zaxovib", "kwenzol"]
WHO = ["teacher_1a", "special_teacher", "principal", "team_school", "administrator"]
LISTS = {
    "classes.pupils", "roster.class_page", "pupils.show", "protection.show", "new_year.page",
    "records.show", "trail.overview",
}  # fmt: skip
"""Where the class list or the trail says who goes there."""


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory, compiled: FileSystemBytecodeCache) -> Iterator[Matrix]:
    with pytest.MonkeyPatch.context() as patched, solved_once():
        patched.setattr(sessions, "_count_refused", lambda _subject: None)
        made = run(tmp_path_factory.mktemp("narrowing") / "matrix.sqlite", compiled)
        with made.app.app_context():
            for stem in NARROWED:
                pupil = db.session.get_one(Pupil, made.world.pupils[stem])
                narrowing.narrow(pupil, "Riktigheten bestrids", today())
            db.session.commit()
        yield made
        close(made)


def words_in(answer: Any) -> str:
    if answer.mimetype == "application/pdf":
        with pdfplumber.open(io.BytesIO(answer.data)) as paper:
            return " ".join(page.extract_text() or "" for page in paper.pages).casefold()
    return str(answer.get_data().decode("utf-8", "replace")).casefold()


def test_no_page_and_no_paper_tells_of_them(matrix: Matrix, tmp_path: Path) -> None:
    told = set()
    for who in WHO:
        for question in questions(matrix.app, matrix.places, {"GET"}):
            if not question.is_plain or not question.is_whole:
                continue
            answer = matrix.browsers[who].ask(question)
            if answer.status_code != 200:
                continue
            text = words_in(answer)
            for stem in NARROWED:
                names = () if question.endpoint in LISTS else (stem, CODES[stem])
                told |= {
                    (question.endpoint, stem, word == SAID[stem])
                    for word in (*names, SAID[stem], NOTED[stem])
                    if word.casefold() in text
                }
    assert sorted(told) == []
