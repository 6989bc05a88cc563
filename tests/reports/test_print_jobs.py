"""Large prints: made class by class by any worker, the same whoever dies, and gone when they should be."""

import io
from collections.abc import Iterator
from pathlib import Path

import pdfplumber
import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask

from assessments.database import db
from assessments.jobs.models import JobState
from assessments.jobs.running import work_off
from assessments.roster.models import SchoolClass
from reports.print_jobs.models import Outcome, PrintOrder, PrintPage, Purpose
from reports.print_jobs.ordering import Wanted, order_prints

pytestmark = pytest.mark.both_databases


@pytest.fixture
def prints(app: Flask, ekbacken: Ekbacken, tmp_path: Path) -> Iterator[Path]:
    """Where prints lie. Two classes: 1A (Kim, Noor, and Siv who is protected) and 1B (Ari and Bo)."""
    before = app.config["LASSPAR_PRINTS_PATH"]
    app.config["LASSPAR_PRINTS_PATH"] = str(tmp_path / "prints")
    class_1b = SchoolClass(name="1B", academic_year="2026/27", school=ekbacken.school)
    db.session.add(class_1b)
    for given, family, code in (("Ari", "Öst", "1101"), ("Bo", "Ek", "1102")):
        db.session.add(ekbacken.pupil(given, family, code, school_class=class_1b))
    db.session.commit()
    yield tmp_path / "prints"
    app.config["LASSPAR_PRINTS_PATH"] = before


def classes(ekbacken: Ekbacken) -> list[SchoolClass]:
    found = sa.select(SchoolClass).filter_by(school_id=ekbacken.school.id).order_by(SchoolClass.name.desc())
    return list(db.session.scalars(found))


def ordered(ekbacken: Ekbacken, purpose: Purpose = Purpose.TALK) -> int:
    wanted = [Wanted(one) for one in classes(ekbacken)]
    order = order_prints(ekbacken.autumn, wanted, purpose)
    db.session.commit()
    return order.id


def order_now(order_id: int) -> PrintOrder:
    db.session.rollback()
    return db.session.get_one(PrintOrder, order_id, populate_existing=True)


def names_on(file: Path) -> list[str]:
    """By page, whose sheet it is: the names of those the school has."""
    known = ("Kim Berg", "Noor Alm", "Ari Öst", "Bo Ek", "Elev S", "Siv Skog")
    with pdfplumber.open(io.BytesIO(file.read_bytes())) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
    return [next((name for name in known if name in text), "") for text in texts]


def outcomes(order_id: int) -> dict[str, Outcome]:
    db.session.rollback()
    rows = sa.select(PrintPage).join(PrintPage.print_class).filter_by(print_order_id=order_id)
    return {one.pupil.first_name: one.outcome for one in db.session.scalars(rows)}


def test_each_child_begins_on_an_odd_page_sorted_as_they_are_handed_out(
    prints: Path, ekbacken: Ekbacken
) -> None:
    order_id = ordered(ekbacken)
    assert work_off("a") == 3
    order = order_now(order_id)
    assert (order.job.state, order.is_bound) == (JobState.DONE, True)
    here = prints / order.folder
    assert sorted(one.name for one in here.iterdir()) == ["1.pdf", "2.pdf", "all.pdf"]
    assert names_on(here / "1.pdf") == ["Noor Alm", "", "Kim Berg"]
    assert names_on(here / "2.pdf") == ["Bo Ek", "", "Ari Öst"]
    assert names_on(here / "all.pdf") == ["Noor Alm", "", "Kim Berg", "", "Bo Ek", "", "Ari Öst"]
    assert set(outcomes(order_id).values()) == {Outcome.PRINTED}
