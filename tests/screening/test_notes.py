"""Notes of the elevhälsa: one function's, in a zone of their own, with a log, and nowhere else."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from scoring import record

from assessments.database import db
from assessments.roster.models import Role, SchoolClass
from screening.notes.models import HealthNote, NoteLog

SignIn = Callable[[Any], FlaskClient]
WORDS = "Samtal hemma om kvällsläsning"


@pytest.fixture
def noted(ekbacken: Ekbacken, signed_in: SignIn) -> str:
    """Birgitta has written a note about Kim; the address of the notes."""
    address = f"/pupils/{ekbacken.kim.id}/notes"
    assert post(signed_in(ekbacken.birgitta), address, {"text": WORDS}).status_code == 303
    return address


@pytest.mark.parametrize(
    ("who", "status"),
    [("birgitta", 200), ("astrid", 403), ("rut", 403), ("ada", 403), ("teo", 403), ("carl", 404)],
)
def test_only_the_function_reads_them(
    ekbacken: Ekbacken, signed_in: SignIn, noted: str, who: str, status: int
) -> None:
    answer = signed_in(getattr(ekbacken, who)).get(noted)
    assert answer.status_code == status
    assert (WORDS in answer.text) == (status == 200)


def test_they_stand_on_no_other_page_paper_or_file(ekbacken: Ekbacken, signed_in: SignIn, noted: str) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    db.session.commit()
    kim, birgitta = ekbacken.kim.id, signed_in(ekbacken.birgitta)
    for address in (f"/pupils/{kim}", f"/pupils/{kim}/help", "/follow-up", "/support"):
        assert WORDS not in birgitta.get(address, follow_redirects=True).text


def test_the_database_holds_no_readable_word_of_them(ekbacken: Ekbacken, noted: str) -> None:
    kept = db.session.scalars(sa.select(HealthNote.sealed)).one()
    words = [word for word in WORDS.split() if len(word) > 4]  # "om" may stand in what is random
    assert not any(word in kept for word in words)


def test_every_reading_is_in_the_log_that_is_only_added_to(
    ekbacken: Ekbacken, signed_in: SignIn, noted: str
) -> None:
    birgitta = signed_in(ekbacken.birgitta)
    birgitta.get(noted)
    page = birgitta.get(noted).text
    assert "Birgitta Björk" in page
    rows = db.session.execute(sa.select(NoteLog.action, NoteLog.duty_id).order_by(NoteLog.id)).all()
    duty = ekbacken.birgitta.staff_member.duties[0].id
    assert [tuple(row) for row in rows] == [("written", duty), ("read", duty), ("read", duty)]
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.delete(NoteLog))
    db.session.rollback()


def test_a_correction_keeps_what_stood_and_a_struck_note_stays_struck(
    ekbacken: Ekbacken, signed_in: SignIn, noted: str
) -> None:
    birgitta = signed_in(ekbacken.birgitta)
    first = db.session.scalars(sa.select(HealthNote.id)).one()
    assert post(birgitta, f"{noted}/correct", {"note": first, "text": "Samtal i skolan"}).status_code == 303
    too_late = post(birgitta, f"{noted}/correct", {"note": first, "text": "Skrivet i en annan flik"})
    assert too_late.status_code == 422
    assert "Skrivet i en annan flik" in too_late.text
    page = birgitta.get(noted).text
    assert "Samtal i skolan" in page
    assert WORDS in page
    latest = db.session.scalars(sa.select(HealthNote.id).order_by(HealthNote.id.desc()).limit(1)).one()
    post(birgitta, f"{noted}/take-back", {"note": latest})
    assert "(struken)" in birgitta.get(noted).text


def test_another_school_s_function_has_notes_of_its_own(
    ekbacken: Ekbacken, signed_in: SignIn, noted: str
) -> None:
    """A pupil who moves takes no notes along; an id of theirs opens nothing."""
    there = ekbacken.other_school
    moved_to = SchoolClass(name="1C", academic_year="2026/27", school_id=there.id)
    db.session.add(moved_to)
    eva = ekbacken.staff("Eva Ek", "eva", Role.SPECIAL_TEACHER, school=there)
    ekbacken.kim.enrolments[0].school_class = moved_to
    db.session.commit()
    client = signed_in(eva)
    assert WORDS not in client.get(noted).text
    first = db.session.scalars(sa.select(HealthNote.id)).one()
    assert post(client, f"{noted}/correct", {"note": first, "text": "Mitt"}).status_code == 404
    assert signed_in(ekbacken.birgitta).get(noted).status_code == 404
